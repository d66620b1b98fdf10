"""What it would mean if a branch no longer offered a service: who travels how much farther."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import live_offers, row_visits
from planner.evaluate.types import MergeEvidence
from planner.plan import Plan
from planner.problem import PlanningProblem


class Merger:
    """Asks of many pairs of one plan which branch had better stop, and keeps the answers."""

    def __init__(self, problem: PlanningProblem, plan: Plan) -> None:
        self._problem = problem
        self._plan = plan
        self._offers = live_offers(plan)
        self._visits = row_visits(problem, plan.assignment)
        order = np.argsort(plan.assignment.site, kind="stable")
        ends = np.cumsum(np.bincount(plan.assignment.site, minlength=len(problem.site_ids)))
        self._rows = np.split(order, ends[:-1])  # of each site
        self._known: dict[tuple[int, int], MergeEvidence] = {}

    def merge(self, service: int, site_a: int, site_b: int) -> MergeEvidence:
        """The better of the two branches to stop offering the service, with what follows."""
        both = [self._without(service, site) for site in (site_a, site_b)]
        return min(
            both,
            key=lambda entry: (
                entry.stranded,
                entry.extra_min_per_year,
                -entry.saved_kes_per_year,
                self._problem.site_ids[entry.site],
            ),
        )

    def _without(self, service: int, site: int) -> MergeEvidence:
        found = self._known.get((service, site))
        if found is None:
            found = self._known[service, site] = self._stop(service, site)
        return found

    def _stop(self, service: int, site: int) -> MergeEvidence:
        problem, rows = self._problem, self._plan.assignment
        left = self._offers[site].copy()
        left[service] = False
        moves = self._rows[site][self._visits[self._rows[site]] > 0]
        if left.any():
            moves = moves[problem.needs[rows.visit_type[moves], service]]
        visits = stranded = extra = 0.0
        for b in np.unique(rows.visit_type[moves]).tolist():
            own = moves[rows.visit_type[moves] == b]
            who, sent = rows.point[own], self._visits[own]
            visits += float(sent.sum())
            there = self._next(who, b, site)
            goes = there >= 0
            stranded += float(sent[~goes].sum())
            longer = problem.minutes[who[goes], there[goes]] - problem.minutes[who[goes], site]
            extra += float((sent[goes] * longer).sum())
        moved = visits - stranded
        saved = int(problem.offering_annual_kes[site, service])
        if not left.any():
            saved += int(problem.branch_annual_kes[site, self._plan.format[site]])
        return MergeEvidence(
            site=site,
            visits=visits,
            stranded=stranded,
            extra_min_per_year=extra,
            extra_min_per_visit=extra / moved if moved > 0 else None,
            saved_kes_per_year=saved,
        )

    def _next(self, who: NDArray[np.int64], kind: int, site: int) -> NDArray[np.int64]:
        """The nearest other branch that can complete the visit; -1 where there is none."""
        problem = self._problem
        able = self._plan.is_open & self._offers[:, problem.needs[kind]].all(axis=1)
        able[site] = False
        others = np.flatnonzero(able)
        if others.size == 0:
            return np.full(who.size, -1)
        reach = problem.impedance[np.ix_(who, others)]
        best = reach.argmin(axis=1)
        has_route = np.isfinite(reach[np.arange(who.size), best])
        return np.where(has_route, others[best], -1)
