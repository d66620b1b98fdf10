"""Reads a sound travel matrix by columns, so that a million pairs take seconds.

It decides nothing that `matrix_table` would not: it takes a file whose every cell is plain and
leaves any other to that reader, which tells what is wrong, row by row.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.columns import TRAVEL
from planner.pack.faults import Findings
from planner.pack.grid import Cell, Grid, Record, text_of
from planner.pack.header import columns_of, count_known
from planner.pack.matrix_header import long_form
from planner.pack.matrix_pairs import joined
from planner.pack.matrix_programs import (
    ANY_FORM,
    MatrixChoices,
    MatrixForm,
    missing_blanked,
)
from planner.pack.matrix_types import MatrixJoin, MatrixReading, Pairs
from planner.pack.number_grammar import plain_measures
from planner.pack.opening import MOST_TRAVEL_ROWS, form_of, open_parquet, read_bytes
from planner.pack.parquet_columns import Coded, Column, Nested, cells_of
from planner.pack.text_table import read_text_grid
from planner.pack.travel_types import TravelMatrix

_CHUNK_ROWS = 50_000
_HEAD_LINES = 40
_SEP_WITHIN = 32
_SIDES = ("demand_point", "site")
_UNITS = ("minutes", "km", "kes")
_LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a file: of each side its texts, once each, and the place of each row's."""

    texts: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, NDArray[np.int64]]
    figures: Mapping[str, NDArray[np.float64]]

    @property
    def size(self) -> int:
        return self.codes["site"].size

    def unit(self, name: str) -> NDArray[np.float64]:
        """The figures of a unit, nan where the file has no such column."""
        return self.figures.get(name, np.full(self.size, np.nan))


def read_matrix(
    path: Path, join: MatrixJoin, choices: MatrixChoices, findings: Findings
) -> MatrixReading | None:
    """The matrix in a file, where all of it is plain and joins; else None, and nothing is said.

    Args:
        path: A text table or a Parquet file.
        join: The demand points and sites of the pack; where one is not known, those of the file.
        choices: What a person says of it.
        findings: Takes the warnings, where the file is taken.
    """
    quiet = Findings()
    content = read_bytes(path, quiet)
    if content is None:
        return None
    kind = form_of(content)
    read = None
    if kind == "text" and path.suffix.lower() == ".csv":
        read = _from_text(content, path.name, choices, quiet)
    elif kind == "parquet" and path.suffix.lower() == ".parquet":
        read = _from_parquet(content, path.name, choices, quiet)
    if read is None or quiet.faults:
        return None
    columns, form = read
    reading = None
    if form is None:
        points, sites = (
            tuple(sorted(columns.texts[name])) if ids is None else ids
            for name, ids in zip(_SIDES, (join.points, join.sites), strict=True)
        )
        matrix = _own(columns, path.name, points, sites)
        if matrix is not None:
            reading = MatrixReading(columns.size, matrix, points, sites)
    else:
        pairs = Pairs(
            columns.texts["demand_point"],
            columns.codes["demand_point"],
            columns.texts["site"],
            columns.codes["site"],
            columns.unit("minutes"),
            columns.unit("km"),
            columns.unit("kes"),
        )
        reading = joined(pairs, form, join, choices, path.name, quiet)
    if reading is None or quiet.faults:
        return None
    for warning in quiet.warnings:
        findings.warn(warning)
    return reading


def _own(
    columns: _Columns, file: str, points: Sequence[str], sites: Sequence[str]
) -> TravelMatrix | None:
    """The pairs with a route; None where one is there twice or lacks a unit that others have."""
    at = {}
    for name, ids in zip(_SIDES, (points, sites), strict=True):
        place = {each: position for position, each in enumerate(ids)}
        positions = [place.get(text) for text in columns.texts[name]]
        if None in positions:
            return None
        at[name] = np.array(positions, dtype=np.int64)[columns.codes[name]]
    point, site = at["demand_point"], at["site"]
    if np.unique(point * len(sites) + site).size < point.size:
        return None
    units = [columns.unit(name) for name in _UNITS]
    given = ~np.isnan(units)
    timed = given[0] | given[1]
    if timed.any() and (given[2] & ~timed).any():
        return None
    routed = given.any(axis=0)
    minutes, km, kes = (unit[routed] for unit in units)
    return TravelMatrix(point[routed], site[routed], minutes, km, kes, file)


_Read = tuple[_Columns, MatrixForm | None]


def _from_text(content: bytes, file: str, choices: MatrixChoices, quiet: Findings) -> _Read | None:
    if b"'" in content or b"\x00" in content or b"sep=" in content[:_SEP_WITHIN].lower():
        return None
    end = -1
    for _ in range(_HEAD_LINES):
        end = content.find(b"\n", end + 1)
        if end < 0:
            end = len(content)
            break
    head = read_text_grid(
        content[:end], file, quiet, lambda cells: count_known(cells, ANY_FORM), MOST_TRAVEL_ROWS
    )
    if head is None or not head.separator or head.records[0].number != 1:
        return None
    header = head.records[0]
    form = long_form(header, choices, file, quiet)
    places = _places(head, header, form, quiet)
    if places is None:
        return None
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=head.separator, strict=True)
    try:
        next(reader)
        columns = _gathered(reader, len(header.cells), places, is_own=form is None)
    except (csv.Error, UnicodeDecodeError):
        return None
    return None if columns is None else (columns, form)


def _places(
    grid: Grid, header: Record, form: MatrixForm | None, quiet: Findings
) -> dict[str, int] | None:
    """Where each column stands, under the planner's own names; None without both sides."""
    places = columns_of(grid, header, TRAVEL if form is None else form.schema, quiet)
    return places if set(_SIDES) <= places.keys() else None


def _gathered(
    reader: Iterator[list[str]], width: int, places: Mapping[str, int], *, is_own: bool
) -> _Columns | None:
    """The columns of all rows, chunk by chunk; None at the first cell that is not plain."""
    gathered: dict[str, array[Any]] = {
        name: array("q" if name in _SIDES else "d") for name in places
    }
    texts: dict[str, dict[str, int]] = {name: {} for name in _SIDES}
    while rows := list(islice(reader, _CHUNK_ROWS)):
        sound = [row for row in rows if row]
        if not sound or set(map(len, sound)) != {width}:
            return None
        cells = list(zip(*sound, strict=True))
        for name, at in places.items():
            if name in texts:
                known = texts[name]
                values = [known.setdefault(each, len(known)) for each in cells[at]]
            elif (figures := _plain(cells[at], is_own=is_own)) is not None:
                values = figures  # type: ignore[assignment]
            else:
                return None
            gathered[name].extend(values)
        if len(gathered["site"]) > MOST_TRAVEL_ROWS:
            return None
    if not all(text and text == text.strip() for known in texts.values() for text in known):
        return None
    columns = _Columns(
        {name: tuple(known) for name, known in texts.items()},
        {name: np.array(gathered[name], dtype=np.int64) for name in _SIDES},
        {name: np.array(gathered[name]) for name in places if name not in _SIDES},
    )
    return columns if _in_limits(columns) else None


def _plain(cells: Sequence[str], *, is_own: bool) -> list[float] | None:
    figures = plain_measures(cells)
    if figures is None and not is_own:
        blanked: list[Cell] = [missing_blanked(each) for each in cells]
        figures = plain_measures(["" if each is None else str(each) for each in blanked])
    return figures


def _in_limits(columns: _Columns) -> bool:
    """Whether there is a row, and no figure is negative or too large."""
    return columns.size > 0 and not any(
        ((values < 0) | (values > _LARGEST)).any() for values in columns.figures.values()
    )  # nan: not given


def _from_parquet(
    content: bytes, file: str, choices: MatrixChoices, quiet: Findings
) -> _Read | None:
    read = open_parquet(content, file, TRAVEL, quiet)
    if read is None:
        return None
    names, every = read
    header = Record(1, names)
    form = long_form(header, choices, file, quiet)
    places = _places(Grid(file, (header,)), header, form, quiet)
    if places is None:
        return None
    texts, codes, figures = {}, {}, {}
    for name, at in places.items():
        told = every[at]
        if name in _SIDES:
            coded = _coded(told)
            if coded is None:
                return None
            texts[name], codes[name] = coded
        else:
            values = _numbers(told)
            if values is None:
                return None
            figures[name] = values
    columns = _Columns(texts, codes, figures)
    return (columns, form) if _in_limits(columns) else None


def _coded(column: Column) -> tuple[tuple[str, ...], NDArray[np.int64]] | None:
    """The texts of a column of ids, once each, and the place of each cell's; None where blank."""
    if isinstance(column, Nested):
        return None
    if isinstance(column, Coded):
        values, codes = column.values, column.codes.astype(np.int64)
    else:
        place: dict[Any, int] = {}
        codes = np.array([place.setdefault(each, len(place)) for each in cells_of(column)])
        values = tuple(place)
    if None in values or (codes < 0).any():
        return None
    texts = tuple(text_of(each) for each in values)
    if len(set(texts)) < len(texts) or not all(texts):
        return None
    return texts, codes.astype(np.int64)


def _numbers(column: Column) -> NDArray[np.float64] | None:
    """A column of typed numbers, nan where blank; None where any cell is something else."""
    if isinstance(column, np.ndarray):
        return column
    if isinstance(column, (Coded, Nested)):
        return None
    if not {type(each) for each in column} <= {int, float, type(None)}:
        return None
    return np.array([np.nan if each is None else each for each in column], dtype=np.float64)
