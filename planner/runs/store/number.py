"""What a store says of itself: the number of its schema, and other values."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select

from planner.errors import PlannerError
from planner.runs.store import schema
from planner.runs.store.database import Database
from planner.runs.store.words import DamagedError, damaged_words


def schema_of(connection: Connection, database: Database) -> int:
    """The number of a database's schema; 0 for one that is empty.

    Raises:
        PlannerError: It holds something else than a store.
    """
    if not inspect(connection).has_table(schema.about.name):
        foreign = inspect(connection).get_table_names()
        if foreign:
            message = (
                f"{database.place} is a database of something else (it has a table "
                f"{foreign[0]!r}); it was not touched. Name another place in UGATUZI_STORE."
            )
            raise PlannerError(message)
        return 0
    written = noted(connection, "schema") or ""
    if not written.isdecimal():
        what = "its schema number is missing"
        raise DamagedError(damaged_words(database.place, database.file, what))
    return int(written)


def note(connection: Connection, key: str, value: str) -> None:
    """Keep a value about the store itself."""
    table = schema.about
    done = connection.execute(table.update().where(table.c.key == key).values(value=value))
    if not done.rowcount:
        connection.execute(table.insert().values(key=key, value=value))


def noted(connection: Connection, key: str) -> str | None:
    """A value about the store itself; None where there is none."""
    table = schema.about
    return connection.execute(select(table.c.value).where(table.c.key == key)).scalar()
