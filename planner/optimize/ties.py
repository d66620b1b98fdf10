"""Plans of equal objective: the cheaper a year, then fewer changes, then the first in the pack."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.arcs import arc_count, model_arcs
from planner.optimize.formulation import Formulation, formulate
from planner.optimize.known import keeps_floors
from planner.optimize.money import annual, offered_today
from planner.optimize.network import (
    Network,
    changes,
    objective_of,
    overspent,
    strands_visits,
    yearly_cost,
)
from planner.optimize.parts import network_of
from planner.optimize.rows import OutOfTimeError
from planner.optimize.serve import serve
from planner.optimize.sets import ModelSets
from planner.optimize.solvers import Controls, solve_model
from planner.optimize.state import Search
from planner.problem import PlanningProblem

EQUAL = 1e-11  # relative: the same figures added in another order
NEARLY = 1e-9  # relative: what a solver may take for equal
SMALL = 5_000  # arcs of a model that is small enough to look through all equal plans
NODES = 500  # branch-and-bound nodes for each wish


def without_unused(search: Search, sets: ModelSets) -> None:
    """Drop branches and offerings that no visit uses and that cost money, the dearest first.

    Who goes where stays as it is, so nothing but rules on the network can stand against it.
    """
    problem, network, served = search.problem, search.best, search.served
    if network is None or served is None:
        return
    used = np.zeros_like(network.offers)
    for b in range(len(problem.visit_type_ids)):
        used[np.unique(served.assignment.site[served.assignment.visit_type == b])] |= problem.needs[
            b
        ]
    for slim in _slimmer(problem, network, used):
        fewer = Network(
            network.is_open & slim.is_open,
            network.offers & slim.offers,
            np.where(slim.is_open, network.format, -1),
        )
        if rank(problem, fewer)[:2] < rank(problem, network)[:2] and _keeps_rules(
            problem, sets, fewer
        ):
            network = fewer
    if network is not search.best:
        value = objective_of(problem, sets, network, served.assignment)
        search.take(network, replace(served, objective=value))
        search.tell("solve", new=True)


def _slimmer(
    problem: PlanningProblem, network: Network, used: NDArray[np.bool_]
) -> Iterator[Network]:
    """The network less one branch, or less one offering, that nobody uses; the dearest first."""
    items = []
    for j in np.flatnonzero(network.is_open).tolist():
        idle = network.offers[j] & ~used[j]
        if not used[j].any():
            branch = int(problem.branch_annual_kes[j, network.format[j]])
            offered = sum(problem.offering_annual_kes[j][network.offers[j]].tolist())
            items.append((-branch - offered, j, -1))
        if problem.rules.mix == "free":
            costs = problem.offering_annual_kes[j].tolist()
            items += [(-costs[s], j, s) for s in np.flatnonzero(idle).tolist()]
    for _, j, s in sorted(items):
        is_open, offers = network.is_open.copy(), network.offers.copy()
        offers[j, slice(None) if s < 0 else s] = False
        is_open[j] = s >= 0
        yield Network(is_open, offers, network.format)


def _keeps_rules(problem: PlanningProblem, sets: ModelSets, network: Network) -> bool:
    """Whether a network that lost something still keeps the rules that ask for something."""
    rules = problem.rules
    if (sets.least_open & ~network.is_open).any():
        return False
    if (sets.least_offered & ~network.offers).any():
        return False
    if (network.is_open & ~network.offers.any(axis=1)).any():
        return False
    if int(network.is_open.sum()) < (rules.branches_min or 0):
        return False
    if not keeps_floors(problem, network):
        return False
    return not overspent(problem, network) and not strands_visits(problem, sets, network)


def rank(problem: PlanningProblem, network: Network) -> tuple[int, int, list[int]]:
    """What decides between networks of equal objective; less is better."""
    opened = np.flatnonzero(network.is_open).tolist()
    return yearly_cost(problem, network), changes(problem, network), opened


# -- all plans of equal objective ------------------------------------------------------------


def first_of_equals(search: Search, survivors: ModelSets) -> None:
    """Look through all networks of the best objective, where a small model can.

    Args:
        search: A search whose gap is proved.
        survivors: Sets that no network of the best objective has been left out of.
    """
    problem = search.problem
    if arc_count(problem, survivors) > SMALL:
        return
    try:
        arcs = model_arcs(problem, survivors)
        if not arcs.exact.all():
            return
        form = formulate(problem, survivors, arcs, aim=search.aim, until=search.until)
    except OutOfTimeError:
        return
    limit = search.upper / form.scale
    row = pulp.LpConstraint(
        form.model.objective, pulp.LpConstraintLE, "equal", limit + NEARLY * max(1.0, abs(limit))
    )
    form.model.addConstraint(row)
    found = False
    for name, wish in _wishes(problem, form):
        form.model.setObjective(pulp.LpAffineExpression(wish))
        controls = Controls(search.left, 0.0, 1, search.limits.seed, exact=True, nodes=NODES)
        if solve_model(form.model, search.solver, controls).outcome != "solved":
            break
        found = True
        reached = sum(amount * round(v.varValue or 0.0) for v, amount in wish)
        least = pulp.LpAffineExpression(wish)
        form.model.addConstraint(pulp.LpConstraint(least, pulp.LpConstraintLE, name, reached))
    if found:
        _offer_equal(search, survivors, network_of(form, lambda v: v.varValue or 0.0))


def _offer_equal(search: Search, sets: ModelSets, network: Network) -> None:
    """Take a network that counts as better although its objective is the same."""
    problem, best = search.problem, search.best
    if best is None or overspent(problem, network):
        return
    if rank(problem, network) >= rank(problem, best):
        return
    served = serve(problem, sets, network, search.aim, seconds=max(0.0, search.left))
    if served is not None and served.objective <= search.upper + EQUAL * abs(search.upper):
        search.take(network, served)
        search.tell("solve", new=True)


def _wishes(
    problem: PlanningProblem, form: Formulation
) -> Iterator[tuple[str, list[tuple[pulp.LpVariable, int]]]]:
    """What is wanted of equal plans, one after the other: whole amounts to make small."""
    spending = annual(problem, form.choices)
    if spending.terms:
        unit = math.gcd(*(amount for _, amount in spending.terms))
        yield "as_cheap", [(v, amount // unit) for v, amount in spending.terms]
    before = offered_today(problem)
    offered = [(form.z[j][s], is_there) for (j, s), is_there in np.ndenumerate(before)]
    yield "as_few_changes", [(v, -1 if is_there else 1) for v, is_there in offered]
    yield "as_early", [(v, 1 + j) for j, v in enumerate(form.y)]
