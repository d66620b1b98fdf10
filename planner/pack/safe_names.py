"""Names of stored files: none of them may lead out of the folder that it is unpacked into."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

MOST_UP = 16
_MOST_BYTES = 255
_MOST_LENGTH = 1_000
_FORBIDDEN = frozenset('\\:*?"<>|')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)


def steps_up(name: str) -> int:
    """How many folders above its own a file lies: the leading `..` of its name."""
    parts = PurePosixPath(name).parts
    return next((n for n, part in enumerate(parts) if part != ".."), len(parts))


def unsafe(name: str, *, most_up: int = 0) -> str | None:
    """Why a name is refused, in words; None for one that any disk takes.

    Args:
        name: A path with `/`, as seen from a folder.
        most_up: How many folders above that folder it may lie.
    """
    if not name or name.startswith("/") or len(name) > _MOST_LENGTH:
        return "a name that is empty, too long, or begins at the root of a disk"
    parts = name.split("/")
    up = 0
    while up < len(parts) and parts[up] == "..":
        up += 1
    if up > most_up:
        return "a name that leaves its folder"
    rest = parts[up:]
    if not rest:
        return "a name of a folder"
    for part in rest:
        if part in ("", ".", ".."):
            return "a name that leaves its folder"
        words = _unsafe_part(part)
        if words is not None:
            return words
    return None


def _unsafe_part(part: str) -> str | None:
    if any(char in _FORBIDDEN or unicodedata.category(char) in ("Cc", "Cs") for char in part):
        return "a name with characters that not every disk takes"
    if part.split(".", maxsplit=1)[0].rstrip().casefold() in _DEVICES:
        return "the name of a device"
    if part.endswith((".", " ")) or part.startswith(" "):
        return "a name that begins or ends with a space, or ends with a dot"
    if len(part.encode()) > _MOST_BYTES:
        return "a name that is too long"
    return None


def alike(names: Iterable[str]) -> tuple[str, ...]:
    """The names that some disks take for one another: the same but for case or accents' form.

    Also a name that is a folder of another.
    """
    seen: dict[str, str] = {}
    doubled = []
    names = tuple(names)
    for name in names:
        key = unicodedata.normalize("NFC", name).casefold()
        if key in seen:
            doubled.append(name)
        seen[key] = name
    for name in names:
        folders = PurePosixPath(unicodedata.normalize("NFC", name).casefold()).parents
        doubled += [name for folder in folders if folder.as_posix() in seen]
    return tuple(dict.fromkeys(doubled))
