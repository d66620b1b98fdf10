"""The records of a workspace, read strictly and held against each other before one is believed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import Fault, InputError
from planner.pack.fingerprint import MANIFEST as PACK_TOML
from planner.pack.fingerprint import print_from
from planner.pack.snapshot import name_faults, snapshot_from
from planner.runs.store.contents import digest_of
from planner.runs.store.ids import now
from planner.runs.store.runfiles import read_files, row_of
from planner.runs.store.workspace.archive import Archive
from planner.runs.store.workspace.records import (
    DAMAGED,
    ON_PACK,
    PackRecord,
    R,
    RunRecord,
    ScenarioRecord,
    StudyRecord,
    read_record,
)
from planner.scenario import parse_scenario

_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Content:
    """The records of a workspace by id, and what the store's list of runs says of each run."""

    packs: dict[str, PackRecord]
    scenarios: dict[str, ScenarioRecord]
    runs: dict[str, RunRecord]
    studies: dict[str, StudyRecord]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)


def judged(archive: Archive, kept: frozenset[str]) -> Content:
    """Every record, read and held against the others.

    Args:
        archive: The workspace, each member what the manifest says.
        kept: Fingerprints of the packs that the store has.

    Raises:
        InputError: With every fault.
    """
    faults: list[Fault] = []
    content = Content(
        packs=_records(archive, "packs", PackRecord, faults),
        scenarios=_records(archive, "scenarios", ScenarioRecord, faults),
        runs=_records(archive, "runs", RunRecord, faults),
        studies=_records(archive, "studies", StudyRecord, faults),
    )
    for pack in content.packs.values():
        faults += _pack_faults(archive, pack)
    known = kept | frozenset(content.packs)
    for scenario in content.scenarios.values():
        faults += _scenario_faults(scenario, known)
    for run in content.runs.values():
        faults += _run_faults(archive, run, known, content.rows)
    for study in content.studies.values():
        faults += _study_faults(study, known)
    faults += _unused(archive, content)
    if faults:
        raise InputError(faults[:_MOST_FAULTS])
    return content


def _records(archive: Archive, folder: str, kind: type[R], faults: list[Fault]) -> dict[str, R]:
    """The records of a kind by id, in the order of their ids."""
    found = {}
    for member in archive.names(f"{folder}/"):
        if member.count("/") > 1:  # a run's own file
            continue
        record = read_record(kind, archive.read(member), member, faults)
        if record is None:
            continue
        its_id = getattr(record, "fingerprint", None) or getattr(record, "id", "")
        if member != f"{folder}/{its_id}.json":
            faults.append(Fault(member, None, "id", str(its_id), "the id of its name", DAMAGED))
        found[str(its_id)] = record
    return found


def _pack_faults(archive: Archive, pack: PackRecord) -> Iterator[Fault]:
    member = f"packs/{pack.fingerprint}.json"
    yield from name_faults(list(pack.files), member)
    absent = [name for name, each in pack.files.items() if f"contents/{each.digest}" not in archive]
    for name in absent:
        yield Fault(member, None, "files", f"{name[:80]!r} without content", "its content", DAMAGED)
    for digest in sorted({each.digest for each in pack.files.values()}):
        place = f"contents/{digest}"
        if place in archive and digest_of(archive.read(place)) != digest:
            yield Fault(place, None, None, "other content", "the content of its name", DAMAGED)
    data = {name: each.digest for name, each in pack.files.items() if each.is_data}
    if print_from(data).fingerprint != pack.fingerprint:
        yield Fault(member, None, "files", "files of another pack", pack.fingerprint, DAMAGED)
    if PACK_TOML in data and PACK_TOML not in absent:
        manifest = {PACK_TOML: archive.read(f"contents/{data[PACK_TOML]}")}
        found = snapshot_from(manifest, {})
        if (found.id, found.name) != (pack.id, pack.name):
            yield Fault(member, None, "id", pack.id[:80], "what its pack.toml says", DAMAGED)
    elif PACK_TOML not in data:
        yield Fault(member, None, "files", f"no {PACK_TOML}", "a pack", DAMAGED)


def _scenario_faults(scenario: ScenarioRecord, known: frozenset[str]) -> Iterator[Fault]:
    member = f"scenarios/{scenario.id}.json"
    for version in scenario.versions:
        try:
            place = parse_scenario(version.scenario, member).pack
        except InputError as error:
            yield from error.faults
            continue
        if place.startswith(ON_PACK) and place.removeprefix(ON_PACK) not in known:
            yield Fault(member, None, "pack", place[:80], "a pack of the workspace", DAMAGED)


def _run_faults(
    archive: Archive, run: RunRecord, known: frozenset[str], rows: dict[str, dict[str, Any]]
) -> Iterator[Fault]:
    """The faults of a run; the row of one that can be read goes into `rows`."""
    folder = f"runs/{run.id}"
    with tempfile.TemporaryDirectory(prefix="planner-") as made:
        place = Path(made) / run.id
        place.mkdir()
        for member in archive.names(f"{folder}/"):
            (place / member.rpartition("/")[2]).write_bytes(archive.read(member))
        try:
            found = read_files(place)
        except InputError as error:
            for each in error.faults:
                yield Fault(
                    f"{folder}/{each.file}",
                    each.row,
                    each.column,
                    each.found,
                    each.expected,
                    DAMAGED,
                )
            return
    if found.id != run.id:
        yield Fault(folder, None, None, "files of another run", run.id, DAMAGED)
    if run.pack not in known or found.pack not in (None, run.pack):
        yield Fault(f"{folder}.json", None, "pack", run.pack, "the pack that was solved", DAMAGED)
    row = row_of(found) | {"kept": now(), "pack": run.pack}
    row |= {"author": run.author, "source": run.source}
    rows[run.id] = row


def _study_faults(study: StudyRecord, known: frozenset[str]) -> Iterator[Fault]:
    member = f"studies/{study.id}.json"
    if study.pack not in known:
        yield Fault(member, None, "pack", study.pack, "a pack of the workspace", DAMAGED)
    try:
        parse_scenario(study.scenario, member)
    except InputError as error:
        yield from error.faults


def _unused(archive: Archive, content: Content) -> Iterator[Fault]:
    """Files of runs and packs that no record speaks of."""
    used = {
        f"contents/{each.digest}" for pack in content.packs.values() for each in pack.files.values()
    }
    for member in archive.names("contents/"):
        if member not in used:
            yield Fault(member, None, None, "the file of no pack", "files of packs", DAMAGED)
    for member in archive.names("runs/"):
        its_id = member.split("/")[1]
        if member.count("/") == 2 and f"runs/{its_id}.json" not in archive:
            yield Fault(member, None, None, "the file of no run", "files of runs", DAMAGED)
