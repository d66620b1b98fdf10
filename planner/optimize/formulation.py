"""The model in PuLP, in the order and with the letters and numbers of docs/model.md."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.arcs import Arcs
from planner.optimize.capacity import Capacity, add_capacity, add_total_capacity
from planner.optimize.money import add_budgets
from planner.optimize.rows import Choices, Rows
from planner.optimize.serving import Able, Cost, Shares, add_shares, add_tail, travel_cost
from planner.optimize.sets import ModelSets, has_capacity, nearest_is_best
from planner.optimize.standards import add_coverage, add_standards
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Aim:
    """What is made small, and how many visits may fall short of soft rules meanwhile."""

    what: Literal["objective", "shortfall"] = "objective"
    most_shortfall: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Formulation:
    """The PuLP problem with its variables; the objective is divided by `scale`.

    x: one per arc, rest: one per row of the arcs; able: a_jb by class and site.
    """

    model: pulp.LpProblem
    choices: Choices
    excess: list[pulp.LpVariable]
    able: Able
    scale: float
    x: list[pulp.LpVariable] = field(default_factory=list)
    rest: list[pulp.LpVariable | None] = field(default_factory=list)
    counters: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    shortfalls: list[pulp.LpVariable] = field(default_factory=list)

    @property
    def y(self) -> list[pulp.LpVariable]:
        """Whether a site is open, (J,)."""
        return self.choices.y

    @property
    def z(self) -> list[list[pulp.LpVariable]]:
        """Whether a site offers a service, (J, S)."""
        return self.choices.z


def has_soft_rules(problem: PlanningProblem) -> bool:
    """Whether some rule may be missed by a number of visits."""
    soft = any(not standard.is_hard for standard in problem.rules.standards)
    return soft or (problem.rules.capacity == "soft" and has_capacity(problem))


def formulate(
    problem: PlanningProblem,
    sets: ModelSets,
    arcs: Arcs | None,
    *,
    floor_areas: Iterable[int] | None = None,
    aim: Aim | None = None,
    until: float = math.inf,
) -> Formulation:
    """State the model.

    Args:
        problem: The question.
        sets: Its sets.
        arcs: Who may go where; None states the rules alone, without travel (of standards, that
            somebody must be near enough).
        floor_areas: Areas that floors speak of; all when left out.
        aim: What is made small; the objective when left out.
        until: Until when (`time.monotonic`) the model may be stated.

    Raises:
        OutOfTimeError: The time was over first.
    """
    aim = aim or Aim()
    rows = Rows(until)
    scale = max(1.0, float(problem.visits.sum()))
    choices = _choices(rows, sets)  # (11)
    able = _able(rows, sets, choices)
    shares = None
    if arcs is not None:
        whole = problem.rules.assignment == "single" and not nearest_is_best(problem)
        shares = add_shares(rows, sets, arcs, able, whole=whole)  # (1), (2)
    _complete_offers(rows, sets, choices, able)  # (3)
    _offers_of_formats(rows, problem, choices)  # (4)
    capacity = Capacity({}, [])
    gives_way = has_soft_rules(problem) and aim.most_shortfall > 0
    crowded = gives_way and problem.rules.capacity == "soft"
    if shares is not None:
        capacity = add_capacity(rows, problem, sets, choices, shares, may_fall_short=crowded)  # (5)
    if not crowded:
        add_total_capacity(rows, problem, sets, choices)
    _counts(rows, problem, choices)  # (6)
    add_budgets(rows, problem, choices)
    excess = _duplicates(rows, problem, sets, choices)  # (7)
    if shares is not None:  # (8)
        shortfalls = add_standards(rows, problem, sets, shares, may_fall_short=gives_way)
    else:
        shortfalls = add_coverage(rows, problem, sets, able, may_fall_short=gives_way)
    _floors(rows, problem, choices, floor_areas)  # (9)
    _someone_serves(rows, problem, sets, able)

    shortfalls = [*shortfalls, *capacity.shortfalls]
    if aim.what == "shortfall":
        cost: Cost = [(v, 1 / scale) for v in shortfalls]
    else:
        cost = _objective(rows, problem, sets, choices, excess, shares, scale)  # (10) within
        if shortfalls and math.isfinite(aim.most_shortfall):
            rows.add([(v, 1) for v in shortfalls], "<=", aim.most_shortfall, "shortfall")
    rows.model.setObjective(pulp.LpAffineExpression(cost))
    return Formulation(
        rows.model,
        choices,
        excess,
        able,
        scale,
        shares.x if shares is not None else [],
        shares.rest if shares is not None else [],
        capacity.counters,
        shortfalls,
    )


def _objective(
    rows: Rows,
    problem: PlanningProblem,
    sets: ModelSets,
    choices: Choices,
    excess: list[pulp.LpVariable],
    shares: Shares | None,
    scale: float,
) -> Cost:
    rules = problem.rules
    cost: Cost = []
    if shares is not None:
        cost += [(v, (1 - rules.tail_share) * c) for v, c in travel_cost(shares, scale)]
        if rules.tail_share > 0:
            tail = add_tail(rows, problem, shares, scale)  # (10)
            cost += [(v, rules.tail_share * c) for v, c in tail]
    if rules.duplicates == "price":
        price: NDArray[np.float64] = rules.duplicates_price * problem.service_visits / scale
        priced = zip(excess, sets.cliques, strict=True)
        cost += [(over, float(price[clique.service])) for over, clique in priced]
    if rules.objective == "total_cost":
        for j, formats in enumerate(choices.taken):
            yearly = problem.branch_annual_kes[j].tolist()
            cost += [(v, yearly[f] / scale) for f, v in formats.items()]
            offered = zip(choices.z[j], problem.offering_annual_kes[j].tolist(), strict=True)
            cost += [(v, amount / scale) for v, amount in offered]
    return cost


def _choices(rows: Rows, sets: ModelSets) -> Choices:
    """The variables y, y_jf and z with their bounds: locks, closures, what is kept: (11).

    A lock that asks for what cannot be gets a row that cannot hold.
    """

    def binary(name: str, least: bool, most: bool) -> pulp.LpVariable:
        variable = rows.model.add_variable(name, 0, 1, pulp.LpBinary)
        variable.lowBound, variable.upBound = int(least and most), int(most)
        if least and not most:
            rows.add([(variable, 1)], ">=", 1, f"must_be_and_cannot__{name}")
        return variable

    y, taken, z = [], [], []
    for j in range(sets.least_open.size):
        is_open = binary(f"y_{j}", bool(sets.least_open[j]), bool(sets.most_open[j]))
        y.append(is_open)
        formats = np.flatnonzero(sets.most_format[j] & sets.most_open[j]).tolist()
        if len(formats) <= 1:
            taken.append(dict.fromkeys(formats, is_open))
        else:
            taken.append({f: binary(f"y_{j}_{f}", least=False, most=True) for f in formats})
            terms = [(v, 1) for v in taken[-1].values()]
            rows.add([*terms, (is_open, -1)], "==", 0, f"one_format__{j}")
        limits = zip(sets.least_offered[j].tolist(), sets.most_offered[j].tolist(), strict=True)
        z.append([binary(f"z_{j}_{s}", low, high) for s, (low, high) in enumerate(limits)])
    return Choices(y, taken, z)


def _able(rows: Rows, sets: ModelSets, choices: Choices) -> Able:
    """a_jb, whether j can complete b; None where it never can. One service: a_jb is z_js."""
    able: Able = []
    for b, entry in enumerate(sets.classes):
        possible, certain = sets.able(entry.needs).tolist(), sets.certain(entry.needs).tolist()
        column: list[pulp.LpVariable | None] = []
        for j, offered in enumerate(choices.z):
            if not possible[j]:
                column.append(None)
            elif len(entry.needs) == 1:
                column.append(offered[entry.needs[0]])
            else:
                column.append(rows.model.add_variable(f"a_{j}_{b}", int(certain[j]), 1))
        able.append(column)
    return able


def _complete_offers(rows: Rows, sets: ModelSets, choices: Choices, able: Able) -> None:
    """(3): a_jb <= z_js for each service that b needs."""
    for b, entry in enumerate(sets.classes):
        if len(entry.needs) > 1:
            for j, variable in enumerate(able[b]):
                for s in entry.needs if variable is not None else ():
                    row = [(variable, 1), (choices.z[j][s], -1)]
                    rows.add(row, "<=", 0, f"able__{j}_{b}_{s}")


def _offers_of_formats(rows: Rows, problem: PlanningProblem, choices: Choices) -> None:
    """(4): a branch offers something, and only what its format may; as listed where asked for."""
    listed = problem.rules.mix == "as_listed"
    for j, (is_open, formats, offered) in enumerate(
        zip(choices.y, choices.taken, choices.z, strict=True)
    ):
        for s, variable in enumerate(offered):
            fitting = [v for f, v in formats.items() if problem.format_services[f, s]]
            by = [is_open] if len(fitting) == len(formats) else fitting
            terms = [(variable, 1), *((v, -1) for v in by)]
            rows.add(terms, "<=", 0, f"offered_where_open__{j}_{s}")
            if listed and problem.today[j, s]:
                rows.add([(variable, 1), (is_open, -1)], ">=", 0, f"offered_as_listed__{j}_{s}")
        terms = [*((v, 1) for v in offered), (is_open, -1)]
        rows.add(terms, ">=", 0, f"open_branch_offers__{j}")


def _someone_serves(rows: Rows, problem: PlanningProblem, sets: ModelSets, able: Able) -> None:
    """Whoever has a route to a site that could serve has one to a branch that does.

    Could: as far as pack and mix allow. A rule may not leave visits without a branch; where it
    closes all who could serve, the row cannot hold.
    """
    for b, needs in enumerate(dict.fromkeys(entry.needs for entry in sets.classes)):
        alike = [k for k, entry in enumerate(sets.classes) if entry.needs == needs]
        who = np.flatnonzero(sum(sets.classes[k].visits for k in alike) > 0)
        reach = np.isfinite(problem.impedance[who]) & sets.could_complete(needs)
        patterns = {row.tobytes(): row for row in reach}  # each once
        for k, pattern in enumerate(patterns.values()):
            if pattern.any():
                usable = (able[alike[0]][j] for j in np.flatnonzero(pattern))
                terms = [(variable, 1) for variable in usable if variable is not None]
                rows.add(terms, ">=", 1, f"someone_serves__{b}_{k}")


def _counts(rows: Rows, problem: PlanningProblem, choices: Choices) -> None:
    """(6): branch counts."""
    rules = problem.rules
    everywhere = [(v, 1) for v in choices.y]
    if rules.branches_min is not None:
        rows.add(everywhere, ">=", rules.branches_min, "branches_min")
    if rules.branches_max is not None:
        rows.add(everywhere, "<=", rules.branches_max, "branches_max")
    if rules.new_max is not None:
        new = [(v, 1) for v, old in zip(choices.y, problem.existing, strict=True) if not old]
        if new:
            rows.add(new, "<=", rules.new_max, "new_max")


def prefer(form: Formulation, gain: NDArray[np.float64]) -> None:
    """Make the objective a rough wish instead: to complete class b at j where `gain` is large.

    Args:
        form: A formulation, of the rules alone as a rule.
        gain: Shape (classes, sites).
    """
    wish: dict[pulp.LpVariable, float] = {}
    for b, column in enumerate(form.able):
        for j, variable in enumerate(column):
            if variable is not None and gain[b, j] > 0:
                wish[variable] = wish.get(variable, 0.0) + float(gain[b, j])
    most = max(wish.values(), default=1.0)
    terms = [(variable, -size / most) for variable, size in wish.items()]
    form.model.setObjective(pulp.LpAffineExpression(terms))


def _duplicates(
    rows: Rows, problem: PlanningProblem, sets: ModelSets, choices: Choices
) -> list[pulp.LpVariable]:
    """(7): at most R_Ks offerings of s in clique K, plus the excess r_Ks."""
    rule = problem.rules.duplicates
    excess: list[pulp.LpVariable] = []
    for k, clique in enumerate(sets.cliques):
        terms = [(choices.z[j][clique.service], 1) for j in clique.sites]
        if rule != "forbid":
            over = rows.share(f"r_{k}", len(clique.sites))
            excess.append(over)
            terms.append((over, -1))
        rows.add(terms, "<=", clique.allowed, f"duplicates__{clique.service}_{k}")
    if rule == "cap" and excess:
        limit = problem.rules.duplicates_max
        rows.add([(r, 1) for r in excess], "<=", limit, "duplicates_cap")
    return excess


def _floors(
    rows: Rows, problem: PlanningProblem, choices: Choices, only: Iterable[int] | None
) -> None:
    """(9): least branches, and least offerings of a service, in every area."""
    rules = problem.rules
    areas = range(len(problem.area_codes)) if only is None else only
    for c in areas:
        inside = np.flatnonzero(problem.site_area == c).tolist()
        least = (rules.floor_areas or {}).get(c, rules.floor_branches)
        if least:
            rows.add([(choices.y[j], 1) for j in inside], ">=", least, f"floor__{c}")
        for s, some in sorted((rules.floor_services or {}).items()):
            if some:
                offered = [(choices.z[j][s], 1) for j in inside]
                rows.add(offered, ">=", some, f"floor__{c}_{s}")
