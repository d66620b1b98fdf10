"""Whether a store is whole: a quick look at each opening, every byte when asked."""

from __future__ import annotations

import hashlib
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from planner.errors import PlannerError
from planner.runs.store import schema
from planner.runs.store.agreement import (
    pack_differences,
    run_differences,
    scenario_differences,
)
from planner.runs.store.database import Database
from planner.runs.store.migrations import STEPS
from planner.runs.store.number import schema_of
from planner.runs.store.words import DamagedError, damaged_words
from planner.scenario import parse_scenario

_NOT_AT_ONCE = "contents"  # nearly all of the bytes; each is held against its hash when it is read
_AGAIN_S = 0.05
_MOST_TOLD = 5

# The head of SQLite's index of its log (`-shm`): version, -, change, is it set up, byte order of
# sums, page size, frames. The same follows a second time, and then the frames that are copied.
_INDEX = struct.Struct("=IIIBBHI28x")
_INDEX_VERSION = 3_007_000
_LOG_HEAD, _FRAME_HEAD = 32, 24


def check_opening(database: Database) -> None:
    """Look at a store that is being opened: all tables but the contents of files.

    Raises:
        DamagedError: Something cannot be read or leans on what is not there; nothing was changed.
    """
    if database.file is None:
        return  # a server looks after its own pages
    with database.reading() as connection:
        tables = [name for name in schema.metadata.tables if name != _NOT_AT_ONCE]
        found = [what for name in tables for what in _pages(connection, f"quick_check({name})")]
        found += _references(connection)
    if found:
        raise DamagedError(damaged_words(database.place, database.file, _few(found)))


def check_log(file: Path) -> None:
    """Look whether SQLite's log of the newest saves was cut off; SQLite itself would go on.

    Programs that were killed leave a log, and beside it an index that says how long it is.

    Raises:
        DamagedError: The log is shorter than was confirmed.
    """
    first = _missing_frames(file)
    if first is None:
        return
    time.sleep(_AGAIN_S)
    if _missing_frames(file) == first:  # and not just being closed by another program
        index = file.with_name(f"{file.name}-shm")
        what = (
            f"{file.name}-wal, which holds the newest saves, was cut off from outside. To go on "
            f"without the saves that are lost, remove {index.name}"
        )
        raise DamagedError(damaged_words(str(file), file, what))


def _missing_frames(file: Path) -> bytes | None:
    """The head of the log's index, where it tells of more than the log has."""
    try:
        with file.with_name(f"{file.name}-shm").open("rb") as index:
            head = index.read(2 * _INDEX.size + 4)
        version, _, _, is_set_up, _, page, frames = _INDEX.unpack_from(head)
        log = file.with_name(f"{file.name}-wal")
        length = log.stat().st_size if log.exists() else 0
    except (OSError, struct.error):
        return None
    halves = head[: _INDEX.size], head[_INDEX.size : 2 * _INDEX.size]
    if version != _INDEX_VERSION or not is_set_up or halves[0] != halves[1]:
        return None
    copied = int.from_bytes(head[2 * _INDEX.size :], sys.byteorder)
    page_bytes = 65_536 if page == 1 else page
    has_all = length >= _LOG_HEAD + frames * (_FRAME_HEAD + page_bytes)
    return None if frames <= copied or has_all else head


def check_whole(database: Database) -> tuple[str, ...]:
    """Look at everything: pages, references, the hash of each content, each scenario.

    Runs and packs must have the files that they were kept with, and lists say what those say.

    Returns:
        What is wrong, in words; empty where all is well.
    """
    found: list[str] = []
    with database.reading() as connection:
        if absent := _absent(connection, database):
            return absent
        if database.file is not None:
            found += _pages(connection, "integrity_check")
            found += _references(connection)
        found += _contents(connection)
        found += _scenarios(connection)
        found += scenario_differences(connection)
        found += run_differences(connection)
        found += pack_differences(connection)
    return tuple(found)


def _absent(connection: Connection, database: Database) -> tuple[str, ...]:
    """The tables that are not there, of a store of this planner's schema; older ones have fewer."""
    if schema_of(connection, database) != len(STEPS):
        return ()
    there = inspect(connection).get_table_names()
    return tuple(
        f"the table {name} is not there" for name in schema.metadata.tables if name not in there
    )


def _pages(connection: Connection, pragma: str) -> Iterator[str]:
    for (told,) in connection.exec_driver_sql(f"PRAGMA {pragma}"):
        if told != "ok":
            yield str(told)


def _references(connection: Connection) -> Iterator[str]:
    for table, row, other, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} leans on a row of {other} that is not there"


def _contents(connection: Connection) -> Iterator[str]:
    table = schema.contents
    query = select(table.c.digest, table.c.size, table.c.content)
    for row in connection.execute(query.execution_options(yield_per=20)):
        try:
            content = zlib.decompress(row.content)
        except (zlib.error, TypeError):
            content = b""
        if len(content) != row.size or hashlib.sha256(content).hexdigest() != row.digest:
            yield f"the kept file {row.digest[:16]} is not what was kept"


def _scenarios(connection: Connection) -> Iterator[str]:
    table = schema.scenario_versions
    for row in connection.execute(select(table.c.scenario_id, table.c.number, table.c.scenario)):
        try:
            parse_scenario(row.scenario)
        except PlannerError as error:
            yield f"scenario {row.scenario_id}, version {row.number}: {error}"


def _few(found: list[str]) -> str:
    more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    return "; ".join(found[:_MOST_TOLD]) + more
