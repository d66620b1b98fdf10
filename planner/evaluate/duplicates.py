"""The duplicates audit: the same service at two branches closer than its separation."""

from __future__ import annotations

import numpy as np

from planner.evaluate.cliques import close_sites
from planner.evaluate.flows import live_offers, site_service_load
from planner.evaluate.loads import above, service_capacity
from planner.evaluate.merging import Merger
from planner.evaluate.types import DuplicateCount, DuplicatePair
from planner.plan import Plan
from planner.problem import PlanningProblem


def duplicate_pairs(
    problem: PlanningProblem, plan: Plan, separation_km: float | None = None
) -> tuple[DuplicatePair, ...]:
    """Every pair of open branches that offer the same service within its separation (<=).

    Whether a pair is justified is a matter of evidence, whatever the scenario's rules say: the
    visits assigned to the two together are more than the larger of them can serve.

    Args:
        problem: The problem.
        plan: A well-formed plan.
        separation_km: One separation in kilometres for every service and pair of sites, and
            none in minutes; the problem's own when left out.

    Returns:
        The pairs by service, then by the ids of the two sites.
    """
    load = site_service_load(problem, plan.assignment)
    offers = live_offers(plan)
    merger = Merger(problem, plan)
    pairs = []
    for s in range(len(problem.service_ids)):
        own, most = np.flatnonzero(offers[:, s]), service_capacity(problem, s)
        if separation_km is None:
            limit_km, limit_min = problem.separation_km[s], problem.separation_min[s]
            close = close_sites(problem, s)
        else:
            limit_km = np.full_like(problem.site_km, separation_km)
            limit_min = np.full_like(problem.site_min, -1.0)
            close = problem.site_km <= separation_km
        for a, b in np.argwhere(np.triu(close[np.ix_(own, own)], k=1)).tolist():
            first, second = sorted((int(own[a]), int(own[b])), key=lambda j: problem.site_ids[j])
            both = float(load[first, s] + load[second, s])
            capacity = float(most[[first, second]].max())
            pairs.append(
                DuplicatePair(
                    service=s,
                    site_a=first,
                    site_b=second,
                    km=float(problem.site_km[first, second]),
                    separation_km=float(limit_km[first, second]),
                    load=both,
                    capacity=capacity,
                    justified=above(both, capacity) > 0,
                    minutes=float(problem.site_min[first, second]),
                    separation_min=float(limit_min[first, second]),
                    merge=merger.merge(s, first, second),
                )
            )
    pairs.sort(key=lambda p: (p.service, problem.site_ids[p.site_a], problem.site_ids[p.site_b]))
    return tuple(pairs)


def count_pairs(pairs: tuple[DuplicatePair, ...]) -> DuplicateCount:
    """How many pairs there are, and how many of them the load justifies."""
    justified = sum(pair.justified for pair in pairs)
    return DuplicateCount(len(pairs), justified, len(pairs) - justified)
