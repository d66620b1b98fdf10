"""A road graph and its fastest ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

Array = NDArray[np.float64]
Nodes = NDArray[np.int64]
CHUNK_ENTRIES = 4_000_000  # of distances held at once


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Directed edges between nodes.

    Attributes:
        lat: Latitudes of the nodes in degrees, shape (N,); `lon` likewise.
        start: Node where each directed edge starts, shape (E,); `end` likewise.
        km: Length of each directed edge, shape (E,); `minutes` likewise.
    """

    lat: Array
    lon: Array
    start: Nodes
    end: Nodes
    km: Array
    minutes: Array


def fastest(graph: RoadGraph, sources: Nodes, targets: Nodes) -> tuple[Array, Array]:
    """Minutes of the fastest way from each source to each target, and its kilometres.

    Of edges between the same two nodes the fastest counts. Computed in chunks of sources.

    Args:
        graph: The roads.
        sources: Nodes, shape (n,).
        targets: Nodes, shape (m,).

    Returns:
        Minutes and kilometres, each (n, m); inf where there is no way.
    """
    size = graph.lat.size
    order = np.lexsort((graph.km, graph.minutes, graph.end, graph.start))
    start, end = graph.start[order], graph.end[order]
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    kept = order[first & (start != end)]
    keys = graph.start[kept] * size + graph.end[kept]
    edges = csr_matrix(
        (graph.minutes[kept], (graph.start[kept], graph.end[kept])), shape=(size, size)
    )
    minutes = np.empty((sources.size, targets.size))
    km = np.empty_like(minutes)
    rows = max(1, CHUNK_ENTRIES // max(1, size))
    for begin in range(0, sources.size, rows):
        part = slice(begin, begin + rows)
        times, before = dijkstra(edges, indices=sources[part], return_predecessors=True)
        minutes[part] = times[:, targets]
        for row, come_from in enumerate(before, start=begin):
            km[row] = _km_along(come_from, keys, graph.km[kept], size)[targets]
    km[np.isinf(minutes)] = np.inf
    return minutes, km


def _km_along(before: NDArray[np.int32], keys: Nodes, edge_km: Array, size: int) -> Array:
    """Kilometres from the source to every node along its tree, by doubling the steps."""
    nodes = np.arange(size)
    reached = before >= 0
    step = np.where(reached, before, nodes)
    km = np.zeros(size)
    edge = np.searchsorted(keys, step[reached].astype(np.int64) * size + nodes[reached])
    km[reached] = edge_km[edge]
    while True:
        further = step[step]
        if (further == step).all():
            return km
        km = km + km[step]
        step = further
