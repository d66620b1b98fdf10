"""The roads of a layer as they may be driven, and the graph that places make of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.travel_types import RoadLayer
from planner.travel.road_graph import Array, Nodes, RoadGraph

_AT_AN_END = 1e-9  # of an edge's length: so near to a node a place is on it


@dataclass(frozen=True, slots=True, eq=False)
class RoadPoints:
    """n points on edges.

    Attributes:
        edge: Edge of the layer, shape (n,).
        share: How far along it from its start, 0 to 1.
    """

    edge: Nodes
    share: Array


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Ferries and new roads between points of other roads, one each way.

    Attributes:
        start: Where each starts; `end` likewise.
        km: Shape (L,); `minutes` likewise.
    """

    start: RoadPoints
    end: RoadPoints
    km: Array
    minutes: Array


@dataclass(frozen=True, slots=True, eq=False)
class RoadNet:
    """A layer's roads that are open, and the links beside them.

    Attributes:
        layer: The layer; the speed of every open edge is known.
        is_open: Whether each edge may be driven in some direction, shape (E,).
        links: Ferries and new roads.
    """

    layer: RoadLayer
    is_open: NDArray[np.bool_]
    links: Links

    def graph_with(self, points: RoadPoints) -> tuple[RoadGraph, Nodes]:
        """The graph in which points of open edges are nodes, and the node of each, shape (n,).

        A point parts its edge in two, so two points of one edge reach each other along it.
        """
        layer, links = self.layer, self.links
        every = RoadPoints(
            np.concatenate([links.start.edge, links.end.edge, points.edge]),
            np.concatenate([links.start.share, links.end.share, points.share]),
        )
        cut = _cut(layer, every)
        whole = self.is_open.copy()
        whole[cut.edge] = False
        left = np.flatnonzero(whole)
        edge = np.concatenate([left, cut.edge])
        start = np.concatenate([layer.start[left], cut.start])
        end = np.concatenate([layer.end[left], cut.end])
        km = layer.km[edge] * np.concatenate([np.ones(left.size), cut.share])
        minutes = km / layer.speed_kmh[edge] * 60
        there, back = layer.forward[edge], layer.backward[edge]
        count = links.km.size
        graph = RoadGraph(
            np.concatenate([layer.lat, cut.lat]),
            np.concatenate([layer.lon, cut.lon]),
            np.concatenate([start[there], end[back], cut.node[:count]]),
            np.concatenate([end[there], start[back], cut.node[count : 2 * count]]),
            np.concatenate([km[there], km[back], links.km]),
            np.concatenate([minutes[there], minutes[back], links.minutes]),
        )
        return graph, cut.node[2 * count :]


NOWHERE = RoadPoints(np.empty(0, dtype=np.int64), np.empty(0))
NO_LINKS = Links(NOWHERE, NOWHERE, np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Edges cut at points: the pieces, the new nodes and the node of each point.

    Attributes:
        edge: Edge of each piece, shape (P,); `start` and `end` are its nodes.
        share: The piece's share of the edge.
        lat: Of the new nodes; `lon` likewise; they are numbered after the layer's.
        node: Node of each point, shape (n,).
    """

    edge: Nodes
    start: Nodes
    end: Nodes
    share: Array
    lat: Array
    lon: Array
    node: Nodes


def _cut(layer: RoadLayer, points: RoadPoints) -> _Cut:
    inner = (points.share > _AT_AN_END) & (points.share < 1 - _AT_AN_END)
    node = np.where(points.share < 0.5, layer.start[points.edge], layer.end[points.edge])
    pairs = np.column_stack([points.edge[inner].astype(np.float64), points.share[inner]])
    different, which = np.unique(pairs, axis=0, return_inverse=True)
    edge, share = different[:, 0].astype(np.int64), different[:, 1]
    number = layer.lat.size + np.arange(edge.size)
    node[inner] = number[which.ravel()]
    is_first = np.ones(edge.size, dtype=np.bool_)
    is_first[1:] = edge[1:] != edge[:-1]
    is_last = np.roll(is_first, -1)
    last = np.flatnonzero(is_last)
    came_from = np.where(is_first, 0.0, np.roll(share, 1))
    start, end = layer.start[edge], layer.end[edge]
    return _Cut(
        np.concatenate([edge, edge[last]]),
        np.concatenate([np.where(is_first, start, np.roll(number, 1)), number[last]]),
        np.concatenate([number, end[last]]),
        np.concatenate([share - came_from, 1 - share[last]]),
        # Along the straight line: it only says which nodes are near each other.
        layer.lat[start] * (1 - share) + layer.lat[end] * share,
        layer.lon[start] * (1 - share) + layer.lon[end] * share,
        node,
    )
