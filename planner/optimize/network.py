"""Sums over a chosen network, without a solver: its objective, and what it can be at best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.optimize.sets import ModelSets
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Which sites are open (J,), and what each offers (J, S)."""

    is_open: NDArray[np.bool_]
    offers: NDArray[np.bool_]


def network_objective(problem: PlanningProblem, sets: ModelSets, network: Network) -> float:
    """The objective of a network when every visit goes to the cheapest branch that can serve."""
    total = 0.0
    for entry in sets.classes:
        able = np.flatnonzero(network.offers[:, list(entry.needs)].all(axis=1))
        if able.size == 0:
            return math.inf
        who = np.flatnonzero(entry.visits > 0)
        nearest = problem.impedance[np.ix_(who, able)].min(axis=1)
        reachable = np.isfinite(nearest)
        total += float(entry.visits[who[reachable]] @ nearest[reachable])
    rules = problem.rules
    if rules.duplicates == "price":
        for clique in sets.cliques:
            offered = int(network.offers[list(clique.sites), clique.service].sum())
            excess = max(0, offered - clique.allowed)
            total += rules.duplicates_price * float(problem.service_visits[clique.service]) * excess
    if rules.objective == "total_cost":
        total += yearly_cost(problem, network)
    return total


def yearly_cost(problem: PlanningProblem, network: Network) -> int:
    """Yearly cost of the open branches and their offerings, in whole units of money."""
    branches = int(problem.branch_annual_kes[network.is_open].sum())
    return branches + int(problem.offering_annual_kes[network.offers].sum())


def overspent(problem: PlanningProblem, network: Network) -> bool:
    """Whether a network breaks a budget by even one unit of money."""
    rules = problem.rules
    new = network.is_open & ~problem.existing
    capital = int(problem.capital_kes[new].sum())
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
        able = sets.most_open & sets.most_offered[:, list(entry.needs)].all(axis=1)
        who = np.flatnonzero(entry.visits > 0)
        nearest = problem.impedance[np.ix_(who, np.flatnonzero(able))].min(axis=1, initial=np.inf)
        reachable = np.isfinite(nearest)
        total += float(entry.visits[who[reachable]] @ nearest[reachable])
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
        if certain.any():
            now = problem.impedance[:, certain].min(axis=1)
        else:
            now = np.nanmax(finite, axis=1, initial=0.0)
        saved = np.maximum(0.0, now[:, None] - problem.impedance)
        saved[~np.isfinite(saved)] = 0.0
        gain[b] = entry.visits @ saved
    return gain
