"""The table of towns: read, written back, and refused with every fault."""

from __future__ import annotations

import json

import pytest

from planner.pack import read_pack
from planner.pack.check import check_table
from planner.pack.write import write_pack

from .tiny import FILES, faults, the_fault, write

TOWNS = (
    "town,latitude,lng,idadi_ya_watu,source,confidence\n"
    "Alpha town,-0.5,36.5,5000,census,found\nGamma town,-0.5,37.5,,,\n"
)


def test_towns_are_read_with_their_marks(tmp_path):
    alpha, gamma = read_pack(write(tmp_path, towns_csv=TOWNS)).towns
    assert (alpha.name, alpha.lat, alpha.lon, alpha.population) == ("Alpha town", -0.5, 36.5, 5000)
    assert (alpha.mark.source, alpha.mark.confidence) == ("census", "found")
    assert gamma.population is None


def test_a_pack_without_towns_has_none(tmp_path):
    assert read_pack(write(tmp_path)).towns == ()


def test_towns_are_written_back(tmp_path):
    pack = read_pack(write(tmp_path / "given", towns_csv=TOWNS))
    write_pack(pack, tmp_path / "written")
    assert read_pack(tmp_path / "written").towns == pack.towns


def test_every_fault_is_told(tmp_path):
    wrong = "name,lat,lon,population\nA,95,36.5,1\n,0,x,-2\nA,0,0,\nA,0,0,\n"
    told = faults(write(tmp_path, towns_csv=wrong))
    assert {(each.row, each.column) for each in told} == {
        (2, "lat"),
        (3, "name"),
        (3, "lon"),
        (3, "population"),
        (5, "name + lat + lon"),
    }


def test_a_table_of_towns_can_be_checked_alone(tmp_path):
    file = tmp_path / "new.csv"
    file.write_text("name,lat,lon,population\nAlpha town,-0.5,36.5,5000\nGamma town,-0.5,37.5,\n")
    report = check_table(file, "towns")
    assert (report.verdict, report.row_count, report.totals) == ("accept", 2, {"population": 5000})


def test_a_model_of_roads_needs_their_file(tmp_path):
    manifest = FILES["pack.toml"].replace("[travel]\n", '[travel]\nmodel = "network"\n')
    fault = the_fault(write(tmp_path, pack_toml=manifest))
    assert (fault.file, fault.column, fault.found) == ("pack.toml", "travel.model", "network")
    assert "roads" in fault.expected


@pytest.mark.parametrize(
    ("place", "what"),
    [("36.5,-0.5", "swapped"), ("5,36.5", "minus sign"), ("-0.5,36.5", ""), ("-0.5,39.5", "")],
    ids=["swapped", "mirrored", "inside", "outside"],
)
def test_a_town_whose_turned_place_lies_inside_is_a_fault(tmp_path, place, what):
    areas = json.loads(FILES["areas.geojson"])
    for feature in areas["features"]:  # from 1 to 6 degrees south, so that none is mirrored inside
        for ring in feature["geometry"]["coordinates"]:
            ring[:] = [[x, -6.0 if y < -0.5 else -0.25] for x, y in ring]
    towns = tmp_path / "towns.csv"
    towns.write_text(f"name,lat,lon\nA,{place}\n")
    outlines = tmp_path / "areas.geojson"
    outlines.write_text(json.dumps(areas))
    report = check_table(towns, "towns", [outlines])
    assert [fault.row for fault in report.faults] == ([2] if what else [])
    assert all(what in fault.message for fault in report.faults)


def test_towns_of_a_pack_are_held_against_its_areas(tmp_path):
    fault = the_fault(write(tmp_path, towns_csv="name,lat,lon\nA,36.5,-0.5\n"))
    assert (fault.file, fault.row, fault.column) == ("towns.csv", 2, "lat")
