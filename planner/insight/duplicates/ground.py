"""What every part of the audit looks up: who goes where, what is near, what a branch can take."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import Bools, Floats, live_offers, row_visits
from planner.evaluate.journeys import return_trip_kes
from planner.evaluate.loads import above, counter_minutes
from planner.insight.duplicates.thresholds import Thresholds
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

Ints = NDArray[np.int64]
DAYS = 5.0  # a week
_NEAREST = 3


class Ground:
    """One network with all that is asked of it again and again.

    Attributes:
        offers: What stands at open branches, shape (J, S).
        able: Whether an open branch can complete a visit type, shape (J, B).
        sent: Yearly visits of each row of the assignment.
        rows_of: The rows that go to each site.
        kes: What a return trip costs, shape (I, J).
        visits_at: Yearly visits at each branch, shape (J,); `work_at`: counter minutes.
    """

    def __init__(
        self, problem: PlanningProblem, plan: Plan, pack: Pack, thresholds: Thresholds
    ) -> None:
        self.problem, self.plan, self.limits = problem, plan, thresholds
        self.offers: Bools = live_offers(plan)
        kinds, sites = len(problem.visit_type_ids), len(problem.site_ids)
        self.able: Bools = np.array(
            [plan.is_open & self.offers[:, problem.needs[b]].all(axis=1) for b in range(kinds)],
            dtype=np.bool_,
        ).T.reshape(sites, kinds)
        self.sent: Floats = row_visits(problem, plan.assignment)
        order = np.argsort(plan.assignment.site, kind="stable")
        ends = np.cumsum(np.bincount(plan.assignment.site, minlength=sites))
        self.rows_of = np.split(order, ends[:-1])
        self.kes: Floats = return_trip_kes(pack, problem)
        self.visits_at = np.bincount(plan.assignment.site, weights=self.sent, minlength=sites)
        self.work_at: Floats = counter_minutes(problem, plan).sum(axis=1)
        self._near = [self._nearest_of(b) for b in range(kinds)]

    def _nearest_of(self, kind: int) -> Ints:
        """The nearest branches for a visit type, the nearest first, shape (I, 3); -1 for none."""
        sites: Ints = np.flatnonzero(self.able[:, kind])
        found = np.full((len(self.problem.point_ids), _NEAREST), -1, dtype=np.int64)
        left = self.problem.impedance[:, sites].copy()
        every = np.arange(found.shape[0])
        for n in range(min(_NEAREST, sites.size)):
            best = left.argmin(axis=1)
            has_route = np.isfinite(left[every, best])
            found[:, n] = np.where(has_route, sites[best], -1)
            left[every, best] = np.inf
        return found

    def near(self, kind: int) -> Ints:
        """The three nearest branches for a visit type, the nearest first, shape (I, 3); -1."""
        return self._near[kind]

    # -- rows ------------------------------------------------------------------------------

    def rows(self, sites: Iterable[int], services: Iterable[int]) -> Ints:
        """Rows with visits to some branches that need one of some services."""
        wanted = list(services)
        kinds = np.asarray(self.problem.needs[:, wanted].any(axis=1), dtype=np.bool_)
        rows: Ints = np.concatenate([np.zeros(0, np.int64), *(self.rows_of[j] for j in sites)])
        return rows[(self.sent[rows] > 0) & kinds[self.plan.assignment.visit_type[rows]]]

    def next_of(self, rows: Ints, *without: int | Ints) -> Ints:
        """The nearest branch for each row that is none of those left out (at most two); -1."""
        who = self.plan.assignment
        found = np.full(rows.size, -1, dtype=np.int64)
        for kind in np.unique(who.visit_type[rows]).tolist():
            own = np.flatnonzero(who.visit_type[rows] == kind)
            near = self._near[kind][who.point[rows[own]]]
            for out in without:
                gone = out if isinstance(out, int) else out[own][:, None]
                near = np.where(near == gone, -1, near)
            first = (near >= 0).argmax(axis=1)
            found[own] = near[np.arange(own.size), first]
        return found

    def without(self, rows: Ints, gone: Iterable[int]) -> Ints:
        """The nearest branch for each row once some branches are gone; -1 where there is none."""
        who, out = self.plan.assignment, list(gone)
        found = np.full(rows.size, -1, dtype=np.int64)
        for kind in np.unique(who.visit_type[rows]).tolist():
            own = np.flatnonzero(who.visit_type[rows] == kind)
            able = self.able[:, kind].copy()
            able[out] = False
            sites = np.flatnonzero(able)
            if sites.size == 0:
                continue
            reach = self.problem.impedance[np.ix_(who.point[rows[own]], sites)]
            best = reach.argmin(axis=1)
            has_route = np.isfinite(reach[np.arange(own.size), best])
            found[own] = np.where(has_route, sites[best], -1)
        return found

    def minutes_to(self, rows: Ints, sites: Ints) -> Floats:
        """Minutes one way from each row's place to a site; inf where there is none (-1)."""
        there = self.problem.minutes[self.plan.assignment.point[rows], sites]
        return np.where(sites >= 0, there, np.inf)

    def now(self, rows: Ints) -> Floats:
        """Minutes one way of each row as it goes now."""
        return self.minutes_to(rows, self.plan.assignment.site[rows])

    def in_time(self, minutes: Floats, now: Floats, standard: float) -> Bools:
        """Whether a way will do: within the standard, or little longer where none is kept anyway.

        The one rule of what counts as overlap, as backup and as a way that people can be sent.
        """
        kept = (now <= standard) & math.isfinite(standard)
        with np.errstate(invalid="ignore"):  # no way now and none then
            little = ~kept & (minutes - now <= self.limits.longer_min)
        within = (minutes <= standard) & math.isfinite(standard)
        return np.asarray(np.isfinite(minutes) & (within | little))

    def standard(self, services: Iterable[int]) -> float:
        """The shortest standard of some services in minutes, inf without one."""
        return float(min((self.problem.standard_min[s] for s in services), default=math.inf))

    # -- room ------------------------------------------------------------------------------

    def fits(self, site: int, visits: float, work: float, formats: Iterable[int]) -> int | None:
        """The first of some formats in which a branch takes visits and counter minutes a year."""
        for f in formats:
            if not above(visits, self.most_visits(site, f)) and not above(
                work, self.most_work(site, f)
            ):
                return f
        return None

    def most_visits(self, site: int, form: int) -> float:
        """Visits a year that a branch shall at most have in a format."""
        return self.limits.utilisation * float(self.problem.capacity_visits[site, form])

    def most_work(self, site: int, form: int) -> float:
        """Counter minutes a year that a branch shall at most have in a format."""
        counters = float(self.problem.counters[site, form])
        if math.isinf(counters):
            return math.inf
        return self.limits.utilisation * counters * self.problem.counter_minutes_per_year

    def formats(self, site: int) -> list[int]:
        """The formats that can offer what the branch offers: its own, then the cheapest first."""
        problem, own = self.problem, int(self.plan.format[site])
        able = problem.format_allowed[site] & problem.format_services[:, self.offers[site]].all(
            axis=1
        )
        others = [f for f in np.flatnonzero(able).tolist() if f != own]
        others.sort(key=lambda f: (int(problem.branch_annual_kes[site, f]), f))
        return [own, *others]

    def largest(self, site: int) -> int:
        """The format that takes most visits of mean length; its own where none takes more."""
        each = float(self.work_at.sum()) / max(float(self.visits_at.sum()), 1e-9)

        def size(form: int) -> float:
            work = self.most_work(site, form)
            return min(self.most_visits(site, form), work / each if each > 0 else math.inf)

        return max(self.formats(site), key=size)  # the first of equals: its own

    def used(self, site: int, visits: float, work: float) -> float | None:
        """Share of the capacity in its format, of visits or counters, whichever is fuller."""
        form = int(self.plan.format[site])
        most = (self.most_visits(site, form), self.most_work(site, form))
        ratios = [
            self.limits.utilisation * (u / m if m > 0 else math.inf)
            for u, m in zip((visits, work), most, strict=True)
            if math.isfinite(m)
        ]
        return max(ratios) if ratios else None
