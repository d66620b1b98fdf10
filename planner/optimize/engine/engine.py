"""The engine: bound and networks in turns, each making the other's work smaller."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from planner.optimize.engine.bound import (
    Multipliers,
    Relaxation,
    ascend,
    first_multipliers,
    relaxation_of,
    solve_relaxed,
    with_money_priced,
)
from planner.optimize.engine.fixing import (
    Fixed,
    fixed_at,
    narrowed_instance,
    nothing_fixed,
)
from planner.optimize.engine.handed_on import HeadStart, multipliers_from
from planner.optimize.engine.instance import Bools, Floats, Instance, Ints, able_sites
from planner.optimize.engine.local_search import Found, Searcher, searcher_of
from planner.optimize.engine.rounding import rounded
from planner.optimize.engine.survivors import LARGEST, size_of, solve_survivors

ROUNDS = 12  # of bound, networks and fixing
STEPS = 120  # solutions of the relaxed problem in a round
LEAST_GAIN = 0.01  # of the gap: rounds that gain less are idle
HEAD_START_STEP = 0.3  # share of the Polyak step where good prices are known
HEAD_START_KICKS = 6  # the first round has so many times fewer kicks then
HEAD_START_ROUNDS = 3  # and each of so many has twice as many as the last
NEXT_STEP = 0.2  # least share of the Polyak step that a round begins with
NEAR = 0.005  # relative gap at which a solver gets what is left
IDLE_ROUNDS = 3  # idle rounds before the engine stops
KICKS = 300  # most kicks of one network in a round
FEWEST_KICKS = 10  # a round that finds nothing better is followed by one with half its kicks
KICK_WORK = 300_000_000  # sites x classes x services looked at in a round, about


@dataclass(frozen=True, slots=True, eq=False)
class EngineResult:
    """What the engine found and proved of an instance.

    Attributes:
        lower: A lower bound of every network's objective; inf when no network can keep the rules.
        upper: Objective of the best network; inf without one.
        is_open: The best network's sites, shape (J,); None without one.
        offers: Its offerings, shape (J, S).
        formats: Its formats, shape (J,), -1 where closed.
        fixed: What every network better than `upper` has in common.
        multipliers: Those of the bound, to go on from.
        opened: How much of the time the relaxed problem opened each site, shape (J,).
        offered: And made each offering, shape (J, S).
        iterations: How many times the relaxed problem was solved.
        kicks: How many times a network was changed and completed.
    """

    lower: float
    upper: float
    is_open: Bools | None
    offers: Bools | None
    formats: Ints | None
    fixed: Fixed
    multipliers: Multipliers
    opened: Floats
    offered: Floats
    iterations: int
    kicks: int


@dataclass(slots=True)
class _Run:
    """The state of one run; the only thing here that changes."""

    instance: Instance
    until: float
    gap: float
    on_bound: Callable[[float], None] | None
    on_network: Callable[[Bools, Bools, Ints, float], None] | None
    should_stop: Callable[[], bool] | None
    lower: float = -math.inf
    best: Found | None = None
    iterations: int = 0
    kicks: int = 0
    ends_early: bool = False
    fixed: Fixed = field(init=False)

    def __post_init__(self) -> None:
        self.fixed = nothing_fixed(self.instance)

    @property
    def upper(self) -> float:
        return math.inf if self.best is None else self.best.value

    @property
    def open_gap(self) -> float:
        return self.upper - self.lower

    @property
    def enough_bound(self) -> float:
        """The bound that closes the gap as far as it was asked for, where that ends an ascent."""
        return self.upper - self.gap * abs(self.upper) if self.ends_early else math.inf

    @property
    def enough_network(self) -> float:
        """The value of a network that does; bounds of travel and costs are not below 0."""
        return self.lower / (1 - self.gap) if self.ends_early and self.lower > 0 else -math.inf

    def is_done(self) -> bool:
        """Whether the gap is closed as far as it was asked for, or time is up."""
        if math.isfinite(self.open_gap) and self.open_gap <= self.gap * abs(self.upper):
            return True
        return self.lower == math.inf or self.is_late()

    def is_late(self) -> bool:
        late = time.monotonic() >= self.until
        return late or (self.should_stop is not None and self.should_stop())

    def take(self, found: Found | None) -> None:
        if found is None or found.value >= self.upper:
            return
        self.best = found
        if self.on_network is not None:
            self.on_network(found.is_open, found.offers, found.formats, found.value)

    def raise_to(self, value: float) -> None:
        """Take a bound of all networks that are better than the best one."""
        value = min(value, self.upper)
        if value > self.lower:
            self.lower = value
            if self.on_bound is not None:
                self.on_bound(value)


def run_engine(
    instance: Instance,
    *,
    seconds: float,
    gap: float,
    seed: int,
    start: HeadStart | None = None,
    on_bound: Callable[[float], None] | None = None,
    on_network: Callable[[Bools, Bools, Ints, float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> EngineResult:
    """Bound an instance from below, and find networks.

    The same instance, gap and seed give the same result, unless time runs out: work is limited
    by counts.

    Args:
        instance: The question.
        seconds: Outer limit of time.
        gap: Relative gap at which the engine stops.
        seed: For draws of the search.
        start: What to begin from. Such a run ends its ascents and searches within the gap.
        on_bound: Called with each better bound.
        on_network: Called with each better network: is_open, offers, formats, value.
        should_stop: Asked now and then; True ends the run.
    """
    run = _Run(instance, time.monotonic() + seconds, gap, on_bound, on_network, should_stop)
    run.ends_early = start is not None
    relaxation = relaxation_of(instance)
    searcher = searcher_of(instance)
    means = (np.zeros(instance.sites), np.zeros((instance.sites, instance.services)))
    if start is None:
        at = _first_network(run, relaxation, searcher, seed)
    else:
        at = _from_head_start(run, relaxation, searcher, start, seed)
    if _is_stranded(instance):
        run.raise_to(math.inf)
    idle, step, fresh = 0, 1.0 if start is None else HEAD_START_STEP, True
    size = instance.sites * instance.classes * instance.services
    most = int(min(KICKS, max(FEWEST_KICKS, KICK_WORK // max(1, size * 20))))
    kicks = most if start is None else max(FEWEST_KICKS, most // HEAD_START_KICKS)
    for turn in range(ROUNDS):
        if run.is_done():
            break
        before = run.open_gap
        ascent = ascend(
            relaxation,
            at,
            upper=run.upper,
            iterations=STEPS if turn else STEPS // 2,
            means=None if fresh else means,
            step=step,
            enough=run.enough_bound,
            should_stop=run.is_late,
        )
        at, means, fresh = ascent.multipliers, (ascent.opened, ascent.offered), False
        step = max(NEXT_STEP, 0.7 * ascent.step)
        run.iterations += ascent.iterations
        run.raise_to(ascent.value)
        if run.is_done():
            break
        upper = run.upper
        _search(run, searcher, means, at, kicks, seed + turn)
        if start is not None and turn < HEAD_START_ROUNDS:
            kicks = min(most, 2 * kicks)
        elif run.upper >= upper:
            kicks = max(FEWEST_KICKS, kicks // 2)
        fixed = run.fixed.both(fixed_at(relaxation, at, run.upper))
        if _is_smaller(fixed, run.fixed):
            relaxation, searcher = _narrow(run, fixed)
        run.fixed = fixed
        gained = before - run.open_gap
        idle = idle + 1 if math.isfinite(before) and gained <= LEAST_GAIN * before else 0
        if idle >= (1 if _is_little(run) else IDLE_ROUNDS):
            break
    if not run.is_done() and _is_little(run):
        _prove(run, searcher, seed)
    best = run.best
    return EngineResult(
        lower=run.lower,
        upper=run.upper,
        is_open=None if best is None else best.is_open,
        offers=None if best is None else best.offers,
        formats=None if best is None else best.formats,
        fixed=run.fixed,
        multipliers=at,
        opened=means[0],
        offered=means[1],
        iterations=run.iterations,
        kicks=run.kicks,
    )


def _is_stranded(instance: Instance) -> bool:
    """Whether some visits have no branch whatever is opened."""
    able = able_sites(instance.needs, instance.offers_most & instance.open_most[:, None])
    alone = (instance.weight > 0) & np.isinf(instance.rest)
    point = np.repeat(np.arange(instance.points), np.diff(instance.start))
    for b in np.flatnonzero(alone.any(axis=1)).tolist():
        if able[b].all():
            served = np.diff(instance.start) > 0
        else:
            served = np.bincount(point[able[b, instance.site]], minlength=instance.points) > 0
        if (alone[b] & ~served).any():
            return True
    return False


def _first_network(run: _Run, relaxation: Relaxation, searcher: Searcher, seed: int) -> Multipliers:
    """A first network, without and then with a price of money; and multipliers from it."""
    run.take(searcher.improve(np.zeros(run.instance.budget_limit.size), 0, seed))
    at = with_money_priced(relaxation, _between_branches(run, searcher))
    run.raise_to(solve_relaxed(relaxation, at).value)
    if (at.money > 0).any():
        _set_to_nothing(searcher)
        run.take(searcher.improve(at.money, 0, seed))
    return at


def _from_head_start(
    run: _Run, relaxation: Relaxation, searcher: Searcher, start: HeadStart, seed: int
) -> Multipliers:
    """The network that is handed on, completed at the prices that are; and these prices."""
    if start.network is not None:
        searcher.set_to(*start.network)
    else:
        searcher.improve(np.zeros(run.instance.budget_limit.size), 0, seed)
    at = _between_branches(run, searcher)
    if start.prices is not None:
        at = multipliers_from(relaxation, start.prices, at)
    else:
        at = with_money_priced(relaxation, at)
    run.raise_to(solve_relaxed(relaxation, at).value)
    run.take(searcher.improve(at.money, 0, seed))
    return at


def _between_branches(run: _Run, searcher: Searcher) -> Multipliers:
    """Multipliers from the searcher's network."""
    near, second = searcher.state.near.copy(), searcher.state.second.copy()
    near[near >= searcher.ground.far] = math.inf
    second[second >= searcher.ground.far] = math.inf
    return first_multipliers(run.instance, near, second)


def _set_to_nothing(searcher: Searcher) -> None:
    state = searcher.state
    nothing = np.zeros_like(state.is_open)
    searcher.set_to(nothing, np.zeros_like(state.offers), nothing.astype(np.int64))


def _search(
    run: _Run,
    searcher: Searcher,
    means: tuple[Floats, Floats],
    at: Multipliers,
    kicks: int,
    seed: int,
) -> None:
    """Improve a network built after the relaxed problem's solutions, then the best one."""
    starts = [rounded(searcher.ground, *means)]
    if run.best is not None:
        starts.append((run.best.is_open, run.best.offers, run.best.formats))
    for turn, begins in enumerate(starts):
        if run.is_late():
            break
        searcher.set_to(*begins)
        enough = run.enough_network
        run.take(searcher.improve(at.money, kicks, 2 * seed + turn, enough=enough))
        run.kicks += kicks


def _is_little(run: _Run) -> bool:
    """Whether so little is left that a solver closes the gap."""
    near = run.best is not None and run.open_gap <= NEAR * abs(run.upper)
    return near and size_of(run.instance) <= LARGEST


def _prove(run: _Run, searcher: Searcher, seed: int) -> None:
    """Close the gap by the model of what is left, as far as the solver gets."""
    best = run.best if run.ends_early else None
    said = solve_survivors(
        run.instance,
        run.fixed,
        upper=run.upper,
        lower=run.lower,
        gap=run.gap,
        seconds=run.until - time.monotonic(),
        seed=seed,
        should_stop=run.is_late,
        start=None if best is None else (best.is_open, best.offers, best.formats),
    )
    if said is None:
        return
    if said.network is not None:
        searcher.set_to(*said.network)
        run.take(searcher.improve(np.zeros(run.instance.budget_limit.size), 0, seed))
    run.raise_to(said.lower)


def _is_smaller(fixed: Fixed, than: Fixed) -> bool:
    """Whether so much more is settled that a smaller instance pays."""
    return bool(
        fixed.off.sum() > than.off.sum()
        or fixed.on.sum() > than.on.sum()
        or fixed.absent.sum() > than.absent.sum()
        or fixed.present.sum() > than.present.sum()
    )


def _narrow(run: _Run, fixed: Fixed) -> tuple[Relaxation, Searcher]:
    run.instance = narrowed_instance(run.instance, fixed)
    return relaxation_of(run.instance), searcher_of(run.instance)
