"""The Demand page as values: visits by area, the chain behind a number, segments and levers."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.demand.account import Adoption, demand_account
from planner.demand.chain import Chain, chain_of
from planner.demand.chain_told import exact
from planner.demand.segments import area_of_points, segment_shares, segment_split
from planner.pack.customer_types import Segment
from planner.pack.figures import Figure, Mark
from planner.pack.types import Pack
from planner.present.classes import quantile_classes
from planner.present.layers import AreaCell, Areas, Legend, LegendRow
from planner.present.method import source_text
from planner.present.words import Words
from planner.scenario.demanded import Demand

Array = NDArray[np.float64]
MEASURES = ("per_1000", "visits")
HALF = 0.5
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
    return _by_area(seen, np.array([point.population for point in seen.pack.demand_points]))


def visits(seen: Seen) -> Array:
    """Visits a year of each area, shape (C,), of the chosen type."""
    return _by_area(seen, _of_type(seen.demand.account.base, seen.visit_type))


def measured(seen: Seen, measure: str) -> list[float | None]:
    """What the map shows of each area: visits a year, or for 1,000 people."""
    found, heads = visits(seen), people(seen)
    if measure == "visits":
        return [float(each) for each in found]
    return [
        float(each / head * 1000) if head > 0 else None
        for each, head in zip(found, heads, strict=True)
    ]


def _of_type(visits: Array, kind: int | None) -> Array:
    return np.asarray(visits.sum(axis=1) if kind is None else visits[:, kind], dtype=np.float64)


def _by_area(seen: Seen, of_points: Array) -> Array:
    area = area_of_points(seen.pack)
    return np.bincount(area, weights=of_points, minlength=len(seen.pack.areas)).astype(np.float64)


def shown(words: Words, measure: str, value: float | None) -> str:
    """A value of the map with its unit."""
    if value is None:
        return words.unit("none")
    if measure == "visits":
        return words("demand.visits_value", n=words.count(value))
    return words("demand.per_1000_value", n=words.number(float(f"{value:.3g}")))


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
    return Legend([(seen.kind_name(seen.visit_type), rows)])


def _between(words: Words, measure: str, low: float, high: float) -> str:
    first, last = shown(words, measure, low), shown(words, measure, high)
    return first if first == last else f"{first} {DASH} {last}"


def area_table(seen: Seen) -> pd.DataFrame:
    """Every area with its visits, most for each person first: the map's data."""
    w = seen.words
    per, heads = measured(seen, "per_1000"), people(seen)
    low = _by_area(seen, _of_type(seen.demand.low, seen.visit_type))
    high = _by_area(seen, _of_type(seen.demand.high, seen.visit_type))
    frame = pd.DataFrame(
        {
            w("column.area"): [area.name for area in seen.pack.areas],
            w("demand.per_1000"): [None if each is None else float(f"{each:.3g}") for each in per],
            w("column.visits"): visits(seen).round(),
            w("column.low"): low.round(),
            w("column.high"): high.round(),
            w("demand.people"): heads.round(),
        }
    )
    return frame.sort_values(w("demand.per_1000"), ascending=False, kind="stable")


def summary(seen: Seen) -> str:
    """The chosen visits in two sentences."""
    w, inside = seen.words, seen.inside
    base, low, high = (
        float(_of_type(each, seen.visit_type)[inside].sum())
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
    return pd.DataFrame(
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


def type_chart(seen: Seen) -> alt.LayerChart:
    """The same as bars, with the range from low to high as a line."""
    w, frame = seen.words, type_table(seen)
    columns = ["visit_type", "visits", "low", "high", "mark"]
    frame = frame.set_axis(columns, axis=1)
    labels = alt.Axis(labelLimit=220)
    tips = [
        alt.Tooltip("visit_type:N", title=w("column.visit_type")),
        *(
            alt.Tooltip(f"{name}:Q", title=w(key), format=",.0f")
            for name, key in (("visits", "column.visits"), ("low", "column.low"),
                              ("high", "column.high"))
        ),
    ]  # fmt: skip
    base = alt.Chart(frame, height=alt.Step(30)).encode(
        y=alt.Y("visit_type:N", sort=None, title=None, axis=labels), tooltip=tips
    )
    bars = base.mark_bar(color=_BAR, height=16).encode(
        x=alt.X("visits:Q", title=w("demand.axis"), axis=alt.Axis(format=",.0f", tickCount=5))
    )
    ends = base.mark_rule(color=_RANGE, strokeWidth=4).encode(x="low:Q", x2="high:Q")
    return alt.layer(bars, ends)


def mark_word(words: Words, mark: Mark) -> str:
    """How far a figure can be trusted, in a word."""
    return words(f"mark.{mark.confidence}") if mark.confidence else ""


# -- the chain of figures ------------------------------------------------------------------


def chain(seen: Seen, kind: int) -> Chain:
    """The chain behind the visits of a type in the chosen area."""
    visit_type = seen.pack.visit_types[kind].id
    return chain_of(seen.demand.asked, visit_type, area=seen.area or None)


def chain_table(seen: Seen, found: Chain) -> pd.DataFrame:
    """The links, each with the figures it is worked out from; the product of all at the end."""
    w = seen.words
    rows = []
    for number, link in enumerate(found.links):
        sign = "\N{MULTIPLICATION SIGN} " if number else ""
        rows.append(_figure_row(w, sign + w(f"demand.step_{link.step}"), link.figure))
        rows += [_figure_row(w, w("demand.from"), each) for each in link.details]
    product = Figure("", found.value, found.low, found.high, w("demand.unit"))
    rows.append(_figure_row(w, w("demand.product"), product))
    return pd.DataFrame(rows)


def _figure_row(words: Words, step: str, figure: Figure) -> dict[str, str]:
    return {
        words("demand.step"): step,
        words("column.figure"): figure.name,
        words("column.value"): exact(figure.value),
        words("column.low"): exact(figure.low),
        words("column.high"): exact(figure.high),
        words("column.unit"): figure.unit,
        words("column.mark"): mark_word(words, figure.mark),
        words("column.source"): source_text(figure.mark),
    }


# -- segments ------------------------------------------------------------------------------


def segment_table(seen: Seen) -> pd.DataFrame:
    """Who the people of the area are, and which share of the visits is theirs.

    Shares of several areas are means: of people by population, of visits by visits.
    """
    w, pack = seen.words, seen.pack
    every = pack.customers.segments
    here = np.array([seen.area in ("", area.code) for area in pack.areas])
    shares, heads = segment_shares(pack), people(seen) * here
    by_type = np.stack(
        [
            _by_area(seen, seen.demand.account.base[:, b]) * here
            for b in range(len(pack.visit_types))
        ],
        axis=1,
    )
    kinds = range(len(pack.visit_types)) if seen.visit_type is None else [seen.visit_type]
    rows = []
    for g, each in enumerate(every):
        own = [s for s in every if s.dimension == each.dimension]
        split = segment_split(pack, each.dimension)[:, :, own.index(each)]
        theirs = float((split * by_type)[:, kinds].sum())
        total = float(by_type[:, kinds].sum())
        rows.append(
            {
                w("demand.dimension"): each.dimension,
                w("demand.segment"): w.name(each),
                w("demand.of_people"): w.share(_ratio(float(shares[:, g] @ heads), heads.sum())),
                w("demand.of_visits"): w.share(_ratio(theirs, total)),
                **_segment_figures(w, each),
                w("column.mark"): mark_word(w, each.mark),
                w("column.source"): source_text(each.mark),
            }
        )
    return pd.DataFrame(rows)


def _segment_figures(words: Words, segment: Segment) -> dict[str, str]:
    return {
        words("demand.online_factor"): words.number(segment.online.value),
        words("demand.need_weight"): words.number(segment.need_weight.value),
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


# -- the levers ----------------------------------------------------------------------------


def levers_there(seen: Seen) -> tuple[str, ...]:
    """The levers that the pack has figures for."""
    customers = seen.pack.customers
    alternatives = customers.alternatives.values()
    remote = customers.online is not None and any(each.remote for each in alternatives)
    there = {
        "information": customers.information is not None
        and any(each.wasted for each in alternatives),
        "online": remote,
        "assisted": remote and bool(customers.assisted_hosts),
    }
    return tuple(lever for lever, is_there in there.items() if is_there)


def lever_table(seen: Seen) -> pd.DataFrame:
    """What each lever at one half, and all of them, would take from the branches."""
    w, there = seen.words, levers_there(seen)
    rows = []
    for pulled in (*((lever,) for lever in there), there):
        account = demand_account(seen.pack, seen.demand.account.base, _half(seen, pulled))
        inside = seen.inside
        fates = {
            name: float(_of_type(getattr(account, name), seen.visit_type)[inside].sum())
            for name in ("base", "avoided", "online", "assisted", "branch")
        }
        rows.append(
            {
                w("demand.lever"): w(f"demand.lever_{pulled[0] if len(pulled) == 1 else 'all'}"),
                w("demand.avoided"): round(fates["avoided"]),
                w("demand.online"): round(fates["online"]),
                w("demand.assisted"): round(fates["assisted"]),
                w("demand.left"): round(fates["branch"]),
                w("demand.less"): w.share(_ratio(fates["base"] - fates["branch"], fates["base"])),
            }
        )
    return pd.DataFrame(rows)


def _half(seen: Seen, pulled: tuple[str, ...]) -> Adoption:
    shape = (len(seen.pack.areas), len(seen.pack.visit_types))
    online, assisted, information = (
        np.full(shape, HALF if name in pulled else 0.0)
        for name in ("online", "assisted", "information")
    )
    return Adoption(online, assisted, information)


def lever_figures(seen: Seen) -> pd.DataFrame:
    """The figures of the formula: what the levers do to visits of each type, and who can follow."""
    w, customers = seen.words, seen.pack.customers
    rows = []
    for b, kind in enumerate(seen.pack.visit_types):
        own = customers.alternatives.get(kind.id)
        for name in ("wasted", "remote"):
            figure = None if own is None else getattr(own, name)
            if figure is not None and seen.visit_type in (None, b):
                rows.append(_lever_row(w, f"{seen.kind_name(b)}: {w(f'demand.{name}')}", figure))
    if customers.information is not None:
        rows.append(_lever_row(w, w("demand.effect"), customers.information.effect))
    if customers.online is not None:
        rows.append(_lever_row(w, w("demand.factor"), customers.online.factor))
        rows.append(_lever_row(w, w("demand.floor"), customers.online.floor))
    return pd.DataFrame(rows)


def _lever_row(words: Words, name: str, figure: Figure) -> dict[str, str]:
    row = _figure_row(words, "", figure)
    row.pop(words("demand.step"))
    return row | {words("column.figure"): name}
