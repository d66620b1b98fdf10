import json
import sqlite3
import zipfile

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from planner.errors import UsageError, in_full
from planner.pack import check_pack, check_table
from planner.pack.faults import Findings
from planner.pack.figures import Figure, Mark
from planner.pack.road_layer_file import read_road_layer
from planner.pack.road_place import Extent
from tests.pack import osm, tiny

KM = 111.19508  # a degree along the equator
HERE = Extent(-1, 36, 1, 38)
A, B, C, D = (36.0, 0.0), (36.1, 0.0), (36.2, 0.0), (36.1, 0.1)


def road(*places, **properties):
    kind = "LineString" if places else None
    geometry = {"type": kind, "coordinates": [list(each) for each in places]} if places else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def written(folder, *features, name="roads.geojson"):
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def read(path, speeds=None, places=None, **kwargs):
    findings = Findings()
    layer = read_road_layer(path, speeds or {}, findings, places, **kwargs)
    assert (layer is None) == bool(findings.faults)
    return layer, findings


def layer_of(folder, *features, **kwargs):
    layer, findings = read(written(folder, *features), **kwargs)
    assert layer is not None, [str(each) for each in findings.faults]
    return layer


def faults_of(folder, *features, **kwargs):
    return read(written(folder, *features), **kwargs)[1].faults


def the_note(layer, start):
    (note,) = [each for each in layer.notes if each.startswith(start)]
    return note


def by_end(layer, values):
    """A figure of each edge, by the place where it ends."""
    ends = zip(layer.lon[layer.end].tolist(), layer.lat[layer.end].tolist(), strict=True)
    return dict(zip(ends, values.tolist(), strict=True))


def the_fault(folder, *features, **kwargs):
    (fault,) = faults_of(folder, *features, **kwargs)
    return fault


def figure(value, source="a survey"):
    return Figure("x", value, value, value, "km/h", Mark(source, "found"))


# -- cutting --------------------------------------------------------------------------------


def test_roads_are_joined_where_they_share_a_vertex_between_their_ends(tmp_path):
    layer = layer_of(tmp_path, road(A, B, C, class_="a", speed=50), road(B, D, speed=20))
    assert layer.lat.size == 4
    assert layer.km == pytest.approx([0.1 * KM] * 3, rel=1e-6)
    assert layer.speed_kmh.tolist() == [50, 50, 20]
    ends = {(layer.lon[s], layer.lat[s], layer.lon[e], layer.lat[e])
            for s, e in zip(layer.start, layer.end, strict=True)}  # fmt: skip
    assert ends == {(*A, *B), (*B, *C), (*B, *D)}
    assert layer.lines.tolist() == [
        [0, 36],
        [0, 36.1],
        [0, 36.1],
        [0, 36.2],
        [0, 36.1],
        [0.1, 36.1],
    ]
    assert layer.line_of.tolist() == [0, 2, 4, 6]
    assert not layer.km.flags.writeable


def test_other_vertices_stay_inside_an_edge_and_a_hair_apart_is_one_place(tmp_path):
    near = (36.1 + 4e-8, 0.0)
    layer = layer_of(tmp_path, road(A, (36.05, 0.05), B, speed=50), road(near, D, speed=50))
    assert (layer.start.size, layer.lat.size) == (2, 3)
    assert layer.km[0] == pytest.approx(2 * KM * 0.05 * 2**0.5, rel=1e-4)


def test_a_crossing_without_a_shared_vertex_joins_nothing_and_is_counted(tmp_path):
    over = road((36.1, -0.1), (36.1, 0.1), speed=50)
    layer = layer_of(tmp_path, road(A, C, speed=50), over)
    assert layer.start.size == 2
    told = the_note(layer, "Crossings of roads without a shared vertex")
    assert ": 1, such as at 0.00000, 36.10000" in told
    assert "2 islands" in the_note(layer, "The roads fall into")


def test_an_end_beside_a_road_is_told(tmp_path):
    layer = layer_of(tmp_path, road(A, C, speed=50), road((36.1, 5e-6), D, speed=50))
    assert ": 1, such as at 0.00001, 36.10000" in the_note(layer, "Ends within a metre")


def test_islands_are_told_with_their_km_and_a_place(tmp_path):
    far = [(36.5, 0.5), (36.5, 0.51)]
    layer = layer_of(tmp_path, road(A, B, C, speed=50), road(*far, speed=50))
    told = the_note(layer, "The roads fall into 2 islands")
    assert "22.2 km, 1.1 km at 0.50000, 36.50000." in told
    assert not [each for each in layer_of(tmp_path, road(A, B, speed=5)).notes if "islands" in each]


def test_a_loop_on_a_stalk_is_parted_so_that_no_edge_is_a_loop(tmp_path):
    loop = road(B, (36.12, 0.0), (36.12, 0.02), B, speed=50)
    layer = layer_of(tmp_path, road(A, B, speed=50), loop)
    assert layer.start.size == 3
    assert (layer.start != layer.end).all()
    assert layer.km.sum() == pytest.approx(0.1 * KM + KM * (0.04 + 0.02 * 2**0.5), rel=1e-4)


def test_a_lone_loop_is_left_out_and_told(tmp_path):
    loop = road((36.5, 0), (36.6, 0), (36.6, 0.1), (36.5, 0), speed=50)
    layer = layer_of(tmp_path, road(A, B, speed=50), loop)
    assert layer.start.size == 1
    assert "1 road (row 3)" in the_note(layer, "Starting and ending at one place")


def test_the_parts_of_a_multi_line_are_roads(tmp_path):
    parts = {"type": "MultiLineString", "coordinates": [[A, B], [B, D]]}
    feature = {"type": "Feature", "properties": {"speed": 50, "km": 30}, "geometry": parts}
    layer = layer_of(tmp_path, feature)
    assert layer.km == pytest.approx([15, 15], rel=1e-6)


def test_the_same_road_twice_is_taken_once_and_opens_both_ways(tmp_path):
    layer = layer_of(
        tmp_path, road(A, B, speed=50, oneway="yes"), road(B, A, speed=50, oneway="yes")
    )
    assert (layer.forward.tolist(), layer.backward.tolist()) == ([True], [True])
    assert "1 road (row 3)" in the_note(layer, "Drawn twice")
    unlike = layer_of(tmp_path, road(A, B, speed=50), road(B, A, speed=30))
    assert unlike.start.size == 2
    assert "2 roads (rows 2, 3)" in the_note(unlike, "Drawn along the same line")


def test_one_way_traps_are_told(tmp_path):
    layer = layer_of(tmp_path, road(A, B, speed=50), road(B, C, speed=50, oneway="yes"))
    assert ": 1, such as at 0.00000, 36.20000" in the_note(layer, "Nodes that cannot be reached")


# -- classes and speeds ---------------------------------------------------------------------


def test_a_road_s_own_speed_counts_then_the_pack_s_class_then_the_planner_s(tmp_path):
    layer = layer_of(
        tmp_path,
        road(A, B, highway="primary", maxspeed="80"),
        road(B, C, highway="primary"),
        road(B, D, highway="tertiary_link"),
        speeds={"Primary": figure(66)},
    )
    assert by_end(layer, layer.speed_kmh) == {B: 80, C: 66, D: 30}
    assert the_note(layer, "Speed of their own").endswith("1 road.")
    assert "(a survey, found): primary 66 km/h (1 road)" in the_note(layer, "Speed by class (a s")
    assert "tertiary_link 30 km/h" in the_note(layer, "Speed by class (Malaria Journal 2017")


@pytest.mark.parametrize(
    ("name", "speed"),
    [("Class A", 50), ("b", 50), ("C", 30), ("D road", 30), ("Trunk road", 50), ("motorway", 50),
     ("secondary", 30), ("E", 20), ("residential", 20), ("track_grade4", 15)],
)  # fmt: skip
def test_classes_as_people_write_them(tmp_path, name, speed):
    assert layer_of(tmp_path, road(A, B, road_class=name)).speed_kmh.tolist() == [speed]


@pytest.mark.parametrize(
    ("text", "speed"), [("50 km/h", 50), ("30 mph", 48.28032), (40, 40), ("42,5", 42.5)]
)
def test_speeds_as_people_write_them(tmp_path, text, speed):
    assert layer_of(tmp_path, road(A, B, speed_kmh=text)).speed_kmh == pytest.approx([speed])


def test_words_in_place_of_a_speed_leave_it_to_the_class(tmp_path):
    layer = layer_of(tmp_path, road(A, B, highway="primary", maxspeed="signals"))
    assert layer.speed_kmh.tolist() == [50]
    assert "signals are no speeds" in the_note(layer, "Column maxspeed")


def test_a_speed_of_0_is_not_known_in_extracts_that_say_so(tmp_path):
    layer = layer_of(tmp_path, road(A, B, fclass="primary", maxspeed=0))
    assert layer.speed_kmh.tolist() == [50]
    fault = the_fault(tmp_path, road(A, B, highway="primary", maxspeed=0))
    assert (fault.row, fault.column, fault.found) == (2, "maxspeed", "0")


def test_an_unknown_class_is_one_fault_with_the_key_to_add(tmp_path):
    features = [road(A, B, type="Kibo"), road(B, C, type="Kibo"), road(B, D, type="Kibo", speed=9)]
    fault = the_fault(tmp_path, *features)
    assert (fault.column, fault.found) == ("type", "Kibo (2 roads)")
    assert '[travel.class_speed_kmh."Kibo"]' in fault.message
    layer = layer_of(tmp_path, *features, speeds={"Kibo": figure(33)})
    assert by_end(layer, layer.speed_kmh) == {B: 33, C: 33, D: 9}


def test_roads_without_class_and_speed_are_named_each(tmp_path):
    found = faults_of(tmp_path, road(A, B, highway="primary"), road(B, C), road(B, D, highway=" "))
    assert [each.row for each in found] == [3, 4]


def test_neither_class_nor_speed_in_any_column(tmp_path):
    fault = the_fault(tmp_path, road(A, B, name="x", width=3))
    assert fault.found == "neither a class nor a speed; columns: name, width"
    assert layer_of(tmp_path, road(A, B, name="x"), needs_speed=False).km.size == 1


def test_what_is_no_road_for_vehicles_is_left_out_and_counted(tmp_path):
    path, main = road(B, D, highway="footway"), road(A, C, highway="primary")
    layer = layer_of(tmp_path, main, path, road(A, D, highway="proposed"))
    assert layer.start.size == 1  # the footway does not even cut the road
    told = the_note(layer, "No roads for vehicles")
    assert "2 roads, 26.8 km" in told
    assert "footway (1), proposed (1)" in told
    given = layer_of(tmp_path, main, path, speeds={"footway": figure(5)})
    assert given.start.size == 2
    assert the_fault(tmp_path, path).found == "no roads for vehicles"


def test_roads_that_are_not_open_are_left_out(tmp_path):
    layer = layer_of(
        tmp_path,
        road(A, B, highway="primary"),
        road(B, C, highway="service", access="private"),
        road(B, D, highway="service", access="private", motor_vehicle="yes"),
        road(A, D, highway="service", motor_vehicle="no"),
    )
    assert layer.start.size == 2
    assert the_note(layer, "Not open to the public").startswith(
        "Not open to the public, left out: 2 roads, 26.8 km"
    )


def test_minutes_count_in_place_of_speeds(tmp_path):
    layer = layer_of(tmp_path, road(A, B, minutes=11.119508, speed=20), road(B, C, speed=30))
    assert layer.speed_kmh == pytest.approx([60, 30], rel=1e-5)
    seconds = layer_of(tmp_path, road(A, B, travel_time=667.17))
    assert seconds.speed_kmh == pytest.approx([60], rel=1e-4)
    assert "in seconds, 60 km/h in the median" in the_note(seconds, "Column travel_time")
    fault = the_fault(tmp_path, road(A, B, minutes=0, highway="a"), road(B, C, minutes=9))
    assert (fault.row, fault.found) == (2, "0")
    fast = the_fault(
        tmp_path, road(A, B, minutes=11), road(B, C, minutes=11), road(B, D, minutes=4)
    )
    assert (fast.row, fast.found) == (4, "4 minutes for 11.1 km")
    assert "cannot be told" in the_fault(tmp_path, road(A, B, travel_time=0.01)).message


def test_minutes_that_name_their_unit_are_never_read_in_another(tmp_path):
    hours = [road(A, B, minutes=0.2), road(B, C, minutes=0.25)]
    found = faults_of(tmp_path, *hours)
    assert [(each.row, each.column) for each in found] == [(2, "minutes"), (3, "minutes")]
    assert found[0].found == "0.2 minutes for 11.1 km"
    seconds = faults_of(tmp_path, road(A, B, time_min=667), road(B, C, time_min=700))
    assert [(each.row, each.expected) for each in seconds] == [
        (2, "a time at no less than 3 km/h"), (3, "a time at no less than 3 km/h"),
    ]  # fmt: skip
    layer = layer_of(tmp_path, road(A, B, duration_s=667.17))
    assert layer.speed_kmh == pytest.approx([60], rel=1e-4)


# -- directions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "forward", "backward"),
    [("yes", True, False), (1, True, False), (True, True, False), ("FT", True, False),
     ("-1", False, True), ("reverse", False, True), ("TF", False, True), ("no", True, True),
     (0, True, True), (None, True, True), ("B", True, True)],
)  # fmt: skip
def test_one_way_as_people_write_it(tmp_path, word, forward, backward):
    layer = layer_of(tmp_path, road(A, B, speed=50, oneway=word), road(B, C, speed=50))
    assert (layer.forward[0], layer.backward[0]) == (forward, backward)
    assert (layer.forward[1], layer.backward[1]) == (True, True)


def test_to_and_from_need_proof_that_they_are_not_true_and_false(tmp_path):
    fault = the_fault(tmp_path, road(A, B, speed=50, oneway="T"), road(B, C, speed=50, oneway="F"))
    assert "T and F may mean true and false" in fault.message
    three = [road(*ends, speed=50, oneway=word)
             for ends, word in (((A, B), "T"), ((B, C), "F"), ((B, D), "B"))]  # fmt: skip
    assert layer_of(tmp_path, *three).forward.tolist() == [False, True, True]
    by_class = layer_of(tmp_path, road(A, B, fclass="primary", oneway="F"))
    assert by_class.backward.tolist() == [False]


def test_a_road_that_is_closed_both_ways_is_left_out(tmp_path):
    layer = layer_of(tmp_path, road(A, B, speed=50, oneway="FT"), road(B, C, speed=50, oneway="N"))
    assert layer.start.size == 1
    assert "1 road" in the_note(layer, "Closed in both directions")


def test_a_word_for_one_way_that_means_nothing_is_a_fault(tmp_path):
    fault = the_fault(tmp_path, road(A, B, speed=50, oneway="perhaps"))
    assert (fault.column, fault.found) == ("oneway", "perhaps: 1 road (row 2)")


def test_motorways_and_roundabouts_are_one_way_unless_they_say_otherwise(tmp_path):
    layer = layer_of(
        tmp_path,
        road(A, B, highway="motorway"),
        road(B, C, highway="motorway", oneway="no"),
        road(B, D, highway="primary", junction="roundabout"),
    )
    assert by_end(layer, layer.backward) == {B: False, C: True, D: False}
    assert layer_of(tmp_path, road(A, B, road_class="motorway")).backward.tolist() == [True]


# -- lengths --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "factor", "unit"),
    [
        ("km", 1, "km"),
        ("length", 1000, "metres"),
        ("length", 0.6214, "miles"),
        ("length_m", 1000, "metres"),
    ],
)
def test_the_unit_of_a_length_is_found_by_comparing(tmp_path, column, factor, unit):
    stated = 0.1 * KM * 1.1 * factor
    layer = layer_of(tmp_path, road(A, B, speed=50, **{column: stated}), road(B, C, speed=50))
    assert layer.km == pytest.approx([0.11 * KM, 0.1 * KM], rel=1e-3)
    assert f"is in {unit}, 1.10 times" in the_note(layer, f"Column {column}")
    assert the_note(layer, "Without a length").endswith("1 road.")


def test_a_length_in_degrees_is_not_used(tmp_path):
    layer = layer_of(tmp_path, road(A, B, speed=50, Shape_Length=0.1))
    assert layer.km == pytest.approx([0.1 * KM], rel=1e-6)
    assert "in degrees and not used" in the_note(layer, "Column Shape_Length")


def test_lengths_that_cannot_be(tmp_path):
    good = [road(A, B, speed=50, km=11.2), road(B, C, speed=50, km=11.2)]
    found = faults_of(tmp_path, *good, road(B, D, speed=50, km=-3), road(A, D, speed=50, km=9))
    assert [(each.row, each.found) for each in found] == [(4, "-3"), (5, "9 km")]
    assert "straight line" in found[1].expected
    long = layer_of(tmp_path, *good, road(B, D, speed=50, km=40))
    assert "1 road (row 4)" in the_note(long, "Of a length more than twice")
    text = the_fault(tmp_path, *good, road(B, D, speed=50, km="far"))
    assert (text.row, text.found) == (4, "far")
    assert "cannot be told" in the_fault(tmp_path, road(A, B, speed=50, length=200)).message


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("km", 11_200, "11,200 km for a line of 11.1 km"),
        ("length_m", 11.2, "0.0112 km"),
        ("length_km", 7, "7 km"),
    ],
)
def test_lengths_that_name_their_unit_are_never_read_in_another(tmp_path, column, value, found):
    roads = [road(A, B, speed=50, **{column: value}), road(B, C, speed=50, **{column: value})]
    faults = faults_of(tmp_path, *roads)
    assert [(each.row, each.column, each.found) for each in faults] == [
        (2, column, found), (3, column, found),
    ]  # fmt: skip


# -- places ---------------------------------------------------------------------------------


def swapped(*places):
    return [(y, x) for x, y in places]


def test_exchanged_coordinates_are_a_fault_that_says_so(tmp_path):
    fault = the_fault(tmp_path, road(*swapped(A, B), speed=50), places=HERE)
    assert "Latitude and longitude are exchanged" in fault.message
    turned = the_fault(tmp_path, road(*swapped((120.5, 3), (120.6, 3)), speed=50))
    assert "look exchanged" in turned.message


def test_a_layer_of_another_region_is_a_fault(tmp_path):
    fault = the_fault(tmp_path, road((10, 50), (10.1, 50), speed=50), places=HERE)
    assert fault.message.startswith("The roads lie 6,120 km from")
    assert layer_of(tmp_path, road(A, B, speed=50), places=HERE).km.size == 1


def test_metres_without_a_coordinate_system_are_a_fault(tmp_path):
    fault = the_fault(tmp_path, road((250000, 9900000), (251000, 9900000), speed=50, km=1))
    assert "look like metres" in fault.message


def test_one_road_outside_the_globe_is_named(tmp_path):
    good = [road(A, B, speed=50), road(B, C, speed=50)]
    fault = the_fault(tmp_path, *good, road(B, (361, 0), speed=50))
    assert (fault.row, fault.column) == (4, "geometry")


def test_coordinates_that_are_no_numbers_are_named(tmp_path):
    found = faults_of(tmp_path, road(A, B, speed=50), road(B, (float("nan"), 0), speed=-2))
    assert [(each.row, each.column) for each in found] == [(3, "geometry"), (3, "speed")]


def test_a_road_that_strays_is_named(tmp_path):
    fault = the_fault(tmp_path, road(A, B, speed=50), road(B, (0, 0), speed=50), places=HERE)
    assert (fault.row, fault.found) == (3, "a vertex at 0, 0")
    far = layer_of(tmp_path, road(A, B, speed=50), road(B, (36.1, 5), speed=50), places=HERE)
    assert "1 road (row 3)" in the_note(far, "More than a degree away")


def test_what_has_no_line_is_told_by_its_row(tmp_path):
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": A}}
    layer = layer_of(tmp_path, road(A, B, speed=50), road(), point, road(B, B, speed=50))
    assert layer.start.size == 1
    assert "1 road (row 3)" in the_note(layer, "Without a line")
    assert "1 road (row 4)" in the_note(layer, "Points or areas")
    assert "1 road (row 5)" in the_note(layer, "Of no length")
    assert the_fault(tmp_path, point).found == "no lines"
    assert the_fault(tmp_path).found == "no roads"


def test_all_faults_are_told_at_once(tmp_path):
    found = faults_of(
        tmp_path,
        road(A, B, highway="primary", maxspeed=200, oneway="up", km=11.2),
        road(B, C, km=-1),
        road(B, D, highway="kibo", km=11.2),
    )
    assert {(each.row, each.column) for each in found} == {
        (2, "maxspeed"), (None, "oneway"), (3, "km"), (3, None), (None, "highway")
    }  # fmt: skip


def test_the_first_thousand_roads_are_named_and_the_rest_counted(tmp_path):
    found = faults_of(tmp_path, *(road(A, B, speed=-1) for _ in range(1003)))
    assert len(found) == 1003
    told = in_full(found)
    assert len([each for each in told if each.row]) == 1000
    assert "and 3 more" in [each.found for each in told]


# -- files ----------------------------------------------------------------------------------


_ONE_LINE = """{"type":"FeatureCollection","features":[{"type":"Feature","geometry":
{"type":"LineString","coordinates":?}}]}"""


@pytest.mark.parametrize(
    "text",
    ['{"type":"FeatureCollection","features":[', '{"type":"FeatureCollection"}{}', "{]", '{"a":1}',
     '{"type":"FeatureCollection","features":[{"type":"Feature"}, 3]}',
     _ONE_LINE.replace("?", '[["x",1],[2,3]]'), _ONE_LINE.replace("?", "7"),
     _ONE_LINE.replace("?", "[[1,2],[1" + "0" * 400 + ",2]]"), _ONE_LINE.replace("?", "[[1]]"),
     "", "id,name\n1,x\n"],
)  # fmt: skip
def test_damaged_files_are_one_fault(tmp_path, text):
    path = tmp_path / "roads.geojson"
    path.write_text(text)
    assert len(read(path)[1].faults) == 1


def test_members_around_the_features_and_heights_do_no_harm(tmp_path):
    path = tmp_path / "roads.geojson"
    lines = [road([36, 0, 1700], [36.1, 0], speed=50), road(B, C, speed=50)]
    path.write_text("\ufeff" + json.dumps(
        {"name": "x", "features": lines, "type": "FeatureCollection", "more": [1, {}]}
    ))  # fmt: skip
    assert read(path)[0].start.size == 2


def test_no_such_file(tmp_path):
    assert read(tmp_path / "none.gpkg")[1].faults[0].found == "no such file"


def frame(**columns):
    lines = [LineString([A, B, C]), MultiLineString([[B, D]]), None, Point(A)]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=4326)


def test_a_geopackage_in_another_system_is_transformed_and_told(tmp_path):
    path = tmp_path / "roads.gpkg"
    columns = {"class": ["a", "c", "a", "a"], "oneway": [True, False, None, None]}
    frame(**columns, km=[22.5, None, 1, 1]).to_crs(32737).to_file(path, layer="roads")
    layer, _ = read(path, places=HERE)
    assert layer.speed_kmh.tolist() == [50, 50, 30]
    assert layer.backward.tolist() == [False, False, True]
    assert layer.km == pytest.approx([11.25, 11.25, 0.1 * KM], rel=1e-3)
    assert np.abs(layer.lon - [36, 36.1, 36.2, 36.1][: layer.lon.size]).max() < 0.11
    assert the_note(layer, "Coordinates were").endswith("from EPSG:32737 to EPSG:4326.")
    assert "1 road (row 4)" in the_note(layer, "Without a line")
    assert "1 road (row 5)" in the_note(layer, "Points or areas")


def test_a_geopackage_that_gives_fewer_features_than_it_counts_is_a_fault(tmp_path):
    path = tmp_path / "roads.gpkg"
    frame(speed=[50, 50, 50, 50]).to_file(path, layer="roads")
    with sqlite3.connect(path) as base:
        base.execute("UPDATE gpkg_ogr_contents SET feature_count = 9")
    base.close()
    (fault,) = read(path)[1].faults
    assert fault.found == "4 of 9 features"


def test_degrees_that_are_declared_as_metres_are_a_fault(tmp_path):
    path = tmp_path / "roads.gpkg"
    frame(speed=[50, 50, 50, 50]).set_crs(32737, allow_override=True).to_file(path)
    (fault,) = read(path)[1].faults
    assert "look like degrees, declared as EPSG:32737" in fault.found


def test_a_zipped_shapefile_without_a_coordinate_system(tmp_path):
    folder = tmp_path / "shp"
    folder.mkdir()
    lines = gpd.GeoDataFrame({"fclass": ["primary"]}, geometry=[LineString([A, B])], crs=4326)
    lines.to_file(folder / "roads.shp")
    path = tmp_path / "roads.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            if part.suffix != ".prj":
                archive.write(part, part.name)
    layer, _ = read(path)
    assert layer.speed_kmh.tolist() == [50]
    assert "taken as degrees" in the_note(layer, "No coordinate system")


def test_an_extract_of_openstreetmap(tmp_path):
    nodes = {1: A, 2: B, 3: C, 4: D, 5: (36.3, 0.0), 6: (36.21, 0.0), 7: (36.21, 0.01)}
    ways = {
        10: ([1, 2, 3], {"highway": "primary", "maxspeed": "80", "oneway": "-1", "name": '"Q"'}),
        11: ([2, 4], {"highway": "residential", "maxspeed": "500"}),
        12: ([1, 4], {"waterway": "river"}),
        13: ([3, 5], {"highway": "razed_long_ago"}),
        14: ([3, 4], {"highway": "service", "access": "private"}),
        15: ([3, 6, 7, 3], {"highway": "secondary", "junction": "roundabout"}),
    }
    layer, findings = read(osm.extract(tmp_path / "x.osm.pbf", nodes, ways), places=HERE)
    assert layer.mark.source.startswith("OpenStreetMap contributors")
    assert layer.speed_kmh.tolist() == [80, 80, 20, 30, 30]  # 15 is parted
    assert layer.forward.tolist() == [False, False, True, True, True]
    assert layer.backward.tolist() == [True, True, True, False, False]
    assert "way 11" in the_note(layer, "Speeds not from 1 to 150")
    assert "razed_long_ago (1)" in the_note(layer, "Ways of other kinds")
    assert "1 road, 15.7 km" in the_note(layer, "Not open to the public")
    assert findings.faults == []


def test_an_extract_that_is_damaged_is_one_fault(tmp_path):
    path = osm.extract(tmp_path / "x.osm.pbf", {1: A, 2: B}, {3: ([1, 2], {"highway": "primary"})})
    path.write_bytes(path.read_bytes()[:-20])
    assert len(read(path)[1].faults) == 1


def test_a_large_geojson_is_read_in_the_child(tmp_path, monkeypatch):
    path = written(tmp_path, road(A, B, speed=50), road(B, C, speed=30, oneway=True))
    monkeypatch.setattr("planner.pack.road_source._IN_PROCESS_BYTES", 0)
    layer = read(path)[0]
    assert layer.speed_kmh.tolist() == [50, 30]
    assert layer.backward.tolist() == [True, False]
    path.write_text("{")
    assert read(path)[1].faults[0].found == "damaged JSON"


def test_too_many_roads_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("planner.pack.road_source.MOST_ROADS", 1)
    fault = the_fault(tmp_path, road(A, B, speed=50), road(B, C, speed=30))
    assert fault.found.startswith("more than 1 roads")


# -- checks ---------------------------------------------------------------------------------


def test_the_check_of_a_file_tells_totals_and_faults(tmp_path):
    pack = tiny.write(tmp_path / "pack")
    path = written(tmp_path, road(A, B, C, speed=50), road(B, D, speed=20))
    report = check_table(path, "roads", [pack])
    assert (report.verdict, report.row_count) == ("warn", 2)
    assert report.totals == {"road_edges": 3, "road_nodes": 4, "road_km": 33.4, "road_islands": 1}
    written(tmp_path, road((1, 50), (2, 50), speed=50))
    report = check_table(path, "roads", [pack])
    assert report.verdict == "refuse"
    assert "another region" in report.faults[0].message


def test_a_road_layer_has_no_rows_to_list(tmp_path):
    with pytest.raises(UsageError, match="leave out --rows"):
        check_table(written(tmp_path, road(A, B, speed=50)), "roads", rows=True)


def test_a_pack_s_own_road_layer_is_checked_with_its_speeds(tmp_path):
    key = 'road_layer = "roads.geojson"\n'
    speeds = f"[travel.class_speed_kmh.kibo]\nvalue = 30\nlow = 30\nhigh = 30\n{tiny.FIGURE}"
    pack = tiny.write(tmp_path, pack_toml=key + tiny.PACK + tiny.TRAVEL + speeds)
    written(tmp_path, road(A, B, highway="kibo"))
    report = check_pack(pack)
    assert report.totals["road_edges"] == 1
    assert any("kibo 30 km/h" in each for each in report.warnings)
    written(tmp_path, road(A, B, highway="meru"))
    tiny.write(tmp_path, pack_toml=key + tiny.PACK + tiny.TRAVEL, services_csv="id\n")
    found = {fault.file for fault in check_pack(pack).faults}
    assert {"services.csv", "roads.geojson"} <= found  # every fault of every file at once


def test_tables_that_are_extracts_are_refused(tmp_path):
    path = osm.extract(tmp_path / "sites.csv", {1: A}, {})
    report = check_table(path, "sites")
    assert report.faults[0].found == "an OpenStreetMap extract"
