"""The bound with priced capacity, standards and tail: all prices climb together.

For any prices in their ranges the value is a lower bound (weak duality): a plan that keeps the
rows pays no more in surcharges than the credits and constants that stand against them, the tail
is at least the travel weighted by any weights that it allows, and the plan's network is one that
the relaxed problem may choose.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.optimize.engine.bound import (
    FLOOR_UNIT,
    MONEY_UNIT,
    Multipliers,
    Relaxed,
    climbed,
    overspent,
    rounding_of,
)
from planner.optimize.engine.counts import chosen_sites
from planner.optimize.engine.instance import Bools, Floats, able_sites
from planner.optimize.engine.mixes import Prices, best_mixes
from planner.optimize.engine.priced import PricedRows
from planner.optimize.engine.priced_kernels import priced_savings, priced_use

ROOM_UNIT = 1.0  # how fast each kind of price moves, beside what a visit pays
LATE_UNIT = 2.0
TAIL_UNIT = 0.5
SHORT_UNIT = 1.0
HALVINGS = 40  # of the range of the shift that makes the weights of the tail fit


@dataclass(frozen=True, slots=True, eq=False)
class PricedMultipliers:
    """The prices of all relaxed rows; any values within the stated ranges are valid.

    Attributes:
        plain: Those of the rows that the instance states.
        room: Price of a visit at each site, shape (J,), at least 0; 0 where `is_tight` is not.
        work: Price of a counter minute by kind, shape (J, K), likewise with `is_busy`.
        late: Price of a visit that a standard finds too far, shape (N,), at least 0.
        short: Price of a visit by which a soft rule is missed; it bounds the prices above.
        tail: Weight of each point in the tail, shape (I,), between 0 and 1 / beta, with a
            mean of at most 1 over the visits.
    """

    plain: Multipliers
    room: Floats
    work: Floats
    late: Floats
    short: float
    tail: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PricedAscent:
    """Where an ascent ended; attributes as in `Ascent`, and the solution at the best bound."""

    value: float
    multipliers: PricedMultipliers
    opened: Floats
    offered: Floats
    iterations: int
    step: float


@dataclass(slots=True)
class _Slopes:
    """Subgradients, or directions, by kind of multiplier."""

    reach: Floats
    money: Floats
    clique: Floats
    excess: float
    floor: Floats
    room: Floats
    work: Floats
    late: Floats
    short: float
    tail: Floats

    def mixed(self, other: _Slopes, share: float) -> _Slopes:
        return _Slopes(
            *(getattr(self, name) + share * getattr(other, name) for name in self.__slots__)
        )


def first_prices(rows: PricedRows, plain: Multipliers) -> PricedMultipliers:
    """No price on the priced rows, and the same weight of all points in the tail.

    Where only what falls short counts, a visit that does costs 1, and travel nothing.
    """
    instance = rows.instance
    return PricedMultipliers(
        plain=plain,
        room=np.zeros(instance.sites),
        work=np.zeros(rows.kind_most.shape),
        late=np.zeros(rows.within.size),
        short=1.0 - rows.travel,
        tail=np.ones(instance.points),
    )


# -- the relaxed problem -----------------------------------------------------------------------


def factor_of(rows: PricedRows, at: PricedMultipliers) -> Floats:
    """What a unit of a point's impedance counts in the objective, shape (I,)."""
    share = rows.tail_share
    return np.asarray(rows.travel * ((1 - share) + share * at.tail), dtype=np.float64)


def crowd_of(rows: PricedRows, at: PricedMultipliers) -> Floats:
    """What a visit pays for the room and the work that it takes, shape (B, J)."""
    return np.asarray(at.room[None, :] + rows.work @ at.work.T, dtype=np.float64)


def rest_of(rows: PricedRows, at: PricedMultipliers) -> Floats:
    """What a visit pays beyond its list at least, shape (B, I)."""
    instance = rows.instance
    row = np.repeat(np.arange(instance.weight.size), np.diff(rows.row_start))
    late = rows.rest_minutes.ravel()[row] > rows.within[rows.row_standard]
    more = np.bincount(
        row, np.where(late, at.late[rows.row_standard], 0.0), minlength=instance.weight.size
    )
    travel = np.where(np.isfinite(instance.rest), instance.rest, 0.0) * factor_of(rows, at)
    travel[np.isinf(instance.rest)] = math.inf
    return np.asarray(travel + more.reshape(instance.weight.shape), dtype=np.float64)


def room_worth(rows: PricedRows, at: PricedMultipliers) -> Floats:
    """What the room and the counters of a branch are worth by format, shape (J, F)."""
    counters = rows.each * (_aside(rows, at.work) * at.work[None]).sum(axis=2).T
    return np.asarray(at.room[:, None] * rows.room + counters, dtype=np.float64)


def _aside(rows: PricedRows, price: Floats) -> Floats:
    """How many counters of each kind a branch would best set aside, shape (F, J, K).

    The dearest first, no more of a kind than could be used.
    """
    order = np.argsort(-price, axis=1, kind="stable")
    most = np.take_along_axis(rows.kind_most, order, axis=1)
    before = np.cumsum(most, axis=1) - most
    taken = np.clip(rows.counters.T[:, :, None] - before[None], 0.0, most[None])
    back = np.argsort(order, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(taken, back[None], axis=2), dtype=np.float64)


def solve_priced(rows: PricedRows, at: PricedMultipliers) -> Relaxed:
    """Solve the relaxed problem: every site by itself, then the best sites within the counts."""
    instance = rows.instance
    prices = _prices(rows, at)
    best = best_mixes(rows.relaxation.choices, prices)
    chosen = chosen_sites(instance, best.value)
    if chosen is None:
        none = np.zeros_like(instance.open_least)
        return Relaxed(math.inf, best, none, best.offers & False, prices)
    plain = at.plain
    terms = [
        float((instance.weight * np.where(instance.weight > 0, plain.reach, 0.0)).sum()),
        -float(plain.money @ instance.budget_limit),
        -float(plain.clique @ instance.clique_allowed),
        -plain.excess * (instance.excess_most or 0),
        float(plain.floor @ instance.floor_least),
        constant_of(rows, at),
        float(best.value[chosen].sum()),
    ]
    size = sum(abs(term) for term in terms) + float(np.abs(best.value[chosen]).sum())
    size += float(np.abs(prices.branch[chosen, best.formats[chosen]]).sum())
    value = math.fsum(terms) - rounding_of(instance, size)
    return Relaxed(value, best, chosen, best.offers & chosen[:, None], prices)


def constant_of(rows: PricedRows, at: PricedMultipliers) -> float:
    """What the priced rows add whatever is chosen: what may be late, and may fall short."""
    short = at.short * rows.short_most if math.isfinite(rows.short_most) else 0.0
    return -float(at.late @ rows.allowed) - short


def _prices(rows: PricedRows, at: PricedMultipliers) -> Prices:
    relaxation, instance, plain = rows.relaxation, rows.instance, at.plain
    count, services = instance.sites, instance.services
    saved = np.empty((instance.classes, count))
    priced_savings(*_lists(rows, at), saved)
    branch = instance.branch_cost + np.tensordot(plain.money, instance.budget_branch, 1)
    branch = branch - room_worth(rows, at)
    offering = instance.offering_cost + np.tensordot(plain.money, instance.budget_offering, 1)
    extra = np.bincount(
        relaxation.clique_item, plain.clique[relaxation.clique_of], minlength=count * services
    )
    offering += extra.reshape(count, services)
    if plain.floor.size:
        worth = plain.floor[relaxation.floor_of]
        service = instance.floor_service[relaxation.floor_of]
        whole = service < 0
        np.subtract.at(branch, instance.floor_site[whole], worth[whole, None])
        np.subtract.at(offering, (instance.floor_site[~whole], service[~whole]), worth[~whole])
    return Prices(branch, offering, saved)


def _lists(rows: PricedRows, at: PricedMultipliers) -> tuple[object, ...]:
    instance = rows.instance
    return (
        instance.start,
        instance.site,
        instance.cost,
        rows.minutes,
        instance.weight,
        factor_of(rows, at),
        crowd_of(rows, at),
        rows.row_start,
        rows.row_standard,
        rows.within,
        at.late,
        at.plain.reach,
    )


# -- the ascent --------------------------------------------------------------------------------


def _slopes(rows: PricedRows, at: PricedMultipliers, found: Relaxed, rest: Floats) -> _Slopes:
    """A subgradient: by how much the relaxed problem's solution breaks each relaxed row."""
    relaxation, instance, plain = rows.relaxation, rows.instance, at.plain
    left = np.empty_like(instance.weight)
    sent = np.empty((instance.classes, instance.sites))
    outside, travel = np.empty(rows.within.size), np.empty(instance.points)
    able = able_sites(instance.needs, found.offers)
    priced_use(*_lists(rows, at), able, left, sent, outside, travel)
    beyond = (plain.reach >= rest) & (left > 0) & (instance.weight > 0)
    if beyond.any():
        gone = np.where(beyond, instance.weight, 0.0)
        travel += (gone * np.where(beyond, instance.rest, 0.0)).sum(axis=0)
        row = np.repeat(np.arange(instance.weight.size), np.diff(rows.row_start))
        late = rows.rest_minutes.ravel()[row] > rows.within[rows.row_standard]
        more = np.where(late, gone.ravel()[row], 0.0)
        outside += np.bincount(rows.row_standard, more, minlength=outside.size)
        left[beyond] = 0.0
    taken = found.offers.ravel()[relaxation.clique_item].astype(np.float64)
    over = np.bincount(relaxation.clique_of, taken, minlength=plain.clique.size)
    over = over - instance.clique_allowed
    excess = 0.0
    if instance.excess_most is not None:
        capped = plain.clique >= instance.clique_price + plain.excess
        excess = float(over[capped & (over > 0)].sum()) - instance.excess_most
    service = instance.floor_service[relaxation.floor_of]
    sites = instance.floor_site
    there = np.where(service < 0, found.is_open[sites], found.offers[sites, np.maximum(service, 0)])
    met = np.bincount(
        relaxation.floor_of, there.astype(np.float64), minlength=instance.floor_least.size
    )
    every = np.arange(instance.sites)
    taken_format = found.best.formats
    room = sent.sum(axis=0) - np.where(found.is_open, rows.room[every, taken_format], 0.0)
    aside = _aside(rows, at.work)[taken_format, every]
    work = sent.T @ rows.work - np.where(found.is_open[:, None], rows.each * aside, 0.0)
    late_slope = outside - rows.allowed
    short = 0.0
    if math.isfinite(rows.short_most):
        most = at.short * (1 - 1e-9)
        short -= rows.short_most
        short += float(np.maximum(0.0, late_slope[rows.is_soft & (at.late >= most)]).sum())
        if rows.room_is_soft:
            short += float(np.maximum(0.0, room[rows.is_tight & (at.room >= most)]).sum())
            full = rows.is_busy[:, None] & (at.work * rows.mean_minutes >= most)
            if rows.mean_minutes > 0:
                short += float(np.maximum(0.0, work[full]).sum()) / rows.mean_minutes
    return _Slopes(
        left,
        overspent(instance, found),
        np.asarray(over, dtype=np.float64),
        excess,
        np.asarray(instance.floor_least - met, dtype=np.float64),
        np.where(rows.is_tight, room, 0.0),
        np.where(rows.is_busy[:, None], work, 0.0),
        late_slope,
        short,
        rows.travel * rows.tail_share * travel,
    )


def ascend_priced(
    rows: PricedRows,
    start: PricedMultipliers,
    *,
    upper: float,
    iterations: int,
    means: tuple[Floats, Floats] | None = None,
    step: float = 1.0,
    should_stop: Callable[[], bool] | None = None,
) -> PricedAscent:
    """Raise the bound from given multipliers; arguments as for `ascend`."""
    units = _units(rows, start)

    def slopes(at: PricedMultipliers, found: Relaxed) -> _Slopes:
        rest = rest_of(rows, at)
        return _free(rows, at, _slopes(rows, at, found, rest), rest)

    value, best, opened, offered, done, step = climbed(
        rows.instance,
        start,
        solve=lambda at: solve_priced(rows, at),
        slopes=slopes,
        length=lambda one, other: _length(rows, units, one, other),
        moved=lambda at, way, size: _moved(rows, at, way, units, size),
        upper=upper,
        iterations=iterations,
        means=means,
        step=step,
        enough=math.inf,
        should_stop=should_stop,
    )
    return PricedAscent(value, best, opened, offered, done, step)


def _units(rows: PricedRows, at: PricedMultipliers) -> _Slopes:
    """How far a unit of slope moves each multiplier: every kind in its own size.

    `reach` is in units of its row's visits, so it stays as it is.
    """
    instance, plain = rows.instance, at.plain
    served = instance.weight > 0
    spread = 1.0
    if served.any():
        spread = float(plain.reach[served].std() + 0.2 * plain.reach[served].mean()) or 1.0
    saved = _prices(rows, at).saved
    worth = float(np.abs(saved).sum()) / max(1, saved.size) or 1.0
    limit = np.maximum(1.0, np.abs(instance.budget_limit.astype(np.float64)))
    price = np.where(plain.money > 0, plain.money, worth / limit)
    clique = np.minimum(worth, np.where(instance.excess_most is None, instance.clique_price, worth))
    branch = FLOOR_UNIT * worth * instance.classes or 1.0
    room = np.where(rows.is_tight, ROOM_UNIT / np.maximum(1.0, rows.room.min(axis=1)), 0.0)
    minutes = np.maximum(1.0, rows.each * rows.counters.min(axis=1)) * max(rows.mean_minutes, 1e-9)
    busy = np.where(rows.is_busy, ROOM_UNIT / minutes, 0.0)
    mean = float(np.average(plain.reach[served], weights=instance.weight[served])) or 1.0
    tail = rows.tail_share * rows.point_visits * mean * mean
    with np.errstate(divide="ignore"):
        tail = np.where(tail > 0, TAIL_UNIT / tail, 0.0)
    short = SHORT_UNIT / max(1.0, rows.short_most) if math.isfinite(rows.short_most) else 0.0
    return _Slopes(
        np.ones((1, 1)),
        MONEY_UNIT * price / limit / spread,
        clique / spread,
        worth / spread,
        np.full(plain.floor.size, branch / spread),
        room,
        np.repeat(busy[:, None], at.work.shape[1], axis=1),
        LATE_UNIT / np.maximum(1.0, rows.counted),
        short,
        tail,
    )


def _length(rows: PricedRows, units: _Slopes, slopes: _Slopes, direction: _Slopes) -> float:
    total = float((rows.instance.weight * slopes.reach * direction.reach).sum())
    for name in _Slopes.__slots__[1:]:
        inner = getattr(units, name) * getattr(slopes, name) * getattr(direction, name)
        total += float(np.sum(inner))
    return total


def _free(rows: PricedRows, at: PricedMultipliers, slopes: _Slopes, rest: Floats) -> _Slopes:
    """Slopes without those that point out of a multiplier's range."""
    instance, plain = rows.instance, at.plain
    slopes.reach[
        ((plain.reach >= rest) & (slopes.reach > 0)) | ((plain.reach <= 0) & (slopes.reach < 0))
    ] = 0.0
    slopes.money[(plain.money <= 0) & (slopes.money < 0)] = 0.0
    most = instance.clique_price + plain.excess
    up = (plain.clique >= most) & (slopes.clique > 0)
    slopes.clique[((plain.clique <= 0) & (slopes.clique < 0)) | up] = 0.0
    if plain.excess <= 0 and slopes.excess < 0:
        slopes.excess = 0.0
    slopes.floor[(plain.floor <= 0) & (slopes.floor < 0)] = 0.0
    tops = _tops(rows, at.short)
    for price, slope, top in (
        (at.room, slopes.room, tops[0]),
        (at.work, slopes.work, tops[1]),
        (at.late, slopes.late, tops[2]),
    ):
        slope[((price <= 0) & (slope < 0)) | ((price >= top) & (slope > 0))] = 0.0
    if at.short <= 0 and slopes.short < 0:
        slopes.short = 0.0
    if rows.tail_share > 0:  # along the weights' sum
        mean = float(slopes.tail.sum() / rows.point_visits.sum())
        slopes.tail = slopes.tail - mean * rows.point_visits
        top = 1 / rows.tail_beta
        slopes.tail[
            ((at.tail <= 0) & (slopes.tail < 0)) | ((at.tail >= top) & (slopes.tail > 0))
        ] = 0.0
    return slopes


def _tops(rows: PricedRows, short: float) -> tuple[float, float, Floats]:
    """The largest prices of room (a visit), of work (a minute), and of lateness (N,)."""
    crowd = short if rows.room_is_soft else math.inf
    minute = crowd / rows.mean_minutes if rows.mean_minutes > 0 else math.inf
    return crowd, minute, np.where(rows.is_soft, short, math.inf)


def _moved(
    rows: PricedRows, at: PricedMultipliers, along: _Slopes, units: _Slopes, length: float
) -> PricedMultipliers:
    instance, plain = rows.instance, at.plain
    excess = 0.0
    if instance.excess_most is not None:
        excess = max(0.0, plain.excess + length * units.excess * along.excess)
    short = max(0.0, at.short + length * units.short * along.short)
    tops = _tops(rows, short)
    moved = replace(
        at,
        room=np.clip(at.room + length * units.room * along.room, 0.0, tops[0]),
        work=np.clip(at.work + length * units.work * along.work, 0.0, tops[1]),
        late=np.clip(at.late + length * units.late * along.late, 0.0, tops[2]),
        short=short,
    )
    if rows.tail_share > 0:
        wished = at.tail + length * units.tail * along.tail
        moved = replace(moved, tail=tail_weights(rows, wished))
    # a row whose travel counts more pays more for it
    before, after = factor_of(rows, at), factor_of(rows, moved)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(before > 0, after / before, 1.0)
    reach = plain.reach * scale + length * along.reach
    return replace(
        moved,
        plain=Multipliers(
            reach=np.clip(reach, 0.0, rest_of(rows, moved)),
            money=np.maximum(0.0, plain.money + length * units.money * along.money),
            clique=np.clip(
                plain.clique + length * units.clique * along.clique,
                0.0,
                instance.clique_price + excess,
            ),
            excess=excess,
            floor=np.maximum(0.0, plain.floor + length * units.floor * along.floor),
        ),
    )


def tail_weights(rows: PricedRows, wished: Floats) -> Floats:
    """The weights nearest to those wished that the tail allows, shape (I,).

    Between 0 and 1 / beta, with a mean over the visits of 1: one shift of all, found by halving.
    """
    total = float(rows.point_visits.sum())
    if rows.tail_share <= 0 or total <= 0:
        return np.ones(wished.size)
    top = 1 / rows.tail_beta
    low, high = float(wished.min()) - top - 1.0, float(wished.max()) + 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if float(rows.point_visits @ np.clip(wished - middle, 0.0, top)) > total:
            low = middle
        else:
            high = middle
    return np.asarray(np.clip(wished - high, 0.0, top), dtype=np.float64)


def worst_served(rows: PricedRows, travel: Floats) -> Floats:
    """The tail's weights at given travel of the points (visits x impedance), shape (I,)."""
    served = rows.point_visits > 0
    mean = np.zeros(served.size)
    mean[served] = travel[served] / rows.point_visits[served]
    order = np.argsort(-mean, kind="stable")
    mass = np.cumsum(rows.point_visits[order])
    beyond = mass - rows.tail_beta * float(rows.point_visits.sum())
    weight = np.zeros(served.size)
    own = rows.point_visits[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(own > 0, np.clip(own - beyond, 0.0, own) / own, 0.0)
    weight[order] = share / rows.tail_beta
    return weight


def is_valid(rows: PricedRows, at: PricedMultipliers) -> Bools:
    """Whether each kind of price lies in its range: reach, room, work, late, tail."""
    tops = _tops(rows, at.short)
    total = float(rows.point_visits.sum())
    return np.array(
        [
            ((at.plain.reach >= 0) & (at.plain.reach <= rest_of(rows, at))).all(),
            ((at.room >= 0) & (at.room <= tops[0])).all(),
            ((at.work >= 0) & (at.work <= tops[1])).all(),
            ((at.late >= 0) & (at.late <= tops[2])).all(),
            (at.tail >= 0).all()
            and (at.tail <= 1 / rows.tail_beta).all()
            and float(rows.point_visits @ at.tail) <= total * (1 + 1e-12),
        ],
        dtype=np.bool_,
    )
