"""Road files with what few have: long, many-columned, in strange systems, or not to be opened."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString

from pack.test_road_layer import (
    HERE,
    KM,
    A,
    B,
    C,
    D,
    faults_of,
    layer_of,
    read,
    road,
    the_fault,
    the_note,
    written,
)  # fmt: skip
from planner.pack import road_source
from tests.pack import files, osm

PARTS = [road((36 + at, 0), (36.1 + at, 0), speed=50) for at in range(8)]


def with_crs(folder, name, *features):
    crs = {"type": "name", "properties": {"name": name}}
    path = written(folder, *features)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"crs": crs}))
    return path


# -- long files ----------------------------------------------------------------------------


def test_features_are_read_batch_by_batch(tmp_path, monkeypatch):
    monkeypatch.setattr("planner.pack.road_geojson._BATCH", 2)
    layer = layer_of(tmp_path, *PARTS[:5])
    assert layer.start.size == 5
    assert layer.lon[layer.start].tolist() == [36, 37, 38, 39, 40]
    monkeypatch.setattr(road_source, "MOST_ROADS", 3)
    assert the_fault(tmp_path, *PARTS[:5]).found.startswith("more than 3 roads")


def test_past_the_fifth_small_island_the_rest_are_summed(tmp_path):
    layer = layer_of(tmp_path, *PARTS)
    told = the_note(layer, "The roads fall into 8 islands")
    assert "2 more of together 22.2 km." in told


def test_of_many_edges_a_sample_is_looked_at_for_crossings(tmp_path, monkeypatch):
    monkeypatch.setattr("planner.pack.road_islands._MOST_CHECKED", 2)
    over = road((36.05, -0.1), (36.05, 0.1), speed=50)
    layer = layer_of(tmp_path, road(A, B, speed=50), road(C, D, speed=50), over)
    assert "(of 2 edges that were looked at)" in the_note(layer, "Crossings of roads")
    monkeypatch.setattr("planner.pack.road_islands._MOST_CHECKED", 3)
    near = road((36.3, 5e-6), (36.3, 0.1), speed=50)
    layer = layer_of(tmp_path, near, road((36.25, 0), (36.35, 0), speed=50))
    assert ": 1, such as at 0.00001, 36.30000" in the_note(layer, "Ends within a metre")


def test_a_file_bigger_than_is_read_is_told_with_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(road_source, "MOST_ROAD_BYTES", 10)
    fault = the_fault(tmp_path, *PARTS)
    assert (fault.found, fault.expected) == ("0 MB", "at most 0 MB")


# -- columns -------------------------------------------------------------------------------


def test_a_column_that_says_the_same_as_another_is_named(tmp_path):
    layer = layer_of(tmp_path, road(A, B, highway="primary", surftype="paved", speed=50))
    told = the_note(layer, "Columns understood")
    assert told.endswith("Not used, as others say the same: surftype.")


def test_whole_numbers_among_texts_are_read_as_such(tmp_path):
    layer = layer_of(tmp_path, road(A, B, speed="40 km/h"), road(B, C, speed=50.0))
    assert layer.speed_kmh.tolist() == [40, 50]


def test_minutes_that_are_all_nothing_are_faults_each(tmp_path):
    found = faults_of(tmp_path, road(A, B, minutes=0), road(B, C, minutes=-1))
    assert [(each.row, each.column, each.found) for each in found] == [
        (2, "minutes", "0"), (3, "minutes", "-1"),
    ]  # fmt: skip


def test_an_extract_that_leaves_no_speed_open_is_told_nothing_of_it(tmp_path):
    layer = layer_of(tmp_path, road(A, B, fclass="primary", maxspeed=50))
    assert not [each for each in layer.notes if "taken as not known" in each]
    layer = layer_of(tmp_path, road(A, B, fclass="primary", maxspeed=0))
    assert the_note(layer, "Of a maxspeed of 0, taken as not known")


def test_a_word_for_one_way_that_no_map_has_opens_both_ways_in_an_extract(tmp_path):
    way = {7: ([1, 2], {"highway": "primary", "oneway": "perhaps"})}
    layer, _ = read(osm.extract(tmp_path / "x.osm.pbf", {1: A, 2: B}, way), places=HERE)
    assert the_note(layer, "One-way perhaps: taken as both ways.")
    assert (layer.forward.tolist(), layer.backward.tolist()) == ([True], [True])


def test_a_fault_of_an_extract_names_the_way(tmp_path):
    ways = {7: ([1, 2], {"highway": " "}), 8: ([1, 3], {"highway": "primary"})}
    faults = read(osm.extract(tmp_path / "x.osm.pbf", {1: A, 2: B, 3: D}, ways))[1].faults
    assert [(each.row, each.found) for each in faults] == [
        (None, "way 7: a road without class and speed")
    ]


def test_dates_in_a_column_are_read_as_words(tmp_path):
    path = tmp_path / "roads.gpkg"
    columns = {"speed": [50], "class": pd.to_datetime(["2024-01-02"])}
    gpd.GeoDataFrame(columns, geometry=[LineString([A, B])], crs=4326).to_file(path)
    layer, _ = read(path)
    assert layer.speed_kmh.tolist() == [50]
    assert "class as class" in the_note(layer, "Columns understood")


# -- places --------------------------------------------------------------------------------


def test_a_file_without_one_place_that_is_a_number_is_told_road_by_road(tmp_path):
    path = written(tmp_path, road(A, B, speed=50))
    path.write_text(path.read_text().replace("36.0", "NaN").replace("36.1", "NaN"))
    (fault,) = read(path)[1].faults
    assert (fault.row, fault.found) == (2, "coordinates that are no numbers")


def test_a_geometry_that_is_a_word_is_told_with_its_row(tmp_path):
    fault = the_fault(tmp_path, road(A, B, speed=50), road(B, C) | {"geometry": "LINESTRING"})
    assert (fault.row, fault.column, fault.found) == (3, "geometry", "a damaged geometry")


def test_a_declared_system_is_turned_into_degrees(tmp_path):
    path = with_crs(tmp_path, "EPSG:3857", road((4e6, 0), (4e6 + 1000 * KM, 0), speed=50))
    layer, _ = read(path)
    assert layer.lon.tolist() == pytest.approx([35.9326, 36.9315], abs=1e-3)


@pytest.mark.parametrize(
    ("crs", "far", "found"),
    [
        ("EPSG:99999", 0, "an unknown coordinate system"),
        ("/etc/hostname", 0, "an unknown coordinate system"),
        ("EPSG:32737", 1e13, "places outside the declared coordinate system"),
    ],
)
def test_systems_that_cannot_be_turned_into_degrees(tmp_path, crs, far, found):
    path = with_crs(tmp_path, crs, road((5e5 + far, 9e6), (5e5 + far, 9.1e6), speed=50))
    assert [each.found for each in read(path)[1].faults] == [found]


# -- files that cannot be read -------------------------------------------------------------


@pytest.mark.parametrize("where", ["here", "in the child"])
def test_bytes_that_are_no_text(tmp_path, monkeypatch, where):
    monkeypatch.setattr(road_source, "_IN_PROCESS_BYTES", 0 if where != "here" else 2**20)
    path = written(tmp_path, road(A, B, speed=50, name="Q"))
    path.write_bytes(path.read_bytes().replace(b"Q", b"\x81"))
    assert [each.found for each in read(path)[1].faults] == ["unknown encoding"]


def test_features_nested_without_end(tmp_path):
    path = tmp_path / "roads.geojson"
    path.write_text('{"type":"FeatureCollection","features":[' + "[" * 200_000)
    assert [each.found for each in read(path)[1].faults] == ["JSON nested too deeply"]


def test_a_workbook_is_no_road_layer(tmp_path):
    path = files.workbook(tmp_path / "roads.xlsx", [["class", "km"], ["a", 5]])
    assert [each.found for each in read(path)[1].faults] == ["a workbook"]


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (PermissionError(13, "no"), "a file that cannot be read: no permission"),
        (OSError(5, "no"), "a file that cannot be opened"),
    ],
)
@pytest.mark.parametrize("step", ["stat", "open"])
def test_a_file_that_may_not_be_opened(tmp_path, monkeypatch, error, found, step):
    path = written(tmp_path, *PARTS)

    def fails(self, *arguments, **options):
        raise error

    monkeypatch.setattr(Path, step, fails)
    told = [each.found for each in read(path)[1].faults]
    assert told == [found]
