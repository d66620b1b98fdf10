"""Packs as they were when something was solved on them, and copies of them on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, select

from planner.errors import PlannerError
from planner.pack import builtin_packs, find_pack
from planner.pack.fingerprint import print_of
from planner.pack.place import home
from planner.pack.safe_names import MOST_UP, unsafe
from planner.pack.snapshot import Snapshot, place_within, snapshot_of
from planner.runs.files import reading_words
from planner.runs.store import cached, contents, schema
from planner.runs.store.database import Database
from planner.runs.store.ids import find_id, now
from planner.runs.store.types import KeptPack

if TYPE_CHECKING:
    from planner.pack.types import Pack


class Packs:
    """The packs in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, pack: Pack) -> str:
        """Keep the files of a pack as they are now; returns their fingerprint.

        Raises:
            PlannerError: A file cannot be read or kept.
        """
        return self.keep_folder(pack.folder)

    def keep_folder(self, folder: Path) -> str:
        """As `keep`, without reading the pack."""
        fingerprint = print_now(folder)
        with self._database.reading() as connection:
            if digests_of(connection, fingerprint):
                return fingerprint
        taken = take_snapshot(folder)
        with self._database.writing() as connection:
            put(connection, taken)
        return taken.fingerprint

    def get(self, fingerprint: str) -> KeptPack:
        """A kept pack; its fingerprint may be shortened.

        Raises:
            PlannerError: There is none.
        """
        with self._database.reading() as connection:
            whole = find_id(connection, schema.packs.c.fingerprint, fingerprint, "pack")
            query = select(schema.packs).where(schema.packs.c.fingerprint == whole)
            return _kept(connection.execute(query).mappings().one())

    def list(self) -> tuple[KeptPack, ...]:
        """Every kept pack, by name, newest first."""
        table = schema.packs
        order = (table.c.id, table.c.kept.desc(), table.c.fingerprint)
        with self._database.reading() as connection:
            return tuple(map(_kept, connection.execute(select(table).order_by(*order)).mappings()))

    def folder(self, fingerprint: str) -> Path:
        """A folder with the pack as it was kept.

        A built-in pack of the very same files is read where it stands. Of all others there is a
        copy in the planner's folder, mended where somebody has changed it.

        Raises:
            PlannerError: There is no such pack, or the disk refuses.
        """
        kept = self.get(fingerprint)
        builtin = builtin_of(kept.fingerprint)
        if builtin is not None:
            return find_pack(builtin)
        with self._database.reading() as connection:
            files = digests_of(connection, kept.fingerprint)
            root = home() / "cache" / "packs" / kept.fingerprint
            return unpack(connection, kept, files, root)

    def read(self, fingerprint: str) -> Pack:
        """The pack as it was kept, read and checked.

        Raises:
            PlannerError: There is no such pack, or this planner cannot read it.
        """
        from planner.pack import read_pack  # noqa: PLC0415 - lists need it not

        return read_pack(self.folder(fingerprint))


def print_now(folder: Path) -> str:
    """The fingerprint of a pack's files, as they are now.

    Raises:
        PlannerError: A file cannot be read.
    """
    try:
        return print_of(folder).fingerprint
    except OSError as error:
        raise _unreadable(folder, error) from error


def take_snapshot(folder: Path) -> Snapshot:
    """The files of a pack as they are now.

    Raises:
        PlannerError: A file cannot be read or kept.
    """
    try:
        return snapshot_of(folder)
    except OSError as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: OSError) -> PlannerError:
    return PlannerError(f"The pack {folder.name} cannot be kept: {reading_words(error)}.")


def builtin_of(fingerprint: str) -> str | None:
    """The id under which this planner ships a pack of these very files."""
    for name in builtin_packs():
        if print_of(find_pack(name)).fingerprint == fingerprint:
            return name
    return None


def put(connection: Connection, taken: Snapshot) -> bool:
    """Keep a pack within a transaction; False where it was there already."""
    row = {
        "fingerprint": taken.fingerprint,
        "id": taken.id,
        "name": taken.name,
        "builtin": builtin_of(taken.fingerprint),
        "kept": now(),
    }
    if not contents.add_once(connection, schema.packs, row):
        return False
    contents.put(connection, taken.files.values())
    rows = [
        {
            "pack": taken.fingerprint,
            "name": name,
            "digest": contents.digest_of(content),
            "is_data": name in taken.data,
        }
        for name, content in taken.files.items()
    ]
    connection.execute(schema.pack_files.insert(), rows)
    return True


def digests_of(connection: Connection, fingerprint: str) -> dict[str, str]:
    """SHA-256 of each file of a kept pack, by its place as seen from the pack's folder."""
    table = schema.pack_files
    query = select(table.c.name, table.c.digest).where(table.c.pack == fingerprint)
    return {row.name: row.digest for row in connection.execute(query.order_by(table.c.name))}


def unpack(connection: Connection, kept: KeptPack, files: Mapping[str, str], root: Path) -> Path:
    """Make a copy of a kept pack below `root`, where it is not there already.

    Returns:
        The pack's own folder.

    Raises:
        PlannerError: A name leads out of `root`, or the disk refuses.
    """
    for name in files:
        words = unsafe(name, most_up=MOST_UP)
        if words is not None:
            message = f"The pack {kept.id} is not unpacked: {name[:80]!r} is {words}."
            raise PlannerError(message)
    folder = place_within(root, kept.fingerprint, list(files))
    cached.ready(
        root,
        below(root, folder, files),
        lambda digest: contents.take(connection, digest),
        f"the pack {kept.id}",
    )
    return folder


def below(root: Path, folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """The files of a pack by their place below `root`, where the pack's own folder is `folder`."""
    return {_place(root, folder, name): digest for name, digest in files.items()}


def _place(root: Path, folder: Path, name: str) -> str:
    parts = list(folder.relative_to(root).parts)
    for part in name.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _kept(row: RowMapping) -> KeptPack:
    return KeptPack(row["fingerprint"], row["id"], row["name"], row["builtin"], row["kept"])
