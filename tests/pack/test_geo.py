import json
import math

import pytest
from shapely.geometry import box, shape

from pack import tiny
from planner.pack import check_table
from planner.pack.faults import Findings
from planner.pack.geo import (
    MOST_CORNERS,
    GeometryError,
    Outline,
    outline_fault,
    read_geojson_grid,
    read_geometry,
)


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        ({"type": "Point", "coordinates": ["36", -1]}, "coordinates"),
        ({"type": "Point", "coordinates": [36]}, "coordinates"),
        ({"type": "Point", "coordinates": [True, 1]}, "coordinates"),
        ({"type": "Point", "coordinates": [1e300, 1]}, "coordinates"),
        ({"type": "Point"}, "no coordinates"),
        ({"type": "Polygon", "coordinates": []}, "no coordinates"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "not closed"),
        ({"type": "GeometryCollection", "geometries": []}, "GeometryCollection"),
        ({"type": ["Point"]}, "type"),
        ({"type": "Circle"}, "Circle"),
        ([], "a list"),
        ("x", "no GeoJSON object"),
    ],
)
def test_damaged_geometries_are_refused(geometry, why):
    with pytest.raises(GeometryError, match=why):
        read_geometry(geometry)


def test_heights_are_left_out():
    assert read_geometry({"type": "Point", "coordinates": [1, 2, 3]}).wkt == "POINT (1 2)"
    assert read_geometry(None) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"FeatureCollection","features":{}}',
        '{"type":"FeatureCollection","features":[5]}',
        '{"type":"FeatureCollection","features":[{"type":"Point"}]}',
        '{"type":"Feature","properties":{"a":NaN},"geometry":null}',
        '{"type":{"a":1}}',
        "[]",
    ],
)
def test_what_is_no_geojson_is_a_fault(text):
    findings = Findings()
    read_geojson_grid(text, "a.geojson", findings)
    assert len(findings.faults) == 1


def test_km_outside():
    outline = Outline(box(36, -1, 37, 0))
    degree = 111.195
    assert outline.km_outside(-0.5, 36.5) == 0
    assert outline.km_outside(0, 37) == 0
    assert outline.km_outside(0.1, 36.5) == pytest.approx(0.1 * degree, rel=1e-3)
    east = 0.1 * degree * math.cos(math.radians(0.5))
    assert outline.km_outside(-0.5, 37.1) == pytest.approx(east, rel=1e-3)
    assert outline.within(0.04, 36.5, 5)
    assert not outline.within(0.05, 36.5, 5)


def test_a_long_crossed_outline_is_repaired_in_the_child(tmp_path):
    ring = [[36 + n / 1000, 0] for n in range(400)] + [[36, -1], [36.399, -1], [36, 0]]
    polygon = json.dumps({"type": "Polygon", "coordinates": [ring]})
    path = tmp_path / "a.geojson"
    content = tiny.collection(tiny.feature("1", "Long", polygon))
    path.write_text(content)
    small = check_table(path, "areas")
    assert not small.faults
    told = [each for each in small.warnings if "Long" in each]
    assert "repaired" in told[0]
    path.write_text(content[:-1] + ',"pad":"' + "x" * 2**20 + '"}')
    assert [each for each in check_table(path, "areas").warnings if "Long" in each] == told


def test_an_outline_without_any_area_is_a_fault(tmp_path):
    flat = '{"type":"Polygon","coordinates":[[[36,0],[37,0],[36,0],[36,0]]]}'
    path = tmp_path / "a.geojson"
    path.write_text(tiny.collection(tiny.feature("1", "Flat", flat)))
    report = check_table(path, "areas")
    assert "Flat" in report.faults[0].message
    assert report.faults[0].column == "geometry"


def test_an_outline_of_too_many_corners_is_refused_before_it_is_looked_at():
    count = MOST_CORNERS
    ring = [[36 + i / count, (i % 2) / 10] for i in range(count)]
    outline = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    with pytest.raises(GeometryError, match="an outline of 250,001 corners"):
        read_geometry(outline)
    found, expected, _ = outline_fault(shape(outline))
    assert (found, expected) == ("250,001 corners", "at most 250,000 corners")
    for none in (None, 5, [5], [[5]]):  # counted as none, and refused for what they are
        with pytest.raises(GeometryError, match=r"not numbers|no list|coordinates"):
            read_geometry({"type": "Polygon", "coordinates": none})
    outline["coordinates"][0] = [*ring[:10], ring[0]]
    assert outline_fault(read_geometry(outline)) is None
