"""The tables of the store, the same in SQLite and PostgreSQL, and what guards them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from planner.errors import PlannerError


class Moment(TypeDecorator[datetime]):
    """A moment as text in UTC, always of the same length, so that its order is that of time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """As it is written down."""
        del dialect
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """As it is read back."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


class Plain(TypeDecorator[Any]):
    """Plain values as JSON text; neither NaN nor infinity can be kept."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """As it is written down."""
        del dialect
        return None if value is None else json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """As it is read back."""
        del dialect
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            message = (
                "The store is damaged: a list in it cannot be read. Look with planner store "
                "--check, and bring back a backup: planner store --restore BACKUP."
            )
            raise PlannerError(message) from None


class Words(TypeDecorator[str]):
    """Text that people write; what no database can keep as text is refused in words."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As it is written down."""
        del dialect
        if value is not None and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
            message = f"The text {value[:40]!r} holds a character that is none; take it out."
            raise PlannerError(message)
        return value


metadata = MetaData()


def _id(name: str = "id", **more: Any) -> Column[str]:
    return Column(name, String(16), **more)


about = Table(
    "store",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

scenarios = Table(
    "scenarios",
    metadata,
    _id(primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("based_on", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("changed_by", Words, nullable=False),
)

# `scenario`: TOML. `parent` is None for the first.
scenario_versions = Table(
    "scenario_versions",
    metadata,
    _id("scenario_id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("parent", Integer),
    Column("made", Moment, nullable=False),
    Column("author", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("scenario", Words, nullable=False),
    ForeignKeyConstraint(["scenario_id"], ["scenarios.id"]),
)

# `builtin`: the id under which the planner ships these very files; None for all others.
packs = Table(
    "packs",
    metadata,
    _id("fingerprint", primary_key=True),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("builtin", Words),
    Column("kept", Moment, nullable=False),
)

# What stands in files, each content once, whichever packs and runs have it. `size` and `digest`
# (SHA-256, in hex) are of the file; `content` is the file as the zlib module packs it.
contents = Table(
    "contents",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# `name`: the path as seen from the pack's folder, with `/`. `is_data`: whether the fingerprint is
# made of it too; the others are licences, texts and ready scenarios.
pack_files = Table(
    "pack_files",
    metadata,
    Column("pack", ForeignKey("packs.fingerprint"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("digest", ForeignKey("contents.digest"), nullable=False),
    Column("is_data", Boolean, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    _id(primary_key=True),
    Column("name", Words, nullable=False),
    Column("created", Moment, nullable=False, index=True),
    Column("kept", Moment, nullable=False),
    Column("author", Words, nullable=False),
    Column("source", String(16), nullable=False),
    _id("scenario_id", index=True),
    Column("scenario_version", Integer),
    Column("pack_id", Words, nullable=False),
    Column("pack", String(16), nullable=False),
    Column("problem", String(16), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("solver", Words, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("version", Words, nullable=False),
    Column("objective", Float(53)),
    Column("unit", Words, nullable=False),
    Column("bound", Float(53)),
    Column("gap", Float(53)),
    Column("seconds", Float(53), nullable=False),
    Column("kpis", Plain),
)

run_files = Table(
    "run_files",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("digest", ForeignKey("contents.digest"), nullable=False),
)

# `scenario`: the base scenario as TOML. `spec`: what was asked; `told`: the result.
studies = Table(
    "studies",
    metadata,
    _id(primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Words, nullable=False),
    Column("pack_id", Words, nullable=False),
    Column("pack", String(16), nullable=False),
    Column("scenario", Words, nullable=False),
    Column("spec", Plain, nullable=False),
    Column("status", String(16), nullable=False),
    Column("author", Words, nullable=False),
    Column("created", Moment, nullable=False, index=True),
    Column("changed", Moment, nullable=False),
    Column("told", Plain),
)

# `given`: what was set for the point, by the scenario's key.
study_points = Table(
    "study_points",
    metadata,
    Column("study_id", ForeignKey("studies.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("given", Plain, nullable=False),
    _id("run_id"),
    Column("status", String(16), nullable=False),
    Column("message", Words, nullable=False),
    Column("told", Plain),
)

# `kind` is scenario, run or study; of what is put away also note. What a run is called or whether
# it is in use stands in tables of its own, because runs never change.
notes = Table(
    "notes",
    metadata,
    _id(primary_key=True),
    Column("kind", String(16), nullable=False),
    _id("subject_id", nullable=False),
    Column("text", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("made", Moment, nullable=False),
    Index("notes_of", "kind", "subject_id"),
)

tags = Table(
    "tags",
    metadata,
    Column("kind", String(16), primary_key=True),
    _id("subject_id", primary_key=True),
    Column("name", Words, primary_key=True),
)

put_away = Table(
    "put_away",
    metadata,
    Column("kind", String(16), primary_key=True),
    _id("subject_id", primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
)

# Whose a thing is; what has no row belongs to everybody. `kind` as above; `owner`: the id of a
# person, with the name that people call them. Since schema 2.
owners = Table(
    "owners",
    metadata,
    Column("kind", String(16), primary_key=True),
    _id("subject_id", primary_key=True),
    Column("owner", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("is_private", Boolean, nullable=False),
)

NEVER_CHANGED = {
    "contents": "what is kept never changes",
    "scenario_versions": "versions of a scenario never change",
    "runs": "runs never change",
    "run_files": "runs never change",
    "packs": "packs that are kept never change",
    "pack_files": "packs that are kept never change",
}


def create(connection: Connection) -> None:
    """Make the tables of schema 1, and the triggers that refuse to change what never changes."""
    first = [table for table in metadata.sorted_tables if table is not owners]
    metadata.create_all(connection, tables=first)
    for statement in _guards(connection.dialect.name):
        connection.exec_driver_sql(statement)


def add_owners(connection: Connection) -> None:
    """From schema 1 to 2: things may have an owner; those that are there belong to everybody."""
    owners.create(connection)


def _guards(dialect: str) -> Iterator[str]:
    """The statements that make the triggers."""
    for table, words in NEVER_CHANGED.items():
        if dialect == "sqlite":
            for event in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
                )
        else:
            yield (
                f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS "
                f"$guard$ BEGIN RAISE EXCEPTION '{words}'; END $guard$"
            )
            yield (
                f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_guard()"
            )
