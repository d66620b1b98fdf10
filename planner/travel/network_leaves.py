"""How a place that is no node of the national graph is joined to it: as a leaf."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.globe import pair_km
from planner.travel.great_circle import great_circle_km
from planner.travel.links import NEAREST, flat
from planner.travel.network_changes import Barriers
from planner.travel.network_core import JOINS, CoreGraph, Figures, dry_joins

LOOKED_AT = 2 * NEAREST  # of these, some may lie across the water
BLOCK_PAIRS = 2_000_000
Array = NDArray[np.float64]
Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """n places and what joins them to the graph.

    Attributes:
        lat: Degrees of the places, shape (n,); `lon` likewise.
        farthest_km: Straight km of the longest link of each, shape (n,).
        leaf: Position of the place of each edge to the graph, shape (e,).
        node: The node of the graph; `km` and `minutes` likewise.
        joined: Position of the place of each join, shape (j,).
        piece: The piece of road that it joins.
        along: How far along the piece, 0 to 1.
        join_km: How far the road is; `join_min` likewise.
        crossed_km: Straight km of the crossing that joins a place which nothing else does, shape
            (n,); nan for all others.
    """

    lat: Array
    lon: Array
    farthest_km: Array
    leaf: Nodes
    node: Nodes
    km: Array
    minutes: Array
    joined: Nodes
    piece: Nodes
    along: Array
    join_km: Array
    join_min: Array
    crossed_km: Array


def leaves_of(
    core: CoreGraph, figures: Figures, barriers: Barriers, lat: Array, lon: Array
) -> Leaves:
    """Joins places to the graph: links to the nearest places, joins to the nearest roads.

    Args:
        core: The graph.
        figures: What lengths and times follow from.
        barriers: What links and joins may not cross.
        lat: Degrees of places that are no nodes, no two alike, shape (n,).
        lon: Likewise.
    """
    place, near, straight = _links(core, barriers, lat, lon)
    farthest = np.zeros(lat.size)
    np.maximum.at(farthest, place, straight)
    joins = dry_joins(core.lines.joins(lat, lon, JOINS), lat, lon, barriers)
    joins = joins.only(np.isfinite(core.cuts.km[core.cuts.piece_of(joins.edge, joins.share)[0]]))
    crossed = np.full(lat.size, np.nan)
    alone = np.setdiff1d(np.arange(lat.size), np.concatenate([place, joins.place]))
    if alone.size:
        _, nearest = core.tree.query(flat(lat[alone], lon[alone], core.middle))
        crossed[alone] = pair_km(lat[alone], lon[alone], core.lat[nearest], core.lon[nearest])
        place, near = np.append(place, alone), np.append(near, nearest)
        straight = np.append(straight, crossed[alone])
    link_km = straight * figures.link_circuity
    link_min = figures.minutes(
        (lat[place] + core.lat[near]) / 2, (lon[place] + core.lon[near]) / 2, link_km
    )
    joined = joins.place
    join_km = pair_km(lat[joined], lon[joined], joins.lat, joins.lon) * figures.link_circuity
    join_min = figures.minutes(
        (lat[joined] + joins.lat) / 2, (lon[joined] + joins.lon) / 2, join_km
    )
    piece, along = core.cuts.piece_of(joins.edge, joins.share)
    parts = [(place, near + core.first, link_km, link_min)]
    for end, share in ((piece, along), (piece + 1, 1 - along)):
        node = core.cuts.node[end]
        km = core.cuts.km[piece] * share
        middle = core.lines.at(joins.edge, (joins.share + core.cuts.share[end]) / 2)
        parts.append((joined, node, join_km + km, join_min + figures.minutes(*middle, km)))
    leaf, node, km, minutes = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Leaves(
        lat,
        lon,
        farthest,
        leaf,
        node,
        km,
        minutes,
        joined,
        piece,
        along,
        join_km,
        join_min,
        crossed,
    )


def _links(
    core: CoreGraph, barriers: Barriers, lat: Array, lon: Array
) -> tuple[Nodes, Nodes, Array]:
    """The nearest places that nothing lies between: leaf, place, straight km."""
    count = min(LOOKED_AT, core.lat.size)
    _, found = core.tree.query(flat(lat, lon, core.middle), k=np.arange(1, count + 1))
    leaf, near = np.repeat(np.arange(lat.size), count), found.ravel().astype(np.int64)
    dry = ~barriers.crosses(lat[leaf], lon[leaf], core.lat[near], core.lon[near])
    leaf, near = leaf[dry], near[dry]
    rank = np.arange(leaf.size) - np.searchsorted(leaf, leaf)
    leaf, near = leaf[rank < NEAREST], near[rank < NEAREST]
    return leaf, near, pair_km(lat[leaf], lon[leaf], core.lat[near], core.lon[near])


def between_leaves(
    start: Leaves, end: Leaves, core: CoreGraph, figures: Figures, barriers: Barriers
) -> tuple[Nodes, Nodes, Array, Array]:
    """Edges from leaves to leaves: along one piece of road, and where both are near to each other.

    Near is: no farther than the longest link of either.

    Returns:
        Positions of the start leaf and of the end leaf, km and minutes, shape (e,) each.
    """
    on_road = _along_pieces(start, end, core, figures)
    one, other = _near_pairs(start, end)
    dry = ~barriers.crosses(start.lat[one], start.lon[one], end.lat[other], end.lon[other])
    one, other = one[dry], other[dry]
    lat1, lon1, lat2, lon2 = start.lat[one], start.lon[one], end.lat[other], end.lon[other]
    km = pair_km(lat1, lon1, lat2, lon2) * figures.link_circuity
    direct = one, other, km, figures.minutes((lat1 + lat2) / 2, (lon1 + lon2) / 2, km)
    first, second, third, fourth = (
        np.concatenate(column) for column in zip(on_road, direct, strict=True)
    )
    return first, second, third, fourth


def _along_pieces(
    start: Leaves, end: Leaves, core: CoreGraph, figures: Figures
) -> tuple[Nodes, Nodes, Array, Array]:
    """Ways between leaves that join the same piece of road, with no node between them."""
    order = np.argsort(end.piece, kind="stable")
    pieces = end.piece[order]
    low, high = np.searchsorted(pieces, start.piece), np.searchsorted(pieces, start.piece, "right")
    one = np.repeat(np.arange(start.piece.size), high - low)
    step = np.arange(one.size) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    other = order[np.repeat(low, high - low) + step]
    km = core.cuts.km[start.piece[one]] * np.abs(start.along[one] - end.along[other])
    piece = start.piece[one]
    cut, whole = core.cuts.share[piece], core.cuts.share[piece + 1] - core.cuts.share[piece]
    middle = cut + whole * (start.along[one] + end.along[other]) / 2
    minutes = figures.minutes(*core.lines.at(core.cuts.edge[piece], middle), km)
    return (
        start.joined[one],
        end.joined[other],
        start.join_km[one] + km + end.join_km[other],
        start.join_min[one] + minutes + end.join_min[other],
    )


def _near_pairs(start: Leaves, end: Leaves) -> tuple[Nodes, Nodes]:
    """Pairs of leaves no farther from each other than the longest link of either."""
    rows = max(1, BLOCK_PAIRS // max(1, end.lat.size))
    found = []
    for begin in range(0, start.lat.size, rows):
        part = slice(begin, begin + rows)
        km = great_circle_km(start.lat[part], start.lon[part], end.lat, end.lon)
        reach = np.maximum(start.farthest_km[part, None], end.farthest_km[None, :])
        one, other = np.nonzero(km <= reach)
        found.append((one + begin, other))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return np.concatenate([pair[0] for pair in found]), np.concatenate([p[1] for p in found])
