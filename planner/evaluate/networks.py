"""Networks that are given, not found: today's branches, announced ones, nearest choice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.form import by_service
from planner.evaluate.loads import above, counter_minutes
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
    """A network as listed: these sites open, each with the services listed for it.

    Every visit goes to the nearest branch that can complete it, whether that has room or not.

    Args:
        problem: The problem.
        is_open: Shape (J,).

    Returns:
        A plan. Today's branches have today's format, others the one that the rules lock, and
        else the cheapest a year that the site may take and that may offer what is listed.
        Counters by service are set aside where they help most.
    """
    offers = problem.today & is_open[:, None]
    formats = [
        _listed_format(problem, j) if is_open[j] else -1 for j in range(len(problem.site_ids))
    ]
    plan = Plan(
        is_open,
        offers,
        nearest_assignment(problem, is_open, offers),
        np.array(formats, dtype=np.int64),
    )
    return replace(plan, counters=set_aside(problem, plan)) if by_service(problem) else plan


def _listed_format(problem: PlanningProblem, site: int) -> int:
    if problem.existing[site]:
        return int(problem.today_format[site])
    locked = (problem.rules.locked_format or {}).get(site)
    if locked is not None:
        return locked
    may = np.flatnonzero(problem.format_allowed[site]).tolist()
    fits = [f for f in may if problem.format_services[f][problem.today[site]].all()]
    cost = problem.branch_annual_kes[site]
    return min(fits or may or [0], key=lambda f: (int(cost[f]), f))


def set_aside(problem: PlanningProblem, plan: Plan) -> NDArray[np.int64]:
    """Whole counters by service, as many as help and the format has, shape (J, S).

    Each counter goes where it takes most minutes off; so no other way leaves fewer minutes
    without a counter. Services first in the pack come first where it is all the same.
    """
    work, each = counter_minutes(problem, plan), problem.counter_minutes_per_year
    counters = np.zeros(work.shape, dtype=np.int64)
    if each <= 0:
        return counters
    for j in np.flatnonzero(plan.is_open).tolist():
        most = float(problem.counters[j, plan.format[j]])
        full = [int(minutes // each) for minutes in work[j].tolist()]
        rest = [above(m, n * each) for m, n in zip(work[j].tolist(), full, strict=True)]
        for s, count in enumerate(full):
            counters[j, s] = min(count, most)
            most -= int(counters[j, s])
        for s in sorted(np.flatnonzero(rest).tolist(), key=lambda s: -rest[s]):
            if most >= 1:
                counters[j, s] += 1
                most -= 1
    return counters
