"""Taking a workspace out of a store: what has a tag, or all, with everything it needs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
from sqlalchemy import Connection, select

from planner import __version__
from planner.errors import PlannerError
from planner.pack import builtin_packs
from planner.pack.snapshot import Snapshot
from planner.runs.store import Store, contents, packs, runs, schema
from planner.runs.store.owners import seen
from planner.runs.store.workspace.archive import Member, write_zip
from planner.runs.store.workspace.records import (
    ON_PACK,
    SCHEMA,
    ManifestRecord,
    Marks,
    MemberRecord,
    NoteRecord,
    PackFileRecord,
    PackRecord,
    PointRecord,
    RunRecord,
    ScenarioRecord,
    StudyRecord,
    VersionRecord,
    written,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was put into a workspace file, by kind, and what must be said of it."""

    counts: Mapping[str, int]
    remarks: tuple[str, ...]


def export_workspace(store: Store, path: Path, *, tag: str | None = None) -> Taken:
    """Write scenarios with their history, runs, studies, notes and tags, and the packs they need.

    The same store gives the same bytes. What was put away is in it too, and stays put away; what
    is somebody else's and private is not.

    Args:
        store: Where to take it from.
        path: The zip to write; an earlier workspace there gives way.
        tag: Only what has this tag, with the runs of such studies and the scenarios of such runs.

    Raises:
        PlannerError: Nothing has the tag, a pack cannot be kept, or the disk refuses; no file was
            written.
    """
    with store.database.reading() as connection:
        taking = Taking(connection)
        wanted = _wanted(connection, tag)
        records: dict[str, Any] = {}
        for each in wanted["study"]:
            records[f"studies/{each}.json"] = taking.study(each)
        for each in wanted["run"]:
            records[f"runs/{each}.json"] = taking.run(each)
        for each in wanted["scenario"]:
            records[f"scenarios/{each}.json"] = taking.scenario(each)
        for each in sorted(taking.needed):
            records[f"packs/{each}.json"] = taking.pack(each)
        members = taking.members | {
            name: Member.of(written(record)) for name, record in records.items()
        }
        kinds = ("scenarios", "runs", "studies", "packs")
        counts = {kind: sum(name.startswith(f"{kind}/") for name in records) for kind in kinds}
        counts["notes"] = taking.note_count
        manifest = ManifestRecord(
            kind="ugatuzi-planner workspace",
            schema=SCHEMA,
            version=__version__,
            counts=counts,
            members={
                name: MemberRecord(size=member.size, sha256=member.sha256)
                for name, member in members.items()
            },
        )
        write_zip(path, written(manifest), members)
    return Taken(counts, tuple(taking.remarks))


def _wanted(connection: Connection, tag: str | None) -> dict[str, list[str]]:
    """The ids of each kind, with the runs of studies and the scenarios of runs."""
    all_of = {
        "scenario": schema.scenarios.c.id,
        "run": schema.runs.c.id,
        "study": schema.studies.c.id,
    }
    there = {
        kind: {*connection.execute(select(column).where(*seen(kind, column))).scalars()}
        for kind, column in all_of.items()
    }
    if tag is None:
        return {kind: sorted(ids) for kind, ids in there.items()}
    tags = schema.tags
    found: dict[str, set[str]] = {kind: set() for kind in there}
    query = select(tags.c.kind, tags.c.subject_id).where(tags.c.name == tag)
    for row in connection.execute(query):
        found[row.kind].add(row.subject_id)
    if not any(found.values()):
        raise PlannerError(f"Nothing in the store has the tag {tag!r}; nothing was written.")
    points, of_runs = schema.study_points, schema.runs
    for row in connection.execute(select(points.c.study_id, points.c.run_id)):
        if row.study_id in found["study"] and row.run_id is not None:
            found["run"].add(row.run_id)
    for row in connection.execute(select(of_runs.c.id, of_runs.c.scenario_id)):
        if row.id in found["run"] and row.scenario_id is not None:
            found["scenario"].add(row.scenario_id)
    return {kind: sorted(ids & there[kind]) for kind, ids in found.items()}


@dataclass
class Taking:
    """One export: what was found so far. Ids are whole, and there."""

    connection: Connection
    members: dict[str, Member] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)  # fingerprints of packs
    remarks: list[str] = field(default_factory=list)
    note_count: int = 0
    _from_disk: dict[str, Snapshot] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def scenario(self, its_id: str) -> ScenarioRecord:
        """A scenario with its history; packs on this disk are named by their fingerprint."""
        heads, versions = schema.scenarios, schema.scenario_versions
        head = self.connection.execute(select(heads).where(heads.c.id == its_id)).mappings().one()
        query = select(versions).where(versions.c.scenario_id == its_id)
        rows = self.connection.execute(query.order_by(versions.c.number)).mappings()
        return ScenarioRecord(
            **head,
            versions=[
                VersionRecord(
                    number=row["number"],
                    parent=row["parent"],
                    made=row["made"],
                    author=row["author"],
                    what=row["what"],
                    scenario=self._portable(row["scenario"]),
                )
                for row in rows
            ],
            marks=self._marks("scenario", its_id),
        )

    def run(self, its_id: str) -> RunRecord:
        """A run; its files become members."""
        table = schema.runs
        row = self.connection.execute(select(table).where(table.c.id == its_id)).mappings().one()
        for name, digest in runs.digests_of(self.connection, its_id).items():
            self.members[f"runs/{its_id}/{name}"] = self._kept(digest)
        self.needed.add(row["pack"])
        keys = ("id", "author", "source", "scenario_id", "scenario_version", "pack")
        marks = self._marks("run", its_id)
        return RunRecord(**{key: row[key] for key in keys}, marks=marks)

    def study(self, its_id: str) -> StudyRecord:
        """A study with its points."""
        table, points = schema.studies, schema.study_points
        row = self.connection.execute(select(table).where(table.c.id == its_id)).mappings().one()
        query = select(points).where(points.c.study_id == its_id).order_by(points.c.number)
        self.needed.add(row["pack"])
        return StudyRecord(
            **{**row, "status": "stopped" if row["status"] == "running" else row["status"]},
            points=[
                PointRecord(
                    number=point["number"],
                    values=point["given"],
                    run_id=point["run_id"],
                    status=point["status"],
                    message=point["message"],
                    told=point["told"],
                )
                for point in self.connection.execute(query).mappings()
            ],
            marks=self._marks("study", its_id),
        )

    def pack(self, fingerprint: str) -> PackRecord:
        """A pack; what stands in its files becomes members."""
        taken = self._from_disk.get(fingerprint)
        if taken is not None:
            files = {}
            for name, content in taken.files.items():
                member = Member.of(content)
                self.members[f"contents/{member.sha256}"] = member
                files[name] = PackFileRecord(digest=member.sha256, is_data=name in taken.data)
            return PackRecord(fingerprint=fingerprint, id=taken.id, name=taken.name, files=files)
        table, of_pack = schema.packs, schema.pack_files
        query = select(table).where(table.c.fingerprint == fingerprint)
        row = self.connection.execute(query).mappings().one()
        files = {}
        for each in self.connection.execute(select(of_pack).where(of_pack.c.pack == fingerprint)):
            self.members[f"contents/{each.digest}"] = self._kept(each.digest)
            files[each.name] = PackFileRecord(digest=each.digest, is_data=each.is_data)
        return PackRecord(fingerprint=fingerprint, id=row["id"], name=row["name"], files=files)

    def _kept(self, digest: str) -> Member:
        table = schema.contents
        query = select(table.c.size).where(table.c.digest == digest)
        size = int(self.connection.execute(query).scalar_one())
        return Member(size, digest, lambda: contents.take(self.connection, digest))

    def _portable(self, text: str) -> str:
        """A version's TOML, its pack named so that another machine finds it."""
        data = tomllib.loads(text)
        return tomli_w.dumps({**data, "pack": self._pack_name(str(data["pack"]), data["name"])})

    def _pack_name(self, place: str, scenario: str) -> str:
        """A built-in id as it is; a folder by the fingerprint of the pack that is in it now."""
        if place in builtin_packs():
            return place
        if place not in self._names:
            folder = Path(place)
            if (folder / "pack.toml").is_file():
                self._names[place] = f"{ON_PACK}{self._fingerprint(folder)}"
            else:
                self._names[place] = place
                self.remarks.append(
                    f"The scenario {scenario} stands on a pack that is not there any more "
                    f"({place}); the scenario is in the workspace, this pack is not."
                )
        if self._names[place].startswith(ON_PACK):
            self.needed.add(self._names[place].removeprefix(ON_PACK))
        return self._names[place]

    def _fingerprint(self, folder: Path) -> str:
        fingerprint = packs.print_now(folder)
        if not packs.digests_of(self.connection, fingerprint):
            taken = packs.take_snapshot(folder)
            fingerprint = taken.fingerprint
            self._from_disk[fingerprint] = taken
        return fingerprint

    def _marks(self, kind: str, its_id: str) -> Marks:
        tags, notes, away = schema.tags, schema.notes, schema.put_away
        is_away = (away.c.kind == kind) & (away.c.subject_id == its_id)
        removed = self.connection.execute(select(away).where(is_away)).one_or_none()
        of_tags = select(tags.c.name).where(tags.c.kind == kind, tags.c.subject_id == its_id)
        of_notes = (
            select(notes, away.c.at)
            .outerjoin(away, (away.c.kind == "note") & (away.c.subject_id == notes.c.id))
            .where(notes.c.kind == kind, notes.c.subject_id == its_id)
            .order_by(notes.c.made, notes.c.id)
        )
        found = [
            NoteRecord(id=row.id, text=row.text, author=row.author, made=row.made, removed=row.at)
            for row in self.connection.execute(of_notes)
        ]
        self.note_count += len(found)
        return Marks(
            tags=_sorted(self.connection.execute(of_tags).scalars()),
            notes=found,
            removed=None if removed is None else removed.at,
            removed_by="" if removed is None else removed.by,
        )


def _sorted(names: Iterable[str]) -> list[str]:
    """In the same order in every database."""
    return sorted(names)
