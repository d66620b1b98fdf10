"""The table of towns: read, written back, and refused with every fault."""

from __future__ import annotations

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
