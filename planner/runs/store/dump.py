"""A store of a database server as one zip: every table as it is, line by line."""

from __future__ import annotations

import base64
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select

from planner.errors import PlannerError
from planner.runs.files import plain_disk_errors, sync_folder

_ABOUT = "store.json"
_KIND = "ugatuzi-planner store"
_ROWS_AT_ONCE = 200


def lock(connection: Connection) -> None:
    """Let nobody else write to any table until the transaction ends; reading goes on."""
    for table in _tables(connection):
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql(f"LOCK TABLE {name} IN EXCLUSIVE MODE")


def write(connection: Connection, number: int, path: Path) -> None:
    """Write every table, whatever it is called and holds, as one state; whole or not at all.

    Args:
        connection: Of a transaction that sees one state of everything.
        number: The schema of the store.
        path: The zip to make.

    Raises:
        PlannerError: The disk refuses.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with plain_disk_errors(f"The backup {path.name}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("xb") as file:
                _fill(connection, number, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _fill(connection: Connection, number: int, file: Any) -> None:
    tables = _tables(connection)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {"kind": _KIND, "schema": number, "tables": [table.name for table in tables]}
        archive.writestr(_ABOUT, json.dumps(about, indent=1))
        for table in tables:
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
                for row in _rows(connection, table):
                    member.write(json.dumps(row).encode() + b"\n")


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    found = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
    for row in found.mappings():
        yield {key: _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    return value


def schema_in(path: Path) -> int:
    """The schema of the store that a zip holds.

    Raises:
        PlannerError: It is no such zip.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(_ABOUT))
        if about["kind"] == _KIND:
            return int(about["schema"])
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError):
        pass
    raise PlannerError(f"{path.name} is no backup of a store on a database server.")


def read(connection: Connection, path: Path) -> None:
    """Put the rows of a zip into tables that are there and empty.

    Raises:
        PlannerError: The zip is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for table in _tables(connection):
                with archive.open(f"{table.name}.jsonl") as member:
                    _insert(connection, table, member)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        message = f"The backup {path.name} is damaged; nothing was put in place."
        raise PlannerError(message) from error


def _insert(connection: Connection, table: Table, lines: Any) -> None:
    waiting: list[dict[str, Any]] = []
    for line in lines:
        waiting.append({key: _bytes(value) for key, value in json.loads(line).items()})
        if len(waiting) == _ROWS_AT_ONCE:
            connection.execute(table.insert(), waiting)
            waiting = []
    if waiting:
        connection.execute(table.insert(), waiting)


def _bytes(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def _tables(connection: Connection) -> list[Table]:
    """Every table as the database knows it, those first that others lean on."""
    there = MetaData()
    there.reflect(connection)
    return there.sorted_tables
