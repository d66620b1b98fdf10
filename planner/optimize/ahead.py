"""What is found out before the relaxation is stated: the engine's bound, networks and fixing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.optimize.engine import instance_of, rules_left_out, run_engine
from planner.optimize.engine.handed_on import prices_of
from planner.optimize.engine.one_class_problem import OneClass, one_class_of, solve_problem
from planner.optimize.engine.priced import priced_rows
from planner.optimize.engine.priced_engine import PricedResult, run_priced
from planner.optimize.engine.priced_fixing import priced_fixed_at
from planner.optimize.known import head_start
from planner.optimize.network import Network, lowest_imaginable
from planner.optimize.parts import solve_part
from planner.optimize.sets import ModelSets, narrowed
from planner.optimize.state import Search

NEAR = 0.01  # relative gap of bound and plan that are near each other
SELDOM = 0.03  # what the relaxed problem chooses less often is left out of the core
CORE_TIME = 0.4  # share of the time left that the core may take


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """What is left to decide, and whether bound and plan are so near that a proof comes next.

    The relaxation has little to add then: its bound is nearly known, and so is the plan.
    """

    sets: ModelSets
    is_near: bool = False


def look_ahead(search: Search, sets: ModelSets) -> Ahead:
    """Raise the bound, find plans, and leave out what is proved to be in no better plan.

    Once the gap is proved, the rest of the search is left out. Rules that the engine does not
    state are priced: its bounds hold all the same, and its networks are taken only as far as visits
    can be assigned in them by the rules.
    """
    search.raise_bound(lowest_imaginable(search.problem, sets))
    if search.over() or search.aim.what == "shortfall":
        return Ahead(sets)
    with search.stage("bound"):
        one = one_class_of(search.problem, sets)
        if one is not None:
            return _one_class(search, sets, one)
        if rules_left_out(search.problem):
            return _priced(search, sets)
        return _engine(search, sets)


def _one_class(search: Search, sets: ModelSets, one: OneClass) -> Ahead:
    def take(_value: float, network: Network) -> None:
        search.offer(network, sets, "bound")

    def raise_to(value: float) -> None:
        search.raise_bound(value)
        search.tell("bound")

    solve_problem(
        one,
        gap=search.limits.gap,
        seconds=search.left,
        seed=search.limits.seed,
        on_network=take,
        on_bound=raise_to,
        should_stop=_should_stop(search),
    )
    return Ahead(sets)


def _engine(search: Search, sets: ModelSets) -> Ahead:
    def take(is_open: np.ndarray, offers: np.ndarray, formats: np.ndarray, _value: float) -> None:
        found = Network(is_open.copy(), offers.copy(), formats.copy())
        search.offer(found, sets, "bound")

    result = run_engine(
        instance_of(search.problem, sets),
        seconds=search.left,
        gap=search.limits.gap,
        seed=search.limits.seed,
        start=head_start(search, sets),
        on_bound=_raising(search),
        on_network=take,
        should_stop=_should_stop(search),
    )
    search.prices = prices_of(result.multipliers)
    if search.over() or not math.isfinite(search.upper):
        return Ahead(sets)
    fixed = result.fixed
    left = narrowed(sets, fixed.off, fixed.absent, fixed.on, fixed.present)
    return Ahead(left, _is_near(search))


def _priced(search: Search, sets: ModelSets) -> Ahead:
    """The same where visits pay for room and long trips; networks are assigned by the rules."""
    aim = search.aim
    short = 0.0 if aim.most_shortfall is None else aim.most_shortfall

    def offer(is_open: np.ndarray, offers: np.ndarray, formats: np.ndarray) -> float:
        search.offer(Network(is_open.copy(), offers.copy(), formats.copy()), sets, "bound")
        return search.upper

    best = search.best
    result = run_priced(
        search.problem,
        priced_rows(search.problem, sets, short_most=short),
        offer=offer,
        seconds=search.left,
        gap=search.limits.gap,
        seed=search.limits.seed,
        upper=search.upper,
        start=None if best is None else (best.is_open, best.offers, best.format),
        on_bound=_raising(search),
        should_stop=_should_stop(search),
    )
    if search.over():
        return Ahead(sets)
    if not _is_near(search):
        core = _core(search, sets, result)
        solve_part(search, core, {}, seconds=CORE_TIME * search.left, proves=False)
    if search.over() or not math.isfinite(search.upper):
        return Ahead(sets)
    fixed = result.fixed.both(priced_fixed_at(result.rows, result.multipliers, search.upper))
    left = narrowed(
        sets, fixed.off, fixed.absent, fixed.on, fixed.present, not_taken=fixed.not_taken
    )
    return Ahead(left, _is_near(search))


def _core(search: Search, sets: ModelSets, result: PricedResult) -> ModelSets:
    """The sets with only what the relaxed problem chooses now and then, or the best plan has."""
    opened, offered = result.opened > SELDOM, result.offered > SELDOM
    if search.best is not None:
        opened |= search.best.is_open
        offered |= search.best.offers
    nothing = np.zeros_like(opened), np.zeros_like(offered)
    return narrowed(sets, ~opened, ~offered, *nothing, not_taken=result.fixed.not_taken)


def _raising(search: Search) -> Callable[[float], None]:
    def raise_to(value: float) -> None:
        if math.isfinite(value):
            search.raise_bound(value)
            search.tell("bound")

    return raise_to


def _should_stop(search: Search) -> Callable[[], bool]:
    """When the engine ends before its own gap is closed: also by a bound that it does not know."""
    return search.is_stopped if search.known is None else search.enough


def _is_near(search: Search) -> bool:
    return search.gap is not None and search.gap <= NEAR
