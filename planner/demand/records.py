"""What daily records say of each branch: means, the year, peaks, and whether people had to return.

A day counts where the branch served by then (weekdays and holidays of the pack); a day without a
record is not taken for a day without customers. Only what was served at the branch itself counts
for its days, year and peaks; the other channels stand in `by_channel`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.demand.record_types import Activity, BranchRecords, Quality, RecordedYear, Yearly
from planner.pack.customer_types import CHANNELS, WorkRecords
from planner.pack.open_days import is_open, open_days
from planner.pack.types import Pack

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_IN_MONTH = 10  # recorded open days of a month of the year, for its index to be told
FEWEST_ON_WEEKDAY = 4  # likewise of a day of the week
PEAK = 0.9
_NORMAL_95 = 1.959964


def branch_records(pack: Pack) -> tuple[BranchRecords, ...]:
    """What is recorded of each branch, in the pack's order; nothing without records."""
    records = pack.work_records
    if records is None:
        return ()
    return tuple(_branch(pack, records, j) for j in np.unique(records.site).tolist())


def recorded_year(pack: Pack) -> RecordedYear | None:
    """What the records put in place of the model: visits in person, at branches open today.

    Records of other sites, of visits that a branch does not offer what is needed for, and of days
    on which counters are closed, do not count. None where nothing is left.
    """
    records = pack.work_records
    if records is None:
        return None
    shape = (len(pack.sites), len(pack.visit_types))
    low, mode, high = (np.full(shape, np.nan) for _ in range(3))
    origins = np.full((*shape, len(pack.areas)), np.nan)
    counted = _at_branch(records) & is_open(records.day, pack.customers.opening)
    for each in (entry for branch in branch_records(pack) for entry in branch.by_visit_type):
        if each.visit_type is None or not each.recorded_days or not _completes(pack, each):
            continue
        at = (each.site, each.visit_type)
        mode[at] = each.year.mode
        low[at], high[at] = _or(each.year.low, mode[at]), _or(each.year.high, mode[at])
        named = counted & (records.site == at[0]) & (records.visit_type == at[1])
        named &= records.origin >= 0
        count = np.bincount(
            records.origin[named], weights=records.served[named], minlength=len(pack.areas)
        )
        if count.sum() > 0:
            origins[at] = count / count.sum()
    if np.isnan(mode).all():
        return None
    return RecordedYear(low, mode, high, None if np.isnan(origins).all() else origins)


def _completes(pack: Pack, activity: Activity) -> bool:
    """Whether the site is a branch today that offers all that the visit type needs."""
    site = pack.sites[activity.site]
    needs = pack.visit_types[activity.visit_type or 0].services
    return site.status == "existing" and set(needs) <= set(site.services_today)


def nearest_rank(values: Array, share: float) -> float:
    """The smallest value that at least this share of the values do not exceed; nan without any."""
    if values.size == 0:
        return math.nan
    # the product may be a hair above the whole number that it stands for: 0.9 x 30
    rank = max(1, math.ceil(round(share * values.size, 9)))
    return float(np.sort(values)[rank - 1])


def yearly(daily: Array, days_per_year: float) -> Yearly:
    """Mean day x days a year, with a 95 % interval.

    The interval is that of the mean by the normal distribution, days taken as independent: mean
    +- 1.96 s / sqrt(n), never below 0. Seasons that were not recorded are not in it.
    """
    if daily.size == 0:
        return Yearly(math.nan, math.nan, math.nan)
    mode = float(daily.mean()) * days_per_year
    if daily.size < 2:
        return Yearly(math.nan, mode, math.nan)
    off = _NORMAL_95 * float(daily.std(ddof=1)) / math.sqrt(daily.size) * days_per_year
    return Yearly(max(0.0, mode - off), mode, mode + off)


def _branch(pack: Pack, records: WorkRecords, j: int) -> BranchRecords:
    mine = records.site == j
    here = mine & _at_branch(records)
    kinds = np.unique(records.visit_type[here]).tolist()
    by_type = tuple(_activity(pack, records, j, b, here & (records.visit_type == b)) for b in kinds)
    days, served = _daily(records, here)
    opened = is_open(days, pack.customers.opening)
    dates = [date.fromordinal(day) for day in days.tolist()]
    months = np.array([day.month - 1 for day in dates], dtype=np.int64)
    weekdays = np.array([day.weekday() for day in dates], dtype=np.int64)
    channels = np.bincount(
        records.channel[mine], weights=records.served[mine], minlength=len(CHANNELS)
    )
    origin = np.bincount(
        records.origin[here] + 1, weights=records.served[here], minlength=len(pack.areas) + 1
    )
    return BranchRecords(
        site=j,
        total=_total(pack, records, j, here if here.any() else mine, by_type),
        by_visit_type=by_type,
        days=days,
        served=served,
        months=_index(served, months, opened, 12, FEWEST_IN_MONTH),
        weekdays=_index(served, weekdays, opened, 7, FEWEST_ON_WEEKDAY),
        by_channel={
            name: float(count) for name, count in zip(CHANNELS, channels, strict=True) if count
        },
        by_division=_by_division(pack, records, here),
        by_origin={c - 1: float(count) for c, count in enumerate(origin) if count},
    )


def _total(
    pack: Pack, records: WorkRecords, j: int, rows: Bools, by_type: Sequence[Activity]
) -> Activity:
    """All visit types together; the year is the sum of theirs, and so is its range."""
    whole = _activity(pack, records, j, None, rows)
    ends = [
        math.fsum(
            _or(getattr(each.year, end), each.year.mode) for each in by_type if each.recorded_days
        )
        for end in ("low", "mode", "high")
    ]
    year = Yearly(*ends) if whole.recorded_days else whole.year
    return replace(whole, year=year)


def _activity(
    pack: Pack, records: WorkRecords, j: int, visit_type: int | None, rows: Bools
) -> Activity:
    days, served = _daily(records, rows)
    opening = pack.customers.opening
    opened = is_open(days, opening)
    daily = served[opened]
    span = open_days(int(days[0]), int(days[-1]), opening).size
    mean = float(daily.mean()) if daily.size else math.nan
    p90 = nearest_rank(daily, PEAK)
    return Activity(
        site=j,
        visit_type=visit_type,
        first=date.fromordinal(int(days[0])),
        last=date.fromordinal(int(days[-1])),
        recorded_days=int(daily.size),
        closed_days=int(days.size - daily.size),
        open_days=span,
        missing_days=span - int(daily.size),
        served=float(served.sum()),
        mean_day=mean,
        p90_day=p90,
        peak_day=p90 / mean if mean > 0 else math.nan,
        year=yearly(daily, opening.days_per_year.value),
        quality=_quality(records, rows),
    )


def _at_branch(records: WorkRecords) -> Bools:
    return np.asarray(records.channel == CHANNELS.index("branch"), dtype=np.bool_)


def _daily(records: WorkRecords, rows: Bools) -> tuple[NDArray[np.int64], Array]:
    """The recorded days in order, and the customers served on each."""
    days, at = np.unique(records.day[rows], return_inverse=True)
    served = np.bincount(at, weights=records.served[rows], minlength=days.size)
    return days, served.astype(np.float64)


def _index(
    served: Array, group: NDArray[np.int64], opened: Bools, groups: int, fewest: int
) -> tuple[float | None, ...]:
    """Mean open day of each group over the mean open day; None with too few days."""
    daily, group = served[opened], group[opened]
    mean = float(daily.mean()) if daily.size else 0.0
    told: list[float | None] = []
    for each in range(groups):
        own = daily[group == each]
        told.append(float(own.mean()) / mean if own.size >= fewest and mean > 0 else None)
    return tuple(told)


def _quality(records: WorkRecords, rows: Bools) -> Quality:
    served = np.where(rows, records.served, 0.0)
    first, complete = records.first_visit, records.complete
    told_away = ~np.isnan(records.turned_away)
    away = np.where(rows & told_away, records.turned_away, 0.0).sum()
    come = served[told_away].sum() + away
    return Quality(
        right_first_time=_share(
            served[(first == 1) & (complete == 1)].sum(),
            served[(first == 1) & (complete >= 0)].sum(),
        ),
        repeats=_share(served[first == 0].sum(), served[first >= 0].sum()),
        turned_away=_share(away, come),
        wait_min=_weighted(records.wait_min, served),
        service_min=_weighted(records.service_min, served),
        served_per_staff_day=_per_staff(records, rows),
    )


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _weighted(values: Array, served: Array) -> float | None:
    """The mean of values weighted by the customers served, where a value was recorded."""
    given = ~np.isnan(values) & (served > 0)
    return _share(float((values[given] * served[given]).sum()), float(served[given].sum()))


def _per_staff(records: WorkRecords, rows: Bools) -> float | None:
    """Customers for each staff day; staff counts once for each day, visit type and channel."""
    groups = np.column_stack((records.day, records.visit_type, records.channel, records.site))[rows]
    if not groups.size:
        return None
    _, at = np.unique(groups, axis=0, return_inverse=True)
    staff = np.full(int(at.max()) + 1, np.nan)
    named = ~np.isnan(records.staff[rows])
    staff[at[named]] = records.staff[rows][named]
    served = np.bincount(at, weights=records.served[rows])
    given = ~np.isnan(staff)
    return _share(float(served[given].sum()), float(staff[given].sum()))


def _by_division(pack: Pack, records: WorkRecords, rows: Bools) -> dict[str, float]:
    """Customers by the division of the service, or of what the visit type works on."""
    division = {each.id: each.division for each in pack.services}
    of_type = [
        "; ".join(dict.fromkeys(division[each] for each in kind.services_done))
        for kind in pack.visit_types
    ]
    told: dict[str, float] = {}
    for b, kind_division in enumerate(of_type):
        served = float(records.served[rows & (records.visit_type == b)].sum())
        if served:
            told[kind_division] = told.get(kind_division, 0.0) + served
    return told


def _or(value: float, fallback: float) -> float:
    return fallback if math.isnan(value) else value
