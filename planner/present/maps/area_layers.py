"""Areas as a map layer: filled by an indicator or plain, their legend, and branches in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.evaluate import AreaScore, Score
from planner.present.maps.classes import Classes, quantile_classes
from planner.present.maps.layers import AreaCell, Areas, LegendRow
from planner.present.view import DASH, View

LAND, LAND_BORDER = "#fbfaf5", "#a9b3af"
INDICATORS = ("minutes", "km", "within", "visits")
_VALUE: Mapping[str, Callable[[AreaScore], float | None]] = {
    "minutes": lambda area: area.mean_min,
    "km": lambda area: area.mean_km,
    "within": lambda area: area.within_standard,
    "visits": lambda area: area.visits_per_year,
}


def indicator_values(score: Score, indicator: str) -> list[float | None]:
    """An indicator of each area, in the pack's order."""
    return [_VALUE[indicator](area) for area in score.areas]


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


def indicator_title(view: View, indicator: str) -> str:
    """What the map shows, with the error of travel where it shows that."""
    title = view.words(f"indicator.{indicator}")
    return view.heading(title) if indicator in ("minutes", "km") else title
