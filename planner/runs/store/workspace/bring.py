"""Bringing a workspace into a store: the same ids, nothing overwritten, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Table, select

from planner.pack.place import home
from planner.pack.snapshot import place_within, snapshot_from
from planner.people import may_change
from planner.runs.store import Store, cached, contents, packs, runs, schema
from planner.runs.store.ids import author_name
from planner.runs.store.owners import own, owners_of
from planner.runs.store.runfiles import on_pack
from planner.runs.store.types import KeptPack
from planner.runs.store.workspace.archive import Archive, open_zip
from planner.runs.store.workspace.judge import Content, judged
from planner.runs.store.workspace.records import (
    ON_PACK,
    Marks,
    NoteRecord,
    PackRecord,
    RunRecord,
    ScenarioRecord,
    StudyRecord,
    content_of,
    id_of_content,
    written,
)
from planner.runs.store.workspace.take import Taking
from planner.scenario import parse_scenario

Kind = Literal["scenario", "run", "study", "pack"]
Outcome = Literal["new", "there", "beside", "beside_there"]
E = TypeVar("E", ScenarioRecord, StudyRecord)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one thing in a workspace.

    Attributes:
        kind: What it is.
        id: Its id in the workspace.
        name: What people call it.
        outcome: new: it came in under its own id. there: the same was here already. beside:
            another one was here under its id, so it came in under `new_id`. beside_there: it had
            come in so before.
        new_id: Its id here.
    """

    kind: Kind
    id: str
    name: str
    outcome: Outcome
    new_id: str


def import_workspace(store: Store, path: Path) -> tuple[Brought, ...]:
    """Bring everything in a workspace file into a store.

    Packs that scenarios stand on are also unpacked into `packs` in the planner's folder.

    Returns:
        What became of each thing: packs, then scenarios, runs and studies.

    Raises:
        InputError: The file is no workspace, damaged or hostile; with every fault. Nothing was
            brought.
        PlannerError: The file or the store refuses. Nothing was brought.
    """
    with store.database.reading() as connection:
        kept = frozenset(connection.execute(select(schema.packs.c.fingerprint)).scalars())
    with open_zip(path) as archive:
        content = judged(archive, kept)
        with store.database.writing() as connection:
            return tuple(_Bringing(connection, archive, content).all())


class _Bringing:
    """One import, within one transaction."""

    def __init__(self, connection: Connection, archive: Archive, content: Content) -> None:
        self._connection = connection
        self._archive = archive
        self._content = content
        self._places: dict[str, str] = {}
        self._here = Taking(connection)

    def all(self) -> Iterator[Brought]:
        """Bring everything in; those first that others lean on."""
        content = self._content
        for pack in content.packs.values():
            yield self._pack(pack)
        moved = {}
        for scenario in content.scenarios.values():
            brought = self._scenario(scenario)
            moved[scenario.id] = brought.new_id
            yield brought
        for run in content.runs.values():
            yield self._run(run, moved)
        for study in content.studies.values():
            yield self._study(study)

    def _pack(self, pack: PackRecord) -> Brought:
        files = {
            name: self._archive.read(f"contents/{each.digest}") for name, each in pack.files.items()
        }
        data = {name: content for name, content in files.items() if pack.files[name].is_data}
        beside = {name: content for name, content in files.items() if name not in data}
        is_new = packs.put(self._connection, snapshot_from(data, beside))
        its_id = pack.fingerprint
        return Brought("pack", its_id, pack.name, "new" if is_new else "there", its_id)

    def _scenario(self, record: ScenarioRecord) -> Brought:
        text = next(each.scenario for each in record.versions if each.number == record.version)
        outcome, its_id = self._whither(record, schema.scenarios, self._here.scenario)
        if outcome in ("new", "beside"):
            self._add_scenario(record, its_id)
        self._mark("scenario", its_id, record.marks, is_new=outcome in ("new", "beside"))
        return Brought("scenario", record.id, parse_scenario(text).name, outcome, its_id)

    def _study(self, record: StudyRecord) -> Brought:
        outcome, its_id = self._whither(record, schema.studies, self._here.study)
        if outcome in ("new", "beside"):
            self._add_study(record, its_id)
        self._mark("study", its_id, record.marks, is_new=outcome in ("new", "beside"))
        return Brought("study", record.id, record.name, outcome, its_id)

    def _whither(self, record: E, table: Table, here: Callable[[str], E]) -> tuple[Outcome, str]:
        """Under which id a record comes in, and what that means; nothing is overwritten."""

        def is_there(its_id: str) -> bool:
            query = select(table.c.id).where(table.c.id == its_id)
            return self._connection.execute(query).first() is not None

        if not is_there(record.id):
            return "new", record.id
        content = content_of(record)
        if content_of(here(record.id)) == content:
            return "there", record.id
        new_id = id_of_content(content)
        return ("beside_there" if is_there(new_id) else "beside"), new_id

    def _add_scenario(self, record: ScenarioRecord, its_id: str) -> None:
        head = record.model_dump(exclude={"versions", "marks"}) | {"id": its_id}
        self._connection.execute(schema.scenarios.insert().values(head))
        own(self._connection, "scenario", its_id)
        rows = [
            each.model_dump() | {"scenario_id": its_id, "scenario": self._placed(each.scenario)}
            for each in record.versions
        ]
        self._connection.execute(schema.scenario_versions.insert(), rows)

    def _placed(self, text: str) -> str:
        """A version's TOML with the pack's folder on this machine."""
        place = parse_scenario(text).pack
        if not place.startswith(ON_PACK):
            return text
        fingerprint = place.removeprefix(ON_PACK)
        if fingerprint not in self._places:
            self._places[fingerprint] = str(self._unpacked(fingerprint))
        return on_pack(text.encode(), self._places[fingerprint]).decode()

    def _unpacked(self, fingerprint: str) -> Path:
        """A folder with a pack that people may edit; one that was edited is left alone."""
        table = schema.packs
        query = select(table).where(table.c.fingerprint == fingerprint)
        kept = KeptPack(**self._connection.execute(query).mappings().one())
        files = packs.digests_of(self._connection, fingerprint)
        number = 1
        while True:
            ending = "" if number == 1 else f"-{number}"
            root = home() / "packs" / f"{fingerprint}{ending}"
            below = packs.below(root, place_within(root, fingerprint, list(files)), files)
            if not root.exists() or cached.is_whole(root, below):
                return packs.unpack(self._connection, kept, files, root)
            number += 1

    def _run(self, record: RunRecord, moved: dict[str, str]) -> Brought:
        row = self._content.rows[record.id] | {
            "scenario_id": moved.get(record.scenario_id or "", record.scenario_id),
            "scenario_version": record.scenario_version,
        }
        start = f"runs/{record.id}/"
        files = {
            member.removeprefix(start): self._archive.read(member)
            for member in self._archive.names(start)
        }
        is_new = runs.put(self._connection, row, files)
        self._mark("run", record.id, record.marks, is_new=is_new)
        return Brought("run", record.id, row["name"], "new" if is_new else "there", record.id)

    def _add_study(self, record: StudyRecord, its_id: str) -> None:
        head = record.model_dump(exclude={"points", "marks"}) | {"id": its_id}
        self._connection.execute(schema.studies.insert().values(head))
        own(self._connection, "study", its_id)
        rows = [
            each.model_dump(exclude={"values"}) | {"study_id": its_id, "given": each.values}
            for each in record.points
        ]
        if rows:
            self._connection.execute(schema.study_points.insert(), rows)

    def _mark(self, kind: str, its_id: str, marks: Marks, *, is_new: bool) -> None:
        """Add the tags and notes that are not there; put away only what is new here.

        What is somebody else's stays as it is.
        """
        owner = owners_of(self._connection, kind, its_id).get(its_id)
        if not may_change(None if owner is None else owner.id):
            return
        for name in marks.tags:
            row = {"kind": kind, "subject_id": its_id, "name": name}
            contents.add_once(self._connection, schema.tags, row)
        for note in marks.notes:
            self._note(kind, its_id, note)
        if is_new and marks.removed is not None:
            self._put_away(kind, its_id, marks.removed, marks.removed_by)

    def _note(self, kind: str, its_id: str, note: NoteRecord) -> None:
        table = schema.notes
        row: dict[str, Any] = {"kind": kind, "subject_id": its_id, "text": note.text}
        row |= {"author": note.author, "made": note.made}
        there = self._connection.execute(select(table).where(table.c.id == note.id)).mappings()
        found = there.one_or_none()
        note_id = note.id
        if found is not None and any(found[key] != value for key, value in row.items()):
            note_id = id_of_content(written(note) + f"{kind}:{its_id}".encode())
        if not contents.add_once(self._connection, table, {"id": note_id, **row}):
            return
        own(self._connection, "note", note_id)
        if note.removed:
            self._put_away("note", note_id, note.removed, "")

    def _put_away(self, kind: str, its_id: str, at: datetime, by: str) -> None:
        row = {"kind": kind, "subject_id": its_id, "at": at, "by": by or author_name()}
        contents.add_once(self._connection, schema.put_away, row)
