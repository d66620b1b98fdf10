"""Which rows of a table are data: not the header again, not totals, not notes at the end."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from planner.pack.columns import Schema
from planner.pack.faults import IN_WORDS, Findings, shown
from planner.pack.grid import Cell, Grid, Record, is_blank, text_of
from planner.pack.number_grammar import Number, read_numbers, total_of

_NOTES_WITHIN = 5
_TOTAL = re.compile(r"((grand|sub)[\s-]*)?totals?|sum|jumla( kuu| yote| ndogo)?", re.IGNORECASE)
_SOME_TOTAL = re.compile(r"(grand |sub-?)?totals?\b.*|jumla\b.*|.*\btotals?", re.IGNORECASE)
_TOTAL_WORDS = ("total", "sum", "jumla")  # every total has one of them; quickly seen
_LETTER = re.compile(r"[^\W\d_]")
_FOOTNOTE = re.compile(
    r"(\*|#|sources?\b|notes?\b|n\.?b\b|(prepared|compiled|signed|approved) by\b|all figures\b"
    r"|figures\b|chanzo\b|maelezo\b|imetayarishwa\b|takwimu\b)",
    re.IGNORECASE,
)
_PARTS_BACK = 50


def tell_titles(grid: Grid, start: int, findings: Findings) -> None:
    """Says which rows stand above the header, and what they say: it may be a unit."""
    if not start:
        return
    above = grid.records[:start]
    numbers = ", ".join(str(record.number) for record in above)
    findings.warn(
        f"{grid.file}: row {numbers} above the header taken as a title:"
        f" {' / '.join(shown(_said(record.cells)) for record in above)}"
    )


def _said(cells: Sequence[Cell]) -> str:
    return " ".join(text_of(cell) for cell in cells if not is_blank(cell))


def data_records(
    grid: Grid,
    header: Record,
    records: Sequence[Record],
    places: Mapping[str, int],
    findings: Findings,
) -> tuple[list[Record], list[Record], bool]:
    """The rows that hold data, the total rows, and whether no other row was left out.

    Totals and footnotes are no data; a wrong count of fields is a fault. What has coordinates of
    its own is a place, even one that is called Total.
    """
    axes = [places[name] for name in ("lat", "lon", "x", "y") if name in places]
    width = len(header.cells)
    own = [text_of(cell) for cell in header.cells]
    kept: list[Record] = []
    totals: list[Record] = []
    repeats: list[str] = []
    sums: list[str] = []
    whole = True
    plain: dict[Cell, bool] = {}  # of each first cell, whether it shows that the row is data
    for index, record in enumerate(records):
        cells = record.cells
        is_plain = plain.get(cells[0]) if cells else False
        if is_plain is None:
            is_plain = plain[cells[0]] = _begins_data(cells[0], own)
        if is_plain and len(cells) == width and index < len(records) - _NOTES_WITHIN:
            kept.append(record)
        elif _is_header(cells, own):
            repeats.append(f"row {record.number} repeats the header: left out")
        elif is_total(cells) and not _has_place(cells, axes):
            totals.append(record)
            label = next(text_of(cell) for cell in cells if not is_blank(cell))
            sums.append(f"row {record.number} ({shown(label)}) is a total row: not counted as data")
        elif index >= len(records) - _NOTES_WITHIN and _is_note(cells):
            findings.warn(
                f"{grid.file}: row {record.number} is a note, not data: left out:"
                f" {shown(_said(cells))}"
            )
        elif len(cells) == width:
            kept.append(record)
        elif grid.ragged:
            whole = False
            findings.fault(
                grid.file,
                record.number,
                None,
                f"{len(cells)} fields",
                f"{width} fields, as in the header",
                'Look for a missing or extra separator; put text that contains one in "…"',
            )
        else:
            padded = cells[:width] + (None,) * (width - len(cells))
            kept.append(Record(record.number, padded))
    _tell(repeats, "rows that repeat the header", grid, findings)
    _tell(sums, "total rows", grid, findings)
    return kept, totals, whole


def _tell(told: Sequence[str], noun: str, grid: Grid, findings: Findings) -> None:
    """Says the first of what may be said of every row, and how many more there are."""
    for text in told[:IN_WORDS]:
        findings.warn(f"{grid.file}: {text}")
    if len(told) > IN_WORDS:
        findings.warn(f"{grid.file}: and {len(told) - IN_WORDS:,} more {noun}")


def _has_place(cells: Sequence[Cell], axes: Sequence[int]) -> bool:
    return bool(axes) and all(at < len(cells) and not is_blank(cells[at]) for at in axes)


def _begins_data(cell: Cell, header: Sequence[str]) -> bool:
    """Whether a row with this first cell is neither the header again nor a total."""
    return text_of(cell) != header[0] and not is_blank(cell) and not is_total((cell,))


def _is_header(cells: Sequence[Cell], header: Sequence[str]) -> bool:
    """Whether a row says what the header says, as where files were put one below the other."""
    return (
        len(cells) >= len(header) > 1
        and text_of(cells[0]) == header[0]
        and [text_of(cell) for cell in cells] == header
    )


def is_total(cells: Sequence[Cell]) -> bool:
    """Whether the first filled cell says so; `Total of …` only where no other cell has letters."""
    for place, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str):
            return False
        text = cell.strip()
        if not text:
            continue
        low = text.casefold()
        if not any(word in low for word in _TOTAL_WORDS):
            return False
        if _TOTAL.fullmatch(text):
            return True
        return bool(_SOME_TOTAL.fullmatch(text)) and not any(
            isinstance(other, str) and _LETTER.search(other) for other in cells[place + 1 :]
        )
    return False


def _is_note(cells: Sequence[Cell]) -> bool:
    filled = [text_of(cell) for cell in cells if not is_blank(cell)]
    return len(filled) == 1 and bool(_FOOTNOTE.match(filled[0]))


def compare_totals(
    grid: Grid,
    totals: Sequence[Record],
    places: Mapping[str, int],
    rows: Sequence[tuple[int, Mapping[str, object]]],
    schema: Schema,
    findings: Findings,
) -> None:
    """Says where a total row is neither the sum of all rows nor of those above it.

    Args:
        grid: The table as it came.
        totals: Its total rows.
        places: Where each column stands.
        rows: The number of each data row and what its cells hold.
        schema: What kind of table it is.
        findings: Takes what differs.
    """
    counted = {column.name for column in schema.columns if column.total}
    for name, place in places.items():
        if name not in counted or not any(_has_cell(record, place) for record in totals):
            continue
        numbers = [(row, value) for row, values in rows
                   if isinstance(value := values.get(name), (int, float))]  # fmt: skip
        every = total_of([value for _, value in numbers])
        parts = _parts(numbers, [record.number for record in totals])
        wrong: list[str] = []
        for at, record in enumerate(totals):
            if not _has_cell(record, place):
                continue
            told = read_numbers([record.cells[place]], "count", grid.separator)[0]
            above = parts[max(0, at + 1 - _PARTS_BACK) : at + 1]
            if isinstance(told, (int, float)) and not _is_some_sum(told, every, above):
                wrong.append(
                    f"row {record.number} gives {told:,} as total of {name};"
                    f" the rows sum to {every:,}{_since(above, every)}"
                )
        _tell(wrong, f"totals of {name} that are not the sum", grid, findings)


def _has_cell(record: Record, place: int) -> bool:
    return place < len(record.cells) and not is_blank(record.cells[place])


def _parts(numbers: Sequence[tuple[int, Number]], ends: Sequence[int]) -> list[Number]:
    """The sum of the rows above each total row, down from the one before it."""
    found: list[Number] = []
    at = 0
    for end in ends:
        start = at
        while at < len(numbers) and numbers[at][0] < end:
            at += 1
        found.append(total_of([value for _, value in numbers[start:at]]))
    return found


def _is_some_sum(stated: Number, every: Number, above: Sequence[Number]) -> bool:
    """Whether it is the sum of all rows, or of the parts above it: the last, the last two, ..."""
    summed: Number = 0
    for part in reversed(above):
        summed += part
        if _same(stated, summed):
            return True
    return _same(stated, every)


def _same(stated: Number, summed: Number) -> bool:
    return math.isclose(stated, summed, rel_tol=1e-12, abs_tol=1e-9)


def _since(above: Sequence[Number], every: Number) -> str:
    return "" if _same(above[-1], every) else f", those since the total before it to {above[-1]:,}"
