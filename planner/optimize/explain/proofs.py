"""Whether rules can hold together, and the least of something that they need: always solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.arcs import model_arcs
from planner.optimize.explain.groups import DIVISIONS, division_of, with_rules
from planner.optimize.explain.watch import Watch
from planner.optimize.formulation import Formulation, formulate
from planner.optimize.money import Spending, annual, capital, forbid_overspending, spendings
from planner.optimize.rows import OutOfTimeError
from planner.optimize.sets import ModelSets, has_capacity, model_sets
from planner.optimize.solvers import Controls, solve_model
from planner.optimize.standards import people_counted, visits_needed
from planner.problem import PlanningProblem, Standard

Holds = Literal["yes", "no", "unknown"]
ROUNDING = 1e-9  # relative
QUICK_SECONDS = 1.0  # most questions take a hundredth of that; the others are made smaller first


@dataclass(frozen=True, slots=True)
class Need:
    """The least of something that some rules need; no value where they clash or time ran out."""

    holds: Holds
    value: int | None = None


def can_hold(
    problem: PlanningProblem,
    watch: Watch,
    *,
    floor_areas: tuple[int, ...] | None = None,
    kept: tuple[int, ...] | None = None,
) -> Holds:
    """Whether some plan keeps the rules: solved, unknown where time ran out.

    Args:
        problem: The question.
        watch: The time.
        floor_areas: Areas that floors speak of; all when left out.
        kept: Branches of today that the rules about existing branches speak of; likewise.
    """
    holds: Holds = "unknown"
    for quick in _ways(problem):
        if holds == "no" or watch.left <= 0:
            return holds
        try:
            stated = _stated(problem, watch, quick=quick, floor_areas=floor_areas, kept=kept)
        except OutOfTimeError:
            return "unknown"
        stated.form.model.setObjective(pulp.LpAffineExpression())
        holds = _solved(problem, stated, watch)
    return holds


def clash(problem: PlanningProblem, watch: Watch) -> bool:
    """Whether it is proved that no plan keeps the rules."""
    return can_hold(problem, watch) == "no"


def least(problem: PlanningProblem, what: str, watch: Watch) -> Need:
    """The least of something that the rules need.

    Args:
        problem: The question, without a limit on what is asked for.
        what: `annual` or `capital` money, or a division's budget by its group; `duplicates` in
            excess, `new` or `fewest` branches, or `most` branches (negative).
        watch: The time.
    """
    need = Need("unknown")
    counted = _counting(problem, what)
    for quick in _ways(problem):
        if need.holds == "no" or watch.left <= 0:
            return need
        try:
            stated = _stated(counted, watch, quick=quick)
        except OutOfTimeError:
            return need
        terms, constant = _sum(counted, stated.form, what)
        unit = max((abs(amount) for _, amount in terms), default=1)
        wanted = pulp.LpAffineExpression([(v, c / unit) for v, c in terms])
        stated.form.model.setObjective(wanted)
        holds = _solved(problem, stated, watch)
        if holds == "yes":
            spent = sum(round(variable.varValue or 0.0) * amount for variable, amount in terms)
            return Need("yes", spent + constant)
        need = Need(holds)
    return need


def most_share(
    problem: PlanningProblem, standards: Sequence[Standard], watch: Watch
) -> tuple[Holds, float]:
    """The largest share of the visits of each of some standards that the rules let be near enough.

    Args:
        problem: The question, without these standards.
        standards: Whose people and minutes count; each has visits.
        watch: The time.
    """
    if watch.left <= 0 or limits_capacity(problem):
        return "unknown", 0.0
    try:
        stated = _stated(problem, watch, quick=True)
    except OutOfTimeError:
        return "unknown", 0.0
    model = stated.form.model
    share = model.add_variable("share", 0, 1)
    for n, standard in enumerate(standards):
        whole = visits_needed(problem, replace(standard, share=1.0))
        near = _coverage(stated.form, problem, stated.sets, standard, f"most_{n}")
        terms = [*((v, w / whole) for v, w in near), (share, -1.0)]
        _row(model, terms, 0, f"all_alike__{n}")
    model.setObjective(pulp.LpAffineExpression([(share, -1.0)]))
    holds = _solved(problem, stated, watch)
    return holds, float(share.varValue or 0.0) if holds == "yes" else 0.0


# -- the model -----------------------------------------------------------------------------


def limits_capacity(problem: PlanningProblem) -> bool:
    """Whether capacity can make plans impossible."""
    return problem.rules.capacity == "hard" and has_capacity(problem)


def _ways(problem: PlanningProblem) -> tuple[bool, ...]:
    """The quick model first; where capacity counts it can only say no, so the whole one next."""
    return (True, False) if limits_capacity(problem) else (True,)


@dataclass(frozen=True, slots=True, eq=False)
class _Stated:
    """A model of the rules; `is_whole` where a solution of it is a plan that keeps them all."""

    form: Formulation
    is_whole: bool
    sets: ModelSets


def _stated(
    problem: PlanningProblem,
    watch: Watch,
    *,
    quick: bool,
    floor_areas: Iterable[int] | None = None,
    kept: tuple[int, ...] | None = None,
) -> _Stated:
    """The rules as a model, as small as they allow.

    Standards alone need no shares: without capacity everybody may go to the quickest branch, so
    a visit is near enough when some branch that can complete it is. Demand points with the same
    sites near enough share one variable. Capacity needs shares; the quick model has only the
    capacity of all branches together, which every plan must keep.
    """
    if problem.rules.duplicates == "price":  # a price makes nothing impossible
        problem = with_rules(problem, duplicates="allow")
    hard = tuple(each for each in problem.rules.standards if each.is_hard)
    capacity = "hard" if limits_capacity(problem) else "off"
    if not quick:
        whole = with_rules(problem, standards=hard, tail_share=0.0)
        sets = _sets(whole, kept)
        arcs = model_arcs(whole, sets)
        form = formulate(whole, sets, arcs, floor_areas=floor_areas, until=watch.until)
        return _Stated(form, bool(arcs.exact.all()), sets)
    bare = with_rules(problem, standards=(), capacity=capacity, tail_share=0.0)
    sets = _sets(bare, kept)
    form = formulate(bare, sets, None, floor_areas=floor_areas, until=watch.until)
    for n, standard in enumerate(hard):
        need = visits_needed(problem, standard)
        if need > 0:
            near = _coverage(form, problem, sets, standard, str(n))
            _row(form.model, near, need * (1 - ROUNDING), f"standard__{n}")
    return _Stated(form, is_whole=capacity == "off", sets=sets)


def _sets(problem: PlanningProblem, kept: tuple[int, ...] | None) -> ModelSets:
    sets = model_sets(problem)
    if kept is None:
        return sets
    free = problem.existing.copy()
    asked_for = {*kept, *problem.rules.locked_open, *(j for j, _ in problem.rules.locked_offered)}
    free[sorted(asked_for)] = False
    return replace(
        sets,
        least_open=sets.least_open & ~free,
        least_offered=sets.least_offered & ~free[:, None],
    )


def _coverage(
    form: Formulation, problem: PlanningProblem, sets: ModelSets, standard: Standard, name: str
) -> list[tuple[pulp.LpVariable, float]]:
    """Visits of a standard that are near enough, as variables with their weights."""
    near = (problem.minutes <= standard.within_min) & np.isfinite(problem.impedance)
    counted = np.where(people_counted(problem, standard), problem.visits, 0.0)
    terms: list[tuple[pulp.LpVariable, float]] = []
    for b, entry in enumerate(sets.classes):
        weight: NDArray[np.float64] = counted[:, list(entry.kinds)].sum(axis=1)
        reach = near & sets.able(entry.needs)
        patterns: dict[bytes, tuple[NDArray[np.bool_], float]] = {}
        for i in np.flatnonzero((weight > 0) & reach.any(axis=1)).tolist():
            key = reach[i].tobytes()
            before = patterns.get(key, (reach[i], 0.0))[1]
            patterns[key] = reach[i], before + float(weight[i])
        for k, (pattern, visits) in enumerate(patterns.values()):
            covered = form.model.add_variable(f"c_{name}_{b}_{k}", 0, 1)
            by = [(form.able[b][j], 1) for j in np.flatnonzero(pattern).tolist()]
            by = [(variable, 1) for variable, _ in by if variable is not None]
            _row(form.model, [*by, (covered, -1)], 0, f"near_enough__{name}_{b}_{k}")
            terms.append((covered, visits))
    return terms


def _row(
    model: pulp.LpProblem, terms: list[tuple[pulp.LpVariable, float]], least: float, name: str
) -> None:
    """A row of the kind at least."""
    expression = pulp.LpAffineExpression(terms)
    model.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintGE, name, least))


def _solved(problem: PlanningProblem, stated: _Stated, watch: Watch) -> Holds:
    """Solve until every budget is kept to the last unit of money."""
    form = stated.form
    while True:
        controls = Controls(watch.left, 0.0, 1, 0, should_stop=watch.asked_to_stop)
        quick = replace(controls, seconds=min(QUICK_SECONDS, watch.left), presolve=False)
        solved = solve_model(form.model, "highs", quick)
        if solved.outcome == "stopped":
            solved = solve_model(form.model, "highs", replace(controls, seconds=watch.left))
        if solved.outcome == "infeasible":
            return "no"
        if solved.outcome != "solved" or not stated.is_whole:
            return "unknown"
        if all(spent.now() <= limit for spent, limit in spendings(problem, form.choices)):
            return "yes"
        forbid_overspending(problem, form.choices, form.model)


# -- sums ----------------------------------------------------------------------------------


def _counting(problem: PlanningProblem, what: str) -> PlanningProblem:
    """The problem with a limit so wide that it only makes the sum be stated."""
    if what == "duplicates":
        return with_rules(problem, duplicates="cap", duplicates_max=len(problem.site_ids) ** 3)
    if any(what.startswith(before) for before in DIVISIONS):
        key, division = division_of(problem, what)
        wide = int(problem.offering_annual_kes.sum() + problem.offering_capital_kes.sum())
        wide += int(problem.offering_closing_kes.sum())
        budgets = {**(getattr(problem.rules, key) or {}), division: wide}
        return with_rules(problem, **{key: budgets})
    return problem


def _sum(
    problem: PlanningProblem, form: Formulation, what: str
) -> tuple[list[tuple[pulp.LpVariable, int]], int]:
    if what == "duplicates":
        return [(variable, 1) for variable in form.excess], 0
    if what == "new":
        old = problem.existing
        return [(v, 1) for v, there in zip(form.y, old, strict=True) if not there], 0
    if what in ("fewest", "most"):
        return [(variable, 1 if what == "fewest" else -1) for variable in form.y], 0
    money = _money(problem, form, what)
    return list(money.terms), money.constant


def _money(problem: PlanningProblem, form: Formulation, what: str) -> Spending:
    if what == "annual":
        return annual(problem, form.choices)
    if what == "capital":
        return capital(problem, form.choices)
    key, division = division_of(problem, what)
    kind = "annual" if key == "division_annual_max_kes" else "capital"
    name = f"{kind}_budget__{division}"
    return next(sum_ for sum_, _ in spendings(problem, form.choices) if sum_.name == name)
