"""A store of a database server as one zip: every table as it is, line by line."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import StatementError

from planner.errors import PlannerError
from planner.runs.files import plain_disk_errors, written_beside

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
    with plain_disk_errors(f"The backup {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside, beside.open("xb") as file:
            _fill(connection, number, file)


def _fill(connection: Connection, number: int, file: Any) -> None:
    counts = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in _tables(connection):
            counts[table.name] = 0
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
                for row in _rows(connection, table):
                    member.write(json.dumps(row).encode() + b"\n")
                    counts[table.name] += 1
        about = {"kind": _KIND, "schema": number, "rows": counts}
        archive.writestr(_ABOUT, json.dumps(about, indent=1))


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    found = connection.execute(select(table).execution_options(yield_per=_ROWS_AT_ONCE))
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
            rows = json.loads(archive.read(_ABOUT))["rows"]
            for table in _tables(connection):
                with archive.open(f"{table.name}.jsonl") as member:
                    _insert(connection, table, member, rows[table.name])
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, StatementError) as error:
        message = f"The backup {path.name} is damaged; nothing was put in place."
        raise PlannerError(message) from error


def _insert(connection: Connection, table: Table, lines: Iterable[bytes], expected: int) -> None:
    """Insert a table's rows.

    Raises:
        ValueError: They are not as many as expected, or one has other columns than the table.
    """
    count, rows = 0, iter(lines)
    while part := [_row(table, line) for line in islice(rows, _ROWS_AT_ONCE)]:
        connection.execute(table.insert(), part)
        count += len(part)
    if count != expected:
        raise ValueError(table.name)


def _row(table: Table, line: bytes) -> dict[str, Any]:
    row = {key: _bytes(value) for key, value in json.loads(line).items()}
    if set(row) != set(table.columns.keys()):
        raise ValueError(table.name)
    return row


def _bytes(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def _tables(connection: Connection) -> list[Table]:
    """Every table as the database knows it, those first that others lean on."""
    there = MetaData()
    there.reflect(connection)
    return there.sorted_tables
