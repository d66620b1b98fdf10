"""One demand class: plan and proved bound by multipliers, local search and fixing.

p-median (ReVelle & Swain 1970) and location with fixed costs. Lagrangian relaxation of the
assignment rows as by Cornuéjols, Fisher & Nemhauser (1977), local search from the sets that it
opens, and fixing by what a choice would cost (Beasley 1993; Briant & Naddef 2004).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.optimize.engine import one_class_kernels as kernels
from planner.optimize.engine.compiled import ready
from planner.optimize.engine.neighbours import Costs, Neighbours, together

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = 30  # iterations between two looks at what they reached
ROUNDING = 1e-12  # relative: what sums of floating-point numbers may be off by
TIGHT = 1e-9  # relative: the least distance that counts where costs are not whole
CLIMBS = 4  # climbs at the root, each with less to choose from
BRANCHED_ARCS = 1_500_000  # with more arcs left, branching is hopeless: climb on instead
CLIMBS_OF_LARGE, WORTH_IT = 12, 0.97  # ... at most so often, while the gap shrinks to this share
FIRST_STEP, NEXT_STEP = 1.5, 0.3  # step factors at their feet
POLISHES = 100  # attempts on the best set, or as many as sites are open
ARCS_A_POLISH = 200  # ... and fewer where little is left, which is soon branched through
PARTS, GAIN = 20, 0.02  # ... again while they close so much of the gap, at most so often
SEARCHED, SEARCHED_LEAST = 8, 24  # arcs of a row in the local search: so many times J / p
SEARCHES = 3  # ... every so many times STEPS
CORE = 0.04  # a site whose mean choice is above was opened by the multipliers of late
SHORTEST = 3e-3  # the step factor at which multipliers count as settled


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is left to choose: rows with lists over the free sites.

    Attributes:
        start: Row r owns the arcs start[r]:start[r + 1], shape (R + 1,).
        site: Free site of each arc, nearest first.
        cost: Its cost.
        reach: What a row costs that uses no listed site, shape (R,); inf where it must use one.
        exact: Whether that is the true cost, shape (R,).
        fixed: Cost of opening each free site, shape (J,).
        least: Least number of free sites to open; `most` most.
        constant: What is certain to be paid.
        names: Number of each free site among all sites, sorted, shape (J,).
        opened: Numbers of the sites that are open already.
    """

    start: Ints
    site: NDArray[np.int32]
    cost: Costs
    reach: Floats
    exact: NDArray[np.bool_]
    fixed: Floats
    least: int
    most: int
    constant: float
    names: Ints
    opened: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The best set of sites, and what is proved.

    Attributes:
        lower: No set of sites costs less.
        upper: Cost of `sites`; inf when none was found.
        sites: Open sites, sorted; None when none was found.
        proved: Whether no set is better than `sites` by more than the gap asked for; with no
            sites, whether there is none.
        nodes: Nodes of the branch and bound.
        steps: Iterations on the multipliers at the root.
        handed_over: Arcs of the model that was handed to PuLP, 0 when none was.
    """

    lower: float
    upper: float
    sites: Ints | None
    proved: bool
    nodes: int
    steps: int
    handed_over: int


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The first arcs of each row, and the same arcs site by site: what a local search reads.

    Attributes:
        forwards: Starts, sites, costs and reach, row by row.
        backwards: Starts, rows and costs, site by site.
    """

    forwards: tuple[Ints, NDArray[np.int32], Costs, Floats]
    backwards: tuple[Ints, NDArray[np.int32], Costs]


def shortened(choice: Choice, most: int) -> Lists:
    """The lists of a choice, at most so long."""
    most = max(SEARCHED_LEAST, most)
    length = np.diff(choice.start)
    start, site, cost, reach = choice.start, choice.site, choice.cost, choice.reach
    cut = np.flatnonzero(length > most)
    if cut.size:
        reach = reach.copy()
        reach[cut] = cost[start[cut] + most]
        kept = np.arange(site.size) - np.repeat(start[:-1], length) < most
        site, cost = site[kept], cost[kept]
        start = np.concatenate([[0], np.cumsum(np.minimum(length, most))])
    backwards = kernels.by_site(start, site, cost, choice.fixed.size)
    return Lists((start, site, cost, reach), backwards)


@dataclass(slots=True, eq=False)
class Run:
    """The state of one search; the only thing here that changes."""

    lists: Neighbours
    fixed: Floats
    names: Ints
    unreachable: float  # more than any set that reaches all rows
    root: Choice
    gap: float
    until: float
    seed: int
    on_network: Callable[[float, Ints], None] | None
    on_bound: Callable[[float], None] | None
    asked_to_stop: Callable[[], bool] | None
    is_whole: bool
    short: Lists = field(init=False)
    upper: float = math.inf
    lower: float = -math.inf
    best: Ints | None = None
    nodes: int = 0
    steps: int = 0
    handed_over: int = 0

    def __post_init__(self) -> None:
        """Make the local search's lists."""
        self.short = shortened(
            self.root, math.ceil(SEARCHED * self.root.fixed.size / max(1, self.root.most))
        )

    @property
    def target(self) -> float:
        """What a set must cost at most to count as better than the best known."""
        if not math.isfinite(self.upper):
            return self.unreachable
        if self.is_whole:
            step = max(1.0 - 1e-6, self.gap * abs(self.upper))
        else:
            step = max(self.gap, TIGHT) * abs(self.upper)
        return self.upper - step

    def is_proved(self) -> bool:
        """Whether no set can count as better."""
        return self.lower >= self.target

    def stop(self) -> bool:
        """Whether to end now, proved or not."""
        if self.asked_to_stop is not None and self.asked_to_stop():
            return True
        return time.monotonic() > self.until

    def offer(self, sites: Ints) -> float:
        """Take a set as the best one if it is; returns its true cost."""
        value = self.lists.travel(sites) + float(self.fixed[sites].sum())
        if value < self.upper:
            self.upper, self.best = value, np.sort(sites)
            if self.on_network is not None:
                self.on_network(value, np.sort(self.names[self.best]))
        return value

    def close(self) -> None:
        """Nothing that counts as better exists."""
        steps_of_one = self.is_whole and self.target > self.upper - 1.0
        value = self.upper if steps_of_one else self.target
        if value > self.lower:
            self.lower = value
            if self.on_bound is not None and math.isfinite(self.upper):
                self.on_bound(value)

    def raise_bound(self, value: float) -> None:
        """A proved bound; where costs are whole, the next whole number is one too."""
        value -= ROUNDING * abs(value)
        if self.is_whole and math.isfinite(value):
            value = math.ceil(value - 1e-6)
        if value > self.lower:
            self.lower = min(value, self.upper)
            if self.on_bound is not None:
                self.on_bound(self.lower)


def solve_one_class(
    lists: Neighbours,
    *,
    count: tuple[int, int],
    fixed_cost: Floats | None = None,
    open_sites: Ints | None = None,
    closed_sites: Ints | None = None,
    gap: float = 0.0,
    seconds: float = math.inf,
    seed: int = 0,
    on_network: Callable[[float, Ints], None] | None = None,
    on_bound: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Choose sites so that travel and fixed costs are least.

    Args:
        lists: Who can go where.
        count: Least and most number of open sites.
        fixed_cost: Of each site, shape (J,); nothing when left out.
        open_sites: Sites that must be open.
        closed_sites: Sites that must not.
        gap: Relative distance between cost and bound that is enough; 0 asks for the optimum,
            which where costs are not whole means a relative 1e-9.
        seconds: Outer limit of time; work is otherwise limited by counts.
        seed: Of the random order of the local search.
        on_network: Called at once with each better cost and its sites.
        on_bound: Called at once with each better bound.
        should_stop: Asked now and then; True ends the search with what is known.

    Raises:
        ValueError: When the counts and the locked sites cannot hold together.
    """
    from planner.optimize.engine.branching import prove  # noqa: PLC0415 - it builds on this module

    ready()
    fixed = np.zeros(lists.sites) if fixed_cost is None else np.asarray(fixed_cost, dtype=float)
    fate = np.zeros(lists.sites, dtype=np.int8)
    if closed_sites is not None:
        fate[closed_sites] = 2
    if open_sites is not None:
        fate[open_sites] = 1
    lists, names = together(lists)
    fixed = fixed[names]
    root = _root(lists, count, fixed, fate[names])
    run = Run(
        lists=lists,
        fixed=fixed,
        names=names,
        unreachable=lists.unreachable + float(fixed.sum()),
        root=root,
        gap=gap,
        until=time.monotonic() + seconds,
        seed=seed,
        on_network=on_network,
        on_bound=on_bound,
        asked_to_stop=should_stop,
        is_whole=lists.is_whole and bool((fixed == np.rint(fixed)).all()),
    )
    if root.least == root.fixed.size or root.most == 0:  # nothing is left to choose
        run.offer(np.concatenate([root.opened, root.names[: root.least]]))
        run.close()
    else:
        multiplier = _first(run)
        left = climb(run, multiplier)
        if left is not None:
            prove(run, *left)
    known = run.best is not None and math.isfinite(run.upper)
    return Result(
        lower=run.lower if known or not run.is_proved() else math.inf,
        upper=run.upper,
        sites=np.sort(names[run.best]) if known and run.best is not None else None,
        proved=run.is_proved(),
        nodes=run.nodes,
        steps=run.steps,
        handed_over=run.handed_over,
    )


def _root(
    lists: Neighbours,
    count: tuple[int, int],
    fixed: Floats,
    fate: NDArray[np.int8],
) -> Choice:
    """The whole choice, with the locked sites taken out."""
    opened, free = int((fate == 1).sum()), int((fate == 0).sum())
    least, most = max(count[0], opened), min(count[1], opened + free)
    if least > most:
        raise ValueError(f"between {count[0]} and {count[1]} sites cannot be open")
    whole = Choice(
        start=lists.start,
        site=lists.site,
        cost=lists.cost,
        reach=np.where(lists.exact, lists.unreachable + fixed.sum(), lists.reach),
        exact=lists.exact,
        fixed=fixed,
        least=least,
        most=most,
        constant=0.0,
        names=np.arange(lists.sites),
        opened=np.zeros(0, dtype=np.int64),
    )
    if not fate.any():
        return whole
    none = np.zeros(lists.start.size - 1)
    left = narrowed(whole, none, np.zeros(lists.sites), fate, math.inf)
    assert left is not None  # noqa: S101 - only a finite slack can leave a row with nothing
    return left


def narrowed(
    choice: Choice, multiplier: Floats, penalty: Floats, fate: NDArray[np.int8], slack: float
) -> Choice | None:
    """A choice without what no better set uses; None where no better set exists.

    Args:
        choice: The choice.
        multiplier: Of the rows, shape (R,).
        penalty: What the bound at these multipliers rises by when a site is opened, shape (J,).
        fate: 0 free, 1 opened, 2 closed, shape (J,).
        slack: Distance between the bound at these multipliers and what counts as better.
    """
    c = choice
    start, site, cost, reach, exact, hopeless = kernels.narrow(
        c.start, c.site, c.cost, c.reach, c.exact, multiplier, penalty, fate, slack
    )
    opened = int((fate == 1).sum())
    free = np.flatnonzero(fate == 0)
    least, most = max(0, c.least - opened), min(c.most - opened, free.size)
    if hopeless or least > most:
        return None
    number = np.full(fate.size, -1, dtype=np.int32)
    number[free] = np.arange(free.size)
    return Choice(
        start=start,
        site=number[site],
        cost=cost,
        reach=reach,
        exact=exact,
        fixed=c.fixed[free],
        least=least,
        most=most,
        constant=c.constant + float(c.fixed[fate == 1].sum()),
        names=c.names[free],
        opened=np.concatenate([c.opened, c.names[fate == 1]]),
    )


# -- a first set and first multipliers -----------------------------------------------------


def _first(run: Run) -> Floats:
    """A set by greedy choice and local search, and multipliers from it.

    The mean of the nearest and the second nearest open site is a fair price for being served.
    """
    root = run.root
    sample = max(
        4, int(min(root.fixed.size, 4 + 8 * math.log2(max(2, root.fixed.size / max(1, root.most)))))
    )
    is_open = kernels.greedy(
        *run.short.backwards,
        run.short.forwards[3],
        root.fixed,
        root.least,
        root.most,
        sample,
        run.seed,
    )
    is_open = searched(run, is_open, 0)
    rows = root.reach.size
    near, next_near = np.empty(rows), np.empty(rows)
    at, next_at = np.empty(rows, dtype=np.int32), np.empty(rows, dtype=np.int32)
    kernels.nearest_two(
        root.start, root.site, root.cost, root.reach, is_open, near, next_near, at, next_at
    )
    last = root.reach.copy()
    listed = np.diff(root.start) > 0
    last[listed] = root.cost[root.start[1:][listed] - 1]
    near = np.where(at < 0, last, near)
    return np.minimum((near + np.where(next_at < 0, last, next_near)) / 2, root.reach)


def searched(run: Run, is_open: NDArray[np.bool_], turn: int) -> NDArray[np.bool_]:
    """The local optimum reached from a set of the root's sites; it is offered."""
    order = np.random.default_rng((run.seed, turn)).permutation(run.root.fixed.size)
    return _improved(run, is_open, order, np.zeros(run.root.fixed.size), 0, turn)


def _improved(
    run: Run,
    is_open: NDArray[np.bool_],
    order: Ints,
    wish: Floats,
    attempts: int,
    turn: int,
) -> NDArray[np.bool_]:
    """The local search of the kernel on the root's short lists; what it finds is offered."""
    root, short = run.root, run.short
    found = is_open.copy()
    kernels.improve(
        *short.forwards, root.fixed, *short.backwards, root.least, root.most, found,
        order, wish, attempts, (run.seed * 1_000_003 + turn) % 2**32,
    )  # fmt: skip
    listed = kernels.total_cost(*short.forwards, found) + root.fixed[found].sum()
    if root.constant + listed < run.upper:
        run.offer(np.concatenate([root.opened, root.names[found]]))
    return found


# -- bound ---------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Climb:
    """Multipliers on their way up, for one choice."""

    choice: Choice
    backwards: tuple[Ints, NDArray[np.int32], Costs]
    multiplier: Floats
    best: Floats
    direction: Floats
    mean: Floats
    chosen: NDArray[np.bool_]
    state: Floats  # best bound, step factor, iterations since it rose

    @property
    def bound(self) -> float:
        """The best bound so far."""
        return float(self.state[0])


def climb_from(
    choice: Choice,
    multiplier: Floats,
    step: float,
    mean: Floats | None = None,
    backwards: tuple[Ints, NDArray[np.int32], Costs] | None = None,
) -> Climb:
    """A climb at its foot."""
    begin = np.minimum(multiplier, choice.reach)
    count = choice.fixed.size
    return Climb(
        choice=choice,
        backwards=backwards or kernels.by_site(choice.start, choice.site, choice.cost, count),
        multiplier=begin,
        best=begin.copy(),
        direction=np.zeros(begin.size),
        mean=np.zeros(count) if mean is None else mean,
        chosen=np.zeros(count, dtype=np.bool_),
        state=np.array([-math.inf, step, 0.0]),
    )


def ascend(run: Run, way: Climb, iterations: int) -> int:
    """Some steps up; returns how many."""
    c = way.choice
    upper = run.upper
    if not math.isfinite(upper):  # no set reaches all rows yet: aim a little higher
        upper = 1.1 * abs(way.bound) + 1.0 if math.isfinite(way.bound) else run.root.cost.sum()
    return int(
        kernels.ascend(
            c.start, c.site, c.cost, *way.backwards, c.reach, c.fixed, c.least, c.most, c.constant,
            way.multiplier, way.best, way.direction, way.mean, way.chosen, way.state,
            upper, run.target, iterations,
        )
    )  # fmt: skip


def tightened(run: Run, way: Climb) -> Choice | None:
    """The climb's choice without what its best multipliers rule out; None: nothing better exists.

    Forcing a site open or closed raises the bound by at least its penalty; where that exceeds
    the distance to what counts as better, the site's fate is known.
    """
    c = way.choice
    count = c.fixed.size
    worth, scratch = np.empty(count), np.empty(count)
    chosen = np.zeros(count, dtype=np.bool_)
    total = kernels.price(c.start, c.site, c.cost, c.fixed, way.best, worth)
    _, added, open_at, close_at = kernels.choose(worth, c.least, c.most, chosen, scratch)
    bound = c.constant + total + added
    slack = run.target - bound + 1e-9 * abs(run.target)
    if slack < 0:
        return None
    penalty = np.where(chosen, 0.0, np.maximum(0.0, worth - open_at))
    fate = np.zeros(count, dtype=np.int8)
    fate[penalty > slack] = 2
    fate[chosen & (close_at - worth > slack)] = 1
    return narrowed(c, way.best, penalty, fate, slack)


def climb(run: Run, multiplier: Floats) -> tuple[Choice, Floats, Floats] | None:
    """Bound and local search at the root, with fixing in between.

    Returns what is left to choose with multipliers and the mean of the Lagrangian choices; None
    when the search has ended.
    """
    is_short = run.short.forwards[0] is not run.root.start
    whole = None if is_short else run.short.backwards  # the same arcs need no second index
    way = climb_from(run.root, multiplier, FIRST_STEP, backwards=whole)
    turn = rounds = 0
    gap = math.inf
    while True:
        turn += 1
        run.steps += ascend(run, way, STEPS)
        run.raise_bound(way.bound)
        if run.is_proved() or run.stop():
            return None
        settled = way.state[1] < SHORTEST
        if turn % SEARCHES == 0 or settled:
            _search_from(run, way, _often_chosen(way), turn)
            _polish(run, way, turn, CORE)
            if settled:
                _polish(run, way, turn, 0.0)
            if run.is_proved() or run.stop():
                return None
        if turn % 4 == 0 or settled:
            left = tightened(run, way)
            if left is None:
                run.close()
                return None
            shorter = left.site.size < 0.8 * way.choice.site.size
            if shorter or is_decided(left):
                way = _continued(way, left)
            if is_decided(left):
                return way.choice, way.best, way.mean
            if settled:
                rounds += 1
                gap, before = run.upper - run.lower, gap
                large = way.choice.site.size > BRANCHED_ARCS
                if large and (rounds == CLIMBS_OF_LARGE or gap > WORTH_IT * before):
                    return None
                if not large and (rounds >= CLIMBS or not shorter):
                    return way.choice, way.best, way.mean
                way.state[1] = NEXT_STEP


def is_decided(choice: Choice) -> bool:
    """Whether only one set is left."""
    return choice.most == 0 or choice.least == choice.fixed.size


def _polish(run: Run, way: Climb, turn: int, core: float) -> None:
    """Local search from the best set with a few sites changed at random, again and again.

    What enters is drawn by how often the multipliers opened it; sites whose mean choice is less
    than `core` do not (heuristic concentration; Rosing & ReVelle 1997): with few sites to look
    at, an attempt costs a tenth.
    """
    c, root = way.choice, run.root
    if run.best is None or c.fixed.size < 2:
        return
    wish = np.full(root.fixed.size, -1.0)
    wish[np.searchsorted(root.names, c.names)] = np.where(way.mean < core, -1.0, way.mean)
    none = np.zeros(0, dtype=np.int64)
    is_open = np.zeros(run.lists.sites, dtype=np.bool_)
    is_open[run.best] = True
    is_open = is_open[root.names]
    attempts = max(POLISHES, int(is_open.sum()) // (2 if core else 1))
    attempts = min(attempts, 3 + c.site.size // ARCS_A_POLISH)
    for part in range(PARTS):
        if run.is_proved() or run.stop():
            return
        before = run.upper
        is_open = _improved(run, is_open, none, wish, attempts, turn * PARTS + part)
        if before - run.upper <= GAIN * (before - run.lower):
            return


def _continued(way: Climb, left: Choice) -> Climb:
    where = np.searchsorted(way.choice.names, left.names)
    return climb_from(left, way.best, float(way.state[1]), way.mean[where])


def _often_chosen(way: Climb) -> NDArray[np.bool_]:
    """The sites that the multipliers opened most often of late."""
    c = way.choice
    size = max(c.least, min(c.most, round(float(way.mean.sum()))))
    chosen = np.zeros(c.fixed.size, dtype=np.bool_)
    chosen[np.argsort(-way.mean, kind="stable")[:size]] = True
    return chosen


def _search_from(run: Run, way: Climb, chosen: NDArray[np.bool_], turn: int) -> None:
    """Local search from some sites of a choice, and what is open already."""
    searched(run, root_places(run, way.choice, chosen), turn)


def root_places(run: Run, choice: Choice, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the root's free sites are open when these sites of a choice are."""
    is_open = np.zeros(run.lists.sites, dtype=np.bool_)
    is_open[choice.opened] = True
    is_open[choice.names[chosen]] = True
    return is_open[run.root.names]
