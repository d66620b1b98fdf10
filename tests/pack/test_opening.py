"""Files that cannot be seen, read or taken for a table: one fault each, in words."""

import errno
from pathlib import Path

import pytest
from shapely import wkt

from pack import files, tiny
from planner.pack import check_table
from planner.pack.faults import Findings
from planner.pack.opening import is_file, read_bytes, repair_outlines
from planner.pack.toml_file import read_toml

NO_PERMISSION = "a file that cannot be read: no permission"


def found_in(path, kind="formats"):
    report = check_table(path, kind)
    assert report.verdict == "refuse"
    return [each.found for each in report.faults]


def failing(error):
    def fail(*_):
        raise error

    return fail


def test_a_file_that_may_not_be_seen(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("x")
    findings = Findings()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", failing(PermissionError(errno.EACCES, "no")))
        assert not is_file(path)
        assert not is_file(path, findings)
        assert read_bytes(path, findings) is None
    assert [each.found for each in findings.faults] == [NO_PERMISSION] * 2
    assert is_file(path, findings)


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (PermissionError(errno.EACCES, "no"), NO_PERMISSION),
        (OSError(errno.EIO, "no"), "a file that cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, monkeypatch, error, found):
    path = tmp_path / "a.csv"
    path.write_text("x")
    monkeypatch.setattr(Path, "read_bytes", failing(error))
    findings = Findings()
    assert read_bytes(path, findings) is None
    assert [each.found for each in findings.faults] == [found]


def test_a_name_that_can_be_no_file(tmp_path):
    findings = Findings()
    assert read_bytes(tmp_path / "a\0b", findings) is None
    assert read_bytes(tmp_path, findings) is None
    assert read_bytes(tmp_path / "none", findings) is None
    assert len(findings.faults) == 3
    assert not is_file(tmp_path / "a\0b")


def test_as_many_bytes_as_may_be_and_one_more(tmp_path):
    path, findings = tmp_path / "a.csv", Findings()
    path.write_bytes(b"x" * 10)
    assert read_bytes(path, findings, most=10) == b"x" * 10
    assert not findings.faults
    assert read_bytes(path, findings, most=9) is None
    assert findings.faults[0].found == "0.0 MB"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a = " + b"[" * 100_000, "values nested too deeply"),
        (b"a = '\xff'", "text that is not UTF-8"),
        (b"a = " + b"9" * 5000, None),
        (b"a = 1\na = 2\n", None),
    ],
)
def test_texts_that_are_no_toml(tmp_path, content, found):
    path, findings = tmp_path / "pack.toml", Findings()
    path.write_bytes(content)
    assert read_toml(path, findings) is None
    (fault,) = findings.faults
    assert found in {None, fault.found}


def test_a_workbook_without_a_cell(tmp_path):
    assert found_in(files.workbook(tmp_path / "a.xlsx", [])) == ["no filled sheet"]


def test_a_map_of_another_system_without_a_feature(tmp_path):
    path = tmp_path / "areas.geojson"
    crs = ',"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32737"}}}'
    path.write_text(tiny.collection()[:-1] + crs)
    assert found_in(path, "areas") == ["missing column: code", "missing column: name"]


def test_an_answer_of_the_child_without_rows(tmp_path, monkeypatch):
    path = files.workbook(tmp_path / "a.xlsx", [["id"]])
    monkeypatch.setattr("planner.pack.opening.read_in_child", lambda *_, **__: {"records": []})
    assert found_in(path) == ["an empty table"]


def test_a_geojson_whose_system_cannot_be_told(tmp_path):
    path = tmp_path / "areas.geojson"
    whole = tiny.collection(tiny.feature("001", "West", tiny.square(36, -1, 37, 0)))
    path.write_text(whole[:-1] + ',"crs":')
    assert found_in(path, "areas") == ["damaged JSON"]
    path.write_text('["crs", 1]')
    assert found_in(path, "areas") == ["other content than the name says"]


def test_a_map_where_a_table_is_wanted(tmp_path):
    shapes = files.shapefile(tmp_path / "s", files.SQUARES)
    assert found_in(files.zipped(tmp_path / "a.zip", shapes)) == ["a GIS file"]


def test_a_geojson_that_is_no_text(tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_bytes(b'{"type":"FeatureCollection"\x00\xff\xfe\x81')
    assert len(found_in(path, "areas")) >= 1


def test_long_outlines_are_repaired_in_the_child(monkeypatch):
    bow = wkt.loads("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    here, findings = repair_outlines([bow], "a.geojson", Findings()), Findings()
    monkeypatch.setattr("planner.pack.opening._REPAIR_IN_PROCESS", 4)
    there = repair_outlines(
        [bow, wkt.loads("POLYGON ((0 0, 1 0, 0 0, 0 0))")], "a.geojson", findings
    )
    assert there[0].equals(here[0])
    assert there[1] is None
    assert not findings.faults
    monkeypatch.setattr("planner.pack.sandbox.sys.executable", "/nowhere/python")
    assert repair_outlines([bow], "a.geojson", findings) is None
    assert len(findings.faults) == 1
