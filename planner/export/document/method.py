"""How the plan was found and what it rests on: the model, what is proved, travel, rules, limits."""

from __future__ import annotations

from planner.export.document.facts import DASH, Told, grid, left, number, right
from planner.export.document.model import Block, Chapter, Grid, Paragraph, Points, Section
from planner.export.document.summary import gap_words
from planner.present.method import EQUATIONS, limits, slow_areas, travel_error, travel_words
from planner.present.results.results import shortfall_sentence, status_sentence


def method(told: Told) -> Chapter:
    """The method in words and equations, the proof, the rules and the limits."""
    w = told.w
    lead = (Paragraph(w("method.question")), Paragraph(w("method.model_words")))
    sections = (
        Section(w("document.proof"), _proof(told)),
        Section(w("method.model"), (_equations(told), Paragraph(w("method.letters"), quiet=True))),
        Section(w("method.travel"), _travel(told)),
        Section(w("document.rules"), (_rules(told),)),
        Section(w("method.limits"), (Points(tuple(limits(told.view))),)),
    )
    return Chapter("method", w("document.method"), lead, sections, new_page=True)


def _proof(told: Told) -> tuple[Block, ...]:
    w, report = told.w, told.run.report
    said = [
        f"{status_sentence(told.view, report)} {gap_words(told)}".strip(),
        shortfall_sentence(told.view, report),
        w("method.status_words"),
    ]
    notes = w.in_english([*told.score.violations, *report.notes])
    makers = w("export.run.attribution")  # stand at the end of the document, word for word
    facts = [
        row for row in told.rows("summary") if row["section"] == "run" and row["figure"] != makers
    ]
    rows = [(str(row["figure"]), _cell(told, row["plan"]), str(row["unit"] or "")) for row in facts]
    columns = (left(w("column.item")), left(w("column.value")), left(w("column.unit")))
    table = grid(w("document.run_table"), columns, rows)
    listed: tuple[Block, ...] = (Points(tuple(notes)),) if notes else ()
    return (*(Paragraph(line) for line in said if line), table, *listed)


def _cell(told: Told, cell: str | float | bool | None) -> str:
    if cell is None or cell == "":
        return DASH
    if isinstance(cell, bool):
        return told.w("export.yes" if cell else "export.no")
    value = number(cell)
    return str(cell) if value is None else told.w.number(value)


def _equations(told: Told) -> Grid:
    w = told.w
    columns = (
        right(w("column.number")),
        left(w("column.in_words")),
        left(w("column.equation")),
    )
    rows = ((f"({n})", w(key), equation) for n, (key, equation) in enumerate(EQUATIONS, 1))
    return grid(w("document.equations_table"), columns, rows)


def _travel(told: Told) -> tuple[Block, ...]:
    view = told.view
    lines = [*travel_words(view), travel_error(view), view.how_sure, slow_areas(view)]
    return tuple(Paragraph(line) for line in lines if line)


def _rules(told: Told) -> Grid:
    w = told.w
    columns = (left(w("document.key")), left(w("column.value")))
    rows = ((str(row["key"]), _cell(told, row["value"])) for row in told.rows("rules"))
    return grid(w("document.rules_table"), columns, rows, note=w("document.rules_note"))
