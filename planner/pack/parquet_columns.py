"""A Parquet table by columns, as the reading child leaves it: a million rows in a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import Findings
from planner.pack.grid import text_of
from planner.pack.sandbox import Limits, read_in_child

_LIMITS = Limits(wall_seconds=60)  # the processor's own limit counts on a busy machine


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of texts: each value once, and the place of each cell's value; -1: blank."""

    values: tuple[str | None, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Nested:
    """A column of lists or other values with parts: the parts of each cell, None: blank."""

    cells: tuple[tuple[Any, ...] | None, ...]


Column = Coded | Nested | NDArray[np.float64] | Sequence[Any]


def read_parquet_columns(
    content: bytes, file: str, most: tuple[int, int], findings: Findings
) -> tuple[tuple[str, ...], tuple[Column, ...]] | None:
    """Names and columns of a table; None where it cannot be read (said in `findings`).

    Floating numbers come as an array, nan where blank; texts as `Coded`, lists as
    `Nested`; all else as plain values.

    Args:
        content: The bytes of the file.
        file: Its name, for faults.
        most: How many rows and columns it may have.
        findings: Takes the fault.
    """
    rows, wide = most
    numbers = {f"numbers{at}": "<f8" for at in range(wide)}
    codes = {f"codes{at}": "<i4" for at in range(wide)}
    job = {"most_rows": rows, "most_columns": wide, "arrays": numbers | codes}
    answer = read_in_child(content, "parquet", file, job, findings, _LIMITS)
    if answer is None:
        return None
    arrays = answer["arrays"]
    columns = tuple(_column(at, told, arrays) for at, told in enumerate(answer["columns"]))
    return tuple(answer["names"]), columns


def cells_of(column: Column) -> list[Any]:
    """The cells of a column as plain values, None where blank; those with parts in brackets."""
    if isinstance(column, Nested):
        return [
            None if each is None else f"[{', '.join(map(text_of, each))}]" for each in column.cells
        ]
    if isinstance(column, Coded):
        return [None if code < 0 else column.values[code] for code in column.codes.tolist()]
    if isinstance(column, np.ndarray):
        return [None if each != each else each for each in column.tolist()]  # noqa: PLR0124 - nan
    return list(column)


def _column(at: int, told: Any, arrays: Mapping[str, NDArray[Any]]) -> Column:
    if told == "numbers":
        return arrays[f"numbers{at}"]
    if isinstance(told, dict) and "nested" in told:
        return Nested(tuple(None if each is None else tuple(each) for each in told["nested"]))
    if isinstance(told, dict):
        return Coded(tuple(told["values"]), arrays[f"codes{at}"])
    cells: Sequence[Any] = told
    return cells
