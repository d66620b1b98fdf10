"""The model in PuLP, in the order and with the letters and numbers of docs/model.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.sets import Arcs, ModelSets
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class Formulation:
    """The PuLP problem with its variables; the objective is divided by `scale`.

    y: (J,), z: (J, S), x: one per arc, rest: one per row of the arcs.
    """

    model: pulp.LpProblem
    y: list[pulp.LpVariable]
    z: list[list[pulp.LpVariable]]
    excess: list[pulp.LpVariable]
    x: list[pulp.LpVariable]
    rest: list[pulp.LpVariable | None]
    able: list[list[pulp.LpVariable | None]]
    scale: float


def formulate(
    problem: PlanningProblem,
    sets: ModelSets,
    arcs: Arcs | None,
    *,
    floor_areas: Iterable[int] | None = None,
) -> Formulation:
    """State the model.

    Args:
        problem: The question.
        sets: Its sets.
        arcs: Who may go where; None states the rules alone, without travel.
        floor_areas: Areas that floors speak of; all when left out.
    """
    model = pulp.LpProblem("branches", pulp.LpMinimize)
    sites, services = range(len(problem.site_ids)), range(len(problem.service_ids))
    y, z = _network(model, sets)  # (11)
    scale = max(1.0, float(problem.visits.sum()))
    cost: list[tuple[pulp.LpVariable, float]] = []

    able = _able(model, sets, z)
    x: list[pulp.LpVariable] = []
    rest: list[pulp.LpVariable | None] = []
    if arcs is not None:
        x, rest = _assignment(model, sets, arcs, able, cost, scale)  # (1), (2)
    _complete_offers(model, sets, z, able)  # (3)
    for j in sites:  # (4)
        for s in services:
            _row(model, [(z[j][s], 1), (y[j], -1)], "<=", 0, f"offered_where_open__{j}_{s}")
        offers = [(z[j][s], 1) for s in services]
        _row(model, [*offers, (y[j], -1)], ">=", 0, f"open_branch_offers__{j}")

    _counts_and_budgets(model, problem, y, z)  # (6)
    excess = _duplicates(model, problem, sets, z)  # (7)
    _floors(model, problem, y, z, floor_areas)  # (9)
    _someone_serves(model, problem, sets, able)

    cost += _duplicate_price(problem, sets, excess, scale)
    if problem.rules.objective == "total_cost":
        cost += [(y[j], float(problem.branch_annual_kes[j, 0]) / scale) for j in sites]
        cost += [
            (z[j][s], float(problem.offering_annual_kes[j, s]) / scale)
            for j in sites
            for s in services
        ]
    model.setObjective(pulp.LpAffineExpression(cost))
    return Formulation(model, y, z, excess, x, rest, able, scale)


def _row(
    model: pulp.LpProblem,
    terms: Sequence[tuple[Any, float]],
    sense: str,
    limit: float,
    name: str,
) -> None:
    senses = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "==": pulp.LpConstraintEQ}
    row = pulp.LpConstraint(pulp.LpAffineExpression(terms), senses[sense], name, limit)
    model.addConstraint(row)


def _network(
    model: pulp.LpProblem, sets: ModelSets
) -> tuple[list[pulp.LpVariable], list[list[pulp.LpVariable]]]:
    """The variables y and z with their bounds: locks, closures, what is kept: (11)."""

    def binary(name: str, least: np.bool_, most: np.bool_) -> pulp.LpVariable:
        variable = model.add_variable(name, 0, 1, pulp.LpBinary)
        variable.lowBound, variable.upBound = int(least), int(most)
        return variable

    y, z = [], []
    for j, (least, most) in enumerate(zip(sets.least_open, sets.most_open, strict=True)):
        y.append(binary(f"y_{j}", least, most))
        limits = zip(sets.least_offered[j], sets.most_offered[j], strict=True)
        z.append([binary(f"z_{j}_{s}", low, high) for s, (low, high) in enumerate(limits)])
    return y, z


def _able(
    model: pulp.LpProblem, sets: ModelSets, z: list[list[pulp.LpVariable]]
) -> list[list[pulp.LpVariable | None]]:
    """a_jb, whether j can complete b; None where it never can. One service: a_jb is z_js."""
    able: list[list[pulp.LpVariable | None]] = []
    for b, entry in enumerate(sets.classes):
        column: list[pulp.LpVariable | None] = []
        for j, offered in enumerate(z):
            if any(offered[s].upBound == 0 for s in entry.needs):
                column.append(None)
            elif len(entry.needs) == 1:
                column.append(offered[entry.needs[0]])
            else:
                column.append(model.add_variable(f"a_{j}_{b}", 0, 1))
        able.append(column)
    return able


def _complete_offers(
    model: pulp.LpProblem,
    sets: ModelSets,
    z: list[list[pulp.LpVariable]],
    able: list[list[pulp.LpVariable | None]],
) -> None:
    """(3): a_jb <= z_js for each service that b needs."""
    for b, entry in enumerate(sets.classes):
        if len(entry.needs) > 1:
            for j, variable in enumerate(able[b]):
                for s in entry.needs if variable is not None else ():
                    _row(model, [(variable, 1), (z[j][s], -1)], "<=", 0, f"able__{j}_{b}_{s}")


def _assignment(
    model: pulp.LpProblem,
    sets: ModelSets,
    arcs: Arcs,
    able: list[list[pulp.LpVariable | None]],
    cost: list[tuple[pulp.LpVariable, float]],
    scale: float,
) -> tuple[list[pulp.LpVariable], list[pulp.LpVariable | None]]:
    """(1) every visit is somewhere; (2) only where it can be completed, arc by arc."""
    x: list[pulp.LpVariable] = []
    rest: list[pulp.LpVariable | None] = []
    start, site, arc_cost = arcs.start.tolist(), arcs.site.tolist(), arcs.cost.tolist()
    for r, (i, b) in enumerate(zip(arcs.point.tolist(), arcs.demand_class.tolist(), strict=True)):
        weight = float(sets.classes[b].visits[i]) / scale
        everywhere: list[tuple[pulp.LpVariable, float]] = []
        for arc in range(start[r], start[r + 1]):
            j = site[arc]
            share = model.add_variable(f"x_{i}_{b}_{j}", 0, 1)
            x.append(share)
            everywhere.append((share, 1))
            cost.append((share, weight * arc_cost[arc]))
            _row(model, [(share, 1), (able[b][j], -1)], "<=", 0, f"served_where_able__{i}_{b}_{j}")
        if math.isfinite(float(arcs.rest_cost[r])):
            beyond = model.add_variable(f"o_{i}_{b}", 0, 1)
            everywhere.append((beyond, 1))
            cost.append((beyond, weight * float(arcs.rest_cost[r])))
            rest.append(beyond)
        else:
            rest.append(None)
        if everywhere:
            _row(model, everywhere, "==", 1, f"served_once__{i}_{b}")
    return x, rest


def _someone_serves(
    model: pulp.LpProblem,
    problem: PlanningProblem,
    sets: ModelSets,
    able: list[list[pulp.LpVariable | None]],
) -> None:
    """Whoever has a route to a site that could serve has one to a branch that does.

    Could: as far as pack and mix allow. A rule may not leave visits without a branch; where it
    closes all who could serve, the row cannot hold.
    """
    for b, entry in enumerate(sets.classes):
        who = np.flatnonzero(entry.visits > 0)
        reach = np.isfinite(problem.impedance[who])
        could = sets.could_offer[:, list(entry.needs)].all(axis=1)
        patterns = {row.tobytes(): row for row in reach & could}  # each once
        for k, pattern in enumerate(patterns.values()):
            if pattern.any():
                usable = (able[b][j] for j in np.flatnonzero(pattern))
                terms = [(variable, 1) for variable in usable if variable is not None]
                _row(model, terms, ">=", 1, f"someone_serves__{b}_{k}")


def _counts_and_budgets(
    model: pulp.LpProblem,
    problem: PlanningProblem,
    y: list[pulp.LpVariable],
    z: list[list[pulp.LpVariable]],
) -> None:
    """(6): branch counts; yearly and capital budgets in whole units of money."""
    rules = problem.rules
    if rules.branches_min is not None:
        _row(model, [(v, 1) for v in y], ">=", rules.branches_min, "branches_min")
    if rules.branches_max is not None:
        _row(model, [(v, 1) for v in y], "<=", rules.branches_max, "branches_max")
    if rules.new_max is not None:
        new = [(v, 1) for v, old in zip(y, problem.existing, strict=True) if not old]
        if new:
            _row(model, new, "<=", rules.new_max, "new_max")
    if rules.annual_max_kes is not None:
        _budget(model, annual_terms(problem, y, z), rules.annual_max_kes, "annual_budget")
    if rules.capital_max_kes is not None:
        _budget(model, capital_terms(problem, y), rules.capital_max_kes, "capital_budget")


def annual_terms(
    problem: PlanningProblem, y: list[pulp.LpVariable], z: list[list[pulp.LpVariable]]
) -> list[tuple[pulp.LpVariable, int]]:
    """What every branch and every offering costs a year, where it costs anything."""
    terms = [(v, int(c)) for v, c in zip(y, problem.branch_annual_kes[:, 0], strict=True) if c]
    for offered, costs in zip(z, problem.offering_annual_kes, strict=True):
        terms += [(v, int(c)) for v, c in zip(offered, costs, strict=True) if c]
    return terms


def capital_terms(
    problem: PlanningProblem, y: list[pulp.LpVariable]
) -> list[tuple[pulp.LpVariable, int]]:
    """What every new branch costs once, where it costs anything."""
    spent = zip(y, problem.capital_kes[:, 0], problem.existing, strict=True)
    return [(v, int(c)) for v, c, old in spent if c and not old]


def _budget(model: pulp.LpProblem, terms: Sequence[tuple[Any, int]], limit: int, name: str) -> None:
    """A budget row divided by the costs' common divisor: same plans, small whole figures."""
    if terms:
        unit = math.gcd(*(amount for _, amount in terms))
        _row(model, [(v, amount // unit) for v, amount in terms], "<=", limit // unit, name)


def forbid_overspending(problem: PlanningProblem, form: Formulation) -> None:
    """Cut off the choice now in the variables where it spends more than a budget.

    A solver keeps a budget only within its tolerance. The dearest items that were chosen and
    together exceed it can never be chosen together: a cover inequality, so nothing that keeps
    the budget is lost.
    """
    rules = problem.rules
    for terms, limit in (
        (annual_terms(problem, form.y, form.z), rules.annual_max_kes),
        (capital_terms(problem, form.y), rules.capital_max_kes),
    ):
        chosen = [(v, cost) for v, cost in terms if is_chosen(v)]
        if limit is None or sum(cost for _, cost in chosen) <= limit:
            continue
        cover: list[tuple[pulp.LpVariable, int]] = []
        for entry in sorted(chosen, key=lambda entry: -entry[1]):
            cover.append(entry)
            if sum(cost for _, cost in cover) > limit:
                break
        name = f"too_dear_together__{len(form.model.constraints())}"
        _row(form.model, [(v, 1) for v, _ in cover], "<=", len(cover) - 1, name)


def prefer(form: Formulation, gain: NDArray[np.float64]) -> None:
    """Make the objective a rough wish instead: to complete class b at j where `gain` is large.

    Args:
        form: A formulation, of the rules alone as a rule.
        gain: Shape (classes, sites).
    """
    wish = [
        (variable, float(gain[b, j]))
        for b, column in enumerate(form.able)
        for j, variable in enumerate(column)
        if variable is not None and gain[b, j] > 0
    ]
    most = max((size for _, size in wish), default=1.0)
    form.model.setObjective(pulp.LpAffineExpression([(v, -size / most) for v, size in wish]))


def is_chosen(variable: pulp.LpVariable) -> bool:
    """Whether a solver set a binary variable to 1, within its tolerance."""
    return (variable.varValue or 0.0) > 0.5


def _duplicates(
    model: pulp.LpProblem,
    problem: PlanningProblem,
    sets: ModelSets,
    z: list[list[pulp.LpVariable]],
) -> list[pulp.LpVariable]:
    """(7): at most R_Ks offerings of s in clique K, plus the excess r_Ks."""
    rule = problem.rules.duplicates
    excess: list[pulp.LpVariable] = []
    for k, clique in enumerate(sets.cliques):
        terms = [(z[j][clique.service], 1) for j in clique.sites]
        if rule != "forbid":
            over = model.add_variable(f"r_{k}", 0, len(clique.sites))
            excess.append(over)
            terms.append((over, -1))
        _row(model, terms, "<=", clique.allowed, f"duplicates__{clique.service}_{k}")
    if rule == "cap" and excess:
        limit = problem.rules.duplicates_max
        _row(model, [(r, 1) for r in excess], "<=", limit, "duplicates_cap")
    return excess


def _duplicate_price(
    problem: PlanningProblem, sets: ModelSets, excess: list[pulp.LpVariable], scale: float
) -> list[tuple[pulp.LpVariable, float]]:
    if problem.rules.duplicates != "price":
        return []
    price: NDArray[np.float64] = problem.rules.duplicates_price * problem.service_visits / scale
    return [
        (over, float(price[clique.service]))
        for over, clique in zip(excess, sets.cliques, strict=False)
    ]


def _floors(
    model: pulp.LpProblem,
    problem: PlanningProblem,
    y: list[pulp.LpVariable],
    z: list[list[pulp.LpVariable]],
    only: Iterable[int] | None,
) -> None:
    """(9): least branches, and least offerings of a service, in every area."""
    rules = problem.rules
    areas = range(len(problem.area_codes)) if only is None else only
    for c in areas:
        inside = np.flatnonzero(problem.site_area == c).tolist()
        if rules.floor_branches:
            terms = [(y[j], 1) for j in inside]
            _row(model, terms, ">=", rules.floor_branches, f"floor__{c}")
        for s, least in sorted((rules.floor_services or {}).items()):
            if least:
                offered = [(z[j][s], 1) for j in inside]
                _row(model, offered, ">=", least, f"floor__{c}_{s}")
