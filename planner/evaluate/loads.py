"""How full branches are: visits and counter minutes against what they can serve."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from planner.evaluate.flows import Floats, live_offers, row_visits
from planner.evaluate.types import BranchLoad, CounterLoad
from planner.plan import Plan
from planner.problem import PlanningProblem

RELATIVE_TOLERANCE = 1e-9
ABSOLUTE_TOLERANCE = 1e-6  # in visits, and in counter minutes


def above(value: float, limit: float) -> float:
    """By how much a value is above its limit; a millionth and 1e-9 of the limit are rounding."""
    over = value - limit
    return over if over > RELATIVE_TOLERANCE * limit + ABSOLUTE_TOLERANCE else 0.0


def service_capacity(problem: PlanningProblem, service: int) -> Floats:
    """Yearly visits of a service that each site could serve in the best of its formats.

    Shape (J,): the largest over the formats that the site may take and that may offer the
    service of min(Q_jf, n_jf M / m_s); 0 where no format may offer it.
    """
    able = problem.format_allowed & problem.format_services[:, service]
    most = problem.capacity_visits
    each = float(problem.service_counter_min[service])
    if each > 0:
        limited = np.isfinite(problem.counters)
        minutes = np.where(limited, problem.counters, 0.0) * problem.counter_minutes_per_year
        most = np.minimum(most, np.where(limited, minutes / each, np.inf))
    return np.asarray(np.where(able, most, 0.0).max(axis=1))


def counter_minutes(problem: PlanningProblem, plan: Plan) -> Floats:
    """Counter minutes a year that each service takes at each site, shape (J, S)."""
    rows = plan.assignment
    by_site = np.zeros((len(problem.site_ids), len(problem.visit_type_ids)))
    np.add.at(by_site, (rows.site, rows.visit_type), row_visits(problem, rows))
    return np.asarray((by_site @ problem.does) * problem.service_counter_min)


def mean_visit_minutes(problem: PlanningProblem) -> float:
    """Counter minutes of a visit on average over all visits; 0 without visits."""
    total = float(problem.visits.sum())
    each = problem.does @ problem.service_counter_min
    return float((problem.visits @ each).sum()) / total if total > 0 else 0.0


def branch_loads(problem: PlanningProblem, plan: Plan) -> dict[int, BranchLoad]:
    """The load of every open branch, by site.

    Counters are looked at one service at a time where the plan sets them aside by service, and
    together otherwise.
    """
    sent = row_visits(problem, plan.assignment)
    visits = np.bincount(plan.assignment.site, weights=sent, minlength=len(problem.site_ids))
    minutes = counter_minutes(problem, plan)
    each = mean_visit_minutes(problem)
    return {
        j: _branch_load(problem, plan, j, float(visits[j]), minutes[j], each)
        for j in np.flatnonzero(plan.is_open).tolist()
    }


def _branch_load(
    problem: PlanningProblem, plan: Plan, site: int, visits: float, minutes: Floats, each: float
) -> BranchLoad:
    f = int(plan.format[site])
    capacity = float(problem.capacity_visits[site, f])
    counters = float(problem.counters[site, f])
    work, available = float(minutes.sum()), _minutes(problem, counters)
    by_service = tuple(_counter_loads(problem, plan, site, minutes))
    if by_service:
        too_long = sum(above(entry.minutes, entry.available) for entry in by_service)
    else:
        too_long = above(work, available)
    limits = [(visits, capacity), (work, available)]
    limits += [(entry.minutes, entry.available) for entry in by_service]
    ratios = [_ratio(used, most) for used, most in limits if math.isfinite(most)]
    return BranchLoad(
        visits=visits,
        capacity_visits=capacity,
        minutes=work,
        capacity_minutes=available,
        counters=counters,
        utilisation=max(ratios) if ratios else None,
        visits_over=above(visits, capacity) + (too_long / each if too_long else 0.0),
        by_service=by_service,
    )


def _counter_loads(
    problem: PlanningProblem, plan: Plan, site: int, minutes: Floats
) -> Iterator[CounterLoad]:
    """Services with the counters set aside for them, where the branch has a number of counters."""
    if plan.counters is None or math.isinf(problem.counters[site, plan.format[site]]):
        return
    shown = live_offers(plan)[site] | (plan.counters[site] > 0) | (minutes > 0)
    for s in np.flatnonzero(shown).tolist():
        number = int(plan.counters[site, s])
        yield CounterLoad(s, number, float(minutes[s]), _minutes(problem, number))


def _minutes(problem: PlanningProblem, counters: float) -> float:
    return counters * problem.counter_minutes_per_year if math.isfinite(counters) else math.inf


def _ratio(used: float, most: float) -> float:
    if most > 0:
        return used / most
    return math.inf if used > 0 else 0.0
