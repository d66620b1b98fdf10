"""A pack as it is now, in memory: its data, its licences and ready scenarios, each by its place."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from planner.errors import Fault, InputError
from planner.pack.fingerprint import MANIFEST, pack_files, print_from
from planner.pack.safe_names import MOST_UP, alike, steps_up, unsafe

MOST_BYTES = 2**30
_LICENCE = ("licen", "copying", "notice", "attribution", "readme")
_TEXTS = (".md", ".txt", "")
_DATA = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json", ".gpkg", ".zip", ".shp", ".parquet"}
    | {".pbf", ".toml"}
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of a pack.

    Attributes:
        fingerprint: Of its data, as `pack.fingerprint` makes it.
        id: As `pack.toml` gives it; likewise `name`.
        data: The files that the fingerprint is made of, by their place as seen from the pack's
            folder (`../` for a file above it).
        beside: Texts that belong to them and are no data: what is written about the pack, its
            licences and those of files elsewhere, its ready scenarios.
    """

    fingerprint: str
    id: str
    name: str
    data: Mapping[str, bytes]
    beside: Mapping[str, bytes]

    @property
    def files(self) -> dict[str, bytes]:
        """All of them."""
        return {**self.data, **self.beside}


def snapshot_of(folder: Path) -> Snapshot:
    """Read the files of the pack in a folder.

    Raises:
        InputError: A file cannot be kept: its name fits no disk but this one, `pack.toml` names
            it by its full place, or it is no table; with every fault.
        OSError: A file cannot be read.
    """
    folder = Path(os.path.realpath(folder))
    data = pack_files(folder)
    _require_keepable(folder, data)
    beside = {
        name: path for name, path in _beside(folder, data) if unsafe(name, most_up=MOST_UP) is None
    }
    return snapshot_from(
        {name: path.read_bytes() for name, path in data.items()},
        {name: path.read_bytes() for name, path in beside.items() if name not in data},
    )


def snapshot_from(data: Mapping[str, bytes], beside: Mapping[str, bytes]) -> Snapshot:
    """The snapshot of files in memory; id and name are empty where `pack.toml` gives none."""
    manifest = _manifest(data.get(MANIFEST, b""))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in data.items()}
    return Snapshot(
        fingerprint=print_from(digests).fingerprint,
        id=_text(manifest.get("id")),
        name=_text(manifest.get("name")),
        data=dict(sorted(data.items())),
        beside=dict(sorted(beside.items())),
    )


def name_faults(names: Iterator[str] | list[str], file: str) -> list[Fault]:
    """A fault for each place in a pack that could not be unpacked safely everywhere."""
    names = list(names)
    faults = []
    for name in names:
        words = unsafe(name, most_up=MOST_UP)
        if words is not None:
            faults.append(
                Fault(file, None, None, f"{words}: {name[:80]!r}", "a plain name", _RENAME)
            )
    safe = [name for name in names if unsafe(name, most_up=MOST_UP) is None]
    for name in alike(safe):
        found = f"two names that some disks take for one: {name[:80]!r}"
        faults.append(Fault(file, None, None, found, "names that differ", _RENAME))
    return faults


_RENAME = "Rename the file; the pack could not be unpacked everywhere."


def place_within(root: Path, fingerprint: str, names: Iterator[str] | list[str]) -> Path:
    """Where below `root` the pack's own folder goes, so that all of its files stay below it.

    The folders between are named by the fingerprint, which no folder of the pack is.
    """
    up = max(map(steps_up, names), default=0)
    return root.joinpath(*[fingerprint] * up)


def _require_keepable(folder: Path, data: Mapping[str, Path]) -> None:
    faults = name_faults(list(data), folder.name)
    for name, path in data.items():
        if steps_up(name) and path.suffix.lower() not in _DATA:
            found = f"{path.name}, which is no table"
            message = "A file outside the pack's folder is kept only if it can hold a table."
            faults.append(Fault(MANIFEST, None, None, found, "a table or a map", message))
    named = frozenset(data.values())
    for key, text in texts_in(_manifest((folder / MANIFEST).read_bytes())):
        if Path(text).is_absolute() and Path(os.path.normpath(text)) in named:
            message = "Name it as seen from the pack's folder, so that a kept copy finds it."
            found = f"{Path(text).name} by its full place on this disk"
            faults.append(Fault(MANIFEST, None, key, found, "a place such as ../maps/", message))
    if sum(path.stat().st_size for path in data.values()) > MOST_BYTES:
        found = f"more than {MOST_BYTES // 2**20} MB"
        faults.append(Fault(folder.name, None, None, found, "a smaller pack", "Leave files out."))
    if faults:
        raise InputError(faults)


def _beside(folder: Path, data: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """What is written about a pack and its files, and its ready scenarios."""
    for path in sorted(folder.rglob("*.md")):
        place = path.relative_to(folder)
        if not any(part.startswith(".") for part in place.parts) and path.is_file():
            yield place.as_posix(), path
    for path in sorted((folder / "scenarios").glob("*.toml")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path
    elsewhere = {PurePosixPath(name).parent for name in data if steps_up(name)}
    for above in sorted(elsewhere):
        for path in sorted((folder / above).iterdir()):
            is_licence = path.name.lower().startswith(_LICENCE)
            if is_licence and path.suffix.lower() in _TEXTS and path.is_file():
                yield (above / path.name).as_posix(), path


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def texts_in(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in nested values, with its key."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from texts_in(each, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each, key)
