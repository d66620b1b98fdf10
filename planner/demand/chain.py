"""The chain of figures behind one number of visits: links that anyone can multiply by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import (
    Adoption,
    Level,
    base_year,
    end_of,
    growth_factors,
    growth_of,
    years_of_growth,
)
from planner.demand.chain_levers import lever_links
from planner.demand.chain_types import WORKED_OUT, Chain, Link, certain
from planner.demand.segments import area_of_points
from planner.demand.visits import (
    Visits,
    marks_of,
    rounded,
    shares_of_areas,
    spread_shares,
    term_weight,
)
from planner.pack.figures import Figure, Mark
from planner.pack.types import DemandRates, Pack, VisitRate

Array = NDArray[np.float64]
_FACT = Mark("the pack's table of facts by area")


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Whose visits are asked about, and under which levers.

    Attributes:
        pack: A checked pack.
        model: Its yearly visits by the model, of the base year.
        planned: The same with records in place of the model, where there are any.
        adoption: The levers.
        year: The year, None for the pack's own.
        level: The end of the figures that is asked about.
    """

    pack: Pack
    model: Visits
    planned: Visits
    adoption: Adoption
    year: int | None = None
    level: Level = "mode"

    @property
    def base(self) -> Array:
        """Visits before any lever, shape (I, B), of the year and level."""
        at_level: Array = getattr(self.planned, self.level)
        return at_level * growth_factors(self.pack, self.year, self.level)


def chain_of(
    asked: Asked, visit_type: str, *, area: str | None = None, point: str | None = None
) -> Chain:
    """The chain behind the visits that stay for branches, of one visit type.

    Args:
        asked: The pack and the levers.
        visit_type: Its id.
        area: The code of an area; None with `point` None for all areas together.
        point: The id of a demand point, in place of an area.
    """
    pack = asked.pack
    b = [kind.id for kind in pack.visit_types].index(visit_type)
    inside = _inside(pack, area, point)
    links = _with_records(asked, b, inside, [*_model(asked, b, area, point, inside)])
    links += _growth(asked, b)
    visits = asked.base[inside, b]
    if visits.sum() > 0:
        area_of = area_of_points(pack)[inside]
        links += lever_links(pack, asked.adoption, b, area_of, visits)
    return Chain(visit_type, _place(pack, area, point), asked.level, tuple(links))


def _inside(pack: Pack, area: str | None, point: str | None) -> NDArray[np.bool_]:
    if point is not None:
        return np.array([entry.id == point for entry in pack.demand_points], dtype=np.bool_)
    return np.array([area in (None, entry.area) for entry in pack.demand_points], dtype=np.bool_)


def _place(pack: Pack, area: str | None, point: str | None) -> str:
    if point is not None:
        return next(entry.name for entry in pack.demand_points if entry.id == point)
    return next((entry.name for entry in pack.areas if entry.code == area), "")


# -- the model -----------------------------------------------------------------------------


def _model(
    asked: Asked, b: int, area: str | None, point: str | None, inside: NDArray[np.bool_]
) -> Iterator[Link]:
    pack = asked.pack
    kind = pack.visit_types[b].id
    rate = next((each for each in pack.rates.rates if each.visit_type == kind), None) if (
        pack.rates
    ) else None  # fmt: skip
    if pack.rates is None or rate is None:
        if pack.area_demand is not None and (area is not None or point is not None):
            yield from _shared_out(asked, b, area, point)
            return
        total = asked.model.totals[b]
        low, mode, high = (
            float(getattr(asked.model, level)[inside, b].sum()) for level in ("low", "mode", "high")
        )
        mark = Mark(total.mark.source or total.spread, total.mark.confidence, total.mark.note)
        yield Link("given", Figure(total.spread, mode, low, high, "visits a year", mark))
        return
    for figure in rate.chain:
        yield Link("figure", figure)
    if rate.round_to:
        yield _rounding(rate)
    if area is not None or point is not None:
        yield from _spread(pack, pack.rates, rate, area, point)


def _rounding(rate: VisitRate) -> Link:
    ends = []
    for level in ("low", "mode", "high"):
        total = math.prod(end_of(figure, level) for figure in rate.chain)
        ends.append(rounded(rate, total) / total if total else 1.0)
    low, mode, high = ends
    name = f"rounded to {rate.round_to:,g}"
    return Link("rounding", Figure(name, mode, low, high, "rounded / exact", WORKED_OUT))


def _spread(
    pack: Pack, rates: DemandRates, rate: VisitRate, area: str | None, point: str | None
) -> Iterator[Link]:
    shares = spread_shares(pack, rates, rate.spread)
    spread = rates.spreads[rate.spread]
    points = pack.demand_points
    at = None if point is None else next(i for i, each in enumerate(points) if each.id == point)
    code = area if at is None else points[at].area
    if code not in shares.codes:
        yield Link("area", certain("no demand points", 0.0, "share"))
        return
    a = shares.codes.index(code)
    own, total = float(shares.weight[a]), float(shares.weight.sum())
    name = next(entry.name for entry in pack.areas if entry.code == code)
    fact = rates.facts.get(code, {})
    mark = spread.mark if spread.terms else WORKED_OUT
    terms = list(enumerate(spread.terms, start=1))
    details = [
        certain(column, fact[column], f"to the power {power.value:g}, term {number}", _FACT)
        for number, term in terms
        for column, power in term.powers.items()
    ]
    details += [
        certain(f"term {number}", term_weight(term, fact), f"times {term.weight.value:g}", mark)
        for number, term in terms
    ]
    own_figures = [each for _, term in terms for each in (term.weight, *term.powers.values())]
    details += [each for each in own_figures if each.low < each.high]
    details += [
        certain(f"weight of {name}", own, "sum of its terms" if spread.terms else "people"),
        certain("weight of all areas", total, "sum over areas"),
    ]
    figure = certain(f"share of {name}: {spread.name}", own / total, "share", mark)
    yield Link("area", figure, "weight of the area / weight of all areas", tuple(details))
    if at is not None:
        yield _point_share(pack, at, float(shares.inside[at]))


def _point_share(pack: Pack, at: int, share: float) -> Link:
    """The share of a demand point in what its area gets."""
    point = pack.demand_points[at]
    people = [each.population for each in pack.demand_points if each.area == point.area]
    return Link(
        "point",
        certain(f"share of {point.name}", share, "share of area"),
        "people of the point / people of the area",
        (
            certain("people of the point", point.population, "people", point.mark),
            certain("people of the area", math.fsum(people), "people", point.mark),
        ),
    )


def _shared_out(asked: Asked, b: int, area: str | None, point: str | None) -> Iterator[Link]:
    """The total that rows give an area, a point's share of it, and what whole visits change."""
    pack, kind = asked.pack, asked.pack.visit_types[b].id
    points = pack.demand_points
    at = None if point is None else next(i for i, each in enumerate(points) if each.id == point)
    code = area if at is None else points[at].area
    rows = [
        row for row in pack.area_demand or () if (row.demand_point, row.visit_type) == (code, kind)
    ]
    ends = [(row.least, row.visits_per_year, row.most) for row in rows]
    low, mode, high = (math.fsum(each) for each in zip(*ends, strict=True)) if ends else (0.0,) * 3
    name = next(entry.name for entry in pack.areas if entry.code == code)
    own = marks_of(rows).get(kind, Mark())
    mark = Mark(own.source or asked.model.totals[b].spread, own.confidence, own.note)
    yield Link("given", Figure(f"total of {name}", mode, low, high, "visits a year", mark))
    if at is None:
        return
    share = float(shares_of_areas(pack)[at])
    yield _point_share(pack, at, share)
    got = [float(getattr(asked.model, level)[at, b]) for level in ("low", "mode", "high")]
    meant = [total * share for total in (low, mode, high)]
    ratios = [part / whole if whole else 1.0 for part, whole in zip(got, meant, strict=True)]
    figure = Figure(
        "whole visits by largest remainder", ratios[1], ratios[0], ratios[2], "rounded / exact",
        WORKED_OUT,
    )  # fmt: skip
    yield Link("rounding", figure)


# -- growth, records, levers ---------------------------------------------------------------


def _growth(asked: Asked, b: int) -> Iterator[Link]:
    years = years_of_growth(asked.pack, asked.year)
    growth = growth_of(asked.pack, asked.pack.visit_types[b].id)
    if not years or growth is None:
        return
    low, mode, high = ((1.0 + end_of(growth, end)) ** years for end in ("low", "mode", "high"))
    name = f"growth from {base_year(asked.pack)} to {asked.year}"
    figure = Figure(name, mode, low, high, "times", growth.mark)
    yield Link("growth", figure, f"(1 + growth) ^ {years}", (growth,), details_follow=True)


def _with_records(asked: Asked, b: int, inside: NDArray[np.bool_], links: list[Link]) -> list[Link]:
    """Records in place of the model, as the factor between the two; or, beside nothing, alone."""
    if asked.planned is asked.model:
        return links
    now, model = (
        [float(getattr(each, level)[inside, b].sum()) for level in ("low", "mode", "high")]
        for each in (asked.planned, asked.model)
    )
    if now == model:
        return links
    mark = asked.planned.totals[b].mark
    if min(model) <= 0:
        figure = Figure("visits with records", now[1], now[0], now[2], "visits a year", mark)
        return [Link("records", figure)]
    low, mode, high = (a / b for a, b in zip(now, model, strict=True))
    figure = Figure("records in place of the model", mode, low, high, "times", mark)
    return [*links, Link("records", figure, "visits with records / visits of the model")]
