"""Straight lines led round obstacles: the kilometres of the shortest way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from planner.pack.globe import pair_km
from planner.travel.great_circle import great_circle_km
from planner.travel.obstacles import Obstacles
from planner.travel.sight import Edges, cross, edges_of, seen_from

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEVEL = 1e-9  # the sine of an angle that is none


@dataclass(frozen=True, slots=True, eq=False)
class Ashore:
    """Places where ways start or end; those that lie in an obstacle moved to its nearest edge.

    Attributes:
        at: In the plane of the obstacles, shape (n, 2); nan on the far side of the globe.
        lat: Latitudes in degrees, shape (n,); `lon` likewise.
        km: How far each was moved, shape (n,).
    """

    at: Array
    lat: Array
    lon: Array
    km: Array

    def only(self, which: NDArray[np.int64]) -> Ashore:
        """Some of the places."""
        return Ashore(self.at[which], self.lat[which], self.lon[which], self.km[which])

    def and_then(self, other: Ashore) -> Ashore:
        """These places and then others."""
        return Ashore(
            np.concatenate([self.at, other.at]),
            np.concatenate([self.lat, other.lat]),
            np.concatenate([self.lon, other.lon]),
            np.concatenate([self.km, other.km]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class WaysRound:
    """Obstacles with the shortest ways between their corners, made ready for measuring.

    Attributes:
        obstacles: What is in the way.
        edges: What stops a line.
        corners: Where ways bend: the corners where an obstacle sticks out, shape (C, 2).
        back: From each to the corner before it on its outline, shape (C, 2); `on` to that after.
        lat: Latitudes of the corners in degrees, shape (C,); `lon` likewise.
        km: The shortest way from corner to corner, shape (C, C); inf where there is none.
    """

    obstacles: Obstacles
    edges: Edges
    corners: Array
    back: Array
    on: Array
    lat: Array
    lon: Array
    km: Array

    def between(
        self, start_lat: ArrayLike, start_lon: ArrayLike, end_lat: ArrayLike, end_lon: ArrayLike
    ) -> Array:
        """Kilometres of the shortest way from each start to each end, shape (n, m).

        Where nothing is in the way, those of the great circle. A place that lies in an obstacle
        leaves it by its nearest edge, and goes straight to what is no farther than that. Where
        there is no way round, and on the far side of the globe, the great circle stands.

        Args:
            start_lat: Latitudes of n starts in degrees; `start_lon` likewise.
            start_lon: Longitudes.
            end_lat: Latitudes of m ends; `end_lon` likewise.
            end_lon: Longitudes.
        """
        starts, ends = self._ashore(start_lat, start_lon), self._ashore(end_lat, end_lon)
        km = self._led(starts, ends)
        moved = np.maximum(starts.km[:, None], ends.km[None, :])
        if moved.any():
            straight = great_circle_km(start_lat, start_lon, end_lat, end_lon)
            km = np.where(straight <= moved, straight, km + starts.km[:, None] + ends.km[None, :])
        return km

    def _led(self, starts: Ashore, ends: Ashore) -> Array:
        km = great_circle_km(starts.lat, starts.lon, ends.lat, ends.lon)
        hidden = ~_seen(starts.at, ends.at, self.edges)
        from_start = np.flatnonzero(hidden.any(axis=1))
        to_end = np.flatnonzero(hidden.any(axis=0))
        both = starts.only(from_start).and_then(ends.only(to_end))
        to_corners, from_corners = np.split(_touched_km(self, both), [from_start.size])
        onward = np.full((self.lat.size, km.shape[1]), np.inf)  # from each corner to each end
        for place, reach in zip(to_end, from_corners, strict=True):
            at = np.isfinite(reach)
            onward[:, place] = (self.km[:, at] + reach[at]).min(axis=1, initial=np.inf)
        for place, reach in zip(from_start, to_corners, strict=True):
            at, to = np.flatnonzero(np.isfinite(reach)), np.flatnonzero(hidden[place])
            round_km = (reach[at, None] + onward[np.ix_(at, to)]).min(axis=0, initial=np.inf)
            there = np.isfinite(round_km)
            km[place, to[there]] = np.maximum(round_km[there], km[place, to[there]])
        return km

    def _ashore(self, lat: ArrayLike, lon: ArrayLike) -> Ashore:
        north, east = (np.array(axis, dtype=np.float64) for axis in (lat, lon))
        at = self.obstacles.plane.place(north, east)
        shapely.prepare(core := self.obstacles.core)
        wet = np.flatnonzero(shapely.intersects_xy(core, at))
        edge = self.obstacles.outline.boundary
        shapely.prepare(edge)
        for place in wet:
            line = shapely.shortest_line(edge, shapely.Point(at[place]))
            at[place] = shapely.get_coordinates(line)[0]
        north[wet], east[wet] = self.obstacles.plane.degrees(at[wet])
        return Ashore(at, north, east, pair_km(lat, lon, north, east))


@lru_cache(maxsize=4)
def ways_round(obstacles: Obstacles) -> WaysRound:
    """Makes obstacles ready for measuring ways round them.

    A shortest way among polygons is made of straight lines that touch corners (the visibility
    graph; Lozano-Pérez and Wesley, Communications of the ACM 22, 1979).
    """
    corner, back, on = _corners(obstacles)
    lat, lon = obstacles.plane.degrees(corner)
    nothing = np.zeros((0, 0))
    ready = WaysRound(obstacles, edges_of(obstacles.core), corner, back, on, lat, lon, nothing)
    km = _touched_km(ready, Ashore(corner, lat, lon, np.zeros(lat.size)))
    both = np.isfinite(km) & np.isfinite(km.T)
    one, other = np.nonzero(both)
    graph = csr_matrix((km[both], (one, other)), shape=km.shape)
    return WaysRound(obstacles, ready.edges, corner, back, on, lat, lon, dijkstra(graph))


def _corners(obstacles: Obstacles) -> tuple[Array, Array, Array]:
    """The corners that stick out, and from each the ways to its neighbours on the outline."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(obstacles.outline)))
    found = [np.zeros((0, 3, 2))]
    for ring in rings:
        corner = shapely.get_coordinates(ring)[:-1]
        back = np.roll(corner, 1, axis=0) - corner
        on = np.roll(corner, -1, axis=0) - corner
        found.append(np.stack([corner, back, on], axis=1)[cross(on, back) > 0])
    corner, back, on = np.concatenate(found).transpose(1, 0, 2)
    return corner, back, on


def _touched_km(ways: WaysRound, places: Ashore) -> Array:
    """Kilometres from places to the corners that a way from them may bend round, shape (n, C).

    inf for others: those that are hidden, and those where the line would go on into the obstacle.
    """
    km = great_circle_km(places.lat, places.lon, ways.lat, ways.lon)
    for corner, at in enumerate(ways.corners):
        way = places.at - at
        sides = []
        for side in (ways.back[corner], ways.on[corner]):
            level = LEVEL * np.hypot(*side) * np.hypot(*way.T)
            turn = cross(way, side)
            sides.append(np.where(np.abs(turn) <= level, 0.0, np.sign(turn)))
        touched = sides[0] * sides[1] >= 0
        touched[touched] = seen_from(at, ways.edges, places.at[touched])
        km[~touched, corner] = np.inf
    return km


def _seen(starts: Array, ends: Array, edges: Edges) -> Flags:
    """Whether each start sees each end, shape (n, m); what is on the far side of the globe does."""
    if len(starts) > len(ends):
        return _seen(ends, starts, edges).T
    seen = np.ones((len(starts), len(ends)), dtype=np.bool_)
    near = np.flatnonzero(~np.isnan(ends).any(axis=1))
    for row, start in enumerate(starts):
        if not np.isnan(start).any():
            seen[row, near] = seen_from(start, edges, ends[near])
    return seen
