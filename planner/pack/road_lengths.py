"""Lengths and minutes that a road file states, in the unit of the column's name.

Where the name says no unit it is found by comparing, and told.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planner.pack.number_grammar import NotANumber, read_numbers
from planner.pack.road_columns import RoadColumn
from planner.pack.road_told import RoadTold
from planner.pack.road_words import MOST_KMH

Array = NDArray[np.float64]

_A_KM = {
    "km": 1.0,
    "metres": 1000.0,
    "miles": 1 / 1.609344,
    "feet": 3280.84,
    "degrees": 1 / 111.195,
}
_AN_HOUR = {"minutes": 60.0, "seconds": 3600.0, "hours": 1.0}
_ALIKE = 1.6  # so far a median may be off the unit's own
_SPEEDS = (3.0, 130.0)  # a median speed between these is one of vehicles
_SHORTEST_KM = 0.05  # lines shorter than this say little of the unit, and are rounded
_ROUNDING = 1.02
_TOO_LONG = 10.0  # no road is so many times as long as its line


def stated_km(column: RoadColumn, measured: Array, straight: Array, told: RoadTold) -> Array:
    """The length that each road states, nan where none, shape (F,).

    Args:
        column: The lengths as they stand.
        measured: Kilometres along the vertices, nan for roads that do not count, shape (F,).
        straight: Kilometres from end to end likewise.
        told: Takes lengths that are negative, or shorter than a straight line.
    """
    given = numbers_of(column, told)
    given[np.isnan(measured)] = np.nan
    header = column.header
    negative = given < 0
    told.faults(
        np.flatnonzero(negative), header, lambda at: f"{given[at]:g}", "a length >= 0",
        "Give the length of the road, or leave it blank: it is measured then",
    )  # fmt: skip
    given[negative] = np.nan
    known = (measured > _SHORTEST_KM) & (given > 0)
    if not known.any():
        return np.full(given.size, np.nan)
    ratio = float(np.median(given[known] / measured[known]))
    unit = column.unit or min(_A_KM, key=lambda name: abs(math.log(ratio / _A_KM[name])))
    if column.unit is None and abs(math.log(ratio / _A_KM[unit])) > math.log(_ALIKE):
        told.fault(
            header, f"in the median {ratio:.3g} times the km along the line", "km or metres",
            "Its unit cannot be told; name the column length_km and give km, or leave it out",
        )  # fmt: skip
        return np.full(given.size, np.nan)
    if unit == "degrees":
        told.note(f"Column {header} is in degrees and not used; lengths are measured.")
        return np.full(given.size, np.nan)
    km = given / _A_KM[unit]
    told.note(
        f"Column {header} is in {unit}, {ratio / _A_KM[unit]:.2f} times the length along the line"
        " in the median; it counts in place of the measured one."
    )
    lacking = int((np.isnan(km) & ~np.isnan(measured)).sum())
    if lacking:
        told.note(f"Without a length in {header}, measured along the line: {told.count(lacking)}.")
    short = np.flatnonzero(km * _ROUNDING + _SHORTEST_KM < straight)
    told.faults(
        short, header, lambda at: f"{km[at]:.3g} km",
        "at least the straight line between its ends",
        "Correct the length, or leave it blank: it is measured then",
    )  # fmt: skip
    known = measured > _SHORTEST_KM
    told.faults(
        np.flatnonzero((km > _TOO_LONG * measured) & known), header,
        lambda at: f"{given[at]:,.6g} {unit} for a line of {measured[at]:.3g} km",
        f"less than {_TOO_LONG:g} times the line",
        "Correct the length, or name the column by its unit, such as length_km or length_m",
    )  # fmt: skip
    long = np.flatnonzero((km > 2 * measured) & (km <= _TOO_LONG * measured) & known)
    if long.size:
        told.note(f"Of a length more than twice that of their line: {told.named(long)}.")
    return km


def speeds_of_minutes(column: RoadColumn, km: Array, told: RoadTold) -> Array:
    """Kilometres an hour that follow from the minutes that roads state, nan where none.

    Those of minutes at fault stay, so that their roads are not said to have no speed.

    Args:
        column: The minutes as they stand; where its name says no unit, seconds and hours are
            recognised by the speeds.
        km: The length of each road, nan for roads that do not count, shape (F,).
        told: Takes minutes that are not above 0, or at which no vehicle drives.
    """
    given = numbers_of(column, told)
    given[np.isnan(km)] = np.nan
    header = column.header
    told.faults(
        np.flatnonzero(given <= 0), header, lambda at: f"{given[at]:g}", "a time > 0",
        "Give the minutes, or leave the cell blank",
    )  # fmt: skip
    known = (km > _SHORTEST_KM) & (given > 0)
    if not known.any():
        return given
    middle = float(np.median(km[known] / given[known]))
    likely = [name for name, size in _AN_HOUR.items() if _SPEEDS[0] <= middle * size <= _SPEEDS[1]]
    if column.unit is None and not likely:
        told.fault(
            header, f"in the median {middle * 60:.3g} km/h if these are minutes",
            "minutes that vehicles need",
            "Its unit cannot be told; give minutes, or leave the column out",
        )  # fmt: skip
        return given
    unit = column.unit or likely[0]
    with np.errstate(divide="ignore"):
        speed = np.asarray(km / given * _AN_HOUR[unit])
    told.note(
        f"Column {header} is in {unit}, {middle * _AN_HOUR[unit]:.0f} km/h in the median;"
        " it counts in place of speeds."
    )
    told.faults(
        np.flatnonzero((speed > MOST_KMH) & known), header,
        lambda at: f"{given[at]:g} {unit} for {km[at]:.3g} km",
        f"a time at no more than {MOST_KMH:g} km/h", "Correct the time or the length",
    )  # fmt: skip
    if unit not in likely and middle * _AN_HOUR[unit] < _SPEEDS[0]:
        told.faults(
            np.flatnonzero((speed < _SPEEDS[0]) & known), header,
            lambda at: f"{given[at]:g} {unit} for {km[at]:.3g} km",
            f"a time at no less than {_SPEEDS[0]:g} km/h",
            "Correct the time, or name the column by its unit: minutes, seconds or hours",
        )  # fmt: skip
    return speed


def numbers_of(column: RoadColumn, told: RoadTold) -> Array:
    """The numbers of a column, nan where blank; text that is no number is a fault of its roads."""
    if column.numbers is not None:
        return column.numbers.copy()
    values, codes = column.coded
    read = read_numbers(values, "measure")
    numbers = [each if isinstance(each, (int, float)) else np.nan for each in read] + [np.nan]
    bad = np.array([isinstance(each, NotANumber) for each in read] + [False])
    told.faults(
        np.flatnonzero(bad[codes]), column.header, lambda at: values[codes[at]],
        "a number", "Write digits only; leave the cell blank when it is not known",
    )  # fmt: skip
    of_road: Array = np.array(numbers, dtype=np.float64)[codes]
    return of_road
