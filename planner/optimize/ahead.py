"""What is found out before the relaxation is stated: the engine's bound, networks and fixing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.optimize.engine import (
    fixed_at,
    instance_of,
    is_warm,
    relaxation_of,
    run_engine,
)
from planner.optimize.engine.one_class_problem import OneClass, one_class_of, solve_problem
from planner.optimize.network import Network, lowest_imaginable
from planner.optimize.sets import ModelSets, narrowed, nearest_is_best
from planner.optimize.state import Search

NEAR = 0.01  # relative gap of bound and plan that are near each other


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
    know are dropped there: its bounds hold all the same, and its networks are taken only as far
    as visits can be assigned in them by the rules.
    """
    search.raise_bound(lowest_imaginable(search.problem, sets))
    if search.over() or search.aim.what == "shortfall":
        return Ahead(sets)
    if not is_warm():
        search.tell("prepare")
    with search.stage("bound"):
        one = one_class_of(search.problem, sets)
        return _one_class(search, sets, one) if one is not None else _engine(search, sets)


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
        should_stop=search.is_stopped,
    )
    return Ahead(sets)


def _engine(search: Search, sets: ModelSets) -> Ahead:
    problem = search.problem
    instance = instance_of(problem, sets)
    quick = not nearest_is_best(problem)

    def take(is_open: np.ndarray, offers: np.ndarray, formats: np.ndarray, _value: float) -> None:
        found = Network(is_open.copy(), offers.copy(), formats.copy())
        search.offer(found, sets, "bound", nearest_only=quick)

    def raise_to(value: float) -> None:
        if math.isfinite(value):
            search.raise_bound(value)
            search.tell("bound")

    result = run_engine(
        instance,
        seconds=search.left,
        gap=search.limits.gap,
        seed=search.limits.seed,
        on_bound=raise_to,
        on_network=take,
        should_stop=search.is_stopped,
    )
    if search.over() or not math.isfinite(search.upper):
        return Ahead(sets)
    fixed = result.fixed
    if not instance.is_whole:
        # Fixed against networks that may break a rule; what counts is the plan that keeps all.
        fixed = fixed_at(relaxation_of(instance), result.multipliers, search.upper)
    left = narrowed(sets, fixed.off, fixed.absent, fixed.on, fixed.present)
    return Ahead(left, search.gap is not None and search.gap <= NEAR)
