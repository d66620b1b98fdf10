"""Scenarios in the store: every change is a version of a history in which nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import tomli_w
from sqlalchemy import Connection, func, select, update

from planner.errors import PlannerError
from planner.pack import builtin_packs
from planner.runs.store import schema
from planner.runs.store.database import Database
from planner.runs.store.ids import author_name, find_id, moment_words, new_id, now
from planner.runs.store.marks import put_away, put_back, removed_at, tags_of, wanted
from planner.runs.store.types import ConflictError, SavedScenario, ScenarioVersion
from planner.scenario import Scenario, parse_scenario
from planner.scenario.change import differing_keys, written

_heads, _versions = schema.scenarios, schema.scenario_versions
_KIND = "scenario"
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


class Scenarios:
    """The scenarios of a store. Versions form a tree; the scenario stands at one of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, scenario: Scenario, *, pack: str, based_on: str = "", author: str | None = None
    ) -> SavedScenario:
        """Keep a new scenario.

        Args:
            scenario: The rules; their `pack` becomes the one that is given.
            pack: A built-in id or an absolute folder.
            based_on: Where it comes from, as in `SavedScenario`.
            author: Who makes it; see `author_name`.

        Raises:
            PlannerError: The pack is named by a path that others cannot follow.
        """
        scenario = scenario.model_copy(update={"pack": pack})
        text = _text(scenario)
        made, by, new = now(), author_name(author), new_id()
        what = f"made from {based_on}" if based_on else "made"
        with self._database.writing() as connection:
            head = {"author": by, "created": made, "changed": made, "changed_by": by}
            connection.execute(
                _heads.insert().values(id=new, revision=1, version=1, based_on=based_on, **head)
            )
            _add_version(connection, new, 1, None, made, by, what, text)
            return _read(connection, new)

    def save(
        self,
        scenario_id: str,
        scenario: Scenario,
        *,
        expected: int,
        what: str = "",
        author: str | None = None,
    ) -> SavedScenario:
        """Keep a change as a new version, made from the one the scenario stands at.

        Args:
            scenario_id: Or its first digits.
            scenario: The changed rules. Where nothing differs, nothing is written.
            expected: The revision that the writer has seen.
            what: The change in words; made from the keys that differ when left out.
            author: Who changes it; see `author_name`.

        Raises:
            ConflictError: Somebody else was quicker; nothing was written.
            PlannerError: There is no such scenario, or it was put away.
        """
        text = _text(scenario)
        with self._database.writing() as connection:
            there = _expect(connection, scenario_id, expected)
            if there.scenario == scenario:
                return there
            last = select(func.max(_versions.c.number)).where(_versions.c.scenario_id == there.id)
            number = int(connection.execute(last).scalar_one()) + 1
            made, by = now(), author_name(author)
            words = what.strip() or change_words(there.scenario, scenario)
            _add_version(connection, there.id, number, there.version, made, by, words, text)
            moved = _move(connection, there, number, by, made)
        return replace(moved, scenario=scenario, pack=scenario.pack, can_undo=True, can_redo=False)

    def undo(self, scenario_id: str, *, expected: int, author: str | None = None) -> SavedScenario:
        """Go back to the version that the present one was made from.

        Raises:
            ConflictError: Somebody else was quicker.
            PlannerError: There is no earlier version, or no such scenario.
        """
        return self._step(scenario_id, expected, author, _parent, "earlier")

    def redo(self, scenario_id: str, *, expected: int, author: str | None = None) -> SavedScenario:
        """Go on to the newest version that was made from the present one.

        Raises:
            ConflictError: Somebody else was quicker.
            PlannerError: There is no later version, or no such scenario.
        """
        return self._step(scenario_id, expected, author, _newest_child, "later")

    def go_to(
        self, scenario_id: str, version: int, *, expected: int, author: str | None = None
    ) -> SavedScenario:
        """Stand at any version of the history.

        Raises:
            ConflictError: Somebody else was quicker.
            PlannerError: There is no such version, or no such scenario.
        """

        def that(connection: Connection, there: SavedScenario) -> int | None:
            query = select(_versions.c.number).where(
                _versions.c.scenario_id == there.id, _versions.c.number == version
            )
            return connection.execute(query).scalar()

        return self._step(scenario_id, expected, author, that, f"such ({version})")

    def get(self, scenario_id: str) -> SavedScenario:
        """A scenario as it stands, also one that was put away.

        Raises:
            PlannerError: There is none with this id, or these first digits.
        """
        with self._database.reading() as connection:
            return _read(connection, _found(connection, scenario_id))

    def list(self, *, tag: str | None = None, removed: bool = False) -> tuple[SavedScenario, ...]:
        """The scenarios in use, or those that were put away; the one changed last comes first."""
        with self._database.reading() as connection:
            conditions = wanted(_KIND, _heads.c.id, tag=tag, removed=removed)
            query = select(_heads.c.id).where(*conditions)
            order = query.order_by(_heads.c.changed.desc(), _heads.c.id)
            return _read_all(connection, list(connection.execute(order).scalars()))

    def history(self, scenario_id: str) -> tuple[ScenarioVersion, ...]:
        """Every version, oldest first."""
        with self._database.reading() as connection:
            found = _found(connection, scenario_id)
            query = select(_versions).where(_versions.c.scenario_id == found)
            return tuple(
                ScenarioVersion(
                    number=row.number,
                    parent=row.parent,
                    made=row.made,
                    author=row.author,
                    what=row.what,
                    scenario=_scenario(row.scenario, found),
                )
                for row in connection.execute(query.order_by(_versions.c.number))
            )

    def remove(self, scenario_id: str) -> None:
        """Put a scenario away; nothing of it is lost."""
        with self._database.writing() as connection:
            put_away(connection, _KIND, _found(connection, scenario_id))

    def restore(self, scenario_id: str) -> None:
        """Bring a scenario back that was put away."""
        with self._database.writing() as connection:
            put_back(connection, _KIND, _found(connection, scenario_id))

    def _step(
        self,
        scenario_id: str,
        expected: int,
        author: str | None,
        whither: Callable[[Connection, SavedScenario], int | None],
        which: str,
    ) -> SavedScenario:
        with self._database.writing() as connection:
            there = _expect(connection, scenario_id, expected)
            number = whither(connection, there)
            if number is None:
                raise PlannerError(f"The scenario {there.name} has no {which} version.")
            if number == there.version:
                return there
            _move(connection, there, number, author_name(author), now())
            return _read(connection, there.id)


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


def _text(scenario: Scenario) -> str:
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


def _found(connection: Connection, scenario_id: str) -> str:
    return find_id(connection, _heads.c.id, scenario_id, _KIND)


def _expect(connection: Connection, scenario_id: str, expected: int) -> SavedScenario:
    """The scenario as it stands, held against other writers, if it is at the expected revision."""
    found = _found(connection, scenario_id)
    held = select(_heads.c.revision, _heads.c.changed, _heads.c.changed_by)
    head = connection.execute(held.where(_heads.c.id == found).with_for_update()).one()
    if head.revision != expected:
        message = (
            f"The scenario {found} was changed meanwhile: {head.changed_by} did so on "
            f"{moment_words(head.changed)} (it is at revision {head.revision}; you have seen "
            f"{expected}). Nothing was written. Look at it as it is now, then change it again."
        )
        raise ConflictError(message)
    there = _read(connection, found)
    if there.removed is not None:
        message = (
            f"The scenario {there.name} was put away on {moment_words(there.removed)}; nothing was "
            f"written. Bring it back first: planner scenario restore {there.id}."
        )
        raise PlannerError(message)
    return there


def _add_version(
    connection: Connection,
    scenario_id: str,
    number: int,
    parent: int | None,
    made: datetime,
    author: str,
    what: str,
    text: str,
) -> None:
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


def _move(
    connection: Connection, there: SavedScenario, number: int, by: str, moment: datetime
) -> SavedScenario:
    """Let the scenario stand at a version, as its next revision; of its rules nothing is said."""
    is_as_seen = (_heads.c.id == there.id) & (_heads.c.revision == there.revision)
    revision = there.revision + 1
    head = {"version": number, "revision": revision, "changed": moment, "changed_by": by}
    done = connection.execute(update(_heads).where(is_as_seen).values(head))
    if done.rowcount != 1:
        message = f"The scenario {there.name} was changed at the same moment. Try again."
        raise ConflictError(message)
    return replace(there, version=number, revision=revision, changed=moment, changed_by=by)


def _parent(connection: Connection, there: SavedScenario) -> int | None:
    query = select(_versions.c.parent).where(
        _versions.c.scenario_id == there.id, _versions.c.number == there.version
    )
    return connection.execute(query).scalar()


def _newest_child(connection: Connection, there: SavedScenario) -> int | None:
    query = select(func.max(_versions.c.number)).where(
        _versions.c.scenario_id == there.id, _versions.c.parent == there.version
    )
    return connection.execute(query).scalar()


def _read(connection: Connection, scenario_id: str) -> SavedScenario:
    (found,) = _read_all(connection, [scenario_id])
    return found


def _read_all(connection: Connection, ids: list[str]) -> tuple[SavedScenario, ...]:
    """The scenarios with these ids, in this order."""
    one = ids[0] if len(ids) == 1 else None
    away, tags = removed_at(connection, _KIND, one), tags_of(connection, _KIND, one)
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
        )
        for row in (found[each] for each in ids)
        for scenario in (_scenario(row.scenario, row.id),)
    )


def _scenario(text: str, scenario_id: str) -> Scenario:
    return parse_scenario(text, f"scenario {scenario_id}")
