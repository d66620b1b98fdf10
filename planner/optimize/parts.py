"""Parts of the model: with some choices made it is small, and its solution is a plan or a proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.optimize.arcs import LISTED_ARCS_OF_PARTS, model_arcs
from planner.optimize.formulation import Formulation, formulate
from planner.optimize.money import forbid_overspending
from planner.optimize.network import Network
from planner.optimize.rows import OutOfTimeError
from planner.optimize.serve import beyond_the_list
from planner.optimize.sets import ModelSets, narrowed, nearest_is_best
from planner.optimize.solvers import Basis, Controls, Sign, Solved, solve_model
from planner.optimize.state import Search, other_solver

CORE_VALUE = 1e-6  # a site belongs to the core when the relaxation opens it by more than this
Wider = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """Something of y (J,), z (J, S) and y_jf (J, F): values, or reduced costs."""

    is_open: NDArray[Any]
    offers: NDArray[Any]
    takes: NDArray[Any]


def relaxed_values(form: Formulation, sets: ModelSets) -> tuple[Values, Values]:
    """Values, and reduced costs: 0 where nothing is left to choose."""

    def reduced_cost(variable: Any) -> float:
        return (variable.dj or 0.0) if variable.lowBound < variable.upBound else 0.0

    takes, costs = np.zeros(sets.most_format.shape), np.zeros(sets.most_format.shape)
    for j, formats in enumerate(form.choices.taken):
        for f, variable in formats.items():
            takes[j, f] = variable.varValue or 0.0
            costs[j, f] = reduced_cost(variable) if len(formats) > 1 else 0.0
    values = Values(
        np.array([v.varValue or 0.0 for v in form.y]),
        np.array([[v.varValue or 0.0 for v in row] for row in form.z]),
        takes,
    )
    reduced = Values(
        np.array([reduced_cost(v) for v in form.y]) * form.scale,
        np.array([[reduced_cost(v) for v in row] for row in form.z]) * form.scale,
        costs * form.scale,
    )
    return values, reduced


def cores(sets: ModelSets, values: Values) -> Iterator[tuple[ModelSets, float]]:
    """Small models around the relaxation, with the share of the time left that each may take.

    First only what the relaxation leaves fractional is open; then every offering that it uses.
    """
    closed, absent = values.is_open <= CORE_VALUE, values.offers <= CORE_VALUE
    opened, present = values.is_open >= 1 - CORE_VALUE, values.offers >= 1 - CORE_VALUE
    formats = values.takes <= CORE_VALUE
    yield narrowed(sets, closed, absent, opened, present, not_taken=formats), 0.2
    nothing = np.zeros_like(opened), np.zeros_like(present)
    yield narrowed(sets, closed, absent, *nothing, not_taken=formats), 0.25


def by_reduced_cost(
    upper: float, sets: ModelSets, costs: Values, relaxed_value: float
) -> ModelSets:
    """The sets without what no better plan contains, and with what each better plan contains.

    A variable at 0 in the relaxation whose reduced cost exceeds the distance between incumbent
    and relaxation is 0 in every plan better than `upper`; at 1, the other way round.
    """
    if not math.isfinite(upper):
        return sets
    slack = (upper - relaxed_value) * (1 + 1e-9) + 1e-6 * abs(upper)
    return narrowed(
        sets,
        costs.is_open > slack,
        costs.offers > slack,
        costs.is_open < -slack,
        costs.offers < -slack,
        not_taken=costs.takes > slack,
    )


def solve_part(
    search: Search,
    sets: ModelSets,
    wider: Mapping[tuple[int, int], int],
    *,
    seconds: float,
    proves: bool,
) -> Wider:
    """Solve the model with some choices made; its bound counts only where they were proved.

    "Infeasible" is a proof only while nothing was fixed for the sake of an incumbent: the
    incumbent itself always survives a proved choice. Returns where longer lists would help:
    where the solution is served beyond the list.
    """
    until = min(time.monotonic() + seconds, search.until - search.seconds_to_serve)
    quick = not nearest_is_best(search.problem)
    most = None if quick else LISTED_ARCS_OF_PARTS  # made choices shorten only the lists of nearest
    try:
        with search.stage("build"):
            arcs = model_arcs(search.problem, sets, wider, most=most)
            form = formulate(search.problem, sets, arcs, aim=search.aim, until=until)
    except OutOfTimeError:
        return {}

    def on_sign(sign: Sign) -> None:
        if sign.values is not None:
            network = network_of(form, lambda v: float(sign.values[v.index]))  # type: ignore[index]
            search.offer(network, sets, "solve", nearest_only=quick)
        known = sign.bound if proves and sign.bound is not None else -math.inf
        search.tell("solve", bound=known * form.scale)

    def controls() -> Controls:
        # CBC tells its bound rounded, so it is asked for more than is needed
        share = 0.9 if proves and search.solver == "highs" else 0.5
        return search.controls(until - time.monotonic(), search.limits.gap * share, on_sign)

    has_plan = search.best is not None
    with search.stage("solve"):
        solved = solve_within_the_money(search, sets, form, controls, start=_start(search, form))
        if solved.outcome == "infeasible" and proves and not has_plan:
            search.is_impossible = is_confirmed(search, sets, form)
    if solved.outcome in ("infeasible", "failed"):
        return {}
    if proves:
        search.raise_bound(solved.bound * form.scale)
    return {} if solved.objective is None else beyond_the_list(form, arcs, 2)


def is_confirmed(
    search: Search, sets: ModelSets, form: Formulation, *, relaxed: bool = False
) -> bool:
    """Whether the other solver finds a model infeasible as well; if not, its plan is taken."""
    other = other_solver(search.solver)
    solved = solve_model(form.model, other, search.controls(search.left), relaxed=relaxed)
    if solved.outcome != "infeasible":
        search.note(solved.fault)
        search.note("That no plan exists is said by one solver only, so it is not told as proved.")
    if solved.objective is not None and not relaxed:
        search.offer(network_of(form, lambda v: v.varValue or 0.0), sets, "solve")
    return solved.outcome == "infeasible"


def solve_for(
    search: Search,
    form: Formulation,
    controls: Controls,
    *,
    relaxed: bool = False,
    start: Mapping[str, float] | None = None,
    basis: Basis | None = None,
) -> Solved:
    """Solve a model by the solver that was asked for; where it fails, by the other one."""
    more = {"relaxed": relaxed, "start": start, "basis": basis}
    solved = solve_model(form.model, search.solver, controls, **more)  # type: ignore[arg-type]
    if solved.outcome == "failed" and not search.has_failed:
        search.has_failed = True
        search.note(f"{solved.fault} The other solver went on in its place.")
        solved = solve_model(form.model, search.solver, controls, **more)  # type: ignore[arg-type]
    search.note(solved.fault)
    return solved


def solve_within_the_money(
    search: Search,
    sets: ModelSets,
    form: Formulation,
    controls: Callable[[], Controls],
    *,
    start: Mapping[str, float] | None = None,
) -> Solved:
    """Solve until the solver's network keeps the budgets to the last unit of money.

    What it proves holds for the rules as they are: see `forbid_overspending`.
    """
    while True:
        solved = solve_for(search, form, controls(), start=start)
        if solved.objective is None:
            return solved
        network = network_of(form, lambda v: v.varValue or 0.0)
        if search.offer(network, sets, "solve"):
            return solved
        if solved.outcome == "stopped":
            search.note("A plan was left aside: it kept the budget only within rounding.")
            return solved
        forbid_overspending(search.problem, form.choices, form.model)


def network_of(form: Formulation, value: Callable[[Any], float]) -> Network:
    """The network that values of the variables speak of."""
    is_open = np.array([value(v) > 0.5 for v in form.y], dtype=np.bool_)
    offers = np.array([[value(v) > 0.5 for v in row] for row in form.z], dtype=np.bool_)
    formats = np.full(is_open.size, -1, dtype=np.int64)
    for j in np.flatnonzero(is_open).tolist():
        taken = form.choices.taken[j]
        formats[j] = max(taken, key=lambda f: value(taken[f]))
    return Network(is_open, offers & is_open[:, None], formats)


def _start(search: Search, form: Formulation) -> Mapping[str, float] | None:
    """The incumbent's y and z as a first solution, where the variables still allow it."""
    best = search.best
    if best is None:
        return None
    pairs = [
        *zip(form.y, best.is_open.tolist(), strict=True),
        *zip((v for row in form.z for v in row), best.offers.ravel().tolist(), strict=True),
    ]
    for j, formats in enumerate(form.choices.taken):
        if len(formats) > 1:
            pairs += [(v, f == best.format[j]) for f, v in formats.items()]
        elif best.is_open[j] and best.format[j] not in formats:
            return None
    if any(not variable.lowBound <= value <= variable.upBound for variable, value in pairs):
        return None
    return {variable.name: float(value) for variable, value in pairs}
