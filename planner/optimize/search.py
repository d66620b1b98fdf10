"""The search: rules first, then the relaxation's bound, a plan in its core, and the proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.optimize.explain import explain
from planner.optimize.formulation import Formulation, formulate
from planner.optimize.network import (
    Network,
    cheapest_choice,
    first_gain,
    lowest_imaginable,
    network_objective,
    overspent,
)
from planner.optimize.sets import Arcs, ModelSets, model_arcs, model_sets
from planner.optimize.solvers import Controls, Sign, SolverName, solve_model
from planner.plan import Assignment, Clash, Plan, Progress, Status
from planner.problem import PlanningProblem

Stage = Literal["bound", "build", "solve"]
CORE_VALUE = 1e-6  # a site belongs to the core when the relaxation opens it by more than this


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: seconds, relative gap; and with what."""

    seconds: float = 120.0
    gap: float = 0.001
    solver: SolverName = "highs"
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was found and proved, in the problem's objective unit a year."""

    status: Status
    plan: Plan | None
    objective: float | None
    bound: float | None
    gap: float | None
    clashes: tuple[Clash, ...]
    seconds_by_stage: Mapping[str, float]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Search:
    """The state of one search; the only thing here that changes."""

    problem: PlanningProblem
    limits: Limits
    on_progress: Callable[[Progress], None] | None
    asked_to_stop: Callable[[], bool] | None
    started: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("bound", "build", "solve"), 0.0)
    )
    best: Network | None = None
    upper: float = math.inf
    lower: float = -math.inf
    notes: list[str] = field(default_factory=list)

    @property
    def left(self) -> float:
        return self.limits.seconds - (time.monotonic() - self.started)

    @property
    def gap(self) -> float | None:
        if not math.isfinite(self.upper) or not math.isfinite(self.lower):
            return None
        if self.upper <= 0:
            return 0.0
        return max(0.0, (self.upper - self.lower) / self.upper)

    @property
    def proved(self) -> bool:
        return self.gap is not None and self.gap <= self.limits.gap

    def enough(self) -> bool:
        """Whether a running solver may end: asked to, or the gap is proved already."""
        return self.proved or (self.asked_to_stop is not None and self.asked_to_stop())

    def stop(self) -> bool:
        return self.left <= 0 or (self.asked_to_stop is not None and self.asked_to_stop())

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        begin = time.monotonic()
        self.tell(name)
        yield
        self.seconds[name] += time.monotonic() - begin

    def tell(self, stage: Stage, *, new: bool = False) -> None:
        if self.on_progress is None:
            return
        sites = None
        if new and self.best is not None:
            sites = tuple(
                name
                for name, opened in zip(self.problem.site_ids, self.best.is_open, strict=True)
                if opened
            )
        self.on_progress(
            Progress(
                seconds=time.monotonic() - self.started,
                stage=stage,
                incumbent=self.upper if math.isfinite(self.upper) else None,
                bound=self.lower if math.isfinite(self.lower) else None,
                gap=self.gap,
                open_sites=sites,
            )
        )

    def offer(self, network: Network, sets: ModelSets, stage: Stage) -> bool:
        """Take a network as the incumbent when it keeps the money and is better."""
        if overspent(self.problem, network):
            return False
        value = network_objective(self.problem, sets, network)
        if value < self.upper:
            self.best, self.upper = network, value
            self.tell(stage, new=True)
        return True

    def raise_bound(self, value: float) -> None:
        if value > self.lower:
            self.lower = min(value, self.upper)


def find_plan(
    problem: PlanningProblem,
    limits: Limits,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Answer:
    """Find the best plan that keeps every rule, and prove how good it is.

    The rules alone come first: a clash is found and explained within seconds, and a first plan
    is known. Then the linear relaxation gives a bound, the model over the sites that the
    relaxation opens gives a plan, and if the gap is still open, the model over all sites that
    reduced costs cannot rule out closes it.

    Args:
        problem: The question.
        limits: When to stop.
        on_progress: Called now and then with the best plan and bound so far.
        should_stop: Asked now and then; True ends the search with the best plan found.
    """
    search = _Search(problem, limits, on_progress, should_stop)
    sets = model_sets(problem)
    with search.stage("solve"):
        clashes = _rules_first(search, sets)
    if clashes is not None:
        return _answer(search, "infeasible" if clashes else "unknown", clashes)
    search.raise_bound(lowest_imaginable(problem, sets))
    wider: dict[tuple[int, int], int] = {}
    while not search.proved and not search.stop():
        arcs = model_arcs(problem, sets, wider)
        _one_round(search, sets, arcs)
        beyond = _served_beyond_the_list(search, sets, arcs)
        if search.proved or not beyond or search.stop():
            break
        wider = {**wider, **beyond}
    return _answer(search, "unknown", ())


def _answer(search: _Search, without_plan: Status, clashes: tuple[Clash, ...]) -> Answer:
    problem, best = search.problem, search.best
    if best is None:
        return Answer(without_plan, None, None, None, None, clashes, search.seconds)
    shares = cheapest_choice(problem, best)
    plan = Plan(best.is_open, best.offers, Assignment(*shares))
    status: Status = "optimal" if search.proved else "feasible"
    bound = search.lower if math.isfinite(search.lower) else None
    return Answer(
        status, plan, search.upper, bound, search.gap, (), search.seconds, tuple(search.notes)
    )


# -- rules first ---------------------------------------------------------------------------


def _rules_first(search: _Search, sets: ModelSets) -> tuple[Clash, ...] | None:
    """A first plan from the rules alone (None), or why there is none.

    An empty tuple says that nothing was proved in the time given.
    """
    problem = search.problem
    form = formulate(problem, sets, None)
    gain = first_gain(problem, sets)
    wish = [
        (variable, -float(gain[b, j]))
        for b, column in enumerate(form.able)
        for j, variable in enumerate(column)
        if variable is not None and gain[b, j] > 0
    ]
    scale = max((-factor for _, factor in wish), default=1.0)
    form.model.setObjective(_sum((variable, factor / scale) for variable, factor in wish))
    solved = solve_model(form.model, search.limits.solver, _controls(search, search.left, 0.01))
    if solved.outcome == "infeasible":
        return explain(problem, sets)
    if solved.objective is None:
        return ()
    if not search.offer(_network(form), sets, "solve"):
        search.notes.append("The first plan kept the budget only within the solver's tolerance.")
    return None


def _sum(terms: Any) -> Any:
    import pulp  # noqa: PLC0415 - keeps the solver's name out of this module's surface

    return pulp.LpAffineExpression(list(terms))


def _network(form: Formulation) -> Network:
    is_open = np.array([_chosen(v) for v in form.y], dtype=np.bool_)
    offers = np.array([[_chosen(v) for v in row] for row in form.z], dtype=np.bool_)
    return Network(is_open, offers & is_open[:, None])


def _chosen(variable: Any) -> bool:
    return (variable.varValue or 0.0) > 0.5


# -- bound, plan, proof --------------------------------------------------------------------


def _one_round(search: _Search, sets: ModelSets, arcs: Arcs) -> None:
    with search.stage("build"):
        form = formulate(search.problem, sets, arcs)
    with search.stage("bound"):
        solved = solve_model(
            form.model,
            search.limits.solver,
            _controls(search, search.left, on_sign=lambda _: search.tell("bound")),
            relaxed=True,
        )
    if solved.outcome != "solved":
        return
    relaxed_value = solved.bound * form.scale
    search.raise_bound(relaxed_value)
    values, costs = _relaxed_values(form)
    if search.proved or search.stop():
        return
    for off, on, share in _cores(values):
        with search.stage("solve"), _fixed(form, off, on):
            _solve_survivors(search, sets, form, seconds=share * search.left, proves=False)
        if search.proved or search.stop():
            return
    ruled_out, forced = _by_reduced_cost(search, costs, relaxed_value)
    with search.stage("solve"), _fixed(form, ruled_out, forced):
        _solve_survivors(search, sets, form, seconds=search.left, proves=True)


def _cores(values: _Values) -> Iterator[tuple[_Values, _Values | None, float]]:
    """Small models around the relaxation, with the share of the time left that each may take.

    First only what the relaxation leaves fractional is open; then every offering that it uses.
    """
    unused = _Values(values.is_open <= CORE_VALUE, values.offers <= CORE_VALUE)
    certain = _Values(values.is_open >= 1 - CORE_VALUE, values.offers >= 1 - CORE_VALUE)
    yield unused, certain, 0.2
    yield unused, None, 0.25


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """Something of y (J,) and z (J, S): values, reduced costs, or whether they are fixed."""

    is_open: NDArray[Any]
    offers: NDArray[Any]


def _relaxed_values(form: Formulation) -> tuple[_Values, _Values]:
    values = _Values(
        np.array([v.varValue or 0.0 for v in form.y]),
        np.array([[v.varValue or 0.0 for v in row] for row in form.z]),
    )
    costs = _Values(
        np.array([v.dj or 0.0 for v in form.y]) * form.scale,
        np.array([[v.dj or 0.0 for v in row] for row in form.z]) * form.scale,
    )
    return values, costs


def _by_reduced_cost(
    search: _Search, costs: _Values, relaxed_value: float
) -> tuple[_Values, _Values]:
    """What no plan better than the incumbent can contain, and what each must contain.

    A variable at 0 in the relaxation whose reduced cost exceeds the distance between incumbent
    and relaxation is 0 in every better plan; the same at 1 the other way round.
    """
    slack = (search.upper - relaxed_value) * (1 + 1e-9) + 1e-6 * abs(search.upper)
    closed = costs.is_open > slack
    zero = _Values(closed, (costs.offers > slack) | closed[:, None])
    return zero, _Values(costs.is_open < -slack, costs.offers < -slack)


@contextmanager
def _fixed(form: Formulation, zero: _Values, one: _Values | None = None) -> Iterator[None]:
    """Fix free variables for the time of one solve."""
    touched = []
    variables = [*form.y, *(v for row in form.z for v in row)]
    off = np.concatenate([zero.is_open, zero.offers.ravel()])
    on = np.zeros_like(off) if one is None else np.concatenate([one.is_open, one.offers.ravel()])
    for variable, closed, opened in zip(variables, off, on, strict=True):
        if variable.upBound > variable.lowBound and (closed or opened):
            touched.append((variable, variable.lowBound, variable.upBound))
            variable.lowBound = variable.upBound = int(bool(opened and not closed))
    try:
        yield
    finally:
        for variable, low, high in touched:
            variable.lowBound, variable.upBound = low, high


def _solve_survivors(
    search: _Search, sets: ModelSets, form: Formulation, *, seconds: float, proves: bool
) -> None:
    """Solve what is left of the model; its bound counts only where the fixing was proved."""

    def on_sign(sign: Sign) -> None:
        if sign.values is not None:
            search.offer(_network_of(form, sign.values), sets, "solve")
        elif proves and sign.bound is not None:
            search.raise_bound(sign.bound * form.scale)
        search.tell("solve")

    controls = _controls(search, seconds, search.limits.gap * 0.5, on_sign)
    start = _start(search.best, form)
    solved = solve_model(form.model, search.limits.solver, controls, start=start)
    if solved.outcome == "infeasible" and proves:
        search.raise_bound(search.upper)  # nothing better than the incumbent is left
        return
    if solved.objective is not None and not search.offer(_network(form), sets, "solve"):
        _within_the_money(search, sets, form, controls)
    if proves and math.isfinite(solved.bound):
        search.raise_bound(solved.bound * form.scale)


def _within_the_money(
    search: _Search, sets: ModelSets, form: Formulation, controls: Controls
) -> None:
    """Solve again with the budget tightened by what the solver's tolerance let through."""
    rows = form.model.constraints()
    for name in ("annual_budget", "capital_budget"):
        row = next((r for r in rows if r.name == name), None)
        if row is not None:
            row.constant += 1
    again = solve_model(form.model, search.limits.solver, replace(controls, seconds=search.left))
    if again.objective is None or not search.offer(_network(form), sets, "solve"):
        search.notes.append("A plan was left aside: it kept the budget only within a tolerance.")


def _network_of(form: Formulation, values: NDArray[np.float64]) -> Network:
    is_open = np.array([values[v.index] > 0.5 for v in form.y], dtype=np.bool_)
    offers = np.array([[values[v.index] > 0.5 for v in row] for row in form.z], dtype=np.bool_)
    return Network(is_open, offers & is_open[:, None])


def _start(best: Network | None, form: Formulation) -> dict[str, float] | None:
    """The incumbent's y and z as a first solution, where the variables still allow it."""
    if best is None:
        return None
    pairs = [
        *zip(form.y, best.is_open.tolist(), strict=True),
        *zip((v for row in form.z for v in row), best.offers.ravel().tolist(), strict=True),
    ]
    if any(not variable.lowBound <= value <= variable.upBound for variable, value in pairs):
        return None
    return {variable.name: float(value) for variable, value in pairs}


def _controls(
    search: _Search, seconds: float, gap: float = 0.0, on_sign: Callable[[Sign], None] | None = None
) -> Controls:
    limits = search.limits
    return Controls(seconds, gap, limits.threads, limits.seed, on_sign, search.enough)


def _served_beyond_the_list(
    search: _Search, sets: ModelSets, arcs: Arcs
) -> dict[tuple[int, int], int]:
    """Rows where the best plan serves at a site beyond the listed ones: list twice as many."""
    if search.best is None or arcs.exact.all():
        return {}
    sizes = np.diff(arcs.start)
    wider = {}
    for r in np.flatnonzero(~arcs.exact).tolist():
        i, b = int(arcs.point[r]), int(arcs.demand_class[r])
        able = np.asarray(search.best.offers[:, list(sets.classes[b].needs)].all(axis=1))
        listed = arcs.site[arcs.start[r] : arcs.start[r + 1]]
        if not able[listed].any():
            wider[i, b] = 2 * int(sizes[r])
    return wider
