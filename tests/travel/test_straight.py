"""The great-circle model: circuity by kind of area, led round lakes, kept between calls."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from pack.tiny import collection, feature, write
from shapely.geometry import mapping

from planner.pack import read_pack
from planner.pack.figures import Figure, Mark
from planner.travel import great_circle_km, places_of, straight, travel_times, ways_of

LAKE = shapely.box(36.8, -0.6, 36.9, -0.3)  # between p1 and p3; 33 km from south to north


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path / "tiny"))


@pytest.fixture
def with_lake(tiny, tmp_path):
    path = tmp_path / "lakes.geojson"
    path.write_text(collection(feature("1", "L", json.dumps(mapping(LAKE)))))
    return replace(tiny, lakes=path)


def with_slow(pack, value):
    figure = Figure("circuity_slow", value, value, value, "", Mark("measured"))
    return replace(pack, travel=replace(pack.travel, circuity_slow=figure))


def straight_of(pack):
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    return great_circle_km(points.north, points.east, sites.north, sites.east)


def test_circuity_is_the_mean_of_both_ends(tiny):
    """p1, p2 and s1 lie in an ordinary area (1.3), p3 and s2 in a slow one (1.9)."""
    pack = with_slow(tiny, 1.9)
    travel = travel_times(pack, "great_circle")
    factor = np.array([[1.3, 1.6], [1.3, 1.6], [1.6, 1.9]])
    assert travel.km == pytest.approx(straight_of(pack) * factor)
    ways = ways_of(pack, "great_circle")
    points = places_of(pack, pack.demand_points)
    km, minutes = ways.between(points, points)
    assert km == pytest.approx(km.T)
    assert minutes == pytest.approx(km / np.array([[50], [50], [25]]) * 60)
    assert ways.sources == ("s", "measured")


def test_without_a_circuity_of_their_own_slow_areas_have_the_ordinary_one(tiny):
    assert travel_times(tiny, "great_circle").km == pytest.approx(1.3 * straight_of(tiny))
    assert (
        travel_times(with_slow(tiny, 1.3), "great_circle").km
        == travel_times(tiny, "great_circle").km
    ).all()


def test_lines_are_led_round_lakes_by_default_and_it_is_told(with_lake, tiny):
    """From p1 (-0.5, 36.5) to s2 (-0.5, 37.5): past the southern end, 1.5 km inside of it."""
    led, free = travel_times(with_lake, "great_circle"), travel_times(tiny, "great_circle")
    assert led.notes == ("Straight lines are led round the lakes.",)
    assert free.notes == ()
    degree = 111.195
    south = -0.6 + 1.5 / degree
    corners = (south, 36.8 + 1.5 / degree), (south, 36.9 - 1.5 / degree)
    stops = np.array([(-0.5, 36.5), *corners, (-0.5, 37.5)])
    legs = np.diag(great_circle_km(*stops[:-1].T, *stops[1:].T)).sum()
    assert led.km[0, 1] == pytest.approx(1.3 * legs, rel=1e-5)
    assert led.km[0, 1] > free.km[0, 1]
    assert led.km[2, 0] == pytest.approx(led.km[0, 1], rel=1e-12)
    assert led.site_km[0, 1] == pytest.approx(led.km[0, 1], rel=1e-12)
    assert led.km[0, 0] == 0
    assert led.minutes[0, 1] == pytest.approx(led.km[0, 1] / 50 * 60)
    assert led.km[1, 0] == free.km[1, 0]  # nothing lies between p2 and s1


def test_lines_that_are_kept_serve_other_circuities(with_lake, monkeypatch):
    first = travel_times(with_lake, "great_circle").km
    slower = travel_times(with_slow(with_lake, 2.6), "great_circle").km
    assert slower[0, 1] == pytest.approx(1.5 * first[0, 1])
    monkeypatch.setattr(straight, "KEPT_PAIRS", 0)
    assert (travel_times(with_lake, "great_circle").km == first).all()


def test_the_border_is_told_too(with_lake):
    pack = replace(with_lake, travel=replace(with_lake.travel, avoid=("lakes", "border")))
    assert ways_of(pack, "great_circle").notes == (
        "Straight lines are led round the lakes and the border.",
    )
    nothing = replace(with_lake, travel=replace(with_lake.travel, avoid=()))
    assert ways_of(nothing, "great_circle").notes == ()
