"""What GDAL would read otherwise than it is stored is read as it is stored, or refused."""

from __future__ import annotations

import contextlib
import sqlite3

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point

from pack import files
from planner.pack import check_table

POINTS = [Point(36.5, -0.5), Point(36.6, -0.4), Point(37.5, -0.3), Point(37.6, -0.2)]


def frame(**columns):
    given = {"id": ["p1", "p2", "p3", "p4"], "name": list("ABCD"), "area": ["001"] * 4}
    return gpd.GeoDataFrame(given | columns, geometry=POINTS, crs=4326)


def geopackage(path, *changes, **columns):
    frame(population=[10, 20, 30, 40], **columns).to_file(path, layer="places", SPATIAL_INDEX="NO")
    with contextlib.closing(sqlite3.connect(path)) as base:
        for change in changes:
            base.execute(change)
        base.commit()
    return path


def shapefile(tmp_path, change=lambda table: table, name="places.zip", **columns):
    parts = files.shapefile(tmp_path / "parts", frame(population=[10, 20, 30, 40], **columns))
    table = next(each for each in parts if each.endswith(".dbf"))
    parts[table] = change(parts[table])
    return files.zipped(tmp_path / name, parts)


def read(path):
    return check_table(path, "demand_points")


def told_of(checked):
    return [(each.row, each.column, each.found) for each in checked.faults]


def test_texts_in_a_column_of_whole_numbers_are_read_by_the_grammar(tmp_path):
    path = geopackage(
        tmp_path / "a.gpkg",
        "UPDATE places SET population = '4,397,073' WHERE id = 'p1'",
        "UPDATE places SET population = '12 abc' WHERE id = 'p2'",
        "UPDATE places SET population = 12.7 WHERE id = 'p3'",
    )
    checked = read(path)
    assert (3, "population", "12 abc") in told_of(checked)
    assert any("4,397,073 as 4397073" in each for each in checked.warnings)
    assert checked.totals["population"] == pytest.approx(4_397_073 + 12.7 + 40)


def test_bytes_among_numbers_are_no_blank_cells(tmp_path):
    path = geopackage(
        tmp_path / "a.gpkg",
        "UPDATE places SET population = CAST('30' AS BLOB) WHERE id = 'p3'",
    )
    checked = read(path)
    assert checked.totals["population"] == 100


def test_a_geopackage_with_a_spoilt_page_is_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    many = 3000
    gpd.GeoDataFrame(
        {"id": [f"p{n}" for n in range(many)], "name": ["x" * 40] * many, "area": ["001"] * many,
         "population": [1] * many},
        geometry=[Point(36.5 + n / 1e4, -0.5) for n in range(many)], crs=4326,
    ).to_file(path, layer="places")  # fmt: skip
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    leaves = [
        at for at in range(size, len(content), size)
        if content[at] == 0x0D and content[at : at + size].count(b"x" * 40) > 5
    ]  # fmt: skip
    content[leaves[len(leaves) // 2] : leaves[len(leaves) // 2] + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))
    checked = read(path)
    assert checked.verdict == "refuse"
    assert checked.faults[0].message


def test_a_row_that_cannot_be_computed_does_not_end_the_table_in_silence(tmp_path):
    path = geopackage(
        tmp_path / "a.gpkg",
        "ALTER TABLE places ADD COLUMN odd TEXT GENERATED ALWAYS AS"
        " (CASE WHEN id = 'p3' THEN json_extract(name, '$.a') END) VIRTUAL",
    )
    checked = read(path)
    assert checked.verdict == "refuse"


def test_a_count_that_is_wrong_in_the_file_itself_changes_nothing(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", "UPDATE gpkg_ogr_contents SET feature_count = 2")
    assert read(path).totals["population"] == 100


def in_record(table, number, column_end, text):
    """The table with a text at the end of a record's last column."""
    begin = int.from_bytes(table[8:10], "little")
    length = int.from_bytes(table[10:12], "little")
    at = begin + number * length + column_end - len(text)
    return table[:at] + text + table[at + len(text) :]


@pytest.mark.parametrize(("text", "fault"), [(b"12 abc", "12 abc"), (b"  0x1F", "0x1F")])
def test_texts_in_a_column_of_numbers_of_a_shapefile_are_told(tmp_path, text, fault):
    def change(table):
        return in_record(table, 1, int.from_bytes(table[10:12], "little"), text)

    checked = read(shapefile(tmp_path, change))
    assert (3, "population", fault) in told_of(checked)


def test_a_decimal_comma_in_a_shapefile_is_understood_and_told(tmp_path):
    def change(table):
        return in_record(table, 1, int.from_bytes(table[10:12], "little"), b"  12,5")

    checked = read(shapefile(tmp_path, change))
    assert checked.totals["population"] == pytest.approx(92.5)
    assert any("12,5 as 12.5" in each for each in checked.warnings)


def test_numbers_that_are_not_given_in_a_shapefile_are_blank(tmp_path):
    def change(table):
        return in_record(table, 1, int.from_bytes(table[10:12], "little"), b"******")

    checked = read(shapefile(tmp_path, change))
    assert checked.totals["population"] == 80


def test_a_record_that_is_marked_as_deleted_is_told(tmp_path):
    def change(table):
        begin = int.from_bytes(table[8:10], "little")
        return table[:begin] + b"*" + table[begin + 1 :]

    checked = read(shapefile(tmp_path, change))
    assert checked.row_count == 3
    assert any("1 record is marked as deleted" in each for each in checked.warnings)


def test_texts_that_are_not_as_the_shapefile_says_are_told(tmp_path):
    parts = files.shapefile(tmp_path / "parts", frame(population=[1, 2, 3, 4]))
    table = next(each for each in parts if each.endswith(".dbf"))
    parts[table] = parts[table].replace(b"p2", b"p\xe9")
    checked = read(files.zipped(tmp_path / "a.zip", parts))
    assert "UTF-8" in checked.faults[0].found
    assert ".cpg" in checked.faults[0].message


def lines(**columns):
    shapes = [LineString([(36.5, -0.5), (36.6, -0.4)]), LineString([(36.6, -0.4), (36.7, -0.3)])]
    given = {"highway": ["primary", "primary"], "speed_kmh": [50, 60]}
    return gpd.GeoDataFrame(given | columns, geometry=shapes, crs=4326)


def test_a_road_layer_with_texts_among_its_speeds_is_refused(tmp_path):
    path = tmp_path / "roads.gpkg"
    lines().to_file(path, layer="roads", SPATIAL_INDEX="NO")
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE roads SET speed_kmh = '50 mph' WHERE fid = 2")
        base.commit()
    assert ("speed_kmh", "a column of numbers that holds texts") in [
        (each.column, each.found) for each in check_table(path, "roads").faults
    ]


def test_a_zipped_road_layer_with_texts_among_its_speeds_is_refused(tmp_path):
    parts = files.shapefile(tmp_path / "parts", lines())
    table = next(each for each in parts if each.endswith(".dbf"))
    end = int.from_bytes(parts[table][10:12], "little")
    parts[table] = in_record(parts[table], 1, end, b"50 mph")
    checked = check_table(files.zipped(tmp_path / "roads.zip", parts), "roads")
    assert (3, "speed_kmh", "50 mph") in told_of(checked)
