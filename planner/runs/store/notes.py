"""Notes and tags on scenarios, runs and studies."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select

from planner.errors import PlannerError
from planner.runs.store import schema
from planner.runs.store.contents import add_once
from planner.runs.store.database import Database
from planner.runs.store.ids import author_name, find_id, new_id, now
from planner.runs.store.marks import SUBJECTS, put_away, put_back, tags_of, wanted
from planner.runs.store.owners import (
    hidden_ids,
    own,
    owners_of,
    require_owner,
    require_sight,
    seen_id,
)
from planner.runs.store.types import Note, Owner, Subject

_notes, _tags, _away = schema.notes, schema.tags, schema.put_away
_KIND = "note"
LONGEST_NOTE = 20_000
LONGEST_TAG = 60


class Notes:
    """The notes and tags of a store.

    Who may see a thing may add a note to it; a note is changed by whoever wrote it. Tags are the
    business of whose the thing is. All else raises `NotYoursError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subject: Subject, text: str, *, author: str | None = None) -> Note:
        """Add a note.

        Raises:
            PlannerError: There is no such subject, or the text is empty or too long.
        """
        text = _note_text(text)
        with self._database.writing() as connection:
            found = _subject(connection, subject)
            note = Note(new_id(), found, text, author_name(author), now())
            connection.execute(
                _notes.insert().values(
                    id=note.id,
                    kind=found.kind,
                    subject_id=found.id,
                    text=text,
                    author=note.author,
                    made=note.made,
                )
            )
            own(connection, _KIND, note.id)
        return note

    def edit(self, note_id: str, text: str) -> Note:
        """Write a note anew; it keeps its id, author and date.

        Raises:
            PlannerError: There is no such note, or the text is empty or too long.
        """
        text = _note_text(text)
        with self._database.writing() as connection:
            found = _own_id(connection, note_id)
            is_this = _notes.c.id == found
            connection.execute(_notes.update().where(is_this).values(text=text))
            row = connection.execute(select(_notes).where(is_this)).one()
            return _note(row, owners_of(connection, _KIND, found))

    def remove(self, note_id: str) -> None:
        """Put a note away."""
        with self._database.writing() as connection:
            put_away(connection, _KIND, _own_id(connection, note_id))

    def restore(self, note_id: str) -> None:
        """Bring a note back that was put away."""
        with self._database.writing() as connection:
            put_back(connection, _KIND, _own_id(connection, note_id))

    def of(self, subject: Subject, *, removed: bool = False) -> tuple[Note, ...]:
        """The notes on something, oldest first: those in use, or those that were put away."""
        with self._database.reading() as connection:
            found = _subject(connection, subject)
            query = select(_notes).where(
                _notes.c.kind == found.kind,
                _notes.c.subject_id == found.id,
                *wanted(_KIND, _notes.c.id, tag=None, removed=removed),
            )
            rows = connection.execute(query.order_by(_notes.c.made, _notes.c.id))
            owners = owners_of(connection, _KIND)
            return tuple(_note(row, owners) for row in rows)

    def tag(self, subject: Subject, name: str) -> None:
        """Give something a tag; one that it has already stays.

        Raises:
            PlannerError: There is no such subject, or the name is none.
        """
        name = _tag_name(name)
        with self._database.writing() as connection:
            found = _subject(connection, subject)
            require_owner(connection, found.kind, found.id)
            row = {"kind": found.kind, "subject_id": found.id, "name": name}
            add_once(connection, _tags, row)

    def untag(self, subject: Subject, name: str) -> None:
        """Take a tag away; one that it has not is no fault."""
        name = _tag_name(name)
        with self._database.writing() as connection:
            found = _subject(connection, subject)
            require_owner(connection, found.kind, found.id)
            row = {"kind": found.kind, "subject_id": found.id, "name": name}
            connection.execute(_tags.delete().filter_by(**row))

    def tags_of(self, subject: Subject) -> tuple[str, ...]:
        """The tags of something, in order."""
        with self._database.reading() as connection:
            found = _subject(connection, subject)
            return tags_of(connection, found.kind, found.id).get(found.id, ())

    def tags(self) -> dict[str, int]:
        """Every tag in order, with how many things in use have it."""
        is_away = (_away.c.kind == _tags.c.kind) & (_away.c.subject_id == _tags.c.subject_id)
        query = select(_tags.c.name, func.count()).where(~select(_away).where(is_away).exists())
        for kind in SUBJECTS:
            hidden = hidden_ids(kind)
            if hidden is not None:
                query = query.where((_tags.c.kind != kind) | _tags.c.subject_id.not_in(hidden))
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(_tags.c.name)).all()
        return {name: int(count) for name, count in sorted(map(tuple, found))}


def _subject(connection: Connection, subject: Subject) -> Subject:
    """The subject with its whole id.

    Raises:
        NotYoursError: It is somebody else's and private.
        PlannerError: There is none.
    """
    return Subject(subject.kind, seen_id(connection, subject.kind, subject.id))


def _own_id(connection: Connection, note_id: str) -> str:
    """The whole id of a note that who acts has written, on something that they may see."""
    found = find_id(connection, _notes.c.id, note_id, _KIND)
    row = connection.execute(select(_notes.c.kind, _notes.c.subject_id).where(_notes.c.id == found))
    subject = row.one()
    require_sight(connection, subject.kind, subject.subject_id)
    require_owner(connection, _KIND, found)
    return found


def _note(row: Row[Any], owners: Mapping[str, Owner]) -> Note:
    subject = Subject(row.kind, row.subject_id)
    return Note(row.id, subject, row.text, row.author, row.made, owners.get(row.id))


def _note_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise PlannerError("The note is empty; write what it should say.")
    if len(text) > LONGEST_NOTE:
        message = f"The note has {len(text)} characters; at most {LONGEST_NOTE} are kept."
        raise PlannerError(message)
    return text


def _tag_name(name: str) -> str:
    """The name as all write it: without blanks around it, every character in one form."""
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain or len(plain) > LONGEST_TAG or not plain.isprintable():
        message = (
            f"{name[:LONGEST_TAG]!r} is no tag: expected a line of 1 to {LONGEST_TAG} characters."
        )
        raise PlannerError(message)
    return plain
