"""Ways over a road layer: joining it, driving it, changing it, and which pairs are kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from pack.tiny import write

from planner.errors import InputError
from planner.pack import read_pack
from planner.pack.figures import Figure, Mark
from planner.pack.globe import pair_km
from planner.pack.travel_types import RoadChange
from planner.travel import places_at, places_of, travel_times, ways_of
from planner.travel.joins import road_lines
from planner.travel.pairs import Wanted, kept_pairs, road_pairs
from planner.travel.roads import ways_over
from planner.travel.snapping import FAR_KM, ISLAND, MAIN, ONE_WAY, snapping_told
from travel.layers import DEGREE, layer, random_layer, roads_file

CIRCUITY, KMH, SLOW_KMH = 1.3, 50, 25  # of the tiny pack; slow east of 37 degrees


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path))


@pytest.fixture
def over(tiny):
    """Ways over a layer, with the figures of the tiny pack, and changes if there are any."""

    def made(roads, *changes, **figures):
        pack = replace(tiny, road_changes=changes, travel=replace(tiny.travel, **figures))
        return ways_over(pack, roads, road_lines(roads))

    made.pack = tiny
    return made


def asked(over, ways, *places):
    """Km and minutes between all of some places (lat, lon)."""
    at = places_at(over.pack, *np.array(places, dtype=float).T)
    return ways.between(at, at)


LINE = layer([(0, 36), (0, 36.1), (0, 36.3)], [(0, 1, 60), (1, 2, 30)])  # 11.12 km, 22.24 km


# -- joining the roads ---------------------------------------------------------------------


def test_places_on_the_road_add_nothing(over):
    km, minutes = asked(over, over(LINE), (0, 36), (0, 36.3), (0, 36.2))
    assert km[0] == pytest.approx([0, 0.3 * DEGREE, 0.2 * DEGREE], rel=1e-5)
    assert minutes[0] == pytest.approx(
        [0, (0.1 / 60 + 0.2 / 30) * 60 * DEGREE, (0.1 / 60 + 0.1 / 30) * 60 * DEGREE], rel=1e-5
    )
    assert km == pytest.approx(km.T)


def test_a_leg_is_straight_times_circuity_at_the_speed_of_the_area(over):
    """0.01 degrees beside the road: 1.112 km straight; the second place lies in a slow area."""
    roads = layer([(0, 36), (0, 37.5)], [(0, 1, 60)])
    places = (-0.01, 36.5), (-0.01, 37.2)
    leg = 0.01 * DEGREE * CIRCUITY
    on_the_road = 0.7 * DEGREE
    km, minutes = asked(over, over(roads), *places)
    assert km[0, 1] == pytest.approx(2 * leg + on_the_road, rel=1e-4)
    expected = (leg / KMH + on_the_road / 60 + leg / SLOW_KMH) * 60
    assert minutes[0, 1] == pytest.approx(expected, rel=1e-4)
    link = Figure("link_circuity", 1.1, 1, 1.2, "u", Mark("links"))
    ways = over(roads, link_circuity=link)
    assert asked(over, ways, *places)[0][0, 1] == pytest.approx(
        2 * leg * 1.1 / CIRCUITY + on_the_road, rel=1e-4
    )
    assert "links" in ways.sources


def test_places_on_one_edge_reach_each_other_along_it(over):
    """By its ends they would be farther; one beyond the other on a one-way edge goes round."""
    km, _ = asked(over, over(LINE), (0, 36.15), (0, 36.25), (0, 36.2))
    assert km[0] == pytest.approx([0, 0.1 * DEGREE, 0.05 * DEGREE], rel=1e-5)
    ring = layer(
        [(0, 36), (0, 36.3), (0.1, 36.3)], [(0, 1, 60, "->"), (1, 2, 60, "->"), (2, 0, 60, "->")]
    )
    km, _ = asked(over, over(ring), (0, 36.1), (0, 36.2))
    whole = float(ring.km.sum())
    assert km[0, 1] == pytest.approx(0.1 * DEGREE, rel=1e-5)
    assert km[1, 0] == pytest.approx(whole - 0.1 * DEGREE, rel=1e-5)


def test_the_nearest_point_of_a_bent_road(over):
    """Along two sides of a square of 0.1 degrees; the place is beside the middle of the second."""
    bent = layer([(0, 36), (0.1, 36.1)], [(0, 1, 60, [(0, 36.1)])])
    km, _ = asked(over, over(bent), (0, 36), (0.05, 36.11))
    leg = 0.01 * DEGREE * CIRCUITY
    assert km[0, 1] == pytest.approx(0.15 * DEGREE + leg, rel=1e-4)


def test_places_nearer_to_each_other_than_to_their_roads_go_straight(over):
    """The last two are 0.19 degrees apart and each 0.1 from the road: they take it."""
    km, minutes = asked(over, over(LINE), (0.1, 36.1), (0.1, 36.102), (0.1, 36.102), (0.1, 36.29))
    direct = 0.002 * DEGREE * CIRCUITY
    assert km[0, 1] == pytest.approx(direct, rel=1e-4)
    assert minutes[0, 1] == pytest.approx(direct / KMH * 60, rel=1e-4)
    assert km[1, 2] == minutes[1, 2] == 0
    assert km[0, 3] == pytest.approx((0.2 * CIRCUITY + 0.19) * DEGREE, rel=1e-4)


def test_a_road_of_an_island_is_passed_over_while_the_main_roads_are_near(over):
    """The island's road is 1.1 km away, the main one 3.3 km, and from the other place 22 km."""
    apart = layer(
        [(0, 36), (0, 37), (0.04, 36.5), (0.04, 36.51), (0.2, 36), (0.2, 36.1)],
        [(0, 1, 60), (2, 3, 60), (4, 5, 60)],
    )
    ways = over(apart)
    places = places_at(over.pack, [0.03, 0.2, 0], [36.505, 36.05, 36.2], ["Near", "Far", "On"])
    snapped = ways.snap(places)
    assert snapped.points.edge.tolist() == [0, 2, 0]
    assert snapped.km == pytest.approx([0.03 * DEGREE, 0, 0], rel=1e-4)
    assert snapped.passed_km[0] == pytest.approx(0.01 * DEGREE, rel=1e-4)
    assert snapped.kind.tolist() == [MAIN, ISLAND, MAIN]
    assert snapped.passed_kind.tolist() == [ISLAND, MAIN, MAIN]
    km, minutes = ways.between(places, places)
    assert np.isinf(km[1]).tolist() == np.isinf(minutes[:, 1]).tolist() == [True, False, True]
    assert np.isfinite(km[0, 2])
    assert ways.parts.other_edge.tolist() == [1, 2]
    assert (ways.parts.count(ISLAND), ways.parts.count(ONE_WAY)) == (2, 0)


def test_a_one_way_road_that_leads_nowhere_is_no_main_road(over):
    """Who joined its end could not leave; the place joins the road that leads on."""
    trap = layer([(0, 36), (0, 37), (0.02, 36.5)], [(0, 1, 60), (1, 2, 60, "->")])
    places = places_at(over.pack, [0.0201, 0.02], [36.5, 36.5], ["Beside", "On it"])
    ways = over(trap)
    snapped = ways.snap(places)
    assert snapped.points.edge.tolist() == [0, 1]
    assert snapped.passed_km[0] == pytest.approx(0.0001 * DEGREE, rel=1e-3)
    assert snapped.passed_kind.tolist() == [ONE_WAY, MAIN]
    assert snapped.kind.tolist() == [MAIN, ONE_WAY]
    assert (ways.parts.count(ISLAND), ways.parts.count(ONE_WAY)) == (0, 1)
    beside, on_it = snapping_told(snapped, np.full(2, np.inf), places.names).sentences[1:]
    assert "no way from the main roads or none back, joined to the main roads" in beside
    assert beside.endswith(": 1: Beside.")
    assert "island" not in on_it
    assert on_it.endswith(": 1: On it.")


def test_a_place_within_a_metre_of_a_road_stays_there(over):
    """0.9 m from the crossing it is on the crossing, so all its one-way roads are open to it."""
    metre = 0.001 / DEGREE
    star = layer(
        [(0, 36), (0, 36.5), (0.1, 36.5), (0.01, 36.4), (0.01, 36.45)],
        [(0, 1, 60, "->"), (1, 2, 60, "->"), (2, 0, 60, "->"), (3, 4, 60)],
    )
    ways = over(star)
    places = places_at(
        over.pack, [0, 0.01 + 0.9 * metre, 0.01 + 1.2 * metre], [36.5 - 0.9 * metre, 36.42, 36.42]
    )
    snapped = ways.snap(places)
    assert snapped.points.share[0] in {0.0, 1.0}
    assert snapped.km[:2] == pytest.approx([0.0009] * 2, rel=1e-3)
    assert snapped.kind.tolist() == [MAIN, ISLAND, MAIN]


@pytest.mark.parametrize("seed", range(12))
def test_places_on_nodes_travel_as_dijkstra_says(over, seed):
    """Random directed graphs, islands and one-way parts too: a route just where the graph has one.

    Places are rounded to six decimals, so up to 8 cm beside their nodes.
    """
    draw = np.random.default_rng(seed)
    nodes = np.round(np.array([0, 36]) + draw.uniform(0, 0.5, (60, 2)), 7)
    nodes = np.vstack([nodes, np.array([0.6, 36.6]) + draw.uniform(0, 0.02, (8, 2))])
    pairs = {tuple(draw.choice(60, 2, replace=False).tolist()) for _ in range(85)}
    pairs |= {tuple((60 + draw.choice(8, 2, replace=False)).tolist()) for _ in range(9)}
    pairs = sorted(pair for pair in pairs if pair[::-1] not in pairs or pair[0] < pair[1])
    edges = [(*pair, 50.0, *(["->"] if draw.random() < 0.6 else [])) for pair in pairs]
    roads = layer([tuple(each) for each in nodes.tolist()], edges)
    graph = nx.DiGraph()
    for at, (start, end, kmh, *one_way) in enumerate(edges):
        minutes = roads.km[at] / kmh * 60
        graph.add_edge(start, end, minutes=minutes)
        if not one_way:
            graph.add_edge(end, start, minutes=minutes)
    on = sorted(graph.nodes)
    expected = np.full((len(on), len(on)), np.inf)
    for row, start in enumerate(on):
        for end, minutes in nx.single_source_dijkstra_path_length(
            graph, start, weight="minutes"
        ).items():
            expected[row, on.index(end)] = minutes
    ways = over(roads)
    places = places_at(over.pack, *np.round(nodes[on], 6).T)
    snapped = ways.snap(places)
    assert (snapped.km < 0.0001).all()
    assert {MAIN, ONE_WAY, ISLAND} == set(snapped.kind.tolist())
    _, minutes = ways.between(places, places)
    assert np.array_equal(np.isfinite(minutes), np.isfinite(expected))
    assert np.isinf(expected).sum() > 500
    some = np.isfinite(expected)
    assert minutes[some] == pytest.approx(expected[some], abs=1e-3)
    main_km = [len(each) for each in nx.weakly_connected_components(graph)]
    assert ways.parts.part_km.size == len(main_km)


def test_no_leg_is_longer_than_25_km(over):
    """24 km from the road there is a route; 26 km from it none but to the very same place."""
    near, far = 24 / DEGREE, 26 / DEGREE
    km, minutes = asked(over, over(LINE), (0, 36.1), (near, 36.1), (far, 36.1), (far, 36.1))
    assert km[0, 1] == pytest.approx(24 * CIRCUITY, rel=1e-3)
    assert np.isinf(km[2, :2]).all()
    assert np.isinf(minutes[:2, 2]).all()
    assert km[2, 2] == km[2, 3] == minutes[3, 2] == 0


def test_where_no_two_roads_lead_there_and_back_all_are_main(over):
    one_way = layer([(0, 36), (0, 37)], [(0, 1, 60, "->")])
    km, _ = asked(over, over(one_way), (0, 36.2), (0, 36.5))
    assert km[0, 1] == pytest.approx(0.3 * DEGREE, rel=1e-5)
    assert np.isinf(km[1, 0])


def test_what_is_told_of_joining(over):
    """Three of the tiny pack's places lie 33 km and more from these roads, the others on them."""
    roads = layer([(-0.5, 36), (-0.5, 36.5), (-0.2, 37)], [(0, 1, 60), (1, 2, 60)])
    ways = over(roads)
    told = ways.snapping
    assert told.count == 5
    assert told.median == pytest.approx(np.median(ways.snap(_all_places(over.pack)).km))
    assert told.worst_name in {"Gamma", "Gamma town"}
    assert [name for name, _ in told.far] == ["Gamma", "Gamma town", "Beta"]
    assert [name for name, _ in told.lost] == ["Gamma", "Gamma town", "Beta"]
    assert any("without a route: 3: Gamma (" in note for note in ways.notes)
    assert all(km > FAR_KM for _, km in told.far)
    assert any("3: Gamma (" in note for note in ways.notes)


def _all_places(pack):
    every = [*pack.demand_points, *pack.sites]
    return places_at(pack, [each.lat for each in every], [each.lon for each in every])


def test_no_places_at_all(over):
    ways = over(LINE)
    none, some = (places_at(over.pack, np.zeros(n), np.full(n, 36.1)) for n in (0, 3))
    assert [each.shape for each in ways.between(none, some)] == [(0, 3), (0, 3)]
    assert [each.shape for each in ways.between(some, none)] == [(3, 0), (3, 0)]


# -- against another program ---------------------------------------------------------------


def by_networkx(roads, places, pack):
    """Km and minutes by another way: every place a node on the edge found by looking at all."""
    narrower = np.cos(np.radians(roads.lat.mean()))  # a degree east, against a degree north
    joined = [_joined(roads, narrower, *at) for at in zip(places.north, places.east, strict=True)]
    graph = nx.DiGraph()
    graph.add_nodes_from(range(roads.lat.size))
    for edge in range(roads.km.size):
        stops = [(0.0, int(roads.start[edge])), (1.0, int(roads.end[edge]))]
        stops += [(at[1], f"p{n}") for n, at in enumerate(joined) if at[0] == edge]
        stops.sort(key=lambda each: each[0])
        for (a, one), (b, other) in pairwise(stops):
            minutes = roads.km[edge] * (b - a) / roads.speed_kmh[edge] * 60
            graph.add_edge(one, other, minutes=minutes, km=roads.km[edge] * (b - a))
            if roads.backward[edge]:
                graph.add_edge(other, one, minutes=minutes, km=roads.km[edge] * (b - a))
    size = len(places)
    km, minutes = np.full((2, size, size), np.inf)
    speed = np.where(places.slow, SLOW_KMH, KMH)
    for n in range(size):
        found, ways = nx.single_source_dijkstra(graph, f"p{n}", weight="minutes")
        for m in range(size):
            if f"p{m}" in found:
                way = ways[f"p{m}"]
                legs = np.array([joined[n][2], joined[m][2]]) * CIRCUITY
                on_roads = sum(graph[a][b]["km"] for a, b in pairwise(way))
                km[n, m] = on_roads + legs.sum()
                minutes[n, m] = found[f"p{m}"] + (legs / speed[[n, m]]).sum() * 60
    return km, minutes


def _joined(roads, narrower, lat, lon):
    """Edge, share along it and km of the nearest point, tried on every piece of every line."""
    best = (np.inf, 0, 0.0)
    for edge in range(roads.km.size):
        line = roads.lines[roads.line_of[edge] : roads.line_of[edge + 1]] * (1, narrower)
        place = np.array([lat, lon * narrower])
        long = np.hypot(*np.diff(line, axis=0).T)
        for piece in range(len(line) - 1):
            along = line[piece + 1] - line[piece]
            part = np.clip((place - line[piece]) @ along / (along @ along), 0, 1)
            foot = line[piece] + part * along
            away = float(np.hypot(*(foot - place)))
            if away < best[0]:
                share = (long[:piece].sum() + part * long[piece]) / long.sum()
                best = (away, edge, share, float(pair_km(lat, lon, foot[0], foot[1] / narrower)))
    return best[1], best[2], best[3]


@pytest.mark.parametrize("seed", range(4))
def test_as_another_program_finds(over, seed):
    """Places beside roads of both directions, nowhere nearer to each other than to a road."""
    roads = random_layer(seed, island=False)
    roads = replace(roads, lon=roads.lon + 36.9, lines=roads.lines + np.array([0, 36.9]))
    roads = replace(roads, backward=np.ones_like(roads.backward))
    draw = np.random.default_rng(seed)
    places = places_at(over.pack, draw.uniform(0, 0.4, 14), 36.9 + draw.uniform(0, 0.4, 14))
    ways = over(roads)
    assert not np.isfinite(ways.snap(places).passed_km).any()
    km, minutes = ways.between(places, places)
    other_km, other_minutes = by_networkx(roads, places, over.pack)
    straight = pair_km(places.north[:, None], places.east[:, None], places.north, places.east)
    leg = ways.snap(places).km
    far = straight > np.minimum(leg[:, None], leg)
    assert far.sum() > 150
    assert minutes[far] == pytest.approx(other_minutes[far], rel=1e-6)
    assert km[far] == pytest.approx(other_km[far], rel=1e-6)
    some = ways.between(places_at(over.pack, places.north[:3], places.east[:3]), places)
    assert np.array_equal(some[1], minutes[:3])


# -- changes -------------------------------------------------------------------------------

BANKS = layer(
    [(0, 36), (0, 36.5), (0.02, 36.2), (0.02, 36.7)], [(0, 1, 60), (2, 3, 60)]
)  # two roads along a river 2.2 km wide


def ferry(**more):
    ends = {"from_lat": 0.001, "from_lon": 36.3, "to_lat": 0.019, "to_lon": 36.3}
    return RoadChange("ferry", **{**ends, "minutes": 20, "km": 2.5, "name": "Ndovu", **more})


def test_a_ferry_joins_the_nearest_roads(over):
    """Legs of 0.001 degrees on both sides; then the far bank is among the main roads."""
    km, _ = asked(over, over(BANKS), (0, 36.2), (0.02, 36.4))
    assert np.isinf(km[0, 1])
    ways = over(BANKS, ferry())
    assert ways.parts.others is None
    assert not any("no main road" in note or "no way" in note for note in ways.notes)
    assert "With the changes, no road is on an island." in ways.notes
    along = over(BANKS, ferry(to_lat=0.001, to_lon=36.4, km=12)).notes
    assert any(note.startswith("With the changes, 1 islands are left beside") for note in along)
    km, minutes = asked(over, ways, (0, 36.2), (0.02, 36.4))
    leg = 0.001 * DEGREE * CIRCUITY
    assert km[0, 1] == pytest.approx(0.2 * DEGREE + 2 * leg + 2.5, rel=1e-4)
    assert minutes[0, 1] == pytest.approx(0.2 * DEGREE + 2 * leg / KMH * 60 + 20, rel=1e-4)
    assert km == pytest.approx(km.T)
    (told,) = [note for note in ways.notes if note.startswith("Ferry Ndovu")]
    assert "20 minutes, 2.50 km, and legs of 0.14 and 0.14 km" in told


def test_what_a_ferry_or_link_leaves_out(over):
    straight = 0.018 * DEGREE
    ends = (0, 36.3), (0.02, 36.3)
    legs = 2 * 0.001 * DEGREE * CIRCUITY
    km, minutes = asked(over, over(BANKS, ferry(km=None)), *ends)
    assert km[0, 1] == pytest.approx(straight + legs, rel=1e-3)
    assert minutes[0, 1] == pytest.approx(20 + legs / KMH * 60, rel=1e-3)
    link = replace(ferry(km=None, minutes=None), kind="link")
    km, minutes = asked(over, over(BANKS, link), *ends)
    assert km[0, 1] == pytest.approx(straight * CIRCUITY + legs, rel=1e-3)
    assert minutes[0, 1] == pytest.approx(km[0, 1] / KMH * 60, rel=1e-3)


def test_a_ferry_one_way(over):
    """Nobody comes back, but it is no island; places beyond 5 km of the other bank join it."""
    far_bank = layer([(0, 36), (0, 36.5), (0.1, 36.2), (0.1, 36.7)], [(0, 1, 60), (2, 3, 60)])
    ways = over(far_bank, ferry(to_lat=0.099, km=15, minutes=30, both_ways=False))
    km, _ = asked(over, ways, (0, 36.2), (0.1, 36.4))
    assert km[0, 1] == pytest.approx(0.2 * DEGREE + 2 * 0.001 * DEGREE * CIRCUITY + 15, rel=1e-3)
    assert np.isinf(km[1, 0])
    assert "Ferries and links with an end on no main road: 1: Ndovu." in ways.notes
    assert (ways.parts.count(ONE_WAY), ways.parts.count(ISLAND)) == (1, 0)
    assert any(note.startswith("Ferry Ndovu") and "one way" in note for note in ways.notes)


def closed(*ends, name="Bridge"):
    return RoadChange("closed", *ends, name=name)


ROUND = layer(
    [(0, 36), (0, 36.1), (0, 36.2), (0.1, 36.1)], [(0, 1, 60), (1, 2, 60), (0, 3, 60), (3, 2, 60)]
)


@pytest.mark.parametrize(
    "change",
    [closed(-0.01, 36.05, 0.01, 36.05), closed(0.001, 36.05, 0.001, 36.05005)],
    ids=["a line across", "a place beside it"],
)
def test_a_closed_road_is_gone_round(over, change):
    before, _ = asked(over, over(ROUND), (0, 36), (0, 36.2))
    ways = over(ROUND, change)
    after, _ = asked(over, ways, (0, 36), (0, 36.2))
    assert before[0, 1] == pytest.approx(0.2 * DEGREE, rel=1e-5)
    assert after[0, 1] == pytest.approx(float(ROUND.km[2:].sum()), rel=1e-5)
    assert any("Road Bridge closed: 1 edges" in note for note in ways.notes)
    assert ways.net.is_open.tolist() == [False, True, True, True]


def test_a_place_whose_only_road_is_closed_has_no_route_and_is_told(over):
    """Alpha and its town at 36.5 lose their road: the next one is 55 km away."""
    roads = layer([(-0.5, 36.5), (-0.5, 37), (-0.5, 37.5)], [(0, 1, 60), (1, 2, 60)])
    ways = over(roads, closed(-0.6, 36.75, -0.4, 36.75))
    assert ways.snapping.cut == ("Alpha", "Alpha town")
    assert set(ways.snapping.cut) < {name for name, _ in ways.snapping.lost}
    assert any("nearest road is closed" in note and "Alpha" in note for note in ways.notes)
    assert any("without a route: " in note and "Alpha (" in note for note in ways.notes)
    km, _ = asked(over, ways, (-0.5, 36.5), (-0.5, 37.5))
    assert np.isinf(km[0, 1])
    assert over(roads).snapping.cut == ()
    at_the_crossing = asked(over, ways, (-0.5, 37), (-0.5, 37.5))[0]
    assert at_the_crossing[0, 1] == pytest.approx(0.5 * DEGREE, rel=1e-3)


def test_a_line_closes_every_road_that_it_crosses(over):
    ways = over(ROUND, closed(-0.01, 36.05, 0.2, 36.05))
    assert ways.net.is_open.tolist() == [False, True, False, True]


def test_every_change_that_changes_nothing_is_told_at_once(over):
    changes = (
        closed(1, 36.05, 1.01, 36.05, name="Nowhere"),
        closed(0.1, 36, 0.1, 36.00005, name="Too far"),
        ferry(from_lat=0.5, name="Inland"),
        ferry(to_lat=0.001, name="Circle"),
    )
    with pytest.raises(InputError) as caught:
        over(BANKS, *changes)
    found = [fault.found for fault in caught.value.faults]
    assert len(found) == 4
    for name, text in zip(("Nowhere", "Too far", "Inland", "Circle"), found, strict=True):
        assert name in text
    assert {(fault.file, fault.row) for fault in caught.value.faults} == {
        ("road_changes.csv", None)
    }
    with pytest.raises(InputError) as caught:
        over(BANKS, replace(changes[0], file="mine.xlsx", row=7))
    assert [(fault.file, fault.row) for fault in caught.value.faults] == [("mine.xlsx", 7)]


def test_nothing_is_left_when_all_is_closed(over):
    with pytest.raises(InputError, match="every road closed"):
        over(LINE, closed(-1, 36.05, 1, 36.05), closed(-1, 36.2, 1, 36.2))


# -- which pairs are kept ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("within", "nearest", "existing"),
    [
        (10, 2, 1),
        (0, 3, 0),
        (-1, 2, 1),
        (15, 1, 9),
        (0.5, 9, 2),
        (25, 20, 0),
        (1000, 1, 0),
        (0, 1, 3),
    ],
)
def test_pairs_are_those_of_the_whole_table(over, seed, within, nearest, existing):
    """40 points and 9 sites, or 4 points: the searches from points and those from sites agree."""
    draw = np.random.default_rng(seed)
    ways = over(random_layer(seed))
    told = {}
    sites = places_at(over.pack, draw.uniform(0, 0.5, 9), draw.uniform(0, 0.5, 9))
    for count in (40, 4):
        at = draw.uniform(0, 0.5, (2, count))
        at[:, 0] = 0.92, 0.91  # on the island: no way to any site
        points = places_at(over.pack, *at)
        always = np.arange(9) < existing
        wanted = Wanted(within, nearest, always)
        km, minutes = ways.between(points, sites)
        expected = kept_pairs(minutes, km, wanted)
        found = road_pairs(ways.trips(points, sites), wanted, told.__setitem__)
        for name in ("point", "site", "minutes", "km"):
            assert np.array_equal(getattr(found, name), getattr(expected, name))
        assert told
        assert not (found.point == 0).any()
        for point in range(1, count):
            kept = set(found.site[found.point == point].tolist())
            nearby = np.argsort(minutes[point], kind="stable")[:nearest]
            assert kept == {
                *np.flatnonzero(minutes[point] <= within).tolist(),
                *(site for site in nearby.tolist() if np.isfinite(minutes[point, site])),
                *np.flatnonzero(always & np.isfinite(minutes[point])).tolist(),
            }


# -- the model of a pack -------------------------------------------------------------------


def test_a_pack_with_a_road_layer(tmp_path):
    """50 km/h for class A by the planner, 80 by the pack; times of the pack are over the roads."""
    folder = write(tmp_path / "tiny")
    roads = [
        ([(-0.5, 36.5), (-0.5, 37)], {"class": "A"}),
        ([(-0.5, 37), (-0.5, 37.5)], {"class": "gravel"}),
        ([(-0.5, 36.5), (-0.2, 36.2)], {"class": "A"}),
    ]
    roads_file(folder / "roads.geojson", roads)
    toml = folder / "pack.toml"
    gravel = '[travel.class_speed_kmh.gravel]\nvalue = 20\nlow = 15\nhigh = 30\nunit = "km/h"\n'
    gravel += 'source = "s"\nconfidence = "assumption"\n'
    text = toml.read_text().replace('areas = "', 'road_layer = "roads.geojson"\nareas = "')
    toml.write_text(text + gravel)
    pack = read_pack(folder)
    ways = ways_of(pack, "roads")
    travel = travel_times(pack, "roads")
    assert travel.told.model == "roads"
    assert travel.km[0] == pytest.approx([0, DEGREE], rel=1e-3)
    assert travel.minutes[0, 1] == pytest.approx((0.5 / 50 + 0.5 / 20) * DEGREE * 60, rel=1e-3)
    assert travel.site_km[0, 1] == pytest.approx(DEGREE, rel=1e-3)
    assert ways.sources[0] == "roads.geojson"
    assert any("to the nearest roads they could join" in note for note in travel.notes)
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    assert ways.between(points, sites)[1] == pytest.approx(travel.minutes)
    toml.write_text(
        toml.read_text().replace("value = 20", "value = 40").replace("high = 30", "high = 50")
    )
    faster = travel_times(read_pack(folder), "roads")
    assert faster.minutes[0, 1] == pytest.approx((0.5 / 50 + 0.5 / 40) * DEGREE * 60, rel=1e-3)


def test_faults_of_the_layer_stop_the_model(tmp_path):
    folder = write(tmp_path)
    roads_file(folder / "roads.geojson", [([(-0.5, 36.5), (-0.5, 37)], {"class": "unheard of"})])
    pack = replace(read_pack(folder), road_layer=folder / "roads.geojson")
    with pytest.raises(InputError) as caught:
        ways_of(pack, "roads")
    assert caught.value.faults[0].file == "roads.geojson"
    with pytest.raises(InputError):
        ways_of(replace(pack, road_layer=folder / "none.geojson"), "roads")
    with pytest.raises(InputError, match="road_layer"):
        ways_of(replace(pack, road_layer=None), "roads")
