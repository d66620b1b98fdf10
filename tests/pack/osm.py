"""Writes a small .osm.pbf by hand, as the format is described: blobs of protocol buffers."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def extract(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]],
) -> Path:
    """An extract of nodes (lon, lat) and ways (nodes, tags), both by their ids."""
    header = _text(4, "OsmSchema-V0.6")
    path.write_bytes(_blob("OSMHeader", header) + _blob("OSMData", _block(nodes, ways)))
    return path


def _block(
    nodes: Mapping[int, tuple[float, float]],
    ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]],
) -> bytes:
    strings = [""]
    for _, tags in ways.values():
        strings += [word for pair in tags.items() for word in pair]
    place = {word: at for at, word in enumerate(strings)}
    table = b"".join(_text(1, word) for word in strings)
    group = b"".join(
        _bytes(1, _number(1, _zigzag(each)) + _number(8, _degrees(lat)) + _number(9, _degrees(lon)))
        for each, (lon, lat) in nodes.items()
    )
    lines = b"".join(
        _bytes(
            3,
            _number(1, each)
            + _packed(2, [place[key] for key in tags])
            + _packed(3, [place[value] for value in tags.values()])
            + _packed(8, [_zigzag(b - a) for a, b in zip([0, *refs], refs, strict=False)]),
        )
        for each, (refs, tags) in ways.items()
    )
    return _bytes(1, table) + _bytes(2, group) + _bytes(2, lines)


def _blob(kind: str, content: bytes) -> bytes:
    blob = _bytes(1, content)
    head = _text(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def _degrees(value: float) -> int:
    return _zigzag(round(value * 1e7))


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _packed(field: int, values: Iterable[int]) -> bytes:
    return _bytes(field, b"".join(map(_varint, values)))
