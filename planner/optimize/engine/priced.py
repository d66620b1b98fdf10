"""Capacity, standards and the tail as rows that can be priced: what an instance does not state.

With prices on these rows the problem is again one of sites, formats and offerings: a visit pays
for the room it takes and for a trip that a standard finds too long, a branch is paid for the room
it brings, and the tail is a weight of each point's travel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from planner.optimize.capacity import mean_visit_minutes
from planner.optimize.cliques import counter_minutes
from planner.optimize.engine.bound import Relaxation, relaxation_of
from planner.optimize.engine.instance import Bools, Floats, Instance, Ints, instance_of
from planner.optimize.sets import ModelSets, has_capacity, nearest_is_best
from planner.optimize.standards import ROUNDING, ROUNDING_VISITS, people_counted, visits_needed
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class PricedRows:
    """An instance together with the rows that it does not state.

    Letters as in `Instance`; N standards, K kinds of counters (1 where they are pooled, S where
    they are set aside by service). Limits are wider by what counts as rounding, so that every
    plan that is accepted keeps them.

    Attributes:
        relaxation: The instance, prepared.
        minutes: Minutes of each arc, shape (A,).
        rest_minutes: Minutes beyond a row's list at least, shape (B, I).
        room: Yearly visits of a branch by format, shape (J, F), no more than could come.
        is_tight: Whether some format of a site could be too small for them, shape (J,).
        work: Counter minutes of each kind in a visit of a class, shape (B, K).
        counters: Counters of a branch by format, shape (J, F), no more than could be used.
        kind_most: Counters of each kind that could be used at a site, shape (J, K).
        each: Minutes of one counter.
        is_busy: Whether some format of a site could have too few counters, shape (J,).
        mean_minutes: Counter minutes of the mean visit.
        within: Longest trip of each standard, shape (N,).
        allowed: Visits that may travel longer, shape (N,); below 0 where it cannot be kept.
        counted: Visits that each standard speaks of, shape (N,).
        is_soft: Whether it may be missed, shape (N,).
        row_start: Row b * I + i counts for row_standard[row_start[row]:row_start[row + 1]].
        row_standard: Standards of the rows.
        room_is_soft: Whether branches may be too full.
        short_most: Visits by which soft rules may be missed in all; inf for no such limit.
        travel: What travel counts in the objective, 1; 0 where only what falls short counts.
        tail_share: Weight of the tail.
        tail_beta: Share of the visits that are the tail.
        point_visits: Yearly visits of each point that are served, shape (I,).
    """

    relaxation: Relaxation
    minutes: Floats
    rest_minutes: Floats
    room: Floats
    is_tight: Bools
    work: Floats
    counters: Floats
    kind_most: Floats
    each: float
    is_busy: Bools
    mean_minutes: float
    within: Floats
    allowed: Floats
    counted: Floats
    is_soft: Bools
    row_start: Ints
    row_standard: Ints
    room_is_soft: bool
    short_most: float
    travel: float
    tail_share: float
    tail_beta: float
    point_visits: Floats

    def __post_init__(self) -> None:
        """Make every array read-only."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def instance(self) -> Instance:
        """The instance, without the priced rows."""
        return self.relaxation.instance

    @property
    def is_hard(self) -> bool:
        """Whether no priced row may be missed."""
        return not self.room_is_soft and not self.is_soft.any()


def priced_rows(
    problem: PlanningProblem,
    sets: ModelSets,
    *,
    short_most: float = 0.0,
    only_shortfall: bool = False,
) -> PricedRows:
    """State capacity, standards and the tail of a problem.

    Args:
        problem: The question.
        sets: Its sets.
        short_most: Yearly visits by which the soft rules may be missed in all; 0 makes them hard.
        only_shortfall: Make that number small, and nothing else.
    """
    instance = _instance(problem, sets)
    if only_shortfall:
        instance = _costless(instance)
        short_most = math.inf
    rest_minutes = np.where(nearest_is_best(problem), instance.rest, 0.0)
    is_soft = short_most > 0
    return PricedRows(
        relaxation=relaxation_of(instance),
        minutes=trip_minutes(problem, instance),
        rest_minutes=rest_minutes,
        short_most=short_most * (1 + ROUNDING) + ROUNDING_VISITS,
        room_is_soft=is_soft and problem.rules.capacity == "soft",
        travel=0.0 if only_shortfall else 1.0,
        tail_share=problem.rules.tail_share,
        tail_beta=problem.rules.tail_beta,
        point_visits=instance.weight.sum(axis=0),
        **_capacity(problem, sets, instance),
        **_standards(problem, sets, instance, is_soft=is_soft),
    )


def _costless(instance: Instance) -> Instance:
    """The instance where neither branches nor duplicates cost anything; limits stay."""
    price = np.where(np.isfinite(instance.clique_price), 0.0, instance.clique_price)
    return replace(
        instance,
        branch_cost=np.zeros_like(instance.branch_cost),
        offering_cost=np.zeros_like(instance.offering_cost),
        clique_price=price,
    )


def trip_minutes(problem: PlanningProblem, instance: Instance) -> Floats:
    """Minutes of each arc of an instance, shape (A,)."""
    point = np.repeat(np.arange(instance.points), np.diff(instance.start))
    return np.asarray(problem.minutes[point, instance.site], dtype=np.float64)


def _instance(problem: PlanningProblem, sets: ModelSets) -> Instance:
    """The instance; where a farther branch can be wanted, lists hold every site."""
    instance = instance_of(problem, sets)
    if nearest_is_best(problem):
        return instance
    # without certain branches no list is cut at the nearest of them
    open_sets = replace(sets, least_offered=np.zeros_like(sets.least_offered))
    return replace(instance, **_lists_of(instance_of(problem, open_sets)))


def _lists_of(instance: Instance) -> dict[str, Any]:
    return {
        name: getattr(instance, name) for name in ("start", "site", "cost", "rest", "rest_exact")
    }


def _capacity(problem: PlanningProblem, sets: ModelSets, instance: Instance) -> dict[str, Any]:
    """(5): limits capped by what could come, so that no limit is infinite."""
    count, formats = problem.capacity_visits.shape
    kinds = np.array([entry.kinds[0] for entry in sets.classes], dtype=np.int64)
    does = problem.does[kinds] if kinds.size else np.zeros((0, len(problem.service_ids)), bool)
    pooled = problem.rules.counters == "pooled"
    work = does * problem.service_counter_min
    if pooled:
        work = work.sum(axis=1, keepdims=True)
    reached = np.isfinite(problem.impedance).astype(np.float64)
    able = np.array([sets.able(entry.needs) for entry in sets.classes], dtype=np.float64)
    could = (instance.weight @ reached) * able.reshape(instance.classes, count)
    there = has_capacity(problem)
    visits = could.sum(axis=0)
    room = np.minimum(_wider(problem.capacity_visits), visits[:, None])
    each = problem.counter_minutes_per_year
    mean = mean_visit_minutes(problem)
    use = could.T @ work
    if pooled:
        most_minutes = np.minimum(_wider(counter_minutes(problem)), use)
        counters, kind_most, each = most_minutes, use, 1.0
    else:
        # counters that serve nobody for no time get no row: the bound holds without it
        kind_most = np.ceil(use / each) if each > 0 else np.zeros_like(use)
        counters = np.minimum(problem.counters, kind_most.sum(axis=1)[:, None])
        each = each * (1 + ROUNDING) + ROUNDING_VISITS
    allowed = sets.most_format
    tight = np.where(allowed, room, math.inf).min(axis=1, initial=math.inf) < visits
    total = kind_most.sum(axis=1)
    busy = np.where(allowed, counters, math.inf).min(axis=1, initial=math.inf) < total
    off = np.zeros(count, dtype=np.bool_)
    return {
        "room": room,
        "is_tight": tight if there else off,
        "work": work.astype(np.float64),
        "counters": np.asarray(counters, dtype=np.float64).reshape(count, formats),
        "kind_most": kind_most,
        "each": each,
        "is_busy": busy if there and mean > 0 else off,
        "mean_minutes": mean,
    }


def _wider(limit: Floats) -> Floats:
    return np.asarray(limit * (1 + ROUNDING) + ROUNDING_VISITS, dtype=np.float64)


def _standards(
    problem: PlanningProblem, sets: ModelSets, instance: Instance, *, is_soft: bool
) -> dict[str, Any]:
    """(8), turned round: visits that travel too long are no more than all less the share."""
    within, allowed, counted, soft = [], [], [], []
    cells = np.zeros((0, instance.classes * instance.points), dtype=np.bool_)
    for standard in problem.rules.standards:
        need = visits_needed(problem, standard)
        if need <= 0:
            continue
        people = people_counted(problem, standard)
        rows = np.array([people[:, entry.kinds[0]] for entry in sets.classes], dtype=np.bool_)
        rows = rows.reshape(instance.weight.shape)
        served = float(instance.weight[rows].sum())
        within.append(standard.within_min)
        counted.append(served)
        allowed.append(served - need * (1 - ROUNDING) + ROUNDING_VISITS)
        soft.append(is_soft and not standard.is_hard)
        cells = np.vstack([cells, rows.reshape(1, -1)])
    row, standard_of = np.nonzero(cells.T)
    sizes = np.bincount(row, minlength=cells.shape[1])
    return {
        "within": np.array(within, dtype=np.float64),
        "allowed": np.array(allowed, dtype=np.float64),
        "counted": np.array(counted, dtype=np.float64),
        "is_soft": np.array(soft, dtype=np.bool_),
        "row_start": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        "row_standard": standard_of.astype(np.int64),
    }
