"""Plain tables as CSV: exact numbers, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from dataclasses import dataclass

Cell = str | int | float | bool | None

_LOOKS_LIVE = re.compile(r"'*[=+\-@]")
_GUARDED = re.compile(r"''*[=+\-@]")


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: columns, and rows of the same length."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def clean_text(text: str) -> str:
    """The text without control characters (line breaks and tabs become spaces)."""
    if text.isprintable():  # nearly always, and much quicker
        return text
    return "".join(_clean_char(char) for char in text)


def _clean_char(char: str) -> str:
    if char in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    category = unicodedata.category(char)
    if category == "Cc":
        return ""
    return "\ufffd" if category == "Cs" else char


def guard(text: str) -> str:
    """A text cell for CSV: one that a spreadsheet would run gets an apostrophe in front."""
    text = clean_text(text)
    return f"'{text}" if _LOOKS_LIVE.match(text) else text


def unguard(text: str) -> str:
    """What `guard` was given, but for control characters."""
    return text[1:] if _GUARDED.match(text) else text


def csv_bytes(table: Table, *, mark: bool = False) -> bytes:
    """The table as UTF-8 CSV; every text is quoted, numbers keep all their digits.

    Args:
        table: The table. None, nan and inf become empty cells.
        mark: Whether to begin with the byte order mark, by which Excel knows UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(table.columns)
    # An empty cell is an empty, quoted text: csv would write None in the same way.
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return ""
    return cell
