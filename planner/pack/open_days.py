"""The days on which counters serve, and where daily records leave some of them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.pack.customer_types import Opening

Days = NDArray[np.int64]  # ordinals (`date.toordinal`), in order, each once
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Gap:
    """Working days in a row without a record; `before` and `after` are the days next to them."""

    first: date
    last: date
    days: int
    before: date
    after: date


def is_open(days: Days, opening: Opening) -> NDArray[np.bool_]:
    """Whether counters serve on each of these days."""
    return np.asarray(np.is_busday(_stamps(days), busdaycal=_calendar(opening)), dtype=np.bool_)


def open_days(first: int, last: int, opening: Opening) -> Days:
    """The working days from one ordinal day to another, both included."""
    days = np.arange(first, last + 1, dtype=np.int64)
    return days[is_open(days, opening)]


def gaps(recorded: Days, opening: Opening) -> list[Gap]:
    """The working days between the first and the last recorded day that have no record.

    Days on which counters are closed part no gap: Friday and Monday missing is one gap.
    """
    if recorded.size == 0:
        return []
    missing = np.setdiff1d(open_days(int(recorded[0]), int(recorded[-1]), opening), recorded)
    after = np.searchsorted(recorded, missing)
    found = []
    for at in np.unique(after):
        days = missing[after == at]
        around = (int(days[0]), int(days[-1]), int(recorded[at - 1]), int(recorded[at]))
        first, last, before, next_one = (date.fromordinal(each) for each in around)
        found.append(Gap(first, last, days.size, before, next_one))
    return found


def span_of(first: date, last: date) -> str:
    """One day or several, in words."""
    return f"{first}" if first == last else f"{first} to {last}"


def dated(days: Sequence[int]) -> list[str]:
    """Ordinal days as people read them, with the day of the week."""
    return [f"{date.fromordinal(day):%Y-%m-%d %A}" for day in days]


def _stamps(days: Days) -> NDArray[np.datetime64]:
    return (days - _EPOCH).astype("datetime64[D]")


def _calendar(opening: Opening) -> np.busdaycalendar:
    mask = [day in opening.weekdays for day in range(7)]
    return np.busdaycalendar(weekmask=mask, holidays=list(opening.holidays))
