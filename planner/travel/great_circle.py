"""Straight-line distance on the globe, computed in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.pack.globe import pair_km

BLOCK_PAIRS = 2_000_000


def great_circle_km(
    from_lat: ArrayLike, from_lon: ArrayLike, to_lat: ArrayLike, to_lon: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle kilometres from n places to m places, shape (n, m), by the haversine formula.

    Args:
        from_lat: Latitudes in degrees, shape (n,); `from_lon` likewise.
        from_lon: Longitudes in degrees.
        to_lat: Latitudes in degrees, shape (m,); `to_lon` likewise.
        to_lon: Longitudes in degrees.
    """
    lat1, lon1, lat2, lon2 = (
        np.asarray(axis, dtype=np.float64) for axis in (from_lat, from_lon, to_lat, to_lon)
    )
    km = np.empty((lat1.size, lat2.size))
    rows = max(1, BLOCK_PAIRS // max(1, lat2.size))
    for start in range(0, lat1.size, rows):
        part = slice(start, start + rows)
        km[part] = pair_km(lat1[part, None], lon1[part, None], lat2[None, :], lon2[None, :])
    return km
