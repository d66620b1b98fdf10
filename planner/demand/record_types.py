"""What daily records say, as values: of a branch, of a visit type there, and of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.pack.customer_types import Channel

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Yearly:
    """Customers a year, with the range of a 95 % interval; nan where one day was recorded."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How it went; None where the records do not say.

    Attributes:
        right_first_time: Share of those on a first visit who went away with all they came for.
        repeats: Share who had come for the same before.
        turned_away: Share of those who came that were not served.
        wait_min: Mean wait of those served, minutes; `service_min` at the counter likewise.
        served_per_staff_day: Customers served for each member of staff and day.
    """

    right_first_time: float | None
    repeats: float | None
    turned_away: float | None
    wait_min: float | None
    service_min: float | None
    served_per_staff_day: float | None


@dataclass(frozen=True, slots=True)
class Activity:
    """What one branch did, of one visit type or (visit_type None) of all.

    Attributes:
        site, visit_type: Positions in the pack.
        first, last: The first and the last recorded day.
        recorded_days: Open days with a record; `closed_days` are recorded but count in no mean.
        open_days: Open days from the first to the last; `missing_days` have no record.
        served: Customers served in all, closed days too.
        mean_day: Of the recorded open days; nan without any, and so are the next three.
        p90_day: The smallest recorded day that 90 % of the recorded days do not exceed (nearest
            rank); `peak_day` is p90_day / mean_day, nan where nobody came.
        year: mean_day x open days a year; of all visit types, the sum of theirs.
        quality: How it went.
    """

    site: int
    visit_type: int | None
    first: date
    last: date
    recorded_days: int
    closed_days: int
    open_days: int
    missing_days: int
    served: float
    mean_day: float
    p90_day: float
    peak_day: float
    year: Yearly
    quality: Quality


@dataclass(frozen=True, slots=True, eq=False)
class BranchRecords:
    """All that is recorded of one branch.

    Attributes:
        total: All visit types at the branch; `by_visit_type` each of them.
        days: Ordinal days with a record at the branch, and `served` on each: the daily series.
        months: Mean day of each month of the year over the mean day, January first; None with
            fewer than 10 recorded open days. `weekdays` likewise from Monday, with 4.
        by_channel: Customers served through each channel.
        by_division: Customers served at the branch, by division ("" where it has none).
        by_origin: Likewise by area position; -1 where it was not recorded.
    """

    site: int
    total: Activity
    by_visit_type: tuple[Activity, ...]
    days: NDArray[np.int64]
    served: Array
    months: tuple[float | None, ...]
    weekdays: tuple[float | None, ...]
    by_channel: Mapping[Channel, float]
    by_division: Mapping[str, float]
    by_origin: Mapping[int, float]


@dataclass(frozen=True, slots=True, eq=False)
class RecordedYear:
    """Yearly visits at the branches by the records, shape (J, B); nan where none were recorded.

    Attributes:
        low, mode, high: Most likely, and the ends of the interval (mode where there is none).
        origins: Share of them that came from each area, shape (J, B, C), nan where no origin was
            recorded; None where none was for any.
    """

    low: Array
    mode: Array
    high: Array
    origins: Array | None = None
