"""What was kept and comes back: run folders, edited sheets, what was done, workspaces."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from benchmarks.fuzz import parts
from benchmarks.fuzz.inside import read_inside
from benchmarks.fuzz.oracle import Read, check, check_faults, check_finite, check_text
from planner.errors import PlannerError
from planner.export.returned import read_branches
from planner.pack import read_pack
from planner.pack.faults import Findings
from planner.runs.reading import StoredRun, read_run
from planner.runs.record import read_record
from planner.runs.store import Store, open_store
from planner.runs.store.workspace import import_workspace
from planner.runs.tracking.table import read_done
from planner.runs.verify import verify

TODAY = date(2026, 6, 30)
_MOST_IMPORTS = 100
_OF_RUN = re.compile(r"[a-z]+\.csv|scenario\.toml|run\.json")


def _run(place: Path, given: Callable[[bytes], Mapping[str, bytes]]) -> Read:
    pack, ground = read_pack(place / "tiny"), place / "run"
    sound = {path.name: path.read_bytes() for path in ground.iterdir()}

    def read(data: bytes) -> bool:
        for name, content in {**sound, **given(data)}.items():
            (ground / name).write_bytes(content)
        with contextlib.suppress(PlannerError):
            record = read_record(ground)
            check_finite((record.branches, record.areas, record.points, record.duplicates))
        told = verify(ground, pack=pack)
        check(told.agrees == (not told.differences), "agrees, and differs")
        for difference in (*told.differences, *told.told):
            check_text(difference, place)
        return told.agrees

    return read


def _run_json(place: Path) -> Read:
    return _run(place, lambda data: {"run.json": data})


def _run_tables(place: Path) -> Read:
    def given(data: bytes) -> dict[str, bytes]:
        files = parts.parted(data)
        return {name: each for name, each in files.items() if _OF_RUN.fullmatch(name)}

    return _run(place, given)


def _returned(place: Path) -> Read:
    read_inside(place)
    run: StoredRun = read_run(place / "run", pack=read_pack(place / "tiny"))
    around = parts.files_in(place / "book")

    def read(data: bytes) -> bool:
        is_text = data[:1] == b"T"
        path = place / ("a.csv" if is_text else "a.xlsx")
        path.write_bytes(data[1:] if is_text else parts.either(data, around))
        findings = Findings()
        returned = read_branches(path, run, findings, on=TODAY)
        check(returned is not None or findings.faults, "neither a sheet nor faults")
        check_faults(findings.faults, place)
        for warning in findings.warnings:
            check_text(warning, place)
        check_finite(returned)
        return not findings.faults

    return read


def _tracking(place: Path) -> Read:
    pack, path = read_pack(place / "tiny"), place / "a.csv"

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        findings = Findings()
        entries = read_done(path, pack, findings, today=TODAY)
        check(entries or findings.faults, "neither rows nor faults")
        check_faults(findings.faults, place)
        check_finite(entries)
        return not findings.faults

    return read


def _workspace(place: Path) -> Read:
    around, path = parts.files_in(place / "book"), place / "a.zip"
    manifest = json.loads(around["manifest.json"])
    homes = iter(range(10**9))
    store: Store | None = None
    imports = 0

    def made(data: bytes) -> bytes:
        if data[:1] != parts.IN_PARTS:
            return data[1:]
        given = parts.parted(data[1:])
        files = {**around, **given}
        if "manifest.json" not in given:
            members = {
                name: {"size": len(content), "sha256": sha256(content).hexdigest()}
                for name, content in files.items()
                if name != "manifest.json"
            }
            files["manifest.json"] = json.dumps(manifest | {"members": members}).encode()
        return parts.zipped(files)

    def read(data: bytes) -> bool:
        nonlocal store, imports
        if store is None or imports >= _MOST_IMPORTS:
            if store is not None:
                store.close()
            store, imports = open_store(str(place / f"store-{next(homes)}.sqlite")), 0
        path.write_bytes(made(data))
        before = _counts(store)
        try:
            brought = import_workspace(store, path)
        except PlannerError:
            check(_counts(store) == before, "refused, yet something was brought")
            raise
        imports += 1
        again = import_workspace(store, path)
        check(len(again) == len(brought), "other things when it is brought again")
        check({each.outcome for each in again} <= {"there", "beside_there"}, "brought twice")
        return True

    return read


def _counts(store: Store) -> list[int]:
    with store.database.reading() as connection:
        names = ("packs", "scenarios", "scenario_versions", "runs", "studies", "notes", "tags")
        return [
            connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608
            for name in names
        ]


DOORS: Mapping[str, Callable[[Path], Read]] = {
    "run.json": _run_json,
    "run": _run_tables,
    "returned": _returned,
    "tracking": _tracking,
    "workspace": _workspace,
}
