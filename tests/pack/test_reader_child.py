"""The child that reads foreign files: what it answers when it must end, and what it refuses."""

import contextlib
import json
import os
import signal
import sqlite3
import struct
import subprocess
import sys

import openpyxl
import pytest
from shapely.affinity import translate

from pack import files
from planner import starter
from planner.pack import check_table, foreign, opening, sandbox
from planner.pack.faults import Findings
from planner.pack.reader_child import _limit, _read

ORDER = {"form": "zip", "cpu": 60, "data": 2**32, "parent": os.getpid()}


def checked(path, kind="areas"):
    report = check_table(path, kind)
    assert report.verdict == "refuse"
    return [(each.row, each.found) for each in report.faults]


def child(folder, script):
    """What a child answers that runs a few lines first."""
    (folder / "order.json").write_text(json.dumps(ORDER))
    (folder / "upload").write_bytes(b"")
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, check=True, timeout=60
    )
    return json.loads(ran.stdout)


# -- what ends a child ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ("MemoryError", "a file that needs too much memory"),
        ("RecursionError", "a file nested too deeply"),
    ],
)
def test_what_is_too_much_for_the_child_is_answered_in_words(tmp_path, error, found):
    script = (
        "from planner.pack import foreign, reader_child\n"
        f"def read(order): raise {error}\n"
        "foreign.read = read\n"
        "reader_child.main()\n"
    )
    (fault,) = child(tmp_path, script)["faults"]
    assert fault["found"] == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bad allocation", "a file that needs too much memory"),
        ("Memory exhausted", "a file that needs too much memory"),
        ("not a number", "a damaged file"),
    ],
)
def test_an_error_of_a_library_is_told_by_its_words(monkeypatch, words, found):
    def read(order):
        raise ValueError(words)

    monkeypatch.setattr(foreign, "read", read)
    assert _read(ORDER, 1)["faults"][0]["found"] == found


def test_an_interrupted_reading_leaves_no_child(monkeypatch):
    monkeypatch.setattr(sandbox, "ARGUMENTS", ("-c", "import time; time.sleep(60)"))
    started = []
    communicate = subprocess.Popen.communicate

    def interrupted(process, *args, **options):
        if not started:
            started.append(process)
            raise KeyboardInterrupt
        return communicate(process, *args, **options)

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sandbox.read_in_child(b"", "zip", "a.xlsx", {}, Findings())
    assert started[0].returncode == -signal.SIGKILL


def test_where_processes_have_no_groups_the_child_alone_is_ended(monkeypatch):
    monkeypatch.setattr(sandbox, "ARGUMENTS", ("-c", "import time; time.sleep(60)"))
    monkeypatch.delattr(os, "killpg")
    findings = Findings()
    limits = sandbox.Limits(wall_seconds=0.5)
    assert sandbox.read_in_child(b"", "zip", "a.xlsx", {}, findings, limits) is None
    assert "more than 0.5 s" in findings.faults[0].found


# -- other systems -------------------------------------------------------------------------


def test_where_nothing_can_be_limited_the_file_is_read_all_the_same(monkeypatch):
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    watched = []
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        patch.setattr(starter, "end_with", lambda pid, _end: watched.append(pid))
        patch.setitem(sys.modules, "resource", None)
        _limit(ORDER | {"data": 2**20})
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert watched == [ORDER["parent"]]  # it still ends with the one that started it


def test_only_linux_is_asked_to_leave_the_network(tmp_path):
    script = (
        "import ctypes, json, psutil, resource, sys\n"
        "from planner.pack.reader_child import _limit\n"
        "sys.platform, ctypes.CDLL = 'darwin', None\n"
        "_limit(json.load(open('order.json')))\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
    )
    assert child(tmp_path, script) == 0


# -- other versions of GDAL ----------------------------------------------------------------


@pytest.fixture
def with_skipped(monkeypatch):
    """Has every child start with drivers to skip, and more of its environment."""
    of_child = sandbox.environment_of_child

    def put(**more):
        monkeypatch.setattr(sandbox, "environment_of_child", lambda folder: of_child(folder) | more)

    return put


@pytest.mark.parametrize("form", ["gpkg", "zip"])
def test_a_gdal_with_drivers_that_are_not_known_is_started_again_without(
    tmp_path, with_skipped, form
):
    with_skipped(GDAL_SKIP="CSV")
    path = tmp_path / "a.gpkg"
    if form == "gpkg":
        files.SQUARES.to_file(path, layer="mine")
    else:
        path = files.zipped(tmp_path / "a.zip", files.shapefile(tmp_path / "s", files.SQUARES))
    report = check_table(path, "areas", rows=True)
    assert [row["code"] for row in report.table] == ["001", "002"]


def test_a_gdal_that_cannot_be_limited_reads_nothing(tmp_path, with_skipped):
    with_skipped(GDAL_SKIP="CSV", PLANNER_READER_SECOND_START="1")
    files.SQUARES.to_file(tmp_path / "a.gpkg", layer="mine")
    assert checked(tmp_path / "a.gpkg") == [(None, "a file that cannot be read safely here")]


# -- GIS files -----------------------------------------------------------------------------


def test_places_beyond_their_coordinate_system_are_told(tmp_path):
    far = files.SQUARES.to_crs(32737)
    far["geometry"] = [translate(each, 1e12, 1e12) for each in far.geometry]
    far.to_file(tmp_path / "a.gpkg", layer="mine")
    assert checked(tmp_path / "a.gpkg") == [(None, "places outside the declared coordinate system")]


@pytest.mark.parametrize(("ending", "left"), [(".shp", 99), (".shx", 99), (".dbf", 31)])
def test_a_shapefile_with_no_more_than_a_part_of_its_head_is_cut_off(tmp_path, ending, left):
    shapes = files.shapefile(tmp_path / "s", files.SQUARES)
    cut = {name: part[:left] if name.endswith(ending) else part for name, part in shapes.items()}
    path = files.zipped(tmp_path / "a.zip", cut)
    assert checked(path) == [(None, "a Shapefile that is cut off or damaged")]


def test_more_features_than_are_read_are_told(tmp_path, monkeypatch):
    files.SQUARES.to_file(tmp_path / "a.gpkg", layer="mine")
    monkeypatch.setattr(opening, "MOST_ROWS", 1)
    ((_, found),) = checked(tmp_path / "a.gpkg")
    assert found.startswith("2 features, ")


def test_a_table_that_a_geopackage_also_calls_a_layer_has_no_geometry(tmp_path):
    path = tmp_path / "a.gpkg"
    files.SQUARES.to_file(path, layer="mine")
    listed = "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id) VALUES"
    with contextlib.closing(sqlite3.connect(path)) as base:
        for statement in (
            "CREATE TABLE bare (fid INTEGER PRIMARY KEY, code TEXT, name TEXT)",
            "INSERT INTO bare VALUES (1, '001', 'West')",
            "DELETE FROM gpkg_geometry_columns",
            "DELETE FROM gpkg_contents",
            f"{listed} ('bare', 'bare', 'attributes', 4326), ('BARE', 'BARE', 'features', 4326)",
        ):
            base.execute(statement)
        base.commit()
    assert checked(path) == [(None, "a layer without geometry")]


def test_shapes_that_are_all_blank_are_told_row_by_row(tmp_path):
    shapes = files.shapefile(tmp_path / "s", files.SQUARES)
    head = shapes["data/areas.shp"][:24]
    rows = [struct.pack(">ii", at, 2) + struct.pack("<i", 0) for at in (1, 2)]
    index = [struct.pack(">ii", 50 + 6 * at, 2) for at in (0, 1)]
    for ending, parts in ((".shp", rows), (".shx", index)):
        words = struct.pack(">i", 50 + sum(map(len, parts)) // 2)
        kind = struct.pack("<ii8d", 1000, 0, *[0.0] * 8)
        shapes[f"data/areas{ending}"] = b"".join([head, words, kind, *parts])
    path = files.zipped(tmp_path / "a.zip", shapes)
    assert checked(path) == [(2, "no geometry"), (3, "no geometry")]


# -- workbooks -----------------------------------------------------------------------------


def test_a_blank_row_within_merged_cells_is_no_row(tmp_path):
    rows = [["area", "population"], ["Nairobi", 1], [None, None], ["Mombasa", 2], ["Kwale", 3]]
    path = files.workbook(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A3")
    book.save(path)
    report = check_table(path, "area_demand", rows=True)
    assert [row["row"] for row in report.table] == [2, 4, 5]
    assert report.faults == ()


def test_a_row_of_formulas_without_values_is_not_passed_over(tmp_path):
    rows = [["area", "population"], ["Nairobi", 1], [None, "=B2*2"]]
    path = files.workbook(tmp_path / "a.xlsx", rows)
    assert (3, "a formula without its value") in checked(path, "area_demand")
