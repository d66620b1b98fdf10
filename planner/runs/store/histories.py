"""Scenarios as the database has them: found, held against other writers, moved, read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import tomli_w
from sqlalchemy import Connection, func, select, update

from planner.errors import PlannerError
from planner.pack import builtin_packs
from planner.runs.store import schema
from planner.runs.store.ids import moment_words
from planner.runs.store.marks import removed_at, tags_of
from planner.runs.store.owners import own_id, owners_of
from planner.runs.store.types import ConflictError, SavedScenario
from planner.scenario import Scenario, parse_scenario
from planner.scenario.change import differing_keys, written

KIND = "scenario"
_heads, _versions = schema.scenarios, schema.scenario_versions
_TOLD_CHANGES = 5
_LONGEST_VALUE = 60

_child = _versions.alias()
_AS_THEY_STAND = select(
    _heads,
    _versions.c.parent,
    _versions.c.scenario,
    select(_child.c.number)
    .where(_child.c.scenario_id == _heads.c.id, _child.c.parent == _heads.c.version)
    .exists()
    .label("can_redo"),
).join_from(
    _heads,
    _versions,
    (_versions.c.scenario_id == _heads.c.id) & (_versions.c.number == _heads.c.version),
)


def change_words(before: Scenario, after: Scenario) -> str:
    """What differs between two versions: each key, from what to what."""
    found = differing_keys(before, after)
    words = [f"{key} {_value(old)} -> {_value(new)}" for key, old, new in found[:_TOLD_CHANGES]]
    if len(found) > _TOLD_CHANGES:
        words.append(f"and {len(found) - _TOLD_CHANGES} more")
    return ", ".join(words)


def _value(value: object) -> str:
    text = "nothing" if value is None else written(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def text_of(scenario: Scenario) -> str:
    """The scenario as it is, with every default that holds today, so that it stays the same.

    Raises:
        PlannerError: Its pack is named by a path that depends on where one stands.
    """
    if scenario.pack not in builtin_packs() and not Path(scenario.pack).is_absolute():
        message = (
            f"pack: found {scenario.pack}; expected the id of a built-in pack "
            f"({', '.join(builtin_packs())}) or the full path of a folder."
        )
        raise PlannerError(message)
    return tomli_w.dumps(scenario.model_dump(mode="json", exclude_none=True))


def expect(connection: Connection, scenario_id: str, expected: int) -> SavedScenario:
    """The scenario as it stands, held against other writers until the transaction ends.

    Raises:
        ConflictError: It is not at the expected revision.
        NotYoursError: It belongs to somebody else.
        PlannerError: There is none, or it was put away.
    """
    found = own_id(connection, KIND, scenario_id)
    held = select(_heads.c.revision, _heads.c.changed, _heads.c.changed_by)
    head = connection.execute(held.where(_heads.c.id == found).with_for_update()).one()
    if head.revision != expected:
        message = (
            f"The scenario {found} was changed meanwhile: {head.changed_by} did so on "
            f"{moment_words(head.changed)} (it is at revision {head.revision}; you have seen "
            f"{expected}). Nothing was written. Look at it as it is now, then change it again."
        )
        raise ConflictError(message)
    there = read_one(connection, found)
    if there.removed is not None:
        message = (
            f"The scenario {there.name} was put away on {moment_words(there.removed)}; nothing was "
            f"written. Bring it back first: planner scenario restore {there.id}."
        )
        raise PlannerError(message)
    return there


def add_version(
    connection: Connection,
    scenario_id: str,
    number: int,
    parent: int | None,
    made: datetime,
    author: str,
    what: str,
    text: str,
) -> None:
    """Add a version to a history."""
    connection.execute(
        _versions.insert().values(
            scenario_id=scenario_id,
            number=number,
            parent=parent,
            made=made,
            author=author,
            what=what,
            scenario=text,
        )
    )


def move(
    connection: Connection, there: SavedScenario, number: int, by: str, moment: datetime
) -> SavedScenario:
    """Let a scenario that is held by `expect` stand at a version, as its next revision.

    Of its rules nothing is said.
    """
    revision = there.revision + 1
    head = {"version": number, "revision": revision, "changed": moment, "changed_by": by}
    connection.execute(update(_heads).where(_heads.c.id == there.id).values(head))
    return replace(there, version=number, revision=revision, changed=moment, changed_by=by)


def parent_of(connection: Connection, there: SavedScenario) -> int | None:
    """The version that the present one was made from; None for the first."""
    query = select(_versions.c.parent).where(
        _versions.c.scenario_id == there.id, _versions.c.number == there.version
    )
    return connection.execute(query).scalar()


def newest_child(connection: Connection, there: SavedScenario) -> int | None:
    """The newest version that was made from the present one; None where there is none."""
    query = select(func.max(_versions.c.number)).where(
        _versions.c.scenario_id == there.id, _versions.c.parent == there.version
    )
    return connection.execute(query).scalar()


def read_one(connection: Connection, scenario_id: str) -> SavedScenario:
    """The scenario with this whole id."""
    (found,) = read_all(connection, [scenario_id])
    return found


def read_all(connection: Connection, ids: list[str]) -> tuple[SavedScenario, ...]:
    """The scenarios with these ids, in this order."""
    one = ids[0] if len(ids) == 1 else None
    away, tags = removed_at(connection, KIND, one), tags_of(connection, KIND, one)
    owners = owners_of(connection, KIND, one)
    query = _AS_THEY_STAND
    if one is not None:
        query = query.where(_heads.c.id == one)
    found = {row.id: row for row in connection.execute(query)}
    return tuple(
        SavedScenario(
            id=row.id,
            revision=row.revision,
            version=row.version,
            pack=scenario.pack,
            scenario=scenario,
            based_on=row.based_on,
            author=row.author,
            created=row.created,
            changed=row.changed,
            changed_by=row.changed_by,
            can_undo=row.parent is not None,
            can_redo=bool(row.can_redo),
            removed=away.get(row.id),
            tags=tags.get(row.id, ()),
            owner=owners.get(row.id),
        )
        for row in (found[each] for each in ids)
        for scenario in (scenario_in(row.scenario, row.id),)
    )


def scenario_in(text: str, scenario_id: str) -> Scenario:
    """The scenario in a text as the store keeps it."""
    return parse_scenario(text, f"scenario {scenario_id}")
