"""Dates as people send them: ISO, day first, with the month's name, or a workbook's day number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

FIRST_YEAR, LAST_YEAR = 1990, 2100
EXPECTED = "a date such as 2026-04-30 or 30/4/2026"
Form = Literal["iso", "time", "day first", "name", "number"]

_TIME = r"(?P<time>[T ]\s*\d{1,2}:\d{2}.*)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME, re.ASCII)
_ISO_SLASHES = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})" + _TIME, re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{1,4})" + _TIME, re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.-]+([^\W\d_]+)[\s.,-]+(\d{4})" + _TIME)
_NAME_FIRST = re.compile(r"([^\W\d_]+)[\s.-]+(\d{1,2})(?:st|nd|rd|th)?[\s.,-]+(\d{4})" + _TIME)
_MONTHS = (
    ("january", "januari"),
    ("february", "februari"),
    ("march", "machi"),
    ("april", "aprili"),
    ("may", "mei"),
    ("june", "juni"),
    ("july", "julai"),
    ("august", "agosti"),
    ("september", "septemba"),
    ("october", "oktoba"),
    ("november", "novemba"),
    ("december", "desemba"),
)
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)  # of workbooks' day numbers


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date, and how it was recognised; `time` where a time of day was left out."""

    day: date
    by: Form


@dataclass(frozen=True, slots=True)
class NotADate:
    """What should stand there, and what to do."""

    expected: str = EXPECTED
    message: str = ""


def read_date(
    cell: str | float, *, workbook: bool = False, from_1904: bool = False
) -> ReadDate | NotADate:
    """The date that a cell means; what could mean two days is read day first.

    Args:
        cell: Not blank: the text, or the number of a workbook's cell.
        workbook: Whether the cell comes from a workbook, whose day numbers are understood.
        from_1904: Whether that workbook counts its days from 1904.
    """
    day_zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
    if isinstance(cell, (int, float)):
        return _of_number(cell, day_zero, workbook=workbook)
    text = cell.strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII):
        return _of_number(float(text), day_zero, workbook=workbook)
    for pattern in (_ISO, _ISO_SLASHES):
        if match := pattern.fullmatch(text):
            year, month, day = (int(match[n]) for n in (1, 2, 3))
            return _checked(year, month, day, "time" if match["time"] else "iso")
    if match := _DAY_FIRST.fullmatch(text):
        return _day_first(match)
    if match := _NAMED.fullmatch(text):
        return _named(match[1], match[2], match[3])
    if match := _NAME_FIRST.fullmatch(text):
        return _named(match[2], match[1], match[3])
    return NotADate()


def _of_number(number: float, day_zero: date, *, workbook: bool) -> ReadDate | NotADate:
    first, last = date(FIRST_YEAR, 1, 1) - day_zero, date(LAST_YEAR, 12, 31) - day_zero
    if not first.days <= int(number) <= last.days:
        return NotADate()
    day = day_zero + timedelta(days=int(number))
    if workbook:
        return ReadDate(day, "number")
    return NotADate(
        message=f"It looks like a workbook's number for {day.isoformat()}; format the column as"
        " a date and save it again"
    )


def _day_first(match: re.Match[str]) -> ReadDate | NotADate:
    day, month, year = (int(match[n]) for n in (1, 2, 3))
    if len(match[3]) != 4:
        return NotADate(message="Give the year with four digits")
    if month > 12 >= day:
        return NotADate(
            message="There is no such month: dates are read day first. Write the others of this"
            " file anew too, as they may have the month first"
        )
    return _checked(year, month, day, "day first")


def _named(day: str, name: str, year: str) -> ReadDate | NotADate:
    word = name.casefold()
    months = [
        number
        for number, names in enumerate(_MONTHS, start=1)
        if len(word) >= 3 and any(each.startswith(word) for each in names)
    ]
    if len(months) != 1:
        return NotADate(message=f"No month is called {name}")
    return _checked(int(year), months[0], int(day), "name")


def _checked(year: int, month: int, day: int, by: Form) -> ReadDate | NotADate:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return NotADate(message=f"Years are {FIRST_YEAR} to {LAST_YEAR}; mend the year")
    try:
        return ReadDate(date(year, month, day), by)
    except ValueError:
        return NotADate(message="There is no such day")
