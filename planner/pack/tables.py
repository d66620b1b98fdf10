"""From cells to a table: header found, cells read by the schema, every fault noted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from shapely.geometry.base import BaseGeometry

from planner.errors import CONTROLS
from planner.pack.columns import Column, Schema
from planner.pack.data_rows import compare_totals, data_records, tell_titles
from planner.pack.dates import NotADate, ReadDate, read_date
from planner.pack.faults import Findings, control_in, listed, shown
from planner.pack.grid import Cell, Grid, Record, is_blank, text_of
from planner.pack.header import columns_of, find_header
from planner.pack.number_grammar import (
    NotANumber,
    Number,
    NumberKind,
    doubtful_of,
    is_open,
    plain_numbers,
    read_numbers,
    total_of,
)

Value = str | int | float | tuple[str, ...] | None

_SHORTENED_ID = re.compile(r"[0-9][.,][0-9]+[eE]\+[0-9]{2}")
_EXCEL_DIGITS = 10**15
_METRES_FROM = 360  # no degrees are so many
_LOOKED_AT = 20_000  # different cells, for an example
_LIKE_LATIN = str.maketrans(  # as Unicode's list of confusables has them (UTS 39)
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u0501\u04bb"
    "\u051b\u051d\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422"
    "\u0425\u0406\u0408\u0405\u0475\u0391\u0392\u0395\u0396\u0397\u0399\u039a"
    "\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd",
    "aceopxyijsdhqwABEKMHOPCTXIJSvABEZHIKMNOPTYXov",
)
"""Cyrillic and Greek letters that look as Latin ones do."""
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_LINE_ENDS = dict.fromkeys(map(ord, "\r\n\t"))  # these may stand within a text


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood; None where blank or at fault."""

    number: int
    values: Mapping[str, Value]
    geometry: BaseGeometry | None = None

    def text(self, column: str) -> str:
        """The cell as text, empty where blank."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def number_or_none(self, column: str) -> Number | None:
        """The cell as a number, None where blank."""
        value = self.values.get(column)
        return value if isinstance(value, (int, float)) else None

    def day(self, column: str) -> date | None:
        """The cell as a day, None where blank."""
        text = self.text(column)
        return date.fromisoformat(text) if text else None

    def ids(self, column: str) -> tuple[str, ...]:
        """The cell as ids, none where blank."""
        value = self.values.get(column)
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table that could be read, though rows may be at fault.

    Attributes:
        file: The file's name.
        kind: The kind of table.
        columns: The schema's columns that are there.
        rows: Every data row; cells at fault are None.
        whole: Whether no row was lost, so that what is not in it is really not there.
        mapped: Whether it came from a GIS file.
        repairs: Repaired outlines by row number, None when they were not looked at yet.
    """

    file: str
    kind: str
    columns: frozenset[str]
    rows: tuple[Row, ...]
    whole: bool = True
    mapped: bool = False
    repairs: Mapping[int, BaseGeometry | None] | None = None

    def complete(self, *columns: str) -> bool:
        """Whether no row was lost and each has these cells, so that joins can be judged."""
        return self.whole and all(
            row.values.get(name) is not None for row in self.rows for name in columns
        )

    def totals(self, schema: Schema) -> dict[str, Number]:
        """The sums of the columns that count something."""
        found: dict[str, Number] = {}
        for column in schema.columns:
            if column.total and column.name in self.columns:
                cells = [row.number_or_none(column.name) for row in self.rows]
                found[column.name] = total_of([each for each in cells if each is not None])
        return found


def read_table(grid: Grid, schema: Schema, findings: Findings) -> Table | None:
    """Reads the rows of a grid by a schema.

    Returns:
        The table, as far as its columns are there; None when its header names none of them.
        Everything is said in `findings`.
    """
    before = len(findings.faults)
    start = find_header(grid, schema)
    header = grid.records[start]
    places = columns_of(grid, header, schema, findings)
    if not places:
        return None
    tell_titles(grid, start, findings)
    records, totals, whole = data_records(grid, header, grid.records[start + 1 :], places, findings)
    columns = {column.name: column for column in schema.columns}
    names = tuple(places)
    read: list[list[Value]] = []
    for name, place in places.items():
        cells = [record.cells[place] for record in records]
        spoilt = [grid.bad.get((record.number, place)) for record in records] if grid.bad else []
        if grid.dates and columns[name].kind in {"id", "ids"}:
            _refuse_dates(grid, columns[name], place, records, findings)
        read.append(_read_column(grid, columns[name], records, cells, spoilt, findings))
    geometries = grid.geometries or {}
    rows = tuple(
        Row(record.number, dict(zip(names, values, strict=True)), geometries.get(record.number))
        for record, values in zip(records, zip(*read, strict=True), strict=True)
    )
    if not rows and len(findings.faults) == before:
        findings.fault(grid.file, header.number, None, "no rows", "rows below the header", "")
    found = [(row.number, row.values) for row in rows] if totals else []
    compare_totals(grid, totals, places, found, schema, findings)
    _check_unique(grid, schema, rows, findings)
    _check_alike(grid, schema, rows, findings)
    whole = whole and grid.whole
    mapped = grid.geometries is not None
    present = frozenset(places)
    return Table(grid.file, schema.kind, present, rows, whole, mapped, grid.repairs)


def _refuse_dates(
    grid: Grid, column: Column, place: int, records: Sequence[Record], findings: Findings
) -> None:
    """An id that a spreadsheet took for a day is no longer what somebody typed: 3-1 or MAR1."""
    for record in records:
        if (record.number, place) in grid.dates:
            findings.fault(
                grid.file, record.number, column.name, f"the date {text_of(record.cells[place])}",
                column.expected, "Format the column as Text, and type the id again",
            )  # fmt: skip


def _read_column(
    grid: Grid,
    column: Column,
    records: Sequence[Record],
    cells: Sequence[Cell],
    spoilt: Sequence[str | None],
    findings: Findings,
) -> list[Value]:
    empty_ones = {cell for cell in set(cells) if is_blank(cell)}
    blank = [cell in empty_ones for cell in cells] if empty_ones else [False] * len(cells)
    if any(spoilt):
        blank = [empty or bool(bad) for empty, bad in zip(blank, spoilt, strict=True)]
    if any(spoilt) or (column.required and any(blank)):
        why = spoilt or [None] * len(blank)
        for record, empty, bad in zip(records, blank, why, strict=True):
            if bad:
                findings.fault(
                    grid.file,
                    record.number,
                    column.name,
                    bad,
                    column.expected,
                    "Open the workbook, calculate the formula or unmerge the cells, and save it"
                    if grid.excel
                    else "Write a text or a number there",
                )
            elif empty and column.required:
                findings.fault(
                    grid.file,
                    record.number,
                    column.name,
                    "a blank cell",
                    column.expected,
                    "Blank means missing, never 0",
                )
    if column.numeric:
        return _read_number_column(grid, column, records, cells, blank, findings)
    if column.kind == "date":
        return _read_date_column(grid, column, records, cells, blank, findings)
    if (plain := _plain_texts(column, cells)) is not None:
        return plain
    values: list[Value] = []
    gaps: list[str] = []
    for record, cell, empty in zip(records, cells, blank, strict=True):
        text = "" if empty else text_of(cell)
        if text and (found := CONTROLS.search(text.translate(_LINE_ENDS))):
            findings.fault(
                grid.file, record.number, column.name,
                control_in(text, found), "plain text", "Type the cell anew",
            )  # fmt: skip
            text = ""
        if column.kind == "ids":
            values.append(_ids(grid, column, record, text, findings))
            gaps += _gap_in(text)
            continue
        if column.kind == "id" and text and not _is_whole_id(grid, cell, text):
            findings.fault(
                grid.file,
                record.number,
                column.name,
                text,
                "an id with all its digits",
                "A spreadsheet keeps only 15 digits of a number; format the column as text",
            )
            text = ""
        if column.kind == "word" and text:
            word = text.casefold()
            if word not in column.words:
                findings.fault(grid.file, record.number, column.name, text, column.expected, "")
            text = word if word in column.words else ""
        values.append(text or None)
    if gaps:
        findings.warn(
            f"{grid.file}: {column.name}: semicolons with nothing between them were passed over,"
            f" such as {shown(gaps[0])}"
        )
    return values


def _plain_texts(column: Column, cells: Sequence[Cell]) -> list[Value] | None:
    """The cells of a column of sound texts; None where any of them needs a closer look.

    It decides nothing that looking at each cell would not: it only saves doing so.
    """
    if column.kind == "ids" or not {*map(type, cells)} <= {str, type(None)}:
        return None
    tidied = {cell: "" if is_blank(cell) else str(cell).strip() for cell in set(cells)}
    different = dict.fromkeys(tidied.values())  # each text is kept once, however often it stands
    joined = " ".join(different)
    if CONTROLS.search(joined.translate(_LINE_ENDS)) or (column.kind == "id" and "+" in joined):
        return None
    read: dict[str, Value] = {text: text or None for text in different}
    if column.kind == "word":
        read = {text: text.casefold() or None for text in different}
        if not {*read.values()} <= {*column.words, None}:
            return None
    values = {cell: read[text] for cell, text in tidied.items()}
    return [values[cell] for cell in cells]


def _read_number_column(
    grid: Grid,
    column: Column,
    records: Sequence[Record],
    cells: Sequence[Cell],
    blank: Sequence[bool],
    findings: Findings,
) -> list[Value]:
    kinds: dict[str, NumberKind] = {
        "count": "count",
        "whole": "count",
        "money": "money",
        "degrees": "degrees",
    }
    tidied = {cell: cell.strip() if isinstance(cell, str) else cell for cell in set(cells)}
    given = [None if empty else tidied[cell] for cell, empty in zip(cells, blank, strict=True)]
    kind = kinds.get(column.kind, "measure")
    plain = plain_numbers(given, kind)
    if plain is not None and _all_allowed(plain, column):
        return list(plain)
    numbers = read_numbers(given, kind, grid.separator)
    values: list[Value] = []
    for record, cell, number in zip(records, given, numbers, strict=True):
        value: Value = None
        if isinstance(number, NotANumber):
            findings.fault(
                grid.file, record.number, column.name, cell, number.expected, number.message
            )
        elif number is not None and not _allowed(number, column):
            findings.fault(
                grid.file,
                record.number,
                column.name,
                cell,
                column.expected,
                _instead(number, column),
            )
        else:
            value = number
        values.append(value)
    if kind == "count" and (doubtful := doubtful_of(given)) in values and doubtful is not None:
        findings.warn(
            f"{grid.file}: {column.name}: {doubtful} is held as a number with a fraction, and read"
            f" so; if a thousand was meant, write {round(1000 * doubtful)}"
        )
    if understood := _understood(given, values, is_count=kind in {"count", "money"}):
        findings.warn(f"{grid.file}: {column.name}: numbers understood, such as {understood}")
    return values


def _understood(cells: Sequence[Cell], values: Sequence[Value], *, is_count: bool) -> str:
    """A cell that the others had to explain, and one that is clear by itself, as they were read.

    In counts the others had to explain 866.820 too, though any program reads it as a fraction.
    """
    told: dict[bool, str] = {}
    for cell, value in islice(dict(zip(cells, values, strict=True)).items(), _LOOKED_AT):
        if isinstance(cell, str) and isinstance(value, (int, float)):
            needs_others = is_open(cell)
            if (needs_others and is_count) or not _as_written(cell, value):
                told.setdefault(needs_others, f"{cell} as {value}")
            if len(told) > 1:
                break
    return " and ".join(told.values())


def _all_allowed(numbers: Sequence[Number | None], column: Column) -> bool:
    """As `_allowed` tells of each: all are where the least and the greatest are."""
    given = [number for number in numbers if number is not None]
    if column.kind == "whole" and not {*map(type, given)} <= {int}:
        return False
    return not given or (_allowed(min(given), column) and _allowed(max(given), column))


def _read_date_column(
    grid: Grid,
    column: Column,
    records: Sequence[Record],
    cells: Sequence[Cell],
    blank: Sequence[bool],
    findings: Findings,
) -> list[Value]:
    """Days as ISO text; how the ones that are not ISO were understood is said."""
    values: list[Value] = []
    known: dict[Cell, ReadDate | NotADate] = {}
    example: dict[str, str] = {}
    count: Counter[str] = Counter()
    latest = 0  # the highest day of those that are read day first
    for record, cell, empty in zip(records, cells, blank, strict=True):
        if empty or cell is None:
            values.append(None)
            continue
        read = known.get(cell)
        if read is None:
            read = known[cell] = read_date(cell, workbook=grid.excel, from_1904=grid.from_1904)
        if isinstance(read, NotADate):
            findings.fault(
                grid.file, record.number, column.name, text_of(cell), read.expected, read.message
            )
            values.append(None)
            continue
        values.append(read.day.isoformat())
        count[read.by] += 1
        if read.by == "day first":
            latest = max(latest, read.day.day)
        if read.by not in example:
            example[read.by] = f"{shown(text_of(cell))} as {read.day.isoformat()}"
    for by, text in example.items():
        if by != "iso":
            how = {"time": "times of day are left out", "day first": "read day first"}.get(by, "")
            findings.warn(
                f"{grid.file}: {column.name}: dates {how or 'understood'}, such as {text}"
            )
    if len(count) > 1:
        told = listed(f"{number:,} such as {example[by]}" for by, number in count.items())
        findings.warn(f"{grid.file}: {column.name}: dates are written in several ways: {told}")
    if 0 < latest <= 12:
        findings.warn(
            f"{grid.file}: {column.name}: no day is above 12, so nothing shows that the day comes"
            f" first; it may be the month. Check {example['day first']}"
        )
    return values


def _as_written(cell: str, number: Number) -> bool:
    """Whether any program would read the text as the same number."""
    try:
        return float(cell) == number
    except ValueError:
        return False


def _instead(number: Number, column: Column) -> str:
    """What to do about a number that is out of its range."""
    if column.name in {"lat", "lon"} and abs(number) > _METRES_FROM:
        return "It looks like metres; give degrees, or turn them into degrees (EPSG:4326)"
    return "Mend it"


def _allowed(number: Number, column: Column) -> bool:
    return (
        (column.kind != "whole" or isinstance(number, int))
        and (column.low is None or number >= column.low)
        and (column.high is None or number <= column.high)
        and (column.above is None or number > column.above)
        and abs(number) <= 1e15
    )


def _ids(
    grid: Grid, column: Column, record: Record, text: str, findings: Findings
) -> tuple[str, ...] | None:
    ids = tuple(part.strip() for part in text.split(";") if part.strip())
    if text and not ids:
        findings.fault(
            grid.file, record.number, column.name, text, column.expected,
            "Only semicolons stand there: write the ids, or leave the cell blank",
        )  # fmt: skip
    doubled = sorted({each for each in ids if ids.count(each) > 1})
    if doubled:
        findings.fault(
            grid.file, record.number, column.name, listed(doubled), "each id once", "Remove one"
        )
    return ids or None


def _gap_in(text: str) -> list[str]:
    """The text of a list, where an entry of it is blank and another is not."""
    parts = [part.strip() for part in text.split(";")]
    return [text] if any(parts) and not all(parts) else []


def _is_whole_id(grid: Grid, cell: Cell, text: str) -> bool:
    """Whether no program has rounded the id as if it were a number."""
    rounded = grid.excel and isinstance(cell, (int, float)) and abs(cell) >= _EXCEL_DIGITS
    return not rounded and not _SHORTENED_ID.fullmatch(text)


def _look_of(text: str) -> str:
    """The same for texts that look the same: without marks nobody sees, in Latin letters."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_LIKE_LATIN)


def _check_alike(grid: Grid, schema: Schema, rows: Sequence[Row], findings: Findings) -> None:
    """Ids that look the same and are not: nobody can see which of them another table means."""
    name = schema.key[0] if len(schema.key) == 1 else ""
    if not name:
        return
    _tell_zeros(grid, name, rows, findings)
    if all(row.text(name).isascii() for row in rows):
        return
    seen: dict[str, Row] = {}
    for row in rows:
        text = row.text(name)
        first = seen.setdefault(_look_of(text), row)
        if text and first.text(name) != text:
            findings.fault(
                grid.file, row.number, name, text, "ids that can be told apart",
                f"It looks like the one in row {first.number}, but is written with other"
                " characters; type one of them anew",
            )  # fmt: skip


def _tell_zeros(grid: Grid, name: str, rows: Sequence[Row], findings: Findings) -> None:
    """Ids that differ in zeros before them alone, such as 1 and 01, were most likely one."""
    seen: dict[str, str] = {}
    for text in dict.fromkeys(row.text(name) for row in rows):
        short = text.lstrip("0")
        other = seen.setdefault(short, text)
        if short and other != text:
            findings.warn(
                f"{grid.file}: {name}: {min(text, other)} and {max(text, other)} differ only in"
                " zeros before them, and are taken for two"
            )
            return


def _check_unique(grid: Grid, schema: Schema, rows: Sequence[Row], findings: Findings) -> None:
    """Each key once; rows that miss a part of it have a fault of their own."""
    if not schema.key:
        return
    required = {column.name for column in schema.columns if column.required}
    keys = [tuple([row.values.get(name) for name in schema.key]) for row in rows]
    doubled = {key for key, count in Counter(keys).items() if count > 1}
    seen: dict[tuple[Value, ...], int] = {}
    for row, key in zip(rows, keys, strict=True):
        if key not in doubled:
            continue
        missing = [name for name, part in zip(schema.key, key, strict=True) if part is None]
        if any(name in required or row.values.get("visits_per_year") for name in missing):
            continue
        first = seen.setdefault(key, row.number)
        if first != row.number:
            findings.fault(
                grid.file,
                row.number,
                schema.key[0] if len(schema.key) == 1 else " + ".join(schema.key),
                " + ".join(str(part) for part in key if part is not None),
                "each one once",
                f"It is already in row {first}; remove one of them or sum them yourself",
            )
