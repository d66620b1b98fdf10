"""python -m benchmarks.reliability.uploads NAME: reads one such file here, and tells what it took.

Files of at most 20 MB that ask for far more time or memory than they look: each is read by the door
in a process of its own, whose growth and whose children's memory are measured.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.reliability.rows import ROOT, Row
from planner.errors import InputError
from planner.pack import check_table
from planner.pack.opening import MOST_ROWS

MOST_BYTES, MOST_S, MOST_CHILD_MB, MOST_GROWTH_MB = 20 * 2**20, 10.0, 800.0, 50.0
_MUCH_WORK_S = 3.0
_HEAD = "id,name,area,lat,lon,status,capital_kes,annual_cost_kes\n"
_WORKBOOK = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/'
        'sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
        'worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http:'
        '//schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" '
        'sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def rows(*, quick: bool) -> list[Row]:
    """The promise of files that are sent."""
    del quick
    told: list[str] = []
    work: list[str] = []
    kept = True
    worst_s = worst_child = worst_growth = 0.0
    for name in FILES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.reliability.uploads", name],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            kept, told = False, [*told, f"{name}: {done.stderr.strip().splitlines()[-1:]}"]
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        seconds, child, growth = found["seconds"], found["child_mb"], found["growth_mb"]
        if found["verdict"] != "refuse" or found["work_s"] > _MUCH_WORK_S:
            work.append(f"{name}: {found['work_s']:.1f} s")
        is_kept = seconds <= MOST_S and child <= MOST_CHILD_MB and growth <= MOST_GROWTH_MB
        worst_s, worst_child = max(worst_s, seconds), max(worst_child, child)
        worst_growth = max(worst_growth, growth)
        if not is_kept:
            kept = False
            told.append(f"{name}: {seconds:.1f} s, {child:.0f} and {growth:.0f} MB")
    worst = (
        f"{len(FILES)} files, at worst {worst_s:.1f} s, {worst_child:.0f} MB in the child, "
        f"{worst_growth:.0f} MB more in the server"
    )
    return [
        Row(
            "any file of at most 20 MB",
            f"{MOST_S:.0f} s, {MOST_CHILD_MB:.0f} MB in the child, {MOST_GROWTH_MB:.0f} MB more in "
            "the server",
            "; ".join([worst, *told, f"work of the processor: {', '.join(work)}"]),
            kept,
            "`tests/pack/test_sandbox.py`, `test_archive.py`",
        )
    ]


# -- the files -------------------------------------------------------------------------------------


def _sites_rows(place: Path) -> Path:
    path = place / "sites.csv"
    row = "s{0},Place {0},047,-1.3,36.8,candidate,1000000,2000000\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(MOST_BYTES):
            if file.tell() > MOST_BYTES - 200:
                break
            file.write(row.format(number))
    return path


def _rows_taken(place: Path) -> Path:
    """As many rows as are taken, in nearly 20 MB."""
    path = place / "sites.csv"
    row = "s{0},Place {0},047,-1.3,36.8,candidate,1000000,2000000,{1}\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD.replace("\n", ",note\n"))
        file.writelines(row.format(number, "x" * 38) for number in range(MOST_ROWS - 1_000))
    return path


def _matrix(place: Path) -> Path:
    path = place / "travel.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("demand_point,site,minutes,km\n")
        for pair in range(900_000):
            file.write(f"p{pair // 900},s{pair % 900},{pair % 977}.5,{pair % 97}.2\n")
    return path


def _faulty_matrix(place: Path) -> Path:
    """One pair twice and two cells that are no figures, so that every row is looked at closely."""
    path = _matrix(place)
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[500_000], rows[700_000] = rows[1], "p1,s1,-4,x"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def _one_line(place: Path) -> Path:
    path = place / "sites.csv"
    path.write_text(_HEAD + '"' + "x" * (MOST_BYTES - 200), encoding="utf-8")
    return path


def _many_columns(place: Path) -> Path:
    path = place / "sites.csv"
    path.write_text("a," * (MOST_BYTES // 4) + "\n" + "1," * (MOST_BYTES // 8), encoding="utf-8")
    return path


def _sheet(place: Path, rows: bytes, *, times: int = 1) -> Path:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    path = place / "sites.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in _WORKBOOK.items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet " + space + b"><sheetData>")
            for _ in range(times):
                sheet.write(rows)
            sheet.write(b"</sheetData></worksheet>")
    return path


def _far_cell(place: Path) -> Path:
    return _sheet(place, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def _text_bomb(place: Path) -> Path:
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 2**20 + b"</t></is></c></row>"
    return _sheet(place, row, times=1500)


def _cells_bomb(place: Path) -> Path:
    return _sheet(place, b"<row>" + b"<c><v>1</v></c>" * 5000 + b"</row>", times=2000)


def _zipped(place: Path, member: str, head: bytes, part: bytes, times: int) -> Path:
    path = place / "sites.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(member, "w") as file,
    ):
        file.write(head)
        for _ in range(times):
            file.write(part)
    return path


def _zipped_outlines(place: Path) -> Path:
    return _zipped(
        place, "a.geojson", b'{"type":"FeatureCollection","features":[', b" " * 2**20, 2000
    )


def _zipped_shapes(place: Path) -> Path:
    return _zipped(place, "a.shp", b"\x00\x00\x27\x0a" + bytes(96), bytes(2**20), 2000)


def _outline(place: Path) -> Path:
    """One outline of as many corners as there is room for."""
    path = place / "areas.geojson"
    corner = "[36.{0:06d},-1.{0:06d}],"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":')
        file.write('{"code":"047","name":"A"},"geometry":{"type":"Polygon","coordinates":[[')
        for number in range((MOST_BYTES - 1000) // 23):
            file.write(corner.format(number % 1_000_000))
        file.write("[36.0,-1.0]]]}}]}")
    return path


def _nested(place: Path) -> Path:
    path = place / "areas.geojson"
    path.write_text('{"type":' + "[" * (MOST_BYTES - 100), encoding="utf-8")
    return path


def _endless_view(place: Path) -> Path:
    path = place / "sites.gpkg"
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.executescript(
            "pragma application_id = 1196444487; pragma user_version = 10300;"
            "create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key,"
            " organization text, organization_coordsys_id integer, definition text);"
            "create table gpkg_contents (table_name text primary key, data_type text,"
            " identifier text, description text, last_change text, min_x, min_y, max_x, max_y,"
            " srs_id integer);"
            "create view sites as with recursive n(i) as (select 1 union all select i + 1 from n)"
            " select i as id, 'A' as name from n;"
            "insert into gpkg_contents (table_name, data_type, identifier)"
            " values ('sites', 'attributes', 'sites');"
        )
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "20 MB of rows": (_sites_rows, "sites"),
    "as many rows as are taken": (_rows_taken, "sites"),
    "a matrix of 900,000 rows": (_matrix, "travel"),
    "the same with a pair twice and two spoilt cells": (_faulty_matrix, "travel"),
    "a quote that never ends": (_one_line, "sites"),
    "millions of columns": (_many_columns, "sites"),
    "a workbook with one far cell": (_far_cell, "sites"),
    "a workbook of long texts": (_text_bomb, "sites"),
    "a workbook of ten million cells": (_cells_bomb, "sites"),
    "a zipped GeoJSON of 2 GB": (_zipped_outlines, "areas"),
    "a zipped Shapefile of 2 GB": (_zipped_shapes, "areas"),
    "an outline of a million corners": (_outline, "areas"),
    "a GeoJSON nested without end": (_nested, "areas"),
    "a GeoPackage with an endless view": (_endless_view, "sites"),
}


def main(name: str) -> None:
    """Read one file as the app would, and print what it took as JSON."""
    make, kind = FILES[name]
    with tempfile.TemporaryDirectory() as place:
        path = make(Path(place))
        if path.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{name}: {path.stat().st_size} bytes")
        _read(_small(Path(place)), "sites")  # the code is loaded
        _read(_small_shape(Path(place)), "areas")
        before, begin = psutil.Process().memory_info().rss, time.perf_counter()
        worked = sum(os.times()[:4])
        verdict = _read(path, kind)
        seconds, worked = time.perf_counter() - begin, sum(os.times()[:4]) - worked
        growth = psutil.Process().memory_info().rss - before
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = {"verdict": verdict, "seconds": seconds, "work_s": worked, "child_mb": child}
    print(json.dumps({**told, "growth_mb": growth / 2**20, "bytes": path.name}))


def _small(place: Path) -> Path:
    path = place / "small.csv"
    path.write_text(_HEAD + "s1,A,047,-1.3,36.8,candidate,1,2\n", encoding="utf-8")
    return path


def _small_shape(place: Path) -> Path:
    path = place / "small.geojson"
    path.write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    return path


def _read(path: Path, kind: str) -> str:
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return check_table(path, kind).verdict
    except InputError:
        return "refuse"


if __name__ == "__main__":
    main(sys.argv[1])
