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

FAR_KM = 5.0  # a road farther away than this is told, and not preferred because it is a main one
NAMED = 20
_ON_IT_KM = 1e-6  # a millimetre: what is below is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where n places join the roads.

    Attributes:
        points: The nearest points of the roads that they join.
        km: Straight from each place to its point, shape (n,); 0 where it lies on the road.
        passed_km: Straight to the nearest road of an island that was passed over for the main
            roads; nan where none was nearer.
        on_island: Whether the point is on an island.
    """

    points: RoadPoints
    km: Array
    passed_km: Array
    on_island: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class MainAndIslands:
    """The main roads, from each of which all others can be reached and left, and the rest.

    Attributes:
        main: The lines of the edges of the main roads, `main_edge` which edges of the layer.
        islands: Those of all other open edges; None where there are none.
        island_edge: Which edges they are.
    """

    main: RoadLines
    main_edge: NDArray[np.int64]
    islands: RoadLines | None
    island_edge: NDArray[np.int64]

    def snap(self, lat: Array, lon: Array) -> Snapped:
        """Joins places to the nearest point of the nearest main road.

        To that of an island only where the island is nearer and the main roads are more than
        `FAR_KM` away.

        Args:
            lat: Degrees, shape (n,).
            lon: Likewise.
        """
        points, km = nearest(self.main, self.main_edge, lat, lon)
        passed = np.full(km.size, np.nan)
        if self.islands is None:
            return Snapped(points, km, passed, np.zeros(km.size, dtype=np.bool_))
        other, other_km = nearest(self.islands, self.island_edge, lat, lon)
        nearer = other_km < km
        on_island = nearer & (km > FAR_KM)
        passed[nearer & ~on_island] = other_km[nearer & ~on_island]
        return Snapped(
            RoadPoints(
                np.where(on_island, other.edge, points.edge),
                np.where(on_island, other.share, points.share),
            ),
            np.where(on_island, other_km, km),
            passed,
            on_island,
        )


def nearest(
    lines: RoadLines, edge: NDArray[np.int64], lat: Array, lon: Array
) -> tuple[RoadPoints, Array]:
    """The nearest point of some lines to each place, and the straight km to it.

    Args:
        lines: Lines to search, at least one.
        edge: The edge of each.
        lat: Degrees of the places, shape (n,).
        lon: Likewise.
    """
    found = lines.joins(lat, lon, 1)
    km = pair_km(lat, lon, found.lat, found.lon)
    return RoadPoints(edge[found.edge], found.share), np.where(km < _ON_IT_KM, 0.0, km)


def main_and_islands(net: RoadNet, lines: RoadLines) -> MainAndIslands:
    """Parts the open roads into the main ones and the rest.

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
    layer, is_open = net.layer, net.is_open
    within = is_open & (part[layer.start] == part[layer.end])
    km = np.bincount(part[layer.start[within]], layer.km[within], minlength=count)
    is_main = within & (part[layer.start] == km.argmax()) if within.any() else is_open
    others = np.flatnonzero(is_open & ~is_main)
    return MainAndIslands(
        some_lines(lines, np.flatnonzero(is_main)),
        np.flatnonzero(is_main),
        some_lines(lines, others) if others.size else None,
        others,
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
        passed: Names of places for which the road of an island was nearer than the main roads.
        on_island: Names of places that joined an island.
    """

    count: int
    median: float
    p95: float
    worst: float
    worst_name: str
    far: tuple[tuple[str, float], ...]
    passed: tuple[str, ...]
    on_island: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in words; at most `NAMED` names of each kind."""
        told = [
            (f"From {self.count:,} places to the roads they join, straight: median"
             f" {self.median:.2f} km, 95th percentile {self.p95:.2f} km, at most"
             f" {self.worst:.2f} km ({self.worst_name}).")
        ]  # fmt: skip
        if self.far:
            named = [f"{name} ({km:.1f} km)" for name, km in self.far]
            told.append(
                f"Places more than {FAR_KM:g} km from any road they could join:"
                f" {len(named):,}: {listed(named, NAMED)}."
            )
        if self.passed:
            told.append(
                f"Places nearer to the road of an island, joined to the main roads all the same:"
                f" {len(self.passed):,}: {listed(self.passed, NAMED)}."
            )
        if self.on_island:
            told.append(
                f"Places joined to an island, as the main roads are more than {FAR_KM:g} km away:"
                f" {len(self.on_island):,}: {listed(self.on_island, NAMED)}."
            )
        return tuple(told)


def snapping_told(snapped: Snapped, names: Sequence[str]) -> SnappingTold:
    """How far places lie from the roads.

    Args:
        snapped: Where they join them, at least one.
        names: What the places are called.
    """
    km = snapped.km
    order = np.argsort(-km, kind="stable")
    return SnappingTold(
        km.size,
        float(np.median(km)),
        float(np.percentile(km, 95)),
        float(km.max()),
        names[int(order[0])],
        tuple((names[at], float(km[at])) for at in order.tolist() if km[at] > FAR_KM),
        tuple(names[at] for at in np.flatnonzero(~np.isnan(snapped.passed_km)).tolist()),
        tuple(names[at] for at in np.flatnonzero(snapped.on_island).tolist()),
    )
