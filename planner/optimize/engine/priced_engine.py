"""Bound and networks in turns where visits pay for room and for trips that are too long.

As in `engine.py`, with one difference: whether a network keeps the priced rows is not known here.
Each one is handed to the caller, who assigns its visits by the rules and tells the best objective
known. Where networks break a priced row, its price is raised for the search, not for the bound.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from planner.optimize.engine.bound import first_multipliers, relaxation_of, with_money_priced
from planner.optimize.engine.fixing import Fixed, narrowed_instance
from planner.optimize.engine.instance import Bools, Floats, Ints
from planner.optimize.engine.local_search import Found, searcher_of
from planner.optimize.engine.priced import PricedRows, trip_minutes
from planner.optimize.engine.priced_bound import (
    PricedMultipliers,
    ascend_priced,
    constant_of,
    first_prices,
    tail_weights,
    worst_served,
)
from planner.optimize.engine.priced_fixing import PricedFixed, priced_fixed_at
from planner.optimize.engine.priced_search import (
    late_visits,
    nearest_travel,
    priced_instance,
)
from planner.optimize.engine.rounding import rounded
from planner.optimize.sets import nearest_is_best
from planner.problem import PlanningProblem

ROUNDS = 16  # of bound, networks and fixing
STEPS = 120  # solutions of the relaxed problem in a round,
FEWEST_STEPS = 30  # as many as there are sites where these are few
NEXT_STEP = 0.2  # least share of the Polyak step that a round begins with
LEAST_GAIN = 0.01  # of the gap: rounds that gain less are idle
LEAST_RISE = 0.001  # of the bound: likewise while no plan is known
IDLE_ROUNDS = 3  # idle rounds before the engine stops
KICKS = 200  # kicks of one network in a round
DEARER = 1.3  # times the price of a row that a network breaks, for the next search
CHEAPER = 0.95  # and of one that it keeps
FIRST_PRICE = 0.1  # of the mean price of a visit: that of a broken row without a price

Offer = Callable[[Bools, Bools, Ints], float]


@dataclass(frozen=True, slots=True, eq=False)
class PricedResult:
    """What was proved: a lower bound, and what all better plans have in common.

    `rows` are those of the smaller instance that is left. `opened` (J,) and `offered` (J, S): how
    much of the time the relaxed problem opened a site and made an offering.
    """

    lower: float
    fixed: PricedFixed
    rows: PricedRows
    multipliers: PricedMultipliers
    opened: Floats
    offered: Floats
    iterations: int


@dataclass(slots=True)
class _Run:
    """The state of one run; the only thing here that changes."""

    problem: PlanningProblem
    rows: PricedRows
    offer: Offer
    until: float
    gap: float
    should_stop: Callable[[], bool] | None
    upper: float
    lower: float = -math.inf
    best: Found | None = None
    fixed: PricedFixed | None = None
    seen: set[bytes] = field(default_factory=set)
    late: Floats = field(init=False)
    crowd: float = 1.0

    def __post_init__(self) -> None:
        self.late = np.ones(self.rows.within.size)

    def is_done(self) -> bool:
        if math.isfinite(self.upper) and self.upper - self.lower <= self.gap * abs(self.upper):
            return True
        return self.lower == math.inf or self.is_late()

    def is_late(self) -> bool:
        late = time.monotonic() >= self.until
        return late or (self.should_stop is not None and self.should_stop())

    def take(self, found: Found) -> bool:
        """Hand a network on; whether it became the best plan."""
        key = found.offers.tobytes() + found.formats.tobytes()
        if key in self.seen:
            return False
        self.seen.add(key)
        upper = self.offer(found.is_open, found.offers, found.formats)
        better = upper < self.upper
        if better:
            self.upper, self.best = upper, found
        self._learn(found, better=better)
        return better

    def _learn(self, found: Found, *, better: bool) -> None:
        """Make rows that the network breaks dearer for the search."""
        over = late_visits(self.problem, self.rows, found.is_open, found.offers)
        self.late = np.where(over > 0, self.late * DEARER, 1.0 + (self.late - 1.0) * CHEAPER)
        if self.best is None:
            self.crowd *= DEARER
        elif better:
            self.crowd = 1.0 + (self.crowd - 1.0) * CHEAPER


def run_priced(
    problem: PlanningProblem,
    rows: PricedRows,
    *,
    offer: Offer,
    seconds: float,
    gap: float,
    seed: int,
    upper: float = math.inf,
    start: tuple[Bools, Bools, Ints] | None = None,
    on_bound: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PricedResult:
    """Bound a problem from below with its priced rows, and find networks.

    Args:
        problem: The question.
        rows: Its rows.
        offer: Takes a network (is_open, offers, formats) and tells the objective of the best plan
            known, inf for none.
        seconds: Outer limit of time; work is limited by counts.
        gap: Relative gap at which the run stops.
        seed: For draws of the search.
        upper: Objective of a plan that is known.
        start: Its network.
        on_bound: Called with each better bound.
        should_stop: Asked now and then; True ends the run.
    """
    until = time.monotonic() + seconds
    run = _Run(problem, rows, offer, until, gap, should_stop, upper)
    if start is not None:
        run.best = Found(*start, upper)
    at = _first(run, start, seed)
    means: tuple[Floats, Floats] | None = None
    idle, step, iterations = 0, 1.0, 0
    steps = min(STEPS, max(FEWEST_STEPS, rows.instance.sites))
    for turn in range(ROUNDS):
        if run.is_done():
            break
        lower, upper = run.lower, run.upper
        ascent = ascend_priced(
            run.rows,
            at,
            upper=run.upper,
            iterations=steps,
            means=means,
            step=step,
            should_stop=run.is_late,
        )
        at, means = ascent.multipliers, (ascent.opened, ascent.offered)
        step = max(NEXT_STEP, 0.7 * ascent.step)
        iterations += ascent.iterations
        value = min(ascent.value, run.upper)
        if value > run.lower:
            run.lower = value
            if on_bound is not None:
                on_bound(value)
        if run.is_done():
            break
        _search(run, at, means, seed + turn)
        _narrow(run, at)
        idle = 0 if _has_gained(run, lower, upper) else idle + 1
        if idle >= IDLE_ROUNDS:
            break
    fixed = run.fixed or priced_fixed_at(run.rows, at, math.inf)
    opened, offered = means or (np.zeros(fixed.off.shape), np.zeros(fixed.absent.shape))
    return PricedResult(run.lower, fixed, run.rows, at, opened, offered, iterations)


def _has_gained(run: _Run, lower: float, upper: float) -> bool:
    """Whether a round that began with these values was worth its time."""
    if not math.isfinite(lower) or (math.isinf(upper) and math.isfinite(run.upper)):
        return True
    if math.isinf(upper):
        return run.lower - lower > LEAST_RISE * abs(lower)
    before = upper - lower
    return before - (run.upper - run.lower) > LEAST_GAIN * before


def _first(run: _Run, start: tuple[Bools, Bools, Ints] | None, seed: int) -> PricedMultipliers:
    """A first network without prices, and multipliers from it."""
    rows, instance = run.rows, run.rows.instance
    searcher = searcher_of(instance)
    if start is not None:
        searcher.set_to(*start)
        found = None
    else:
        found = searcher.improve(np.zeros(instance.budget_limit.size), 0, seed)
    far = searcher.ground.far
    near, second = searcher.state.near.copy(), searcher.state.second.copy()
    near[near >= far] = math.inf
    second[second >= far] = math.inf
    plain = with_money_priced(rows.relaxation, first_multipliers(instance, near, second))
    if found is not None and nearest_is_best(run.problem):  # else too full to be worth a try
        run.take(found)
    at = first_prices(rows, plain)
    if rows.tail_share > 0:
        reached = np.where(np.isfinite(near), near, 0.0)
        worst = worst_served(rows, (instance.weight * reached).sum(axis=0))
        at = replace(at, tail=tail_weights(rows, (worst + 1.0) / 2))
    return at


def _search(run: _Run, at: PricedMultipliers, means: tuple[Floats, Floats], seed: int) -> None:
    """Networks at these prices: after the relaxed problem's solutions, and from the best one."""
    biased = _biased(run, at)
    found = _networks(run, biased, means, seed)
    if run.best is not None and run.rows.tail_share > 0:
        found += _networks(run, _answering(run, biased, run.best), means, seed)
    quick = nearest_is_best(run.problem)
    for value, network in sorted(found, key=lambda pair: pair[0]):
        if run.is_late():
            return
        # at prices in their ranges, a network's value is a bound of its plans
        if run.rows.is_hard and value >= run.upper:
            return
        if run.take(network) and not quick:
            return


def _networks(
    run: _Run, at: PricedMultipliers, means: tuple[Floats, Floats], seed: int
) -> list[tuple[float, Found]]:
    """Networks at given prices, with what they are worth there."""
    searcher = searcher_of(priced_instance(run.rows, at))
    constant = constant_of(run.rows, at)
    starts = [rounded(searcher.ground, *means)]
    if run.best is not None:
        starts.append((run.best.is_open, run.best.offers, run.best.formats))
    found: list[tuple[float, Found]] = []
    for turn, begins in enumerate(starts):
        for kicks in (0, KICKS):
            if run.is_late():
                return found
            searcher.set_to(*begins)
            network = searcher.improve(at.plain.money, kicks, 2 * seed + turn)
            if network is not None:
                found.append((network.value + constant, network))
    return found


def _answering(run: _Run, at: PricedMultipliers, best: Found) -> PricedMultipliers:
    """The tail's weights half way to those of the points that the best network serves worst."""
    travel = nearest_travel(run.problem, run.rows, best.is_open, best.offers)
    return replace(at, tail=(at.tail + worst_served(run.rows, travel)) / 2)


def _biased(run: _Run, at: PricedMultipliers) -> PricedMultipliers:
    """The prices for the search: dearer where networks broke a row."""
    first = FIRST_PRICE * _mean(run, at)
    late = np.where(run.late > 1.0, np.maximum(at.late, first) * run.late, at.late)
    return replace(at, late=late, room=at.room * run.crowd, work=at.work * run.crowd)


def _mean(run: _Run, at: PricedMultipliers) -> float:
    """What a visit pays in the mean."""
    weight = run.rows.instance.weight
    paid = float((weight * np.where(weight > 0, at.plain.reach, 0.0)).sum())
    return paid / max(1.0, float(weight.sum()))


def _narrow(run: _Run, at: PricedMultipliers) -> None:
    """Settle what these prices settle, and go on without it."""
    fixed = priced_fixed_at(run.rows, at, run.upper)
    if run.fixed is not None:
        fixed = run.fixed.both(fixed)
    known = run.fixed
    run.fixed = fixed
    if known is not None and fixed.count() == known.count():
        return
    instance = run.rows.instance
    nowhere = np.full(instance.weight.shape, math.inf)
    settled = Fixed(fixed.off, fixed.on, fixed.absent, fixed.present, nowhere)
    smaller = narrowed_instance(instance, settled)
    smaller = replace(smaller, format_allowed=smaller.format_allowed & ~fixed.not_taken)
    run.rows = replace(
        run.rows,
        relaxation=relaxation_of(smaller),
        minutes=trip_minutes(run.problem, smaller),
    )
