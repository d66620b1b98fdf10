"""Every figure behind the plan by its mark, with its range and source; and the data's makers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.export.columns import code_words
from planner.export.document.facts import DASH, Row, Told, grid, left, number, right
from planner.export.document.model import Chapter, Grid, Paragraph, Points, Section
from planner.export.document.summary import marks_sentence
from planner.pack.figures import MARKS
from planner.runs.table import Cell

_MOST_SITES = 30  # with sources of their own; of more the workbook tells
_ORDER = tuple(reversed(MARKS))  # what is only assumed comes first


def sources(told: Told) -> Chapter:
    """Assumptions first, then general knowledge, what is derived, and what was found."""
    w = told.w
    lead = (
        Paragraph(marks_sentence(told)),
        Points(tuple(w(f"mark.{mark}_means") for mark in _ORDER)),
        Paragraph(w("document.sources_note"), quiet=True),
    )
    return Chapter("sources", w("document.sources"), lead, tuple(_sections(told)), new_page=True)


def _sections(told: Told) -> Iterator[Section]:
    w = told.w
    used = [row for row in told.rows("sources") if _bears(told, row)]
    for mark in _ORDER:
        rows = [row for row in used if row["confidence"] == mark]
        if rows:
            tables = tuple(_tables(told, rows, mark))
            yield Section(w(f"document.marked_{mark}"), tables)
    bare = [
        row
        for row in used
        if not row["confidence"] and row["section"] != "attribution" and row["source"]
    ]
    if bare:
        yield Section(w("document.marked_none"), tuple(_tables(told, bare, "none")))


def _bears(told: Told, row: Row) -> bool:
    """Whether the plan rests on it: of sites only those that are open, now or in the plan."""
    if row["section"] != "sites":
        return True
    j = told.run.problem.site_ids.index(str(row["id"]))
    return bool(told.plan.is_open[j] or told.run.problem.existing[j])


def _tables(told: Told, rows: Sequence[Row], mark: str) -> Iterator[Grid]:
    """Figures with a range; then everything else, in one row for all of the same source."""
    w = told.w
    numbers = [row for row in rows if number(row["value"]) is not None]
    things = [row for row in rows if number(row["value"]) is None]
    if numbers:
        columns = (
            left(w("column.figure")),
            right(w("column.low")),
            right(w("column.mode")),
            right(w("column.high")),
            left(w("column.unit")),
            left(w("column.source")),
        )
        yield grid(w(f"document.figures_{mark}"), columns, _figures(told, numbers))
    if things:
        heads = (left(w("column.item")), left(w("column.source")))
        yield grid(w(f"document.things_{mark}"), heads, _things(told, things))


def _figures(told: Told, rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """A row for each figure; the same of several visit types stands once."""
    keys = ("low", "value", "high", "unit", "source", "note")
    once = {(told.figure_name(row), *(row[key] for key in keys)): None for row in rows}
    for name, low, value, high, unit, source, note in once:
        numbers = (_figure(told, each) for each in (low, value, high))
        yield (str(name), *numbers, str(unit or ""), _source(source, note))


def _figure(told: Told, cell: Cell) -> str:
    value = number(cell)
    return DASH if value is None else told.w.number(value)


def _things(told: Told, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    together: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        key = (str(row["section"]), _source(row["source"], row["note"]))
        together.setdefault(key, []).append(_called(told, row))
    sites = [key for key in together if key[0] == "sites"]
    if len(sites) > _MOST_SITES:
        told_of_sites = sum(len(together.pop(key)) for key in sites)
        what = told.w("document.sites_counted", n=told.w.count(told_of_sites))
        yield what, told.w("document.sites_where")
    for (section, source), named in together.items():
        what = code_words(told.w, "section", section)
        listed = ", ".join(dict.fromkeys(each for each in named if each))
        yield f"{what}: {listed}" if listed else what, source


def _called(told: Told, row: Row) -> str:
    """A service or a visit type in the document's language, all else as the data name it."""
    pack, w = told.run.pack, told.w
    named = {
        "services": {each.id: w.name(each) for each in pack.services},
        "visit types": {each.id: w.name(each) for each in pack.visit_types},
    }
    return named.get(str(row["section"]), {}).get(str(row["id"]), str(row["figure"] or ""))


def _source(source: Cell, note: Cell) -> str:
    return f"{source}. {note}" if note else str(source or DASH)
