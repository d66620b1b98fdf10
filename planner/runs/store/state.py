"""What a store is and holds, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from planner.runs.store import schema
from planner.runs.store.database import Database
from planner.runs.store.number import schema_of


@dataclass(frozen=True, slots=True)
class StoreState:
    """A store at a glance.

    Attributes:
        place: The file, or the URL without its password.
        kind: SQLite or PostgreSQL.
        schema: The number of its schema.
        megabytes: On the disk, with what is still in the log.
        counts: How many scenarios, runs, studies, packs and notes are in use.
        put_away: How many of them were put away.
    """

    place: str
    kind: str
    schema: int
    megabytes: float
    counts: Mapping[str, int]
    put_away: Mapping[str, int]


def state_of(database: Database) -> StoreState:
    """What a store is and holds now."""
    tables = {
        "scenarios": ("scenario", schema.scenarios),
        "runs": ("run", schema.runs),
        "studies": ("study", schema.studies),
        "packs": ("pack", schema.packs),
        "notes": ("note", schema.notes),
    }
    away = schema.put_away
    with database.reading() as connection:
        query = select(away.c.kind, func.count()).group_by(away.c.kind)
        gone = {row[0]: int(row[1]) for row in connection.execute(query)}
        everything = {
            name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for name, (_, table) in tables.items()
        }
        return StoreState(
            place=database.place,
            kind=database.kind,
            schema=schema_of(connection, database),
            megabytes=_bytes(connection, database.file) / 1e6,
            counts={
                name: everything[name] - gone.get(kind, 0) for name, (kind, _) in tables.items()
            },
            put_away={name: gone[kind] for name, (kind, _) in tables.items() if kind in gone},
        )


def _bytes(connection: Connection, file: Path | None) -> int:
    if file is None:
        return int(
            connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        )
    log = file.with_name(f"{file.name}-wal")
    return sum(each.stat().st_size for each in (file, log) if each.exists())
