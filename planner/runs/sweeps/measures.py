"""What a sweep's points are held against one another by: two measures, and what is proved."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.insight.frontier import Spot
from planner.pack.types import Pack
from planner.runs.sweeps.types import Axis, Found, FrontierKind, Point
from planner.scenario import Scenario
from planner.scenario.rules import duplicate_rule

_UNITS = {"travel_time": "minutes", "travel_distance": "km"}
KIND_OF: dict[str, FrontierKind] = {
    "rules.annual_kes.max": "money",
    "rules.capital_kes.max": "capital",
    "rules.branches.max": "branches",
    "rules.branches.exactly": "branches",
    "objective.tail_share": "equity",
    "duplicates.max": "duplicates",
}
# Keys that change whose travel is counted, or how: their points are no choices beside each other.
_OTHER_WORLDS = ("demand", "channels", "travel", "solve", "objective.minimize")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a point: what it is called, its unit, and where it is found."""

    id: str
    label: str
    unit: str
    of: Callable[[Found], float | None]

    @property
    def title(self) -> str:
        """As an axis names it."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class Measures:
    """The two measures of a sweep, both better where they are smaller.

    `kind`: which frontier it is, None for keys that make none; `is_judged`: whether its points
    are choices beside each other, so that one can beat another.
    """

    kind: FrontierKind | None
    x: Measure
    y: Measure
    is_judged: bool


def kind_of(axes: Sequence[Axis], pack: Pack, base: Scenario) -> FrontierKind | None:
    """Which frontier the axes of a plain sweep are; None where they are none."""
    kind = KIND_OF.get(axes[0].key) if len(axes) == 1 else None
    if kind == "duplicates" and duplicate_rule(pack, base) != "cap":
        return None
    return kind


def measures_of(
    kind: FrontierKind | None, axes: Sequence[Axis], pack: Pack, base: Scenario
) -> Measures:
    """The measures that the points of a sweep are told by."""
    unit = _unit(pack, base)
    priced = duplicate_rule(pack, base) == "price"
    whole = _travel_words(base, priced=priced)
    money = Measure("annual_kes", "Yearly cost", pack.currency, _kpi("annual_kes"))
    y = Measure("objective_per_visit", whole, f"{unit} a visit", _objective_per_visit)
    if kind == "capital":
        money = Measure("capital_kes", "One-off cost", pack.currency, _kpi("capital_kes"))
    elif kind == "branches":
        money = Measure("branches", "Branches", "", _kpi("branches"))
    elif kind == "duplicates":
        money = Measure("excess", "Excess duplicates", "", lambda found: found.excess)
    elif kind == "equity":
        share = f"{base.objective.tail_beta:.0%}"
        with_price = ", duplicates at their price" if priced else ""
        money = Measure("mean", f"Mean travel{with_price}", f"{unit} a visit", _with_extra("mean"))
        words = f"Travel of the worst-served {share}{with_price}"
        y = Measure("tail", words, f"{unit} a visit", _with_extra("tail"))
    elif kind is None:
        y = Measure("mean", "Mean travel", f"{unit} a visit", lambda found: found.mean)
    judged = not any(axis.key.startswith(_OTHER_WORLDS) for axis in axes)
    return Measures(kind, money, y, judged)


def spots_of(
    measures: Measures, points: Sequence[Point], found: Sequence[Found | None], axes: Sequence[Axis]
) -> tuple[Spot | None, ...]:
    """Where each point lies, with what is proved of the second measure there.

    A point whose limit is looser has all plans of a tighter one, so that its bound holds there
    too. Of a weighted sum of both measures the bound is a line: (1 - w) x + w y >= L.
    """
    places = [_place(measures, each) for each in found]
    spots: list[Spot | None] = []
    for n, place in enumerate(places):
        if place is None:
            spots.append(None)
            continue
        least = -math.inf
        for k, other in enumerate(found):
            if other is None or other.bound is None or not other.visits:
                continue
            line = _least(measures, points[k], other, place[0], axes, is_own=k == n)
            least = max(least, line)
        spots.append(Spot(place[0], place[1], min(least, place[1])))
    return tuple(spots)


def _least(
    measures: Measures,
    point: Point,
    found: Found,
    x: float,
    axes: Sequence[Axis],
    *,
    is_own: bool,
) -> float:
    """What the bound of a point proves of the second measure, with no more than x of the first."""
    if found.bound is None or not found.visits:
        return -math.inf
    bound = found.bound / found.visits
    if measures.kind == "equity":
        weight = float(point.values[axes[0].key])
        return (bound - (1.0 - weight) * x) / weight if weight > 0 else -math.inf
    if measures.kind is None:
        y = measures.y.of(found)
        known = is_own and found.gap is not None and y is not None
        return y * (1.0 - found.gap) if known else -math.inf  # type: ignore[operator]
    is_soft = bool(found.kpis and found.kpis.get("shortfall_visits_per_year"))
    return bound if is_own or (not is_soft and point.values[axes[0].key] >= x) else -math.inf


def _place(measures: Measures, found: Found | None) -> tuple[float, float] | None:
    if found is None or found.kpis is None:
        return None
    x, y = measures.x.of(found), measures.y.of(found)
    return None if x is None or y is None else (float(x), float(y))


def _unit(pack: Pack, base: Scenario) -> str:
    unit = _UNITS.get(base.objective.minimize, pack.currency)
    return f"weighted {unit}" if base.demand.need_weights else unit


def _travel_words(base: Scenario, *, priced: bool) -> str:
    words = "Total cost" if base.objective.minimize == "total_cost" else "Mean travel"
    if base.objective.tail_share > 0:
        words = f"{words} and {base.objective.tail_share:.0%} weight on the worst-served"
    return f"{words}, duplicates at their price" if priced else words


def _kpi(key: str) -> Callable[[Found], float | None]:
    return lambda found: None if found.kpis is None else found.kpis.get(key)


def _objective_per_visit(found: Found) -> float | None:
    if found.objective is None or not found.visits:
        return None
    return found.objective / found.visits


def _with_extra(key: str) -> Callable[[Found], float | None]:
    def value(found: Found) -> float | None:
        own = getattr(found, key)
        return None if own is None else float(own) + (found.extra or 0.0)

    return value
