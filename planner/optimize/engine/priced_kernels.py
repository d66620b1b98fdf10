"""The loops over arcs where visits also pay for full branches and for trips that are too long.

Every surcharge is at least 0, so a list sorted by impedance still ends at what the row pays.
"""

# mypy: disable-error-code="untyped-decorator,misc"

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from planner.optimize.engine.compiled import compiled

Array = NDArray[Any]


@compiled
def priced_savings(
    start: Array,
    site: Array,
    cost: Array,
    minutes: Array,
    weight: Array,
    factor: Array,
    crowd: Array,
    row_start: Array,
    row_standard: Array,
    within: Array,
    late: Array,
    reach: Array,
    saved: Array,
) -> None:
    """What each site saves each class at the priced impedance, if anything; fills `saved` (B, J).

    The impedance of class b at point i to site j is factor[i] * cost + crowd[b, j], and late[n]
    for each standard n of the row that the trip is too long for.
    """
    saved[:] = 0.0
    points = weight.shape[1]
    for b in range(weight.shape[0]):
        for i in range(points):
            w = weight[b, i]
            if w <= 0.0:
                continue
            most = reach[b, i]
            row = b * points + i
            for a in range(start[i], start[i + 1]):
                priced = factor[i] * cost[a]
                if priced >= most:
                    break
                priced += crowd[b, site[a]]
                for k in range(row_start[row], row_start[row + 1]):
                    n = row_standard[k]
                    if minutes[a] > within[n]:
                        priced += late[n]
                if priced < most:
                    saved[b, site[a]] += w * (priced - most)


@compiled
def priced_use(
    start: Array,
    site: Array,
    cost: Array,
    minutes: Array,
    weight: Array,
    factor: Array,
    crowd: Array,
    row_start: Array,
    row_standard: Array,
    within: Array,
    late: Array,
    reach: Array,
    able: Array,
    left: Array,
    sent: Array,
    outside: Array,
    travel: Array,
) -> None:
    """What the relaxed problem's solution does to each priced row.

    Fills left (B, I), 1 less the branches that serve a row; sent (B, J), visits by class and
    site; outside (N,), visits that a standard finds too far; travel (I,), visits x impedance.
    """
    sent[:] = 0.0
    outside[:] = 0.0
    travel[:] = 0.0
    points = weight.shape[1]
    for b in range(weight.shape[0]):
        for i in range(points):
            left[b, i] = 0.0
            w = weight[b, i]
            if w <= 0.0:
                continue
            most = reach[b, i]
            row = b * points + i
            served = 0
            for a in range(start[i], start[i + 1]):
                priced = factor[i] * cost[a]
                if priced >= most:
                    break
                j = site[a]
                if not able[b, j]:
                    continue
                priced += crowd[b, j]
                for k in range(row_start[row], row_start[row + 1]):
                    n = row_standard[k]
                    if minutes[a] > within[n]:
                        priced += late[n]
                if priced < most:
                    served += 1
                    sent[b, j] += w
                    travel[i] += w * cost[a]
                    for k in range(row_start[row], row_start[row + 1]):
                        n = row_standard[k]
                        if minutes[a] > within[n]:
                            outside[n] += w
            left[b, i] = 1.0 - served
