"""A finished run on the map: areas by the change against today, its branches, its legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.evaluate import Score
from planner.present.layers import (
    AreaCell,
    Areas,
    Legend,
    LegendRow,
    Links,
    SiteMark,
    Sites,
    Status,
)
from planner.present.progress import status_of
from planner.present.today import DASH, LAND_BORDER, View, branch_lines, link_layer, link_rows

BETTER_BLUE = ("#d3e5f0", "#7fb2d3", "#2f74a8")  # less travel than today
WORSE_ORANGE = "#e0863c"
UNCHANGED = "#fbfaf5"
NEAR_MIN = 1.0  # a smaller change of an area's mean is no change


def area_layer(view: View, score: Score, before: Score | None, selected: str | None) -> Areas:
    """Areas by how their travel changes: blue is shorter than today, orange longer."""
    w = view.words
    changes = area_changes(score, before)
    breaks = gain_breaks(changes)
    cells = {}
    for area, now, change in zip(view.pack.areas, score.areas, changes, strict=True):
        lines = [area.name, w("map.now", v=w.minutes(now.mean_min))]
        if change is not None:
            lines.append(_change_words(view, change))
        lines.append(w("map.branches_here", n=now.branches))
        cells[area.code] = AreaCell(change_fill(change, breaks), tuple(lines))
    text = w("map.description_plan", areas=len(cells), branches=score.kpis.branches)
    return Areas(cells, description=text, selected=selected, border=LAND_BORDER)


def area_changes(score: Score, before: Score | None) -> list[float | None]:
    """Change of each area's mean minutes against today; None where either is unknown."""
    if before is None:
        return [None] * len(score.areas)
    return [
        None if a.mean_min is None or b.mean_min is None else a.mean_min - b.mean_min
        for a, b in zip(score.areas, before.areas, strict=True)
    ]


def gain_breaks(changes: Sequence[float | None]) -> tuple[float, float]:
    """The minutes that part small, middling and large gains, each a third of all that gain."""
    gains = [-c for c in changes if c is not None and c < -NEAR_MIN]
    if not gains:
        return 0.0, 0.0
    low, high = np.quantile(gains, [1 / 3, 2 / 3])
    return float(round(low)), float(round(high))


def change_fill(change: float | None, breaks: tuple[float, float]) -> str:
    """The fill of a change in minutes, with the breaks of `gain_breaks`."""
    if change is None or abs(change) <= NEAR_MIN:
        return UNCHANGED
    if change > 0:
        return WORSE_ORANGE
    return BETTER_BLUE[int(-change > breaks[0]) + int(-change > breaks[1])]


def _change_words(view: View, change: float) -> str:
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
    w = view.words
    shown: list[Status] = ["existing", "proposed", "new"]
    used = {status_of(view.pack.sites[branch.site]) for branch in score.branches}
    rows = [LegendRow("symbol", w(f"status.{s}"), status=s) for s in shown if s in used]
    rows += link_rows(view, score.duplicates)
    blocks = [(w("legend.number"), rows)]
    changes = area_changes(score, before)
    if any(change is not None for change in changes):
        blocks.insert(0, (view.heading(w("legend.change")), _change_rows(view, changes)))
    return Legend(blocks)


def _change_rows(view: View, changes: Sequence[float | None]) -> list[LegendRow]:
    w = view.words
    low, high = gain_breaks(changes)
    rows = []
    if any(c is not None and c > NEAR_MIN for c in changes):
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
