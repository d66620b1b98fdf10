"""Tables of facts by area: the figures that rates, segments and levers draw on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import nearest
from planner.pack.columns import Column, Schema
from planner.pack.data_rows import tell_titles
from planner.pack.faults import Findings, listed
from planner.pack.grid import Record, header_key, is_blank, text_of
from planner.pack.header import find_header
from planner.pack.number_grammar import NotANumber, read_numbers
from planner.pack.opening import open_grid

FACTS = Schema(
    "area_facts",
    (Column("code", "id", required=True, aliases=("county_code", "area_code")),),
    ("code",),
)
_CODE_KEYS = {name for each in FACTS.columns for name in (each.name, *each.aliases)}


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of facts: area code -> column -> number; and what kept a column out."""

    file: str
    values: Mapping[str, Mapping[str, float]]
    not_numbers: Mapping[str, str]  # column -> its first cell that is no number, with the row
    rows: Mapping[str, int] = field(default_factory=dict)  # area code -> row, header = 1


NO_FACTS = Facts("", {}, {})


def read_facts(path: Path, findings: Findings) -> Facts | None:
    """Reads the numeric columns of a table with a `code` column; text columns are left out.

    None when it cannot be read or has no such column (said in `findings`).
    """
    grid = open_grid(path, FACTS, findings)
    if grid is None:
        return None
    start = find_header(grid, FACTS)
    header, *rows = grid.records[start:]
    tell_titles(grid, start, findings)
    names = [text_of(cell) for cell in header.cells]
    places = [place for place, name in enumerate(names) if header_key(name) in _CODE_KEYS]
    if not places:
        findings.fault(
            grid.file, header.number, "code", "missing column: code", "a column named code",
            f"Found: {listed(names, 40)}",
        )  # fmt: skip
        return None
    sound = [row for row in rows if len(row.cells) == len(names)]
    for row in rows:
        if len(row.cells) != len(names):
            findings.fault(
                grid.file, row.number, None, f"{len(row.cells)} fields",
                f"{len(names)} fields, as in the header", "",
            )  # fmt: skip
    doubled = listed({name for name in names if name and names.count(name) > 1})
    if doubled:
        findings.fault(grid.file, header.number, None, f"columns twice: {doubled}", "once each")
    codes = _codes(grid.file, sound, places[0], findings)
    values: dict[str, dict[str, float]] = {code: {} for code in codes if code}
    not_numbers: dict[str, str] = {}
    for place, name in enumerate(names):
        if place == places[0] or not name:
            continue
        cells = [None if is_blank(row.cells[place]) else row.cells[place] for row in sound]
        numbers = read_numbers(cells, "measure", grid.separator)
        for row, cell, number in zip(sound, cells, numbers, strict=True):
            spoilt = grid.bad.get((row.number, place))
            if spoilt is not None or isinstance(number, NotANumber):
                not_numbers.setdefault(name, f"row {row.number}: {spoilt or cell}")
        if name not in not_numbers:
            for code, number in zip(codes, numbers, strict=True):
                if code and isinstance(number, (int, float)):
                    values[code][name] = float(number)
    rows_of = {code: row.number for row, code in zip(sound, codes, strict=True) if code}
    return Facts(grid.file, values, not_numbers, rows_of)


def _codes(file: str, rows: list[Record], place: int, findings: Findings) -> list[str]:
    codes = [text_of(row.cells[place]) for row in rows]
    seen: set[str] = set()
    for row, code in zip(rows, codes, strict=True):
        if not code or code in seen:
            findings.fault(file, row.number, "code", code or "a blank cell", "each code once")
        seen.add(code)
    return codes


def values_of(
    facts: Facts, column: str, areas: Collection[str], asks: tuple[str, str], findings: Findings
) -> dict[str, float]:
    """The values of a column in the areas that have one; what keeps a value away is a fault.

    Args:
        facts: The table.
        column: A numeric column of it.
        areas: The codes of the areas that need a value.
        asks: The file and key that draw on the column.
        findings: Takes the faults: no such column, no numbers, no value for an area.
    """
    file, place = asks
    if column in facts.not_numbers:
        findings.fault(
            facts.file, None, column, facts.not_numbers[column], "numbers in every row",
            f"{file} {place} draws on this column",
        )  # fmt: skip
        return {}
    columns = sorted({name for values in facts.values.values() for name in values})
    if column not in columns:
        near = nearest(column, columns)
        hint = f"Did you mean {near[0]}?" if near else ""
        expected = f"a numeric column of {facts.file or 'facts'}"
        findings.fault(file, None, place, column, expected, hint)
        return {}
    found = {code: facts.values.get(code, {}).get(column) for code in areas}
    missing = sorted(code for code, value in found.items() if value is None)
    if missing:
        findings.fault(
            facts.file, None, column, f"no value for {listed(missing)}", "a value for every area",
            f"{file} {place} draws on this column",
        )  # fmt: skip
    return {code: value for code, value in found.items() if value is not None}
