"""The frame that a sample is drawn from: strata with their counts, or one row for each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from planner.pack.columns import SCHEMAS, Schema
from planner.pack.faults import Findings, listed, shown
from planner.pack.grid import header_key
from planner.pack.opening import open_table
from planner.pack.tables import Table


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a frame; `id` is the row where the frame names nobody."""

    row: int
    id: str
    stratum: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Whom a survey can ask.

    Attributes:
        populations: How many of each stratum, in the file's order.
        persons: The people themselves; None where the file gives counts only.
    """

    populations: dict[str, int]
    persons: tuple[Person, ...] | None = None


def frame_schema(by: str = "") -> Schema:
    """The columns of a frame; `by` is the heading of the column that holds the strata."""
    schema = SCHEMAS["survey_frame"]
    if not by:
        return schema
    stratum, *others = schema.columns
    key = header_key(by)
    own = replace(stratum, name=key, aliases=())
    rest = [
        replace(each, aliases=tuple(name for name in each.aliases if name != key))
        for each in others
        if each.name != key
    ]
    return replace(schema, columns=(own, *rest))


def read_frame(path: Path, findings: Findings, by: str = "") -> Frame:
    """Reads a frame; what was understood is said, faults make it unfit for use."""
    schema = frame_schema(by)
    table = open_table(path, schema, findings)
    if table is None:
        return Frame({})
    return frame_of(table, findings, schema.columns[0].name)


def frame_of(table: Table, findings: Findings, column: str = "stratum") -> Frame:
    """The frame of a table, by its columns: counts where it has a population, else people."""
    if column not in table.columns:
        return Frame({})
    if "population" in table.columns:
        findings.warn(f"{table.file}: one row for each {column}, with how many people it has")
        return Frame(_counted(table, column, findings))
    findings.warn(f"{table.file}: one row for each person, counted by {column}")
    persons = tuple(
        Person(row.number, row.text("person") or str(row.number), row.text(column))
        for row in table.rows
        if row.text(column)
    )
    _refuse_twice(table, findings)
    counts = dict(Counter(each.stratum for each in persons))
    _warn_alike(table, counts, findings)
    return Frame(counts, persons)


def _counted(table: Table, column: str, findings: Findings) -> dict[str, int]:
    told = findings.places_in(table.file)
    populations: dict[str, int] = {}
    first: dict[str, int] = {}
    for row in table.rows:
        name, people = row.text(column), row.number_or_none("population")
        if people is None and (row.number, "population") not in told:
            findings.fault(
                table.file, row.number, "population", "a blank cell", "a whole number >= 1",
                "Blank means missing, never 0; leave out a stratum without people",
            )  # fmt: skip
        before = first.setdefault(name.casefold(), row.number)
        if name and before != row.number:
            findings.fault(
                table.file, row.number, column, name, "each stratum once",
                f"It is already in row {before}; sum them, or give one row for each person"
                " and no population",
            )  # fmt: skip
        if name:
            populations[name] = int(people or 0)
    return populations


def _warn_alike(table: Table, names: Iterable[str], findings: Findings) -> None:
    """Says which strata differ in capital letters and signs only."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(header_key(name), []).append(name)
    for each in alike.values():
        if len(each) > 1:
            findings.warn(f"{table.file}: taken as different strata: {listed(each)}")


def _refuse_twice(table: Table, findings: Findings) -> None:
    """Nobody can be drawn twice."""
    first: dict[str, int] = {}
    for row in table.rows:
        person = row.text("person")
        before = first.setdefault(person, row.number)
        if person and before != row.number:
            findings.fault(
                table.file, row.number, "person", shown(person), "each person once",
                f"Already in row {before}; remove one of the rows",
            )  # fmt: skip
