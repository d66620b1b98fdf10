"""The national graph: by hand, and what must hold whatever the pack."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pack.tiny import write

from planner.errors import InputError
from planner.pack import find_pack, read_pack
from planner.pack.globe import pair_km
from planner.travel import (
    Places,
    great_circle_km,
    places_at,
    places_of,
    travel_times,
    ways_of,
)
from planner.travel.links import neighbours

from .networks import network_pack, scattered

SEEDS = range(4)


def one_pair(pack, start, end):
    km, minutes = ways_of(pack, "network").between(
        places_at(pack, [start[0]], [start[1]]), places_at(pack, [end[0]], [end[1]])
    )
    return float(km[0, 0]), float(minutes[0, 0])


def straight(start, end):
    return float(pair_km(*start, *end))


def core_places(pack) -> Places:
    points, towns = places_of(pack, pack.demand_points), pack.towns
    lat = np.append(points.north, [town.lat for town in towns])
    lon = np.append(points.east, [town.lon for town in towns])
    return places_at(pack, lat, lon)


def with_figure(pack, **values):
    travel = pack.travel
    given = {name: replace(getattr(travel, name), value=each) for name, each in values.items()}
    return replace(pack, travel=replace(travel, **given))


# -- by hand -------------------------------------------------------------------------------

ROAD = [(0.0, 36.1), (0.0, 36.9)]
AWAY = [(0.9, 36.1)]


def test_a_road_counts_with_its_kilometres_times_the_factor(tmp_path):
    pack = network_pack(tmp_path, [ROAD[0], ROAD[1]], AWAY, (100.0, ROAD))
    assert one_pair(pack, *ROAD) == pytest.approx((110.0, 110.0 / 50 * 60))


def test_without_a_factor_the_roads_are_as_long_as_they_say(tmp_path):
    pack = network_pack(tmp_path, [ROAD[0], ROAD[1]], AWAY, (100.0, ROAD))
    pack = replace(pack, travel=replace(pack.travel, road_factor=None))
    assert one_pair(pack, *ROAD)[0] == pytest.approx(100.0)


def test_a_road_is_never_shorter_than_the_straight_line(tmp_path):
    pack = with_figure(network_pack(tmp_path, ROAD, AWAY, (None, ROAD)), road_factor=0.5)
    assert one_pair(pack, *ROAD)[0] == pytest.approx(straight(*ROAD))


def test_beside_a_long_way_round_the_link_counts(tmp_path):
    pack = network_pack(tmp_path, ROAD, AWAY, (1.5 * straight(*ROAD), ROAD))
    assert one_pair(pack, *ROAD)[0] == pytest.approx(1.4 * straight(*ROAD))


def test_without_a_link_circuity_that_of_straight_lines_counts(tmp_path):
    pack = network_pack(tmp_path, ROAD, AWAY, (1.5 * straight(*ROAD), ROAD))
    pack = replace(pack, travel=replace(pack.travel, link_circuity=None))
    assert one_pair(pack, *ROAD)[0] == pytest.approx(1.3 * straight(*ROAD))


def test_a_place_beside_a_road_joins_it_at_its_nearest_point(tmp_path):
    pack = network_pack(tmp_path, [(0.0, 36.1), (0.02, 36.5)], AWAY, (100.0, ROAD))
    by_road = 1.4 * straight((0.02, 36.5), (0.0, 36.5)) + 110.0 / 2
    assert one_pair(pack, (0.02, 36.5), (0.0, 36.1))[0] == pytest.approx(by_road, rel=1e-6)


def test_two_new_places_on_one_piece_of_road_need_not_go_to_its_end(tmp_path):
    pack = network_pack(tmp_path, [(0.0, 36.1), (0.0, 36.9)], AWAY, (100.0, ROAD))
    km, _ = one_pair(pack, (0.01, 36.3), (-0.01, 36.7))
    by_road = 110.0 / 2 + 2 * 1.4 * straight((0.0, 36.3), (0.01, 36.3))
    assert km == pytest.approx(min(by_road, 1.4 * straight((0.01, 36.3), (-0.01, 36.7))), rel=1e-6)
    assert km == pytest.approx(by_road, rel=1e-6)


def test_minutes_are_slow_where_the_middle_of_an_edge_lies_in_a_slow_area(tmp_path):
    ends = [(0.0, 36.5), (0.0, 37.4), (0.0, 37.8)]  # slow from 37 degrees east
    pack = network_pack(tmp_path, ends, AWAY, (110.0, ends[:2]), (50.0, ends[1:]))
    km, minutes = one_pair(pack, ends[0], ends[2])
    assert km == pytest.approx(1.1 * 160)
    assert minutes == pytest.approx(1.1 * (110 / 50 + 50 / 25) * 60)
    assert one_pair(pack, ends[2], ends[0])[1] == pytest.approx(minutes)


def test_the_fastest_way_counts_and_not_the_shortest(tmp_path):
    # Through the slow area it is 5 km shorter, and takes longer.
    ends = [(-0.5, 36.95), (0.5, 36.95)]
    east, west = [ends[0], (0.0, 37.2), ends[1]], [ends[0], (0.0, 36.7), ends[1]]
    pack = network_pack(tmp_path, ends, AWAY, (125.0, east), (130.0, west))
    assert one_pair(pack, *ends) == pytest.approx((143.0, 143.0 / 50 * 60))


# -- what must always hold ------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_ways_are_as_long_back_as_there_and_never_shorter_than_straight(tmp_path, seed):
    pack = scattered(tmp_path, seed)
    places = places_at(
        pack,
        [*core_places(pack).north, *(site.lat for site in pack.sites)],
        [*core_places(pack).east, *(site.lon for site in pack.sites)],
    )
    km, minutes = ways_of(pack, "network").between(places, places)
    assert np.isfinite(km).all()
    np.testing.assert_allclose(km, km.T, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(minutes, minutes.T, rtol=1e-9, atol=1e-9)
    assert not km.diagonal().any()
    assert not minutes.diagonal().any()
    lines = great_circle_km(places.north, places.east, places.north, places.east)
    assert (km >= lines - 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_way_through_a_third_place_is_faster(tmp_path, seed):
    pack = scattered(tmp_path, seed)
    places = core_places(pack)
    _, minutes = ways_of(pack, "network").between(places, places)
    through = (minutes[:, :, None] + minutes[None, :, :]).min(axis=1)
    assert (through >= minutes - 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_site_leaves_all_other_distances_alone(tmp_path, seed):
    before = scattered(tmp_path / "before", seed)
    sites = [(site.lat, site.lon) for site in before.sites]
    after = scattered(tmp_path / "after", seed, sites=[*sites, (0.0123, 36.9876)])
    one, two = travel_times(before, "network"), travel_times(after, "network")
    count = len(sites)
    assert (one.minutes == two.minutes[:, :count]).all()
    assert (one.km == two.km[:, :count]).all()
    assert (one.site_km == two.site_km[:count, :count]).all()
    assert (one.site_min == two.site_min[:count, :count]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_place_beside_a_demand_point_is_as_far_from_all_as_that_one(tmp_path, seed):
    pack = scattered(tmp_path, seed)
    point = pack.demand_points[0]
    beside = places_at(pack, [point.lat + 0.001], [point.lon])  # 111 m
    points = places_of(pack, pack.demand_points)
    ways = ways_of(pack, "network")
    _, minutes = ways.between(points, points)
    _, from_beside = ways.between(beside, points)
    # It may be nearer, as it is linked to more places than its neighbours on the drawn triangles.
    assert (from_beside[0] - minutes[0]).max() < 0.112 * 1.4 / 25 * 60 + 1e-6


def test_two_places_at_the_same_point_are_nowhere_apart(tmp_path):
    pack = scattered(tmp_path, 1)
    twice = places_at(pack, [0.2, 0.2, 0.3], [36.3, 36.3, 36.4])
    km, minutes = ways_of(pack, "network").between(twice, twice)
    assert km[0, 1] == minutes[0, 1] == 0
    assert (km[0] == km[1]).all()
    assert km[0, 2] > 0


def test_the_answer_does_not_depend_on_how_many_are_asked_at_a_time(tmp_path):
    pack = scattered(tmp_path, 2)
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    ways = ways_of(pack, "network")
    km, minutes = ways.between(points, sites)
    back_km, back_minutes = ways.between(sites, points)
    np.testing.assert_allclose(back_km.T, km, rtol=1e-9)
    np.testing.assert_allclose(back_minutes.T, minutes, rtol=1e-9)
    alone = [one_pair(pack, (points.north[i], points.east[i]), (sites.north[0], sites.east[0]))
             for i in range(5)]  # fmt: skip
    np.testing.assert_allclose(alone, np.column_stack([km[:5, 0], minutes[:5, 0]]), rtol=1e-9)


# -- water ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_no_link_or_join_crosses_the_lake_but_for_what_is_told(tmp_path, seed):
    pack = scattered(tmp_path, seed, lake=(36.7, -0.5, 37.3, 0.4))
    ways = ways_of(pack, "network")
    graph, first = ways.core.graph, ways.core.first
    ends = np.sort(np.column_stack([graph.start, graph.end]), axis=1)
    start, end = np.unique(ends[ends[:, 1] >= first], axis=0).T  # roads alone may cross it
    wet = ways.barriers.crosses(graph.lat[start], graph.lon[start], graph.lat[end], graph.lon[end])
    told = [note for note in ways.notes if "over what travel avoids" in note]
    assert start.size > 100
    assert wet.sum() <= len(told)
    dry = scattered(tmp_path / "dry", seed)
    places = core_places(pack)
    km, _ = ways.between(places, places)
    free, _ = ways_of(dry, "network").between(places, places)
    assert km.sum() > 1.01 * free.sum()


def test_ways_lead_round_a_lake(tmp_path):
    shores = [(0.0, 36.3), (0.0, 36.7), (0.9, 36.5), (-0.9, 36.5)]
    dry = network_pack(tmp_path / "dry", shores, AWAY, (None, [(0.9, 36.1), (0.9, 36.9)]))
    lake = (36.4, -0.4, 36.6, 0.4)
    wet = network_pack(
        tmp_path / "wet", shores, AWAY, (None, [(0.9, 36.1), (0.9, 36.9)]), lake=lake
    )
    across = 1.4 * straight(*shores[:2])
    round_it = 1.4 * (straight(shores[0], shores[2]) + straight(shores[2], shores[1]))
    assert one_pair(dry, *shores[:2])[0] == pytest.approx(across)
    assert one_pair(wet, *shores[:2])[0] == pytest.approx(round_it)


def test_new_places_on_two_shores_are_not_linked_across(tmp_path):
    shores = [(0.0, 36.3), (0.0, 36.7), (0.9, 36.5), (-0.9, 36.5)]
    lake = (36.4, -0.4, 36.6, 0.4)
    pack = network_pack(tmp_path, shores, AWAY, (None, [(0.9, 36.1), (0.9, 36.9)]), lake=lake)
    km, _ = one_pair(pack, (0.0, 36.35), (0.0, 36.65))
    least = straight((0.0, 36.35), (0.4, 36.4)) + straight((0.4, 36.6), (0.0, 36.65))
    assert km > 1.4 * least


def test_an_island_is_joined_by_its_shortest_crossing_and_told(tmp_path):
    mainland = [(0.8, 36.1), (0.8, 36.9), (-0.8, 36.1), (-0.8, 36.9)]
    island = [(0.0, 36.5), (0.01, 36.52)]
    lake = (36.2, -0.5, 36.8, 0.5)
    pack = network_pack(tmp_path, [*mainland, *island], AWAY, (None, mainland[:2]), lake=lake)
    km, _ = one_pair(pack, island[1], mainland[0])
    assert np.isfinite(km)
    assert km >= 1.4 * straight(island[1], (0.8, 36.52))
    assert any(
        "over what travel avoids: p 4, p 5." in note for note in ways_of(pack, "network").notes
    )
    assert travel_times(pack, "network").notes == ways_of(pack, "network").notes


def test_a_site_on_an_island_of_its_own_is_joined_and_told(tmp_path):
    mainland = [(0.8, 36.1), (0.8, 36.9), (-0.8, 36.1), (-0.8, 36.9)]
    lake = (36.2, -0.5, 36.8, 0.5)
    pack = network_pack(tmp_path, mainland, [(0.0, 36.5)], (None, mainland[:2]), lake=lake)
    times = travel_times(pack, "network")
    assert np.isfinite(times.minutes).all()
    assert any("over what travel avoids: s 0." in note for note in times.notes)


def test_roads_that_meet_no_other_are_joined_and_told(tmp_path):
    # Three places with three roads each leave two roads far away that nobody joins.
    near = [[(0.0, 36.1 + i / 20), (0.0, 36.14 + i / 20)] for i in range(3)]
    far = [[(0.9, 37.5), (0.9, 37.6)], [(0.8, 37.5), (0.8, 37.6)]]
    points = [(0.01, 36.1), (0.01, 36.15), (0.01, 36.2)]
    pack = network_pack(tmp_path, points, AWAY, *((None, line) for line in (*near, *far)))
    (note,) = [each for each in ways_of(pack, "network").notes if "meet no other" in each]
    assert note.startswith("2 ")


# -- ferries and closed roads ----------------------------------------------------------------

SHORES = [(0.0, 36.3), (0.0, 36.7), (0.9, 36.5), (-0.9, 36.5)]
LAKE = (36.4, -0.4, 36.6, 0.4)
FAR_ROAD = (None, [(0.95, 36.1), (0.95, 36.9)])


def test_a_ferry_joins_what_is_on_its_shores(tmp_path):
    ferry = "ferry,0.0,36.38,0.0,36.62,,70,,Alpha,timetable\n"
    pack = network_pack(tmp_path, SHORES, AWAY, FAR_ROAD, lake=LAKE, changes=ferry)
    leg = 1.4 * straight((0.0, 36.3), (0.0, 36.38))
    water = straight((0.0, 36.38), (0.0, 36.62))
    assert one_pair(pack, *SHORES[:2]) == pytest.approx((2 * leg + water, 2 * leg / 50 * 60 + 70))
    assert "timetable" in ways_of(pack, "network").sources
    # New places use it too, and a slow one is not taken.
    km, _ = one_pair(pack, (0.0, 36.37), (0.0, 36.63))
    assert km == pytest.approx(water + 2 * 1.4 * straight((0.0, 36.37), (0.0, 36.38)))
    slow = network_pack(
        tmp_path / "slow", SHORES, AWAY, FAR_ROAD, lake=LAKE, changes=ferry.replace("70", "900")
    )
    assert one_pair(slow, *SHORES[:2])[0] > 150


def test_a_link_may_leave_km_and_minutes_out(tmp_path):
    link = "link,0.0,36.3,0.0,36.7,,,no,Bridge,\n"
    pack = network_pack(tmp_path, SHORES, AWAY, FAR_ROAD, lake=LAKE, changes=link)
    km = 1.4 * straight(*SHORES[:2])
    assert one_pair(pack, *SHORES[:2]) == pytest.approx((km, km / 50 * 60))
    assert one_pair(pack, *SHORES[1::-1]) == pytest.approx((km, km / 50 * 60))
    notes = ways_of(pack, "network").notes
    assert any("Link Bridge is taken both ways" in each for each in notes)


def test_a_ferry_to_an_island_spares_the_crossing(tmp_path):
    mainland = [(0.8, 36.1), (0.8, 36.9), (-0.8, 36.1), (-0.8, 36.9)]
    island = (0.0, 36.5)
    ferry = "ferry,0.0,36.5,0.8,36.1,120,300,,Alpha,\n"
    pack = network_pack(
        tmp_path, [*mainland, island], AWAY, (None, mainland[:2]), lake=(36.2, -0.5, 36.8, 0.5),
        changes=ferry,
    )  # fmt: skip
    assert one_pair(pack, island, mainland[0]) == pytest.approx((120, 300))
    assert not any("over what travel avoids" in each for each in ways_of(pack, "network").notes)


def test_a_closed_road_is_cut_where_the_line_crosses_it(tmp_path):
    ends = [(0.0, 36.1), (0.0, 36.9)]
    away = [(0.9, 36.5), (-0.9, 36.5)]
    wall = "closed,-0.8,36.5,0.8,36.5,,,,Wall,\n"
    free = network_pack(tmp_path / "free", [*ends, *away], AWAY, (100.0, ends))
    shut = network_pack(tmp_path / "shut", [*ends, *away], AWAY, (100.0, ends), changes=wall)
    assert one_pair(free, *ends)[0] == pytest.approx(110)
    round_it = 1.4 * (straight(ends[0], away[0]) + straight(away[0], ends[1]))
    assert one_pair(shut, *ends)[0] == pytest.approx(round_it)
    # Along either half it goes on, for new places too, but not across.
    km, _ = one_pair(shut, (0.0, 36.2), (0.0, 36.49))
    assert km == pytest.approx(110 * 0.29 / 0.8)
    assert one_pair(shut, (0.0, 36.49), (0.0, 36.51))[0] > 150
    assert np.isfinite(one_pair(shut, (0.0, 36.5), (0.0, 36.51))).all()
    (note,) = [each for each in ways_of(shut, "network").notes if "Wall" in each]
    assert note == "Road Wall closed: coarse roads cut at 1 place; no link or join leads over it."


def test_a_road_may_be_closed_at_one_spot(tmp_path):
    ends = [(0.0, 36.1), (0.0, 36.9)]
    pack = network_pack(
        tmp_path, ends, AWAY, (100.0, ends), changes="closed,0.001,36.4,0.00104,36.4,,,,Spot,\n"
    )
    assert one_pair(pack, *ends)[0] == pytest.approx(1.4 * straight(*ends))  # by the link
    farther = "closed,0.1,36.4,0.10004,36.4,,,,Spot,\n"
    far = network_pack(tmp_path / "far", ends, AWAY, (100.0, ends), changes=farther)
    assert one_pair(far, *ends)[0] == pytest.approx(110)
    assert any("no coarse road there" in each for each in ways_of(far, "network").notes)


# -- small packs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    [
        [(0.0, 36.5)],
        [(0.0, 36.5), (0.3, 36.5)],
        [(0.0, 36.5), (0.3, 36.5), (0.6, 36.5)],  # on one line
        [(0.0, 36.2), (0.2, 36.4), (0.4, 36.6), (-0.2, 36.0)],
        [(0.0, 36.5), (0.0, 36.5), (0.3, 36.5)],  # two at one place
    ],
)
def test_few_places_without_towns(tmp_path, points):
    pack = network_pack(tmp_path, points, [(0.1, 36.1), (0.0, 36.5)], (None, ROAD))
    places = places_of(pack, pack.demand_points)
    km, _ = ways_of(pack, "network").between(places, places)
    assert np.isfinite(km).all()
    times = travel_times(pack, "network")
    assert np.isfinite(times.minutes).all()
    lines = great_circle_km(places.north, places.east, places.north, places.east)
    assert (km <= 1.4 * np.ptp(places.north + places.east) * 160 + 1e-9).all()
    assert (km >= lines - 1e-9).all()


def test_places_on_one_line_are_linked_one_after_the_other():
    # Two clusters of 8, farther from each other than any place from its 6 nearest.
    along = np.append(np.arange(8.0), np.arange(20.0, 28.0))
    linked = {tuple(pair) for pair in neighbours(np.column_stack([along, along])).tolist()}
    assert {(i, i + 1) for i in range(15)} <= linked
    assert (0, 7) not in linked
    assert [pair for pair in linked if pair[0] < 8 <= pair[1]] == [(7, 8)]


def test_neighbours_are_those_of_the_triangles_and_the_nearest_six():
    # A ring of 12 round a middle, and one far away.
    turn = np.arange(12) * np.pi / 6
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    places = np.concatenate([[[0.01, 0.02]], ring, [[9.0, 0.0]]])
    linked = {tuple(pair) for pair in neighbours(places).tolist()}
    assert {(0, i) for i in range(1, 13)} <= linked
    assert {(i, i + 1) for i in range(1, 12)} | {(1, 12)} <= linked
    assert (1, 13) in linked
    assert (1, 7) not in linked  # across the middle


# -- refusals --------------------------------------------------------------------------------


def test_a_pack_without_roads_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"names no coarse roads; give `roads` in pack\.toml"):
        travel_times(read_pack(write(tmp_path)), "network")


def test_roads_that_cannot_be_read_are_a_fault(tmp_path):
    pack = network_pack(tmp_path, [ROAD[0]], AWAY, (None, ROAD))
    (tmp_path / "roads.geojson").write_text("{")
    with pytest.raises(InputError, match=r"roads\.geojson"):
        travel_times(pack, "network")


# -- the built-in pack -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def builtin():
    return read_pack(find_pack("immigration"))


@pytest.fixture(scope="module")
def builtin_ways(builtin):
    return ways_of(builtin, "network")


def test_the_built_in_graph_is_near_the_roads_that_are_known(builtin, builtin_ways):
    roads = builtin.known_roads
    start = places_at(builtin, *zip(*((r.from_lat, r.from_lon) for r in roads), strict=True))
    end = places_at(builtin, *zip(*((r.to_lat, r.to_lon) for r in roads), strict=True))
    km, _ = builtin_ways.between(start, end)
    error = km.diagonal() / np.array([road.road_km for road in roads]) - 1
    assert len(roads) == 20
    assert np.median(np.abs(error)) <= 0.06
    assert np.abs(error).mean() <= 0.08
    far_off = {(r.from_town, r.to_town) for r, e in zip(roads, error, strict=True) if abs(e) > 0.1}
    assert far_off == {("Mombasa", "Mandera"), ("Kisumu", "Eldoret"), ("Kisumu", "Loki")}


def test_ways_between_the_built_in_towns_are_as_winding_as_known_ones(builtin, builtin_ways):
    towns = places_at(builtin, *zip(*((t.lat, t.lon) for t in builtin.towns), strict=True))
    km, minutes = builtin_ways.between(towns, towns)
    lines = great_circle_km(towns.north, towns.east, towns.north, towns.east)
    pairs = np.triu_indices(len(towns), 1)
    winding = km[pairs] / lines[pairs]
    assert np.isfinite(minutes).all()
    low, middle, high = np.percentile(winding, [10, 50, 90])
    assert (low, middle, high) == pytest.approx((1.25, 1.35, 1.47), abs=0.02)
    assert winding.min() > 1.1


def test_the_built_in_notes_name_what_water_cuts_off(builtin_ways):
    told = " ".join(builtin_ways.notes)
    assert "Mfangano Island" in told
    assert builtin_ways.sources[0].startswith("© OpenStreetMap contributors")
    assert "Median of 816 paths" in builtin_ways.sources[1]
