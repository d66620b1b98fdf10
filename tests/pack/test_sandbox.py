import json
import os
import time

import pytest

from pack import files, tiny
from planner.pack import check_table, sandbox
from planner.pack.faults import Findings

HEADER = ["id", "name", "area", "lat", "lon"]


def check(path, kind="areas", **kwargs):
    report = check_table(path, kind, **kwargs)
    told = json.dumps(report.as_json_dict())
    assert str(path.parent) not in told
    for word in ("Traceback", "Exception", "Error", "/tmp/", "site-packages"):
        assert word not in told
    return report


def the_found(path, kind="areas"):
    report = check(path, kind)
    assert report.verdict == "refuse"
    assert len(report.faults) == 1, [str(each) for each in report.faults]
    return report.faults[0].found


def test_workbook_cells_keep_their_kind(tmp_path):
    rows = [[*HEADER, "population", "opened"],
            [1, "{{7*7}}", "Nairobi", -1.28, 36.82, 1234, None],
            ["001", "=no formula", "Nairobi", -1.3, 36.8, 5.0, None],
            [True, "'=x", "Nairobi", -1.3, 36.8, "1 234", None]]  # fmt: skip
    path = files.workbook(tmp_path / "p.xlsx", rows)
    path = files.workbook(tmp_path / "p.xlsx", [[str(c) if c == "=no formula" else c for c in row]
                                               for row in rows])  # fmt: skip
    report = check(path, "demand_points", rows=True)
    assert [fault.found for fault in report.faults] == ["a formula without its value"]
    assert [row["id"] for row in report.table] == ["1", "001", "TRUE"]
    assert report.table[0]["name"] == "{{7*7}}"
    assert report.table[2]["name"] == "'=x"
    assert [row["population"] for row in report.table] == [1234, 5, 1234]


def test_long_numbers_in_id_columns_of_workbooks_are_refused(tmp_path):
    rows = [["area", "visit_type", "visits_per_year"], ["Nairobi", 123456789012345678, 4]]
    report = check(files.workbook(tmp_path / "d.xlsx", rows), "area_demand")
    assert "15 digits" in report.faults[0].message


def test_error_cells_are_faults(tmp_path):
    path = files.workbook(tmp_path / "d.xlsx", [["area", "population"], ["Nairobi", "#REF!"]])
    report = check(path, "area_demand")
    assert (report.faults[0].row, report.faults[0].column) == (2, "population")
    assert "#REF!" in report.faults[0].found


def test_a_far_cell_is_refused(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", [["area", "population"], ["Nairobi", 1]])
    far = files.sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>area</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    path = files.repacked(path, tmp_path / "far.xlsx", {"xl/worksheets/sheet1.xml": far})
    start = time.perf_counter()
    assert "row 1048576" in the_found(path, "area_demand")
    assert time.perf_counter() - start < 10


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", [["area", "population"], ["Nairobi", 1]])
    bomb = files.sheet_xml(" " * (3 * 2**20))
    path = files.repacked(path, tmp_path / "bomb.xlsx", {"xl/worksheets/sheet1.xml": bomb})
    assert "to 1" in the_found(path, "area_demand")


def test_a_string_bomb_stays_within_its_memory(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", [["area", "population"], ["Nairobi", 1]])
    text = os.urandom(400).hex()
    cell = f'<c t="inlineStr"><is><t>{text}</t></is></c>'
    rows = files.sheet_xml("".join(f"<row>{cell * 150}</row>" for _ in range(200)))
    path = files.repacked(path, tmp_path / "s.xlsx", {"xl/worksheets/sheet1.xml": rows})
    assert check(path, "area_demand").verdict == "refuse"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(tmp_path, encoding):
    path = files.workbook(tmp_path / "a.xlsx", [["area", "population"], ["Nairobi", 1]])
    xml = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
    path = files.repacked(path, tmp_path / "d.xlsx", {"xl/sharedStrings.xml": xml})
    assert the_found(path, "area_demand") == "a workbook with a DOCTYPE"


def test_an_unsafe_zip_is_refused(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"../../up.shp": b"x"})
    assert the_found(path) == "a zip with a name that leaves its folder"


def test_a_geopackage_and_a_shapefile_read_and_are_converted(tmp_path):
    frame = files.SQUARES
    frame.to_crs(32737).to_file(tmp_path / "a.gpkg", layer="mine")
    report = check(tmp_path / "a.gpkg", rows=True)
    assert report.verdict == "warn"
    assert any("EPSG:32737" in each for each in report.warnings)
    assert [row["code"] for row in report.table] == ["001", "002"]
    shapes = files.shapefile(tmp_path / "s", frame)
    report = check(files.zipped(tmp_path / "a.zip", shapes), rows=True)
    assert [row["name"] for row in report.table] == ["West", "East"]
    assert not report.faults


def test_what_is_wrong_with_a_shapefile_is_said(tmp_path):
    frame = files.SQUARES
    shapes = files.shapefile(tmp_path / "s", frame)
    no_index = {name: part for name, part in shapes.items() if not name.endswith(".shx")}
    assert "without its .shx" in the_found(files.zipped(tmp_path / "a.zip", no_index))
    cut = {n: part[:-40] if n.endswith(".shp") else part for n, part in shapes.items()}
    assert "cut off" in the_found(files.zipped(tmp_path / "b.zip", cut))
    two = shapes | {"other.shp": b""}
    assert "2 Shapefiles: areas.shp, other.shp" in the_found(files.zipped(tmp_path / "c.zip", two))
    metres = files.shapefile(tmp_path / "m", frame.to_crs(32737), leave_out=(".prj",))
    report = check(files.zipped(tmp_path / "d.zip", metres))
    assert "metres" in report.faults[0].message
    assert any("no .prj" in each for each in report.warnings)


def geopackage(path, *statements):
    import sqlite3

    files.SQUARES.to_file(path, layer="mine")
    base = sqlite3.connect(path)
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return path


def test_views_and_virtual_tables_in_a_geopackage_are_refused(tmp_path):
    endless = (
        "CREATE VIEW trap AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n)"
        " SELECT i AS fid, i AS code FROM n"
    )
    row = (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('trap', 'features', 'trap', 4326)"
    )
    path = geopackage(tmp_path / "a.gpkg", endless, row)
    assert the_found(path) == "a layer that is not a plain table"
    other = geopackage(tmp_path / "b.gpkg", "CREATE VIRTUAL TABLE t USING fts5(x)")
    assert the_found(other) == "a GeoPackage with a virtual table"
    plain = geopackage(tmp_path / "c.gpkg", "DROP TABLE gpkg_contents")
    assert "no GeoPackage" in the_found(plain)
    cut = tmp_path / "d.gpkg"
    cut.write_bytes((tmp_path / "b.gpkg").read_bytes()[:20000])
    assert check(cut).verdict == "refuse"


def test_a_geojson_with_a_declared_system_is_converted(tmp_path):
    path = tmp_path / "a.geojson"
    content = json.loads(files.SQUARES.to_crs(32737).to_json())
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32737"}}
    path.write_text(json.dumps({**content, "crs": crs}))
    report = check(path, rows=True)
    assert not report.faults
    assert any("EPSG::32737" in each for each in report.warnings)
    unknown = {"type": "name", "properties": {"name": "/etc/passwd"}}
    path.write_text(json.dumps({**content, "crs": unknown}))
    assert the_found(path) == "an unknown coordinate system"


def test_a_big_geojson_is_read_in_the_child(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(tiny.FILES["areas.geojson"][:-1] + ',"pad":"' + "x" * (3 * 2**20) + '"}')
    report = check(path, rows=True)
    assert [row["code"] for row in report.table] == ["001", "002"]
    path.write_text('{"a":' + "[" * (3 * 2**20))
    assert check(path).verdict == "refuse"


def test_a_parquet_matrix(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"demand_point": ["a", "b"], "site": ["s", "s"], "minutes": [1.5, None]})
    pq.write_table(table, tmp_path / "t.parquet")
    report = check(tmp_path / "t.parquet", "travel", rows=True)
    assert not report.faults
    assert [row["minutes"] for row in report.table] == [1.5, None]
    assert any("1 of 2 pairs have no route" in each for each in report.warnings)
    assert "Parquet" in the_found(tmp_path / "t.parquet", "visits")


def test_a_child_that_takes_too_long_is_ended_with_its_family(monkeypatch):
    monkeypatch.setattr(sandbox, "ARGUMENTS", ("-c", "import os, time; os.fork(); time.sleep(60)"))
    findings = Findings()
    start = time.perf_counter()
    assert (
        sandbox.read_in_child(b"", "zip", "a.xlsx", {}, findings, sandbox.Limits(wall_seconds=0.5))
        is None
    )
    assert time.perf_counter() - start < 5
    assert "more than 0.5 s" in findings.faults[0].found


@pytest.mark.parametrize(
    "script", ["import os; os.abort()", "import sys; sys.exit(3)", "print('no json')"]
)
def test_a_child_that_dies_gives_one_fault(monkeypatch, script):
    monkeypatch.setattr(sandbox, "ARGUMENTS", ("-c", script))
    findings = Findings()
    assert sandbox.read_in_child(b"", "gpkg", "a.gpkg", {}, findings) is None
    assert len(findings.faults) == 1
    assert findings.faults[0].expected == "a GeoPackage"


def test_the_child_knows_no_secrets_and_no_network(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    script = (
        "import json, os, sys; sys.path.insert(0, os.environ['PYTHONPATH']);"
        "from planner.pack import reader_child; reader_child._limit(json.load(open('order.json')));"
        "import resource; print(json.dumps({'records': [sorted(os.environ),"
        " resource.getrlimit(resource.RLIMIT_DATA)[0]]}))"
    )
    monkeypatch.setattr(sandbox, "ARGUMENTS", ("-c", script))
    told = sandbox.read_in_child(b"", "gpkg", "a.gpkg", {}, Findings())
    assert "SECRET_TOKEN" not in told["records"][0]
    assert told["records"][1] == 800 * 2**20
