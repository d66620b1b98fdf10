"""Packs of one's own: kept whole below one folder, listed, put away and brought back.

A pack is kept as `ID/own.json` beside all of its files: also those that lie outside of its folder,
each where the pack looks for it, so that the copy stands alone wherever it is carried.
"""

from __future__ import annotations

import errno
import re
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from planner.errors import Fault, InputError, PlannerError, nearest
from planner.pack.locate import builtin_packs, find_pack
from planner.pack.own_note import AWAY, NOTE, Note, is_id, own_folder, own_ids, read_note
from planner.pack.packfile import read_pack
from planner.pack.safe_names import steps_up, unsafe
from planner.pack.snapshot import Snapshot, place_within, snapshot_of
from planner.pack.synced import sync_folder, sync_tree
from planner.pack.toml_edit import with_texts
from planner.people import acting, may_see, refuse_change, refuse_sight

MOST_NAME = 80
_LONGEST_ID = 40
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY)


@dataclass(frozen=True, slots=True)
class OwnPack:
    """A pack of one's own.

    Attributes:
        id: By which it is found everywhere, as a built-in pack by its own.
        name: What people call it.
        folder: The folder with its `pack.toml`.
        based_on: The id of the pack that it was made from; empty for none.
        kept: When it was kept, as ISO text in UTC; empty where that is not known any more.
        is_away: Whether it was put away.
        fault: What is wrong with it, in a sentence; empty for nothing.
        owner: The id of the person who kept it, with their name; empty for everybody's.
        is_private: Nobody else sees it.
    """

    id: str
    name: str
    folder: Path
    based_on: str = ""
    kept: str = ""
    is_away: bool = False
    fault: str = ""
    owner: str = ""
    owner_name: str = ""
    is_private: bool = False


def own_packs(root: Path, *, away: bool = False) -> tuple[OwnPack, ...]:
    """The packs that are kept below `root`, by id; a damaged one is listed with its fault.

    Those are left out that are somebody else's and private.

    Args:
        root: The folder of all of them.
        away: Those that were put away, in place of those in use.
    """
    place = root / AWAY if away else root
    found = (_listed(place, pack_id, away=away) for pack_id in own_ids(place))
    return tuple(each for each in found if may_see(each.owner, is_private=each.is_private))


def keep_pack(root: Path, source: Path, *, name: str, based_on: str = "") -> OwnPack:
    """Keep a pack under a free id made of its name; nothing is ever overwritten.

    It belongs to who acts.

    The copy holds every file that the pack is made of, and is read and checked before it appears.

    Args:
        root: The folder of all packs of one's own; made where it is not there.
        source: The folder of the pack.
        name: What people call it; it becomes the pack's own name.
        based_on: The id of the pack that it was made from.

    Raises:
        InputError: The name is blank or too long, or the pack has faults: every one of them.
        PlannerError: The disk refuses.
    """
    name = _name(name)
    with _disk("kept"):
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=root) as beside:
            new = Path(beside) / "new"
            folder = copy_pack(source, new)
            read_pack(folder)  # it stands alone, or this says what is missing
            _set(folder / "pack.toml", {"name": name})
            person = acting()
            note = Note(
                owner="" if person is None else person.id,
                owner_name="" if person is None else person.name,
                id="",
                name=name,
                based_on=based_on,
                kept=datetime.now(UTC).isoformat(timespec="seconds"),
                folder=folder.relative_to(new).as_posix(),
            )
            return _give_place(root, new, note)


def copy_pack(source: Path, into: Path) -> Path:
    """Copy a whole pack, with the files that it names outside of its folder and ready scenarios.

    Scenarios that name the pack itself name the copy by its place, so that they are solved on it.

    Args:
        source: The folder of the pack.
        into: A folder that is not there yet, or empty.

    Returns:
        The folder of the copy's `pack.toml`, below `into`.

    Raises:
        InputError: A file of the pack cannot be kept, with every fault.
        OSError: The disk refuses.
    """
    taken = snapshot_of(source)
    own = _folder_within(into, taken)
    for name, content in taken.files.items():
        path = _place(into, own, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in sorted((own / "scenarios").glob("*.toml")):
        _point_home(path, source)
    return own


def put_away(root: Path, pack_id: str) -> OwnPack:
    """Take a pack out of use; all of it stays, and `bring_back` undoes it.

    Raises:
        NotYoursError: It belongs to somebody else.
        PlannerError: There is no such pack, or the disk refuses.
    """
    _require(root, pack_id, "in use")
    with _disk("put away"):
        (root / AWAY).mkdir(exist_ok=True)
        (root / pack_id).rename(root / AWAY / pack_id)
    return _listed(root / AWAY, pack_id, away=True)


def bring_back(root: Path, pack_id: str) -> OwnPack:
    """Bring a pack back that was put away.

    Raises:
        NotYoursError: It belongs to somebody else.
        PlannerError: None was put away under this id, the id is taken, or the disk refuses.
    """
    _require(root / AWAY, pack_id, "put away")
    if pack_id in builtin_packs() or (root / pack_id).exists():
        raise PlannerError(f"There is another pack called {pack_id}; put that away first.")
    with _disk("brought back"):
        (root / AWAY / pack_id).rename(root / pack_id)
    return _listed(root, pack_id)


def set_private(root: Path, pack_id: str, *, is_private: bool) -> OwnPack:
    """Keep a pack to its owner, or show it to all.

    Raises:
        NotYoursError: It belongs to somebody else.
        PlannerError: There is no such pack, it belongs to nobody, or the disk refuses.
    """
    _require(root, pack_id, "in use")
    note = read_note(root / pack_id)
    if note is None or not note.owner:
        message = f"The pack {pack_id} belongs to everybody, so it cannot be private."
        raise PlannerError(message)
    with _disk("changed"), tempfile.TemporaryDirectory(prefix=".part-", dir=root) as beside:
        new = Path(beside) / NOTE
        new.write_bytes(replace(note, is_private=is_private).as_bytes())
        new.replace(root / pack_id / NOTE)
    return _listed(root, pack_id)


def free_id(root: Path, name: str) -> str:
    """An id made of a name that no pack has, built-in, in use or put away."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-") or "pack"
    if unsafe(stem) is not None:
        stem = f"pack-{stem}"
    taken = {*builtin_packs(), *own_ids(root), *own_ids(root / AWAY)}
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


# -- parts ---------------------------------------------------------------------------------


def _name(name: str) -> str:
    told = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not told or len(told) > MOST_NAME:
        found = f"{len(told)} characters" if told else "no name"
        fault = Fault("name", None, None, found, f"a name of 1 to {MOST_NAME} characters",
                      "Give the pack a name that tells it from others")  # fmt: skip
        raise InputError([fault])
    return told


def _listed(place: Path, pack_id: str, *, away: bool = False) -> OwnPack:
    note = read_note(place / pack_id)
    if note is None:
        fault = f"{NOTE} in its folder is missing or damaged, so it cannot be used."
        return OwnPack(pack_id, pack_id, place / pack_id, is_away=away, fault=fault)
    found = own_folder(place, pack_id)
    folder = place / pack_id / note.folder
    is_hidden = not may_see(note.owner, is_private=note.is_private)
    fault = "" if found is not None or is_hidden else "Its pack.toml is gone, so it cannot be used."
    told = (pack_id, note.name, folder, note.based_on, note.kept, away, fault)
    return OwnPack(*told, note.owner, note.owner_name, note.is_private)


def _require(place: Path, pack_id: str, state: str) -> None:
    """Refuse a pack that is not there, or that is somebody else's."""
    known = own_ids(place)
    if is_id(pack_id) and pack_id in known:
        note = read_note(place / pack_id)
        if note is not None:
            what = f"the pack {pack_id}"
            refuse_sight(what, note.owner, note.owner_name, is_private=note.is_private)
            refuse_change(what, note.owner, note.owner_name)
        return
    alike = nearest(pack_id, known)
    hint = f" Did you mean {alike[0]}?" if alike else ""
    listed = ", ".join(known) or "none"
    raise PlannerError(f"No pack of your own called {pack_id} is {state}: {listed}.{hint}")


def _give_place(root: Path, new: Path, note: Note) -> OwnPack:
    """Give the folder its name; another writer may have taken the id meanwhile."""
    while True:
        note = replace(note, id=free_id(root, note.name))
        _set(new / note.folder / "pack.toml", {"id": note.id})
        (new / NOTE).write_bytes(note.as_bytes())
        sync_tree(new)
        try:
            new.rename(root / note.id)
        except OSError as error:
            if error.errno not in _TAKEN or not (root / note.id).exists():
                raise
        else:
            sync_folder(root)
            return _listed(root, note.id)


def _folder_within(into: Path, taken: Snapshot) -> Path:
    """Where the pack's own folder goes, so that all of its files stay below `into`.

    It is called by a word that no folder of the pack bears, so that none of them meet there.
    """
    word = "pack"
    while any(word in name.split("/") for name in taken.files):
        word += "-"
    own = place_within(into, word, list(taken.files))
    return own if own != into else into / word


def _place(into: Path, own: Path, name: str) -> Path:
    up = steps_up(name)
    parts = own.relative_to(into).parts
    return into.joinpath(*parts[: len(parts) - up], *name.split("/")[up:])


def _point_home(path: Path, source: Path) -> None:
    """A scenario that names the pack it was beside names the copy."""
    named = _pack_named(path)
    if not named:
        return
    try:
        folder = find_pack(named, source / "scenarios")
    except InputError:
        return
    if folder.resolve() == source.resolve():
        _set(path, {"pack": ".."})


def _pack_named(path: Path) -> str:
    """The pack that a scenario names; empty where it cannot be read, which its reader tells."""
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig")).get("pack")
    except (OSError, ValueError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _set(path: Path, texts: dict[str, str]) -> None:
    path.write_text(with_texts(path.read_text("utf-8-sig"), texts), encoding="utf-8", newline="\n")


@contextmanager
def _disk(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        words = (error.strerror or "the disk refused").lower()
        raise PlannerError(f"The pack could not be {what}: {words}.") from error
