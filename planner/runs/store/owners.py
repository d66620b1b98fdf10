"""Whose a kept thing is, who may see it, and who may change it: asked in every transaction."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Connection, Select, select, update

from planner.errors import PlannerError
from planner.people import (
    NotYoursError,
    Person,
    acting,
    keeps_private,
    refuse_change,
    refuse_sight,
)
from planner.runs.store import schema
from planner.runs.store.contents import add_once
from planner.runs.store.database import Database
from planner.runs.store.ids import find_id
from planner.runs.store.marks import SUBJECTS
from planner.runs.store.types import Owner, Subject

_owners = schema.owners


class Owners:
    """The owners of what a store holds. What has none belongs to everybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, subject: Subject) -> Owner | None:
        """Whose something is; None for everybody's.

        Raises:
            PlannerError: There is no such subject, or it is somebody else's and private.
        """
        with self._database.reading() as connection:
            found = seen_id(connection, subject.kind, subject.id)
            return owners_of(connection, subject.kind, found).get(found)

    def set_private(self, subject: Subject, *, is_private: bool) -> None:
        """Keep something to its owner, or show it to all, with the owner's runs that came of it.

        Raises:
            NotYoursError: It belongs to somebody else.
            PlannerError: There is no such subject, or it belongs to nobody.
        """
        with self._database.writing() as connection:
            found = Subject(subject.kind, own_id(connection, subject.kind, subject.id))
            owner = owners_of(connection, found.kind, found.id).get(found.id)
            if owner is None:
                message = (
                    f"The {found.kind} {found.id} belongs to everybody, so it cannot be private. "
                    "Make a copy of your own."
                )
                raise PlannerError(message)
            with_it = _runs_of(found)
            of_the_kind = (_owners.c.kind == found.kind) & (_owners.c.subject_id == found.id)
            _set(connection, of_the_kind, is_private=is_private)
            if with_it is not None:
                theirs = (_owners.c.kind == "run") & (_owners.c.owner == owner.id)
                _set(connection, theirs & _owners.c.subject_id.in_(with_it), is_private=is_private)

    def give(self, subject: Subject, person: Person | None) -> None:
        """Give something to somebody, or to everybody; whether it is private stays.

        Raises:
            NotYoursError: It is not one's own to give: it belongs to another, or to everybody.
            PlannerError: There is no such subject.
        """
        with self._database.writing() as connection:
            found = Subject(subject.kind, own_id(connection, subject.kind, subject.id))
            before = owners_of(connection, found.kind, found.id).get(found.id)
            if before is None and acting() is not None:
                message = f"The {found.kind} {found.id} belongs to everybody; nothing was done."
                raise NotYoursError(message)
            is_this = (_owners.c.kind == found.kind) & (_owners.c.subject_id == found.id)
            connection.execute(_owners.delete().where(is_this))
            if person is not None:
                is_private = before is not None and before.is_private
                _add(connection, found.kind, found.id, person, is_private=is_private)


def own(connection: Connection, kind: str, subject_id: str, *, is_private: bool = False) -> None:
    """Note that something new belongs to who acts; nobody in particular owns nothing."""
    person = acting()
    if person is not None:
        _add(connection, kind, subject_id, person, is_private=is_private or keeps_private())


def require_sight(connection: Connection, kind: str, subject_id: str) -> None:
    """Refuse what is somebody else's and private.

    Raises:
        NotYoursError: It is.
    """
    _owner_in_sight(connection, kind, subject_id)


def require_owner(connection: Connection, kind: str, subject_id: str) -> None:
    """Refuse to change what is somebody else's.

    Raises:
        NotYoursError: It is.
    """
    owner = _owner_in_sight(connection, kind, subject_id)
    if owner is not None:
        refuse_change(f"the {kind} {subject_id}", owner.id, owner.name)


def seen_id(connection: Connection, kind: str, prefix: str) -> str:
    """The whole id of something that who acts may see, from its first digits.

    Raises:
        NotYoursError: It is somebody else's and private.
        PlannerError: No such thing begins so, or more than one does.
    """
    found = find_id(connection, SUBJECTS[kind], prefix, kind)
    require_sight(connection, kind, found)
    return found


def own_id(connection: Connection, kind: str, prefix: str) -> str:
    """The whole id of something that who acts may change, from its first digits.

    Raises:
        NotYoursError: It is somebody else's.
        PlannerError: No such thing begins so, or more than one does.
    """
    found = find_id(connection, SUBJECTS[kind], prefix, kind)
    require_owner(connection, kind, found)
    return found


def seen(kind: str, column: Column[str]) -> list[ColumnElement[bool]]:
    """The conditions of a list: nothing that is somebody else's and private.

    Args:
        kind: scenario, run, study or note.
        column: The id of such a thing.
    """
    hidden = hidden_ids(kind)
    return [] if hidden is None else [column.not_in(hidden)]


def hidden_ids(kind: str) -> Select[tuple[str]] | None:
    """The ids of a kind that who acts may not see; None where everything is seen."""
    person = acting()
    if person is None:
        return None
    return select(_owners.c.subject_id).where(
        _owners.c.kind == kind, _owners.c.is_private.is_(True), _owners.c.owner != person.id
    )


def owners_of(connection: Connection, kind: str, subject_id: str | None = None) -> dict[str, Owner]:
    """Whose each thing is, by its id: of one, or of all of a kind that have an owner."""
    query = select(_owners).where(_owners.c.kind == kind)
    if subject_id is not None:
        query = query.where(_owners.c.subject_id == subject_id)
    return {
        row.subject_id: Owner(row.owner, row.name, row.is_private)
        for row in connection.execute(query)
    }


def hide_run(connection: Connection, run_id: str, study_id: str) -> None:
    """Keep a run as private as the study of the same owner that it is a point of."""
    study = owners_of(connection, "study", study_id).get(study_id)
    if study is not None and study.is_private:
        is_this = (_owners.c.kind == "run") & (_owners.c.subject_id == run_id)
        _set(connection, is_this & (_owners.c.owner == study.id), is_private=True)


def of_private(connection: Connection, kind: str, subject_id: str | None) -> bool:
    """Whether something comes of what is private."""
    if subject_id is None:
        return False
    owner = owners_of(connection, kind, subject_id).get(subject_id)
    return owner is not None and owner.is_private


def _owner_in_sight(connection: Connection, kind: str, subject_id: str) -> Owner | None:
    """Whose something is that who acts may see; None too where nobody in particular acts."""
    if acting() is None:
        return None
    owner = owners_of(connection, kind, subject_id).get(subject_id)
    if owner is not None:
        what = f"the {kind} {subject_id}"
        refuse_sight(what, owner.id, owner.name, is_private=owner.is_private)
    return owner


def _runs_of(subject: Subject) -> Select[tuple[str]] | None:
    """The ids of the runs that came of something; None for what no run comes of."""
    if subject.kind == "scenario":
        return select(schema.runs.c.id).where(schema.runs.c.scenario_id == subject.id)
    if subject.kind == "study":
        points = schema.study_points
        return select(points.c.run_id).where(
            points.c.study_id == subject.id, points.c.run_id.is_not(None)
        )
    return None


def _add(
    connection: Connection, kind: str, subject_id: str, person: Person, *, is_private: bool
) -> None:
    row = {"kind": kind, "subject_id": subject_id, "owner": person.id, "name": person.name}
    add_once(connection, _owners, {**row, "is_private": is_private})


def _set(connection: Connection, which: ColumnElement[bool], *, is_private: bool) -> None:
    connection.execute(update(_owners).where(which).values(is_private=is_private))
