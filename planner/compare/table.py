"""A comparison as one flat table: a row for each figure, rule, area and branch."""

from __future__ import annotations

from collections.abc import Iterator

from planner.compare.types import Comparison, Figure, PeopleCount
from planner.compare.words import KPIS, LETTERS
from planner.runs.table import Cell, Table

_PEOPLE = (
    *("total", "shorter", "longer", "unchanged", "served_anew", "no_longer_served"),
    *("without_visits", "unserved"),
)


def table_of(comparison: Comparison) -> Table:
    """Columns: `part`, `key`, `name`, `unit`; for each member its value and its difference.

    `part`: member, kpi, rule, area (mean minutes one way), people, branch (yes where it is open).
    """
    letters = LETTERS[: len(comparison.members)]
    rows = (
        *_members(comparison),
        *_kpis(comparison),
        *_rules(comparison),
        *_areas(comparison),
        *_people(comparison),
        *_branches(comparison),
    )
    base = letters[comparison.base]
    columns = (
        *("part", "key", "name", "unit"),
        *letters,
        *(f"{letter} less {base}" for letter in letters if letter != base),
    )
    drop = len(letters) + comparison.base  # the base's difference from itself
    return Table(
        "comparison", columns, tuple((*head, *_without(cells, drop)) for head, cells in rows)
    )


_Row = tuple[tuple[Cell, ...], tuple[Cell, ...]]


def _without(cells: tuple[Cell, ...], position: int) -> tuple[Cell, ...]:
    return (*cells[:position], *cells[position + 1 :])


def _members(comparison: Comparison) -> Iterator[_Row]:
    nothing = (None,) * len(comparison.members)
    for key in ("name", "id", "status", "version", "created", "duplicates_within"):
        values = tuple(getattr(member, key) for member in comparison.members)
        yield ("member", key, "", ""), (*values, *nothing)


def _kpis(comparison: Comparison) -> Iterator[_Row]:
    for row in comparison.kpis:
        values: tuple[Figure, ...] = tuple(cell.value for cell in row.cells)
        differences: tuple[Figure, ...] = tuple(cell.difference for cell in row.cells)
        yield ("kpi", row.key, KPIS[row.key], row.unit), (*values, *differences)


def _rules(comparison: Comparison) -> Iterator[_Row]:
    nothing = (None,) * len(comparison.members)
    for rule in comparison.inputs.rules:
        yield ("rule", rule.key, "", ""), (*rule.said, *nothing)


def _areas(comparison: Comparison) -> Iterator[_Row]:
    for area in comparison.areas:
        values = tuple(None if cell is None else cell.mean_min for cell in area.cells)
        differences = tuple(None if cell is None else cell.difference for cell in area.cells)
        yield ("area", area.code, area.name, "minutes"), (*values, *differences)


def _people(comparison: Comparison) -> Iterator[_Row]:
    nothing = (None,) * len(comparison.members)
    for key in _PEOPLE:
        values = tuple(
            None if people is None else _of(people.count, key) for people in comparison.people
        )
        yield ("people", key, "", "people"), (*values, *nothing)


def _of(count: PeopleCount, key: str) -> float:
    found: float = getattr(count, key)
    return found


def _branches(comparison: Comparison) -> Iterator[_Row]:
    if comparison.branches is None:
        return
    nothing = (None,) * len(comparison.members)
    members = range(len(comparison.members))
    for use in (*comparison.branches.in_all, *comparison.branches.in_some):
        values = tuple(n in use.members for n in members)
        yield ("branch", use.site, use.name, ""), (*values, *nothing)
