"""Two plans as maps: their difference, side by side in step, or one over the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from planner.compare import THRESHOLD_MIN
from planner.compare.types import AreaDifference, Move
from planner.pack.types import Site
from planner.present.compare.compare import Seen, minutes, people_words
from planner.present.maps.area_layers import LAND_BORDER
from planner.present.maps.classes import NO_VALUE, Classes, quantile_classes
from planner.present.maps.layers import (
    AreaCell,
    Areas,
    Legend,
    LegendRow,
    SiteMark,
    Sites,
    Status,
)
from planner.present.maps.maps import Layer
from planner.present.maps.pair import Beside, Swipe
from planner.present.view import DASH, status_of

Mode = Literal["difference", "beside", "swipe"]
MODES: tuple[Mode, ...] = ("difference", "beside", "swipe")
SHORTER = ("#cfe3f0", "#7fb2d3", "#2f74a8")
LONGER = ("#fbdcb8", "#eda050", "#b85c0e")
SAME = "#fbfaf5"


def layers(seen: Seen, other: int, mode: Mode) -> list[Layer]:
    """What a map shows of a member against the base."""
    if mode == "difference":
        return [
            difference_areas(seen, other),
            move_marks(seen, other),
            difference_legend(seen, other),
        ]
    base, classes = seen.found.base, common_scale(seen, other)
    left, right = seen.names[base], seen.names[other]
    second = [plan_areas(seen, other, other, classes), plan_marks(seen, other)]
    if mode == "beside":
        pair: Layer = Beside(second, left=left, right=right)
    else:
        pair = Swipe(second, left=left, right=right, label=seen.words("compare.handle"))
    first = [plan_areas(seen, other, base, classes), plan_marks(seen, base)]
    return [*first, pair, plan_legend(seen, other, classes)]


def can_draw(seen: Seen, other: int) -> bool:
    """Whether both plans tell of areas that the pack can draw."""
    drawn = {area.code for area in seen.pack.areas if area.outline is not None}
    both = (seen.found.base, other)
    return any(
        row.code in drawn and all(row.cells[m] is not None for m in both)
        for row in seen.found.areas
    )


# -- the difference ------------------------------------------------------------------------


def difference_areas(seen: Seen, other: int) -> Areas:
    """Areas by how their mean travel differs from the base: blue shorter, orange longer."""
    breaks = difference_breaks(seen, other)
    cells = {
        row.code: AreaCell(_fill(_difference(row, other), breaks), _lines(seen, other, row))
        for row in seen.found.areas
    }
    w = seen.words
    text = w("compare.described", areas=len(cells), name=seen.names[other], base=seen.base)
    return Areas(cells, description=text, border=LAND_BORDER)


def _difference(row: AreaDifference, member: int) -> float | None:
    cell = row.cells[member]
    return None if cell is None else cell.difference


def difference_breaks(seen: Seen, other: int) -> tuple[float, ...]:
    """Where the classes of shorter and of longer travel part: the same minutes for both."""
    changes = (_difference(row, other) for row in seen.found.areas)
    sizes = [abs(c) for c in changes if c is not None and abs(c) > THRESHOLD_MIN]
    if not sizes:
        return ()
    ends = {float(max(1.0, round(v))) for v in np.quantile(sizes, [1 / 3, 2 / 3])}
    return tuple(sorted(end for end in ends if THRESHOLD_MIN < end < max(sizes)))


def _fill(change: float | None, breaks: Sequence[float]) -> str:
    if change is None:
        return NO_VALUE
    if abs(change) <= THRESHOLD_MIN:
        return SAME
    colours = _colours(SHORTER if change < 0 else LONGER, breaks)
    return colours[sum(abs(change) > end for end in breaks)]


def _colours(ramp: Sequence[str], breaks: Sequence[float]) -> tuple[str, ...]:
    return {0: (ramp[1],), 1: (ramp[0], ramp[2])}.get(len(breaks), tuple(ramp))


def difference_legend(seen: Seen, other: int) -> Legend:
    """The scale from most shortened to most lengthened, and the symbols of what moved."""
    w = seen.words
    changes = [_difference(row, other) for row in seen.found.areas]
    breaks = difference_breaks(seen, other)
    known = [c for c in changes if c is not None]
    rows = []
    if any(c < -THRESHOLD_MIN for c in known):
        rows += list(reversed(_scale_rows(seen, "shorter", SHORTER, breaks)))
    rows.append(LegendRow("fill", w("compare.legend_same"), colour=SAME))
    if any(c > THRESHOLD_MIN for c in known):
        rows += _scale_rows(seen, "longer", LONGER, breaks)
    if len(known) < len(changes):
        rows.append(LegendRow("fill", w("unit.none"), colour=NO_VALUE))
    used = {mark.status for mark in _marks(seen, other)}
    kinds: tuple[Status, ...] = ("opened", "closed", "changed", "kept")
    symbols = [LegendRow("symbol", w(f"compare.{k}"), status=k) for k in kinds if k in used]
    return Legend(
        [
            (seen.heading(w("compare.legend_change", base=seen.base)), rows),
            (w("compare.legend_branches"), symbols),
        ]
    )


def _scale_rows(
    seen: Seen, way: str, ramp: Sequence[str], breaks: Sequence[float]
) -> list[LegendRow]:
    """One line a class, the smallest differences first."""
    w, ends = seen.words, [seen.words.minutes(end) for end in breaks]
    if not ends:
        return [LegendRow("fill", w(f"compare.{way}"), colour=_colours(ramp, breaks)[0])]
    spans = [f"{low} {DASH} {high}" for low, high in pairwise(ends)]
    texts = [
        w(f"compare.{way}_up_to", v=ends[0]),
        *(w(f"compare.{way}_by", v=span) for span in spans),
        w(f"compare.{way}_over", v=ends[-1]),
    ]
    pairs = zip(texts, _colours(ramp, breaks), strict=True)
    return [LegendRow("fill", text, colour=colour) for text, colour in pairs]


def move_marks(seen: Seen, other: int) -> Sites:
    """Branches by what became of them, told apart by shape and colour."""
    return Sites(_marks(seen, other))


def _marks(seen: Seen, other: int) -> list[SiteMark]:
    w, found = seen.words, seen.found.moves[other]
    if found is None:
        return []
    sites = _sites(seen)
    moved = {move.site for move in found.moves}
    marks = [
        _mark(sites[move.site], move.kind, move_lines(seen, move), 8.0)
        for move in found.moves
        if _has_place(sites, move.site)
    ]
    return marks + [
        _mark(sites[branch.site], "kept", (branch.name, w("compare.kept")), 6.5)
        for branch in seen.records[other].branches
        if branch.site not in moved and _has_place(sites, branch.site)
    ]


def move_lines(seen: Seen, move: Move) -> tuple[str, ...]:
    """A move in lines: the branch, what became of it, and its services."""
    w = seen.words
    lines = [_at(move.name, move.area_name), w(f"compare.{move.kind}")]
    if move.services_added:
        lines.append(w("compare.added", names=seen.services(move.services_added)))
    if move.services_ended:
        lines.append(w("compare.ended", names=seen.services(move.services_ended)))
    if move.format_before != move.format_after and move.kind == "changed":
        ends = {"before": seen.format(move.format_before), "after": seen.format(move.format_after)}
        lines.append(w("compare.format_change", **ends))
    return tuple(lines)


def _at(name: str, area: str) -> str:
    return name if area in name or name in area else f"{name} ({area})"


# -- both plans on one scale ---------------------------------------------------------------


def common_scale(seen: Seen, other: int) -> Classes:
    """Classes of mean minutes over the areas of both plans: a colour means the same in both."""
    members = (seen.found.base, other)
    return quantile_classes([_mean(row, m) for m in members for row in seen.found.areas])


def _mean(row: AreaDifference, member: int) -> float | None:
    cell = row.cells[member]
    return None if cell is None else cell.mean_min


def plan_areas(seen: Seen, other: int, member: int, classes: Classes) -> Areas:
    """Areas by mean minutes under one of the two plans; the lines tell both."""
    cells = {
        row.code: AreaCell(classes.colour(_mean(row, member)), _lines(seen, other, row))
        for row in seen.found.areas
    }
    w = seen.words
    text = w(
        "compare.described_plan",
        areas=len(cells),
        name=seen.names[member],
        branches=len(seen.records[member].branches),
    )
    return Areas(cells, description=text)


def plan_marks(seen: Seen, member: int) -> Sites:
    """The branches of one plan; the number of services stands in the symbol."""
    w, sites = seen.words, _sites(seen)
    marks = []
    for branch in seen.records[member].branches:
        if not _has_place(sites, branch.site):
            continue
        count = len(branch.services)
        lines = (
            _at(branch.name, branch.area_name),
            w("map.branch_visits", n=w.count(branch.visits_per_year)),
            w("map.branch_services", n=count),
            seen.services(branch.services),
        )
        site = sites[branch.site]
        marks.append(_mark(site, status_of(site), lines, 5.5 + 0.6 * count, count))
    return Sites(marks)


def plan_legend(seen: Seen, other: int, classes: Classes) -> Legend:
    """One scale of minutes for both plans, and the symbols."""
    w, sites = seen.words, _sites(seen)
    ends = zip(classes.lows, classes.highs, classes.colours, strict=True)
    rows = [LegendRow("fill", _span(seen, low, high), colour=fill) for low, high, fill in ends]
    if classes.missing:
        rows.append(LegendRow("fill", w("unit.none"), colour=NO_VALUE))
    both = [*seen.records[seen.found.base].branches, *seen.records[other].branches]
    used = {status_of(sites[each.site]) for each in both if each.site in sites}
    kinds: tuple[Status, ...] = ("existing", "proposed", "new")
    symbols = [LegendRow("symbol", w(f"status.{k}"), status=k) for k in kinds if k in used]
    title = seen.heading(w("compare.legend_minutes"))
    return Legend([(title, rows), (w("legend.number"), symbols)])


def _span(seen: Seen, low: float, high: float) -> str:
    first, last = seen.words.minutes(low), seen.words.minutes(high)
    return first if first == last else f"{first} {DASH} {last}"


# -- shared --------------------------------------------------------------------------------


def _lines(seen: Seen, other: int, row: AreaDifference) -> tuple[str, ...]:
    """An area in lines: both plans' minutes, how they differ, and whose travel changes."""
    w = seen.words
    lines = [
        row.name,
        *(f"{seen.names[m]}: {minutes(w, _mean(row, m))}" for m in (seen.found.base, other)),
        change_words(seen, _difference(row, other)),
    ]
    cell = row.cells[other]
    if cell is not None and cell.people is not None:
        lines.append(people_words(w, cell.people))
    return tuple(lines)


def change_words(seen: Seen, change: float | None) -> str:
    """A difference of minutes in words."""
    w = seen.words
    if change is None:
        return w("unit.none")
    if abs(change) <= THRESHOLD_MIN:
        return w("compare.legend_same")
    return w(f"compare.travel_{'less' if change < 0 else 'more'}", v=minutes(w, abs(change)))


def _sites(seen: Seen) -> Mapping[str, Site]:
    return {site.id: site for site in seen.pack.sites}


def _has_place(sites: Mapping[str, Site], name: str) -> bool:
    return name in sites and sites[name].lat is not None and sites[name].lon is not None


def _mark(
    site: Site, status: Status, lines: tuple[str, ...], radius: float, number: int = 0
) -> SiteMark:
    lat, lon = float(site.lat or 0), float(site.lon or 0)
    return SiteMark(site.id, lat, lon, status, lines, radius=radius, number=number)
