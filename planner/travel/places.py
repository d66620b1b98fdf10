"""Where trips start and end: parallel arrays of places, whatever they are in the pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.pack.types import DemandPoint, Pack, Site


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """n places.

    Attributes:
        north: Latitudes in degrees, or y in metres for a projected pack, shape (n,).
        east: Longitudes in degrees, or x in metres, shape (n,).
        slow: Whether each lies in a slow area, shape (n,).
        names: What to call them when something must be told of one.
    """

    north: NDArray[np.float64]
    east: NDArray[np.float64]
    slow: NDArray[np.bool_]
    names: tuple[str, ...]

    def __len__(self) -> int:
        """How many."""
        return self.north.size


def places_of(pack: Pack, entries: Sequence[DemandPoint] | Sequence[Site]) -> Places:
    """The places of demand points or sites, in their order."""
    axes = ("y", "x") if pack.projected else ("lat", "lon")
    north, east = (
        np.array([getattr(entry, axis) for entry in entries], dtype=np.float64) for axis in axes
    )
    slow = np.array([entry.area in pack.travel.slow_areas for entry in entries], dtype=np.bool_)
    return Places(north, east, slow, tuple(entry.name or entry.id for entry in entries))


def together(one: Places, other: Places) -> Places:
    """The places of both, those of the first first."""
    axes = ("north", "east", "slow")
    north, east, slow = (np.concatenate([getattr(p, axis) for p in (one, other)]) for axis in axes)
    return Places(north, east, slow, one.names + other.names)


def places_at(
    pack: Pack, lat: ArrayLike, lon: ArrayLike, names: Sequence[str] | None = None
) -> Places:
    """Places by their degrees alone; each is as slow as the area whose outline holds it.

    Where no outline holds it, as the demand point nearest to it.
    """
    north, east = (np.atleast_1d(np.asarray(axis, dtype=np.float64)) for axis in (lat, lon))
    called = names or [f"{y:.3f}, {x:.3f}" for y, x in zip(north, east, strict=True)]
    return Places(north, east, _slow_at(pack, north, east), tuple(called))


def _slow_at(pack: Pack, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
    import shapely  # noqa: PLC0415 - only where degrees alone are known
    from scipy.spatial import KDTree  # noqa: PLC0415

    slow = np.zeros(lat.size, dtype=np.bool_)
    if not pack.travel.slow_areas:
        return slow
    outlined = [(area.code, area.outline) for area in pack.areas if area.outline is not None]
    held = np.zeros(lat.size, dtype=np.bool_)
    if outlined:
        tree = shapely.STRtree([outline for _, outline in outlined])
        place, area = tree.query(shapely.points(lon, lat), predicate="intersects")
        is_slow = np.array([code in pack.travel.slow_areas for code, _ in outlined])
        held[place] = True
        slow[place] |= is_slow[area]
    near = places_of(pack, pack.demand_points)
    if not held.all() and len(near):
        # Degrees are narrower away from the equator; here only the nearest counts.
        squeeze = np.cos(np.radians(near.north.mean()))
        known = KDTree(np.column_stack([near.north, near.east * squeeze]))
        _, nearest = known.query(np.column_stack([lat[~held], lon[~held] * squeeze]))
        slow[~held] = near.slow[nearest]
    return slow
