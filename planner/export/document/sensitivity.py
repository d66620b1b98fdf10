"""What if figures are wrong: a kept look at them, or that none was made and what is uncertain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.export.document.facts import Row, Told, grid, left, number, right
from planner.export.document.model import Block, Chapter, Grid, Paragraph, Section
from planner.insight.sampled import Samples
from planner.insight.uncertain import MEASURES, Tornado
from planner.present.uncertain import uncertain, uncertain_drawn, uncertain_sites

_MOST_FIGURES = 15


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """What was found of uncertain figures behind a plan; each part may be missing.

    Attributes:
        one_by_one: The plan with each figure at its ends.
        drawn: The plan under draws of all figures.
        solved: The best plans at the figures' ends: see `uncertain_told.resolved_told`.
    """

    one_by_one: Tornado | None = None
    drawn: Samples | None = None
    solved: Mapping[str, Any] | None = None


def sensitivity(told: Told, found: Sensitivity | None) -> Chapter:
    """What the plan hangs on, as far as it was asked."""
    w = told.w
    has_any = found is not None and any((found.one_by_one, found.drawn, found.solved))
    blocks: list[Block] = [] if has_any else [Paragraph(w("document.sensitivity_none"))]
    blocks += [*_visits(told), _ranges(told)]
    sections = () if found is None else tuple(_sections(told, found))
    return Chapter("sensitivity", w("document.sensitivity"), tuple(blocks), sections)


def _visits(told: Told) -> Iterator[Block]:
    """The visits of each type at the ends of their figures."""
    w = told.w
    named = {kind.id: w.name(kind) for kind in told.run.pack.visit_types}
    found = [
        row
        for row in told.rows("sources")
        if row["section"] == "visits" and row["figure"] == "visits_per_year"
    ]
    if not found:
        return
    columns = (
        left(w("column.visit_type")),
        right(w("column.low")),
        right(w("column.mode")),
        right(w("column.high")),
        left(w("column.mark")),
    )
    rows = (
        (
            named.get(str(row["id"]), str(row["id"])),
            *(w.count(number(row[key]) or 0.0) for key in ("low", "value", "high")),
            w(f"mark.{row['confidence']}") if row["confidence"] else "",
        )
        for row in found
    )
    yield grid(w("document.visits_table"), columns, rows, note=w("document.visits_note"))


def _ranges(told: Told) -> Grid:
    """Uncertain figures behind travel and visits, the widest range first."""
    w = told.w
    found = [row for row in told.rows("sources") if _is_asked(told, row)]
    found.sort(key=lambda row: -_width(row["low"], row["value"], row["high"]))
    keys = ("low", "value", "high", "unit", "confidence")
    once = {(told.figure_name(row), *(row[key] for key in keys)): None for row in found}
    columns = (
        left(w("column.figure")),
        right(w("column.low")),
        right(w("column.mode")),
        right(w("column.high")),
        left(w("column.unit")),
        left(w("column.mark")),
    )
    rows = (
        (
            str(name),
            *(w.number(number(each) or 0.0) for each in (low, value, high)),
            str(unit or ""),
            w(f"mark.{mark}") if mark else "",
        )
        for name, low, value, high, unit, mark in [*once][:_MOST_FIGURES]
    )
    return grid(w("document.ranges_table"), columns, rows, note=w("document.ranges_note"))


def _is_asked(told: Told, row: Row) -> bool:
    """Whether a figure has a range and is one that a plan without levers rests on."""
    sections = (
        "travel",
        "visits",
        "spreads",
        *(("modes",) if told.run.scenario.travel.mode else ()),
    )
    is_total = row["figure"] == "visits_per_year"
    is_money = row["section"] == "travel" and "_kes" in str(row["figure"])
    if is_money and told.run.problem.rules.objective not in ("travel_cost", "total_cost"):
        return False
    has_range = _width(row["low"], row["value"], row["high"]) > 0
    return row["section"] in sections and has_range and not is_total


def _width(low: Any, value: Any, high: Any) -> float:
    """The range of a figure against its value; 0 without one."""
    least, mode, most = (number(each) for each in (low, value, high))
    if least is None or mode is None or most is None or mode == 0:
        return 0.0
    return (most - least) / abs(mode)


def _sections(told: Told, found: Sensitivity) -> Iterator[Section]:
    w, view = told.w, told.view
    if found.one_by_one is not None:
        lines = uncertain.lead_sentences(view, found.one_by_one, "mean_min")
        table = _frame(
            w("uncertain.tornado"), uncertain.tornado_table(view, found.one_by_one, "mean_min")
        )
        yield Section(w("uncertain.tornado"), (*map(Paragraph, lines), table))
    if found.drawn is not None:
        said = [
            line
            for measure in MEASURES[:1]
            for line in uncertain_drawn.sample_sentences(view, found.drawn, measure)
        ]
        note = Paragraph(w("uncertain.sampled_note"), quiet=True)
        yield Section(w("uncertain.sampled"), (*map(Paragraph, said), note))
    if found.solved is not None:
        lines = uncertain_sites.resolved_sentences(view, found.solved)
        yield Section(w("uncertain.resolved"), tuple(map(Paragraph, lines)))


def _frame(caption: str, frame: Any) -> Grid:
    """A table of a page as a table of the document."""
    columns = [left(str(name)) for name in frame.columns]
    return grid(
        caption, columns, ([str(cell) for cell in row] for row in frame.to_numpy().tolist())
    )
