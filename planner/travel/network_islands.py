"""What stands alone in the national graph, and the crossings that join it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from planner.pack.faults import listed
from planner.pack.globe import pair_km
from planner.travel.links import flat

Array = NDArray[np.float64]
Nodes = NDArray[np.int64]


def crossings(
    lat: Array, lon: Array, edges: Nodes, first: int, names: Sequence[str]
) -> tuple[Nodes, tuple[str, ...]]:
    """The shortest way from each part that stands alone to the main one, and what to tell of it.

    The main part is that with most places.

    Args:
        lat: Degrees of the nodes, shape (N,); `lon` likewise.
        lon: Likewise.
        edges: Their two nodes each, shape (e, 2).
        first: The first node that is a place; the others come after it.
        names: Of the places.

    Returns:
        Pairs of nodes, shape (k, 2), and sentences.
    """
    linked = csr_matrix((np.ones(len(edges)), tuple(edges.T)), shape=(lat.size, lat.size))
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
        km = pair_km(*(axis[[node]] for node in pairs[-1] for axis in (lat, lon)))[0]
        notes.append(crossing_note(km, [names[node - first] for node in nodes[nodes >= first]]))
    if bare:
        notes.append(f"{bare} pieces of road meet no other: joined by their shortest crossings.")
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), tuple(notes)


def crossing_note(km: float, names: Iterable[str]) -> str:
    """What to tell of places that only a crossing of so many straight km joins to the others."""
    named = listed(dict.fromkeys(names), 3)
    return f"Joined by a crossing of {km:.1f} km over what travel avoids: {named}."
