"""The shortest way round obstacles, against one worked by hand and against another method."""

import networkx as nx
import numpy as np
import pytest
import shapely
from numpy.random import default_rng

from planner.pack.globe import pair_km
from planner.travel.great_circle import great_circle_km
from planner.travel.led_round import ways_round
from planner.travel.obstacles import Obstacles, Plane
from planner.travel.sight import edges_of, seen_from

PLANE = Plane(1.0, 37.0)
SIDE_KM = 500.0


def obstacles(*outlines) -> Obstacles:
    return Obstacles(PLANE, shapely.union_all(outlines))


def degrees(places):
    return PLANE.degrees(np.asarray(places, dtype=float))


def star(rng, middle, size, corners):
    """A polygon whose corners lie at uneven distances from its middle: concave as a rule."""
    turns = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = rng.uniform(0.25, 1.0, corners) * size
    return shapely.Polygon(
        np.asarray(middle) + reach[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
    ).buffer(0)


def ground(seed):
    """Some concave obstacles, and places outside of them."""
    rng = default_rng(seed)
    shapes = [star(rng, rng.uniform(50, 450, 2), 110, rng.integers(5, 12)) for _ in range(5)]
    # A bay with a narrow mouth: the way out bends more than once.
    bay = shapely.Point(250, 250).buffer(90, 6) - shapely.Point(250, 250).buffer(70, 6)
    turn = rng.uniform(0, 2 * np.pi)
    mouth = shapely.LineString([(250, 250), (250 + 99 * np.cos(turn), 250 + 99 * np.sin(turn))])
    whole = obstacles(*shapes, bay - mouth.buffer(8))
    places = rng.uniform(0, SIDE_KM, (120, 2))
    places = places[~shapely.intersects_xy(whole.outline.buffer(0.01), places)]
    free = shapely.box(-50, -50, 550, 550) - whole.outline
    outer = max(shapely.get_parts(free), key=lambda part: part.area)
    return whole, places[shapely.intersects_xy(outer, places)][:30]


def by_networkx(whole, places):
    """A visibility graph over all corners, with lines tested by the geometry library alone."""
    corners = np.unique(shapely.get_coordinates(whole.outline), axis=0)
    at = np.concatenate([places, corners])
    one, other = np.triu_indices(len(at), 1)
    lines = shapely.linestrings(np.stack([at[one], at[other]], axis=1))
    clear = ~shapely.relate_pattern(lines, whole.outline, "T********")
    graph = nx.Graph()
    graph.add_nodes_from(range(len(at)))
    lat, lon = degrees(at)
    for i, j in zip(one[clear], other[clear], strict=True):
        graph.add_edge(i, j, weight=float(pair_km(lat[i], lon[i], lat[j], lon[j])))
    far = dict(nx.all_pairs_dijkstra_path_length(graph))
    n = len(places)
    return np.array([[far[i].get(j, np.inf) for j in range(n)] for i in range(n)])


@pytest.mark.parametrize("seed", range(6))
def test_against_another_method_on_concave_obstacles(seed):
    whole, places = ground(seed)
    assert len(places) > 15
    lat, lon = degrees(places)
    km = ways_round(whole).between(lat, lon, lat, lon)
    assert km == pytest.approx(by_networkx(whole, places), rel=1e-6, abs=1e-6)
    straight = great_circle_km(lat, lon, lat, lon)
    assert (km >= straight).all()
    led = km > straight
    assert 0.1 < led.mean() < 0.9
    n = len(places)
    crossed = whole.crosses(np.repeat(lat, n), np.repeat(lon, n), np.tile(lat, n), np.tile(lon, n))
    assert (led == crossed.reshape(n, n)).all()
    assert km == pytest.approx(km.T, abs=1e-9)
    through = (km[:, :, None] + km[None, :, :]).min(axis=1)  # by way of any other place
    assert (km <= through + 1e-9).all()


def test_a_wall_by_hand():
    """A wall from (0, -40) to (2, 30): the way from (-30, 0) to (32, 0) bends at its north end."""
    whole = obstacles(shapely.box(0, -40, 2, 30))
    lat, lon = degrees([(-30, 0), (32, 0), (0, 30), (2, 30), (30, 60)])
    km = ways_round(whole).between(lat[:1], lon[:1], lat[1:], lon[1:])
    leg = [float(pair_km(lat[i], lon[i], lat[j], lon[j])) for i, j in ((0, 2), (2, 3), (3, 1))]
    assert leg == pytest.approx([np.hypot(30, 30), 2, np.hypot(30, 30)], rel=1e-4)
    assert km[0, 0] == pytest.approx(sum(leg), rel=1e-12)
    assert km[0, 1] == pytest.approx(leg[0], rel=1e-12)  # to the corner itself: straight
    assert km[0, 3] == pytest.approx(float(pair_km(lat[0], lon[0], lat[4], lon[4])), rel=1e-12)


def test_places_in_an_obstacle_leave_it_by_the_nearest_edge():
    """5 km from the west, 15 km from the east; what is within those 5 km is reached straight."""
    whole = obstacles(shapely.box(0, -100, 20, 100))
    lat, lon = degrees([(5, 0), (0, 0), (-10, 0), (30, 0), (5, 4), (5, 0)])
    km = ways_round(whole).between(lat[:1], lon[:1], lat[1:], lon[1:])[0]
    assert km[:2] == pytest.approx([5, 15], rel=1e-3)
    round_the_end = 5 + 100 + 20 + np.hypot(10, 100)
    assert km[2] == pytest.approx(round_the_end, rel=1e-3)
    assert km[3] == pytest.approx(4, rel=1e-3)
    assert km[4] == 0


def test_where_there_is_no_way_round_the_straight_line_stands():
    ring = shapely.Point(0, 0).buffer(50, 8) - shapely.Point(0, 0).buffer(40, 8)
    whole = obstacles(ring)
    lat, lon = degrees([(0, 0), (70, 0)])
    km = ways_round(whole).between(lat[:1], lon[:1], lat[1:], lon[1:])
    assert km == great_circle_km(lat[:1], lon[:1], lat[1:], lon[1:])
    beyond = ways_round(whole).between(lat[:1], lon[:1], [-1.0], [-143.0])
    assert beyond == great_circle_km(lat[:1], lon[:1], [-1.0], [-143.0])


def test_no_places_and_no_corners():
    whole = obstacles(shapely.box(0, 0, 10, 10))
    assert ways_round(whole).between([], [], [1.0], [37.0]).shape == (0, 1)
    assert ways_round(obstacles(shapely.Polygon())).between([1.0], [37.0], [1.0], [37.0]) == 0


def test_what_is_seen_agrees_with_the_geometry_library():
    rng = default_rng(7)
    whole, places = ground(9)
    targets = rng.uniform(0, SIDE_KM, (4000, 2))
    edges = edges_of(whole.core)
    shapely.prepare(core := whole.core)
    for source in places[:8]:
        lines = shapely.linestrings(np.stack([np.tile(source, (4000, 1)), targets], axis=1))
        seen = seen_from(source, edges, targets)
        assert (seen == ~shapely.intersects(core, lines)).all()
        assert 0.05 < seen.mean() < 0.95
