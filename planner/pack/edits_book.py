"""Changes cells of a workbook where they stand; formats and comments of its cells stay."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING

from planner.pack.columns import Schema
from planner.pack.grid import Cell, header_key

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_BOOK = "xl/workbook.xml"


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are those of a workbook (.xlsx)."""
    stream = io.BytesIO(content)
    if not zipfile.is_zipfile(stream):
        return False
    with zipfile.ZipFile(stream) as archive:
        return _BOOK in archive.namelist()


def edit_workbook(
    content: bytes,
    schema: Schema,
    numbers: Mapping[str, int],
    changed: Mapping[int, Mapping[str, str]],
    added: Sequence[Mapping[str, str]],
) -> bytes | None:
    """The workbook with cells changed and rows added below the last one.

    Args:
        content: A workbook whose table reads without a fault.
        schema: The kind of the table; columns that it lacks are put last.
        numbers: The row of each id, by which the sheet of the table is found.
        changed: The new cells by row, then by column.
        added: The cells of new rows by column.

    Returns:
        Its bytes; None where its cells cannot be changed in place: it holds formulas, whose values
        would be lost, or no sheet of it is the table.
    """
    import openpyxl  # noqa: PLC0415 - slow, and few packs are workbooks

    book: Workbook = openpyxl.load_workbook(io.BytesIO(content))
    found = next((pair for sheet in book.worksheets if (pair := _header(sheet, schema, numbers))),
                 None)  # fmt: skip
    if found is None or _has_formulas(book):
        return None
    sheet, header, places = found
    last = max(numbers.values())
    given = {name for row in (*changed.values(), *added) for name in row}
    for column in schema.columns:
        if column.name in given and column.name not in places:
            places[column.name] = max(places.values(), default=0) + 1
            while sheet.cell(header, places[column.name]).value is not None:
                places[column.name] += 1
            sheet.cell(header, places[column.name], column.name)
    if sheet.max_row > last and added:
        sheet.insert_rows(last + 1, len(added))
    for number, row in enumerate(added, start=last + 1):
        for place in range(1, sheet.max_column + 1):
            above, cell = sheet.cell(last, place), sheet.cell(number, place)
            cell._style = copy(above._style)  # type: ignore[union-attr]  # noqa: SLF001
        _fill(sheet, number, places, row, schema)
    for number, row in changed.items():
        _fill(sheet, number, places, row, schema)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _header(
    sheet: Worksheet, schema: Schema, numbers: Mapping[str, int]
) -> tuple[Worksheet, int, dict[str, int]] | None:
    """The sheet, the row of its header and the place of each column, where it is the table."""
    names = {column.name: {column.name, *column.aliases} for column in schema.columns}
    first = min(numbers.values(), default=0)
    for number in range(first - 1, 0, -1):
        keys = [header_key(_plain(cell.value)) for cell in sheet[number]]
        places: dict[str, int] = {}
        for name, known in names.items():
            own = [place for place, key in enumerate(keys, start=1) if key == name]
            also = [place for place, key in enumerate(keys, start=1) if key in known]
            free = [place for place in (*own, *also) if place not in places.values()]
            if free:
                places[name] = free[0]
        key = schema.key[0]
        if key in places and all(
            str(_plain(sheet.cell(row, places[key]).value)).strip() == id_
            for id_, row in numbers.items()
        ):
            return sheet, number, places
    return None


def _plain(value: object) -> Cell:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (str, int, float)) else None


def _has_formulas(book: Workbook) -> bool:
    return any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows()
        for cell in row
    )  # fmt: skip


def _fill(
    sheet: Worksheet,
    number: int,
    places: Mapping[str, int],
    row: Mapping[str, str],
    schema: Schema,
) -> None:
    numeric = {column.name for column in schema.columns if column.numeric}
    for name, text in row.items():
        cell = sheet.cell(number, places[name])
        if not text:
            cell.value = None
        elif name in numeric and (value := _number(text)) is not None:
            cell.value = value
        else:
            cell.value = text
            cell.data_type = "s"  # never a formula


def _number(text: str) -> float | None:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return None
