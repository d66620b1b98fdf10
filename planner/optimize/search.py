"""The search: rules first, then the relaxation's bound, a plan in its core, and the proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from planner.optimize.ahead import Ahead, look_ahead
from planner.optimize.engine import is_warm, rules_left_out, warm_up
from planner.optimize.engine.one_class_problem import one_class_of
from planner.optimize.explain import Watch, explain
from planner.optimize.formulation import Aim, formulate, has_soft_rules, prefer
from planner.optimize.known import check_carried, take_bound, take_plans
from planner.optimize.network import first_gain, lowest_imaginable
from planner.optimize.order import by_id
from planner.optimize.parts import (
    Wider,
    by_reduced_cost,
    cores,
    is_confirmed,
    solve_part,
    solve_within_the_money,
)
from planner.optimize.relaxation import Relaxed, relax
from planner.optimize.rows import OutOfTimeError
from planner.optimize.sets import ModelSets, model_sets
from planner.optimize.state import Answer, Limits, Search, plan_of
from planner.optimize.ties import first_of_equals, without_unused
from planner.plan import Clash, Incumbent, Known, Progress, Status
from planner.problem import PlanningProblem

__all__ = ["Answer", "Limits", "find_plan"]

EXPLAIN_SECONDS = 10.0  # what an explanation may take at least, also beyond the time limit
COVER_TIME = 0.3  # share of the time left for covering as many visits as standards ask for
STRICT_TIME = 0.35  # share of the time for a first plan in which nothing falls short
SMALL_ARCS = 5_000  # up to so many the whole model is solved at once
LAST_DIGITS = 1e-5  # relative: a gap below this may be the rounding of what CBC prints
SHORTFALL_TIME = 0.7  # share of the time after which the least shortfall must be known


def find_plan(
    problem: PlanningProblem,
    limits: Limits,
    *,
    known: Known | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_plan: Callable[[Incumbent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Answer:
    """Find the best plan that keeps every rule, and prove how good it is.

    The search sees the question in the order of its ids, so that of the same inputs in another
    order comes the same plan.

    Args:
        problem: The question.
        limits: When to stop.
        known: What other questions hand on; the same gives the same answer.
        on_progress: Called now and then with the best plan and bound so far.
        on_plan: Given each better plan as soon as it is found.
        should_stop: Asked now and then; True ends the search with the best plan found.

    Raises:
        ContradictionError: A plan is better than the bound in `known` allows.
    """
    ordered = by_id(problem)
    if ordered is None:
        return _found(
            Search(problem, limits, on_progress, should_stop, known=known, on_plan=on_plan)
        )
    tell_plan = None if on_plan is None else lambda found: on_plan(ordered.incumbent(found))
    search = Search(
        ordered.problem, limits, on_progress, should_stop,
        known=ordered.known(known), on_plan=tell_plan,
    )  # fmt: skip
    answer = _found(search)
    return answer if answer.plan is None else replace(answer, plan=ordered.told(answer.plan))


def _found(search: Search) -> Answer:
    """The recipe, of a question as it is.

    The rules alone come first: a clash is found and explained within seconds, and a first plan
    is known. Then the engine gives a bound, plans and what no better plan has. Where that is not
    enough, the linear relaxation gives a bound, the model over the sites that it opens a plan,
    and if the gap is still open, the model over all sites that reduced costs cannot rule out
    closes it. Where rules are soft, the least shortfall is looked for first in the same way, and
    then the least objective among the plans that have no more.
    """
    problem, known = search.problem, search.known
    search.prices = None if known is None else known.prices
    sets = model_sets(problem)
    one_class = one_class_of(problem, sets) is not None
    if not is_warm(one_class=one_class):
        search.tell("prepare")
        warm_up(one_class=one_class)
        search.started = time.monotonic()  # the limit is for the search
    if has_soft_rules(problem):
        return _least_shortfall_first(search, sets)
    take_plans(search, sets)
    take_bound(search)
    if search.best is None:
        search.is_impossible = _rules_clash(search, sets)
    return _finished(search, sets, _plan_and_bound(search, sets))


def _plan_and_bound(search: Search, sets: ModelSets) -> ModelSets:
    """The search for the objective; returns the sets without what no plan as good has."""
    if search.is_impossible or search.proved:
        return sets
    if _is_small(sets) and rules_left_out(search.problem):
        search.raise_bound(lowest_imaginable(search.problem, sets))
        ahead = Ahead(sets, is_near=True)
    else:
        ahead = look_ahead(search, sets)
    if ahead.is_near or _is_small(ahead.sets):
        _prove(search, ahead.sets)
    survivors = _in_rounds(search, ahead.sets)
    _prove_last_digits(search, survivors)
    return survivors


def _is_small(sets: ModelSets) -> bool:
    """Whether a solver is done with the whole model sooner than with parts of it."""
    arcs = sum(
        int((entry.visits > 0).sum()) * int(sets.able(entry.needs).sum()) for entry in sets.classes
    )
    return arcs <= SMALL_ARCS


def _prove_last_digits(search: Search, sets: ModelSets) -> None:
    """CBC tells its bound with eight digits; where only those are missing, HiGHS proves them."""
    is_cbc = search.limits.solver == "cbc" and not search.has_failed
    if is_cbc and not search.over() and search.gap is not None and search.gap <= LAST_DIGITS:
        search.note("CBC tells its bound with eight digits; HiGHS proved the rest.")
        search.has_failed = True
        _prove(search, sets)


def _finished(
    search: Search, sets: ModelSets, survivors: ModelSets, shortfall: Search | None = None
) -> Answer:
    """The answer, after plans of equal objective were compared."""
    without_unused(search, sets)
    if search.proved and not search.stop():
        first_of_equals(search, survivors)
    return _answer(search, shortfall)


def _prove(search: Search, sets: ModelSets) -> None:
    """The proof by what is left, with longer lists as long as they turn out to be too short."""
    wider: Wider = {}
    while not search.over():
        beyond = solve_part(search, sets, wider, seconds=search.left, proves=True)
        if not beyond:
            return
        wider |= beyond


def _in_rounds(search: Search, sets: ModelSets) -> ModelSets:
    """Bound, plan and proof, with longer lists each time that they turn out to be too short.

    Returns the sets without what no plan as good as the best has.
    """
    wider: Wider = {}
    survivors = sets
    while not search.over():
        relaxed = relax(search, sets, wider)
        if relaxed is None:
            break
        beyond = _plan_and_proof(search, sets, relaxed, wider)
        survivors = by_reduced_cost(search.upper, sets, relaxed.costs, relaxed.value)
        if not beyond:
            break
        wider |= beyond
    return survivors


def _plan_and_proof(search: Search, sets: ModelSets, relaxed: Relaxed, wider: Wider) -> Wider:
    """Returns where longer lists would help, empty when it was not asked."""
    for part, share in cores(sets, relaxed.values):
        solve_part(search, part, wider, seconds=share * search.left, proves=False)
        if search.over():
            return {}
    survivors = by_reduced_cost(search.upper, sets, relaxed.costs, relaxed.value)
    return solve_part(search, survivors, wider, seconds=search.left, proves=True)


def _rules_clash(search: Search, sets: ModelSets) -> bool:
    """Whether both solvers prove that no network keeps the rules; if not, look for a first plan."""
    problem = search.problem
    try:
        with search.stage("build"):
            form = formulate(problem, sets, None, until=search.until)
    except OutOfTimeError:
        return False
    prefer(form, first_gain(problem, sets))
    with search.stage("solve"):
        solved = solve_within_the_money(
            search, sets, form, lambda: search.controls(search.left, 0.01)
        )
        return solved.outcome == "infeasible" and is_confirmed(search, sets, form)


# -- soft rules ------------------------------------------------------------------------------


def _least_shortfall_first(search: Search, sets: ModelSets) -> Answer:
    """The least shortfall, and then the least objective among the plans that have no more.

    That nothing falls short is tried first, with the objective: then both are found at once.
    """
    first = replace(
        search,
        aim=Aim("shortfall"),
        limits=replace(search.limits, seconds=search.limits.seconds * SHORTFALL_TIME),
    )
    first.raise_bound(0.0)
    take_plans(first, sets)
    if first.best is None:
        first.is_impossible = _rules_clash(first, sets)
    if not first.over():
        _cover_most(first, sets)
    if not first.over() and first.lower <= 0:
        strict = replace(search, aim=Aim("objective", 0.0), patience=STRICT_TIME, notes=[])
        take_plans(strict, sets)
        survivors = _plan_and_bound(strict, sets)
        if strict.best is not None and strict.served is not None:
            first.take(strict.best, strict.served)
            return _finished(strict, sets, survivors, first)
    if not first.over():
        _in_rounds(first, sets)
        _prove_last_digits(first, sets)
    if first.best is None or first.served is None:
        return _without_plan(first)
    final = replace(search, aim=Aim("objective", first.upper))
    final.take(first.best, first.served)
    final.offer(first.best, sets, "solve")  # the same network, with everyone as near as can be
    take_plans(final, sets)
    return _finished(final, sets, _plan_and_bound(final, sets), first)


def _cover_most(search: Search, sets: ModelSets) -> None:
    """The least shortfall of standards without travel.

    A bound; and all there is to it where everybody goes to the nearest branch.
    """
    try:
        with search.stage("build"):
            form = formulate(search.problem, sets, None, aim=search.aim, until=search.until)
    except OutOfTimeError:
        return
    with search.stage("solve"):
        solved = solve_within_the_money(
            search,
            sets,
            form,
            lambda: search.controls(search.left * COVER_TIME, search.limits.gap * 0.5),
        )
    if solved.outcome not in ("infeasible", "failed"):
        search.raise_bound(solved.bound * form.scale)


# -- the answer ------------------------------------------------------------------------------


def _without_plan(search: Search) -> Answer:
    status: Status = "infeasible" if search.is_impossible else "unknown"
    clashes: tuple[Clash, ...] = ()
    if search.is_impossible:
        until = time.monotonic() + max(search.left, EXPLAIN_SECONDS)
        with search.stage("solve"):
            clashes = explain(search.problem, Watch(until, search.asked_to_stop))
    notes = tuple(search.notes)
    return Answer(status, None, None, None, None, clashes, search.seconds, notes)


def _answer(search: Search, shortfall: Search | None) -> Answer:
    best, served = search.best, search.served
    if best is None or served is None:
        return _without_plan(search)
    check_carried(search)
    proved = search.proved and (shortfall is None or shortfall.proved)
    return Answer(
        "optimal" if proved else "feasible",
        plan_of(best, served),
        search.upper,
        search.lower if math.isfinite(search.lower) else None,
        search.gap,
        (),
        search.seconds,
        tuple(search.notes),
        served.shortfall if shortfall is not None else None,
        min(shortfall.lower, served.shortfall) if shortfall is not None else None,
        search.prices,
    )
