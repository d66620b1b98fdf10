"""An imported matrix held against the pack's own model, and its strangest pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pack import tiny

from planner.pack import read_pack
from planner.travel import travel_times
from planner.travel.strange import compared

# p1 and s1 lie at one place; p1 to s2 are 111.19 km along a parallel, p3 and s2 at one place.
LAKE = tiny.collection(tiny.feature("1", "Lake", tiny.square(36.9, -0.6, 37.1, -0.4)))


@pytest.fixture
def pack(tmp_path):
    """The tiny pack; its model is straight lines x 1.3 at 50 km/h, 25 from the east."""
    return read_pack(tiny.write(tmp_path / "a"))


@pytest.fixture
def lake_pack(tmp_path):
    toml = tiny.FILES["pack.toml"].replace('id = "tiny"', 'id = "tiny"\nlakes = "lakes.geojson"')
    return read_pack(tiny.write(tmp_path / "b", pack_toml=toml, lakes_geojson=LAKE))


def by_model(pack, factor=1.0):
    """The model's own travel as a matrix, minutes and kilometres times a factor."""
    travel = travel_times(pack, "great_circle")
    pairs = [(i, j) for i in range(3) for j in range(2)]
    return tiny.matrix(
        pack,
        [
            (
                pack.demand_points[i].id,
                pack.sites[j].id,
                travel.minutes[i, j] * factor,
                travel.km[i, j] * factor,
            )
            for i, j in pairs
        ],
    )


def reasons(pack, *rows, most=5):
    """Why each of the rows looks strange, by its pair."""
    held = compared(pack, tiny.matrix(pack, rows), most)
    return {
        (pack.demand_points[each.point].id, pack.sites[each.site].id): each.reasons
        for each in held.strange
    }


def test_the_models_own_travel_is_like_it(pack):
    held = compared(pack, by_model(pack))
    assert held.model == "great_circle"
    assert held.strange == ()
    assert not held.counts
    assert held.likeness.pairs == 4  # two pairs are at one place
    assert (held.likeness.low, held.likeness.median, held.likeness.high) == pytest.approx((1, 1, 1))
    assert held.likeness.correlation == pytest.approx(1)
    assert held.km_likeness.median == pytest.approx(1)


def test_a_matrix_that_is_slower_everywhere_does_not_look_strange(pack):
    """The usual ratio is told, and taken off before pairs are called unlike."""
    held = compared(pack, by_model(pack, 2.2))
    assert held.likeness.median == pytest.approx(2.2)
    assert "disagrees" not in held.counts
    assert np.allclose([each.minutes / each.model_minutes for each in held.unlike], 2.2)


def test_tenths_of_the_ratios(pack):
    """Ratios 1, 1, 1 and 2: by straight interpolation a tenth lies above 1.7."""
    matrix = by_model(pack)
    minutes = matrix.minutes.copy()
    minutes[1] *= 2  # p1 to s2
    held = compared(pack, replace(matrix, minutes=minutes))
    assert (held.likeness.low, held.likeness.median) == pytest.approx((1, 1))
    assert held.likeness.high == pytest.approx(1.7)
    assert held.likeness.correlation < 1
    assert (held.unlike[0].point, held.unlike[0].site) == (0, 1)


@pytest.mark.parametrize(
    ("minutes", "km", "found"),
    [
        (170, 145, ()),
        (55, 145, ("faster", "fast")),  # 111.2 km in 55 min: 121 km/h
        (60, 145, ("fast",)),  # 111 km/h straight, 145 along the road
        (170, 109, ("shorter",)),
        (170, 110.5, ()),  # shorter than straight by what snapping to the nearest road may take
        (500, 340, ("roundabout",)),
        (3000, 145, ("slow",)),  # 2.9 km/h
        (55, None, ("faster",)),
        (None, 340, ("roundabout",)),
        (0, 0, ("faster", "shorter")),
    ],
)
def test_what_looks_strange(pack, minutes, km, found):
    got = reasons(pack, ("p1", "s2", minutes, km))
    assert got == ({("p1", "s2"): found} if found else {})


def test_places_at_one_spot_are_not_strange(pack):
    assert reasons(pack, ("p1", "s1", 0, 0), ("p3", "s2", 5, 3)) == {}


def test_disagreement_is_beyond_the_usual_ratio(pack):
    matrix = by_model(pack)
    minutes = matrix.minutes.copy()
    minutes[1] *= 2.5
    held = compared(pack, replace(matrix, minutes=minutes))
    assert held.counts == {"disagrees": 1}
    (pair,) = held.strange
    assert (pair.point, pair.site, pair.reasons) == (0, 1, ("disagrees",))
    assert pair.minutes == pytest.approx(2.5 * pair.model_minutes)
    assert pair.straight_km == pytest.approx(111.19, abs=0.01)


def test_a_way_over_water(pack, lake_pack):
    """As short as the straight line where a lake lies in it; round it, or without one: no."""
    straight, round_it = ("p1", "s2", 170, 112), ("p3", "s1", 170, 135)
    assert reasons(lake_pack, straight, round_it) == {("p1", "s2"): ("over_water",)}
    assert reasons(pack, straight, round_it) == {}
    held = compared(lake_pack, tiny.matrix(lake_pack, [straight]))
    assert held.counts == {"over_water": 1}
    assert held.strange[0].model_km > 145  # the model was led round the lake


def test_the_worst_come_first_and_so_many_of_each(pack):
    rows = [("p1", "s2", 30, 145), ("p2", "s2", 30, 190), ("p3", "s1", 40, 145)]
    held = compared(pack, tiny.matrix(pack, rows), 1)
    assert held.counts["faster"] == 3
    (pair,) = (each for each in held.strange if "faster" in each.reasons)
    assert pack.demand_points[pair.point].id == "p2"
    assert len(held.unlike) == 1


def test_pairs_without_a_route_are_not_compared(pack):
    held = compared(pack, tiny.matrix(pack, []))
    assert held.likeness is None
    assert held.strange == ()


def test_a_pack_without_places_is_held_against_nothing(pack):
    nowhere = replace(
        pack,
        demand_points=tuple(replace(p, lat=None, lon=None) for p in pack.demand_points),
        sites=tuple(replace(s, lat=None, lon=None) for s in pack.sites),
    )
    held = compared(nowhere, tiny.matrix(pack, [("p1", "s1", 5, 4)]))
    assert (held.model, held.likeness, held.strange) == (None, None, ())


def test_in_the_plane(tmp_path):
    changes = {
        "areas_geojson": None,
        "pack_toml": 'id = "t"\nname = "T"\n',
        "demand_points_csv": "id,name,area,x,y,population\np1,A,1,0,0,9\n",
        "sites_csv": "id,name,area,x,y,status\ns1,B,1,30000,40000,existing\n",
        "visits_csv": "demand_point,visit_type,visits_per_year\np1,get_card,9\n",
    }
    plane = read_pack(tiny.write(tmp_path / "plane", **changes))
    held = compared(plane, tiny.matrix(plane, [("p1", "s1", 66, 45)]))
    assert held.model == "euclidean"
    assert held.strange[0].reasons == ("shorter",)
    assert held.km_likeness.median == pytest.approx(0.9)
