"""The best assignment for a network that is given: nearest choice, or a small model of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.optimize.arcs import LISTED_ARCS_OF_PARTS, Arcs, model_arcs
from planner.optimize.capacity import mean_visit_minutes
from planner.optimize.cliques import counter_minutes
from planner.optimize.formulation import Aim, Formulation, formulate
from planner.optimize.network import (
    Network,
    assignment_travel,
    cheapest_choice,
    standard_shortfalls,
    standing_cost,
    strands_visits,
    travel_objective,
)
from planner.optimize.rows import OutOfTimeError
from planner.optimize.sets import ModelSets, has_capacity, nearest_is_best
from planner.optimize.solvers import Controls, solve_model
from planner.optimize.standards import ROUNDING, ROUNDING_VISITS
from planner.plan import Assignment
from planner.problem import PlanningProblem, Rules

SMALLEST_SHARE = 1e-9  # below this, a share is a solver's rounding
USED = 1e-6  # a share above this is really used

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Who goes where in a network, and what comes of it.

    `counters` (J, S) are those set aside for each service, None where they are pooled.
    """

    assignment: Assignment
    objective: float
    shortfall: float
    counters: NDArray[np.int64] | None


def serve(
    problem: PlanningProblem,
    sets: ModelSets,
    network: Network,
    aim: Aim,
    *,
    seconds: float,
    should_stop: Callable[[], bool] | None = None,
    nearest_only: bool = False,
) -> Served | None:
    """Send the visits of a network where it is best for the aim; None where no way keeps the rules.

    Nearest choice is tried first: where it breaks nothing, nothing is better. Otherwise the rows of
    the model that speak of visits are solved with the network as it is. Where the time is too short
    for that, nearest choice stands if it breaks soft rules only.

    Args:
        problem: The question.
        sets: Its sets.
        network: The network; it keeps the other rules.
        aim: What is made small, and how many visits may fall short.
        seconds: What the small model may take.
        should_stop: Asked now and then.
        nearest_only: Try nothing but nearest choice.
    """
    if strands_visits(problem, sets, network):
        return None
    nearest = cheapest_choice(problem, network)
    served = _served(problem, sets, network, nearest, None)
    if served is not None and (served.shortfall <= 0 or nearest_is_best(problem)):
        return served if _within(served.shortfall, aim) else None
    if nearest_only or nearest_is_best(problem):
        return None
    until = time.monotonic() + seconds
    try:
        return _best_served(problem, sets, network, aim, until, should_stop)
    except OutOfTimeError:
        return served if served is not None and _within(served.shortfall, aim) else None


def _within(shortfall: float, aim: Aim) -> bool:
    most = aim.most_shortfall
    return shortfall <= most * (1 + ROUNDING) + ROUNDING_VISITS


def _served(
    problem: PlanningProblem,
    sets: ModelSets,
    network: Network,
    rows: Assignment,
    aside: NDArray[np.int64] | None,
) -> Served | None:
    """The figures of an assignment; None where it breaks a hard rule."""
    hard, soft = standard_shortfalls(problem, rows)
    counters = None
    if has_capacity(problem):
        if problem.rules.counters == "by_service":
            counters = _set_aside(problem, network, rows, aside)
        over = _visits_over(problem, network, rows, counters)
        if problem.rules.capacity == "hard":
            hard += over
        else:
            soft += over
    if hard > 0:
        return None
    value = travel_objective(problem, *assignment_travel(problem, rows))
    return Served(rows, value + standing_cost(problem, sets, network), soft, counters)


# -- how full --------------------------------------------------------------------------------


def _loads(problem: PlanningProblem, rows: Assignment) -> tuple[Floats, Floats]:
    """Yearly visits of each site (J,), and counter minutes of each service there (J, S)."""
    sent = problem.visits[rows.point, rows.visit_type] * rows.share
    sites, kinds = len(problem.site_ids), len(problem.visit_type_ids)
    cell = rows.site * kinds + rows.visit_type
    by_kind = np.bincount(cell, weights=sent, minlength=sites * kinds).reshape(sites, kinds)
    return by_kind.sum(axis=1), (by_kind @ problem.does) * problem.service_counter_min


def _set_aside(
    problem: PlanningProblem,
    network: Network,
    rows: Assignment,
    aside: NDArray[np.int64] | None,
) -> NDArray[np.int64]:
    """Counters by service: as many as the work asks for, no more than set aside or there are."""
    _, minutes = _loads(problem, rows)
    each = problem.counter_minutes_per_year
    if each <= 0:  # no counters are given anywhere
        return np.zeros(minutes.shape, dtype=np.int64)
    counters = np.ceil(minutes / each * (1 - ROUNDING)).astype(np.int64)
    if aside is not None:
        counters = np.where(aside >= 0, np.minimum(counters, aside), counters)
    there = problem.counters[np.arange(counters.shape[0]), network.format]
    for j in np.flatnonzero(network.is_open & (counters.sum(axis=1) > there)).tolist():
        free = int(there[j])
        for s in range(counters.shape[1]):
            counters[j, s] = min(int(counters[j, s]), free)
            free -= int(counters[j, s])
    return counters


def _visits_over(
    problem: PlanningProblem,
    network: Network,
    rows: Assignment,
    counters: NDArray[np.int64] | None,
) -> float:
    """By how many visits branches are too full: (5) of the model."""
    visits, minutes = _loads(problem, rows)
    at = np.flatnonzero(network.is_open)
    taken = network.format[at]
    over = _above(visits[at], problem.capacity_visits[at, taken])
    mean = mean_visit_minutes(problem)
    if mean <= 0:
        return over
    if counters is None:
        return over + _above(minutes[at].sum(axis=1), counter_minutes(problem)[at, taken]) / mean
    limited = at[np.isfinite(problem.counters[at, taken])]
    limit = np.asarray(counters[limited] * problem.counter_minutes_per_year, dtype=np.float64)
    return over + _above(minutes[limited], limit) / mean


def _above(values: Floats, limits: Floats) -> float:
    over = np.where(np.isfinite(limits), values - limits, 0.0)
    allowed = ROUNDING * np.where(np.isfinite(limits), limits, 0.0) + ROUNDING_VISITS
    return float(over[over > allowed].sum())


# -- a model of its own ----------------------------------------------------------------------


def _best_served(
    problem: PlanningProblem,
    sets: ModelSets,
    network: Network,
    aim: Aim,
    until: float,
    should_stop: Callable[[], bool] | None,
) -> Served | None:
    """Solve with lists as long as they need to be.

    Where only shortfalls count, distances draw nobody to the listed sites: many are listed at
    once, and nobody goes beyond.

    Raises:
        OutOfTimeError: The time was over first.
    """
    bare, fixed = _as_it_is(problem, sets, network)
    wider: dict[tuple[int, int], int] = {}

    def controls() -> Controls:
        left = until - time.monotonic()
        return Controls(left, 0.0, 1, 0, should_stop=should_stop, exact=True)

    while True:
        if aim.what == "shortfall":
            arcs = _closed_lists(model_arcs(bare, fixed, most=LISTED_ARCS_OF_PARTS))
        else:
            arcs = model_arcs(bare, fixed, wider)
        form = formulate(bare, fixed, arcs, aim=aim, until=until)
        whole = problem.rules.assignment == "single"
        integers = whole or bool(form.counters)
        solved = solve_model(form.model, "highs", controls(), relaxed=not integers)
        if solved.outcome == "infeasible":
            return None
        if solved.objective is None:
            raise OutOfTimeError
        beyond = beyond_the_list(form, arcs, 3)
        if beyond:
            wider |= beyond
            continue
        aside = _counters(form, problem) if form.counters else None
        if form.counters and not whole:  # whole numbers hold within a tolerance: now exactly
            for variable in form.counters.values():
                variable.lowBound = variable.upBound = round(variable.varValue or 0.0)
            if solve_model(form.model, "highs", controls(), relaxed=True).objective is None:
                raise OutOfTimeError
        rows = _assignment(form, fixed, arcs, whole=whole)
        return _served(problem, sets, network, rows, aside)


def _closed_lists(arcs: Arcs) -> Arcs:
    """The same lists with nothing beyond them."""
    nothing = np.full(arcs.rest_cost.size, np.inf)
    sure = np.ones(arcs.exact.size, dtype=np.bool_)
    return replace(arcs, rest_cost=nothing, rest_minutes=nothing, exact=sure)


def _as_it_is(
    problem: PlanningProblem, sets: ModelSets, network: Network
) -> tuple[PlanningProblem, ModelSets]:
    """The question of who goes where alone, and its sets."""
    rules = problem.rules
    bare = Rules(
        tail_share=rules.tail_share,
        tail_beta=rules.tail_beta,
        existing="may_close",
        capacity=rules.capacity,
        counters=rules.counters,
        assignment=rules.assignment,
        standards=rules.standards,
        duplicates="allow",
    )
    taken = np.arange(sets.most_format.shape[1])[None, :] == network.format[:, None]
    fixed = replace(
        sets,
        cliques=(),
        least_open=network.is_open,
        most_open=network.is_open,
        least_offered=network.offers,
        most_offered=network.offers,
        most_format=taken & network.is_open[:, None],
    )
    return replace(problem, rules=bare), fixed


def beyond_the_list(form: Formulation, arcs: Arcs, times: int) -> dict[tuple[int, int], int]:
    """Rows that a solution serves beyond the listed sites: list so many times as many there."""
    sizes = np.diff(arcs.start)
    return {
        (int(arcs.point[r]), int(arcs.demand_class[r])): times * int(sizes[r])
        for r in np.flatnonzero(~arcs.exact).tolist()
        if (variable := form.rest[r]) is not None and (variable.varValue or 0.0) > USED
    }


def _counters(form: Formulation, problem: PlanningProblem) -> NDArray[np.int64]:
    """Counters that the model set aside, -1 where it had none to set aside."""
    counters = np.full((len(problem.site_ids), len(problem.service_ids)), -1, dtype=np.int64)
    for cell, variable in form.counters.items():
        counters[cell] = round(variable.varValue or 0.0)
    return counters


def _assignment(form: Formulation, sets: ModelSets, arcs: Arcs, *, whole: bool) -> Assignment:
    """The shares in the variables without a solver's rounding: none below 0, together 1."""
    share = np.array([v.varValue or 0.0 for v in form.x], dtype=np.float64)
    row = arcs.row
    if whole:
        order = np.lexsort((-share, row))
        first = order[np.unique(row[order], return_index=True)[1]]
        share = np.zeros_like(share)
        share[first] = 1.0
    share[share < SMALLEST_SHARE] = 0.0
    share /= np.bincount(row, weights=share, minlength=arcs.point.size)[row]
    used = share > 0
    kinds = np.array([entry.kinds[0] for entry in sets.classes], dtype=np.int64)
    return Assignment(
        arcs.point[row[used]],
        kinds[arcs.demand_class[row[used]]],
        arcs.site[used],
        np.minimum(share[used], 1.0),
    )
