"""Straight kilometres between pairs of places on the globe."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def pair_km(
    from_lat: ArrayLike, from_lon: ArrayLike, to_lat: ArrayLike, to_lon: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle kilometres of pairs: arrays of degrees that go together, in their shape.

    By the haversine formula.
    """
    lat1, lon1, lat2, lon2 = (np.radians(axis) for axis in (from_lat, from_lon, to_lat, to_lon))
    half_lat, half_lon = np.sin((lat2 - lat1) / 2), np.sin((lon2 - lon1) / 2)
    square = half_lat**2 + np.cos(lat1) * np.cos(lat2) * half_lon**2
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(square, 1.0)))
    return np.asarray(km, dtype=np.float64)
