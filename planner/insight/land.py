"""The land of a pack for map layers, and how it is cut into parts that share their edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.travel.places import Places, places_of

GRID_DEGREES = 1e-5  # a metre: what corners are rounded to, in the cut and in files
_MARGIN = 0.05  # of the extent of places without outlines
_LEAST_MARGIN = 0.02  # degrees, about 2 km

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A part of the land and the demand points that share it.

    `outline` in degrees; `points` are positions of the pack's demand points.
    """

    outline: BaseGeometry
    points: Positions


def grounds(pack: Pack) -> tuple[Ground, ...]:
    """The outline of each area with its demand points; what has no outline shares one hull.

    Outlines of areas without demand points are left out.

    Raises:
        PlannerError: Demand points are in metres, or have no place.
    """
    places = points_in_degrees(pack)
    at = {area.code: area.outline for area in pack.areas}
    home = [point.area for point in pack.demand_points]
    found = []
    for code, outline in at.items():
        own = np.array([i for i, area in enumerate(home) if area == code], dtype=np.int64)
        if outline is not None and own.size:
            found.append(Ground(outline, own))
    bare = np.array([i for i, code in enumerate(home) if at[code] is None], dtype=np.int64)
    if bare.size:
        hull = _hull(places, bare)
        taken = [outline for outline in at.values() if outline is not None]
        hull = hull.difference(shapely.union_all(taken)) if taken else hull
        if not hull.is_empty:
            found.append(Ground(hull, bare))
    return tuple(found)


def has_degrees(pack: Pack) -> bool:
    """Whether every demand point has its latitude and longitude."""
    return not pack.projected and all(point.lat is not None for point in pack.demand_points)


def points_in_degrees(pack: Pack) -> Places:
    """The pack's demand points.

    Raises:
        PlannerError: They are in metres, or have no place.
    """
    if not has_degrees(pack):
        raise PlannerError(
            "A map layer needs the latitude and longitude of every demand point, which this pack "
            "does not give."
        )
    return places_of(pack, pack.demand_points)


def squeeze(places: Places) -> float:
    """How much shorter a degree east is than a degree north, in the middle of the places."""
    return float(np.cos(np.radians((places.north.min() + places.north.max()) / 2)))


def _hull(places: Places, points: Positions) -> BaseGeometry:
    """Round some places, with a margin."""
    lon, lat = places.east[points], places.north[points]
    hull = shapely.MultiPoint(np.column_stack([lon, lat])).convex_hull
    return hull.buffer(max(_LEAST_MARGIN, _MARGIN * max(np.ptp(lon), np.ptp(lat))))


# -- cutting -------------------------------------------------------------------------------


def faces(lines: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    """The faces between lines, with corners on a grid of a metre; also those outside the land."""
    drawn = shapely.union_all(list(lines), grid_size=GRID_DEGREES)
    parts = shapely.get_parts(drawn)
    return np.asarray(shapely.get_parts(shapely.polygonize(parts)), dtype=object)


def inside(pieces: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of a place inside each face."""
    places = shapely.point_on_surface(pieces)
    return shapely.get_x(places), shapely.get_y(places)


def joined(pieces: NDArray[np.object_], label: Positions, count: int) -> list[BaseGeometry]:
    """The faces of each label as one geometry; an empty one where there are none.

    Args:
        pieces: Faces that share their edges, shape (n,).
        label: Of each face, shape (n,); -1 for faces that are left out.
        count: How many labels there are.
    """
    return [shapely.coverage_union_all(pieces[label == k]) for k in range(count)]


def lighter(parts: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Parts that share their edges, with fewer corners; they still share them.

    Args:
        parts: Polygons without overlap whose edges match; empty ones stay empty.
        tolerance: In degrees: roughly how far a line may move.
    """
    found = list(parts)
    full = [k for k, part in enumerate(parts) if not part.is_empty]
    if full:
        simple = shapely.coverage_simplify([parts[k] for k in full], tolerance)
        for k, part in zip(full, simple, strict=True):
            found[k] = part
    return found
