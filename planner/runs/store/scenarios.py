"""Scenarios in the store: every change is a version of a history in which nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, func, select

from planner.errors import PlannerError
from planner.runs.store import schema
from planner.runs.store.database import Database
from planner.runs.store.histories import (
    KIND,
    add_version,
    change_words,
    expect,
    move,
    newest_child,
    parent_of,
    read_all,
    read_one,
    scenario_in,
    text_of,
)
from planner.runs.store.ids import author_name, new_id, now
from planner.runs.store.marks import put_away, put_back, wanted
from planner.runs.store.owners import own, own_id, seen, seen_id
from planner.runs.store.types import SavedScenario, ScenarioVersion
from planner.scenario import Scenario

_heads, _versions = schema.scenarios, schema.scenario_versions


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
        text = text_of(scenario)
        made, by, new = now(), author_name(author), new_id()
        what = f"made from {based_on}" if based_on else "made"
        with self._database.writing() as connection:
            head = {"author": by, "created": made, "changed": made, "changed_by": by}
            connection.execute(
                _heads.insert().values(id=new, revision=1, version=1, based_on=based_on, **head)
            )
            add_version(connection, new, 1, None, made, by, what, text)
            own(connection, KIND, new)
            return read_one(connection, new)

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
            NotYoursError: It belongs to somebody else; of undo, redo and `go_to` too.
            PlannerError: There is no such scenario, or it was put away.
        """
        text = text_of(scenario)
        with self._database.writing() as connection:
            there = expect(connection, scenario_id, expected)
            if there.scenario == scenario:
                return there
            last = select(func.max(_versions.c.number)).where(_versions.c.scenario_id == there.id)
            number = int(connection.execute(last).scalar_one()) + 1
            made, by = now(), author_name(author)
            words = what.strip() or change_words(there.scenario, scenario)
            add_version(connection, there.id, number, there.version, made, by, words, text)
            moved = move(connection, there, number, by, made)
        return replace(moved, scenario=scenario, pack=scenario.pack, can_undo=True, can_redo=False)

    def undo(self, scenario_id: str, *, expected: int, author: str | None = None) -> SavedScenario:
        """Go back to the version that the present one was made from.

        Raises:
            ConflictError: Somebody else was quicker.
            PlannerError: There is no earlier version, or no such scenario.
        """
        return self._step(scenario_id, expected, author, parent_of, "earlier")

    def redo(self, scenario_id: str, *, expected: int, author: str | None = None) -> SavedScenario:
        """Go on to the newest version that was made from the present one.

        Raises:
            ConflictError: Somebody else was quicker.
            PlannerError: There is no later version, or no such scenario.
        """
        return self._step(scenario_id, expected, author, newest_child, "later")

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
            NotYoursError: It is somebody else's and private.
        """
        with self._database.reading() as connection:
            return read_one(connection, seen_id(connection, KIND, scenario_id))

    def list(self, *, tag: str | None = None, removed: bool = False) -> tuple[SavedScenario, ...]:
        """The scenarios in use, or those that were put away; the one changed last comes first."""
        with self._database.reading() as connection:
            conditions = wanted(KIND, _heads.c.id, tag=tag, removed=removed)
            conditions += seen(KIND, _heads.c.id)
            query = select(_heads.c.id).where(*conditions)
            order = query.order_by(_heads.c.changed.desc(), _heads.c.id)
            return read_all(connection, list(connection.execute(order).scalars()))

    def history(self, scenario_id: str) -> tuple[ScenarioVersion, ...]:
        """Every version, oldest first."""
        with self._database.reading() as connection:
            found = seen_id(connection, KIND, scenario_id)
            query = select(_versions).where(_versions.c.scenario_id == found)
            return tuple(
                ScenarioVersion(
                    number=row.number,
                    parent=row.parent,
                    made=row.made,
                    author=row.author,
                    what=row.what,
                    scenario=scenario_in(row.scenario, found),
                )
                for row in connection.execute(query.order_by(_versions.c.number))
            )

    def remove(self, scenario_id: str) -> None:
        """Put a scenario away; nothing of it is lost."""
        with self._database.writing() as connection:
            put_away(connection, KIND, own_id(connection, KIND, scenario_id))

    def restore(self, scenario_id: str) -> None:
        """Bring a scenario back that was put away."""
        with self._database.writing() as connection:
            put_back(connection, KIND, own_id(connection, KIND, scenario_id))

    def _step(
        self,
        scenario_id: str,
        expected: int,
        author: str | None,
        whither: Callable[[Connection, SavedScenario], int | None],
        which: str,
    ) -> SavedScenario:
        with self._database.writing() as connection:
            there = expect(connection, scenario_id, expected)
            number = whither(connection, there)
            if number is None:
                raise PlannerError(f"The scenario {there.name} has no {which} version.")
            if number == there.version:
                return there
            move(connection, there, number, author_name(author), now())
            return read_one(connection, there.id)
