"""XLSX: one workbook with data, settings, sources and dictionary; text is never a formula."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from planner.errors import PlannerError
from planner.export.columns import OF_TRAVEL, Column, code_words
from planner.export.sheets import Imprint, Sheet
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import plain
from planner.runs.table import Cell, clean_text

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_576
MANY = 1000  # from here on nobody reads what stands behind the point
_A4 = 9
_A_PAGE = 220.0  # letters side by side on one sheet of paper that can still be read
_NUMBER_FORMATS = {
    "text": "@",
    "count": "#,##0",
    "number": "#,##0.0##",
    "share": "0.0%",
    "money": "#,##0",
    "degrees": "0.00000",
    "flag": "@",
    "code": "@",
}
_MIXED = frozenset({"plan", "today", "change", "value", "low", "high"})  # of several units
_WIDE = frozenset({"source", "note", "meaning", "meaning_other", "attribution"})


def xlsx_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The workbook by the end of its name; codes and flags are said in words.

    Raises:
        PlannerError: A table has more rows than a sheet can hold.
    """
    for sheet in sheets:
        if len(sheet.rows) + 1 > MOST_ROWS:
            message = (
                f"The table {sheet.title} has {len(sheet.rows):,} rows; a workbook holds "
                f"{MOST_ROWS - 1:,}. Export csv."
            )
            raise PlannerError(message)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, {**options, "strings_to_numbers": False})
    marks = imprint.as_dict()
    book.set_properties(
        {
            "title": text_cell(run.scenario.name)[:255],
            "subject": text_cell(run.pack.name)[:255],
            "author": "Ugatuzi Planner",
            "comments": text_cell("\n".join(f"{key}: {value}" for key, value in marks.items())),
            "created": datetime.fromisoformat(imprint.created).replace(tzinfo=None),
        }
    )
    styles = _Styles(book, w)
    by_key = {sheet.key: sheet for sheet in sheets}
    taken: set[str] = set()
    for sheet in sheets:
        if sheet.key == "changes":  # stands below the summary
            continue
        page = book.add_worksheet(sheet_name(sheet.title, taken))
        if sheet.key == "summary":
            _summary(page, styles, sheet, by_key["changes"])
            _print_setup(page, imprint, w, _A_PAGE)
        else:
            _print_setup(page, imprint, w, _table(page, styles, sheet))
    book.close()
    return {"plan.xlsx": out.getvalue()}


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that every spreadsheet accepts and that is not taken (which it is from then on)."""
    plain_title = re.sub(r"[\[\]:*?/\\]+", "-", clean_text(title)).strip("' ")[:31].strip("' ")
    name = plain_title if plain_title.casefold() not in {"", "history"} else "Sheet"
    number = 1
    while name.casefold() in taken:
        number += 1
        ending = f" {number}"
        name = f"{plain_title[: 31 - len(ending)]}{ending}"
    taken.add(name.casefold())
    return name


def text_cell(text: str) -> str:
    """A text that fits into a cell."""
    text = clean_text(text)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


class _Styles:
    """The formats of a workbook, and the words it is in."""

    def __init__(self, book: Any, w: Words) -> None:
        self._book = book
        self.words = w
        self._formats: dict[str, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#E7EEF3", "bottom": 1, "text_wrap": True, "valign": "top"}
        )

    def number(self, code: str) -> Any:
        if code not in self._formats:
            self._formats[code] = self._book.add_format({"num_format": code, "valign": "top"})
        return self._formats[code]


def _told(w: Words, column: Column, cell: Cell) -> Cell:
    """A cell as the workbook says it: flags and codes in words."""
    if isinstance(cell, bool):
        return w("export.yes" if cell else "export.no")
    is_code = column.kind == "code" and isinstance(cell, str)
    return code_words(w, column.key, str(cell)) if is_code else cell


def _put(page: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    value = plain(cell)
    if value is None or value == "":
        page.write_blank(row, column, None, style)
    elif isinstance(value, str):
        page.write_string(row, column, text_cell(value), style)
    else:
        page.write_number(row, column, value, style)


def _rows(page: Any, styles: _Styles, sheet: Sheet, top: int) -> int:
    """Write header and rows from row `top` on; return the row after the last."""
    for at, column in enumerate(sheet.columns):
        page.write_string(top, at, text_cell(column.header), styles.header)
    units = sheet.column("unit") if sheet.key == "summary" else [None] * len(sheet.rows)
    share = styles.words("export.unit.share")
    codes = [_number_code(sheet, at) for at in range(len(sheet.columns))]
    for number, (row, unit) in enumerate(zip(sheet.rows, units, strict=True), start=top + 1):
        for at, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            style = styles.number(_code(column, cell, codes[at], is_share=unit == share))
            _put(page, number, at, _told(styles.words, column, cell), style)
    return top + 1 + len(sheet.rows)


def _code(column: Column, cell: Cell, number: str, *, is_share: bool) -> str:
    if isinstance(cell, str):
        return "@"
    if is_share:
        return "0.00%"
    if isinstance(cell, int) and column.kind == "number":
        return _NUMBER_FORMATS["count"]
    if column.kind != "number":
        return _NUMBER_FORMATS[column.kind]
    if column.key in _MIXED:
        return _NUMBER_FORMATS["count" if abs(cell or 0) >= MANY else "number"]
    return number


def _number_code(sheet: Sheet, at: int) -> str:
    """How the numbers of a column are shown: whole where they are large, else with one digit."""
    sizes = [
        abs(cell)
        for cell in sheet.column(sheet.columns[at].key)
        if isinstance(cell, float) and cell
    ]
    if sheet.columns[at].key not in OF_TRAVEL and sizes and max(sizes) >= MANY and min(sizes) >= 1:
        return _NUMBER_FORMATS["count"]
    return "#,##0.0"


def _table(page: Any, styles: _Styles, sheet: Sheet) -> float:
    """Write a table; returns how wide it is, in letters."""
    end = _rows(page, styles, sheet, 0)
    width = _set_widths(page, sheet)
    page.set_row(0, 32)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.autofilter(0, 0, max(end - 1, 0), len(sheet.columns) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:{_letters(len(sheet.columns))}{end}"})
    return width


def _summary(page: Any, styles: _Styles, summary: Sheet, changes: Sheet) -> None:
    """Header frozen on top; the figures against today; below, what to open, add and close."""
    end = _rows(page, styles, summary, 0)
    page.write_string(end + 1, 0, styles.words("export.changes_title"), styles.title)
    last = _rows(page, styles, changes, end + 2)
    for at, width in enumerate((14, 34, 44, 18, 18, 44)):
        page.set_column(at, at, width)
    page.set_row(0, 20)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.ignore_errors({"number_stored_as_text": f"A1:F{last}"})


def _set_widths(page: Any, sheet: Sheet) -> float:
    total = 0.0
    for at, column in enumerate(sheet.columns):
        longest = max((len(str(row[at])) for row in sheet.rows if row[at] is not None), default=0)
        most = 60 if column.key in _WIDE else 40
        number = column.kind not in {"text", "flag", "code"}
        width = 12 if number else min(max(longest, 8) + 2, most)
        width = max(width, min(len(column.header), 16))
        page.set_column(at, at, width)
        total += width
    return total


def _letters(count: int) -> str:
    """The letter of the last of `count` columns."""
    name = ""
    while count:
        count, rest = divmod(count - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _print_setup(page: Any, imprint: Imprint, w: Words, width: float) -> None:
    """Onto as few sheets of paper side by side as can be read, with the first columns on each."""
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(math.ceil(width / _A_PAGE), 0)
    if width > _A_PAGE:
        page.repeat_columns(0, 1)
    page.set_margins(left=0.5, right=0.5)
    # Both texts are made by the planner and hold no "&", which would be a command here.
    left = w("export.footer", version=imprint.version, run=imprint.run_id)
    page.set_footer(f"&L{left}&R{w('export.footer_page', page='&P', of='&N')}")
