"""Studies in the store: many solves that belong together, each point kept as soon as it is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

import tomli_w
from sqlalchemy import Connection, select

from planner.errors import PlannerError
from planner.runs.store import schema
from planner.runs.store.database import Database
from planner.runs.store.ids import author_name, new_id, now
from planner.runs.store.marks import put_away, put_back, removed_at, tags_of, wanted
from planner.runs.store.owners import hide_run, own, own_id, owners_of, seen, seen_id
from planner.runs.store.packs import Packs
from planner.runs.store.types import Study, StudyKind, StudyPoint, StudyStatus

if TYPE_CHECKING:
    from planner.pack.types import Pack
    from planner.scenario import Scenario

_KIND = "study"
_studies, _points = schema.studies, schema.study_points


class Studies:
    """The studies of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._packs = Packs(database)

    def begin(
        self,
        kind: StudyKind,
        name: str,
        *,
        scenario: Scenario,
        pack: Pack,
        spec: Mapping[str, Any],
        points: Sequence[StudyPoint],
        author: str | None = None,
    ) -> str:
        """Keep a study that begins, with its pack and the points that wait.

        Args:
            kind: What it is.
            name: What people call it.
            scenario: The base of every point.
            pack: The pack; its files are kept.
            spec: What was asked, as plain values, enough to ask again.
            points: What is to be solved, numbered from 0.
            author: Who asks; see `author_name`.

        Returns:
            The study's id.

        Raises:
            PlannerError: No such kind, points with wrong numbers, or the pack cannot be kept.
        """
        if kind not in get_args(StudyKind):
            message = f"No study is a {kind!r}; expected {', '.join(get_args(StudyKind))}."
            raise PlannerError(message)
        if [point.number for point in points] != list(range(len(points))):
            raise PlannerError("The points of a study are numbered from 0, one after the other.")
        fingerprint = self._packs.keep(pack)
        moment, new = now(), new_id()
        row = {
            "id": new,
            "kind": kind,
            "name": name,
            "pack_id": pack.id,
            "pack": fingerprint,
            "scenario": base_text(scenario, pack.id),
            "spec": _plain(spec),
            "status": "running",
            "author": author_name(author),
            "created": moment,
            "changed": moment,
        }
        with self._database.writing() as connection:
            connection.execute(_studies.insert().values(row))
            put_points(connection, new, points)
            own(connection, _KIND, new)
        return new

    def set_point(self, study_id: str, point: StudyPoint) -> None:
        """Keep one point as it is now; once this returns, nothing loses it.

        Raises:
            PlannerError: There is no such study, or it has no point of this number.
        """
        with self._database.writing() as connection:
            found = own_id(connection, _KIND, study_id)
            is_this = (_points.c.study_id == found) & (_points.c.number == point.number)
            values = _row_of_point(found, point)
            done = connection.execute(_points.update().where(is_this).values(values))
            if done.rowcount != 1:
                raise PlannerError(f"The study {found} has no point {point.number}.")
            _touch(connection, found, {})
            if point.run_id is not None:
                hide_run(connection, point.run_id, found)

    def finish(
        self, study_id: str, status: StudyStatus, told: Mapping[str, Any] | None = None
    ) -> None:
        """Say how a study ended, and what came of it as plain values.

        Raises:
            PlannerError: There is no such study, or no such status.
        """
        if status not in get_args(StudyStatus):
            message = f"No study is {status!r}; expected {', '.join(get_args(StudyStatus))}."
            raise PlannerError(message)
        with self._database.writing() as connection:
            found = own_id(connection, _KIND, study_id)
            _touch(connection, found, {"status": status, "told": _plain(told)})

    def get(self, study_id: str) -> Study:
        """A study with its points, also one that was put away.

        Raises:
            PlannerError: There is none with this id, or these first digits.
        """
        with self._database.reading() as connection:
            found = seen_id(connection, _KIND, study_id)
            (study,) = _read(connection, [_studies.c.id == found])
            return study

    def list(
        self, *, kind: StudyKind | None = None, tag: str | None = None, removed: bool = False
    ) -> tuple[Study, ...]:
        """The studies in use, or those that were put away, newest first."""
        conditions = wanted(_KIND, _studies.c.id, tag=tag, removed=removed)
        conditions += seen(_KIND, _studies.c.id)
        if kind is not None:
            conditions.append(_studies.c.kind == kind)
        with self._database.reading() as connection:
            return _read(connection, conditions)

    def remove(self, study_id: str) -> None:
        """Put a study away; nothing of it is lost."""
        with self._database.writing() as connection:
            put_away(connection, _KIND, own_id(connection, _KIND, study_id))

    def restore(self, study_id: str) -> None:
        """Bring a study back that was put away."""
        with self._database.writing() as connection:
            put_back(connection, _KIND, own_id(connection, _KIND, study_id))


def base_text(scenario: Scenario, pack_id: str) -> str:
    """The base of a study as TOML, whole, with the pack named by its id."""
    data = scenario.model_dump(mode="json", exclude_none=True)
    return tomli_w.dumps({**data, "pack": pack_id})


def put_points(connection: Connection, study_id: str, points: Iterable[StudyPoint]) -> None:
    """Keep the points of a new study within a transaction."""
    rows = [_row_of_point(study_id, point) for point in points]
    if rows:
        connection.execute(_points.insert(), rows)


def _row_of_point(study_id: str, point: StudyPoint) -> dict[str, Any]:
    return {
        "study_id": study_id,
        "number": point.number,
        "given": _plain(point.values),
        "run_id": point.run_id,
        "status": point.status,
        "message": point.message,
        "told": _plain(point.told),
    }


def _plain(value: Any) -> Any:
    from planner.runs.content import plain  # noqa: PLC0415 - lists need it not

    return plain(value)


def _touch(connection: Connection, study_id: str, values: Mapping[str, Any]) -> None:
    changed = {**values, "changed": now()}
    connection.execute(_studies.update().where(_studies.c.id == study_id).values(changed))


def _read(connection: Connection, conditions: Sequence[Any]) -> tuple[Study, ...]:
    """The studies that fulfil all conditions, with their points, newest first."""
    away, tags = removed_at(connection, _KIND), tags_of(connection, _KIND)
    owners = owners_of(connection, _KIND)
    which = select(_studies.c.id).where(*conditions)
    points = defaultdict(list)
    of_these = select(_points).where(_points.c.study_id.in_(which)).order_by(_points.c.number)
    for row in connection.execute(of_these):
        points[row.study_id].append(
            StudyPoint(row.number, row.given, row.run_id, row.status, row.message, row.told)
        )
    order = (_studies.c.created.desc(), _studies.c.id)
    query = select(_studies).where(*conditions).order_by(*order)
    return tuple(
        Study(
            **row,
            points=tuple(points[row["id"]]),
            removed=away.get(row["id"]),
            tags=tags.get(row["id"], ()),
            owner=owners.get(row["id"]),
        )
        for row in connection.execute(query).mappings()
    )
