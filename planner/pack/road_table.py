"""Gathers roads batch by batch into flat arrays, as the reading child hands them over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.foreign import Refused
from planner.pack.grid import header_key

NOTHING, LINE, OTHER = 0, 1, 2
ARRAYS = {
    "number": "int64",  # (F,) row or way
    "kind": "int8",  # (F,) NOTHING, LINE or OTHER
    "road": "int64",  # (P,) the road of each line
    "size": "int64",  # (P,) its vertices
    "xy": "float64",  # (V, 2) longitude, latitude
    "numbers": "float64",  # (columns of numbers, F)
    "codes": "int32",  # (columns of text, F)
}


class RoadTable:
    """Roads while they are read."""

    def __init__(self, wanted: Iterable[str], headers: Sequence[str] = ()) -> None:
        """Starts with the columns that may mean something, as `header_key` gives them."""
        self.headers: dict[str, None] = {}
        self.kept: dict[str, str] = {}
        self.roads = 0
        self.vertices = 0
        self._wanted = frozenset(wanted)
        self._numbers: dict[str, list[NDArray[np.float64]]] = {}
        self._codes: dict[str, list[NDArray[np.int32]]] = {}
        self._texts: dict[str, dict[str, int]] = {}
        self._arrays: dict[str, list[NDArray[Any]]] = {name: [] for name in ARRAYS}
        self.know(headers)

    def know(self, headers: Iterable[str]) -> None:
        """Takes up columns; those that come late are blank before. Of two alike the first stays."""
        for header in headers:
            if header in self.headers:
                continue
            self.headers[header] = None
            key = header_key(header)
            if key in self._wanted and key not in self.kept:
                self.kept[key] = header
                self._texts[key] = {}
                self._codes[key] = [np.full(self.roads, -1, dtype=np.int32)]

    def add(
        self,
        number: NDArray[np.int64],
        kind: NDArray[np.int8],
        road: NDArray[np.int64],
        size: NDArray[np.int64],
        xy: NDArray[np.float64],
    ) -> None:
        """Adds a batch, once its cells are in; `road` counts within it."""
        for name, array in (
            ("number", number),
            ("kind", kind),
            ("road", road + self.roads),
            ("size", size),
            ("xy", xy.reshape(-1)),
        ):
            self._arrays[name].append(np.asarray(array, dtype=ARRAYS[name]))
        self.roads += number.size
        self.vertices += xy.shape[0]

    def add_numbers(self, key: str, cells: NDArray[np.float64]) -> None:
        """Adds a batch of a column that holds numbers only, nan where blank."""
        self._codes.pop(key, None)
        self._numbers.setdefault(key, []).append(cells)

    def add_texts(self, key: str, values: Sequence[str | None], codes: NDArray[np.int32]) -> None:
        """Adds a batch of a column: the different texts, and which each road has (-1: none)."""
        known = self._texts[key]
        place = np.full(len(values) + 1, -1, dtype=np.int32)  # the last one stands for blank
        for at, value in enumerate(values):
            if value is not None and (text := value.strip()):
                place[at] = known.setdefault(text, len(known))
        self._codes[key].append(place[codes])

    def add_cells(self, key: str, cells: Iterable[object]) -> None:
        """Adds a batch of plain cells, which may mix numbers, truth values and text."""
        different: dict[str, int] = {}
        codes = [
            -1 if _is_blank(cell) else different.setdefault(_text(cell), len(different))
            for cell in cells
        ]
        self.add_texts(key, list(different), np.array(codes, dtype=np.int32))

    def done(self) -> dict[str, Any]:
        """All roads: the arrays of `ARRAYS`, and what the columns are."""
        arrays = {
            name: np.concatenate(parts) if parts else np.empty(0, dtype=ARRAYS[name])
            for name, parts in self._arrays.items()
        }
        columns: list[dict[str, Any]] = []
        for at, (key, cells) in enumerate(self._numbers.items()):
            columns.append({"key": key, "header": self.kept[key], "at": at})
            arrays["numbers"] = np.concatenate([arrays["numbers"], *cells])
        for at, (key, codes) in enumerate(self._codes.items()):
            texts = list(self._texts[key])
            columns.append({"key": key, "header": self.kept[key], "at": at, "values": texts})
            arrays["codes"] = np.concatenate([arrays["codes"], *codes])
        return {"headers": list(self.headers), "columns": columns, "arrays": arrays}


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def refuse_too_many(table: RoadTable, order: Mapping[str, Any]) -> None:
    """Raises `Refused` once there are more roads or vertices than the order allows."""
    if table.roads > order["most_rows"] or table.vertices > order["most_vertices"]:
        raise Refused(
            f"more than {order['most_rows']:,} roads or {order['most_vertices']:,} vertices",
            "fewer",
            "Leave out footpaths, far regions or vertices that are not needed",
        )
