"""Which files a pack is made of, and a fingerprint of what stands in them."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "pack.toml"
_NO_DATA = frozenset({".md", ".pyc"})  # words about a pack do not make it another pack
_NO_FOLDERS = frozenset({"scenarios", "__pycache__"})
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class PackPrint:
    """What a pack's files hold.

    Attributes:
        fingerprint: Of all of them: 16 digits, the same for the same files wherever they lie.
        files: Each file's own 16 digits, by its path as seen from the pack's folder.
    """

    fingerprint: str
    files: Mapping[str, str]

    def differences(self, other: Mapping[str, str]) -> tuple[str, ...]:
        """The files that are not the same in another print, by path, in order."""
        names = {*self.files, *other}
        return tuple(sorted(name for name in names if self.files.get(name) != other.get(name)))


def pack_files(folder: Path) -> dict[str, Path]:
    """The files of a pack: those in its folder, and those elsewhere that `pack.toml` names.

    Ready scenarios, hidden files and texts in Markdown are none of them.

    Returns:
        Each file by its path as seen from the folder, with `/`, in order.
    """
    folder = Path(os.path.realpath(folder))
    found = {path.relative_to(folder).as_posix(): path for path in _inside(folder)}
    for named in _texts(_manifest(folder)):
        path = Path(os.path.normpath(folder / named))
        if _is_file(path):
            found[Path(os.path.relpath(path, folder)).as_posix()] = path
    return dict(sorted(found.items()))


def print_of(folder: Path) -> PackPrint:
    """The fingerprint of a pack's files, as they are now.

    Raises:
        OSError: A file cannot be read.
    """
    files = {}
    for name, path in pack_files(folder).items():
        with path.open("rb") as file:
            files[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return print_from(files)


def print_from(digests: Mapping[str, str]) -> PackPrint:
    """The fingerprint of a pack whose files are known by name, each with its SHA-256."""
    files = {name: digest[:_DIGITS] for name, digest in sorted(digests.items())}
    whole = hashlib.sha256()
    for name, digits in files.items():
        whole.update(f"{name}\n{digits}\n".encode())
    return PackPrint(whole.hexdigest()[:_DIGITS], files)


def _inside(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _NO_FOLDERS for part in parts)
        if not hidden and path.suffix.lower() not in _NO_DATA and path.is_file():
            yield path


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / MANIFEST).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}  # the reader of packs says what is wrong with it


def _texts(value: Any) -> Iterator[str]:
    """Every text in nested values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a sentence is no path
        return False
