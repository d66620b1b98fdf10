"""Today's page as values: figures, sentences, map layers and tables of a listed network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.evaluate import AreaScore, DuplicatePair, Score
from planner.pack.types import Pack
from planner.present import travel
from planner.present.cards import Card
from planner.present.classes import Classes, quantile_classes
from planner.present.layers import (
    AreaCell,
    Areas,
    LegendRow,
    Link,
    Links,
)
from planner.present.markup import keyed
from planner.present.session import Network
from planner.present.words import Words
from planner.problem import PlanningProblem

DASH = "\N{EN DASH}"
LAND, LAND_BORDER = "#fbfaf5", "#a9b3af"
_MOST_FAR = 3  # areas named in the summary
INDICATORS = ("minutes", "km", "within", "visits")
_VALUE: Mapping[str, Callable[[AreaScore], float | None]] = {
    "minutes": lambda area: area.mean_min,
    "km": lambda area: area.mean_km,
    "within": lambda area: area.within_standard,
    "visits": lambda area: area.visits_per_year,
}


@dataclass(frozen=True, slots=True)
class View:
    """What every part of the page needs."""

    words: Words
    pack: Pack
    problem: PlanningProblem

    def area_name(self, position: int) -> str:
        """The name of an area."""
        return self.pack.areas[position].name

    def site_name(self, position: int) -> str:
        """The name of a site, with its area where they differ."""
        site = self.pack.sites[position]
        area = self.pack.areas[int(self.problem.site_area[position])].name
        return site.name if area in site.name or site.name in area else f"{site.name} ({area})"

    def minutes(self, value: float | None) -> str:
        """Time of travel with its error: 47 min ± 5 %."""
        return self._known(self.words.minutes(value), value)

    def km(self, value: float | None) -> str:
        """Kilometres of travel with their error."""
        return self._known(self.words.km(value), value)

    def _known(self, text: str, value: float | None) -> str:
        return text if value is None or not np.isfinite(value) else self.sure(text)

    def sure(self, text: str) -> str:
        """A figure of travel, in words already, with its error."""
        return travel.with_error(self.words, text, self.problem.travel)

    def heading(self, text: str, *, is_part: bool = False) -> str:
        """The heading of a table or a legend of travel figures, with their error."""
        return travel.heading(self.words, text, self.problem.travel, is_part=is_part)

    def travel_card(self, label: str, value: float | None, note: str = "") -> Card:
        """A card of a time of travel."""
        text, told = self.words.minutes(value), self.problem.travel
        error = "" if value is None else travel.error_beside(self.words, text, told)
        if error and not travel.is_measured(told):  # too long to stand beside a large figure
            return Card(label, text, "; ".join(filter(None, (note, error))))
        return Card(label, text, note, error=error)

    @property
    def travel_line(self) -> str:
        """How the travel shown is measured, from which sources, and how far off."""
        return travel.source_line(self.words, self.problem.travel, self.pack)

    @property
    def how_sure(self) -> str:
        """What the error of travel figures means; said once a page."""
        return travel.explanation(self.words, self.problem.travel, self.pack)

    def service_name(self, position: int) -> str:
        """The name of a service."""
        return self.words.name(self.pack.services[position])

    def shown(self, indicator: str, value: float | None) -> str:
        """A value of an indicator with its unit."""
        as_text: Mapping[str, Callable[[float | None], str]] = {
            "minutes": self.words.minutes,
            "km": self.words.km,
            "within": self.words.share,
            "visits": lambda v: self.words.count(v or 0),
        }
        return as_text[indicator](value)


def indicator_values(score: Score, indicator: str) -> list[float | None]:
    """An indicator of each area, in the pack's order."""
    return [_VALUE[indicator](area) for area in score.areas]


# -- figures and sentences -----------------------------------------------------------------


def kpi_cards(view: View, score: Score) -> list[Card]:
    """The six figures of a network."""
    w, k = view.words, score.kpis
    return [
        view.travel_card(w("kpi.mean_min"), k.mean_min, w("kpi.one_way", km=view.km(k.mean_km))),
        Card(w("kpi.within"), w.share(k.within_standard), w("kpi.within_note")),
        view.travel_card(w("kpi.worst_tenth"), k.worst_tenth_min, w("kpi.worst_tenth_note")),
        Card(
            w("kpi.branches"), w.count(k.branches), w.counted("kpi.without", k.areas_without_branch)
        ),
        Card(w("kpi.visits"), w.count(k.visits_per_year), w("kpi.visits_note")),
        Card(w("kpi.annual"), w.money(k.annual_kes), w("kpi.annual_note")),
    ]


def summary(view: View, score: Score) -> str:
    """The network in three sentences: where people travel far, what is doubled, who is left out."""
    said = [_far(view, score), _doubled(view, score), _beyond(view, score)]
    return " ".join([*said, *unserved(view, score)])


def _far(view: View, score: Score) -> str:
    """How long a visit takes, and in which areas longest."""
    w, known = view.words, [area for area in score.areas if area.mean_min is not None]
    known.sort(key=lambda area: -(area.mean_min or 0))
    mean = view.minutes(score.kpis.mean_min)
    names = [
        w("today.summary_area", area=view.area_name(area.area), minutes=w.minutes(area.mean_min))
        for area in known[:_MOST_FAR]
    ]
    if len(known) < 2:
        return w("today.summary_mean", minutes=mean)
    return w("today.summary_far", minutes=mean, areas=", ".join(names))


def _doubled(view: View, score: Score) -> str:
    """How often the same service is offered twice within its own separation, and what of it."""
    w, found = view.words, score.duplicates
    needless = [pair for pair in found if not pair.justified]
    if not found:
        return w("today.summary_single")
    if not needless:
        return w("today.summary_justified", n=w.count(len(found)))
    near = min(needless, key=lambda pair: (pair.km, pair.site_a, pair.site_b))
    return w(
        "today.summary_doubled",
        n=w.count(len(found)),
        needless=w.count(len(needless)),
        a=view.site_name(near.site_a),
        b=view.site_name(near.site_b),
        km=view.km(near.km),
    )


def _beyond(view: View, score: Score) -> str:
    """How many visits are beyond the standard, and how many areas have no branch."""
    w, k = view.words, score.kpis
    bare = {"n": w.count(k.areas_without_branch), "all": w.count(len(score.areas))}
    if k.within_standard is None:
        return w("today.summary_bare", **bare)
    return w("today.summary_standard", share=w.share(1.0 - k.within_standard), **bare)


def unserved(view: View, score: Score) -> list[str]:
    """What must be said of visits that have no branch to go to; nothing when there are none."""
    lost = score.kpis.unserved_visits_per_year
    return [view.words("today.summary_unserved", n=view.words.count(lost))] if lost > 0 else []


# -- tables --------------------------------------------------------------------------------


def area_table(view: View, score: Score) -> pd.DataFrame:
    """Every area with its figures, the longest travel first: the map's data."""
    w = view.words
    rows = [
        {
            w("column.area"): view.area_name(area.area),
            w("column.mean_min"): _rounded(area.mean_min),
            w("column.mean_km"): _rounded(area.mean_km),
            w("column.within"): _rounded((area.within_standard or 0) * 100),
            w("column.worst_min"): _rounded(area.worst_min),
            w("column.visits"): _rounded(area.visits_per_year),
            w("column.branches"): area.branches,
        }
        for area in score.areas
    ]
    table = pd.DataFrame(rows, index=area_keys(view, (area.area for area in score.areas)))
    return table.sort_values(w("column.mean_min"), ascending=False)


def area_keys(view: View, areas: Iterable[int]) -> pd.Index:
    """The index of a table whose rows tell of areas."""
    return keyed(code=(view.pack.areas[position].code for position in areas))


def site_keys(view: View, sites: Iterable[int]) -> pd.Index:
    """The index of a table whose rows tell of branches."""
    return keyed(site=(view.pack.sites[position].id for position in sites))


def point_keys(view: View, points: Iterable[int]) -> pd.Index:
    """The index of a table whose rows tell of demand points, each with its area."""
    told = [view.pack.demand_points[position] for position in points]
    return keyed(point=(point.id for point in told), code=(point.area for point in told))


def worst_areas(view: View, score: Score, count: int = 8) -> pd.DataFrame:
    """The areas with the longest travel, in words."""
    w = view.words
    known = [area for area in score.areas if area.mean_min is not None]
    known.sort(key=lambda area: -(area.mean_min or 0))
    return pd.DataFrame(
        [
            {
                w("column.area"): view.area_name(area.area),
                w("column.per_visit"): w.minutes(area.mean_min),
                w("column.distance"): w.km(area.mean_km),
                w("column.within_words"): w.share(area.within_standard),
            }
            for area in known[:count]
        ],
        index=area_keys(view, (area.area for area in known[:count])),
    )


def worst_points(view: View, score: Score, count: int = 8) -> pd.DataFrame:
    """The farthest demand point of each area, in words; the farthest areas first."""
    w = view.words
    farthest: dict[int, int] = {}
    for i in np.argsort(-np.nan_to_num(score.point_min, nan=-1.0), kind="stable").tolist():
        if np.isfinite(score.point_min[i]):
            farthest.setdefault(int(view.problem.point_area[i]), i)
    return pd.DataFrame(
        [
            {
                w("column.point"): view.pack.demand_points[i].name,
                w("column.area"): view.area_name(area),
                w("column.per_visit"): w.minutes(float(score.point_min[i])),
            }
            for area, i in list(farthest.items())[:count]
        ],
        index=point_keys(view, list(farthest.values())[:count]),
    )


def area_card(view: View, score: Score, code: str) -> list[Card]:
    """The figures of one area."""
    w = view.words
    area = score.areas[view.problem.area_codes.index(code)]
    return [
        view.travel_card(
            w("kpi.mean_min"), area.mean_min, w("kpi.one_way", km=view.km(area.mean_km))
        ),
        Card(w("kpi.within"), w.share(area.within_standard)),
        Card(w("kpi.branches_here"), w.count(area.branches)),
    ]


def _rounded(value: float | None) -> int | None:
    return None if value is None or not np.isfinite(value) else round(value)


# -- the map -------------------------------------------------------------------------------


def area_layer(view: View, score: Score, indicator: str, selected: str | None) -> Areas:
    """Areas filled by an indicator; with the map described in a sentence."""
    values = indicator_values(score, indicator)
    classes = quantile_classes(values)
    w = view.words
    cells = {}
    for area, value, fact in zip(view.pack.areas, values, score.areas, strict=True):
        lines = [area.name]
        lines += [f"{w(f'indicator.{indicator}')}: {view.shown(indicator, value)}"]
        if indicator != "minutes":
            lines.append(f"{w('indicator.minutes')}: {w.minutes(fact.mean_min)}")
        lines.append(w("map.branches_here", n=fact.branches))
        cells[area.code] = AreaCell(classes.colour(value), tuple(lines))
    text = w(
        "map.description",
        areas=len(view.pack.areas),
        indicator=w(f"indicator.{indicator}"),
        branches=score.kpis.branches,
    )
    return Areas(cells, description=text, selected=selected)


def plain_areas(view: View, description: str) -> Areas:
    """Areas without figures, as ground for sites."""
    cells = {area.code: AreaCell(LAND, (area.name,)) for area in view.pack.areas}
    return Areas(cells, description=description, border=LAND_BORDER)


def class_rows(view: View, classes: Classes, indicator: str) -> list[LegendRow]:
    """One line a class: 47 min to 1 h 26 min."""
    rows = [
        LegendRow("fill", _between(view, low, high, indicator), colour=colour)
        for low, high, colour in zip(classes.lows, classes.highs, classes.colours, strict=True)
    ]
    if classes.missing:
        rows.append(LegendRow("fill", view.words("unit.none"), colour=classes.colour(None)))
    return rows


def _between(view: View, low: float, high: float, indicator: str) -> str:
    first, last = view.shown(indicator, low), view.shown(indicator, high)
    return first if first == last else f"{first} {DASH} {last}"


def branch_lines(view: View, score: Score, position: int) -> tuple[str, ...]:
    """A branch in words: name, visits, and the services it offers."""
    w = view.words
    branch = next(entry for entry in score.branches if entry.site == position)
    return (
        view.site_name(position),
        w("map.branch_visits", n=w.count(branch.visits_per_year)),
        w("map.branch_services", n=len(branch.services)),
        *(f"• {view.service_name(s)}" for s in branch.services),
    )


def link_rows(view: View, pairs: tuple[DuplicatePair, ...]) -> list[LegendRow]:
    """What the links between branches mean, as far as there are such links."""
    w = view.words
    solid = [all(pair.justified for pair in group) for group in grouped(pairs).values()]
    rows = []
    if not all(solid):
        rows.append(LegendRow("link", w("legend.unnecessary"), style="dashed"))
    if any(solid):
        rows.append(LegendRow("link", w("legend.justified"), style="solid"))
    return rows


def indicator_title(view: View, indicator: str) -> str:
    """What the map shows, with the error of travel where it shows that."""
    title = view.words(f"indicator.{indicator}")
    return view.heading(title) if indicator in ("minutes", "km") else title


# -- duplicates ----------------------------------------------------------------------------


def grouped(pairs: tuple[DuplicatePair, ...]) -> dict[tuple[int, int], list[DuplicatePair]]:
    """Duplicates by pair of branches, nearest first."""
    groups: dict[tuple[int, int], list[DuplicatePair]] = {}
    for pair in sorted(pairs, key=lambda p: (p.km, p.site_a, p.site_b, p.service)):
        groups.setdefault((pair.site_a, pair.site_b), []).append(pair)
    return groups


def link_layer(view: View, pairs: tuple[DuplicatePair, ...]) -> Links:
    """A line between every two branches with duplicates; solid when all are justified."""
    w = view.words
    links = []
    for (a, b), group in grouped(pairs).items():
        first, second = view.pack.sites[a], view.pack.sites[b]
        if None in (first.lat, first.lon, second.lat, second.lon):
            continue
        lines = [f"{first.name} {DASH} {second.name}: {w.km(group[0].km)}"]
        lines += [
            f"{view.service_name(p.service)}: "
            + w("duplicates.justified" if p.justified else "duplicates.unnecessary")
            for p in group
        ]
        links.append(
            Link(
                (float(first.lat or 0), float(first.lon or 0)),
                (float(second.lat or 0), float(second.lon or 0)),
                "solid" if all(p.justified for p in group) else "dashed",
                tuple(lines),
            )
        )
    return Links(links)


def duplicate_table(view: View, pairs: tuple[DuplicatePair, ...]) -> pd.DataFrame:
    """One row a pair of branches and service: the verdict, and the evidence for it.

    The evidence is load against what the larger of the two can serve, and what it would mean
    if one of them no longer offered the service.
    """
    w, sites = view.words, view.pack.sites
    ordered = sorted(pairs, key=lambda p: (p.km, p.site_a, p.site_b, p.service))
    found = []
    for pair in ordered:
        extra = pair.merge.extra_min_per_visit
        found.append(
            {
                w("column.branch_a"): view.site_name(pair.site_a),
                w("column.branch_b"): view.site_name(pair.site_b),
                w("column.service"): view.service_name(pair.service),
                w("column.road_km"): round(pair.km),
                w("column.verdict"): w(f"duplicates.{_verdict(pair)}"),
                w("column.load"): round(pair.load),
                w("column.room"): _whole_or_none(pair.capacity),
                w("column.ends_at"): view.site_name(pair.merge.site),
                w("column.extra_min"): w.unit("none") if extra is None else f"{extra:+.1f}",
                w("column.stranded"): round(pair.merge.stranded),
                w("column.merge_saved"): w.money(pair.merge.saved_kes_per_year),
            }
        )
    first = (sites[pair.site_a].id for pair in ordered)
    return pd.DataFrame(
        found, index=keyed(site=first, site2=(sites[pair.site_b].id for pair in ordered))
    )


def _verdict(pair: DuplicatePair) -> str:
    return "justified" if pair.justified else "unnecessary"


def _whole_or_none(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None


def nearest_pair(view: View, network: Network) -> tuple[str, str, float] | None:
    """The two nearest branches with a service in common, and their kilometres by road."""
    plan = network.plan
    offers = (plan.offers & plan.is_open[:, None]).astype(int)
    shared = (offers @ offers.T) > 0
    np.fill_diagonal(shared, val=False)
    if not shared.any():
        return None
    km = np.where(shared, view.problem.site_km, np.inf)
    a, b = np.unravel_index(int(km.argmin()), km.shape)
    return view.site_name(int(a)), view.site_name(int(b)), float(km[a, b])


def duplicate_sentence(
    view: View, network: Network, pairs: tuple[DuplicatePair, ...], separation_km: float
) -> str:
    """What the audit found, in a sentence or two."""
    w = view.words
    if pairs:
        return w(
            "duplicates.some",
            pairs=len(grouped(pairs)),
            km=w.km(separation_km),
            offerings=len(pairs),
            unnecessary=sum(not pair.justified for pair in pairs),
            justified=sum(pair.justified for pair in pairs),
        )
    text = w("duplicates.none", km=w.km(separation_km))
    near = nearest_pair(view, network)
    if near is None:
        return text
    return f"{text} {w('duplicates.nearest', a=near[0], b=near[1], km=view.km(near[2]))}"
