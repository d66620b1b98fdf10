"""Marks on what is kept: its tags, and whether it was put away. Runs themselves never change."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, select

from planner.runs.store import schema
from planner.runs.store.contents import add_once
from planner.runs.store.ids import author_name, now

_away, _tags = schema.put_away, schema.tags
SUBJECTS: dict[str, Column[str]] = {
    "scenario": schema.scenarios.c.id,
    "run": schema.runs.c.id,
    "study": schema.studies.c.id,
}


def put_away(connection: Connection, kind: str, subject_id: str) -> None:
    """Note that something is no longer in use; what was put away before stays as it is."""
    row = {"kind": kind, "subject_id": subject_id, "at": now(), "by": author_name()}
    add_once(connection, _away, row)


def put_back(connection: Connection, kind: str, subject_id: str) -> None:
    """Take that note away again."""
    is_this = (_away.c.kind == kind) & (_away.c.subject_id == subject_id)
    connection.execute(_away.delete().where(is_this))


def wanted(
    kind: str, column: Column[str], *, tag: str | None, removed: bool
) -> list[ColumnElement[bool]]:
    """The conditions of a list: what is in use, or what was put away; with a tag if one is given.

    Args:
        kind: scenario, run, study or note.
        column: The id of such a thing.
        tag: A tag it must have.
        removed: Whether those are wanted that were put away, in place of those in use.
    """
    away = select(_away.c.subject_id).where(_away.c.kind == kind)
    conditions: list[ColumnElement[bool]] = [column.in_(away) if removed else column.not_in(away)]
    if tag is not None:
        tagged = select(_tags.c.subject_id).where(_tags.c.kind == kind, _tags.c.name == tag)
        conditions.append(column.in_(tagged))
    return conditions


def removed_at(
    connection: Connection, kind: str, subject_id: str | None = None
) -> dict[str, datetime]:
    """When each was put away, by its id: of one thing, or of all of a kind."""
    query = select(_away.c.subject_id, _away.c.at).where(_away.c.kind == kind)
    if subject_id is not None:
        query = query.where(_away.c.subject_id == subject_id)
    return {row.subject_id: row.at for row in connection.execute(query)}


def tags_of(
    connection: Connection, kind: str, subject_id: str | None = None
) -> dict[str, tuple[str, ...]]:
    """The tags in order, by the id: of one thing, or of all of a kind."""
    query = select(_tags.c.subject_id, _tags.c.name).where(_tags.c.kind == kind)
    if subject_id is not None:
        query = query.where(_tags.c.subject_id == subject_id)
    found = defaultdict(list)
    for row in connection.execute(query):
        found[row.subject_id].append(row.name)
    return {key: tuple(sorted(names)) for key, names in found.items()}
