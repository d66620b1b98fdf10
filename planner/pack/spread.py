"""Totals shared out in proportion and kept to the last unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.pack.faults import Findings, listed
from planner.pack.figures import Mark
from planner.pack.types import DemandPoint, DemandRates, Spread, VisitRow


def share_out(total: float, weights: Sequence[float]) -> list[float]:
    """Whole shares of a total in proportion to the weights, by the largest remainder.

    The shares sum to the total exactly; a fraction of the total goes to the largest share.
    Equal weights stand in for weights that are all 0.
    """
    if not weights:
        return []
    whole = math.floor(total)
    base = list(weights) if sum(weights) > 0 else [1.0] * len(weights)
    unit = math.fsum(base)
    exact = [whole * weight / unit for weight in base]
    shares = [math.floor(each) for each in exact]
    left = whole - sum(shares)
    order = sorted(range(len(base)), key=lambda place: (shares[place] - exact[place], place))
    for place in order[: max(0, left)]:
        shares[place] += 1
    result = [float(each) for each in shares]
    if total > whole:
        result[result.index(max(result))] += total - whole
    return result


def spread_population(
    points: Sequence[DemandPoint],
    totals: Mapping[str, tuple[float, Mark]],
    file: str,
    findings: Findings,
) -> tuple[DemandPoint, ...]:
    """The demand points with each area's population replaced by the given total."""
    new: dict[str, float] = {}
    equally: list[str] = []
    for area, (total, _) in totals.items():
        inside = sorted((each for each in points if each.area == area), key=lambda each: each.id)
        weights = [point.population for point in inside]
        if inside and not sum(weights):
            equally.append(area)
        for point, share in zip(inside, share_out(total, weights), strict=True):
            new[point.id] = share
    if totals:
        findings.warn(
            f"{file}: replaces the population of {len(new)} demand points in {len(totals)} areas"
        )
    if equally:
        findings.warn(f"{file}: shared equally, as no demand point has people: {listed(equally)}")
    return tuple(
        replace(point, population=new[point.id], mark=_shared(totals[point.area][1], point.mark))
        if point.id in new
        else point
        for point in points
    )


def shared_equally(
    points: Sequence[DemandPoint],
    rates: DemandRates | None,
    area_demand: Sequence[VisitRow] | None,
) -> set[str]:
    """The areas that get visits although none of their demand points has people to go by."""
    people: dict[str, float] = {}
    for point in points:
        people[point.area] = people.get(point.area, 0.0) + point.population
    asking = {row.demand_point for row in area_demand or () if row.visits_per_year}
    if rates is not None:
        for rate in rates.rates:
            if math.prod(figure.high for figure in rate.chain):
                asking |= _weighed(rates.spreads[rate.spread], rates.facts, people)
    return {area for area in asking if people.get(area) == 0}


def _weighed(
    spread: Spread, facts: Mapping[str, Mapping[str, float]], people: Mapping[str, float]
) -> set[str]:
    """The areas that get a part of a national total; all of them where nothing tells them apart."""

    def weight(area: str) -> float:
        return math.fsum(
            term.weight.value
            * math.prod(facts[area][name] ** power.value for name, power in term.powers.items())
            for term in spread.terms
        )

    weights = {area: weight(area) if spread.terms else many for area, many in people.items()}
    return {area for area, each in weights.items() if each > 0} or set(people)


def _shared(total: Mark, point: Mark) -> Mark:
    """The mark of a share: the total's where it has one."""
    return total if total.source or total.confidence else point
