"""Each reader as the planner calls it, and what must hold of whatever it makes of an input."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from benchmarks.fuzz import catalogue, parts
from benchmarks.fuzz.inside import read_inside
from benchmarks.fuzz.oracle import (
    Read,
    check,
    check_faults,
    check_finite,
    check_report,
    check_same,
    check_text,
)
from planner.errors import InputError, PlannerError
from planner.export.returned import read_branches
from planner.pack import check_table, read_pack, write_pack
from planner.pack.customer_types import WorkRecords
from planner.pack.faults import Findings
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.packfile import read_pack_with_matrix
from planner.pack.road_layer_file import extent_of_pack, read_road_layer
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack
from planner.runs.reading import StoredRun, read_run
from planner.runs.record import read_record
from planner.runs.store import open_store
from planner.runs.store.workspace import import_workspace
from planner.runs.tracking.table import read_done
from planner.runs.verify import verify
from planner.scenario import build, parse_scenario, scenario_toml

TODAY = date(2026, 6, 30)
_MOST_IMPORTS = 100
_IN_PACK = re.compile(r"[a-z_]+\.(csv|toml|geojson)")
_OF_RUN = re.compile(r"[a-z]+\.csv|scenario\.toml|run\.json")
_SQL_STEPS, _SQL_BYTES = 20_000, 2**20
_HOLES = (TravelMatrix, WorkRecords)  # nan: not given


def _table(place: Path, name: str, kinds: tuple[str, ...], made: Callable[[bytes], bytes]) -> Read:
    """A table whose first letter says what it is sent as."""
    pack, path = read_pack(place / "pack"), place / name

    def read(data: bytes) -> bool:
        content = made(data[1:])
        path.write_bytes(content)
        kind = kinds[(data[0] - ord("a")) % len(kinds)] if data else kinds[0]
        report = check_table(path, kind, rows=True, pack=pack)
        check_report(report, place)
        if name.endswith(".csv") and kind not in {"work_records", "travel"}:
            check_same(report, content)
        return not report.faults

    return read


def _around(place: Path) -> Mapping[str, bytes]:
    folder = place / "book"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _csv(place: Path) -> Read:
    return _table(place, "a.csv", catalogue.KINDS, lambda data: data)


def _workbook(place: Path) -> Read:
    read_inside(place)
    around = _around(place)
    return _table(place, "a.xlsx", catalogue.KINDS, lambda data: parts.either(data, around))


def _geojson(place: Path) -> Read:
    read_inside(place)
    return _table(place, "a.geojson", ("areas", "demand_points", "sites"), lambda data: data)


def _geopackage(place: Path) -> Read:
    read_inside(place)
    base = (place / "base.gpkg").read_bytes()

    def made(data: bytes) -> bytes:
        if data[:1] != parts.IN_PARTS:
            return data[1:]
        return _after(base, data[1:].decode("utf-8", "replace"))

    read = _table(place, "a.gpkg", ("areas",), made)
    return lambda data: read(b"a" + data)


def _after(base: bytes, script: str) -> bytes:
    """A database after a script; other files and endless work are denied to it."""
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(base)
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _SQL_BYTES)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.set_progress_handler(lambda: 1, _SQL_STEPS)
        with contextlib.suppress(sqlite3.Error, sqlite3.Warning, ValueError):
            database.executescript(script)
        database.set_progress_handler(None, 0)
        return database.serialize()
    finally:
        database.close()


def _shapefile(place: Path) -> Read:
    read_inside(place)
    read = _table(place, "a.zip", ("areas",), lambda data: parts.either(data, {}))
    return lambda data: read(b"a" + data)


def _zip(place: Path) -> Read:
    read_inside(place)
    return _table(place, "a.zip", ("areas", "sites"), lambda data: data)


def _same(pack: Pack, other: Pack) -> bool:
    aside = {"folder": pack.folder, "warnings": (), "lakes": None, "roads": None}
    return replace(pack, **aside) == replace(other, **aside)


def _judge_pack(pack: Pack, place: Path) -> bool:
    """A pack that is read has sound figures, and is the same when it is written and read again."""
    check_finite(pack, _HOLES)
    for warning in pack.warnings:
        check_text(warning, place)
    if pack.road_layer is not None:
        return True
    out = place / "out"
    shutil.rmtree(out, ignore_errors=True)
    write_pack(pack, out)
    try:
        again = read_pack(out)
    except InputError as error:
        check(False, f"not read again: {error}")
    else:
        check(_same(pack, again), "another pack when it is written and read again")
    return True


def _manifest(place: Path) -> Read:
    path = place / "pack" / "pack.toml"

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        return _judge_pack(read_pack(path.parent), place)

    return read


def _folder(place: Path) -> Read:
    """The files of a pack; those that an input does not hold are as they were."""
    ground = {path.name: path.read_bytes() for path in (place / "pack").iterdir()}
    folder = place / "given"

    def read(data: bytes) -> bool:
        given = {
            name: content
            for name, content in parts.parted(data).items()
            if _IN_PACK.fullmatch(name)
        }
        if "demand.toml" in given or "area_demand.csv" in given:
            given["visits.csv"] = b""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in {**ground, **given}.items():
            if content:
                (folder / name).write_bytes(content)
        return _judge_pack(read_pack(folder), place)

    return read


def _records(place: Path) -> Read:
    read = _table(place, "a.csv", ("work_records",), lambda data: data)
    return lambda data: read(b"a" + data)


def _travel(place: Path) -> Read:
    folder = place / "pack"
    choices = (
        MatrixChoices(), MatrixChoices("s", "m", "ids"), MatrixChoices("min", "km", "positions"),
        MatrixChoices(from_sites=True), MatrixChoices("h", "mi", "positions_from_1", "duration"),
    )  # fmt: skip
    files = (place / "a.csv", place / "a.json")

    def read(data: bytes) -> bool:
        chosen = (data[0] - ord("a")) % (len(choices) * len(files)) if data else 0
        path = files[chosen % len(files)]
        path.write_bytes(data[1:])
        pack = read_pack_with_matrix(folder, path, choices[chosen // len(files)])
        matrix = pack.travel_matrix
        check(matrix is not None, "no matrix")
        check(not any((each < 0).any() for each in (matrix.minutes, matrix.km)), "below 0")
        for warning in pack.warnings:
            check_text(warning, place)
        return True

    return read


def _roads(place: Path) -> Read:
    read_inside(place)
    extent, path = extent_of_pack(read_pack(place / "pack")), place / "a.geojson"

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        findings = Findings()
        layer = read_road_layer(path, {}, findings, extent)
        check((layer is None) == bool(findings.faults), "neither roads nor faults, or both")
        check_faults(findings.faults, place)
        check_finite(layer)
        return layer is not None

    return read


def _scenario(place: Path) -> Read:
    pack = read_pack(place / "pack")

    def read(data: bytes) -> bool:
        scenario = parse_scenario(data.decode("utf-8", "replace"))
        text = scenario_toml(scenario)  # with what follows from it filled in
        text.encode()
        again = scenario_toml(parse_scenario(text))
        check(again == text, "another scenario when written and read again")
        problem = build(pack, scenario)
        check_finite((problem.visits, problem.minutes, problem.km, problem.rules))
        return True

    return read


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
    around = _around(place)

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
    around, path = _around(place), place / "a.zip"
    manifest = json.loads(around["manifest.json"])
    homes = iter(range(10**9))
    store = None
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


def _counts(store: object) -> list[int]:
    with store.database.reading() as connection:
        names = ("packs", "scenarios", "scenario_versions", "runs", "studies", "notes", "tags")
        return [
            connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608
            for name in names
        ]


DOORS: Mapping[str, Callable[[Path], Read]] = {
    "csv": _csv,
    "workbook": _workbook,
    "geojson": _geojson,
    "geopackage": _geopackage,
    "shapefile": _shapefile,
    "zip": _zip,
    "pack.toml": _manifest,
    "pack": _folder,
    "voices": _folder,
    "records": _records,
    "travel": _travel,
    "roads": _roads,
    "scenario": _scenario,
    "run.json": _run_json,
    "run": _run_tables,
    "returned": _returned,
    "tracking": _tracking,
    "workspace": _workspace,
}
