"""Workbooks (.xlsx), read in the child: limits, no DOCTYPE, no formula without its value."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from planner.pack.faults import listed
from planner.pack.foreign import Refused, plain
from planner.pack.grid import Cell, header_key, is_blank
from planner.pack.sheet_formats import disguise_of, zeros_of
from planner.pack.sheet_parts import read_strictly

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD_BYTES = 256 * 1024
_HEADER_WITHIN = 30
_LONGEST_TAG = 2000
_MOST_BESIDE = 200
_BOOK = "xl/workbook.xml"
_MACROS = "xl/vbaProject.bin"
_FORMULA = re.compile(rb"<(?:[a-z]+:)?f[\s>/]")
_PIECE = 2**20
_STRICT = b"http://purl.oclc.org/ooxml/"
_HIDDEN = rb"(?=[^<>]*\shidden=\"(?:1|true)\")[^<>]*\s"
_MARKS = re.compile(
    rb"<(?:[a-z]+:)?(?:mergeCell\s[^<>]*ref=\"(?P<merged>[A-Z0-9:]+)\""
    rb"|row" + _HIDDEN + rb"r=\"(?P<row>[0-9]+)\""
    rb"|col" + _HIDDEN + rb"min=\"(?P<column>[0-9]+)\")"
)


def read_workbook(path: Path, archive: zipfile.ZipFile, order: dict[str, Any]) -> dict[str, Any]:
    """The cells of the sheet that fits best: typed values, and the cells that have none.

    Raises:
        Refused: When it has a DOCTYPE, no data, or cells beyond the limits.
    """
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels", ".vml")):
            _refuse_doctype(archive, member)
    import openpyxl  # noqa: PLC0415 - only in the child, after the checks
    from openpyxl.utils.datetime import CALENDAR_MAC_1904  # noqa: PLC0415

    read_strictly()
    book = openpyxl.load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    filled = [(sheet.title, head) for sheet in book.worksheets if (head := _head(sheet))]
    if not filled and _STRICT in archive.read(_BOOK)[:_HEAD_BYTES]:
        raise Refused(
            "a workbook in the strict form of its standard", "a workbook (.xlsx)",
            "Save it as Excel Workbook (.xlsx), not as Strict Open XML",
        )  # fmt: skip
    if not filled:
        raise Refused("no filled sheet", "a sheet with a table")
    groups = [set(group) for group in order["groups"]]
    hidden = {sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"}
    filled.sort(key=lambda each: each[0] in hidden)  # what people see comes first
    right = [title for title, head in filled if _fits(head, groups)]
    title = right[0] if right else max(filled, key=lambda each: _score(each[1], groups))[0]
    others = [name for name, _ in filled if name != title]
    seen = _Seen()
    records, bad = _cells(book[title], order, seen)
    without, formulas = (
        _formulas_without_value(path, title, records) if _has_formulas(archive) else ([], 0)
    )
    spoilt, warnings = _marked(archive, book[title], records)
    bad += without + spoilt
    if number := formulas - len(without):
        warnings.append(f"formulas read by the values that were saved with them: {number:,}")
    warnings += seen.told()
    if title in hidden:
        warnings.append(f"sheet {title} was read, which is hidden in the workbook")
    if _MACROS in archive.namelist():
        warnings.append("there are macros in the workbook; none was run")
    if others:
        listed = ", ".join(others[:10])
        warnings.append(f"sheet {title} was read; other filled sheets were not: {listed}")
    return {
        "records": records,
        "bad": bad,
        "dates": seen.dates,
        "from_1904": book.epoch == CALENDAR_MAC_1904,
        "warnings": warnings,
    }


def _refuse_doctype(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as part:
        head = part.read(_HEAD_BYTES).replace(b"\x00", b"")
    if _DOCTYPE.search(head):
        raise Refused("a workbook with a DOCTYPE", "a plain workbook", "Save it again in Excel")


def _head(sheet: Any) -> list[list[str]]:
    """The texts of the first rows, empty when they hold nothing."""
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= _HEADER_WITHIN * 4 or len(rows) >= _HEADER_WITHIN:
            break
        texts = [str(cell) for cell in row if cell is not None and str(cell).strip()]
        if texts:
            rows.append(texts)
    return rows


def _fits(head: list[list[str]], groups: list[set[str]]) -> bool:
    return any(all({header_key(text) for text in row} & group for group in groups) for row in head)


def _score(head: list[list[str]], groups: list[set[str]]) -> int:
    return max(sum(bool({header_key(text) for text in row} & group) for group in groups)
               for row in head)  # fmt: skip


@dataclass(slots=True)
class _Seen:
    """What people see in cells beside their values: dates, and numbers shown as others."""

    dates: list[list[int]] = field(default_factory=list)
    disguised: dict[tuple[int, str], tuple[int, Cell]] = field(default_factory=dict)

    def told(self) -> list[str]:
        """Each column that shows other numbers than it holds, with the first of them."""
        return [
            f"column {place + 1} is shown {how} and read as it is held: {value} in row {number}"
            for (place, how), (number, value) in self.disguised.items()
        ]


def _cells(sheet: Any, order: dict[str, Any], seen: _Seen) -> tuple[list[Any], list[Any]]:
    most_rows, most_columns = order["most_rows"], order["most_columns"]
    records: list[Any] = []
    bad: list[Any] = []
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells: list[Cell] = []
        for place, cell in enumerate(row):
            value = None if cell.value is None else plain(cell.value)
            if isinstance(value, (int, float)):
                form = cell.number_format or ""
                if (zeros := zeros_of(form)) and value == int(value) >= 0:
                    value = str(int(value)).zfill(zeros)
                elif how := disguise_of(form):
                    seen.disguised.setdefault((place, how), (number, value))
            elif isinstance(cell.value, date):
                seen.dates.append([number, place])
            if getattr(cell, "data_type", "") == "e":
                bad.append([number, place, f"the error {value}"])
                value = str(value)
            cells.append(value)
        while cells and is_blank(cells[-1]):
            cells.pop()
        if not cells:
            continue
        if number > most_rows or len(cells) > most_columns:
            raise Refused(
                f"a cell in row {number}, column {len(cells)}",
                f"at most {most_rows} rows and {most_columns} columns",
                "Delete what stands far from the table",
                row=number,
            )
        records.append([number, cells])
    return records, bad


def _marked(
    archive: zipfile.ZipFile, sheet: Any, records: list[Any]
) -> tuple[list[Any], list[str]]:
    """The blank cells that are merged with a filled one, and what is told of hidden ones."""
    merged: list[str] = []
    rows: set[int] = set()
    columns: set[int] = set()
    with archive.open(sheet._worksheet_path) as part:  # noqa: SLF001 - openpyxl has no other way
        tail = b""
        while piece := part.read(_PIECE):
            text = tail + piece
            done = 0
            for mark in _MARKS.finditer(text):
                done = mark.end()
                if mark["merged"]:
                    merged.append(mark["merged"].decode())
                elif mark["row"]:
                    rows.add(int(mark["row"]))
                else:
                    columns.add(int(mark["column"]))
            tail = text[max(done, len(text) - _LONGEST_TAG) :]
    told = [
        f"hidden {noun} were read too: {listed(map(str, sorted(numbers)))}"
        for noun, numbers in (
            ("rows", rows & {number for number, _ in records}),
            ("columns", columns),
        )
        if numbers
    ]
    return _merged_blanks(merged, records), told


def _merged_blanks(ranges: list[str], records: list[Any]) -> list[Any]:
    from openpyxl.utils import range_boundaries  # noqa: PLC0415 - only in the child

    by_row = dict(records)
    spoilt: list[Any] = []
    for each in ranges:
        west, north, east, south = (number or 1 for number in range_boundaries(each))
        first = each.partition(":")[0]
        rows = range(north, south + 1)
        inside = rows if len(rows) < len(by_row) else [row for row in by_row if row in rows]
        for row in inside:
            cells = by_row.get(row)
            if cells is None:
                continue
            for place in range(west - 1, min(east, len(records[0][1]) + _MOST_BESIDE)):
                is_blank_one = place >= len(cells) or cells[place] is None
                if is_blank_one and (row, place) != (north, west - 1):
                    spoilt.append([row, place, f"a blank cell that is merged with {first}"])
    return spoilt


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/"):
            continue
        with archive.open(name) as part:
            tail = b""
            while piece := part.read(_PIECE):
                if _FORMULA.search(tail + piece):
                    return True
                tail = piece[-64:]
    return False


def _formulas_without_value(path: Path, title: str, records: list[Any]) -> tuple[list[Any], int]:
    """The cells that hold a formula but no value, never calculated, and how many hold one."""
    import openpyxl  # noqa: PLC0415

    values = dict(records)
    book = openpyxl.load_workbook(
        path.open("rb"), read_only=True, data_only=False, keep_links=False
    )
    sheet = book[title]
    sheet.reset_dimensions()
    found: list[Any] = []
    formulas = 0
    extra: dict[int, int] = {}
    for number, row in enumerate(sheet.iter_rows(), start=1):
        for place, cell in enumerate(row):
            if cell.value is None or cell.data_type != "f":
                continue
            formulas += 1
            cells = values.get(number, [])
            if place >= len(cells) or cells[place] is None or cells[place] == "":
                found.append([number, place, "a formula without its value"])
                extra[number] = max(extra.get(number, 0), place + 1)
    for number, width in extra.items():
        if number not in values:
            records.append([number, [None] * width])
    records.sort(key=lambda record: record[0])
    return found, formulas
