"""The search: rules first, then the relaxation's bound, a plan in its core, and the proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.optimize.explain import Watch, explain
from planner.optimize.formulation import (
    Formulation,
    forbid_overspending,
    formulate,
    is_chosen,
    prefer,
)
from planner.optimize.network import (
    Network,
    cheapest_choice,
    first_gain,
    lowest_imaginable,
    network_objective,
    overspent,
)
from planner.optimize.sets import (
    LISTED_ARCS_OF_PARTS,
    Arcs,
    ModelSets,
    model_arcs,
    model_sets,
    narrowed,
)
from planner.optimize.solvers import Basis, Controls, Sign, Solved, SolverName, solve_model
from planner.plan import Assignment, Clash, Plan, Progress, Status
from planner.problem import PlanningProblem

Stage = Literal["bound", "build", "solve"]
ROUNDING = 1e-9  # relative: a gap below this is rounding
EXPLAIN_SECONDS = 10.0  # what an explanation may take at least, also beyond the time limit
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
        return _gap(self.upper, self.lower)

    @property
    def proved(self) -> bool:
        return self.gap is not None and self.gap <= max(self.limits.gap, ROUNDING)

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

    def tell(self, stage: Stage, *, new: bool = False, bound: float = -math.inf) -> None:
        """Tell the progress; `bound` is one that a running solver has proved so far."""
        if self.on_progress is None:
            return
        lower = max(self.lower, min(bound, self.upper))
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
                bound=lower if math.isfinite(lower) else None,
                gap=_gap(self.upper, lower),
                open_sites=sites,
            )
        )

    def offer(self, network: Network, sets: ModelSets, stage: Stage) -> bool:
        """Take a network as the incumbent when it keeps the money and is better.

        Once the gap is proved, nothing more is taken: a solver that is asked to end does so a
        little sooner or later each time, and the plan must not depend on it.
        """
        if overspent(self.problem, network):
            return False
        value = network_objective(self.problem, sets, network)
        if value < self.upper and not self.proved:
            self.best, self.upper = network, value
            self.tell(stage, new=True)
        return True

    def raise_bound(self, value: float) -> None:
        if value > self.lower:
            self.lower = min(value, self.upper)


def _gap(upper: float, lower: float) -> float | None:
    if not math.isfinite(upper) or not math.isfinite(lower):
        return None
    return max(0.0, (upper - lower) / upper) if upper > 0 else 0.0


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
        if _is_impossible(search, sets):
            until = time.monotonic() + max(search.left, EXPLAIN_SECONDS)
            return _answer(search, "infeasible", explain(problem, Watch(until, should_stop)))
    search.raise_bound(lowest_imaginable(problem, sets))
    wider: dict[tuple[int, int], int] = {}
    while not search.proved and not search.stop():
        beyond = _one_round(search, sets, wider)
        if not beyond:
            break
        wider |= beyond
    return _answer(search, "unknown")


def _answer(search: _Search, without_plan: Status, clashes: tuple[Clash, ...] = ()) -> Answer:
    problem, best = search.problem, search.best
    if best is None:
        notes = tuple(search.notes)
        return Answer(without_plan, None, None, None, None, clashes, search.seconds, notes)
    shares = cheapest_choice(problem, best)
    plan = Plan(best.is_open, best.offers, Assignment(*shares))
    status: Status = "optimal" if search.proved else "feasible"
    bound = search.lower if math.isfinite(search.lower) else None
    return Answer(
        status, plan, search.upper, bound, search.gap, (), search.seconds, tuple(search.notes)
    )


# -- rules first ---------------------------------------------------------------------------


def _is_impossible(search: _Search, sets: ModelSets) -> bool:
    """Whether both solvers prove that no network keeps the rules; if not, look for a first plan."""
    problem = search.problem
    form = formulate(problem, sets, None)
    prefer(form, first_gain(problem, sets))
    other: SolverName = "cbc" if search.limits.solver == "highs" else "highs"
    for solver in (search.limits.solver, other):
        solved = _solve_within_the_money(
            search, sets, form, lambda: _controls(search, search.left, 0.01), solver=solver
        )
        if solved.outcome != "infeasible":
            return False
    return True


def _network(form: Formulation) -> Network:
    is_open = np.array([is_chosen(v) for v in form.y], dtype=np.bool_)
    offers = np.array([[is_chosen(v) for v in row] for row in form.z], dtype=np.bool_)
    return Network(is_open, offers & is_open[:, None])


def _solve_within_the_money(
    search: _Search,
    sets: ModelSets,
    form: Formulation,
    controls: Callable[[], Controls],
    *,
    solver: SolverName,
    start: Mapping[str, float] | None = None,
) -> Solved:
    """Solve until the solver's network keeps the budgets to the last unit of money.

    What it proves holds for the rules as they are: see `forbid_overspending`.
    """
    while True:
        solved = solve_model(form.model, solver, controls(), start=start)
        if solved.objective is None or search.offer(_network(form), sets, "solve"):
            return solved
        if solved.outcome == "stopped":
            search.notes.append("A plan was left aside: it kept the budget only within rounding.")
            return solved
        forbid_overspending(search.problem, form)


# -- bound, plan, proof --------------------------------------------------------------------


def _one_round(
    search: _Search, sets: ModelSets, wider: dict[tuple[int, int], int]
) -> dict[tuple[int, int], int]:
    """Bound, plan and proof; returns where longer lists would help.

    That is where the network that the whole model likes best is served beyond the list. Empty
    when it was not asked or gave no network.
    """
    relaxed = _relaxation(search, sets, wider)
    if relaxed is None:
        return {}
    form, value = relaxed
    values, costs = _relaxed_values(form)
    for part, share in _cores(sets, values):
        _solve_part(search, part, wider, seconds=share * search.left, proves=False)
        if search.proved or search.stop():
            return {}
    survivors = _by_reduced_cost(search.upper, sets, costs, value)
    return _solve_part(search, survivors, wider, seconds=search.left, proves=True)


def _relaxation(
    search: _Search, sets: ModelSets, wider: dict[tuple[int, int], int]
) -> tuple[Formulation, float] | None:
    """The relaxation, solved with lists as long as it needs; its value is a bound.

    Each time that it goes beyond a list, the list is made longer and the relaxation goes on from
    where it was. None when it ended the search, or nothing came of it. `wider` is added to.
    """
    basis: Basis | None = None
    while not search.stop():
        with search.stage("build"):
            arcs = model_arcs(search.problem, sets, wider)
            form = formulate(search.problem, sets, arcs)
        with search.stage("bound"):
            solved = solve_model(
                form.model,
                search.limits.solver,
                _controls(search, search.left, on_sign=lambda _: search.tell("bound")),
                relaxed=True,
                basis=basis,
            )
        if solved.outcome == "infeasible":
            return None
        search.raise_bound(solved.bound * form.scale)
        if solved.outcome != "solved" or search.proved:
            return None
        beyond = _relaxed_beyond_the_list(form, arcs)
        if not beyond:
            return form, solved.bound * form.scale
        if basis is None:  # a fair plan soon, while the bound is still being worked on
            part, share = next(_cores(sets, _relaxed_values(form)[0]))
            _solve_part(search, part, wider, seconds=share * search.left, proves=False)
        basis = solved.basis
        wider |= beyond
    return None


def _relaxed_beyond_the_list(form: Formulation, arcs: Arcs) -> dict[tuple[int, int], int]:
    """Rows whose visits the relaxation serves beyond the listed sites: list three times as many."""
    sizes = np.diff(arcs.start)
    return {
        (int(arcs.point[r]), int(arcs.demand_class[r])): 3 * int(sizes[r])
        for r in np.flatnonzero(~arcs.exact).tolist()
        if (variable := form.rest[r]) is not None and (variable.varValue or 0.0) > CORE_VALUE
    }


def _cores(sets: ModelSets, values: _Values) -> Iterator[tuple[ModelSets, float]]:
    """Small models around the relaxation, with the share of the time left that each may take.

    First only what the relaxation leaves fractional is open; then every offering that it uses.
    """
    closed, absent = values.is_open <= CORE_VALUE, values.offers <= CORE_VALUE
    opened, present = values.is_open >= 1 - CORE_VALUE, values.offers >= 1 - CORE_VALUE
    yield narrowed(sets, closed, absent, opened, present), 0.2
    nothing = np.zeros_like(opened), np.zeros_like(present)
    yield narrowed(sets, closed, absent, *nothing), 0.25


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """Something of y (J,) and z (J, S): values, reduced costs, or whether they are fixed."""

    is_open: NDArray[Any]
    offers: NDArray[Any]


def _relaxed_values(form: Formulation) -> tuple[_Values, _Values]:
    """Values, and reduced costs: 0 where nothing is left to choose."""

    def reduced_cost(variable: Any) -> float:
        return (variable.dj or 0.0) if variable.lowBound < variable.upBound else 0.0

    values = _Values(
        np.array([v.varValue or 0.0 for v in form.y]),
        np.array([[v.varValue or 0.0 for v in row] for row in form.z]),
    )
    costs = _Values(
        np.array([reduced_cost(v) for v in form.y]) * form.scale,
        np.array([[reduced_cost(v) for v in row] for row in form.z]) * form.scale,
    )
    return values, costs


def _by_reduced_cost(
    upper: float, sets: ModelSets, costs: _Values, relaxed_value: float
) -> ModelSets:
    """The sets without what no better plan contains, and with what each better plan contains.

    A variable at 0 in the relaxation whose reduced cost exceeds the distance between incumbent
    and relaxation is 0 in every plan better than `upper`; at 1, the other way round.
    """
    slack = (upper - relaxed_value) * (1 + 1e-9) + 1e-6 * abs(upper)
    return narrowed(
        sets,
        costs.is_open > slack,
        costs.offers > slack,
        costs.is_open < -slack,
        costs.offers < -slack,
    )


def _solve_part(
    search: _Search,
    sets: ModelSets,
    wider: Mapping[tuple[int, int], int],
    *,
    seconds: float,
    proves: bool,
) -> dict[tuple[int, int], int]:
    """Solve the model with some choices made; its bound counts only where they were proved.

    "Infeasible" proves nothing here: the incumbent itself always survives a proved choice.
    Returns where longer lists would help: where the network that the model likes best is
    served beyond the list.
    """
    until = time.monotonic() + seconds
    with search.stage("build"):
        arcs = model_arcs(search.problem, sets, wider, most=LISTED_ARCS_OF_PARTS)
        form = formulate(search.problem, sets, arcs)

    def on_sign(sign: Sign) -> None:
        if sign.values is not None:
            search.offer(_network_of(form, sign.values), sets, "solve")
        known = sign.bound if proves and sign.bound is not None else -math.inf
        search.tell("solve", bound=known * form.scale)

    def controls() -> Controls:
        left = until - time.monotonic()
        # CBC tells its bound rounded, so it is asked for more than is needed
        share = 0.9 if proves and search.limits.solver == "highs" else 0.5
        return _controls(search, left, search.limits.gap * share, on_sign)

    with search.stage("solve"):
        solved = _solve_within_the_money(
            search,
            sets,
            form,
            controls,
            solver=search.limits.solver,
            start=_start(search.best, form),
        )
    if solved.outcome in ("infeasible", "failed"):
        return {}
    if proves:
        search.raise_bound(solved.bound * form.scale)
    liked = None if solved.objective is None else _network(form)
    return _served_beyond_the_list(liked, sets, arcs)


def _network_of(form: Formulation, values: NDArray[np.float64]) -> Network:
    is_open = np.array([values[v.index] > 0.5 for v in form.y], dtype=np.bool_)
    offers = np.array([[values[v.index] > 0.5 for v in row] for row in form.z], dtype=np.bool_)
    return Network(is_open, offers & is_open[:, None])


def _start(best: Network | None, form: Formulation) -> Mapping[str, float] | None:
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
    network: Network | None, sets: ModelSets, arcs: Arcs
) -> dict[tuple[int, int], int]:
    """Rows that a network serves at a site beyond the listed ones: list twice as many there."""
    if network is None:
        return {}
    sizes = np.diff(arcs.start)
    wider = {}
    for r in np.flatnonzero(~arcs.exact).tolist():
        i, b = int(arcs.point[r]), int(arcs.demand_class[r])
        able = np.asarray(network.offers[:, list(sets.classes[b].needs)].all(axis=1))
        listed = arcs.site[arcs.start[r] : arcs.start[r + 1]]
        if not able[listed].any():
            wider[i, b] = 2 * int(sizes[r])
    return wider
