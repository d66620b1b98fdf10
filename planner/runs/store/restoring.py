"""Puts a backup in a store's place; what stood there before stays beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from pathlib import Path

from planner.errors import PlannerError
from planner.pack.synced import sync_folder
from planner.runs.files import plain_disk_errors
from planner.runs.store import dump
from planner.runs.store.beginning import PARTS, beside
from planner.runs.store.check import check_whole
from planner.runs.store.database import Database, connect
from planner.runs.store.ids import now
from planner.runs.store.migrations import STEPS, migrate
from planner.runs.store.number import schema_of

_SHARED_LOCK = (0x40000002, 510)  # the bytes of a file that SQLite locks for all who have it open


def restore(database: Database, backup: Path) -> Path | None:
    """Put a backup in place of a store.

    Args:
        database: The store, named by `connect` and not opened yet; it may be damaged.
        backup: An SQLite file, or a zip of any kind of store, which fits both kinds.

    Returns:
        Where the file that stood there is now; None where there was none.

    Raises:
        PlannerError: The backup is none, is damaged, or was made by a newer planner; somebody has
            the store open; a server's database is not empty. Nothing was changed.
    """
    backup = Path(backup)
    if not backup.is_file():
        raise PlannerError(f"There is no file {backup.name}; give the path of a backup.")
    number = dump.schema_in(backup) if zipfile.is_zipfile(backup) else None
    if number is not None:
        _require_known(number, backup)
    if database.file is not None:
        return _replace_file(database.file, backup, number)
    if number is None:
        message = (
            f"A database server takes no SQLite file. Make a zip of {backup.name} first: planner "
            "store --backup FILE.zip, while UGATUZI_STORE names that file."
        )
        raise PlannerError(message)
    _fill(database, backup, number)
    return None


def _replace_file(file: Path, backup: Path, number: int | None) -> Path | None:
    """Make the store beside its place, look whether it is whole, then exchange the two."""
    with beside(file) as place:
        with plain_disk_errors(f"The store {file.name}"):
            file.parent.mkdir(parents=True, exist_ok=True)
            if number is None:
                for ending in PARTS[:2]:  # a file that was copied from under a running program
                    with contextlib.suppress(FileNotFoundError):
                        shutil.copyfile(f"{backup}{ending}", f"{place}{ending}")
        made = connect(str(place))
        try:
            if number is None:
                _require_whole(made, backup)
            else:
                _fill(made, backup, number)
        finally:
            made.close()
        with plain_disk_errors(f"The store {file.name}"):
            with place.open("rb+") as written:
                os.fsync(written.fileno())
            return _exchange(file, place)


def _exchange(file: Path, made: Path) -> Path | None:
    """Move the store that stands there aside, with its log, and the new one in its place."""
    aside = None
    moved: list[str] = []
    try:
        if file.exists():
            _require_unused(file)
            aside = file.with_name(f"{file.stem}-replaced-{now():%Y%m%dT%H%M%SZ}{file.suffix}")
            for ending in reversed(PARTS):  # the store last: it is there until all else is done
                _moved_aside(Path(f"{file}{ending}"), Path(f"{aside}{ending}"), ending)
                moved.append(ending)
        made.replace(file)
    except OSError:
        for ending in reversed(moved):
            _moved_back(Path(f"{file}{ending}"), Path(f"{aside}{ending}"))
        raise
    sync_folder(file.parent)
    return aside


def _moved_aside(there: Path, aside: Path, ending: str) -> None:
    """Give a file its other name, where there is one.

    The store itself gets a second name where the disk can, so that no kill leaves it without one.
    """
    if not there.exists():
        return
    if not ending:
        with contextlib.suppress(OSError):
            aside.hardlink_to(there)
            return
    there.replace(aside)


def _moved_back(there: Path, aside: Path) -> None:
    if there.exists():
        aside.unlink(missing_ok=True)
    elif aside.exists():
        aside.replace(there)


def _require_whole(made: Database, backup: Path) -> None:
    """Refuse an SQLite file that is no store of ours, or is damaged."""
    try:
        with made.reading() as connection:
            number = schema_of(connection, made)
        found = check_whole(made) if number else ("it holds no store",)
    except PlannerError:
        found = ("it cannot be read as a store",)
        number = 0
    if number:
        _require_known(number, backup)
    if found:
        message = f"The backup {backup.name} was not put in place: {'; '.join(found[:3])}."
        raise PlannerError(message)


def _require_known(number: int, backup: Path) -> None:
    if number > len(STEPS):
        message = (
            f"The backup {backup.name} was made by a newer planner (schema {number}; this one "
            f"knows {len(STEPS)}). Install the newer planner; nothing was changed."
        )
        raise PlannerError(message)


def _require_unused(file: Path) -> None:
    """Refuse to move a file away that another program has open: its saves would be lost."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows, where an open file cannot be moved anyway
    except ImportError:  # pragma: no cover - Windows
        return
    start, length = _SHARED_LOCK
    with plain_disk_errors(f"The store {file.name}"), file.open("rb+") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
        except BlockingIOError:
            message = (
                f"The store {file.name} is in use by another program (the app, a job or a "
                "command). End it, then restore; nothing was changed."
            )
            raise PlannerError(message) from None


def _fill(database: Database, backup: Path, number: int) -> None:
    """Put a zip's rows into a database that is empty, and bring that up to date."""
    with database.writing() as connection:
        if schema_of(connection, database):
            message = (
                f"{database.place} holds a store already. Name an empty database in "
                "UGATUZI_STORE, restore into that, and go on with it; nothing was changed."
            )
            raise PlannerError(message)
        for step in STEPS[:number]:
            step(connection)
        dump.read(connection, backup)
    migrate(database)
