"""Where places join roads: the nearest points of the nearest roads."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from planner.pack.travel_types import RoadLayer
from planner.travel.links import flat

Array = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Joins:
    """k joins, ordered by place.

    Attributes:
        place: Position of the place, shape (k,).
        edge: Edge of the road layer.
        share: How far along the edge from its start the join lies, 0 to 1.
        lat: Where it lies, in degrees; `lon` likewise.
    """

    place: Positions
    edge: Positions
    share: Array
    lat: Array
    lon: Array

    def only(self, kept: NDArray[np.bool_]) -> Joins:
        """Those that are kept, shape (k,)."""
        return Joins(*(getattr(self, entry.name)[kept] for entry in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class RoadLines:
    """The lines of a road layer on a plane, ready to be searched."""

    lines: NDArray[np.object_]
    tree: STRtree
    middle: float

    def joins(self, lat: Array, lon: Array, count: int) -> Joins:
        """The nearest points of the `count` nearest edges to each place; all edges if fewer."""
        points = np.asarray(shapely.points(flat(lat, lon, self.middle)))
        place, edge = self._near(points, min(count, self.lines.size))
        away = shapely.distance(points[place], self.lines[edge])
        order = np.lexsort((edge, away, place))
        place, edge = place[order], edge[order]
        rank = np.arange(place.size) - np.searchsorted(place, place)
        place, edge = place[rank < count], edge[rank < count]
        share = shapely.line_locate_point(self.lines[edge], points[place], normalized=True)
        share = np.clip(np.nan_to_num(share), 0.0, 1.0)
        return Joins(place, edge, share, *self.at(edge, share))

    def at(self, edge: Positions, share: Array) -> tuple[Array, Array]:
        """Degrees of the points so far along edges."""
        points = shapely.line_interpolate_point(self.lines[edge], share, normalized=True)
        x, y = shapely.get_x(points), shapely.get_y(points)
        return y, x / np.cos(np.radians(self.middle))

    def _near(self, points: NDArray[np.object_], count: int) -> tuple[Positions, Positions]:
        """Places with edges near to them, at least `count` edges for each place."""
        if not count or not points.size:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        found_place, found_edge = [], []
        left = np.arange(points.size)
        _, reach = self.tree.query_nearest(points, return_distance=True, all_matches=False)
        while left.size:
            reach = reach * 2 + 1e-3
            place, edge = self.tree.query(points[left], predicate="dwithin", distance=reach)
            enough = np.bincount(place, minlength=left.size) >= count
            kept = enough[place]
            found_place.append(left[place[kept]])
            found_edge.append(edge[kept])
            left, reach = left[~enough], reach[~enough]
        return np.concatenate(found_place), np.concatenate(found_edge)


def road_lines(layer: RoadLayer) -> RoadLines:
    """The lines of a layer on a plane."""
    middle = float(layer.lat.mean()) if layer.lat.size else 0.0
    vertices = flat(layer.lines[:, 0], layer.lines[:, 1], middle)
    of_edge = np.repeat(np.arange(layer.km.size), np.diff(layer.line_of))
    lines = np.asarray(shapely.linestrings(vertices, indices=of_edge))
    return RoadLines(lines, STRtree(lines), middle)
