"""What daily records say as plain values: for JSON, and for whoever words it."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

from planner.demand.record_types import Activity, BranchRecords
from planner.demand.records import FEWEST_IN_MONTH, FEWEST_ON_WEEKDAY, branch_records
from planner.pack.types import Pack

METHOD = (
    "Means and peaks are of recorded open days at the branch: open days with a record of what was"
    " served there; other channels count for no day. The year of a visit type is its mean day x"
    " days_per_year; the year of a branch is the sum of these, each of the days on which its visit"
    " type was recorded, so it can differ from the mean day of the branch x days_per_year. Ranges"
    " are 1.96 standard errors of the mean, days taken as independent."
    " The P90 day is the nearest rank. Month and weekday indices are the mean day there over the"
    f" mean day, told from {FEWEST_IN_MONTH} and {FEWEST_ON_WEEKDAY} recorded open days on."
)


def records_told(pack: Pack) -> dict[str, Any]:
    """The records of a pack, branch by branch; no branch where it has none."""
    records = pack.work_records
    return {
        "pack": pack.id,
        "file": None if records is None else records.file,
        "rows": 0 if records is None else int(records.row.size),
        "days_per_year": pack.customers.opening.days_per_year.value,
        "method": METHOD,
        "branches": [_branch(pack, each) for each in branch_records(pack)],
        "remarks": [
            text for text in pack.warnings if records is not None and text.startswith(records.file)
        ],
    }


def _branch(pack: Pack, branch: BranchRecords) -> dict[str, Any]:
    site = pack.sites[branch.site]
    return {
        "site": site.id,
        "name": site.name,
        "status": site.status,
        **_activity(branch.total),
        "by_visit_type": [
            {"visit_type": pack.visit_types[each.visit_type].id, **_activity(each)}
            for each in branch.by_visit_type
            if each.visit_type is not None
        ],
        "months": list(branch.months),
        "weekdays": list(branch.weekdays),
        "by_channel": dict(branch.by_channel),
        "by_division": dict(branch.by_division),
        "by_origin": {
            "" if area < 0 else pack.areas[area].code: count
            for area, count in branch.by_origin.items()
        },
    }


def _activity(activity: Activity) -> dict[str, Any]:
    quality = activity.quality
    return {
        "first": str(activity.first),
        "last": str(activity.last),
        "recorded_days": activity.recorded_days,
        "open_days": activity.open_days,
        "missing_days": activity.missing_days,
        "closed_days": activity.closed_days,
        "served": activity.served,
        "mean_day": _known(activity.mean_day),
        "p90_day": _known(activity.p90_day),
        "peak_day": _known(activity.peak_day),
        "year": {end: _known(getattr(activity.year, end)) for end in ("low", "mode", "high")},
        **{entry.name: getattr(quality, entry.name) for entry in fields(quality)},
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
