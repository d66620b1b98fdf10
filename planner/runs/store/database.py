"""The database of the store: where it is, how it is opened, and its two kinds of transaction."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from planner.errors import PlannerError
from planner.pack.place import STORE_VARIABLE, home
from planner.runs.files import plain_disk_errors
from planner.runs.store.words import plain_database_errors

FILE = "store.sqlite"
_BUSY_S = 30
_CONNECT_S = 10
_SCHEME = re.compile(r"([a-z][a-z0-9+]+)://", re.ASCII)
_EXAMPLES = (
    "Give the path of a file, sqlite:///path or postgresql://user@server/database in "
    f"{STORE_VARIABLE}, or leave it out."
)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database.

    Attributes:
        engine: Of SQLAlchemy; used through `reading` and `writing` only.
        kind: SQLite or PostgreSQL.
        place: How it is named to people: the file, or the URL without its password.
        file: The file; None for a server.
    """

    engine: Engine
    kind: Literal["SQLite", "PostgreSQL"]
    place: str
    file: Path | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state of everything.

        Raises:
            PlannerError: The database refuses; in words.
        """
        with plain_database_errors(self.place, self.file), self.engine.connect() as connection:
            if self.file is None:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or nothing where an error leaves it.

        With SQLite no other writes meanwhile. With PostgreSQL others may: a writer holds the row
        that it has compared and will change, until the end.

        Raises:
            PlannerError: The database refuses; in words.
        """
        with plain_database_errors(self.place, self.file), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Let go of the database."""
        with plain_database_errors(self.place, self.file):
            self.engine.dispose()


def connect(url: str | None = None) -> Database:
    """The database that is named: by `url`, else by UGATUZI_STORE, else the file in our folder.

    Args:
        url: A path, `sqlite:///path` or `postgresql://user@server/database`.

    Raises:
        PlannerError: The name is none, a driver is missing, or the folder cannot be made.
    """
    named = (url or os.environ.get(STORE_VARIABLE) or "").strip()
    if not named:
        return _file_database(home() / FILE)
    scheme = _SCHEME.match(named)
    if scheme is None:
        return _file_database(Path(named))
    try:
        parsed = make_url(named)
    except (ArgumentError, ValueError):
        raise PlannerError(f"The name of the store cannot be read. {_EXAMPLES}") from None
    family = scheme[1].partition("+")[0]
    if family == "sqlite" and parsed.database:
        return _file_database(Path(parsed.database))
    if family in ("postgresql", "postgres"):
        return _server_database(parsed)
    raise PlannerError(f"{family}:// is no kind of store that is known. {_EXAMPLES}")


def _file_database(path: Path) -> Database:
    if "\0" in str(path) or path.name == ":memory:":
        raise PlannerError(f"The store needs a file. {_EXAMPLES}")
    path = path.absolute()
    with plain_disk_errors(f"The store {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise PlannerError(f"The store {path} is a folder, not a file. {_EXAMPLES}")
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": _BUSY_S})
    event.listen(engine, "connect", _set_up_file)
    event.listen(engine, "begin", _begin_on_file)
    return Database(engine, "SQLite", str(path), path)


def _set_up_file(connection: Any, _record: object) -> None:
    """Every connection: full safety, and transactions that begin where we say."""
    connection.isolation_level = None  # the driver begins nothing by itself
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        message = (
            "The store's disk does not let programs share a file safely, as is usual on network "
            f"disks. Name a place on this machine's own disk in {STORE_VARIABLE}, or a database "
            "server."
        )
        raise PlannerError(message)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_S * 1000}",
        "recursive_triggers = ON",  # so that a row cannot be replaced past its trigger
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_on_file(connection: Connection) -> None:
    """Who will write takes the lock at once; who reads cannot write."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _server_database(url: URL) -> Database:
    place = URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database
    ).render_as_string()
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_S},
        )
    except (ImportError, NoSuchModuleError):
        message = (
            "The driver for PostgreSQL is not installed. Install the planner with its server "
            'part: pip install "ugatuzi-planner[server]".'
        )
        raise PlannerError(message) from None
    return Database(engine, "PostgreSQL", place)
