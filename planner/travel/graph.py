"""The fastest ways of a road graph."""

from __future__ import annotations

import numpy as np

from planner.travel.contraction import contracted
from planner.travel.road_graph import Array, Nodes, RoadGraph
from planner.travel.trees import trees

__all__ = ["RoadGraph", "fastest"]


def fastest(
    graph: RoadGraph, sources: Nodes, targets: Nodes, *, within_min: float = np.inf
) -> tuple[Array, Array]:
    """Minutes of the fastest way from each source to each target, and its kilometres.

    The values are those of Dijkstra's method (1959) on the whole graph. Of equally fast ways the
    one with fewest kilometres counts, so the answer depends on nothing but the graph. The graph is
    contracted to the nodes that matter first, and searched from the fewer of sources and targets.

    Args:
        graph: The roads; minutes and kilometres are taken in steps of 1 / 2**32.
        sources: Nodes, shape (n,).
        targets: Nodes, shape (m,).
        within_min: Ways that take longer than this count as none.

    Returns:
        Minutes and kilometres, each (n, m); inf where there is no way.
    """
    core = contracted(graph, np.concatenate([sources, targets]))
    minutes = np.full((sources.size, targets.size), np.inf)
    km = np.full_like(minutes, np.inf)
    backwards = np.unique(targets).size < np.unique(sources).size
    many, few = (sources, targets) if backwards else (targets, sources)
    roots, rows = np.unique(core.place[few], return_inverse=True)
    ends = core.place[many]
    by_root = np.argsort(rows, kind="stable")
    first = np.searchsorted(rows[by_root], np.arange(roots.size + 1))
    for root, tree in enumerate(trees(core, roots, backwards=backwards, within_min=within_min)):
        for row in by_root[first[root] : first[root + 1]]:
            at = (slice(None), row) if backwards else (row, slice(None))
            minutes[at], km[at] = tree.minutes[ends], tree.km[ends]
    return minutes, km
