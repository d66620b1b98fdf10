"""A finished run on the map: areas by the change against today, its branches, its legend."""

from __future__ import annotations

from collections.abc import Sequence

from planner.evaluate import Score
from planner.present.maps.area_layers import LAND_BORDER, branch_lines
from planner.present.maps.gains import (
    BETTER_BLUE,
    NEAR_MIN,
    UNCHANGED,
    WORSE_ORANGE,
    area_changes,
    change_fill,
    gain_breaks,
)
from planner.present.maps.layers import (
    AreaCell,
    Areas,
    Legend,
    LegendRow,
    Links,
    SiteMark,
    Sites,
    Status,
)
from planner.present.results.duplicates import link_layer, link_rows
from planner.present.view import DASH, View, status_of


def area_layer(view: View, score: Score, before: Score | None, selected: str | None) -> Areas:
    """Areas by how their travel changes: blue is shorter than today, orange longer."""
    w = view.words
    found = area_changes(score, before)
    breaks = gain_breaks(found)
    cells = {}
    for area, now, change in zip(view.pack.areas, score.areas, found, strict=True):
        lines = [area.name, w("map.now", v=w.minutes(now.mean_min))]
        if change is not None:
            lines.append(change_words(view, change))
        lines.append(w("map.branches_here", n=now.branches))
        cells[area.code] = AreaCell(change_fill(change, breaks), tuple(lines))
    text = w("map.description_plan", areas=len(cells), branches=score.kpis.branches)
    return Areas(cells, description=text, selected=selected, border=LAND_BORDER)


def change_classes(found: Sequence[float | None]) -> tuple[tuple[str, ...], list[int]]:
    """The fills of changes, and which of them each change has."""
    fills, breaks = (UNCHANGED, WORSE_ORANGE, *BETTER_BLUE), gain_breaks(found)
    return fills, [fills.index(change_fill(change, breaks)) for change in found]


def change_words(view: View, change: float | None) -> str:
    """A change of minutes in words; empty where it is unknown."""
    if change is None:
        return ""
    if abs(change) <= NEAR_MIN:
        return view.words("change.none")
    key = "change.shorter" if change < 0 else "change.longer"
    return view.words(key, v=view.words.minutes(abs(change)))


def branch_layer(view: View, score: Score) -> Sites:
    """The plan's branches; the number of services stands in the symbol."""
    marks = []
    for branch in score.branches:
        site = view.pack.sites[branch.site]
        if site.lat is None or site.lon is None:
            continue
        marks.append(
            SiteMark(
                site.id,
                site.lat,
                site.lon,
                status_of(site),
                branch_lines(view, score, branch.site),
                radius=5.5 + 0.6 * len(branch.services),
                number=len(branch.services),
            )
        )
    return Sites(marks)


def plan_layers(
    view: View, score: Score, before: Score | None
) -> list[Areas | Links | Sites | Legend]:
    """All that a plan's map shows beside today: areas, duplicates, branches, and the legend."""
    return [
        area_layer(view, score, before, None),
        link_layer(view, score.duplicates),
        branch_layer(view, score),
        legend(view, score, before),
    ]


def legend(view: View, score: Score, before: Score | None) -> Legend:
    """The legend of a plan's map."""
    rows = [*status_rows(view, score), *link_rows(view, score.duplicates)]
    symbols = (view.words("legend.number"), rows)
    return Legend([*change_blocks(view, score, before), symbols])


def status_rows(view: View, score: Score) -> list[LegendRow]:
    """What the symbols of branches mean, as far as there are such branches."""
    shown: list[Status] = ["existing", "proposed", "new"]
    used = {status_of(view.pack.sites[branch.site]) for branch in score.branches}
    return [LegendRow("symbol", view.words(f"status.{s}"), status=s) for s in shown if s in used]


def change_blocks(
    view: View, score: Score, before: Score | None
) -> list[tuple[str, list[LegendRow]]]:
    """The part of the legend on changes against today; nothing where none is known."""
    found = area_changes(score, before)
    if all(change is None for change in found):
        return []
    return [(view.heading(view.words("legend.change")), change_rows(view, found))]


def change_rows(view: View, found: Sequence[float | None]) -> list[LegendRow]:
    """What the colours of changes mean."""
    w = view.words
    low, high = gain_breaks(found)
    rows = []
    if any(c is not None and c > NEAR_MIN for c in found):
        rows.append(LegendRow("fill", w("legend.longer"), colour=WORSE_ORANGE))
    rows.append(LegendRow("fill", w("change.none"), colour=UNCHANGED))
    if high > 0:
        texts = (
            w("legend.up_to", v=w.minutes(low)),
            f"{w.minutes(low)} {DASH} {w.minutes(high)}",
            w("legend.over", v=w.minutes(high)),
        )
        rows += [
            LegendRow("fill", text, colour=colour)
            for text, colour in zip(texts, BETTER_BLUE, strict=True)
        ]
    return rows
