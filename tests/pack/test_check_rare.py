"""Checks of one table beside what it is joined to, where that is little, strange or damaged."""

import pytest

from pack import files, tiny
from pack.test_road_layer import A, B, road, written
from planner.pack import check, check_table

VISITS = tiny.FILES["visits.csv"]
DEMAND = "area,population\nNairobi,5\n"
POINT = '{"type":"Point","coordinates":[36.5,-0.5]}'


def given(folder, name, content):
    path = folder / name
    path.write_text(content)
    return path


def test_visits_join_to_visit_types_alone(tmp_path):
    types = given(tmp_path, "visit_types.csv", tiny.FILES["visit_types.csv"])
    wrong = given(tmp_path, "v.csv", VISITS.replace("get_deed", "get_dead"))
    (fault,) = check_table(wrong, "visits", [types]).faults
    assert (fault.row, fault.column, fault.found) == (5, "visit_type", "get_dead")


def test_a_map_of_any_name_is_known_by_its_columns(tmp_path):
    """Kinds that have no map are passed over, and it is not said that they have none."""
    cells = '{"id":"p1","name":"A","area":"001","population":5}'
    point = f'{{"type":"Feature","properties":{cells},"geometry":{POINT}}}'
    places = given(tmp_path, "mine.geojson", tiny.collection(point))
    report = check_table(given(tmp_path, "v.csv", VISITS), "visits", [places])
    assert [(each.row, each.found) for each in report.faults] == [(3, "p2"), (4, "p3")]


def test_roads_without_a_pack_are_not_held_against_places(tmp_path):
    report = check_table(written(tmp_path, road(A, B, speed=50)), "roads")
    assert (report.verdict, report.row_count) == ("warn", 1)
    assert "whether the roads lie near the places was not checked" in report.warnings[0]


@pytest.mark.parametrize("counties", [None, "{", tiny.collection(tiny.feature("1", "", "null"))])
def test_without_sound_counties_of_its_own_the_planner_takes_areas_as_they_are(
    tmp_path, monkeypatch, counties
):
    (tmp_path / "counties").mkdir()
    if counties is not None:
        given(tmp_path / "counties", "counties.geojson", counties)
    table = given(tmp_path, "d.csv", DEMAND)
    known = check_table(table, "area_demand", rows=True)
    assert [row["area"] for row in known.table] == ["047"]
    monkeypatch.setattr(check, "data_root", lambda: tmp_path)
    report = check_table(table, "area_demand", rows=True)
    assert [row["area"] for row in report.table] == ["Nairobi"]
    assert report.faults == ()
    assert any("not checked" in each for each in report.warnings)


def test_a_row_without_a_place_in_a_system_of_metres_is_told(tmp_path):
    frame = files.SQUARES.assign(id=["s1", "s2"], area=["001", "002"]).to_crs(32737)
    frame.geometry = [frame.geometry[0].centroid, None]
    frame.to_file(tmp_path / "a.gpkg", layer="mine")
    areas = given(tmp_path, "areas.geojson", tiny.FILES["areas.geojson"])
    report = check_table(tmp_path / "a.gpkg", "sites", [areas])
    assert [(each.row, each.found) for each in report.faults] == [(3, "no geometry")]
    assert any("EPSG:32737" in each for each in report.warnings)
