"""The national graph: coarse roads joined with links between neighbouring places."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.errors import InputError
from planner.pack.faults import Findings
from planner.pack.road_layer_file import extent_of_pack, read_road_layer
from planner.pack.types import Pack
from planner.travel.graph import RoadGraph, fastest
from planner.travel.network_changes import Barriers, barriers_of
from planner.travel.network_core import CoreGraph, Figures, core_of
from planner.travel.network_islands import crossing_note
from planner.travel.network_leaves import Leaves, between_leaves, leaves_of
from planner.travel.obstacles import Obstacles, obstacles_of
from planner.travel.places import Places, places_of

KEPT_PAIRS = 1_000_000  # 16 MB
Array = NDArray[np.float64]
Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkWays:
    """The fastest ways of the national graph; as long there as back."""

    figures: Figures
    core: CoreGraph
    barriers: Barriers
    sources: tuple[str, ...]
    notes: tuple[str, ...]

    def between(self, start: Places, end: Places) -> tuple[Array, Array]:
        """Kilometres and minutes, each (n, m).

        Towns and demand points are nodes. Any other place is a leaf: no way leads through it, so
        that it changes no distance between others.
        """
        if len(start) > len(end):
            km, minutes = self.between(end, start)
            return km.T, minutes.T
        if len(start) * len(end) > KEPT_PAIRS:
            return self.measured(start.north, start.east, end.north, end.east)
        axes = (start.north, start.east, end.north, end.east)
        return _kept(self, *(axis.tobytes() for axis in axes))

    def measured(self, *axes: Array) -> tuple[Array, Array]:
        """As `between`, from latitudes and longitudes of starts and ends."""
        start, end = (np.column_stack(axes[at : at + 2]) for at in (0, 2))
        size = self.core.graph.lat.size
        given = self.core, self.figures, self.barriers
        source, leaves = _placed(*given, start, size)
        target, others = _placed(*given, end, size + leaves.lat.size)
        one, other, km, minutes = between_leaves(leaves, others, *given)
        core = self.core.graph
        graph = RoadGraph(
            np.concatenate([core.lat, leaves.lat, others.lat]),
            np.concatenate([core.lon, leaves.lon, others.lon]),
            np.concatenate([core.start, size + leaves.leaf, others.node, size + one]),
            np.concatenate(
                [
                    core.end,
                    leaves.node,
                    size + leaves.lat.size + others.leaf,
                    size + leaves.lat.size + other,
                ]
            ),
            np.concatenate([core.km, leaves.km, others.km, km]),
            np.concatenate([core.minutes, leaves.minutes, others.minutes, minutes]),
        )
        sources, source_of = np.unique(source, return_inverse=True)
        targets, target_of = np.unique(target, return_inverse=True)
        minutes, km = fastest(graph, sources, targets)
        shown = np.ix_(source_of, target_of)
        same = (start[:, None] == end).all(axis=2)
        return np.where(same, 0.0, km[shown]), np.where(same, 0.0, minutes[shown])


@lru_cache(maxsize=8)  # questions of one plan ask again and again
def _kept(ways: NetworkWays, *axes: bytes) -> tuple[Array, Array]:
    tables = ways.measured(*(np.frombuffer(axis) for axis in axes))
    for table in tables:
        table.setflags(write=False)
    return tables


def _placed(
    core: CoreGraph, figures: Figures, barriers: Barriers, at: Array, first: int
) -> tuple[Nodes, Leaves]:
    """The node of each place, and the leaves among them, whose nodes begin at `first`.

    `at` are latitudes and longitudes, shape (n, 2).
    """
    different, which = np.unique(at, axis=0, return_inverse=True)
    node = core.nodes_at(different[:, 0], different[:, 1])
    leaf = node < 0
    node[leaf] = first + np.arange(int(leaf.sum()))
    leaves = leaves_of(core, figures, barriers, different[leaf, 0], different[leaf, 1])
    return node[which.ravel()], leaves


def network_ways(pack: Pack) -> NetworkWays:
    """The national graph of a pack.

    Raises:
        InputError: The coarse roads or the lakes cannot be read.
        ValueError: The pack names no coarse roads.
    """
    if pack.roads is None:
        raise ValueError("ways_of refuses a pack without coarse roads")
    travel, stamp, obstacles = pack.travel, pack.roads.stat(), obstacles_of(pack)
    entries = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    key = (
        (pack.roads, stamp.st_mtime_ns, stamp.st_size, obstacles, pack.areas, pack.towns),
        pack.road_changes,
        pack.as_filed,
        (travel.link_circuity or travel.circuity, travel.road_factor, travel.slow_areas),
        (travel.speed_kmh.value, travel.speed_slow_kmh.value),
        *((e.north.tobytes(), e.east.tobytes(), e.slow.tobytes(), e.names) for e in entries),
    )
    return _made(_Asked(key, pack, pack.roads, obstacles))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A pack, the same as another where all that the national graph follows from is the same."""

    key: tuple[object, ...]
    pack: Pack = field(compare=False)
    roads: Path = field(compare=False)
    obstacles: Obstacles = field(compare=False)


@lru_cache(maxsize=4)
def _made(asked: _Asked) -> NetworkWays:
    pack, travel = asked.pack, asked.pack.travel
    barriers = barriers_of(asked.obstacles, pack.road_changes)
    link = travel.link_circuity or travel.circuity
    factor = travel.road_factor
    figures = Figures(pack, link.value, 1.0 if factor is None else factor.value)
    findings = Findings()
    layer = read_road_layer(
        asked.roads,
        {},
        findings,
        extent_of_pack(pack),
        needs_speed=False,
        as_filed=pack.as_filed,
    )
    if layer is None:
        raise InputError(findings.faults)
    core = core_of(figures, layer, barriers)
    marks = [link.mark, *(() if factor is None else (factor.mark,))]
    marks += [change.mark for change in pack.road_changes]
    sources = [layer.mark.source or layer.file, *(mark.source for mark in marks if mark.source)]
    # The layer's own notes speak of roads alone; links join what they leave apart.
    told = core.notes + _crossed_sites(core, figures, barriers, places_of(pack, pack.sites))
    return NetworkWays(figures, core, barriers, tuple(dict.fromkeys(sources)), told)


def _crossed_sites(
    core: CoreGraph, figures: Figures, barriers: Barriers, sites: Places
) -> tuple[str, ...]:
    """What to tell of sites that nothing but a crossing joins."""
    size = core.graph.lat.size
    at = np.column_stack([sites.north, sites.east])
    node, leaves = _placed(core, figures, barriers, at, size)
    crossed = np.append(leaves.crossed_km, np.nan)[np.where(node < size, -1, node - size)]
    return tuple(
        crossing_note(crossed[at], [sites.names[at]]) for at in np.flatnonzero(~np.isnan(crossed))
    )
