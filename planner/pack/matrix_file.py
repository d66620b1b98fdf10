"""Reads a sound travel matrix by columns, so that a million pairs take seconds.

It decides nothing that the reader of tables would not: it takes a file whose every cell is plain
and leaves any other to that reader, which tells what is wrong, row by row.
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
from planner.pack.grid import Grid, Record, text_of
from planner.pack.number_grammar import plain_measures
from planner.pack.opening import MOST_TRAVEL_ROWS, form_of, parquet_order, read_bytes
from planner.pack.sandbox import read_in_child
from planner.pack.tables import columns_of, count_known
from planner.pack.text_table import read_text_grid
from planner.pack.travel_types import TravelMatrix

_CHUNK_ROWS = 50_000
_HEAD_LINES = 40
_SEP_WITHIN = 32
_UNITS = ("minutes", "km", "kes")
_LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class MatrixReading:
    """A matrix with the name of its file and the rows that were read, with or without a route."""

    file: str
    row_count: int
    matrix: TravelMatrix


def read_matrix(
    path: Path, points: Sequence[str], sites: Sequence[str], findings: Findings
) -> MatrixReading | None:
    """The matrix in a file, where all of it is plain and joins; else None, and nothing is said.

    Args:
        path: A text table or a Parquet file.
        points: The ids of the pack's demand points, in its order.
        sites: The ids of its sites.
        findings: Takes the warnings about columns, where the file is taken.
    """
    quiet = Findings()
    content = read_bytes(path, quiet)
    if content is None:
        return None
    place = {
        "demand_point": {each: i for i, each in enumerate(points)},
        "site": {each: j for j, each in enumerate(sites)},
    }
    form = form_of(content)
    columns = None
    if form == "text" and path.suffix.lower() == ".csv":
        columns = _from_text(content, path.name, place, quiet)
    elif form == "parquet" and path.suffix.lower() == ".parquet":
        columns = _from_parquet(content, path.name, place, quiet)
    if columns is None or quiet.faults:
        return None
    matrix = _matrix(columns, len(sites))
    if matrix is None:
        return None
    for warning in quiet.warnings:
        findings.warn(warning)
    return MatrixReading(path.name, len(columns["site"]), matrix)


_Columns = Mapping[str, NDArray[Any]]
_Place = Mapping[str, Mapping[str, int]]


def _matrix(columns: _Columns, sites: int) -> TravelMatrix | None:
    """The pairs with a route; None where one is there twice or lacks a unit that others have."""
    point, site = columns["demand_point"], columns["site"]
    if np.unique(point * sites + site).size < point.size:
        return None
    nothing = np.full(point.size, np.nan)
    units = [columns.get(name, nothing) for name in _UNITS]
    given = ~np.isnan(units)
    timed = given[0] | given[1]
    if timed.any() and (given[2] & ~timed).any():
        return None
    routed = given.any(axis=0)
    return TravelMatrix(point[routed], site[routed], *(unit[routed] for unit in units))


def _from_text(content: bytes, file: str, place: _Place, quiet: Findings) -> _Columns | None:
    if b"'" in content or b"\x00" in content or b"sep=" in content[:_SEP_WITHIN].lower():
        return None
    end = -1
    for _ in range(_HEAD_LINES):
        end = content.find(b"\n", end + 1)
        if end < 0:
            end = len(content)
            break
    head = read_text_grid(
        content[:end], file, quiet, lambda cells: count_known(cells, TRAVEL), MOST_TRAVEL_ROWS
    )
    if head is None or not head.separator or head.records[0].number != 1:
        return None
    header = head.records[0]
    places = columns_of(head, header, TRAVEL, quiet)
    if not {"demand_point", "site"} <= places.keys():
        return None
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=head.separator, strict=True)
    try:
        next(reader)
        return _gathered(reader, len(header.cells), places, place)
    except (csv.Error, UnicodeDecodeError):
        return None


def _gathered(
    reader: Iterator[list[str]], width: int, places: Mapping[str, int], place: _Place
) -> _Columns | None:
    """The columns of all rows, chunk by chunk; None at the first cell that is not plain."""
    gathered: dict[str, array[Any]] = {
        name: array("q" if name in place else "d") for name in places
    }
    while rows := list(islice(reader, _CHUNK_ROWS)):
        sound = [row for row in rows if row]
        if not sound or set(map(len, sound)) != {width}:
            return None
        cells = list(zip(*sound, strict=True))
        for name, at in places.items():
            values = (
                [place[name].get(each) for each in cells[at]]
                if name in place
                else plain_measures(cells[at])
            )
            if values is None or None in values:
                return None
            gathered[name].extend(values)
        if len(gathered["site"]) > MOST_TRAVEL_ROWS:
            return None
    columns = {name: np.array(values) for name, values in gathered.items()}
    if not columns["site"].size or not all(_in_limits(columns[name]) for name in places):
        return None
    return columns


def _in_limits(values: NDArray[Any]) -> bool:
    return not bool(((values < 0) | (values > _LARGEST)).any())  # nan: not given


def _from_parquet(content: bytes, file: str, place: _Place, quiet: Findings) -> _Columns | None:
    answer = read_in_child(content, "parquet", file, parquet_order(TRAVEL), quiet)
    if answer is None:
        return None
    header = Record(1, tuple(answer["names"]))
    places = columns_of(Grid(file, (header,)), header, TRAVEL, quiet)
    if not {"demand_point", "site"} <= places.keys():
        return None
    columns = {}
    for name, at in places.items():
        told = answer["columns"][at]
        values = _positions(told, place[name]) if name in place else _numbers(told)
        if values is None:
            return None
        columns[name] = values
    if not columns["site"].size or not all(map(_in_limits, columns.values())):
        return None
    return columns


def _positions(column: Any, position: Mapping[str, int]) -> NDArray[np.int64] | None:
    """The positions of a column of ids; None where one is blank or not known."""
    values, codes = (
        (column["values"], column["codes"]) if isinstance(column, dict) else (column, None)
    )
    at = [position.get(text_of(each)) for each in values]
    if None in at or (codes is not None and None in codes):
        return None
    placed = np.array(at, dtype=np.int64)
    return placed if codes is None else placed[np.array(codes, dtype=np.int64)]


def _numbers(column: Any) -> NDArray[np.float64] | None:
    """A column of typed numbers, nan where blank; None where any cell is something else."""
    if isinstance(column, dict) or not {type(each) for each in column} <= {int, float, type(None)}:
        return None
    return np.array([np.nan if each is None else each for each in column], dtype=np.float64)
