"""Networks that are given, not found: today's branches, announced ones, nearest choice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem


def nearest_assignment(
    problem: PlanningProblem,
    is_open: NDArray[np.bool_],
    offers: NDArray[np.bool_],
    cost: NDArray[np.float64] | None = None,
) -> Assignment:
    """Every visit at the nearest open branch that can complete it.

    Args:
        problem: The problem.
        is_open: Shape (J,).
        offers: Shape (J, S).
        cost: What near means, shape (I, J); the problem's impedance when left out.

    Returns:
        One row per demand point and visit type with visits that some branch can complete, in
        order of visit type then point; ties go to the site that comes first.
    """
    near = problem.impedance if cost is None else cost
    points, kinds, sites = [], [], []
    for b in range(len(problem.visit_type_ids)):
        able = np.flatnonzero(is_open & offers[:, problem.needs[b]].all(axis=1))
        who = np.flatnonzero(problem.visits[:, b] > 0)
        if able.size == 0 or who.size == 0:
            continue
        reach = near[np.ix_(who, able)]
        best = reach.argmin(axis=1)
        has_route = np.isfinite(reach[np.arange(who.size), best])
        points.append(who[has_route])
        kinds.append(np.full(int(has_route.sum()), b))
        sites.append(able[best[has_route]])
    empty = np.zeros(0, dtype=np.int64)
    point = np.concatenate([empty, *points]).astype(np.int64)
    return Assignment(
        point,
        np.concatenate([empty, *kinds]).astype(np.int64),
        np.concatenate([empty, *sites]).astype(np.int64),
        np.ones(point.size),
    )


def todays_network(problem: PlanningProblem) -> Plan | None:
    """Today's branches with today's services, nearest choice by time; None without branches."""
    return listed_network(problem, problem.existing) if problem.existing.any() else None


def listed_network(problem: PlanningProblem, is_open: NDArray[np.bool_]) -> Plan:
    """A network as listed: these sites open, each with the services listed for it."""
    offers = problem.today & is_open[:, None]
    return Plan(is_open, offers, nearest_assignment(problem, is_open, offers))
