"""Cells in rows, numbered as a spreadsheet shows them, before anyone knows what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row of cells; `number` is the row as a spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows of one table as they came.

    Attributes:
        file: The file's name, for faults.
        records: The rows, blank ones left out.
        separator: The field separator of a text table, else None.
        ragged: Whether a row may have too many or too few fields (text tables).
        geometries: The geometry of each row of a GIS layer.
        excel: Whether numbers were kept by a spreadsheet (15 digits).
        from_1904: Whether that spreadsheet counts its days from 1904.
        repairs: Outlines that crossed themselves, by row number, repaired or None; None when they
            were not looked at yet.
        whole: Whether no row was left out because it could not be read.
        bad: What is wrong with a cell that has no value, by row number and place.
        dates: The cells that a spreadsheet holds as dates, by row number and place.
    """

    file: str
    records: tuple[Record, ...]
    separator: str | None = None
    ragged: bool = False
    excel: bool = False
    from_1904: bool = False
    geometries: Mapping[int, BaseGeometry | None] | None = None
    repairs: Mapping[int, BaseGeometry | None] | None = None
    whole: bool = True
    bad: Mapping[tuple[int, int], str] = field(default_factory=dict)
    dates: frozenset[tuple[int, int]] = frozenset()


def is_blank(cell: Cell) -> bool:
    """Whether a cell is blank: missing, never 0."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def text_of(cell: Cell) -> str:
    """A cell as text: whole numbers without `.0`."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def header_key(cell: Cell) -> str:
    """A column's name without case, spaces and punctuation: `Visits per year` matches."""
    text = unicodedata.normalize("NFKC", text_of(cell)).casefold()
    return re.sub(r"[\W_]+", "_", text).strip("_")
