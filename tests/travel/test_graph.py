"""The fastest ways of road graphs against another program's Dijkstra, and worked by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.travel import trees
from planner.travel.contraction import contracted
from planner.travel.graph import RoadGraph, fastest
from planner.travel.road_graph import in_steps


def graph(nodes, edges, places=None):
    """A graph of rows: start, end, minutes, km (as many as minutes where left out)."""
    rows = [(*row, row[2])[:4] for row in edges]
    start, end, minutes, km = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    lat, lon = np.array(places if places is not None else [(0, n) for n in range(nodes)]).T
    both = start.astype(np.int64), end.astype(np.int64)
    return RoadGraph(lat.astype(float), lon.astype(float), *both, km.copy(), minutes.copy())


def both_ways(*edges):
    return [each for edge in edges for each in (edge, (edge[1], edge[0], *edge[2:]))]


def by_networkx(roads, sources, targets):
    """Minutes, and the fewest km among the fastest ways: shortest over the edges they use."""
    minutes, km = in_steps(roads.minutes), in_steps(roads.km)
    every = nx.MultiDiGraph()
    every.add_nodes_from(range(roads.lat.size))
    for edge in zip(roads.start.tolist(), roads.end.tolist(), minutes, km, strict=True):
        every.add_edge(edge[0], edge[1], minutes=edge[2], km=edge[3])
    told = np.full((2, len(sources), len(targets)), np.inf)
    for i, source in enumerate(sources):
        time = nx.single_source_dijkstra_path_length(every, source, weight="minutes")
        used = nx.MultiDiGraph()
        used.add_nodes_from(time)
        for a, b, each in every.edges(data=True):
            if a in time and time[a] + each["minutes"] == time[b]:
                used.add_edge(a, b, km=each["km"])
        far = nx.single_source_dijkstra_path_length(used, source, weight="km")
        for j, target in enumerate(targets):
            if target in time:
                told[:, i, j] = time[target], far[target]
    return told


def agrees(roads, sources, targets):
    sources, targets = np.array(sources), np.array(targets)
    found = np.array(fastest(roads, sources, targets))
    assert np.array_equal(found, by_networkx(roads, sources.tolist(), targets.tolist()))


@st.composite
def asked(draw):
    """A graph with ways there, back and both, ties, edges of no length, chains and islands."""
    nodes = draw(st.integers(1, 14))
    node = st.integers(0, nodes - 1)
    length = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 1 / 3])
    edges = draw(st.lists(st.tuples(node, node, length, length), max_size=40))
    if draw(st.booleans()):
        edges = both_ways(*edges)
    chain = draw(st.lists(length, max_size=6))
    edges += both_ways(*((n, n + 1, long) for n, long in enumerate(chain, start=nodes - 1)))
    nodes += len(chain)
    places = draw(
        st.lists(st.tuples(st.floats(-1, 1), st.floats(30, 32)), min_size=nodes, max_size=nodes)
    )
    some = st.lists(st.integers(0, nodes - 1), min_size=1, max_size=5)
    return graph(nodes, edges, places), draw(some), draw(some)


@settings(max_examples=300, deadline=None)
@given(asked())
def test_as_dijkstra_on_any_graph(case):
    agrees(*case)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("directed", [True, False])
def test_as_dijkstra_on_larger_graphs(seed, directed):
    """300 nodes: too few edges to join all, so with islands, dead ends and long chains."""
    draw = np.random.default_rng(seed)
    count = 330
    ends = draw.integers(0, 300, (count, 2))
    rows = [
        (*map(int, pair), *map(float, cost))
        for pair, cost in zip(ends, draw.uniform(0.1, 90, (count, 2)), strict=True)
    ]
    roads = graph(300, rows if directed else both_ways(*rows), draw.uniform(-5, 5, (300, 2)))
    agrees(roads, draw.integers(0, 300, 12), draw.integers(0, 300, 9))
    agrees(roads, draw.integers(0, 300, 3), draw.integers(0, 300, 30))


@pytest.mark.parametrize("seed", range(3))
def test_equally_fast_ways_of_a_grid(seed):
    """On a grid of equal minutes nearly every way has rivals; the fewest kilometres count."""
    draw = np.random.default_rng(seed)
    wide = 12
    at = np.arange(wide * wide).reshape(wide, wide)
    pairs = np.vstack(
        [
            np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]),
            np.column_stack([at[:-1].ravel(), at[1:].ravel()]),
        ]
    )
    rows = [(int(a), int(b), 0.1, float(draw.integers(1, 9))) for a, b in pairs]
    places = np.argwhere(at >= 0)
    agrees(graph(wide * wide, both_ways(*rows), places), [0, 77, 5], [143, 0, 66, 11])


# -- by hand -------------------------------------------------------------------------------


def test_the_fastest_way_is_not_the_shortest():
    """0-2: 10 km of track in 60 minutes, or 30 km of road by way of 1 in 30 minutes."""
    roads = graph(3, both_ways((0, 2, 60, 10), (0, 1, 10, 12), (1, 2, 20, 18)))
    minutes, km = fastest(roads, np.array([0]), np.array([2, 1, 0]))
    assert minutes.tolist() == [[30, 10, 0]]
    assert km.tolist() == [[30, 12, 0]]


def test_of_equally_fast_ways_the_shorter_counts():
    """0-3 in 20 minutes by way of 1 (25 km) or 2 (24 km); two roads lead from 2 to 3."""
    roads = graph(4, [(0, 1, 5, 20), (1, 3, 15, 5), (0, 2, 10, 4), (2, 3, 10, 21), (2, 3, 10, 20)])
    minutes, km = fastest(roads, np.array([0]), np.array([3]))
    assert (minutes.item(), km.item()) == (20, 24)


def test_one_way_roads_and_islands():
    roads = graph(5, [(0, 1, 3), (1, 2, 4), (2, 0, 5), (3, 4, 1)])
    minutes, _ = fastest(roads, np.array([0, 2, 3]), np.array([0, 2, 4]))
    none = np.inf
    assert minutes.tolist() == [[0, 7, none], [5, 0, none], [none, none, 1]]


def test_edges_of_no_length_make_no_circle():
    roads = graph(4, both_ways((0, 1, 0, 0), (1, 2, 0, 0), (2, 0, 0, 0), (2, 3, 0, 7)))
    minutes, km = fastest(roads, np.array([3]), np.array([0, 1, 2, 3]))
    assert minutes.tolist() == [[0, 0, 0, 0]]
    assert km.tolist() == [[7, 7, 7, 0]]


def test_a_ring_that_nothing_leads_to_and_a_ring_on_a_stalk():
    ring = [(2, 3, 1), (3, 4, 1), (4, 2, 1)]
    alone = graph(5, both_ways((0, 1, 9), *ring))
    on_a_stalk = graph(5, both_ways((0, 1, 9), (1, 2, 1), *ring))
    for roads in (alone, on_a_stalk):
        minutes, _ = fastest(roads, np.array([0]), np.array([1]))
        assert minutes.item() == 9
        agrees(roads, [0, 3], [1, 4])


def test_no_edges_and_no_places():
    roads = graph(2, [])
    minutes, km = fastest(roads, np.array([0, 1]), np.array([1]))
    assert minutes.tolist() == km.tolist() == [[np.inf], [0]]
    none = np.array([], dtype=np.int64)
    assert fastest(roads, none, np.array([1]))[0].shape == (0, 1)
    assert fastest(roads, np.array([1]), none)[1].shape == (1, 0)


def test_a_limit_leaves_out_what_is_farther():
    roads = graph(4, both_ways((0, 1, 5), (1, 2, 5), (2, 3, 0.25)))
    for sources, targets in (([0], [1, 2, 3]), ([1, 2, 3], [0])):
        minutes, km = fastest(roads, np.array(sources), np.array(targets), within_min=10)
        assert minutes.ravel().tolist() == km.ravel().tolist() == [5, 10, np.inf]


# -- contraction ---------------------------------------------------------------------------


def test_chains_and_dead_ends_are_contracted():
    """A road of a hundred pieces with a side road of three at its middle: one edge each way."""
    rows = both_ways(
        *((n, n + 1, 1.0, 2.0) for n in range(100)), (50, 101, 1), (101, 102, 1), (102, 103, 1)
    )
    core = contracted(graph(104, rows), np.array([0, 100]))
    assert core.size == 2
    assert (core.place >= 0).sum() == 2
    assert sorted(zip(core.start.tolist(), core.end.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert core.minutes.tolist() == [100, 100]
    assert core.km.tolist() == [200, 200]
    assert contracted(graph(104, rows), np.array([0, 100, 103])).size == 4


def test_a_chain_with_a_one_way_piece_leads_one_way():
    rows = [*both_ways((0, 1, 1), (2, 3, 1)), (1, 2, 1)]
    core = contracted(graph(4, rows), np.array([0, 3]))
    assert core.minutes.tolist() == [3]
    assert (core.start.item(), core.end.item()) == (core.place[0], core.place[3])


def test_pieces_add_up_exactly_in_any_order():
    """A third of a minute is rounded once: sums are the same whatever is contracted."""
    pieces = in_steps(np.full(1000, 1 / 3))
    assert pieces.cumsum()[-1] == pieces[0] * 1000 == pieces.sum()
    assert pieces[0] == pytest.approx(1 / 3, abs=2.0**-33)


def test_chunks_change_nothing(monkeypatch):
    draw = np.random.default_rng(4)
    rows = [(*map(int, draw.integers(0, 80, 2)), float(draw.uniform(1, 9))) for _ in range(200)]
    roads = graph(80, both_ways(*rows))
    asked_for = draw.integers(0, 80, 20), draw.integers(0, 80, 30)
    whole = fastest(roads, *asked_for)
    monkeypatch.setattr(trees, "CHUNK_ENTRIES", 1)
    assert np.array_equal(whole, fastest(roads, *asked_for))
