"""The map of journeys: areas by their doors or a case's time and money, branches by one stop."""

from __future__ import annotations

import math

from planner.evaluate.flows import Floats
from planner.present.journeys.doors import Beside, Judged
from planner.present.maps.classes import quantile_classes
from planner.present.maps.layers import AreaCell, Areas, Legend, LegendRow, SiteMark, Sites, Status
from planner.present.view import DASH, View


def indicators(both: Beside, journey: str) -> list[str]:
    """What the map can show."""
    contact = ["at_contact"] if both.shown.doors.at_contact is not None else []
    case = ["case_time", "case_money"] if both.shown.case(journey) is not None else []
    return ["at_branch", *contact, *case]


def map_layers(
    view: View, both: Beside, indicator: str, journey: str
) -> list[Areas | Sites | Legend]:
    """Areas by an indicator, and the branches with the number of visit types they complete."""
    w = view.words
    values = [float(each) for each in _values(both.shown, indicator, journey)]
    classes = quantile_classes(values)
    title = w(f"journeys.{indicator}")
    cells = {
        area.code: AreaCell(
            classes.colour(value), (area.name, f"{title}: {_shown(view, indicator, value)}")
        )
        for area, value in zip(view.pack.areas, values, strict=True)
    }
    rows = [
        LegendRow("fill", _between(view, indicator, low, high), colour=colour)
        for low, high, colour in zip(classes.lows, classes.highs, classes.colours, strict=True)
    ]
    if classes.missing:
        rows.append(LegendRow("fill", w("unit.none"), colour=classes.colour(None)))
    marks = list(_marks(view, both.shown))
    symbols = [
        LegendRow("symbol", w(f"status.{status}"), status=status)
        for status in dict.fromkeys(mark.status for mark in marks)
    ]
    text = w("map.description", areas=len(cells), indicator=title, branches=len(marks))
    blocks = [(title, rows), (w("journeys.legend_number"), symbols)]
    return [Areas(cells, description=text), Sites(marks), Legend(blocks)]


def _values(judged: Judged, indicator: str, journey: str) -> Floats:
    case = judged.case(journey)
    if case is not None and indicator == "case_time":
        return case.area_min
    if case is not None and indicator == "case_money":
        return case.area_kes
    return (
        judged.doors.area_at_contact if indicator == "at_contact" else judged.doors.area_at_branch
    )


def _shown(view: View, indicator: str, value: float) -> str:
    w = view.words
    if not math.isfinite(value):
        return w.unit("none")
    if indicator == "case_time":
        return w.minutes(value)
    return w.money(value) if indicator == "case_money" else w.share(value)


def _between(view: View, indicator: str, low: float, high: float) -> str:
    first, last = _shown(view, indicator, low), _shown(view, indicator, high)
    return first if first == last else f"{first} {DASH} {last}"


def _marks(view: View, judged: Judged) -> list[SiteMark]:
    w, kinds = view.words, view.pack.visit_types
    found = []
    for each in judged.branches:
        site = view.pack.sites[each.site]
        if site.lat is None or site.lon is None:
            continue
        status: Status = "new" if site.status == "candidate" else site.status
        lines = (
            view.site_name(each.site),
            w("journeys.of_kinds", n=len(each.kinds), of=len(kinds)),
            w("journeys.index_of", share=w.share(each.share)),
        )
        radius = 5.5 + 0.6 * len(each.kinds)
        found.append(SiteMark(site.id, site.lat, site.lon, status, lines, radius, len(each.kinds)))
    return found
