"""Ferries, new links and closed roads in the national graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from planner.pack.globe import pair_km
from planner.pack.travel_types import RoadChange, RoadLayer
from planner.travel.changes import CLOSED_WITHIN_KM, ONE_PLACE_KM, called
from planner.travel.joins import Joins, RoadLines
from planner.travel.links import flat
from planner.travel.obstacles import Obstacles

GAP_KM = 0.001  # half of what a closure takes out of a road
Array = NDArray[np.float64]
Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Barriers:
    """What links and joins may not cross: what the pack avoids, and lines that close roads.

    Attributes:
        obstacles: What the pack avoids.
        closed: The lines, in degrees as (lon, lat); empty where nothing is closed.
        notes: What the obstacles tell, and what this model makes of one-way changes.
    """

    obstacles: Obstacles
    closed: BaseGeometry
    notes: tuple[str, ...]

    def crosses(
        self, start_lat: ArrayLike, start_lon: ArrayLike, end_lat: ArrayLike, end_lon: ArrayLike
    ) -> NDArray[np.bool_]:
        """Whether the straight line of each pair crosses a barrier, shape (n,)."""
        wet = self.obstacles.crosses(start_lat, start_lon, end_lat, end_lon)
        if self.closed.is_empty:
            return wet
        ends = np.stack([start_lon, start_lat], axis=-1), np.stack([end_lon, end_lat], axis=-1)
        lines = shapely.linestrings(np.stack(ends, axis=1))
        return np.asarray(wet | shapely.intersects(self.closed, lines), dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Closings:
    """Where roads are closed.

    Attributes:
        edge: Edge of the road layer, shape (c,).
        share: How far along it from its start, 0 to 1.
        joins: The points on both sides, at which the road is cut; their places mean nothing.
        notes: What each closure did.
    """

    edge: Nodes
    share: Array
    joins: Joins
    notes: tuple[str, ...]


def barriers_of(obstacles: Obstacles, changes: Sequence[RoadChange]) -> Barriers:
    """What links and joins of a pack with these changes may not cross."""
    closed = [
        _line(change) for change in changes if change.kind == "closed" and not _is_spot(change)
    ]
    notes = [
        f"{called(change)} is taken both ways: the national graph knows no one-way ones."
        for change in changes
        if not change.both_ways
    ]
    return Barriers(obstacles, shapely.union_all(closed), (*obstacles.notes, *notes))


def closings(changes: Sequence[RoadChange], layer: RoadLayer, roads: RoadLines) -> Closings:
    """Where the changes close roads of a layer; a closure that meets none is told."""
    found, notes = [], []
    for change in changes:
        if change.kind != "closed":
            continue
        edge, share = _spot(change, roads) if _is_spot(change) else _crossed(change, roads)
        found.append((edge, share))
        places = "1 place" if edge.size == 1 else f"{edge.size} places"
        what = f"coarse roads cut at {places}" if edge.size else "no coarse road there"
        notes.append(f"{called(change)} closed: {what}; no link or join leads over it.")
    edge = np.concatenate([np.empty(0, dtype=np.int64), *(each[0] for each in found)])
    share = np.concatenate([np.empty(0), *(each[1] for each in found)])
    gap = GAP_KM / layer.km[edge]
    sides = np.clip(np.concatenate([share - gap, share + gap]), 0.0, 1.0)
    twice = np.tile(edge, 2)
    return Closings(edge, share, Joins(twice, twice, sides, *roads.at(twice, sides)), tuple(notes))


def ends_of(changes: Sequence[RoadChange]) -> Iterator[tuple[float, float, str]]:
    """Degrees and name of both ends of each ferry and link."""
    for change in changes:
        if change.kind != "closed":
            yield change.from_lat, change.from_lon, called(change)
            yield change.to_lat, change.to_lon, called(change)


def ferry_km(changes: Sequence[RoadChange], straight: Array, link_circuity: float) -> Array:
    """Kilometres of ferries and links: those given, else straight, of links made longer."""
    km = [
        (at if change.kind == "ferry" else at * link_circuity) if change.km is None else change.km
        for change, at in zip(changes, straight.tolist(), strict=True)
    ]
    return np.maximum(np.array(km, dtype=np.float64), straight)


def _is_spot(change: RoadChange) -> bool:
    ends = change.from_lat, change.from_lon, change.to_lat, change.to_lon
    return float(pair_km(*ends)) <= ONE_PLACE_KM


def _line(change: RoadChange) -> BaseGeometry:
    return shapely.LineString([(change.from_lon, change.from_lat), (change.to_lon, change.to_lat)])


def _spot(change: RoadChange, roads: RoadLines) -> tuple[Nodes, Array]:
    """The nearest point of the nearest road, if it is near."""
    lat, lon = np.array([change.from_lat]), np.array([change.from_lon])
    join = roads.joins(lat, lon, 1)
    near = pair_km(lat[join.place], lon[join.place], join.lat, join.lon) <= CLOSED_WITHIN_KM
    return join.edge[near], join.share[near]


def _crossed(change: RoadChange, roads: RoadLines) -> tuple[Nodes, Array]:
    """The points where roads cross the line of a closure."""
    lat = np.array([change.from_lat, change.to_lat])
    lon = np.array([change.from_lon, change.to_lon])
    line = shapely.LineString(flat(lat, lon, roads.middle))
    edges = np.sort(roads.tree.query(line, predicate="intersects"))
    met = shapely.intersection(roads.lines[edges], line)
    at, of = shapely.get_coordinates(met, return_index=True)
    edge = edges[of].astype(np.int64)
    share = shapely.line_locate_point(roads.lines[edge], shapely.points(at), normalized=True)
    return edge, np.asarray(share, dtype=np.float64)
