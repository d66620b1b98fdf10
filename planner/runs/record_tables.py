"""The tables of a run folder as typed rows; every cell that is at fault is told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from planner.errors import Fault, InputError
from planner.runs.info import COPY, read_csv

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class BranchRow:
    """An open branch. `place`: (lat, lon) in degrees or (x, y) in metres; None where not told."""

    site: str
    name: str
    area: str
    area_name: str
    status: str
    format: str | None
    services: tuple[str, ...]
    visits_per_year: float
    mean_min: float | None
    mean_km: float | None
    capital_kes: int | None
    annual_kes: int | None
    place: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """What travel is in an area, one way; None where nobody there is served."""

    mean_min: float | None
    mean_km: float | None
    within_standard: float | None
    worst_min: float | None
    branches: int | None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area under the network, and `today` under today's."""

    code: str
    name: str
    visits_per_year: float
    unserved_visits_per_year: float | None
    figures: AreaFigures
    today: AreaFigures


@dataclass(frozen=True, slots=True)
class PointRow:
    """A demand point: its people, and the mean minutes of its visits, one way.

    `mean_min`: None without visits, and where none of them is served.
    """

    point: str
    name: str
    area: str
    population: float
    visits_per_year: float
    mean_min: float | None
    today_mean_min: float | None


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """The same service at two branches within its separation."""

    service: str
    site_a: str
    site_b: str
    km: float | None
    justified: bool


class _Cells:
    """One row by its columns; a cell that is no number is a fault and counts as none."""

    def __init__(self, file: str, header: Sequence[str], faults: list[Fault]) -> None:
        self._file, self._faults = file, faults
        self._at = {name: position for position, name in enumerate(header)}
        self._row: Sequence[str] = ()
        self._number = 0

    def turn_to(self, number: int, row: Sequence[str]) -> None:
        self._number, self._row = number, row

    def has(self, column: str) -> bool:
        return column in self._at

    def text(self, column: str) -> str:
        return self._row[self._at[column]]

    def number(self, column: str) -> float | None:
        """A figure, None where the cell is empty."""
        cell = self._row[self._at[column]]
        if not cell:
            return None
        value = float(cell) if _NUMBER.fullmatch(cell) else math.inf
        if math.isfinite(value):
            return value
        self._fault(column, cell, "a number")
        return None

    def amount(self, column: str) -> float:
        """A figure of 0 or more that must be there."""
        value = self.number(column)
        if value is not None and value >= 0:
            return value
        if value is not None or not self.text(column):
            self._fault(column, self.text(column) or "nothing", "a number >= 0")
        return 0.0

    def whole(self, column: str) -> int | None:
        value = self.number(column)
        if value is None or value == int(value):
            return None if value is None else int(value)
        self._fault(column, self.text(column), "a whole number")
        return None

    def yes(self, column: str) -> bool:
        cell = self.text(column)
        if cell not in ("yes", "no"):
            self._fault(column, cell or "nothing", "yes or no")
        return cell == "yes"

    def _fault(self, column: str, found: str, expected: str) -> None:
        self._faults.append(Fault(self._file, self._number, column, found[:80], expected, COPY))


_BRANCHES = (
    *("site", "name", "area", "area_name", "status", "format", "services", "visits_per_year"),
    *("mean_min", "mean_km", "capital_kes", "annual_kes"),
)
_FIGURES = ("mean_min", "mean_km", "within_standard", "worst_min")
_AREAS = (
    *("area", "name", "visits_per_year", "unserved_visits_per_year", *_FIGURES, "branches"),
    *(f"today_{key}" for key in (*_FIGURES, "branches")),
)
_POINTS = (
    *("demand_point", "name", "area", "population"),
    *("visits_per_year", "mean_min", "today_mean_min"),
)
_DUPLICATES = ("service", "site_a", "site_b", "km", "justified")


def read_branches(folder: Path, faults: list[Fault]) -> tuple[BranchRow, ...]:
    """The rows of `branches.csv`; what is at fault is added to `faults`."""
    return _table(folder, "branches.csv", _BRANCHES, ("site",), _branch_row, faults)


def read_areas(folder: Path, faults: list[Fault]) -> tuple[AreaRow, ...]:
    """The rows of `areas.csv`, likewise."""
    return _table(folder, "areas.csv", _AREAS, ("area",), _area_row, faults)


def read_points(folder: Path, faults: list[Fault]) -> tuple[PointRow, ...]:
    """The rows of `points.csv`, likewise."""
    return _table(folder, "points.csv", _POINTS, ("demand_point",), _point_row, faults)


def read_duplicates(folder: Path, faults: list[Fault]) -> tuple[DuplicateRow, ...]:
    """The rows of `duplicates.csv`, likewise."""
    keys = ("service", "site_a", "site_b")
    return _table(folder, "duplicates.csv", _DUPLICATES, keys, _duplicate_row, faults)


def _table(
    folder: Path,
    file: str,
    columns: Sequence[str],
    keys: Sequence[str],
    row_of: Callable[[_Cells], Row],
    faults: list[Fault],
) -> tuple[Row, ...]:
    table = attempt(faults, lambda: read_csv(folder, file))
    if table is None:
        return ()
    header, *rows = table
    lacking = [name for name in columns if name not in header]
    if lacking:
        expected = f"also the columns {', '.join(lacking)}"
        faults.append(Fault(file, 1, None, ", ".join(header)[:200], expected, COPY))
        return ()
    cells, found, seen = _Cells(file, header, faults), [], set[tuple[str, ...]]()
    for number, row in enumerate(rows, start=2):
        cells.turn_to(number, row)
        found.append(row_of(cells))
        key = tuple(map(cells.text, keys))
        if key in seen:
            shown = ", ".join(key)[:80]
            faults.append(Fault(file, number, ", ".join(keys), shown, "each once", COPY))
        seen.add(key)
    return tuple(found)


def _branch_row(cells: _Cells) -> BranchRow:
    services = cells.text("services")
    return BranchRow(
        site=cells.text("site"),
        name=cells.text("name"),
        area=cells.text("area"),
        area_name=cells.text("area_name"),
        status=cells.text("status"),
        format=cells.text("format") or None,
        services=tuple(services.split(";")) if services else (),
        visits_per_year=cells.amount("visits_per_year"),
        mean_min=cells.number("mean_min"),
        mean_km=cells.number("mean_km"),
        capital_kes=cells.whole("capital_kes"),
        annual_kes=cells.whole("annual_kes"),
        place=_place(cells),
    )


def _place(cells: _Cells) -> tuple[float, float] | None:
    for columns in (("lat", "lon"), ("x", "y")):
        if all(map(cells.has, columns)):
            first, second = map(cells.number, columns)
            return None if first is None or second is None else (first, second)
    return None


def _area_row(cells: _Cells) -> AreaRow:
    return AreaRow(
        code=cells.text("area"),
        name=cells.text("name"),
        visits_per_year=cells.amount("visits_per_year"),
        unserved_visits_per_year=cells.number("unserved_visits_per_year"),
        figures=_area_figures(cells, ""),
        today=_area_figures(cells, "today_"),
    )


def _area_figures(cells: _Cells, before: str) -> AreaFigures:
    mean_min, mean_km, within_standard, worst_min = (
        cells.number(f"{before}{key}") for key in _FIGURES
    )
    branches = cells.whole(f"{before}branches")
    return AreaFigures(mean_min, mean_km, within_standard, worst_min, branches)


def _point_row(cells: _Cells) -> PointRow:
    return PointRow(
        point=cells.text("demand_point"),
        name=cells.text("name"),
        area=cells.text("area"),
        population=cells.amount("population"),
        visits_per_year=cells.amount("visits_per_year"),
        mean_min=cells.number("mean_min"),
        today_mean_min=cells.number("today_mean_min"),
    )


def _duplicate_row(cells: _Cells) -> DuplicateRow:
    return DuplicateRow(
        service=cells.text("service"),
        site_a=cells.text("site_a"),
        site_b=cells.text("site_b"),
        km=cells.number("km"),
        justified=cells.yes("justified"),
    )


def attempt(faults: list[Fault], read: Callable[[], Row]) -> Row | None:
    """What was read; None where it is at fault, and the faults are added."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None
