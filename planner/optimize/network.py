"""Sums over a chosen network, without a solver: its objective, and what it can be at best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.optimize.sets import DemandClass, ModelSets
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Which sites are open (J,), and what each offers (J, S)."""

    is_open: NDArray[np.bool_]
    offers: NDArray[np.bool_]


def network_objective(problem: PlanningProblem, sets: ModelSets, network: Network) -> float:
    """The objective of a network when every visit goes to the cheapest branch that can serve.

    Infinite when it leaves visits unserved that some site could complete; visits that no site
    can complete add nothing.
    """
    total = 0.0
    for entry in sets.classes:
        nearest = _nearest(problem, entry, network.offers)
        served = np.isfinite(nearest)
        if not served.all():
            possible = _nearest(problem, entry, sets.most_offered & sets.most_open[:, None])
            if np.isfinite(possible[~served]).any():
                return math.inf
        total += float(entry.visits[entry.visits > 0][served] @ nearest[served])
    rules = problem.rules
    if rules.duplicates == "price":
        for clique in sets.cliques:
            offered = int(network.offers[list(clique.sites), clique.service].sum())
            excess = max(0, offered - clique.allowed)
            total += rules.duplicates_price * float(problem.service_visits[clique.service]) * excess
    if rules.objective == "total_cost":
        total += yearly_cost(problem, network)
    return total


def _nearest(
    problem: PlanningProblem, entry: DemandClass, offers: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Impedance to the nearest site that can complete a class, for each point with visits."""
    able = np.flatnonzero(offers[:, list(entry.needs)].all(axis=1))
    who = np.flatnonzero(entry.visits > 0)
    near = problem.impedance[np.ix_(who, able)].min(axis=1, initial=np.inf)
    return np.asarray(near, dtype=np.float64)


def yearly_cost(problem: PlanningProblem, network: Network) -> int:
    """Yearly cost of the open branches and their offerings, in whole units of money."""
    branches = int(problem.branch_annual_kes[network.is_open, 0].sum())
    return branches + int(problem.offering_annual_kes[network.offers].sum())


def overspent(problem: PlanningProblem, network: Network) -> bool:
    """Whether a network breaks a budget by even one unit of money."""
    rules = problem.rules
    new = network.is_open & ~problem.existing
    capital = int(problem.capital_kes[new, 0].sum())
    return (
        rules.annual_max_kes is not None and yearly_cost(problem, network) > rules.annual_max_kes
    ) or (rules.capital_max_kes is not None and capital > rules.capital_max_kes)


def cheapest_choice(
    problem: PlanningProblem, network: Network
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Points, visit types, sites and shares: each visit at its cheapest branch, ties by order."""
    points, kinds, sites = [], [], []
    for b in range(len(problem.visit_type_ids)):
        able = np.flatnonzero(network.offers[:, problem.needs[b]].all(axis=1) & network.is_open)
        who = np.flatnonzero(problem.visits[:, b] > 0)
        if able.size == 0 or who.size == 0:
            continue
        reach = problem.impedance[np.ix_(who, able)]
        choice = reach.argmin(axis=1)
        served = np.isfinite(reach[np.arange(who.size), choice])
        points.append(who[served])
        kinds.append(np.full(int(served.sum()), b, dtype=np.int64))
        sites.append(able[choice[served]])
    none = np.zeros(0, dtype=np.int64)
    point = np.concatenate([none, *points])
    kind, site = np.concatenate([none, *kinds]), np.concatenate([none, *sites])
    return point, kind, site, np.ones(point.size)


def lowest_imaginable(problem: PlanningProblem, sets: ModelSets) -> float:
    """A bound without a solver: every visit at its nearest possible site, nothing priced."""
    total = 0.0
    for entry in sets.classes:
        nearest = _nearest(problem, entry, sets.most_offered & sets.most_open[:, None])
        reachable = np.isfinite(nearest)
        total += float(entry.visits[entry.visits > 0][reachable] @ nearest[reachable])
    if problem.rules.objective == "total_cost":
        total += yearly_cost(problem, Network(sets.least_open, sets.least_offered))
    return total


def first_gain(problem: PlanningProblem, sets: ModelSets) -> NDArray[np.float64]:
    """What each site would save alone for each class against what is certain, shape (B, J).

    Where nothing is certain yet, against the farthest site: a rough wish for a first plan.
    """
    gain = np.zeros((len(sets.classes), len(problem.site_ids)))
    finite = np.where(np.isfinite(problem.impedance), problem.impedance, np.nan)
    for b, entry in enumerate(sets.classes):
        certain = sets.least_open & sets.least_offered[:, list(entry.needs)].all(axis=1)
        now = problem.impedance[:, certain].min(axis=1, initial=np.inf)
        far = np.where(np.isfinite(now), now, np.nanmax(finite, axis=1, initial=0.0))
        saved = np.where(np.isfinite(finite), far[:, None] - finite, 0.0)
        gain[b] = entry.visits @ np.maximum(0.0, saved)
    return gain
