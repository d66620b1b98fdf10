"""Sums over a chosen network, without a solver: money, duplicates, and nearest choice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.optimize.money import capital_by_format, offered_today
from planner.optimize.sets import DemandClass, ModelSets
from planner.optimize.standards import ROUNDING, ROUNDING_VISITS, people_counted, visits_needed
from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Which sites are open (J,), what each offers (J, S), and its format (J,), -1 where closed.

    Left out, every branch is plain (format 0).
    """

    is_open: Bools
    offers: Bools
    format: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Without formats every open branch is plain."""
        if self.format.size != self.is_open.size:
            plain = np.where(self.is_open, 0, -1).astype(np.int64)
            object.__setattr__(self, "format", plain)


# -- money ---------------------------------------------------------------------------------


def is_plan_of(problem: PlanningProblem, plan: Plan) -> bool:
    """Whether a plan has the sites, services and formats of a question."""
    sites, formats = problem.format_allowed.shape
    return (
        plan.is_open.shape == plan.format.shape == (sites,)
        and plan.offers.shape == problem.today.shape
        and int(plan.format.max(initial=-1)) < formats
    )


def yearly_cost(problem: PlanningProblem, network: Network) -> int:
    """Yearly cost of the open branches and their offerings, in whole units of money."""
    branches = problem.branch_annual_kes[network.is_open, network.format[network.is_open]]
    return _whole(branches) + _whole(problem.offering_annual_kes[network.offers])


def one_off_cost(problem: PlanningProblem, network: Network) -> int:
    """What a network costs once: formats, offerings that begin, and what is given up."""
    formats = capital_by_format(problem)[network.is_open, network.format[network.is_open]]
    closed = problem.closing_kes[problem.existing & ~network.is_open]
    return _whole(formats) + _whole(closed) + _change_cost(problem, network, None)


def overspent(problem: PlanningProblem, network: Network) -> bool:
    """Whether a network breaks a budget by even one unit of money."""
    rules = problem.rules
    if rules.annual_max_kes is not None and yearly_cost(problem, network) > rules.annual_max_kes:
        return True
    if rules.capital_max_kes is not None and one_off_cost(problem, network) > rules.capital_max_kes:
        return True
    for d, limit in (rules.division_annual_max_kes or {}).items():
        own = network.offers & (problem.service_division == d)
        if _whole(problem.offering_annual_kes[own]) > limit:
            return True
    capital = (rules.division_capital_max_kes or {}).items()
    return any(_change_cost(problem, network, d) > limit for d, limit in capital)


def changes(problem: PlanningProblem, network: Network) -> int:
    """How many of today's offerings end, and how many begin."""
    return int((offered_today(problem) != network.offers).sum())


def _change_cost(problem: PlanningProblem, network: Network, division: int | None) -> int:
    before = offered_today(problem)
    own = np.ones_like(before) if division is None else problem.service_division == division
    begun = _whole(problem.offering_capital_kes[network.offers & ~before & own])
    return begun + _whole(problem.offering_closing_kes[before & ~network.offers & own])


def _whole(amounts: NDArray[np.int64]) -> int:
    return sum(amounts.tolist())


# -- the objective -------------------------------------------------------------------------


def standing_cost(problem: PlanningProblem, sets: ModelSets, network: Network) -> float:
    """What a network adds to the objective whoever goes where: duplicates, and yearly costs."""
    rules = problem.rules
    total = 0.0
    if rules.duplicates == "price":
        visits, excess = problem.service_visits, excess_by_clique(sets, network.offers)
        for k in np.flatnonzero(excess).tolist():
            weight = float(visits[sets.cliques[k].service])
            total += rules.duplicates_price * weight * int(excess[k])
    if rules.objective == "total_cost":
        total += yearly_cost(problem, network)
    return total


def excess_by_clique(sets: ModelSets, offers: Bools) -> NDArray[np.int64]:
    """Offerings of each clique above what it allows, shape (cliques,)."""
    sizes = [len(clique.sites) for clique in sets.cliques]
    if not sizes:
        return np.zeros(0, dtype=np.int64)
    site = np.fromiter((j for clique in sets.cliques for j in clique.sites), np.int64, sum(sizes))
    service = np.repeat([clique.service for clique in sets.cliques], sizes)
    starts = np.cumsum([0, *sizes[:-1]])
    offered = np.add.reduceat(offers[site, service].astype(np.int64), starts)
    above = offered - np.array([clique.allowed for clique in sets.cliques], dtype=np.int64)
    return np.asarray(np.maximum(0, above), dtype=np.int64)


def travel_objective(problem: PlanningProblem, travel: Floats, visits: Floats) -> float:
    """The travel part of the objective: all visits, and the worst-served of them.

    Args:
        problem: The question.
        travel: Impedance of all served visits of each demand point together, shape (I,).
        visits: Yearly visits of each point that are served, shape (I,).
    """
    rules = problem.rules
    total = float(travel.sum())
    if rules.tail_share <= 0:
        return total
    served = visits > 0
    mean = travel[served] / visits[served]
    order = np.argsort(-mean, kind="stable")
    weight = visits[served][order]
    mass = rules.tail_beta * float(weight.sum())
    taken = np.diff(np.minimum(np.cumsum(weight), mass), prepend=0.0)
    tail = float(mean[order] @ taken) / rules.tail_beta
    return (1 - rules.tail_share) * total + rules.tail_share * tail


def assignment_travel(problem: PlanningProblem, rows: Assignment) -> tuple[Floats, Floats]:
    """Impedance and yearly visits by demand point of an assignment, shape (I,) each."""
    size = len(problem.point_ids)
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    far = sent * problem.impedance[rows.point, rows.site]
    travel = np.bincount(rows.point, weights=far, minlength=size).astype(np.float64)
    return travel, np.bincount(rows.point, weights=sent, minlength=size).astype(np.float64)


def lowest_imaginable(problem: PlanningProblem, sets: ModelSets) -> float:
    """A bound without a solver: every visit at its nearest possible site, nothing priced."""
    size = len(problem.point_ids)
    travel, visits = np.zeros(size), np.zeros(size)
    for entry in sets.classes:
        nearest = _nearest(problem, entry, sets.able(entry.needs))
        reachable = np.isfinite(nearest)
        travel[reachable] += entry.visits[reachable] * nearest[reachable]
        visits[reachable] += entry.visits[reachable]
    total = travel_objective(problem, travel, visits)
    if problem.rules.objective == "total_cost":
        formats = np.where(sets.most_format, problem.branch_annual_kes, np.iinfo(np.int64).max)
        total += _whole(formats.min(axis=1)[sets.least_open & sets.most_open])
        total += _whole(problem.offering_annual_kes[sets.least_offered])
    return total


def _nearest(problem: PlanningProblem, entry: DemandClass, able: Bools) -> Floats:
    """Impedance of each point with visits to the nearest able site, inf for none, shape (I,)."""
    near = np.full(len(problem.point_ids), np.inf)
    who = np.flatnonzero(entry.visits > 0)
    near[who] = problem.impedance[np.ix_(who, np.flatnonzero(able))].min(axis=1, initial=np.inf)
    return near


def first_gain(problem: PlanningProblem, sets: ModelSets) -> Floats:
    """What each site would save alone for each class against what is certain, shape (B, J).

    Where nothing is certain yet, against the farthest site: a rough wish for a first plan.
    """
    gain = np.zeros((len(sets.classes), len(problem.site_ids)))
    finite = np.where(np.isfinite(problem.impedance), problem.impedance, np.nan)
    for b, entry in enumerate(sets.classes):
        now = problem.impedance[:, sets.certain(entry.needs)].min(axis=1, initial=np.inf)
        far = np.where(np.isfinite(now), now, np.nanmax(finite, axis=1, initial=0.0))
        saved = np.where(np.isfinite(finite), far[:, None] - finite, 0.0)
        gain[b] = entry.visits @ np.maximum(0.0, saved)
    return gain


# -- nearest choice ------------------------------------------------------------------------


def cheapest_choice(problem: PlanningProblem, network: Network) -> Assignment:
    """Each visit at its cheapest branch that can complete it, ties by the pack's order."""
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
    return Assignment(point, kind, site, np.ones(point.size))


def strands_visits(problem: PlanningProblem, sets: ModelSets, network: Network) -> bool:
    """Whether somebody has no route to a branch that serves, though some site could."""
    for entry in sets.classes:
        able = network.is_open & network.offers[:, list(entry.needs)].all(axis=1)
        stranded = np.isinf(_nearest(problem, entry, able)) & (entry.visits > 0)
        could = _nearest(problem, entry, sets.could_complete(entry.needs))
        if np.isfinite(could[stranded]).any():
            return True
    return False


def standard_shortfalls(problem: PlanningProblem, rows: Assignment) -> tuple[float, float]:
    """By how many visits an assignment misses the hard standards, and the soft ones."""
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    minutes = problem.minutes[rows.point, rows.site]
    missed = {True: 0.0, False: 0.0}
    for standard in problem.rules.standards:
        counted = people_counted(problem, standard)[rows.point, rows.visit_type]
        near = float(sent[counted & (minutes <= standard.within_min)].sum())
        need = visits_needed(problem, standard)
        short = need - near
        if short > ROUNDING * need + ROUNDING_VISITS:
            missed[standard.is_hard] += short
    return missed[True], missed[False]


def objective_of(
    problem: PlanningProblem, sets: ModelSets, network: Network, rows: Assignment
) -> float:
    """The objective of a network with an assignment; inf where somebody is left without need."""
    if strands_visits(problem, sets, network):
        return math.inf
    return travel_objective(problem, *assignment_travel(problem, rows)) + standing_cost(
        problem, sets, network
    )
