"""How far it is: known distances, blocks, speeds, planes and imported matrices."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pack.tiny import matrix, write

from planner.errors import InputError
from planner.pack import find_pack, read_pack
from planner.pack.globe import EARTH_RADIUS_KM
from planner.travel import (
    TravelTimes,
    default_model,
    great_circle,
    great_circle_km,
    kes_per_minute,
    travel_times,
    trip_cost_kes,
)

EARTH_KM = 2 * np.pi * EARTH_RADIUS_KM


@pytest.fixture(scope="module")
def pack():
    return read_pack(find_pack("immigration"))


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path))


# -- the globe -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (0, 180), EARTH_KM / 2),
        ((90, 0), (-90, 77), EARTH_KM / 2),
        ((0, 0), (0, 90), EARTH_KM / 4),
        ((-1, 36), (0, 36), EARTH_KM / 360),  # one degree of latitude: 111.195 km
        ((60, 10), (60, 11), 55.597),  # a degree of longitude is half as long at 60 degrees
        ((-1.28333, 36.81667), (-4.05466, 39.66359), 441.5),  # Nairobi-Mombasa
        ((-1.28333, 36.81667), (3.93726, 41.85688), 806.7),  # Nairobi-Mandera
        ((51.5074, -0.1278), (40.7128, -74.0060), 5570.2),  # London-New York
    ],
)
def test_known_distances(start, end, km):
    found = great_circle_km([start[0]], [start[1]], [end[0]], [end[1]])
    assert found[0, 0] == pytest.approx(km, rel=1e-4, abs=0.01)


PLACE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(PLACE, min_size=1, max_size=6), st.lists(PLACE, min_size=1, max_size=6))
def test_distance_is_the_same_both_ways_and_never_beyond_half_the_globe(start, end):
    there = great_circle_km(*np.array(start).T, *np.array(end).T)
    back = great_circle_km(*np.array(end).T, *np.array(start).T)
    assert there.shape == (len(start), len(end))
    assert there == pytest.approx(back.T)
    assert (there >= 0).all()
    assert (there <= EARTH_KM / 2 + 1e-6).all()


@pytest.mark.parametrize("block", [1, 7, 40, 10**9])
def test_blocks_change_nothing(monkeypatch, block):
    rng = np.random.default_rng(0)
    places = [*rng.uniform(-90, 90, (1, 23)), *rng.uniform(-180, 180, (1, 23))]
    others = [*rng.uniform(-90, 90, (1, 11)), *rng.uniform(-180, 180, (1, 11))]
    whole = great_circle_km(*places, *others)
    monkeypatch.setattr(great_circle, "BLOCK_PAIRS", block)
    assert (great_circle_km(*places, *others) == whole).all()


def test_no_places():
    assert great_circle_km([], [], [1], [1]).shape == (0, 1)
    assert great_circle_km([1], [1], [], []).shape == (1, 0)


# -- the road model ------------------------------------------------------------------------


def test_roads_are_longer_and_slow_areas_slower(tiny):
    """Circuity 1.3; 50 km/h, and 25 for trips that start in area 002."""
    travel = travel_times(tiny, "great_circle")
    degree = EARTH_KM / 360 * np.cos(np.radians(0.5))  # along half a degree south, nearly
    assert travel.km[0].tolist() == pytest.approx([0, 1.3 * degree], rel=1e-4)
    assert travel.km[2].tolist() == pytest.approx([1.3 * degree, 0], rel=1e-4)
    assert travel.minutes[0, 1] == pytest.approx(travel.km[0, 1] / 50 * 60)
    assert travel.minutes[2, 0] == pytest.approx(travel.km[2, 0] / 25 * 60)
    assert travel.site_km == pytest.approx(travel.site_km.T)
    assert np.diag(travel.site_km).tolist() == [0, 0]
    assert not travel.minutes.flags.writeable
    assert travel.notes == ()


def test_money_of_a_return_trip(tiny):
    """Fare 4 a km, 80 for the local leg, 60 an hour: twice (40 + 80 + 30)."""
    parameters = tiny.travel
    assert trip_cost_kes(np.array([30.0]), np.array([10.0]), parameters).tolist() == [300]
    assert trip_cost_kes(np.array([np.inf]), np.array([np.inf]), parameters).tolist() == [np.inf]
    assert kes_per_minute(parameters) == pytest.approx(2 * (50 / 60 * 4 + 1))


def test_the_built_in_pack_by_straight_lines(pack):
    free = replace(pack, travel=replace(pack.travel, avoid=()))
    travel = travel_times(free, "great_circle")
    straight = great_circle_km(
        [p.lat for p in pack.demand_points],
        [p.lon for p in pack.demand_points],
        [s.lat for s in pack.sites],
        [s.lon for s in pack.sites],
    )
    assert travel.km == pytest.approx(1.35 * straight)
    led = travel_times(pack, "great_circle")
    assert (led.km >= travel.km - 1e-8).all()
    assert 0.1 < (led.km > travel.km + 1e-6).mean() < 0.25
    speed = travel.km / travel.minutes * 60
    by_area = {
        p.area: set(np.round(row, 6)) for p, row in zip(pack.demand_points, speed, strict=False)
    }
    slow = {area for area, speeds in by_area.items() if speeds == {28.0}}
    assert slow == pack.travel.slow_areas
    assert all(speeds == {45.0} for area, speeds in by_area.items() if area not in slow)


def test_how_wrong_the_road_model_is_on_twenty_known_roads(pack):
    """Median 7.0 %, mean 9.6 %, worst 27 % too short (Kisumu-Lokichoggio, round the lake).

    The circuity was fitted to these same pairs, so others will not be nearer.
    """
    with (find_pack("immigration") / "reference" / "circuity_pairs.csv").open() as file:
        rows = list(csv.DictReader(file))
    start = [[float(row[f"from_{axis}"]) for row in rows] for axis in ("lat", "lon")]
    end = [[float(row[f"to_{axis}"]) for row in rows] for axis in ("lat", "lon")]
    straight = np.diag(great_circle_km(*start, *end))
    assert straight == pytest.approx([float(row["straight_km"]) for row in rows], abs=0.06)
    road = np.array([float(row["road_km"]) for row in rows])
    error = straight * pack.travel.circuity.value / road - 1
    assert len(rows) == 20
    assert 0.065 < np.median(abs(error)) < 0.075
    assert 0.09 < abs(error).mean() < 0.10
    worst = rows[int(abs(error).argmax())]
    assert (worst["from_town"], worst["to_town"]) == ("Kisumu", "Loki")
    assert -0.28 < error.min() < -0.27
    assert 0.22 < error.max() < 0.23  # Nairobi-Mombasa, on the straightest road of the country
    assert abs((straight * 1.35).sum() / road.sum() - 1) < 0.005


def test_reference_figures_straight_by_population(pack):
    straight = great_circle_km(
        [p.lat for p in pack.demand_points],
        [p.lon for p in pack.demand_points],
        [s.lat for s in pack.sites],
        [s.lon for s in pack.sites],
    )
    people = np.array([p.population for p in pack.demand_points])
    today = np.array([s.status == "existing" for s in pack.sites])
    announced = np.array([s.status != "candidate" for s in pack.sites])
    assert (today.sum(), announced.sum()) == (10, 24)
    for there, km in ((today, 68.60), (announced, 52.00)):
        mean = straight[:, there].min(axis=1) @ people / people.sum()
        assert mean == pytest.approx(km, abs=0.005)


# -- the plane -----------------------------------------------------------------------------


@pytest.fixture
def plane(tiny):
    """p1 at the origin, p2 3 km east and 4 km north of it, p3 12 km north; sites at p1 and p3."""
    spots = {"p1": (0, 0), "p2": (3000, 4000), "p3": (0, 12_000), "s1": (0, 0), "s2": (0, 12_000)}

    def moved(place):
        x, y = spots[place.id]
        return replace(place, lat=None, lon=None, x=float(x), y=float(y))

    return replace(
        tiny,
        demand_points=tuple(moved(p) for p in tiny.demand_points),
        sites=tuple(moved(s) for s in tiny.sites),
    )


def test_metres_in_the_plane(plane):
    assert default_model(plane) == "euclidean"
    travel = travel_times(plane, "euclidean")
    assert travel.km.tolist() == [[0, 12], [5, pytest.approx(np.hypot(3, 8))], [12, 0]]
    assert travel.minutes[1, 0] == pytest.approx(6)  # 5 km at 50 km/h
    assert travel.minutes[2, 0] == pytest.approx(12 / 25 * 60)
    assert travel.site_km.tolist() == [[0, 12], [12, 0]]


@pytest.mark.parametrize(("which", "model"), [("plane", "great_circle"), ("tiny", "euclidean")])
def test_a_model_that_does_not_suit_the_places_is_refused(request, which, model):
    with pytest.raises(InputError, match="do not have the coordinates"):
        travel_times(request.getfixturevalue(which), model)


# -- a matrix ------------------------------------------------------------------------------


def test_a_matrix_as_given_with_holes(tiny):
    """Minutes alone, kilometres alone, neither, and pairs that are not there: no route."""
    rows = (
        ("p1", "s1", 0.0, 0.0),
        ("p1", "s2", 90.0, 80.0),
        ("p2", "s1", 30.0, None),
        ("p3", "s1", None, 50.0),
    )
    travel = travel_times(replace(tiny, travel_matrix=matrix(tiny, rows)), "matrix")
    inf = np.inf
    assert travel.minutes.tolist() == [[0, 90], [30, inf], [120, inf]]  # 50 km at 25 km/h
    assert travel.km.tolist() == [[0, 80], [25, inf], [50, inf]]  # 30 min at 50 km/h
    assert travel.notes == (
        "2 of 6 pairs have no route in the matrix.",
        "1 pairs of the matrix have no minutes: taken from the other unit at pack speeds.",
        "1 pairs of the matrix have no km: taken from the other unit at pack speeds.",
        "Distances between sites are those of the great-circle model; the matrix has none.",
    )
    model = travel_times(tiny, "great_circle")
    assert (travel.site_km == model.site_km).all()


def test_a_matrix_without_places_knows_no_distance_between_sites(tiny):
    nowhere = replace(
        tiny,
        demand_points=tuple(replace(p, lat=None, lon=None) for p in tiny.demand_points),
        sites=tuple(replace(s, lat=None, lon=None) for s in tiny.sites),
        travel_matrix=matrix(tiny, [("p1", "s1", 5.0, 4.0)]),
    )
    assert default_model(nowhere) == "matrix"
    travel = travel_times(nowhere, "matrix")
    assert travel.site_km.tolist() == [[0, np.inf], [np.inf, 0]]
    assert "cannot be judged" in travel.notes[-1]
    with pytest.raises(InputError):
        travel_times(nowhere, "great_circle")


def test_a_matrix_in_the_plane(plane):
    travel = travel_times(replace(plane, travel_matrix=matrix(plane, [])), "matrix")
    assert travel.site_km.tolist() == [[0, 12], [12, 0]]
    assert np.isinf(travel.minutes).all()


def test_a_matrix_of_costs(tiny):
    """Costs beside minutes are kept as given; where one is missing it is worked out, and told."""
    rows = [("p1", "s1", 30.0, 20.0, 9.0), ("p2", "s1", 60.0, None, None)]
    travel = travel_times(replace(tiny, travel_matrix=matrix(tiny, rows)), "matrix")
    assert travel.unknown == ()
    assert travel.kes[:, 0].tolist() == [9, 2 * (50 * 4 + 80 + 60), np.inf]
    assert travel.notes[1:3] == (
        "1 pairs of the matrix have no km: taken from the other unit at pack speeds.",
        "1 pairs of the matrix have no kes: worked out from km and minutes.",
    )
    assert travel_times(tiny, "great_circle").kes is None


def test_a_matrix_of_costs_alone(tiny):
    rows = [("p1", "s1", None, None, 9.0)]
    travel = travel_times(replace(tiny, travel_matrix=matrix(tiny, rows)), "matrix")
    assert travel.unknown == ("minutes", "km")
    assert travel.minutes.tolist() == [[0, np.inf], [np.inf] * 2, [np.inf] * 2]
    assert travel.kes.tolist() == [[9, np.inf], [np.inf] * 2, [np.inf] * 2]
    assert travel.notes[1].startswith("The matrix gives costs only")


def test_minutes_between_sites(pack, tiny, plane):
    for one, model in ((pack, "great_circle"), (tiny, "great_circle"), (plane, "euclidean")):
        travel = travel_times(one, model)
        assert (travel.site_min == travel.site_min.T).all()
        assert (np.diag(travel.site_min) == 0).all()
        fastest = travel.site_km / one.travel.speed_kmh.value * 60
        slowest = travel.site_km / one.travel.speed_slow_kmh.value * 60
        assert (travel.site_min >= fastest - 1e-8).all()
        assert (travel.site_min <= slowest + 1e-8).all()


def test_no_matrix_is_told(tiny):
    with pytest.raises(InputError, match=r"brings no travel\.csv"):
        travel_times(tiny, "matrix")


def test_within_includes_equality():
    """23.25 km at 45 km/h are 31 minutes, and 60 km are 60 km, wherever the places lie."""
    minutes = 23.25 / 45 * 60
    assert minutes != 31  # in floating point
    almost = np.array([[60.00000000001]])
    travel = TravelTimes(np.array([[minutes]]), np.array([[23.25]]), almost, almost)
    assert travel.minutes[0, 0] == 31
    assert travel.site_km[0, 0] == travel.site_min[0, 0] == 60
