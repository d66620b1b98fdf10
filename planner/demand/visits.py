"""Spreads yearly visits over demand points: by explicit rows, by rates, or by area totals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.figures import MARKS, Confidence, Figure, Mark
from planner.pack.types import DemandRates, Pack, Spread, SpreadTerm, VisitRate, VisitRow

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VisitTotal:
    """The yearly total of one visit type with the chain of figures behind it."""

    visit_type: str
    low: float
    mode: float
    high: float
    chain: tuple[Figure, ...]
    spread: str
    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Yearly visits in person, shape (demand points, visit types), low, most likely and high.

    `low` and `high` take every figure of a chain, or every given row, at its low or high end
    together: a corner, not a likely range. The shares of places stay those of the mode, as weights
    and powers of a spread move visits from one area to another and the total not at all. Rows and
    columns follow the pack's order.
    """

    mode: Array
    low: Array
    high: Array
    totals: tuple[VisitTotal, ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.mode, self.low, self.high):
            array.setflags(write=False)


def yearly_visits(pack: Pack) -> Visits:
    """The visits of a pack, from whichever of its three sources it brings.

    Args:
        pack: A checked pack; exactly one of visits, rates and area_demand is given.

    Returns:
        Visits whose column sums equal the totals of the source.
    """
    if pack.visits is not None:
        return _explicit(pack)
    if pack.rates is not None:
        return _from_rates(pack, pack.rates)
    return _from_areas(pack)


def _explicit(pack: Pack) -> Visits:
    point = {entry.id: i for i, entry in enumerate(pack.demand_points)}
    kind = {entry.id: b for b, entry in enumerate(pack.visit_types)}
    ends = np.zeros((3, len(point), len(kind)))
    for row in pack.visits or ():
        ends[:, point[row.demand_point], kind[row.visit_type]] += _ends(row)
    return _given(pack, ends, pack.visits or (), "given per demand point")


def _from_areas(pack: Pack) -> Visits:
    kind = {entry.id: b for b, entry in enumerate(pack.visit_types)}
    population = np.array([entry.population for entry in pack.demand_points], dtype=np.float64)
    area = np.array([entry.area for entry in pack.demand_points])
    ends = np.zeros((3, len(population), len(kind)))
    by_id = np.argsort([entry.id for entry in pack.demand_points])  # not by the order of a table
    for row in pack.area_demand or ():
        inside = by_id[area[by_id] == row.demand_point]
        parts = apportion(row.visits_per_year, population[inside])
        ends[:, inside, kind[row.visit_type]] += np.stack(
            [_in_step(end, parts, population[inside]) for end in _ends(row)]
        )
    return _given(pack, ends, pack.area_demand or (), "area totals, shared by population")


def _ends(row: VisitRow) -> tuple[float, float, float]:
    return row.least, row.visits_per_year, row.most


def _in_step(total: float, parts: Array, population: Array) -> Array:
    """Another total in the shares that a total has been apportioned in, so that ends keep order."""
    whole = float(parts.sum())
    if total == whole:
        return parts
    if whole <= 0:
        return apportion(total, population)
    return np.asarray(parts * (total / whole), dtype=np.float64)


def _weaker(first: Mark | None, second: Mark) -> Mark:
    """The mark that says less of two, the first of equals; rows without a mark say nothing."""
    if first is None or (second.confidence and not first.confidence):
        return second
    if not second.confidence or not first.confidence:
        return first
    return max(first, second, key=lambda mark: MARKS.index(mark.confidence or MARKS[0]))


def marks_of(rows: Iterable[VisitRow]) -> dict[str, Mark]:
    """The mark of given visits by visit type: the weakest of its rows."""
    marks: dict[str, Mark] = {}
    for row in rows:
        marks[row.visit_type] = _weaker(marks.get(row.visit_type), row.mark)
    return marks


def _given(pack: Pack, ends: Array, rows: Iterable[VisitRow], how: str) -> Visits:
    """Visits as rows give them; `ends` are low, mode and high, shape (3, I, B)."""
    marks = marks_of(rows)
    sums = ends.sum(axis=1).T.tolist()
    totals = tuple(
        VisitTotal(kind.id, low, mode, high, (), how, marks.get(kind.id, Mark()))
        for kind, (low, mode, high) in zip(pack.visit_types, sums, strict=True)
    )
    at_low, at_mode, at_high = (end.copy() for end in ends)
    return Visits(at_mode, at_low, at_high, totals)


def _from_rates(pack: Pack, rates: DemandRates) -> Visits:
    shape = (len(pack.demand_points), len(pack.visit_types))
    ends = {end: np.zeros(shape) for end in ("low", "mode", "high")}
    by_type = {rate.visit_type: rate for rate in rates.rates}
    shares: dict[str, Array] = {}
    totals = []
    for b, kind in enumerate(pack.visit_types):
        rate = by_type.get(kind.id)
        if rate is None:
            totals.append(VisitTotal(kind.id, 0.0, 0.0, 0.0, (), "no rate given", Mark()))
            continue
        if rate.spread not in shares:
            shares[rate.spread] = spread_shares(pack, rates, rate.spread).by_point
        total = {
            "low": rounded(rate, math.prod(figure.low for figure in rate.chain)),
            "mode": rounded(rate, math.prod(figure.value for figure in rate.chain)),
            "high": rounded(rate, math.prod(figure.high for figure in rate.chain)),
        }
        for end, array in ends.items():
            array[:, b] = total[end] * shares[rate.spread]
        spread = rates.spreads.get(rate.spread)
        totals.append(
            VisitTotal(
                kind.id,
                total["low"],
                total["mode"],
                total["high"],
                rate.chain,
                spread.name if spread else "population",
                Mark(_joined_sources(rate, spread), _weakest(rate, spread)),
            )
        )
    return Visits(ends["mode"], ends["low"], ends["high"], tuple(totals))


def rounded(rate: VisitRate, total: float) -> float:
    """A yearly total as the pack rounds it."""
    step = rate.round_to
    return total if not step else round(total / step) * step


@dataclass(frozen=True, slots=True, eq=False)
class SpreadShares:
    """How a national total is shared: by weight over areas, by population within them.

    Attributes:
        codes: The areas that have demand points, A of them.
        weight: Weight of each, shape (A,).
        area: Position of each demand point's area in `codes`, shape (I,).
        inside: The point's share of its area, shape (I,).
    """

    codes: tuple[str, ...]
    weight: Array
    area: NDArray[np.int64]
    inside: Array

    @property
    def by_point(self) -> Array:
        """The share of a national total that each demand point gets, shape (I,); sums to 1."""
        share = self.weight[self.area] / self.weight.sum() * self.inside
        return np.asarray(share, dtype=np.float64)


def spread_shares(pack: Pack, rates: DemandRates, spread_id: str) -> SpreadShares:
    """The shares of a spread; where nothing has any weight, points share alike."""
    codes = sorted({entry.area for entry in pack.demand_points})
    position = {code: c for c, code in enumerate(codes)}
    area = np.array([position[entry.area] for entry in pack.demand_points])
    population = np.array([entry.population for entry in pack.demand_points], dtype=np.float64)
    in_area = np.bincount(area, weights=population, minlength=len(codes))
    count = np.bincount(area, minlength=len(codes))
    spread = rates.spreads.get(spread_id)
    weight: Array = in_area.astype(np.float64)
    if spread is not None and spread.terms:  # without terms: by population
        weight = _area_weights(spread, codes, rates.facts)
    if weight.sum() <= 0:  # nothing to go by
        weight = count.astype(np.float64)
    return SpreadShares(tuple(codes), weight, area, shares_of_areas(pack))


def shares_of_areas(pack: Pack) -> Array:
    """The share of each demand point in its area, shape (I,): by population.

    Where nobody is counted the points of an area share alike.
    """
    _, area = np.unique([entry.area for entry in pack.demand_points], return_inverse=True)
    population = np.array([entry.population for entry in pack.demand_points], dtype=np.float64)
    in_area = np.bincount(area, weights=population)[area]
    empty = in_area <= 0
    alike = 1.0 / np.bincount(area)[area]
    return np.where(empty, alike, population / np.where(empty, 1.0, in_area))


def term_weight(term: SpreadTerm, fact: Mapping[str, float]) -> float:
    """What one term adds to an area's weight: weight x product of (fact ^ power), most likely."""
    facts: list[float] = [fact[name] ** power.value for name, power in term.powers.items()]
    return term.weight.value * math.prod(facts)


def _area_weights(
    spread: Spread, codes: list[str], facts: Mapping[str, Mapping[str, float]]
) -> Array:
    return np.array(
        [math.fsum(term_weight(term, facts[code]) for term in spread.terms) for code in codes]
    )


def apportion(total: float, weights: Array) -> Array:
    """Share a total by weights so that whole totals give whole parts that sum to it.

    Largest remainder: whole parts first, then one more unit to the largest remainders, ties by
    order. A total that is not whole keeps its fraction in the largest part.
    """
    if len(weights) == 0:
        return np.zeros(0)
    base = weights if weights.sum() > 0 else np.ones_like(weights)
    whole = math.floor(total)
    exact = whole * base / base.sum()
    parts = np.floor(exact)
    left = round(whole - parts.sum())
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[:left]] += 1
    parts[int(np.argmax(base))] += total - whole
    return np.asarray(parts, dtype=np.float64)


def _weakest(rate: VisitRate, spread: Spread | None) -> Confidence | None:
    marks = [figure.mark.confidence for figure in rate.chain]
    marks += [spread.mark.confidence] if spread else []
    known = [mark for mark in marks if mark]
    return max(known, key=MARKS.index) if known else None


def _joined_sources(rate: VisitRate, spread: Spread | None) -> str:
    sources = [f"{figure.name}: {figure.mark.source}" for figure in rate.chain]
    sources += [f"spread: {spread.mark.source}"] if spread else []
    return "; ".join(sources)
