"""Several files in one input, so that each can be damaged without breaking what holds them.

`%% NAME` on a line of its own begins a file. What a zip adds to its files, the sums above all,
would hide them: a changed letter in a zip is almost always a wrong sum and nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

_HEAD = re.compile(rb"(?:\A|\n)%% ([^\n]{1,80})\n")
_WHEN = (1980, 1, 1, 0, 0, 0)
AS_IT_IS, IN_PARTS = b"Z", b"P"


def joined(parts: Mapping[str, bytes]) -> bytes:
    """The files in one input."""
    return b"\n".join(f"%% {name}\n".encode() + content for name, content in parts.items())


def parted(data: bytes) -> dict[str, bytes]:
    """The files in an input, by name."""
    _, *found = _HEAD.split(data)
    names = [each.decode("utf-8", "replace") for each in found[::2]]
    return dict(zip(names, found[1::2], strict=True))


def zipped(parts: Mapping[str, bytes], way: int = zipfile.ZIP_STORED) -> bytes:
    """A sound zip of the files, packed in a way of `zipfile`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, way)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files in a zip of our own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def either(data: bytes, around: Mapping[str, bytes]) -> bytes:
    """The zip that an input stands for: itself, or one of its parts among others.

    Args:
        data: AS_IT_IS or IN_PARTS, then the zip or the parts.
        around: Files that are in the zip too, unless a part has their name.
    """
    if data[:1] == IN_PARTS:
        return zipped({**around, **parted(data[1:])})
    return data[1:]


def unpacked(members: Mapping[str, bytes], folder: Path) -> None:
    """Write the files that stand around those of an input."""
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their names within it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
