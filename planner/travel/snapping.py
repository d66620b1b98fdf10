"""Where places join the roads, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from planner.pack.faults import listed
from planner.pack.globe import pair_km
from planner.travel.joins import RoadLines
from planner.travel.road_graph import Array
from planner.travel.road_net import NOWHERE, RoadNet, RoadPoints

ON_ROAD_KM = 1e-3  # a place so near to a road or node stands on it, whichever road that is
FAR_KM = 5.0  # a road farther away than this is told, and not preferred because it is a main one
# The longest leg, straight: a long day's walk. Who lives farther from every road of a layer travels
# by a road that the layer does not have, and a straight line would invent it.
MAX_LEG_KM = 25.0
NAMED = 20
_ROUNDING_KM = 1e-6  # a millimetre

MAIN, ONE_WAY, ISLAND = 0, 1, 2  # what part of the roads an edge belongs to
Kinds = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where n places join the roads.

    Attributes:
        points: The nearest points of the roads that they join.
        km: Straight from each place to its point, shape (n,); 0 where it lies on the road.
        kind: The part of the roads the point is on: `MAIN`, `ONE_WAY` or `ISLAND`.
        passed_km: Straight to the nearest road of another part that was passed over for the main
            roads; nan where none was nearer.
        passed_kind: Which part that road is of; `MAIN` where none was nearer.
    """

    points: RoadPoints
    km: Array
    kind: Kinds
    passed_km: Array
    passed_kind: Kinds

    @property
    def is_lost(self) -> NDArray[np.bool_]:
        """Which places are farther than `MAX_LEG_KM` from what they could join: no route."""
        return self.km > MAX_LEG_KM


@dataclass(frozen=True, slots=True, eq=False)
class RoadParts:
    """The main roads, from each of which all others can be reached and left, and the rest.

    Attributes:
        main: The lines of the edges of the main roads, `main_edge` which edges of the layer.
        others: Those of all other open edges; None where there are none.
        other_edge: Which edges they are.
        kind: The part of every edge of the layer, shape (E,): `MAIN`; `ONE_WAY`, joined to the
            main roads but without a way there or without one back; `ISLAND`, not joined to them.
        part_km: Km of the main roads with all that is joined to them, then of each island, the
            longest first.
    """

    main: RoadLines
    main_edge: NDArray[np.int64]
    others: RoadLines | None
    other_edge: NDArray[np.int64]
    kind: Kinds
    part_km: Array

    def count(self, kind: int) -> int:
        """How many open edges are of a part other than the main one."""
        return int((self.kind[self.other_edge] == kind).sum())

    def snap(self, lat: Array, lon: Array) -> Snapped:
        """Joins places to the nearest point of the nearest main road.

        To that of another part where it is nearer and the place stands on it (`ON_ROAD_KM`), or
        the main roads are more than `FAR_KM` away.

        Args:
            lat: Degrees, shape (n,).
            lon: Likewise.
        """
        points, km = nearest(self.main, self.main_edge, lat, lon)
        passed = np.full(km.size, np.nan)
        kind = np.full(km.size, MAIN, dtype=np.int8)
        if self.others is None:
            return Snapped(points, km, kind, passed, kind)
        other, other_km = nearest(self.others, self.other_edge, lat, lon)
        nearer = other_km < km - _ROUNDING_KM
        takes = nearer & ((other_km <= ON_ROAD_KM) | (km > FAR_KM))
        passes = nearer & ~takes
        passed[passes] = other_km[passes]
        other_kind = self.kind[other.edge]
        return Snapped(
            RoadPoints(
                np.where(takes, other.edge, points.edge),
                np.where(takes, other.share, points.share),
            ),
            np.where(takes, other_km, km),
            np.where(takes, other_kind, kind),
            passed,
            np.where(passes, other_kind, kind),
        )


def nearest(
    lines: RoadLines, edge: NDArray[np.int64], lat: Array, lon: Array
) -> tuple[RoadPoints, Array]:
    """The nearest point of some lines to each place, and the straight km to it.

    Within `ON_ROAD_KM` of the end of its line it is that end: who stands on a crossing may take
    every road from there, one-way ones too.

    Args:
        lines: Lines to search, at least one.
        edge: The edge of each.
        lat: Degrees of the places, shape (n,).
        lon: Likewise.
    """
    found = lines.joins(lat, lon, 1)
    share, km = found.share, pair_km(lat, lon, found.lat, found.lon)
    close = np.flatnonzero(km <= ON_ROAD_KM)
    ends = np.round(share[close])
    end_km = pair_km(lat[close], lon[close], *lines.at(found.edge[close], ends))
    on_end = end_km <= ON_ROAD_KM
    share[close[on_end]], km[close[on_end]] = ends[on_end], end_km[on_end]
    return RoadPoints(edge[found.edge], share), np.where(km < _ROUNDING_KM, 0.0, km)


def road_parts(net: RoadNet, lines: RoadLines) -> RoadParts:
    """Parts the open roads into the main ones, those one-way roads cut off, and islands.

    The main roads are the strongly connected part with most kilometres, ferries and links
    included: there is a way from each of its roads to every other, and back. Where no two roads
    are so connected, all are main.

    Args:
        net: The roads.
        lines: The lines of all edges of its layer.
    """
    graph, _ = net.graph_with(NOWHERE)
    size = graph.lat.size
    joined = csr_matrix(
        (np.ones(graph.start.size, dtype=np.int8), (graph.start, graph.end)), shape=(size, size)
    )
    count, part = connected_components(joined, directed=True, connection="strong")
    pieces, piece = connected_components(joined, directed=True, connection="weak")
    layer, is_open = net.layer, net.is_open
    within = is_open & (part[layer.start] == part[layer.end])
    km = np.bincount(part[layer.start[within]], layer.km[within], minlength=count)
    is_main = within & (part[layer.start] == km.argmax()) if within.any() else is_open
    main, others = np.flatnonzero(is_main), np.flatnonzero(is_open & ~is_main)
    own = piece[layer.start]
    kind = np.where(own == own[main[0]], ONE_WAY, ISLAND).astype(np.int8)
    kind[main] = MAIN
    piece_km = np.bincount(own[is_open], layer.km[is_open], minlength=pieces)
    islands = np.sort(np.delete(piece_km, own[main[0]]))[::-1]
    return RoadParts(
        some_lines(lines, main),
        main,
        some_lines(lines, others) if others.size else None,
        others,
        kind,
        np.concatenate([piece_km[own[main[:1]]], islands[islands > 0]]),
    )


def some_lines(lines: RoadLines, edges: NDArray[np.int64]) -> RoadLines:
    """A search tree of some of the lines."""
    if edges.size == lines.lines.size:
        return lines
    chosen = lines.lines[edges]
    return RoadLines(chosen, STRtree(chosen), lines.middle)


# -- what is told of it --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SnappingTold:
    """How far places lie from the roads that they join: straight km.

    Attributes:
        count: How many places.
        median: The middle distance; `p95` is that of the 95th percentile, `worst` the largest.
        worst_name: Whose it is.
        far: Names and km of the places beyond `FAR_KM`, the farthest first.
        lost: Those of `far` beyond `MAX_LEG_KM`, which have no route.
        passed: Names of places for which the road of an island was nearer than the main roads;
            `passed_one_way` where it was a road without a way there or back.
        on_island: Names of places that joined an island; `on_one_way` likewise.
        cut: Names of places whose nearest road was closed by a change.
    """

    count: int
    median: float
    p95: float
    worst: float
    worst_name: str
    far: tuple[tuple[str, float], ...]
    lost: tuple[tuple[str, float], ...]
    passed: tuple[str, ...]
    passed_one_way: tuple[str, ...]
    on_island: tuple[str, ...]
    on_one_way: tuple[str, ...]
    cut: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in words; at most `NAMED` names of each kind."""
        told = [
            (f"From {self.count:,} places to the nearest roads they could join, straight: median"
             f" {self.median:.2f} km, 95th percentile {self.p95:.2f} km, at most"
             f" {self.worst:.2f} km ({self.worst_name}).")
        ]  # fmt: skip
        told += _named(f"Places more than {FAR_KM:g} km from any road", _with_km(self.far))
        told += _named(
            f"Places more than {MAX_LEG_KM:g} km from any road, without a route",
            _with_km(self.lost),
        )
        told += _named(
            "Places whose nearest road is closed, joined to another one if any is within"
            f" {MAX_LEG_KM:g} km",
            self.cut,
        )
        passing = "joined to the main roads all the same"
        told += _named(f"Places nearer to the road of an island, {passing}", self.passed)
        told += _named(
            f"Places nearer to a road with no way from the main roads or none back, {passing}",
            self.passed_one_way,
        )
        staying = f"which they stand on, or the main roads are more than {FAR_KM:g} km away"
        told += _named(f"Places joined to an island, {staying}", self.on_island)
        told += _named(
            f"Places joined to a road with no way from the main roads or none back, {staying}",
            self.on_one_way,
        )
        return tuple(told)


def _named(what: str, names: Sequence[str]) -> list[str]:
    return [f"{what}: {len(names):,}: {listed(names, NAMED)}."] if names else []


def _with_km(places: Sequence[tuple[str, float]]) -> list[str]:
    return [f"{name} ({km:.1f} km)" for name, km in places]


def snapping_told(snapped: Snapped, closed_km: Array, names: Sequence[str]) -> SnappingTold:
    """How far places lie from the roads.

    Args:
        snapped: Where they join them, at least one.
        closed_km: Straight to the nearest road that a change closed, shape (n,); inf: none is.
        names: What the places are called.
    """
    km = snapped.km
    open_km = np.fmin(km, snapped.passed_km)

    def named(which: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(names[at] for at in np.flatnonzero(which).tolist())

    far = tuple(
        (names[at], float(km[at]))
        for at in np.argsort(-km, kind="stable").tolist()
        if km[at] > FAR_KM
    )
    return SnappingTold(
        km.size,
        float(np.median(km)),
        float(np.percentile(km, 95)),
        float(km.max()),
        names[int(km.argmax())],
        far,
        tuple((name, away) for name, away in far if away > MAX_LEG_KM),
        named(snapped.passed_kind == ISLAND),
        named(snapped.passed_kind == ONE_WAY),
        named(snapped.kind == ISLAND),
        named(snapped.kind == ONE_WAY),
        named(closed_km < np.minimum(open_km - _ROUNDING_KM, MAX_LEG_KM)),
    )
