"""The part of the national graph that is always the same: roads, towns and demand points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from planner.pack.faults import listed
from planner.pack.travel_types import RoadLayer
from planner.pack.types import Pack
from planner.travel.graph import RoadGraph
from planner.travel.great_circle import pair_km
from planner.travel.joins import Joins, RoadLines, road_lines
from planner.travel.links import flat, neighbours
from planner.travel.obstacles import Obstacles
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
        km: Length of the piece that starts there.
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
    """Edges in one direction: their end nodes, kilometres and middles, shape (e,) each."""

    start: Nodes
    end: Nodes
    km: Array
    lat: Array
    lon: Array


def core_of(figures: Figures, layer: RoadLayer, obstacles: Obstacles) -> CoreGraph:
    """The graph of the coarse roads, the towns and the demand points of a pack."""
    lat, lon, names = _places(figures.pack)
    middle = float(lat.mean())
    plane = flat(lat, lon, middle)
    roads = road_lines(layer)
    joins = dry_joins(roads.joins(lat, lon, JOINS), lat, lon, obstacles)
    cuts, cut_lat, cut_lon = _cut(layer, joins, figures.road_factor)
    first = cut_lat.size
    at = np.concatenate([cut_lat, lat]), np.concatenate([cut_lon, lon])
    pairs = neighbours(plane)
    one, other = pairs[:, 0], pairs[:, 1]
    pairs = pairs[~obstacles.crosses(lat[one], lon[one], lat[other], lon[other])] + first
    parts = [
        _pieces(cuts, roads),
        _straight(at, pairs[:, 0], pairs[:, 1], figures),
        _straight(at, joins.place + first, cuts.node_at(joins.edge, joins.share), figures),
    ]
    crossings, notes = _crossings(at, parts, first, names)
    lines = _together([*parts, _straight(at, crossings[:, 0], crossings[:, 1], figures)])
    return CoreGraph(
        _both_ways(at, lines, figures),
        lat,
        lon,
        names,
        first,
        middle,
        KDTree(plane),
        roads,
        cuts,
        notes,
    )


def dry_joins(joins: Joins, lat: Array, lon: Array, obstacles: Obstacles) -> Joins:
    """The joins of places that cross nothing the pack avoids."""
    wet = obstacles.crosses(lat[joins.place], lon[joins.place], joins.lat, joins.lon)
    kept = (getattr(joins, entry.name)[~wet] for entry in fields(joins))
    return Joins(*kept)


def crossing_note(km: float, names: Iterable[str]) -> str:
    """What to tell of places that only a crossing of so many straight km joins to the others."""
    named = listed(dict.fromkeys(names), 3)
    return f"Joined by a crossing of {km:.1f} km over what travel avoids: {named}."


def _places(pack: Pack) -> tuple[Array, Array, tuple[str, ...]]:
    """Towns and demand points, each place once, by the name that comes first."""
    given = [(town.lat, town.lon, town.name) for town in pack.towns]
    points = places_of(pack, pack.demand_points)
    given += zip(points.north.tolist(), points.east.tolist(), points.names, strict=True)
    named: dict[tuple[float, float], str] = {}
    for lat, lon, name in given:
        named.setdefault((lat, lon), name)
    at = np.array(list(named), dtype=np.float64).reshape(-1, 2)
    return at[:, 0], at[:, 1], tuple(named.values())


def _cut(layer: RoadLayer, joins: Joins, factor: float) -> tuple[Cuts, Array, Array]:
    """The roads cut where they are joined, and the degrees of their nodes, those of cuts last."""
    edges = np.arange(layer.km.size)
    edge = np.concatenate([edges, edges, joins.edge])
    share = np.concatenate([np.zeros(edges.size), np.ones(edges.size), joins.share])
    lat = np.concatenate([layer.lat[layer.start], layer.lat[layer.end], joins.lat])
    lon = np.concatenate([layer.lon[layer.start], layer.lon[layer.end], joins.lon])
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


def _pieces(cuts: Cuts, roads: RoadLines) -> Lines:
    piece = np.flatnonzero(~np.isnan(cuts.km))
    middle = (cuts.share[piece] + cuts.share[piece + 1]) / 2
    return Lines(
        cuts.node[piece],
        cuts.node[piece + 1],
        cuts.km[piece],
        *roads.at(cuts.edge[piece], middle),
    )


def _straight(at: tuple[Array, Array], start: Nodes, end: Nodes, figures: Figures) -> Lines:
    """Links, joins or crossings between nodes: straight kilometres made longer."""
    lat, lon = at
    straight = pair_km(lat[start], lon[start], lat[end], lon[end])
    middle = (lat[start] + lat[end]) / 2, (lon[start] + lon[end]) / 2
    return Lines(start, end, straight * figures.link_circuity, *middle)


def _together(parts: Sequence[Lines]) -> Lines:
    return Lines(*(np.concatenate([getattr(p, e.name) for p in parts]) for e in fields(Lines)))


def _both_ways(at: tuple[Array, Array], lines: Lines, figures: Figures) -> RoadGraph:
    minutes = figures.minutes(lines.lat, lines.lon, lines.km)
    return RoadGraph(
        *at,
        np.concatenate([lines.start, lines.end]),
        np.concatenate([lines.end, lines.start]),
        np.tile(lines.km, 2),
        np.tile(minutes, 2),
    )


def _crossings(
    at: tuple[Array, Array], parts: Sequence[Lines], first: int, names: Sequence[str]
) -> tuple[Nodes, tuple[str, ...]]:
    """The shortest way from each part that stands alone to the main one, and what to tell of it.

    The main part is that with most places. Returns pairs of nodes, shape (k, 2).
    """
    lat, lon = at
    lines = _together(parts)
    linked = csr_matrix(
        (np.ones(lines.km.size), (lines.start, lines.end)), shape=(lat.size, lat.size)
    )
    count, part = connected_components(linked, directed=False)
    places = np.bincount(part[first:], minlength=count)
    main = int(places.argmax())
    plane = flat(lat, lon, float(lat.mean()))
    inside = np.flatnonzero(part == main)
    mainland = KDTree(plane[inside])
    pairs, notes, bare = [], [], 0
    for each in np.flatnonzero(np.arange(count) != main):
        nodes = np.flatnonzero(part == each)
        away, nearest = mainland.query(plane[nodes])
        shore = int(away.argmin())
        pairs.append((nodes[shore], inside[nearest[shore]]))
        if not places[each]:
            bare += 1
            continue
        km = pair_km(*(axis[[node]] for node in pairs[-1] for axis in at))[0]
        notes.append(crossing_note(km, [names[node - first] for node in nodes[nodes >= first]]))
    if bare:
        notes.append(f"{bare} pieces of road meet no other: joined by their shortest crossings.")
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), tuple(notes)
