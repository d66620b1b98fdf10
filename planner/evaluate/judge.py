"""The judgement of one plan: every figure and every broken rule, from the raw arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.cliques import excess_offers
from planner.evaluate.duplicates import count_pairs, duplicate_pairs
from planner.evaluate.flows import (
    branch_capital_kes,
    live_offers,
    network_annual_kes,
    row_visits,
    unserved_visits,
)
from planner.evaluate.rules import violations
from planner.evaluate.types import AreaScore, BranchScore, Kpis, ObjectiveParts, Score
from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem

Floats = NDArray[np.float64]

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
    parts = objective_parts(problem, plan)
    annual = network_annual_kes(problem, plan)
    covered = np.unique(problem.site_area[plan.is_open]).size
    return Score(
        kpis=Kpis(
            visits_per_year=float(problem.visits.sum()),
            unserved_visits_per_year=float(trips.unserved.sum()),
            mean_min=_mean(trips.minutes, trips.visits),
            mean_km=_mean(trips.km, trips.visits),
            within_standard=_mean(trips.within, trips.visits),
            worst_tenth_min=tail_mean(trips.minutes, trips.visits, WORST_SHARE),
            branches=int(plan.is_open.sum()),
            offerings=int(live_offers(plan).sum()),
            duplicates=count_pairs(pairs),
            capital_kes=branch_capital_kes(problem, plan.is_open),
            annual_kes=annual,
            areas_without_branch=len(problem.area_codes) - covered,
        ),
        branches=tuple(_branch_scores(problem, plan, trips)),
        areas=tuple(_area_scores(problem, plan, trips)),
        duplicates=pairs,
        objective=ObjectiveParts(math.inf, 0.0, 0.0) if unreadable else parts,
        point_min=_group_means(trips.point, trips.minutes, trips.visits, len(problem.point_ids)),
        violations=tuple(entry.text for entry in broken),
    )


def objective_parts(problem: PlanningProblem, plan: Plan) -> ObjectiveParts:
    """The objective of a well-formed plan: travel, priced duplicates, and branch costs.

    Visits that go nowhere add nothing; they are told among the violations.
    """
    rules = problem.rules
    rows = plan.assignment
    sent = row_visits(problem, rows)
    used = sent != 0
    travel = sent[used] * problem.impedance[rows.point[used], rows.site[used]]
    duplicates = 0.0
    if rules.duplicates == "price":
        weight = problem.service_visits
        excess = excess_offers(problem, plan)
        duplicates = rules.duplicates_price * sum(
            float(weight[entry.service]) * entry.excess for entry in excess
        )
    yearly = network_annual_kes(problem, plan) if rules.objective == "total_cost" else 0
    return ObjectiveParts(float(travel.sum()), duplicates, float(yearly))


def tail_mean(values: Floats, weights: Floats, share: float) -> float | None:
    """The mean of the largest values that hold this share of the weight, the last one in part.

    Args:
        values: Shape (n,).
        weights: Shape (n,), >= 0.
        share: Above 0, at most 1.

    Returns:
        The conditional mean of the tail (Rockafellar & Uryasev 2002, with the atom at the
        quantile split); None without weight or where the tail has no finite mean.
    """
    total = float(weights.sum())
    if total <= 0:
        return None
    order = np.argsort(-values, kind="stable")
    mass = share * total
    upto = np.minimum(np.cumsum(weights[order]), mass)
    taken = np.diff(upto, prepend=0.0)
    return _mean(values[order], taken)


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


def _branch_scores(problem: PlanningProblem, plan: Plan, trips: _Trips) -> Iterable[BranchScore]:
    size = len(problem.site_ids)
    visits = np.bincount(trips.site, weights=trips.visits, minlength=size)
    minutes = _group_means(trips.site, trips.minutes, trips.visits, size)
    km = _group_means(trips.site, trips.km, trips.visits, size)
    for j in np.flatnonzero(plan.is_open).tolist():
        services = np.flatnonzero(plan.offers[j])
        offering = sum(problem.offering_annual_kes[j, services].tolist())
        yield BranchScore(
            site=j,
            services=tuple(services.tolist()),
            visits_per_year=float(visits[j]),
            mean_min=_known(minutes[j]),
            mean_km=_known(km[j]),
            annual_kes=int(problem.branch_annual_kes[j, 0]) + offering,
            capital_kes=0 if problem.existing[j] else int(problem.capital_kes[j, 0]),
        )


def _area_scores(problem: PlanningProblem, plan: Plan, trips: _Trips) -> Iterable[AreaScore]:
    size = len(problem.area_codes)
    home = problem.point_area[trips.point]
    visits = np.bincount(problem.point_area, weights=problem.visits.sum(axis=1), minlength=size)
    unserved = np.bincount(problem.point_area, weights=trips.unserved, minlength=size)
    minutes = _group_means(home, trips.minutes, trips.visits, size)
    km = _group_means(home, trips.km, trips.visits, size)
    within = _group_means(home, trips.within, trips.visits, size)
    worst = np.full(size, -np.inf)
    np.maximum.at(worst, home, trips.minutes)
    branches = np.bincount(problem.site_area[plan.is_open], minlength=size)
    for c in range(size):
        yield AreaScore(
            area=c,
            visits_per_year=float(visits[c]),
            unserved_visits_per_year=float(unserved[c]),
            mean_min=_known(minutes[c]),
            mean_km=_known(km[c]),
            within_standard=_known(within[c]),
            worst_min=_known(worst[c]),
            branches=int(branches[c]),
        )


def _mean(values: Floats, weights: Floats) -> float | None:
    """The weighted mean; None without weight or where a value that counts is not finite."""
    counts = weights > 0
    total = float(weights[counts].sum())
    return _known(float((values[counts] * weights[counts]).sum()) / total) if total > 0 else None


def _group_means(group: NDArray[np.int64], values: Floats, weights: Floats, size: int) -> Floats:
    """The weighted mean of each group, nan where nothing counts."""
    total = np.bincount(group, weights=weights, minlength=size)
    summed = np.bincount(group, weights=values * weights, minlength=size)
    means = np.full(size, np.nan)
    np.divide(summed, total, out=means, where=total > 0)
    return means


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _no_network(problem: PlanningProblem) -> Plan:
    none = np.zeros(0, dtype=np.int64)
    return Plan(
        np.zeros(len(problem.site_ids), dtype=np.bool_),
        np.zeros((len(problem.site_ids), len(problem.service_ids)), dtype=np.bool_),
        Assignment(none, none, none, np.zeros(0)),
    )
