"""The loops over arcs, compiled once and kept on disk: what pricing the rows costs most."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from planner.optimize.engine.compiled import compiled

Array = NDArray[Any]


@compiled
def savings(
    start: Array, site: Array, cost: Array, weight: Array, reach: Array, saved: Array
) -> None:
    """What each site saves each class when a row pays `reach`: weight * (cost - reach), if less.

    Fills `saved`, shape (B, J). Lists are sorted, so a row's loop ends at its reach.
    """
    for b in range(weight.shape[0]):
        for j in range(saved.shape[1]):
            saved[b, j] = 0.0
        for i in range(weight.shape[1]):
            w = weight[b, i]
            if w <= 0.0:
                continue
            most = reach[b, i]
            for a in range(start[i], start[i + 1]):
                if cost[a] >= most:
                    break
                saved[b, site[a]] += w * (cost[a] - most)


@compiled
def unserved(
    start: Array, site: Array, cost: Array, weight: Array, reach: Array, able: Array, left: Array
) -> None:
    """1 less the number of able sites nearer than `reach`, for each row with visits, else 0."""
    for b in range(weight.shape[0]):
        for i in range(weight.shape[1]):
            left[b, i] = 0.0
            if weight[b, i] <= 0.0:
                continue
            most = reach[b, i]
            served = 0
            for a in range(start[i], start[i + 1]):
                if cost[a] >= most:
                    break
                served += able[b, site[a]]
            left[b, i] = 1.0 - served
