"""The fastest ways from one node of a contracted graph to all others, tree by tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from planner.travel.contraction import Core
from planner.travel.road_graph import Array, Nodes

CHUNK_ENTRIES = 4_000_000  # of distances held at once


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Minutes from the root to every node of the core, and km along the fastest way; inf: none."""

    minutes: Array
    km: Array


def trees(
    core: Core, roots: Nodes, *, backwards: bool = False, within_min: float = np.inf
) -> Iterator[Tree]:
    """A tree for each root, in their order.

    Of equally fast ways the one with fewest kilometres counts.

    Args:
        core: A contracted graph.
        roots: Its nodes, shape (R,).
        backwards: Whether the ways lead to the root instead of away from it.
        within_min: How far to search.
    """
    start, end = (core.end, core.start) if backwards else (core.start, core.end)
    order = np.argsort(end, kind="stable")
    into = _Into(
        start[order],
        end[order],
        core.minutes[order],
        core.km[order],
        np.searchsorted(end[order], np.arange(core.size + 1)),
        np.empty(core.size, dtype=np.int64),
    )
    edges = csr_matrix((core.minutes, (start, end)), shape=(core.size, core.size))
    rows = max(1, CHUNK_ENTRIES // max(1, core.size))
    for begin in range(0, roots.size, rows):
        times, before = dijkstra(
            edges,
            indices=roots[begin : begin + rows],
            return_predecessors=True,
            limit=within_min,
        )
        for minutes, come_from in zip(times, before, strict=True):
            yield Tree(minutes, _km_along(into, minutes, come_from))


@dataclass(frozen=True, slots=True, eq=False)
class _Into:
    """Edges sorted by where they end; those into node n start at `first[n]`."""

    start: Nodes
    end: Nodes
    minutes: Array
    km: Array
    first: Nodes
    local: Nodes  # room for the number of each node among those that were reached


def _km_along(into: _Into, minutes: Array, before: NDArray[np.int32]) -> Array:
    """Kilometres from the root along the tree; among equally fast ways the shortest."""
    reached = np.flatnonzero(np.isfinite(minutes))
    into.local[reached] = np.arange(reached.size)
    count = into.first[reached + 1] - into.first[reached]
    begin = into.first[reached] - (np.cumsum(count) - count)
    edge = np.repeat(begin, count) + np.arange(count.sum())
    tail, head = into.start[edge], into.end[edge]
    in_tree = before[head] == tail
    step = np.arange(reached.size)
    last_km = np.zeros(reached.size)
    step[into.local[head[in_tree]]] = into.local[tail[in_tree]]
    last_km[into.local[head[in_tree]]] = into.km[edge[in_tree]]
    along = _summed(step, last_km)
    tight = minutes[tail] + into.minutes[edge] == minutes[head]
    if (tight & ~in_tree).any():
        edge = edge[tight]
        tail, head = into.local[tail[tight]], into.local[head[tight]]
        along = _shortest(step, last_km, along, (tail, head, into.km[edge]))
    km = np.full(minutes.size, np.inf)
    km[reached] = along
    return km


def _shortest(
    step: Nodes, last_km: Array, along: Array, tight: tuple[Nodes, Nodes, Array]
) -> Array:
    """Kilometres where a node is come to by whichever of the equally fast edges is shorter.

    A node changes only for what is truly shorter, so edges of no length make no circle.
    """
    tail, head, edge_km = tight
    while True:
        offered = along[tail] + edge_km
        better = np.flatnonzero(offered < along[head])
        if not better.size:
            return along
        better = better[np.argsort(-offered[better], kind="stable")]  # the least is written last
        step[head[better]], last_km[head[better]] = tail[better], edge_km[better]
        along = _summed(step, last_km)


def _summed(step: Nodes, last_km: Array) -> Array:
    """What each node adds up to along its way to the root, by doubling the steps."""
    along = last_km
    while True:
        further = step[step]
        if np.array_equal(further, step):
            return along
        along = along + along[step]
        step = further
