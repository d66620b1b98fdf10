"""What the fuzzer found: each input that once led to an error is refused, or read, in words."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from planner.errors import Fault, InputError
from planner.pack import check_table
from planner.pack.draft import unpack_pack
from planner.pack.faults import Findings
from planner.pack.road_layer_file import read_road_layer
from planner.runs.store import open_store
from planner.runs.store.workspace import import_workspace
from tests.pack import tiny


def zipped(**members: str) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "."), text)
    return bytearray(out.getvalue())


def with_a_list_that_leads_before_the_file() -> bytes:
    """The list of contents says that it begins later than it does: members lie before byte 0."""
    content = zipped(manifest_json="{}", pack_toml=tiny.FILES["pack.toml"])
    end = content.rindex(b"PK\x05\x06")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    content[end + 16 : end + 20] = (start + 200).to_bytes(4, "little")
    return bytes(content)


def with_another_name_before_a_member() -> bytes:
    """The list names a member rightly; before the member itself stands no UTF-8."""
    content = zipped(manifest_json="{}", pack_toml=tiny.FILES["pack.toml"])
    for name in (b"manifest.json", b"pack.toml"):
        at = content.index(name)
        content[at - 24 + 1] |= 0x08  # "its name is UTF-8", as bit 11 of the flags
        content[at] = 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    "made", [with_a_list_that_leads_before_the_file, with_another_name_before_a_member]
)
def test_a_damaged_zip_is_one_fault_of_a_workspace_and_of_a_pack(tmp_path, made):
    path = tmp_path / "a.zip"
    path.write_bytes(made())
    with open_store(str(tmp_path / "store.sqlite")) as store, pytest.raises(InputError) as caught:
        import_workspace(store, path)
    assert {each.file for each in caught.value.faults} <= {"manifest.json", "pack.toml"}
    findings = Findings()
    assert unpack_pack(path, tmp_path / "into", findings) is None
    (fault,) = findings.faults
    assert (fault.file, fault.found) == ("a.zip", "a damaged zip file")


@pytest.mark.parametrize(
    ("text", "found", "row"),
    [
        ('{"type": "FeatureCollection", []: "10 mph", "features": []}', "damaged JSON", 1),
        ('{"type": "FeatureCollection",\n1: 2, "features": []}', "damaged JSON", 2),
        ('{"width": ' + "9" * 5000 + ', "features": []}', "a number too long to read", None),
    ],
)
def test_a_member_of_a_road_layer_that_is_no_member(tmp_path, text, found, row):
    path = tmp_path / "roads.geojson"
    path.write_text(text)
    findings = Findings()
    assert read_road_layer(path, {}, findings, None) is None
    (fault,) = findings.faults
    assert (fault.file, fault.found, fault.row) == ("roads.geojson", found, row)


def test_a_file_without_a_name_in_the_zip_of_a_pack(tmp_path):
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mine/pack.toml", tiny.FILES["pack.toml"])
        archive.writestr(zipfile.ZipInfo("\0.csv"), "id")  # names end before a zero byte
    findings = Findings()
    assert unpack_pack(path, tmp_path / "into", findings) is None
    (fault,) = findings.faults
    assert (fault.file, fault.found) == ("pack.zip", "a zip with a file that has no name")


@pytest.mark.parametrize(
    ("properties", "column"), [({"id": "p1", "name": "Al\ud800"}, "name"), ({"\udfff": 1}, "id")]
)
def test_half_a_letter_in_a_map_is_a_fault_that_can_be_written(tmp_path, properties, column):
    path = tmp_path / "demand_points.geojson"
    point = {"type": "Point", "coordinates": [36.5, -0.5]}
    feature = {"type": "Feature", "properties": properties, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    report = check_table(path, "demand_points", rows=True)
    assert column in {each.column for each in report.faults}
    told = [*map(str, report.faults), *report.warnings, str(report.as_json_dict())]
    assert all(each.encode() for each in told)
    if column == "name":
        assert any("U+D800" in each.found for each in report.faults)


def test_half_a_letter_in_a_list_of_ids_is_a_fault_that_can_be_written(tmp_path):
    path = tmp_path / "sites.geojson"
    point = {"type": "Point", "coordinates": [36.5, -0.5]}
    site = {"id": "s1", "name": "A", "area": "001", "services_today": "card;\ud800"}
    feature = {"type": "Feature", "properties": site, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    report = check_table(path, "sites", rows=True)
    (fault,) = [each for each in report.faults if each.column == "services_today"]
    assert "U+D800" in fault.found
    json.dumps(report.as_json_dict(), ensure_ascii=False).encode()


def test_half_a_letter_in_a_road_layer_is_a_fault_that_can_be_written(tmp_path):
    path = tmp_path / "roads.geojson"
    line = {"type": "LineString", "coordinates": [[36.5, -0.5], [36.6, -0.5]]}
    roads = [
        {"type": "Feature", "properties": {"highway": each, "oneway": "b\udfff"}, "geometry": line}
        for each in ("\ud800", 'the "old" road')
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": roads}))
    findings = Findings()
    assert read_road_layer(path, {}, findings, None) is None
    for fault in findings.faults:
        json.dumps(fault.as_dict(), ensure_ascii=False).encode()
    half, old = [each for each in findings.faults if each.column == "highway"]
    assert "U+D800" in half.found
    assert r'[travel.class_speed_kmh."the \"old\" road"]' in old.message


def test_half_a_letter_in_what_is_said_of_roads_is_left_out_of_it(tmp_path):
    path = tmp_path / "roads.geojson"
    line = {"type": "LineString", "coordinates": [[36.5, -0.5], [36.6, -0.5]]}
    road = {"type": "Feature", "geometry": line}
    road["properties"] = {"highway": "trunk", "maxspeed": "fast\ud800"}
    content = {"type": "FeatureCollection", "attribution": "The \udfff roads", "features": [road]}
    path.write_text(json.dumps(content))
    findings = Findings()
    layer = read_road_layer(path, {}, findings, None)
    assert layer is not None
    assert layer.mark.source == "The roads"
    for text in (*layer.notes, *findings.warnings):
        text.encode()
    assert any("fast" in each for each in layer.notes)


@pytest.mark.parametrize("name", ["file", "column", "found", "expected", "message"])
def test_no_text_of_a_fault_holds_what_cannot_be_written(name):
    texts = dict.fromkeys(("file", "column", "found", "expected", "message"), "x")
    fault = Fault(row=None, **{**texts, name: "a\ud800\x1bb"})
    assert getattr(fault, name) == "a b"
