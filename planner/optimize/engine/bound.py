"""The bound: rows, money, cliques and floors are priced, and what is left is solved site by site.

For any prices the value is a lower bound of the problem (weak duality, Geoffrion 1974); the ascent
only looks for good ones. Deflected subgradients with the step of Polyak (1969), as Held, Wolfe &
Crowder (1974) use it, each kind of price in its own unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from planner.optimize.engine.compiled import ready
from planner.optimize.engine.counts import chosen_sites
from planner.optimize.engine.instance import Bools, Floats, Instance, Ints, able_sites
from planner.optimize.engine.kernels import savings, unserved
from planner.optimize.engine.mixes import BestMixes, Choices, Prices, best_mixes, choices_of

ROUNDING = 4 * float(np.finfo(np.float64).eps)  # a sum of n errs by at most n x this, relative
DEFLECTION = 0.5  # how much of the last direction is kept
PATIENCE = 20  # steps without gain before the step becomes shorter
SHORTER = 0.6
SMALLEST_STEP = 1e-3
WORTH = 1e-6  # relative gain that counts as one
DEAREST = 1e15  # no price of a unit of money is tried beyond this
MONEY_HALVINGS = 12
MONEY_UNIT = 3.0  # a budget is seldom broken by more than a small part of itself
AIM = 0.05  # relative: how far above its value an ascent aims that knows no network
FLOOR_UNIT = 2.0  # of the mean saving of a branch
CLIQUE_UNIT = 1.0  # of the mean saving of a branch for a class
MEAN_SHARE = 0.03  # how much a new solution counts in the running means


@dataclass(frozen=True, slots=True, eq=False)
class Multipliers:
    """The prices of the rows that are relaxed; any values within the stated ranges are valid.

    Attributes:
        reach: What a visit of a row pays, shape (B, I), between 0 and `rest`.
        money: Price of a unit of each budget, shape (M,), at least 0.
        clique: Price of one more branch in each clique, shape (Q,), from 0 to its price + excess.
        excess: Price of a unit of excess where excess is capped.
        floor: What a branch is worth to each floor, shape (P,), at least 0.
    """

    reach: Floats
    money: Floats
    clique: Floats
    excess: float
    floor: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """An instance prepared for pricing: its mixes, and which offering each clique row counts.

    Attributes:
        instance: The instance.
        choices: What every site may choose.
        clique_item: Position j * S + s of each clique member.
        clique_of: Clique of each member.
        floor_of: Floor of each floor member.
    """

    instance: Instance
    choices: Choices
    clique_item: Ints
    clique_of: Ints
    floor_of: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The relaxed problem solved for given multipliers.

    Attributes:
        value: Its value less the rounding allowance: a lower bound; inf where locks and counts
            alone leave no network.
        best: Value, mix and format of every site if it is open.
        is_open: Sites that the relaxed problem opens, shape (J,).
        offers: What they offer, shape (J, S).
        prices: What branches, offerings and savings were priced at.
    """

    value: float
    best: BestMixes
    is_open: Bools
    offers: Bools
    prices: Prices


@dataclass(frozen=True, slots=True, eq=False)
class Ascent:
    """Where an ascent ended.

    Attributes:
        value: The best bound seen; `multipliers` belong to it.
        multipliers: The multipliers of the best bound.
        opened: Running mean of the relaxed problem's open sites, shape (J,).
        offered: Running mean of its offerings, shape (J, S).
        iterations: How many times the relaxed problem was solved.
        step: The share of the Polyak step at the end.
    """

    value: float
    multipliers: Multipliers
    opened: Floats
    offered: Floats
    iterations: int
    step: float


def relaxation_of(instance: Instance) -> Relaxation:
    """Prepare an instance."""
    ready()
    clique_of = np.repeat(np.arange(instance.clique_service.size), np.diff(instance.clique_start))
    item = instance.clique_site * instance.services + instance.clique_service[clique_of]
    floor_of = np.repeat(np.arange(instance.floor_least.size), np.diff(instance.floor_start))
    return Relaxation(instance, choices_of(instance), item, clique_of, floor_of)


def first_multipliers(instance: Instance, nearest: Floats, second: Floats) -> Multipliers:
    """Multipliers from a network: half way between the nearest and second-nearest branch.

    Args:
        instance: The instance.
        nearest: Impedance of each row to its nearest branch, shape (B, I); inf for none.
        second: Likewise to its second-nearest.
    """
    farther = np.where(np.isfinite(second), second, nearest)
    with np.errstate(invalid="ignore"):
        between = np.where(np.isfinite(nearest), (nearest + farther) / 2, instance.rest)
    between = np.where(np.isfinite(between), between, _longest(instance)[None, :])
    return Multipliers(
        reach=np.minimum(between, instance.rest),
        money=np.zeros(instance.budget_limit.size),
        clique=np.zeros(instance.clique_service.size),
        excess=0.0,
        floor=np.zeros(instance.floor_least.size),
    )


def _longest(instance: Instance) -> Floats:
    """The longest listed impedance of each point, 0 without a list, shape (I,)."""
    longest = np.zeros(instance.points)
    listed = np.diff(instance.start) > 0
    longest[listed] = instance.cost[instance.start[1:][listed] - 1]
    return longest


def rounding_of(instance: Instance, size: float) -> float:
    """What a bound may be off by in floating point; `size`: all that was added up, signs aside."""
    return ROUNDING * (instance.points + instance.sites) * size


def solve_relaxed(relaxation: Relaxation, at: Multipliers) -> Relaxed:
    """Solve the relaxed problem: every site by itself, then the best sites within the counts."""
    instance = relaxation.instance
    prices = _prices(relaxation, at)
    best = best_mixes(relaxation.choices, prices)
    chosen = chosen_sites(instance, best.value)
    if chosen is None:
        none = np.zeros_like(instance.open_least)
        return Relaxed(math.inf, best, none, best.offers & False, prices)
    terms = [
        float((instance.weight * np.where(instance.weight > 0, at.reach, 0.0)).sum()),
        -float(at.money @ instance.budget_limit),
        -float(at.clique @ instance.clique_allowed),
        -at.excess * (instance.excess_most or 0),
        float(at.floor @ instance.floor_least),
        float(best.value[chosen].sum()),
    ]
    size = sum(abs(term) for term in terms) + float(np.abs(best.value[chosen]).sum())
    value = math.fsum(terms) - rounding_of(instance, size)
    return Relaxed(value, best, chosen, best.offers & chosen[:, None], prices)


def _prices(relaxation: Relaxation, at: Multipliers) -> Prices:
    instance = relaxation.instance
    count, services = instance.sites, instance.services
    saved = np.empty((instance.classes, count))
    savings(instance.start, instance.site, instance.cost, instance.weight, at.reach, saved)
    # einsum: a product this small only keeps the threads of a linear algebra library busy
    branch = instance.branch_cost + np.einsum("m,mjf->jf", at.money, instance.budget_branch)
    offering = instance.offering_cost + np.einsum("m,mjs->js", at.money, instance.budget_offering)
    extra = np.bincount(
        relaxation.clique_item, at.clique[relaxation.clique_of], minlength=count * services
    )
    offering += extra.reshape(count, services)
    if at.floor.size:
        worth = at.floor[relaxation.floor_of]
        service = instance.floor_service[relaxation.floor_of]
        whole = service < 0
        np.subtract.at(branch, instance.floor_site[whole], worth[whole, None])
        np.subtract.at(offering, (instance.floor_site[~whole], service[~whole]), worth[~whole])
    return Prices(branch, offering, saved)


@dataclass(slots=True)
class _Slopes:
    """Subgradients, or directions, by kind of multiplier."""

    reach: Floats
    money: Floats
    clique: Floats
    excess: float
    floor: Floats

    def mixed(self, other: _Slopes, share: float) -> _Slopes:
        return _Slopes(
            self.reach + share * other.reach,
            self.money + share * other.money,
            self.clique + share * other.clique,
            self.excess + share * other.excess,
            self.floor + share * other.floor,
        )


def _slopes(relaxation: Relaxation, at: Multipliers, found: Relaxed) -> _Slopes:
    """A subgradient: by how much the relaxed problem's network breaks each relaxed row."""
    instance = relaxation.instance
    left = np.empty_like(instance.weight)
    able = able_sites(instance.needs, found.offers)
    unserved(instance.start, instance.site, instance.cost, instance.weight, at.reach, able, left)
    over = _clique_counts(relaxation, found.offers) - instance.clique_allowed
    capped = at.clique >= instance.clique_price + at.excess
    excess = 0.0
    if instance.excess_most is not None:
        excess = float(over[capped & (over > 0)].sum()) - instance.excess_most
    return _Slopes(
        left,
        overspent(instance, found),
        over.astype(np.float64),
        excess,
        (instance.floor_least - _floor_counts(relaxation, found)).astype(np.float64),
    )


def _clique_counts(relaxation: Relaxation, offers: Bools) -> Floats:
    taken = offers.ravel()[relaxation.clique_item].astype(np.float64)
    size = relaxation.instance.clique_service.size
    counts = np.bincount(relaxation.clique_of, taken, minlength=size)
    return np.asarray(counts, dtype=np.float64)


def _floor_counts(relaxation: Relaxation, found: Relaxed) -> Floats:
    instance = relaxation.instance
    service = instance.floor_service[relaxation.floor_of]
    sites = instance.floor_site
    taken = np.where(service < 0, found.is_open[sites], found.offers[sites, np.maximum(service, 0)])
    size = instance.floor_least.size
    counts = np.bincount(relaxation.floor_of, taken.astype(np.float64), minlength=size)
    return np.asarray(counts, dtype=np.float64)


def ascend(
    relaxation: Relaxation,
    start: Multipliers,
    *,
    upper: float,
    iterations: int,
    means: tuple[Floats, Floats] | None = None,
    step: float = 1.0,
    enough: float = math.inf,
    should_stop: Callable[[], bool] | None = None,
) -> Ascent:
    """Raise the bound from given multipliers.

    Args:
        relaxation: The prepared instance.
        start: Where to begin.
        upper: What the bound is aimed at: the objective of a network, or a guess.
        iterations: How many times the relaxed problem may be solved.
        means: Running means (opened, offered) to go on from.
        step: First share of the Polyak step.
        enough: A bound that ends the ascent.
        should_stop: Asked each time; True ends the ascent.
    """
    units = _units(relaxation, start)
    value, best, opened, offered, done, step = climbed(
        relaxation.instance,
        start,
        solve=lambda at: solve_relaxed(relaxation, at),
        slopes=lambda at, found: _free_slopes(relaxation, at, _slopes(relaxation, at, found)),
        length=lambda one, other: units.length(relaxation.instance, one, other),
        moved=lambda at, way, size: _moved(relaxation.instance, at, way, units, size),
        upper=upper,
        iterations=iterations,
        means=means,
        step=step,
        enough=enough,
        should_stop=should_stop,
    )
    return Ascent(value, best, opened, offered, done, step)


class Mixes(Protocol):
    """Slopes of all multipliers, which can be mixed with an earlier direction."""

    def mixed(self, earlier: Any, share: float) -> Any:
        """These and a share of the earlier ones."""


At = TypeVar("At")
Way = TypeVar("Way", bound=Mixes)


def climbed(
    instance: Instance,
    start: At,
    *,
    solve: Callable[[At], Relaxed],
    slopes: Callable[[At, Relaxed], Way],
    length: Callable[[Way, Way], float],
    moved: Callable[[At, Way, float], At],
    upper: float,
    iterations: int,
    means: tuple[Floats, Floats] | None,
    step: float,
    enough: float,
    should_stop: Callable[[], bool] | None,
) -> tuple[float, At, Floats, Floats, int, float]:
    """Climb along deflected subgradients with Polyak's step, whatever the multipliers price.

    Args:
        instance: The question.
        start: Where to begin.
        solve: The relaxed problem at some multipliers.
        slopes: Its slopes there, 0 where a multiplier cannot move that way.
        length: The product of two directions, each kind in its own unit.
        moved: Multipliers moved along a direction, kept in their ranges.
        upper: As for `ascend`, like all that follows.
        iterations: Solves.
        means: Running means.
        step: First share.
        enough: Bound.
        should_stop: The end.

    Returns:
        The best value, where it was, the running means, the solves, and the last share.
    """
    at, best = start, start
    value = -math.inf
    opened, offered = means or (
        np.zeros(instance.sites),
        np.zeros((instance.sites, instance.services)),
    )
    direction: Way | None = None
    stale, done = 0, 0
    while done < iterations:
        found = solve(at)
        done += 1
        share = max(MEAN_SHARE, 1.0 / done) if means is None else MEAN_SHARE
        opened = (1 - share) * opened + share * found.is_open
        offered = (1 - share) * offered + share * found.offers
        stale += 1
        if found.value > value:
            if found.value > value + WORTH * max(abs(value), 1.0) or math.isinf(value):
                stale = 0
            value, best = found.value, at
        if value >= min(upper, enough) or step < SMALLEST_STEP:
            break
        if should_stop is not None and should_stop():
            break
        if stale > PATIENCE:
            step, stale, at, direction = step * SHORTER, 0, best, None
            continue
        slope = slopes(at, found)
        direction = slope if direction is None else slope.mixed(direction, DEFLECTION)
        along = length(slope, direction)
        if along <= 0.0:
            direction = slope
            along = length(slope, direction)
        if along <= 0.0:
            break
        aim = upper if math.isfinite(upper) else found.value + AIM * max(abs(found.value), 1.0)
        at = moved(at, direction, step * (aim - found.value) / along)
    return value, best, opened, offered, done, step


def with_money_priced(relaxation: Relaxation, at: Multipliers) -> Multipliers:
    """The same multipliers with each budget at the price at which it is just kept."""
    for m in range(at.money.size):
        low, high = 0.0, 0.0
        if _use(relaxation, at)[m] <= 0:
            continue
        high = 1.0
        while _use(relaxation, _at_price(at, m, high))[m] > 0 and high < DEAREST:
            low, high = high, high * 8.0
        for _ in range(MONEY_HALVINGS):
            middle = (low + high) / 2 if low else high / 8
            if _use(relaxation, _at_price(at, m, middle))[m] > 0:
                low = middle
            else:
                high = middle
        at = _at_price(at, m, high)
    return at


def _at_price(at: Multipliers, m: int, price: float) -> Multipliers:
    money = at.money.copy()
    money[m] = price
    return replace(at, money=money)


def _use(relaxation: Relaxation, at: Multipliers) -> Floats:
    """By how much the relaxed problem's network exceeds each budget."""
    return overspent(relaxation.instance, solve_relaxed(relaxation, at))


def overspent(instance: Instance, found: Relaxed) -> Floats:
    """Use of each budget less its limit, shape (M,)."""
    opened = np.flatnonzero(found.is_open)
    used = instance.budget_branch[:, opened, found.best.formats[opened]].sum(axis=1)
    used = used + (instance.budget_offering * found.offers).sum(axis=(1, 2))
    return np.asarray(used - instance.budget_limit, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """How far a unit of slope moves each kind of multiplier: every kind in its own size."""

    money: Floats
    clique: Floats
    excess: float
    floor: float

    def length(self, instance: Instance, slopes: _Slopes, direction: _Slopes) -> float:
        """The inner product of slope and direction in these units."""
        return (
            float((instance.weight * slopes.reach * direction.reach).sum())
            + float((self.money * slopes.money * direction.money).sum())
            + float((self.clique * slopes.clique * direction.clique).sum())
            + self.excess * slopes.excess * direction.excess
            + self.floor * float((slopes.floor * direction.floor).sum())
        )


def _units(relaxation: Relaxation, at: Multipliers) -> _Units:
    instance = relaxation.instance
    rows = instance.weight > 0
    spread = float(at.reach[rows].std() + 0.2 * at.reach[rows].mean()) if rows.any() else 1.0
    spread = spread or 1.0
    prices = _prices(relaxation, at)
    worth = float(np.abs(prices.saved).sum()) / max(1, prices.saved.size) or 1.0
    limit = np.maximum(1.0, np.abs(instance.budget_limit.astype(np.float64)))
    price = np.where(at.money > 0, at.money, worth / limit)
    clique = np.minimum(worth, np.where(instance.excess_most is None, instance.clique_price, worth))
    branch = FLOOR_UNIT * worth * instance.classes or 1.0
    money = MONEY_UNIT * price / limit
    return _Units(money / spread, CLIQUE_UNIT * clique / spread, worth / spread, branch / spread)


def _free_slopes(relaxation: Relaxation, at: Multipliers, slopes: _Slopes) -> _Slopes:
    """Slopes without those that point out of a multiplier's range."""
    instance = relaxation.instance
    stuck = ((at.reach >= instance.rest) & (slopes.reach > 0)) | (
        (at.reach <= 0) & (slopes.reach < 0)
    )
    slopes.reach[stuck] = 0.0
    slopes.money[(at.money <= 0) & (slopes.money < 0)] = 0.0
    most = instance.clique_price + at.excess
    slopes.clique[
        ((at.clique <= 0) & (slopes.clique < 0)) | ((at.clique >= most) & (slopes.clique > 0))
    ] = 0.0
    if at.excess <= 0 and slopes.excess < 0:
        slopes.excess = 0.0
    slopes.floor[(at.floor <= 0) & (slopes.floor < 0)] = 0.0
    return slopes


def _moved(
    instance: Instance, at: Multipliers, direction: _Slopes, units: _Units, length: float
) -> Multipliers:
    excess = 0.0
    if instance.excess_most is not None:
        excess = max(0.0, at.excess + length * units.excess * direction.excess)
    most = instance.clique_price + excess
    return Multipliers(
        reach=np.clip(at.reach + length * direction.reach, 0.0, instance.rest),
        money=np.maximum(0.0, at.money + length * units.money * direction.money),
        clique=np.clip(at.clique + length * units.clique * direction.clique, 0.0, most),
        excess=excess,
        floor=np.maximum(0.0, at.floor + length * units.floor * direction.floor),
    )
