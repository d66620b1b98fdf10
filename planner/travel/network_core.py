"""The part of the national graph that is always the same: roads, towns and demand points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.pack.globe import pair_km
from planner.pack.travel_types import RoadLayer
from planner.pack.types import Pack
from planner.travel.graph import RoadGraph
from planner.travel.joins import Joins, RoadLines, road_lines
from planner.travel.links import flat, neighbours
from planner.travel.network_changes import Barriers, closings, ends_of, ferry_km
from planner.travel.network_islands import crossings
from planner.travel.places import places_at, places_of
from planner.travel.straight import speeds

JOINS = 3  # roads that a place joins
Array = NDArray[np.float64]
Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What lengths and times of the graph's edges follow from."""

    pack: Pack
    link_circuity: float
    road_factor: float

    def minutes(self, lat: Array, lon: Array, km: Array) -> Array:
        """Minutes of edges whose middles lie at these degrees, shape (k,)."""
        middles = places_at(self.pack, lat, lon, [""] * lat.size)
        return np.asarray(km / speeds(self.pack.travel, middles) * 60, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Where places join the roads, and so cut them into pieces; ordered by edge and share.

    Piece i runs from cut i to cut i + 1; between two edges there is none (its km are nan).

    Attributes:
        edge: Edge of the road layer, shape (c,).
        share: How far along the edge, 0 to 1, both ends included.
        node: Node of the graph.
        km: Length of the piece that starts there; inf where it is closed.
    """

    edge: Nodes
    share: Array
    node: Nodes
    km: Array

    def node_at(self, edge: Nodes, share: Array) -> Nodes:
        """The nodes of points at which the roads are cut."""
        return self.node[np.searchsorted(self._keys, 2.0 * edge + share)]

    def piece_of(self, edge: Nodes, share: Array) -> tuple[Nodes, Array]:
        """The piece on which each point of an edge lies, and how far along that piece, 0 to 1."""
        piece = np.searchsorted(self._keys, 2.0 * edge + share, side="right") - 1
        piece -= np.isnan(self.km[piece])  # the end of an edge belongs to its last piece
        whole = self.share[piece + 1] - self.share[piece]
        return piece, (share - self.share[piece]) / whole

    @property
    def _keys(self) -> Array:
        """Ascending; no two edges meet."""
        return 2.0 * self.edge + self.share


@dataclass(frozen=True, slots=True, eq=False)
class CoreGraph:
    """The graph of roads, towns and demand points.

    Attributes:
        graph: Every edge in both directions; the places are its last nodes.
        lat: Degrees of the places, no two alike, shape (p,); `lon` and `names` likewise.
        first: Node of the first place.
        middle: The latitude near which the plane of `tree` is true.
        tree: The places on that plane.
        lines: The roads, to be joined by other places.
        cuts: Where they are cut.
        notes: What had to be joined across an obstacle.
    """

    graph: RoadGraph
    lat: Array
    lon: Array
    names: tuple[str, ...]
    first: int
    middle: float
    tree: KDTree
    lines: RoadLines
    cuts: Cuts
    notes: tuple[str, ...]

    def nodes_at(self, lat: Array, lon: Array) -> Nodes:
        """The nodes of places, -1 for a place that is none, shape (n,)."""
        _, near = self.tree.query(flat(lat, lon, self.middle))
        same = (self.lat[near] == lat) & (self.lon[near] == lon)
        return np.where(same, self.first + near, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Edges in one direction: their end nodes, kilometres and minutes, shape (e,) each."""

    start: Nodes
    end: Nodes
    km: Array
    minutes: Array


def core_of(figures: Figures, layer: RoadLayer, barriers: Barriers) -> CoreGraph:
    """The graph of the coarse roads, the towns and the demand points of a pack."""
    lat, lon, names = _places(figures.pack)
    middle = float(lat.mean())
    plane = flat(lat, lon, middle)
    roads = road_lines(layer)
    joins = dry_joins(roads.joins(lat, lon, JOINS), lat, lon, barriers)
    closed = closings(figures.pack.road_changes, layer, roads)
    cuts, cut_lat, cut_lon = _cut(layer, (joins, closed.joins), figures.road_factor)
    cuts.km[cuts.piece_of(closed.edge, closed.share)[0]] = np.inf
    first = cut_lat.size
    at = np.concatenate([cut_lat, lat]), np.concatenate([cut_lon, lon])
    pairs = neighbours(plane)
    one, other = pairs[:, 0], pairs[:, 1]
    pairs = pairs[~barriers.crosses(lat[one], lon[one], lat[other], lon[other])] + first
    parts = [
        _pieces(cuts, roads, figures),
        _straight(at, pairs[:, 0], pairs[:, 1], figures),
        _straight(at, joins.place + first, cuts.node_at(joins.edge, joins.share), figures),
        _ferries(at, first, figures),
    ]
    lines = _together(parts)
    pairs, notes = crossings(*at, np.column_stack([lines.start, lines.end]), first, names)
    lines = _together([lines, _straight(at, pairs[:, 0], pairs[:, 1], figures)])
    return CoreGraph(
        _both_ways(at, lines),
        lat,
        lon,
        names,
        first,
        middle,
        KDTree(plane),
        roads,
        cuts,
        (*barriers.notes, *closed.notes, *notes),
    )


def dry_joins(joins: Joins, lat: Array, lon: Array, barriers: Barriers) -> Joins:
    """The joins of places that cross no barrier."""
    wet = barriers.crosses(lat[joins.place], lon[joins.place], joins.lat, joins.lon)
    return joins.only(~wet)


def _places(pack: Pack) -> tuple[Array, Array, tuple[str, ...]]:
    """Towns, demand points and ends of ferries, each once, by the name that comes first."""
    given = [(town.lat, town.lon, town.name) for town in pack.towns]
    points = places_of(pack, pack.demand_points)
    given += zip(points.north.tolist(), points.east.tolist(), points.names, strict=True)
    given += ends_of(pack.road_changes)
    named: dict[tuple[float, float], str] = {}
    for lat, lon, name in given:
        named.setdefault((lat, lon), name)
    at = np.array(list(named), dtype=np.float64).reshape(-1, 2)
    return at[:, 0], at[:, 1], tuple(named.values())


def _cut(layer: RoadLayer, every: Sequence[Joins], factor: float) -> tuple[Cuts, Array, Array]:
    """The roads cut where they are joined, and the degrees of their nodes, those of cuts last."""
    edges = np.arange(layer.km.size)
    ends = np.zeros(edges.size), np.ones(edges.size)
    edge = np.concatenate([edges, edges, *(joins.edge for joins in every)])
    share = np.concatenate([*ends, *(joins.share for joins in every)])
    lat = np.concatenate([layer.lat[layer.start], layer.lat[layer.end], *(j.lat for j in every)])
    lon = np.concatenate([layer.lon[layer.start], layer.lon[layer.end], *(j.lon for j in every)])
    keys, shown = np.unique(2.0 * edge + share, return_index=True)
    edge, share, lat, lon = edge[shown], share[shown], lat[shown], lon[shown]
    inner = (share > 0) & (share < 1)
    node = np.where(share == 0, layer.start[edge], layer.end[edge])
    node[inner] = layer.lat.size + np.arange(int(inner.sum()))
    km = np.full(keys.size, np.nan)
    same = edge[1:] == edge[:-1]
    along = layer.km[edge[:-1]] * factor * np.diff(share)
    straight = pair_km(lat[:-1], lon[:-1], lat[1:], lon[1:])
    km[:-1][same] = np.maximum(along, straight)[same]
    cuts = Cuts(edge, share, node, km)
    return cuts, np.append(layer.lat, lat[inner]), np.append(layer.lon, lon[inner])


def _pieces(cuts: Cuts, roads: RoadLines, figures: Figures) -> Lines:
    """The pieces of road that are open."""
    piece = np.flatnonzero(np.isfinite(cuts.km))
    middle = roads.at(cuts.edge[piece], (cuts.share[piece] + cuts.share[piece + 1]) / 2)
    km = cuts.km[piece]
    return Lines(cuts.node[piece], cuts.node[piece + 1], km, figures.minutes(*middle, km))


def _straight(at: tuple[Array, Array], start: Nodes, end: Nodes, figures: Figures) -> Lines:
    """Links, joins or crossings between nodes: straight kilometres made longer."""
    lat, lon = at
    straight = pair_km(lat[start], lon[start], lat[end], lon[end])
    middle = (lat[start] + lat[end]) / 2, (lon[start] + lon[end]) / 2
    km = straight * figures.link_circuity
    return Lines(start, end, km, figures.minutes(*middle, km))


def _ferries(at: tuple[Array, Array], first: int, figures: Figures) -> Lines:
    """Ferries and new links, each between two of the last nodes."""
    added = [change for change in figures.pack.road_changes if change.kind != "closed"]
    places = {
        place: first + i for i, place in enumerate(zip(*(a[first:] for a in at), strict=True))
    }
    start = np.array([places[each.from_lat, each.from_lon] for each in added], dtype=np.int64)
    end = np.array([places[each.to_lat, each.to_lon] for each in added], dtype=np.int64)
    straight = _straight(at, start, end, figures)
    km = ferry_km(added, straight.km / figures.link_circuity, figures.link_circuity)
    minutes = straight.minutes * km / straight.km
    given = np.array([np.nan if each.minutes is None else each.minutes for each in added])
    return Lines(start, end, km, np.where(np.isnan(given), minutes, given))


def _together(parts: Sequence[Lines]) -> Lines:
    return Lines(*(np.concatenate([getattr(p, e.name) for p in parts]) for e in fields(Lines)))


def _both_ways(at: tuple[Array, Array], lines: Lines) -> RoadGraph:
    return RoadGraph(
        *at,
        np.concatenate([lines.start, lines.end]),
        np.concatenate([lines.end, lines.start]),
        np.tile(lines.km, 2),
        np.tile(lines.minutes, 2),
    )
