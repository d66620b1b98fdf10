"""Where the packs of one's own lie, and the note that stands beside each."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.pack.place import home
from planner.people import may_see

NOTE = "own.json"
AWAY = ".away"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted of a kept pack.

    Attributes:
        id: The name of its folder, by which it is found.
        name: What people call it.
        based_on: The id of the pack that it was made from; empty for none.
        kept: When it was kept, as ISO text in UTC.
        folder: Where its `pack.toml` lies, as seen from the folder that holds this note.
        owner: The id of the person who kept it, with their name; empty for everybody's.
        is_private: Nobody else sees it.
    """

    id: str
    name: str
    based_on: str
    kept: str
    folder: str
    owner: str = ""
    owner_name: str = ""
    is_private: bool = False

    def as_bytes(self) -> bytes:
        """The note as it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def own_root() -> Path:
    """The folder that holds this user's packs."""
    return home() / "packs"


def is_id(text: str) -> bool:
    """Whether a text can be the id of a pack of one's own."""
    return _ID.fullmatch(text) is not None


def read_note(folder: Path) -> Note | None:
    """The note in a folder; None where there is none that can be understood."""
    path = folder / NOTE
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    fields: dict[str, Any] = {"owner": "", "owner_name": "", "is_private": False} | found
    kinds = {each: bool if each == "is_private" else str for each in Note.__dataclass_fields__}
    if any(not isinstance(fields.get(each), kind) for each, kind in kinds.items()):
        return None
    note = Note(**{each: fields[each] for each in kinds})
    parts = note.folder.split("/")
    is_within = all(part not in ("", ".", "..") for part in parts) and "\\" not in note.folder
    return note if note.id == folder.name and is_within else None


def own_ids(root: Path) -> tuple[str, ...]:
    """The ids of the packs below `root` that are in use, sorted; damaged ones among them."""
    try:
        return tuple(sorted(each.name for each in root.iterdir() if is_id(each.name)))
    except OSError:
        return ()


def seen_ids(root: Path) -> tuple[str, ...]:
    """As `own_ids`, without those that are somebody else's and private."""
    notes = {each: read_note(root / each) for each in own_ids(root)}
    return tuple(
        each
        for each, note in notes.items()
        if note is None or may_see(note.owner, is_private=note.is_private)
    )


def is_private(folder: Path) -> bool:
    """Whether a folder belongs to a pack of one's own that is private."""
    root = own_root().resolve()
    try:
        within = folder.resolve().relative_to(root)
    except ValueError:
        return False
    note = read_note(root / within.parts[0]) if within.parts else None
    return note is not None and note.is_private


def own_folder(root: Path, pack_id: str) -> Path | None:
    """The folder with the `pack.toml` of a pack of one's own.

    None where there is none, and where it is somebody else's and private.
    """
    if not is_id(pack_id):
        return None
    note = read_note(root / pack_id)
    if note is not None and not may_see(note.owner, is_private=note.is_private):
        return None
    folder = None if note is None else root / pack_id / note.folder
    return folder if folder is not None and (folder / "pack.toml").is_file() else None
