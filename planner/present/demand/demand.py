"""The Demand page as values: visits by area and by type, as sentences, map, table and chart."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.demand.segments import area_of_points
from planner.pack.figures import Mark
from planner.pack.types import Pack
from planner.present.maps.classes import quantile_classes
from planner.present.maps.layers import AreaCell, Areas, Legend, LegendRow
from planner.present.markup import keyed
from planner.present.words import Words
from planner.scenario.demanded import Demand

Array = NDArray[np.float64]
MEASURES = ("per_1000", "visits")
DASH = "\N{EN DASH}"
_RANGE, _BAR = "#e69f00", "#0072b2"  # orange and blue of Okabe and Ito


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What every part of the page needs: whose demand, of which visit type, in which area.

    `visit_type`: position in the pack, None for all together; `area`: a code, "" for all.
    """

    words: Words
    demand: Demand
    visit_type: int | None
    area: str

    @property
    def pack(self) -> Pack:
        """The pack."""
        return self.demand.asked.pack

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which demand points count, shape (I,)."""
        codes = [point.area for point in self.pack.demand_points]
        return np.array([self.area in ("", code) for code in codes], dtype=np.bool_)

    @property
    def place(self) -> str:
        """The name of the area, or of all of them together."""
        names = {area.code: area.name for area in self.pack.areas}
        return names.get(self.area) or self.words("demand.all_areas")

    def kind_name(self, position: int | None) -> str:
        """The name of a visit type, or of all together."""
        if position is None:
            return self.words("demand.all_types")
        return self.words.name(self.pack.visit_types[position])


# -- visits by area ------------------------------------------------------------------------


def people(seen: Seen) -> Array:
    """The people of each area, shape (C,)."""
    return by_area(seen, np.array([point.population for point in seen.pack.demand_points]))


def visits(seen: Seen) -> Array:
    """Visits a year of each area, shape (C,), of the chosen type."""
    return by_area(seen, of_type(seen.demand.account.base, seen.visit_type))


def measured(seen: Seen, measure: str) -> list[float | None]:
    """What the map shows of each area: visits a year, or for 1,000 people."""
    found, heads = visits(seen), people(seen)
    if measure == "visits":
        return [float(each) for each in found]
    return [
        float(each / head * 1000) if head > 0 else None
        for each, head in zip(found, heads, strict=True)
    ]


def of_type(visits: Array, kind: int | None) -> Array:
    """The visits of each point, shape (I,), of a type or of all together."""
    return np.asarray(visits.sum(axis=1) if kind is None else visits[:, kind], dtype=np.float64)


def by_area(seen: Seen, of_points: Array) -> Array:
    """Sums over the demand points of each area, shape (C,)."""
    area = area_of_points(seen.pack)
    return np.bincount(area, weights=of_points, minlength=len(seen.pack.areas)).astype(np.float64)


def shown(words: Words, measure: str, value: float | None) -> str:
    """A value of the map with its unit."""
    if value is None:
        return words.unit("none")
    if measure == "visits":
        return words("demand.visits_value", n=words.count(value))
    return words("demand.per_1000_value", n=three_figures(words, value))


def area_layer(seen: Seen, measure: str) -> Areas:
    """Areas filled by visits; with the map described in a sentence."""
    w, values = seen.words, measured(seen, measure)
    classes = quantile_classes(values)
    other = measured(seen, MEASURES[measure == MEASURES[0]])
    cells = {}
    for area, value, also in zip(seen.pack.areas, values, other, strict=True):
        lines = (
            area.name,
            shown(w, measure, value),
            shown(w, MEASURES[measure == MEASURES[0]], also),
        )
        cells[area.code] = AreaCell(classes.colour(value), lines)
    text = w(
        "demand.description",
        areas=len(cells),
        measure=w(f"demand.{measure}"),
        kind=seen.kind_name(seen.visit_type),
    )
    return Areas(cells, description=text, selected=seen.area or None)


def legend(seen: Seen, measure: str) -> Legend:
    """What the fills mean."""
    w, classes = seen.words, quantile_classes(measured(seen, measure))
    rows = [
        LegendRow("fill", _between(w, measure, low, high), colour=colour)
        for low, high, colour in zip(classes.lows, classes.highs, classes.colours, strict=True)
    ]
    if classes.missing:
        rows.append(LegendRow("fill", w.unit("none"), colour=classes.colour(None)))
    return Legend([(f"{seen.kind_name(seen.visit_type)}: {w(f'demand.{measure}')}", rows)])


def _between(words: Words, measure: str, low: float, high: float) -> str:
    """A class in plain numbers; the legend's title tells the unit."""
    first, last = (
        words.count(each) if measure == "visits" else three_figures(words, each)
        for each in (low, high)
    )
    return first if first == last else f"{first} {DASH} {last}"


def three_figures(words: Words, value: float) -> str:
    """A number with three figures that mean something."""
    return words.number(float(f"{value:.3g}"))


def area_table(seen: Seen) -> pd.DataFrame:
    """Every area with its visits, most for each person first: the map's data."""
    w = seen.words
    per, heads = measured(seen, "per_1000"), people(seen)
    low = by_area(seen, of_type(seen.demand.low, seen.visit_type))
    high = by_area(seen, of_type(seen.demand.high, seen.visit_type))
    frame = pd.DataFrame(
        {
            w("column.area"): [area.name for area in seen.pack.areas],
            w("demand.per_1000"): [None if each is None else float(f"{each:.3g}") for each in per],
            w("column.visits"): visits(seen).round(),
            w("column.low"): low.round(),
            w("column.high"): high.round(),
            w("demand.people"): heads.round(),
        },
        index=keyed(code=(area.code for area in seen.pack.areas)),
    )
    return frame.sort_values(w("demand.per_1000"), ascending=False, kind="stable")


def summary(seen: Seen) -> str:
    """The chosen visits in two sentences."""
    w, inside = seen.words, seen.inside
    base, low, high = (
        float(of_type(each, seen.visit_type)[inside].sum())
        for each in (seen.demand.account.base, seen.demand.low, seen.demand.high)
    )
    ends = w("demand.ends", low=w.count(low), high=w.count(high)) if low < high else ""
    first = w(
        "demand.summary",
        kind=seen.kind_name(seen.visit_type),
        place=seen.place,
        visits=w.count(base),
        ends=ends,
    )
    per = [(each, area.name) for each, area in zip(measured(seen, "per_1000"), seen.pack.areas,
           strict=True) if each is not None]  # fmt: skip
    if seen.area or len(per) < 2:
        return first
    (least, fewest), (most, top) = min(per), max(per)
    second = w(
        "demand.summary_ends",
        top=top,
        most=shown(w, "per_1000", most),
        fewest=fewest,
        least=shown(w, "per_1000", least),
    )
    return f"{first} {second}"


# -- totals by visit type ------------------------------------------------------------------


def type_table(seen: Seen) -> pd.DataFrame:
    """The visits of each type in the area: most likely, low and high, with their mark."""
    w, inside, told = seen.words, seen.inside, seen.demand
    totals = told.asked.planned.totals
    frame = pd.DataFrame(
        [
            {
                w("column.visit_type"): seen.kind_name(b),
                w("column.visits"): round(float(told.account.base[inside, b].sum())),
                w("column.low"): round(float(told.low[inside, b].sum())),
                w("column.high"): round(float(told.high[inside, b].sum())),
                w("column.mark"): mark_word(w, totals[b].mark),
            }
            for b in range(len(seen.pack.visit_types))
        ]
    )
    return frame if has_range(seen) else frame.drop(columns=[w("column.low"), w("column.high")])


def has_range(seen: Seen) -> bool:
    """Whether the pack gives any visits of the area a low and a high end."""
    inside = seen.inside
    return bool((seen.demand.low[inside] < seen.demand.high[inside]).any())


def type_chart(seen: Seen) -> alt.LayerChart:
    """The same as bars, with the range from low to high as a line."""
    w, frame = seen.words, type_table(seen)
    amounts = ["visits", "low", "high"] if has_range(seen) else ["visits"]
    frame = frame.set_axis(["visit_type", *amounts, "mark"], axis=1)
    labels = alt.Axis(labelLimit=220)
    tips = [
        alt.Tooltip("visit_type:N", title=w("column.visit_type")),
        *(alt.Tooltip(f"{name}:Q", title=w(f"column.{name}"), format=",.0f") for name in amounts),
    ]
    base = alt.Chart(frame, height=alt.Step(30)).encode(
        y=alt.Y("visit_type:N", sort=None, title=None, axis=labels), tooltip=tips
    )
    bars = base.mark_bar(color=_BAR, height=16).encode(
        x=alt.X("visits:Q", title=w("demand.axis"), axis=alt.Axis(format=",.0f", tickCount=5))
    )
    if "low" not in amounts:
        return alt.layer(bars)
    ends = base.mark_rule(color=_RANGE, strokeWidth=4).encode(x="low:Q", x2="high:Q")
    return alt.layer(bars, ends)


def mark_word(words: Words, mark: Mark) -> str:
    """How far a figure can be trusted, in a word."""
    return words(f"mark.{mark.confidence}") if mark.confidence else ""
