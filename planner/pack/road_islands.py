"""How the edges of a road layer hang together: islands, traps, crossings that join nothing."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from planner.pack.road_told import RoadTold, km_text
from planner.pack.travel_types import RoadLayer

_MOST_LISTED = 5
_MOST_CHECKED = 50_000  # edges that are looked at for crossings; of more a sample
_TOUCHING_DEGREES = 1e-5  # an end so near to another road, about a metre, was meant to meet it


def tell_islands(layer: RoadLayer, told: RoadTold) -> int:
    """How many islands the roads fall into; more than one are told, with a place of each."""
    count, island = _components(layer, layer.start, layer.end, "weak")
    if count > 1:
        size = np.bincount(island[layer.start], layer.km, minlength=count)
        order = np.argsort(-size, kind="stable")
        _, first = np.unique(island, return_index=True)
        named = [
            f"{km_text(float(size[at]))} at {_place(layer, int(first[at]))}"
            for at in order[1 : _MOST_LISTED + 1].tolist()
        ]
        rest = order[_MOST_LISTED + 1 :]
        if rest.size:
            named.append(f"{rest.size:,} more of together {km_text(float(size[rest].sum()))}")
        told.note(
            f"The roads fall into {count:,} islands that no road joins:"
            f" {km_text(float(size[order[0]]))}, {', '.join(named)}."
        )
    return count


def tell_traps(layer: RoadLayer, told: RoadTold) -> None:
    """Places that one-way roads lead to and none leads back from, or the reverse."""
    forward, backward = layer.forward, layer.backward
    start = np.concatenate([layer.start[forward], layer.end[backward]])
    end = np.concatenate([layer.end[forward], layer.start[backward]])
    _, island = _components(layer, layer.start, layer.end, "weak")
    count, group = _components(layer, start, end, "strong")
    if count == island.max(initial=-1) + 1:
        return
    by_size = np.argsort(np.bincount(group, minlength=count), kind="stable")
    island_of = np.zeros(count, dtype=np.int64)
    island_of[group] = island
    main = np.zeros(count, dtype=np.int64)
    main[island_of[by_size]] = by_size  # the last one written is the largest of its island
    trapped = np.flatnonzero(group != main[island])
    told.note(
        f"Nodes that cannot be reached or not be left, as one-way roads lead one way only:"
        f" {trapped.size:,}, such as at {_place(layer, int(trapped[0]))}."
    )


def tell_crossings(layer: RoadLayer, told: RoadTold) -> None:
    """Roads that cross, or end on another, without a shared vertex: they are not joined."""
    of_edge = np.repeat(np.arange(layer.start.size), np.diff(layer.line_of))
    edges = np.asarray(shapely.linestrings(layer.lines[:, ::-1], indices=of_edge))
    tree = shapely.STRtree(edges)
    every = np.arange(edges.size)
    sample = every
    if edges.size > _MOST_CHECKED:
        sample = np.linspace(0, edges.size - 1, _MOST_CHECKED).astype(np.int64)
    of, other = tree.query(edges[sample], predicate="crosses")
    pairs = sample[of], other
    share = f" (of {_MOST_CHECKED:,} edges that were looked at)" if sample is not every else ""
    count = pairs[0].size if sample is not every else pairs[0].size // 2
    if count:
        meet = shapely.intersection(edges[pairs[0][0]], edges[pairs[1][0]])
        place = shapely.get_coordinates(meet)[0, ::-1]
        told.note(
            f"Crossings of roads without a shared vertex, not joined, as bridges are not: {count:,}"
            f"{share}, such as at {place[0]:.5f}, {place[1]:.5f}."
        )
    _tell_near_ends(layer, tree, told)


def _tell_near_ends(layer: RoadLayer, tree: shapely.STRtree, told: RoadTold) -> None:
    nodes = np.concatenate([layer.start, layer.end])
    loose = np.flatnonzero(np.bincount(nodes, minlength=layer.lat.size) == 1)
    if loose.size > _MOST_CHECKED:
        loose = loose[np.linspace(0, loose.size - 1, _MOST_CHECKED).astype(np.int64)]
    at, edge = tree.query(
        shapely.points(layer.lon[loose], layer.lat[loose]),
        predicate="dwithin",
        distance=_TOUCHING_DEGREES,
    )
    node = loose[at]
    apart = node[(layer.start[edge] != node) & (layer.end[edge] != node)]
    near = np.unique(apart)
    if near.size:
        told.note(
            "Ends within a metre of another road, without a shared vertex, that are not joined:"
            f" {near.size:,}, such as at {_place(layer, int(near[0]))}. If they should meet, give"
            " both roads a vertex there."
        )


def _components(
    layer: RoadLayer, start: NDArray[np.int64], end: NDArray[np.int64], connection: str
) -> tuple[int, NDArray[np.int32]]:
    size = layer.lat.size
    links = csr_matrix((np.ones(start.size, dtype=np.int8), (start, end)), shape=(size, size))
    count, group = connected_components(links, directed=True, connection=connection)
    return int(count), group


def _place(layer: RoadLayer, node: int) -> str:
    return f"{layer.lat[node]:.5f}, {layer.lon[node]:.5f}"
