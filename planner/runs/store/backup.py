"""Copies of a whole store, made while others go on writing."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection

from planner.errors import PlannerError
from planner.pack.place import home
from planner.runs.files import plain_disk_errors, written_beside
from planner.runs.store import dump
from planner.runs.store.database import Database
from planner.runs.store.ids import now
from planner.runs.store.number import schema_of
from planner.runs.store.words import plain_database_errors


def before_migration(database: Database, connection: Connection, number: int) -> Path:
    """A backup in the planner's folder of a store that is about to be migrated.

    Args:
        database: The store.
        connection: Of the transaction that will migrate it, which nobody writes beside.
        number: Its schema now.
    """
    ending = "zip" if database.file is None else "sqlite"
    path = home() / "backups" / f"store-{number}-{now():%Y%m%dT%H%M%S%fZ}.{ending}"
    if database.file is None:
        dump.lock(connection)
        dump.write(connection, number, path)
    else:
        copy_file(database, path)
    return path


def back_up(database: Database, path: Path) -> Path:
    """A copy of a whole store as it is now, also while others write to it.

    Args:
        database: The store.
        path: The file to make; nothing that stands there is replaced. A zip (by its ending) fits
            any kind of store; the backup of a server's store is always a zip.

    Raises:
        PlannerError: The path is taken or does not fit; the disk refuses.
    """
    if path.exists():
        raise PlannerError(f"{path.name} is there already; give the backup another name.")
    is_zip = path.suffix.casefold() == ".zip"
    if not is_zip and database.file is None:
        raise PlannerError("The backup of a store on a database server is a zip: name it so.")
    if is_zip:
        with database.reading() as connection:
            dump.write(connection, schema_of(connection, database), path)
    else:
        copy_file(database, path)
    return path


def copy_file(database: Database, path: Path) -> None:
    """A copy of an SQLite store as it was last confirmed, whole or not at all.

    Raises:
        PlannerError: The disk refuses.
    """
    assert database.file is not None  # noqa: S101 - for the type checker
    what = f"The backup {path.name}"
    with plain_disk_errors(what):
        path.parent.mkdir(parents=True, exist_ok=True)
    with (
        plain_disk_errors(what),
        written_beside(path) as beside,
        plain_database_errors(database.place, database.file),
        contextlib.closing(sqlite3.connect(database.file)) as source,
        contextlib.closing(sqlite3.connect(beside)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
