"""Contracts a road graph to what ways between given nodes need, without changing their lengths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.travel.road_graph import Array, Nodes, RoadGraph, in_steps

_ENOUGH = 0.95  # a round that leaves more of the edges than this is the last


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """A contracted graph; its nodes are numbered so that neighbours are near in memory.

    Attributes:
        size: How many nodes it has.
        start: Node where each directed edge starts, shape (E,), at most one from node to node;
            `end`, `minutes` and `km` likewise.
        place: Node of the core for each node of the graph, shape (N,); -1 where it was left out.
    """

    size: int
    start: Nodes
    end: Nodes
    minutes: Array
    km: Array
    place: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Directed edges sorted by start and end, each pair of nodes once."""

    start: Nodes
    end: Nodes
    minutes: Array
    km: Array

    def only(self, chosen: NDArray[np.bool_]) -> _Edges:
        return _Edges(self.start[chosen], self.end[chosen], self.minutes[chosen], self.km[chosen])


def contracted(graph: RoadGraph, kept: Nodes) -> Core:
    """The graph without dead ends and with a single edge in place of each chain of edges.

    Distances between kept nodes stay as they are: a dead end without a kept node lies on no
    fastest way, and whoever enters a chain leaves it at its other end (where edges are not
    negative). Of edges between the same two nodes the fastest stays, then the shortest.

    Args:
        graph: The roads.
        kept: Nodes that must stay, in any order, some perhaps twice.
    """
    size = graph.lat.size
    number = np.empty(size, dtype=np.int64)  # of each node along a curve through the plane
    number[_along_curve(graph.lat, graph.lon)] = np.arange(size)
    stays = np.zeros(size, dtype=np.bool_)
    stays[number[kept]] = True
    edges = _once(
        number[graph.start],
        number[graph.end],
        in_steps(graph.minutes),
        in_steps(graph.km),
        size,
    )
    while True:
        fewer = _without_chains(_without_dead_ends(edges, stays, size), stays, size)
        is_last = fewer.start.size >= _ENOUGH * edges.start.size
        edges = fewer
        if is_last:
            break
    used = stays.copy()
    used[edges.start] = used[edges.end] = True
    place = np.where(used, np.cumsum(used) - 1, -1)
    return Core(
        int(used.sum()),
        place[edges.start],
        place[edges.end],
        edges.minutes,
        edges.km,
        place[number],
    )


def _along_curve(lat: Array, lon: Array) -> Nodes:
    """The nodes in the order of Morton's curve (1966), which keeps neighbours together."""
    code = np.zeros(lat.size, dtype=np.uint64)
    for shift, axis in enumerate((lon, lat)):
        span = np.ptp(axis) if axis.size else 0.0
        part = ((axis - axis.min()) / span * 65_535 if span else np.zeros(axis.size)).astype(
            np.uint64
        )
        for step, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            part = (part | (part << np.uint64(step))) & np.uint64(mask)
        code |= part << np.uint64(shift)
    return np.argsort(code, kind="stable")


def _once(start: Nodes, end: Nodes, minutes: Array, km: Array, size: int) -> _Edges:
    """Sorted edges without loops; between the same two nodes the fastest, then the shortest."""
    key = start * size + end
    order = np.argsort(key, kind="stable")
    order = order[start[order] != end[order]]
    sorted_key = key[order]
    again = sorted_key[1:] == sorted_key[:-1]
    if again.any():
        order = order[np.lexsort((km[order], minutes[order], sorted_key))]
        order = order[np.concatenate([[True], ~again])]
    return _Edges(start[order], end[order], minutes[order], km[order])


def _paired(edges: _Edges, size: int) -> _Edges:
    """The edges, and for each one-way edge its opposite, which takes for ever."""
    key = edges.start * size + edges.end
    back = edges.end * size + edges.start
    at = np.minimum(np.searchsorted(key, back), max(0, key.size - 1))
    lacks = key[at] != back
    never = np.full(int(lacks.sum()), np.inf)
    return _once(
        np.concatenate([edges.start, edges.end[lacks]]),
        np.concatenate([edges.end, edges.start[lacks]]),
        np.concatenate([edges.minutes, never]),
        np.concatenate([edges.km, never]),
        size,
    )


def _without_dead_ends(edges: _Edges, stays: NDArray[np.bool_], size: int) -> _Edges:
    """Paired edges without the branches that lead to no node that stays."""
    edges = _paired(edges, size)
    while True:
        neighbours = np.bincount(edges.start, minlength=size)
        ends = (neighbours == 1) & ~stays
        gone = ends[edges.start] | ends[edges.end]
        if not gone.any():
            return edges
        edges = edges.only(~gone)


def _without_chains(edges: _Edges, stays: NDArray[np.bool_], size: int) -> _Edges:
    """Edges (paired before) with one for each chain between nodes that have other neighbours.

    All chains are walked at a time, each step twice as long as the one before.
    """
    neighbours = np.bincount(edges.start, minlength=size)
    inner = (neighbours == 2) & ~stays
    first = np.concatenate([[0], np.cumsum(neighbours)])
    opposite = np.searchsorted(edges.start * size + edges.end, edges.end * size + edges.start)
    step = np.arange(edges.start.size)
    goes_on = np.flatnonzero(inner[edges.end])
    leaving = first[edges.end[goes_on]]
    step[goes_on] = np.where(leaving == opposite[goes_on], leaving + 1, leaving)
    minutes = np.where(inner[edges.end], edges.minutes, 0.0)  # up to the last edge of the step
    km = np.where(inner[edges.end], edges.km, 0.0)
    for _ in range(max(1, edges.start.size).bit_length()):  # a ring without a way in has no end
        further = step[step]
        if np.array_equal(further, step):
            break
        minutes, km, step = minutes + minutes[step], km + km[step], further
    heads = np.flatnonzero(~inner[edges.start] & ~inner[edges.end[step]])
    last = step[heads]
    minutes, km = minutes[heads] + edges.minutes[last], km[heads] + edges.km[last]
    open_ = np.isfinite(minutes)
    return _once(edges.start[heads][open_], edges.end[last][open_], minutes[open_], km[open_], size)
