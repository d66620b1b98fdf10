"""Edges hold the same ways as the segments that they were cut from, counted by another library."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.pack.globe import pair_km
from planner.pack.road_cut import cut_lines, measured_km, place_keys

PLACES = st.tuples(st.integers(0, 4), st.integers(0, 4))
LINES = st.lists(st.lists(PLACES, min_size=1, max_size=6), min_size=1, max_size=8)


def arrays(lines):
    xy = np.array([place for line in lines for place in line], dtype=np.float64) / 10
    begin = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    return xy, begin


def km_of(a, b):
    return float(pair_km(a[1] / 10, a[0] / 10, b[1] / 10, b[0] / 10))


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_cutting_keeps_every_way_and_its_length(lines):
    xy, begin = arrays(lines)
    cut = cut_lines(xy, begin)
    lone = {each for at in cut.loops for each in lines[at]}
    segments = nx.Graph()
    for at, line in enumerate(lines):
        if at not in cut.loops:
            segments.add_edges_from(
                (a, b, {"km": km_of(a, b)}) for a, b in pairwise(line) if a != b
            )
    edges = nx.MultiGraph()
    names = [tuple(np.rint(place * 10).astype(int).tolist()) for place in cut.node_xy]
    for start, end, km in zip(cut.start, cut.end, cut.km, strict=True):
        assert start != end
        edges.add_edge(names[start], names[end], km=km)
    assert not lone & set(segments)  # a loop is only left out where nothing touches it
    measured = measured_km(xy, begin)
    dropped = measured[cut.loops].sum()
    assert cut.km.sum() == pytest.approx(measured.sum() - dropped)
    for name in edges:
        ways = nx.single_source_dijkstra_path_length(segments, name, weight="km")
        found = nx.single_source_dijkstra_path_length(edges, name, weight="km")
        assert found == pytest.approx({each: ways[each] for each in edges if each in ways})
    size = np.diff(cut.begin)
    assert size.min(initial=2) >= 2
    first, last = cut.xy[cut.begin[:-1]], cut.xy[cut.begin[1:] - 1]
    assert (place_keys(first) == place_keys(cut.node_xy[cut.start])).all()
    assert (place_keys(last) == place_keys(cut.node_xy[cut.end])).all()


def test_lines_of_one_place_have_no_edge():
    cut = cut_lines(*arrays([[(0, 0), (0, 0)], [(1, 1)], [(0, 0), (1, 0)]]))
    assert (cut.points.tolist(), cut.line.tolist()) == ([0, 1], [2])
