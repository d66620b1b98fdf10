"""Tables alone: text, workbooks and GIS files of every kind."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.fuzz import catalogue, parts
from benchmarks.fuzz.inside import read_inside
from benchmarks.fuzz.oracle import (
    Read,
    check,
    check_faults,
    check_features,
    check_report,
    check_same,
)
from planner.pack import check_table, read_pack
from planner.pack.draft import unpack_pack
from planner.pack.faults import Findings

_SQL_STEPS, _SQL_BYTES = 20_000, 2**20


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
        if name.endswith(".geojson"):
            check_features(report, content)
        return not report.faults

    return read


def _csv(place: Path) -> Read:
    return _table(place, "a.csv", catalogue.KINDS, lambda data: data)


def _workbook(place: Path) -> Read:
    read_inside(place)
    around = parts.files_in(place / "book")
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
    """Any zip, sent as a table; after a `c`, as a whole pack."""
    read_inside(place)
    read = _table(place, "a.zip", ("areas", "sites"), lambda data: data)
    path, into = place / "pack.zip", place / "into"

    def either(data: bytes) -> bool:
        if data[:1] != b"c":
            return read(data)
        path.write_bytes(data[1:])
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        before = sorted(place.iterdir())
        findings = Findings()
        folder = unpack_pack(path, into, findings)
        check(sorted(place.iterdir()) == before, "a zip that leaves its folder")
        check((folder is None) == bool(findings.faults), "neither a pack nor faults, or both")
        check_faults(findings.faults, place)
        return folder is not None

    return either


def _records(place: Path) -> Read:
    read = _table(place, "a.csv", ("work_records",), lambda data: data)
    return lambda data: read(b"a" + data)


DOORS: Mapping[str, Callable[[Path], Read]] = {
    "csv": _csv,
    "workbook": _workbook,
    "geojson": _geojson,
    "geopackage": _geopackage,
    "shapefile": _shapefile,
    "zip": _zip,
    "records": _records,
}
