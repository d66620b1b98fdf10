"""What every chapter is made from: a run with a plan, the tables of its export, and its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.evaluate import Score
from planner.export.document.model import Column, Fact, Grid
from planner.export.sheets import Sheet, plan_sheets, words_for
from planner.insight.assumptions import assumptions
from planner.plan import Plan
from planner.present.cards import Card
from planner.present.place.place_facts import Side
from planner.present.uncertain.uncertain import names_of
from planner.present.view import View
from planner.present.words import Language, Words
from planner.runs import StoredRun
from planner.runs.table import Cell

Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A run with a plan as its document tells it.

    Attributes:
        run: The run.
        plan: Its plan.
        score: What the judge says of it.
        side: The plan as the pages about one area see it, with its words.
        tables: The rows of every table of the export, by the table's name.
        figure_names: What people call uncertain figures, by key.
    """

    run: StoredRun
    plan: Plan
    score: Score
    side: Side
    tables: Mapping[str, tuple[Row, ...]]
    figure_names: Mapping[str, str]

    @property
    def view(self) -> View:
        """Pack, problem and words."""
        return self.side.view

    @property
    def w(self) -> Words:
        """The words of the document's language."""
        return self.side.view.words

    @property
    def before(self) -> Score | None:
        """Today's network on the same data; None where there is none."""
        return self.run.baseline

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table of the export; none where the run has no such table."""
        return self.tables.get(table, ())

    def figure(self, name: str) -> tuple[float | None, float | None]:
        """A figure of the table `summary`, by its key: of the plan, and of today."""
        label = self.w(f"export.figure.{name}")
        for row in self.rows("summary"):
            if row["section"] == "figures" and row["figure"] == label:
                return number(row["plan"]), number(row["today"])
        raise KeyError(name)

    def services(self, ids: Cell) -> str:
        """The services that a branch offers, by a cell that lists their ids: all, all but one."""
        every = [each.id for each in self.run.pack.services]
        listed = _listed(ids)
        missing = [each for each in every if each not in listed]
        if not missing and len(every) > 1:
            return self.w("place.offers_all")
        if len(missing) == 1 and len(every) > _FEW:
            return self.w("document.all_but", name=self.service(missing[0]))
        return self.service_names(ids)

    def service_names(self, ids: Cell) -> str:
        """The names of the services that a cell of a table lists by id."""
        return ", ".join(self.service(each) for each in _listed(ids))

    def service(self, name: Cell) -> str:
        """The name of a service, by its id."""
        return self.view.service_name([each.id for each in self.run.pack.services].index(str(name)))

    def format(self, name: Cell) -> str:
        """The name of a format, by its id; a dash for a branch without one."""
        known = {each.id: self.w.name(each) for each in self.run.pack.formats}
        return known.get(str(name or ""), DASH)

    def sure(self, label: str) -> str:
        """A heading of travel figures with their error."""
        return self.view.heading(label)

    def figure_name(self, row: Row) -> str:
        """What people call a figure of the table `sources`; whose it is, where it has an owner."""
        w, name = self.w, str(row["figure"] or "")
        if row["section"] == "travel" and f"travel.{name}" in w.texts:
            return w(f"travel.{name}")
        key = f"{row['section']}.{row['id']}"
        if key in self.figure_names:
            return self.figure_names[key]
        named = {kind.id: w.name(kind) for kind in self.run.pack.visit_types}
        owner = named.get(str(row["id"] or ""), "")
        plain = w("document.visits_per_year") if name == "visits_per_year" else name
        return f"{plain} ({owner})" if owner else plain.replace("_", " ")


DASH = "\N{EN DASH}"
_FEW = 3  # services are rather named one by one


def _listed(ids: Cell) -> list[str]:
    return [each for each in str(ids or "").split(";") if each]


def told_of(run: StoredRun, language: Language) -> Told:
    """What a document is made from.

    Raises:
        ValueError: The run has no plan.
    """
    if run.report.plan is None or run.score is None:
        raise ValueError(run.report.status)
    w = words_for(run, language)
    view = View(w, run.pack, run.problem)
    side = Side(run.id, run.scenario.name, view, run.report.plan, run.score, run.baseline)
    tables = {sheet.key: _rows(sheet) for sheet in plan_sheets(run, w)}
    called = names_of(view, assumptions(run.pack, run.scenario.travel.mode))
    return Told(run, run.report.plan, run.score, side, tables, called)


def _rows(sheet: Sheet) -> tuple[Row, ...]:
    keys = [column.key for column in sheet.columns]
    return tuple(dict(zip(keys, row, strict=True)) for row in sheet.rows)


def number(cell: Cell) -> float | None:
    """The number in a cell; None where it holds none."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float(cell) if is_number and math.isfinite(cell) else None  # type: ignore[arg-type]


def count(w: Words, cell: Cell) -> str:
    """A whole number in a cell; a dash where there is none."""
    value = number(cell)
    return DASH if value is None else w.count(value)


def money(w: Words, cell: Cell) -> str:
    """Money in a cell; a dash where there is none."""
    value = number(cell)
    return DASH if value is None else w.money(value)


def left(heading: str) -> Column:
    """A column of words."""
    return Column(heading)


def right(heading: str) -> Column:
    """A column of figures."""
    return Column(heading, "right")


def grid(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    note: str = "",
    total: Sequence[str] | None = None,
) -> Grid:
    """A table of values that do not change."""
    fixed = tuple(tuple(row) for row in rows)
    return Grid(caption, tuple(columns), fixed, note, None if total is None else tuple(total))


def fact_of(card: Card) -> Fact:
    """A figure of the pages, with its change against today and its error."""
    value = f"{card.value}\N{NO-BREAK SPACE}{card.error}" if card.error else card.value
    notes = (card.change, card.note)
    return Fact(card.label, value, "; ".join(each for each in notes if each))


def names(w: Words, items: Sequence[str], most: int) -> str:
    """Names in a row; of many the first ones, and how many more there are."""
    if len(items) <= most:
        return ", ".join(items)
    return w("document.and_more", names=", ".join(items[:most]), n=len(items) - most)
