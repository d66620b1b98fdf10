"""Whom the plan serves worst: the last tenth, areas, people by their way, groups, the unserved."""

from __future__ import annotations

from collections.abc import Iterator

from planner.demand.segments import dimension_of
from planner.evaluate import todays_network
from planner.export.document.facts import Told, grid, left, number, right
from planner.export.document.model import Block, Chapter, Fact, Facts, Grid, Paragraph
from planner.export.document.people import change_of, change_text
from planner.export.document.summary import unserved
from planner.insight.scorecard_facts import gaps_by_dimension, segment_names
from planner.present.results.figures import travel_figure
from planner.present.results.results import time_change

_BANDS = (30.0, 60.0, 120.0, 180.0)  # minutes one way
_MOST_AREAS = 10


def equity(told: Told) -> Chapter:
    """How unequal travel is, today and under the plan."""
    w = told.w
    blocks: list[Block] = [Paragraph(w("document.equity_words")), _facts(told)]
    lost = unserved(told)
    if lost:
        blocks.append(Paragraph(lost))
    blocks.append(_far_areas(told))
    blocks.append(_bands(told))
    groups = _groups(told)
    if groups is None:
        blocks.append(Paragraph(w("document.groups_none")))
    else:
        blocks += [groups, Paragraph(w("scorecard.segments_words"), quiet=True)]
    return Chapter("equity", w("document.equity"), tuple(blocks))


def _facts(told: Told) -> Facts:
    w, view = told.w, told.view
    worst, then = told.figure("worst_tenth")
    figure = travel_figure(
        w, w("kpi.worst_tenth"), worst, view.problem.travel, time_change(view, worst, then)
    )
    tenth = Fact(figure.label, f"{figure.value} {figure.error}".strip(), figure.change)
    none, none_today = told.figure("without")
    no_branch = Fact(
        w("export.figure.without"),
        w.count(none or 0),
        "" if none_today is None else w("change.today", v=w.count(none_today)),
    )
    lost, lost_today = told.figure("unserved")
    gone = Fact(
        w("export.figure.unserved"),
        w.count(lost or 0),
        "" if lost_today is None else w("change.today", v=w.count(lost_today)),
    )
    return Facts((tenth, no_branch, gone))


def _far_areas(told: Told) -> Grid:
    """The areas whose people travel longest under the plan."""
    w = told.w
    has_today = told.before is not None
    known = [row for row in told.rows("areas") if number(row["mean_min"]) is not None]
    known.sort(key=lambda row: -(number(row["mean_min"]) or 0.0))
    columns = (
        left(w("column.area")),
        *((right(told.sure(w("document.min_today"))),) if has_today else ()),
        right(told.sure(w("document.min_plan"))),
        *((right(w("document.min_change")),) if has_today else ()),
        right(told.sure(w("document.farthest_min"))),
    )
    rows = (
        (
            str(row["name"]),
            *((w.minutes(number(row["today_mean_min"])),) if has_today else ()),
            w.minutes(number(row["mean_min"])),
            *((change_text(told, change_of(row)),) if has_today else ()),
            w.minutes(number(row["worst_min"])),
        )
        for row in known[:_MOST_AREAS]
    )
    return grid(w("document.far_areas_table"), columns, rows)


def _bands(told: Told) -> Grid:
    """People by the mean way of the visits from their small place."""
    w = told.w
    has_today = told.before is not None
    now, then = (_in_bands(told, key) for key in ("mean_min", "today_mean_min"))
    columns = (
        left(w("document.band")),
        *((right(w("document.people_today")),) if has_today else ()),
        right(w("document.people_plan")),
    )
    rows = (
        (name, *((w.count(old),) if has_today else ()), w.count(new))
        for name, new, old in zip(_band_names(told), now, then, strict=True)
    )
    return grid(w("document.bands_table"), columns, rows, note=w("document.bands_note"))


def _band_names(told: Told) -> Iterator[str]:
    w = told.w
    for most in _BANDS:
        yield w("document.band_up_to", v=w.minutes(most))
    yield w("document.band_over", v=w.minutes(_BANDS[-1]))
    yield w("document.band_none")


def _in_bands(told: Told, key: str) -> list[float]:
    """People within each band but not in one before; then those farther, then those unserved."""
    counts = [0.0] * (len(_BANDS) + 2)
    for row in told.rows("points"):
        people, minutes = number(row["population"]) or 0.0, number(row[key])
        if not number(row["visits_per_year"]):
            continue
        if minutes is None:
            counts[-1] += people
        else:
            counts[sum(minutes > most for most in _BANDS)] += people
    return counts


def _groups(told: Told) -> Grid | None:
    """Mean travel of each group of people, by every dimension of the pack."""
    w, pack, problem = told.w, told.run.pack, told.run.problem
    now = gaps_by_dimension(problem, told.plan, pack)
    if not now:
        return None
    today = todays_network(problem)
    then = {} if today is None else gaps_by_dimension(problem, today, pack)
    named = {segment.id: w.name(segment) for segment in pack.customers.segments}
    columns = (
        left(w("scorecard.column_dimension")),
        left(w("scorecard.column_group")),
        *((right(told.sure(w("document.min_today"))),) if then else ()),
        right(told.sure(w("document.min_plan"))),
    )
    rows = [
        (
            w.name(dimension_of(pack, dimension)),
            named[segment],
            *((w.minutes(then[dimension][k]),) if then else ()),
            w.minutes(minutes[k]),
        )
        for dimension, minutes in now.items()
        for k, segment in enumerate(segment_names(pack, dimension))
    ]
    return grid(w("document.groups_table"), columns, rows)
