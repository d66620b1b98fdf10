"""Which places of a set are neighbours: the pairs that the national graph links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, KDTree

Array = NDArray[np.float64]
Pairs = NDArray[np.int64]
NEAREST = 6  # places that a place is linked to, however they lie
ON_ONE_LINE = 1e-9  # width over length of places that lie on one line


def flat(lat: Array, lon: Array, middle: float) -> Array:
    """Degrees on a plane that is true near the latitude `middle`, as (x, y), shape (n, 2)."""
    return np.column_stack([lon * np.cos(np.radians(middle)), lat])


def neighbours(places: Array) -> Pairs:
    """Pairs of neighbours, each once, the lower position first.

    Neighbours are those of the Delaunay triangulation, which reach every place, and the nearest
    `NEAREST`. In place of triangles, places on one line are linked one after the other.

    Args:
        places: Different places on a plane, shape (n, 2).

    Returns:
        Positions, shape (k, 2).
    """
    if len(places) < 2:
        return np.empty((0, 2), dtype=np.int64)
    centred = places - places.mean(axis=0)
    _, (length, width), axes = np.linalg.svd(centred, full_matrices=False)
    if len(places) < 3 or width <= ON_ONE_LINE * length:
        row = np.argsort(centred @ axes[0])
        pairs = np.column_stack([row[:-1], row[1:]])
    else:
        drawn = Delaunay(centred / length)
        corners = drawn.simplices
        # A place too near to another for a triangle of its own is linked to that one.
        beside = drawn.coplanar[:, [0, 2]]
        pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]], beside])
    count = min(NEAREST, len(places) - 1)
    _, nearest = KDTree(places).query(places, k=np.arange(2, count + 2))
    near = np.column_stack([np.repeat(np.arange(len(places)), count), nearest.ravel()])
    every = np.concatenate([pairs, near]).astype(np.int64)
    return np.unique(np.sort(every, axis=1), axis=0)
