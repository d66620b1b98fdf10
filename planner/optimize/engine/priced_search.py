"""Networks at given prices: the rows priced make a problem that the search for networks states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.optimize.engine.instance import Bools, Floats, Instance, Ints, able_sites
from planner.optimize.engine.priced import PricedRows
from planner.optimize.engine.priced_bound import (
    PricedMultipliers,
    crowd_of,
    factor_of,
    rest_of,
    room_worth,
)
from planner.problem import PlanningProblem


def priced_instance(rows: PricedRows, at: PricedMultipliers) -> Instance:
    """The instance at these prices: each class at each point has a list of its own.

    A network's objective there is its own, and what the prices say of the rows that it breaks or
    keeps with room to spare.
    """
    instance = rows.instance
    classes, points = instance.weight.shape
    able = able_sites(instance.needs, instance.offers_most & instance.open_most[:, None])
    point = np.repeat(np.arange(points), np.diff(instance.start))
    base = (factor_of(rows, at)[point] * instance.cost)[None, :] + crowd_of(rows, at)[
        :, instance.site
    ]
    wanted = (instance.weight[:, point] > 0) & able[:, instance.site]
    row = np.arange(classes)[:, None] * points + point[None, :]
    too_far = np.zeros(base.shape)
    standards = np.diff(rows.row_start)
    for n in range(rows.within.size):
        if at.late[n] > 0:
            counts = np.zeros(classes * points, dtype=np.bool_)
            counts[np.repeat(np.arange(standards.size), standards)[rows.row_standard == n]] = True
            too_far += np.where(counts[row] & (rows.minutes > rows.within[n]), at.late[n], 0.0)
    row, cost = row[wanted], (base + too_far)[wanted]
    site = np.broadcast_to(instance.site, base.shape)[wanted]
    order = np.lexsort((cost, row))
    weight = np.zeros((classes, classes * points))
    rest, exact = np.full(weight.shape, np.inf), np.ones(weight.shape, dtype=np.bool_)
    beyond = rest_of(rows, at)
    for b in range(classes):
        own = slice(b * points, (b + 1) * points)
        weight[b, own] = instance.weight[b]
        rest[b, own] = beyond[b]
        exact[b, own] = instance.rest_exact[b]
    ends = np.cumsum(np.bincount(row, minlength=classes * points))
    return replace(
        instance,
        start=np.concatenate([[0], ends]).astype(np.int64),
        site=site[order].astype(np.int32),
        cost=cost[order],
        weight=weight,
        rest=rest,
        rest_exact=exact,
        branch_cost=instance.branch_cost - room_worth(rows, at),
    )


def late_visits(
    problem: PlanningProblem, rows: PricedRows, is_open: Bools, offers: Bools
) -> Floats:
    """By how many visits each standard is missed where everyone goes to the nearest branch, (N,).

    Below 0 where it is kept.
    """
    instance = rows.instance
    site = _nearest(problem, rows, is_open, offers)
    served = site >= 0
    minutes = np.where(served, problem.minutes[np.arange(instance.points)[None, :], site], np.inf)
    row = np.repeat(np.arange(minutes.size), np.diff(rows.row_start))
    late = minutes.ravel()[row] > rows.within[rows.row_standard]
    gone = np.where(late, instance.weight.ravel()[row], 0.0)
    outside = np.bincount(rows.row_standard, gone, minlength=rows.within.size)
    return np.asarray(outside - rows.allowed, dtype=np.float64)


def nearest_travel(
    problem: PlanningProblem, rows: PricedRows, is_open: Bools, offers: Bools
) -> Floats:
    """Visits x impedance of each point where everyone goes to the nearest branch, shape (I,)."""
    site = _nearest(problem, rows, is_open, offers)
    far = problem.impedance[np.arange(rows.instance.points)[None, :], site]
    served = (site >= 0) & (rows.instance.weight > 0) & np.isfinite(far)
    return np.asarray(
        (rows.instance.weight * np.where(served, far, 0.0)).sum(axis=0), dtype=np.float64
    )


def _nearest(problem: PlanningProblem, rows: PricedRows, is_open: Bools, offers: Bools) -> Ints:
    """The nearest branch of each row, -1 where none can serve it, shape (B, I)."""
    able = able_sites(rows.instance.needs, offers & is_open[:, None])
    site = np.full(rows.instance.weight.shape, -1, dtype=np.int64)
    for b in range(rows.instance.classes):
        there = np.flatnonzero(able[b])
        if there.size:
            site[b] = there[problem.impedance[:, there].argmin(axis=1)]
    return site
