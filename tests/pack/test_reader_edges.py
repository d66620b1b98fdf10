"""The ends of reading: shapes, archives, cells and texts that few files have."""

import json
import math
from datetime import date, datetime

import numpy as np
import pytest
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from pack import files
from planner.errors import UsageError
from planner.pack import archive, check_table, foreign, locate, sandbox
from planner.pack.cells import UnknownText, finder, named
from planner.pack.faults import Findings
from planner.pack.foreign import Refused
from planner.pack.geo import (
    MOST_CORNERS,
    Outline,
    declared_crs,
    outline_fault,
    place_of,
    read_geojson_grid,
    repaired,
)
from planner.pack.work_records_checks import _repeated


def grid_of(properties, text=None):
    feature = {"type": "Feature", "geometry": None, "properties": properties}
    findings = Findings()
    content = text or json.dumps({"type": "FeatureCollection", "features": [feature]})
    return read_geojson_grid(content, "a.geojson", findings), findings


def test_properties_become_cells_as_a_table_would_hold_them():
    given = {"yes": True, "no": False, "none": None, "many": ["a", 1], "deep": {"a": [1.5]}}
    grid, findings = grid_of(given)
    assert grid.records[0].cells == tuple(given)
    assert grid.records[1].cells == ("TRUE", "FALSE", None, "a;1", None)
    assert grid.bad == {(2, 4): "a value with parts of its own"}
    assert not findings.faults
    grid, _ = grid_of(None, '{"type":"Feature","geometry":null,"properties":{"a":1e999}}')
    assert grid.records[1].cells == ("inf",)
    grid, _ = grid_of("none")
    assert grid.records[1].cells == ()


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ('{"type":"Feature","properties":{"a":1,"a":2}}', "a", "a twice in one object"),
        ("[" * 100_000, None, "JSON nested too deeply"),
        ('{"type":"Feature"}\n{"type":"Feature"}', None, "more than one JSON text, perhaps a"),
        ('{"type":"Feature",', None, "damaged JSON"),
        ('{"type":"FeatureCollection","features":3}', "features", "no list"),
        ('{"type":"Topology"}', "type", "type Topology"),
    ],
)
def test_texts_that_are_no_geojson(text, column, found):
    grid, findings = grid_of({}, text)
    assert grid is None
    (fault,) = findings.faults
    assert (fault.column, fault.found[: len(found)]) == (column, found)


@pytest.mark.parametrize(
    ("crs", "name"),
    [
        (None, ""),
        ("EPSG:4326", ""),
        ({}, ""),
        ("EPSG:21037", "EPSG:21037"),
        ({"properties": 3}, "one that is not named"),
        ({"properties": {"name": 4326}}, "one that is not named"),
        ({"type": "link", "properties": {"href": "a.wkt"}}, "one that is not named"),
        ({"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, ""),
        ({"properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}, ""),
        ({"properties": {"name": "EPSG:32737"}}, "EPSG:32737"),
    ],
)
def test_only_another_system_than_degrees_is_told(crs, name):
    assert declared_crs({"crs": crs}) == name


def circle(corners):
    angles = np.append(np.linspace(0, 6, corners - 1), 0.0)
    return Polygon(np.column_stack((36 + np.cos(angles), np.sin(angles))))


@pytest.mark.parametrize(
    ("geometry", "found"),
    [
        (None, "no geometry"),
        (GeometryCollection(), "no geometry"),
        (LineString([(0, 0), (1, 1)]), "LineString"),
        (circle(MOST_CORNERS + 1), f"{MOST_CORNERS + 1:,} corners"),
        (box(500_000, 0, 500_010, 10), "coordinates from 500000, 0 to 500010, 10"),
        (box(-181, 0, 0, 1), "coordinates from -181, 0 to 0, 1"),
        (box(0, -90.5, 1, 0), "coordinates from 0, -90.5 to 1, 0"),
        (box(0, 0, 1, 90.5), "coordinates from 0, 0 to 1, 90.5"),
    ],
)
def test_what_is_no_outline(geometry, found):
    assert outline_fault(geometry)[0] == found


def test_the_whole_world_is_an_outline():
    assert outline_fault(box(-180, -90, 180, 90)) is None


def test_as_many_corners_as_may_be():
    assert outline_fault(circle(MOST_CORNERS)) is None


def test_a_place_is_one_point():
    assert place_of(MultiPoint([(36, -1)])) == (-1, 36)
    assert place_of(MultiPoint([(36, -1), (37, -1)])) is None
    assert place_of(Point()) is None
    assert place_of(box(0, 0, 1, 1)) is None


@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_is_left_of_an_outline_that_crosses_itself():
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    grid, _ = grid_of({}, json.dumps({"type": "Feature", "properties": {}, "geometry": bow}))
    assert repaired(grid.geometries[2]).area == pytest.approx(2)
    assert repaired(LineString([(0, 0), (1, 1)])) is None
    assert repaired(box(0, 0, 1, math.nan)) is None


def test_how_far_outside_a_place_lies():
    outline = Outline(box(36, -1, 37, 1))
    assert outline.covers(0, 36)
    assert outline.km_outside(0, 36.5) == 0
    assert outline.km_outside(0, 38) == pytest.approx(111.195, rel=1e-3)
    assert outline.within(0, 37.5, 56)
    assert not outline.within(0, 37.5, 55)
    assert outline.covers_each(np.array([0.0, 0.0]), np.array([36.5, 38.0])).tolist() == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "an OpenDocument file"),
        ({"xl/workbook.bin": b"x"}, "a binary workbook (.xlsb)"),
        ({"a/sites.csv": b"x", "b/areas.geojson": b"y"}, "a zip of sites.csv"),
        (
            {"[Content_Types].xml": b"x", "word/document.xml": b"y"},
            "an Office file that is no workbook",
        ),
    ],
)
def test_other_files_in_a_zip_are_named(tmp_path, members, found):
    with pytest.raises(Refused) as caught:
        archive.open_archive(files.zipped(tmp_path / "a.zip", members))
    assert caught.value.answer["faults"][0]["found"] == found


def test_a_zip_with_another_mimetype_and_without_tables_is_left_to_its_reader(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"mimetype": b"text/plain", "readme": b"x"})
    assert archive.open_archive(path)[1] == "shapefile"


def test_a_list_of_contents_that_leads_before_the_file_is_refused(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"a.shp": b"x"})
    content = path.read_bytes()
    path.write_bytes(content[content.index(b"PK\x01\x02") :])  # the member itself is cut off
    with pytest.raises(Refused) as caught:
        archive.open_archive(path)
    assert caught.value.answer["faults"][0]["found"] == "a damaged zip file"


def test_names_in_a_zip():
    assert archive.names_in(b"no zip") == []


def test_names_in_a_sound_zip(tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"a": b"x", "b": b"y"})
    assert archive.names_in(path.read_bytes()) == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, "TRUE"),
        (False, "FALSE"),
        (math.nan, None),
        (math.inf, "inf"),
        (1.5, 1.5),
        (datetime(2024, 5, 1), "2024-05-01"),  # noqa: DTZ001 - cells have no zone
        (datetime(2024, 5, 1, 8, 30), "2024-05-01 08:30:00"),  # noqa: DTZ001
        (date(2024, 5, 1), "2024-05-01"),
        (("a", 1), "a;1"),
        (b"x", "b'x'"),
    ],
)
def test_values_of_foreign_files_as_json_carries_them(value, text):
    assert foreign.plain(value) == text


def test_a_name_that_two_share_finds_neither():
    assert named([("a", 0), ("b", 1), ("a", 2), ("", 3), ("b", 1)]) == {"b": 1}


def test_texts_are_found_as_written_then_alike_then_hinted_at():
    find = finder("branch", {"Thika Road": 4}, {"thika-road": 5, "THIKA ROAD": 6})
    assert find("THIKA ROAD") == 6
    assert find("thika  road") == 4
    with pytest.raises(UnknownText, match="Did you mean Thika Road"):
        find("Thika Rod")
    with pytest.raises(UnknownText, match="No branch is called so"):
        find("Zzz")


def test_only_the_first_unknown_texts_get_a_hint():
    find = finder("branch", {"Thika": 0})
    told = []
    for number in range(300):
        with pytest.raises(UnknownText) as caught:
            find(f"Thikaa{number % 3}" if number < 3 or number > 297 else f"x{number}")
        told.append(caught.value.message)
    assert told[0] == "Did you mean Thika?"
    assert told[-1] == "No branch is called so"


def test_rows_alike_are_told_with_the_first_of_them():
    keys = np.array([[1], [2], [1], [3], [1], [2]])
    sound = np.array([True, True, True, True, True, True])
    assert list(_repeated(keys, sound)) == [(0, 2), (0, 4), (1, 5)]
    assert list(_repeated(keys, sound & (keys[:, 0] != 1))) == [(1, 5)]
    assert list(_repeated(keys[:1], sound[:1])) == []


def test_without_any_data_no_pack_is_built_in(tmp_path, monkeypatch):
    monkeypatch.setattr(locate, "bundle_root", lambda: tmp_path)
    assert locate.builtin_packs() == ()
    assert locate.name_of_pack(tmp_path / "mine") == str((tmp_path / "mine").resolve())


def test_a_reader_that_cannot_be_started_is_one_fault(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "executable", "/nowhere/python")
    findings = Findings()
    assert sandbox.read_in_child(b"PK", "zip", "a.zip", {}, findings) is None
    (fault,) = findings.faults
    assert fault.found == "a reader that cannot be started"


def test_a_kind_of_table_that_is_not_known(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,a\n")
    with pytest.raises(UsageError, match=r"Did you mean sites\?"):
        check_table(path, "sits")
    with pytest.raises(UsageError, match="no table of kind zzzzzz"):
        check_table(path, "zzzzzz")
