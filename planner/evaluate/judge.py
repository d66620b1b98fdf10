"""The judgement of one plan: every figure and every broken rule, from the raw arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from planner.evaluate.duplicates import count_pairs, duplicate_pairs
from planner.evaluate.flows import live_offers, row_visits, unserved_visits
from planner.evaluate.loads import branch_loads
from planner.evaluate.means import group_means, known, mean, tail_mean
from planner.evaluate.money import annual_kes, capital_kes
from planner.evaluate.objective import objective_parts
from planner.evaluate.rules import violations
from planner.evaluate.standards import standard_scores
from planner.evaluate.types import (
    AreaScore,
    BranchLoad,
    BranchScore,
    ClosedBranch,
    Kpis,
    ObjectiveParts,
    Score,
)
from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem

WORST_SHARE = 0.10


def score(problem: PlanningProblem, plan: Plan) -> Score:
    """Recompute everything that is told about a plan.

    A plan that cannot be read (wrong shapes, positions that do not exist, shares that are no
    numbers) is scored as a network without branches, with an infinite objective; its
    violations say why.
    """
    broken = violations(problem, plan)
    unreadable = any(entry.rule == "form" for entry in broken)
    if unreadable:
        plan = _no_network(problem)
    pairs = duplicate_pairs(problem, plan)
    trips = _Trips(problem, plan.assignment)
    loads = branch_loads(problem, plan)
    standards = standard_scores(problem, plan)
    missed = sum(entry.visits_short for entry in standards if not entry.is_hard)
    if problem.rules.capacity == "soft":
        missed += sum(load.visits_over for load in loads.values())
    capital = capital_kes(problem, plan)
    covered = np.unique(problem.site_area[plan.is_open]).size
    return Score(
        kpis=Kpis(
            visits_per_year=float(problem.visits.sum()),
            unserved_visits_per_year=float(trips.unserved.sum()),
            mean_min=mean(trips.minutes, trips.visits),
            mean_km=mean(trips.km, trips.visits),
            within_standard=mean(trips.within, trips.visits),
            worst_tenth_min=tail_mean(trips.minutes, trips.visits, WORST_SHARE),
            branches=int(plan.is_open.sum()),
            offerings=int(live_offers(plan).sum()),
            duplicates=count_pairs(pairs),
            capital_kes=sum(capital),
            annual_kes=sum(annual_kes(problem, plan)),
            areas_without_branch=len(problem.area_codes) - covered,
            shortfall_visits_per_year=float(missed),
            overloaded_branches=sum(load.visits_over > 0 for load in loads.values()),
        ),
        branches=tuple(_branch_scores(problem, plan, trips, loads)),
        closed=tuple(
            ClosedBranch(j, capital[j])
            for j in np.flatnonzero(problem.existing & ~plan.is_open).tolist()
        ),
        areas=tuple(_area_scores(problem, plan, trips)),
        standards=standards,
        duplicates=pairs,
        objective=(
            ObjectiveParts(math.inf, 0.0, 0.0, 0.0)
            if unreadable
            else objective_parts(problem, plan)
        ),
        shortfall=math.inf if unreadable else float(missed),
        point_min=group_means(trips.point, trips.minutes, trips.visits, len(problem.point_ids)),
        violations=tuple(entry.text for entry in broken),
    )


class _Trips:
    """The rows of an assignment that carry visits, with what each trip takes."""

    def __init__(self, problem: PlanningProblem, rows: Assignment) -> None:
        sent = row_visits(problem, rows)
        used = sent > 0
        self.point = rows.point[used]
        self.site = rows.site[used]
        self.visits = sent[used]
        self.minutes = problem.minutes[self.point, self.site]
        self.km = problem.km[self.point, self.site]
        strictest = np.where(problem.does, problem.standard_min, np.inf).min(axis=1, initial=np.inf)
        limit = strictest[rows.visit_type[used]]
        self.within = (self.minutes <= limit).astype(np.float64)
        self.unserved = unserved_visits(problem, rows).sum(axis=1)


def _branch_scores(
    problem: PlanningProblem, plan: Plan, trips: _Trips, loads: Mapping[int, BranchLoad]
) -> Iterable[BranchScore]:
    size = len(problem.site_ids)
    visits = np.bincount(trips.site, weights=trips.visits, minlength=size)
    minutes = group_means(trips.site, trips.minutes, trips.visits, size)
    km = group_means(trips.site, trips.km, trips.visits, size)
    annual, capital = annual_kes(problem, plan), capital_kes(problem, plan)
    for j in np.flatnonzero(plan.is_open).tolist():
        yield BranchScore(
            site=j,
            services=tuple(np.flatnonzero(plan.offers[j]).tolist()),
            visits_per_year=float(visits[j]),
            mean_min=known(minutes[j]),
            mean_km=known(km[j]),
            annual_kes=annual[j],
            capital_kes=capital[j],
            format=int(plan.format[j]),
            load=loads[j],
        )


def _area_scores(problem: PlanningProblem, plan: Plan, trips: _Trips) -> Iterable[AreaScore]:
    size = len(problem.area_codes)
    home = problem.point_area[trips.point]
    visits = np.bincount(problem.point_area, weights=problem.visits.sum(axis=1), minlength=size)
    unserved = np.bincount(problem.point_area, weights=trips.unserved, minlength=size)
    minutes = group_means(home, trips.minutes, trips.visits, size)
    km = group_means(home, trips.km, trips.visits, size)
    within = group_means(home, trips.within, trips.visits, size)
    worst = np.full(size, -np.inf)
    np.maximum.at(worst, home, trips.minutes)
    branches = np.bincount(problem.site_area[plan.is_open], minlength=size)
    for c in range(size):
        yield AreaScore(
            area=c,
            visits_per_year=float(visits[c]),
            unserved_visits_per_year=float(unserved[c]),
            mean_min=known(minutes[c]),
            mean_km=known(km[c]),
            within_standard=known(within[c]),
            worst_min=known(worst[c]),
            branches=int(branches[c]),
        )


def _no_network(problem: PlanningProblem) -> Plan:
    none = np.zeros(0, dtype=np.int64)
    return Plan(
        np.zeros(len(problem.site_ids), dtype=np.bool_),
        np.zeros((len(problem.site_ids), len(problem.service_ids)), dtype=np.bool_),
        Assignment(none, none, none, np.zeros(0)),
    )
