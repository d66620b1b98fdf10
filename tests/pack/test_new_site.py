"""Where a new site would stand and what it would cost, as the pack's other sites tell it."""

from dataclasses import replace

import pytest

from planner.pack import find_pack, read_pack
from planner.pack.edits import given_tables
from planner.pack.new_site import (
    area_at,
    area_code,
    free_site_id,
    is_place,
    nearest_place,
    nearest_row,
    usual_cells,
)
from planner.pack.types import Town
from tests.pack import tiny


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return read_pack(tiny.write(tmp_path_factory.mktemp("p") / "tiny"))


def test_a_town_goes_before_a_nearer_demand_point_and_far_ones_are_none(pack):
    assert nearest_place(pack, -0.5, 36.55).name == "Alpha"
    assert nearest_place(pack, -0.5, 36.55).km == pytest.approx(5.56, abs=0.01)
    with_town = replace(pack, towns=(Town("Market", -0.5, 36.65),))
    found = nearest_place(with_town, -0.5, 36.55)
    assert (found.name, found.is_town, found.lon) == ("Market", True, 36.65)
    assert nearest_place(pack, -0.9, 36.9) is None  # Alpha is 63 km away


def test_the_area_is_the_one_whose_outline_covers_the_place_else_the_nearest(pack):
    assert area_at(pack.areas, -0.5, 36.5).area.code == "001"
    assert area_at(pack.areas, -0.5, 36.5).km == 0
    beyond = area_at(pack.areas, -0.5, 38.1)
    assert (beyond.area.code, beyond.km) == ("002", pytest.approx(11.1, abs=0.1))
    assert area_at(tuple(replace(each, outline=None) for each in pack.areas), -0.5, 36.5) is None


def test_an_area_is_known_by_code_or_name(pack):
    assert [area_code(pack.areas, text) for text in ("001", "1", "West", "nowhere", "")] == [
        "001",
        "001",
        "001",
        "",
        "",
    ]


def sites(**rows):
    return {key: dict(zip(("area", "status", "annual_cost_kes", "formats"), cells, strict=True))
            for key, cells in rows.items()}  # fmt: skip


def test_usual_figures_are_the_middle_of_sites_that_are_not_there_yet(pack):
    rows = sites(
        a=("001", "existing", "1", ""),
        b=("001", "candidate", "10", ""),
        c=("West", "candidate", "30", ""),
        d=("002", "candidate", "99", ""),
    )
    few = usual_cells(pack, "001", rows)
    assert (few.cells, few.like, few.count) == ({"annual_cost_kes": "30"}, "all", 3)
    rows["e"] = {"area": "001", "status": "proposed", "annual_cost_kes": "20"}
    here = usual_cells(pack, "001", rows)
    assert (here.cells, here.like, here.count) == ({"annual_cost_kes": "20"}, "area", 3)


def test_with_formats_costs_are_those_of_the_commonest(pack):
    rows = sites(
        a=("001", "candidate", "", "desk"),
        b=("001", "candidate", "", "desk;full"),
        c=("001", "candidate", "", "desk;full"),
    )
    assert usual_cells(pack, "001", rows).cells == {"formats": "desk;full"}
    nothing = usual_cells(pack, "001", {"a": {"area": "001", "status": "existing"}})
    assert (nothing.cells, nothing.like, nothing.count) == ({}, "none", 0)


def test_ids_are_free_and_plain():
    assert free_site_id("Nyayo House!", "047", ()) == "047-nyayo-house"
    assert free_site_id("Nyayo House", "047", {"047-nyayo-house"}) == "047-nyayo-house-2"
    assert free_site_id("مرحبا", "", ()) == "site"


def test_the_nearest_other_row_and_rows_without_a_place():
    rows = {
        "a": {"lat": "0", "lon": "36"},
        "b": {"lat": "0", "lon": "37"},
        "c": {"lat": "", "lon": ""},
    }
    assert nearest_row(rows, 0.0, 36.1)[0] == "a"
    assert nearest_row(rows, 0.0, 36.1, but="a") == ("b", pytest.approx(100.1, abs=0.1))
    assert nearest_row({"c": rows["c"]}, 0.0, 36.0) is None
    assert [is_place(each) for each in (*rows.values(), {"lat": "91", "lon": "0"})] == [
        True,
        True,
        False,
        False,
    ]


def test_a_built_in_town_is_found_in_its_area():
    pack = read_pack(find_pack("immigration"))
    found = nearest_place(pack, -1.29, 36.82)
    assert found.is_town
    assert area_at(pack.areas, found.lat, found.lon).km < 5
    assert usual_cells(pack, "047", given_tables(pack.folder)["sites"].rows).count > 0
