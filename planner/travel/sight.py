"""What is seen from a place among polygons: by the edge that comes first in every direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """The edges of polygons, with the polygon on the left: from `start` to `end`, each (E, 2)."""

    start: Array
    end: Array


def edges_of(outline: BaseGeometry) -> Edges:
    """The edges of all polygons of an outline."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(outline)))
    places, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return Edges(places[:-1][same], places[1:][same])


def seen_from(source: Array, edges: Edges, targets: Array) -> Flags:
    """Whether each target is seen from a source outside of all polygons, shape (n,).

    Between two neighbouring directions in which corners lie, the same edge is always the first.
    So one edge is found for each such sector, and each target is held against that of its own.

    Args:
        source: A place, shape (2,).
        edges: Those of the polygons.
        targets: Places, shape (n, 2).
    """
    start, end = edges.start - source, edges.end - source
    facing = cross(start, end) < 0
    if not facing.any():
        return np.ones(len(targets), dtype=np.bool_)
    start, along = start[facing], (edges.end - edges.start)[facing]
    left, right = _angle(start), _angle(end[facing])
    angles = np.unique(np.concatenate([left, right]))
    sector = np.searchsorted(angles, right)
    count = (np.searchsorted(angles, left) - sector) % angles.size
    edge = np.repeat(np.arange(count.size), count)
    sector = np.repeat(sector - np.cumsum(count) + count, count) + np.arange(edge.size)
    sector %= angles.size
    width = np.diff(angles, append=angles[0] + 2 * np.pi)
    middle = angles[sector] + width[sector] / 2
    ray = np.column_stack([np.cos(middle), np.sin(middle)])
    reach = cross(start, along)  # twice the area between source and edge, negative
    with np.errstate(divide="ignore"):
        far = reach[edge] / cross(ray, along[edge])
    first = np.full(angles.size, -1)
    order = np.argsort(-far, kind="stable")
    first[sector[order]] = edge[order]  # of several, the last stays: the nearest
    way = targets - source
    met = first[np.searchsorted(angles, _angle(way), side="right") - 1]
    return np.asarray((met < 0) | (cross(way, along[met]) >= reach[met]), dtype=np.bool_)


def cross(one: Array, other: Array) -> Array:
    """The cross product of directions, shape (..., 2): positive where `other` turns left."""
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0], dtype=np.float64)


def _angle(way: Array) -> Array:
    return np.asarray(np.arctan2(way[..., 1], way[..., 0]), dtype=np.float64)
