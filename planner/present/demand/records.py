"""The page of daily records as values: sentences, tables, charts, and a check of a file."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import altair as alt
import pandas as pd

from planner.demand.record_types import Activity, BranchRecords
from planner.errors import in_full
from planner.pack import CheckReport, check_table
from planner.pack.columns import WORK_RECORDS
from planner.pack.types import Pack
from planner.present.method import mark_name
from planner.present.view import DASH, View
from planner.runs.table import Table, csv_bytes

BLUE, ORANGE = "#0072b2", "#e69f00"  # of Okabe and Ito
FAULTS_SHOWN = 200
_LONGEST_NAME = 100


def summary(view: View, branches: Sequence[BranchRecords]) -> str:
    """What the records hold, in two sentences."""
    w, records = view.words, view.pack.work_records
    if records is None:
        return w("records.none")
    years = [each.total.year.mode for each in branches]
    return w(
        "records.summary",
        file=records.file,
        rows=w.count(records.row.size),
        branches=w.count(len(branches)),
        served=w.count(math.fsum(each.by_channel.get("branch", 0.0) for each in branches)),
        year=w.count(math.fsum(each for each in years if not math.isnan(each))),
    )


def sources(view: View) -> list[str]:
    """Where the records come from, with the mark, as far as they say."""
    records = view.pack.work_records
    told = []
    for mark in () if records is None else records.marks:
        if mark.source:
            name = f" ({mark_name(view, mark)})" if mark.confidence else ""
            told.append(view.words("records.source", source=f"{mark.source}{name}"))
    return list(dict.fromkeys(told))


def method(view: View) -> str:
    """How the figures are worked out."""
    days = view.pack.customers.opening.days_per_year.value
    return view.words("records.method", days=view.words.number(days))


# -- tables --------------------------------------------------------------------------------


def branch_table(view: View, branches: Sequence[BranchRecords]) -> pd.DataFrame:
    """Days, means and the year of each branch."""
    return pd.DataFrame(
        [
            {view.words("records.branch"): view.site_name(each.site), **_days(view, each.total)}
            for each in branches
        ]
    )


def quality_table(view: View, branches: Sequence[BranchRecords]) -> pd.DataFrame:
    """Waits, and whether people had to return, of each branch."""
    w = view.words
    rows = []
    for each in branches:
        quality = each.total.quality
        rows.append(
            {
                w("records.branch"): view.site_name(each.site),
                w("records.wait"): _rounded(quality.wait_min),
                w("records.service_min"): _rounded(quality.service_min),
                w("records.right"): _percent(quality.right_first_time),
                w("records.repeats"): _percent(quality.repeats),
                w("records.turned_away"): _percent(quality.turned_away),
                w("records.per_staff"): _rounded(quality.served_per_staff_day),
            }
        )
    return pd.DataFrame(rows)


def kind_table(view: View, branch: BranchRecords) -> pd.DataFrame:
    """Days, means and the year of each visit type at a branch."""
    return pd.DataFrame(
        [
            {
                view.words("records.kind"): view.words.name(view.pack.visit_types[each.visit_type]),
                **_days(view, each),
            }
            for each in branch.by_visit_type
            if each.visit_type is not None
        ]
    )


def part_table(view: View, branch: BranchRecords) -> pd.DataFrame:
    """Who was served, by channel, and at the branch by division and origin."""
    w = view.words
    rows = []
    for name, count, whole in _parts(view, branch):
        rows.append(
            {
                w("records.part"): name,
                w("records.customers"): count,
                w("records.share"): _percent(count / whole if whole else None),
            }
        )
    return pd.DataFrame(rows)


def _parts(view: View, branch: BranchRecords) -> Iterator[tuple[str, float, float]]:
    w = view.words
    whole = math.fsum(branch.by_channel.values())
    for channel, count in branch.by_channel.items():
        name = w("records.by_channel", name=w(f"records.channel_{channel}"))
        yield name, count, whole
    whole = branch.by_channel.get("branch", 0.0)
    for division, count in branch.by_division.items():
        name = w("records.by_division", name=division or w("records.no_division"))
        yield name, count, whole
    for area, count in sorted(branch.by_origin.items(), key=lambda each: -each[1]):
        name = w("records.no_origin") if area < 0 else view.area_name(area)
        yield w("records.by_origin", name=name), count, whole


def _days(view: View, activity: Activity) -> dict[str, object]:
    w, year = view.words, activity.year
    span = ""
    if not math.isnan(year.low):
        span = w("records.to", low=w.count(year.low), high=w.count(year.high))
    return {
        w("records.span"): f"{_day(activity.first)}\N{NO-BREAK SPACE}{DASH} {_day(activity.last)}",
        w("records.days"): activity.recorded_days,
        w("records.missing"): activity.missing_days,
        w("records.closed"): activity.closed_days,
        w("records.mean"): _rounded(activity.mean_day),
        w("records.p90"): _rounded(activity.p90_day),
        w("records.peak"): _rounded(activity.peak_day, 2),
        w("records.year"): _rounded(year.mode, 0),
        w("records.range"): span,
    }


def _day(day: date) -> str:
    """A day that no narrow column parts at its hyphens."""
    return str(day).replace("-", "\N{NON-BREAKING HYPHEN}")


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def column_table(view: View) -> pd.DataFrame:
    """The columns of the file, and what to write in each."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("records.column"): column.name,
                w("records.needed"): w("records.yes") if column.required else "",
                w("records.meaning"): w(f"records.means_{column.name}"),
            }
            for column in WORK_RECORDS.columns
        ]
    )


# -- charts --------------------------------------------------------------------------------


def series(view: View, branch: BranchRecords) -> pd.DataFrame:
    """Customers served on each recorded day at a branch."""
    w = view.words
    days = [date.fromordinal(day) for day in branch.days.tolist()]
    return pd.DataFrame({w("records.day"): days, w("records.served"): branch.served})


def series_chart(view: View, branch: BranchRecords) -> alt.Chart:
    """The days as points, so that a day without a record is no line through nothing."""
    day, served = (view.words(f"records.{name}") for name in ("day", "served"))
    frame = pd.DataFrame(
        {"day": pd.to_datetime(series(view, branch)[day]), "served": branch.served}
    )
    return (
        alt.Chart(frame)
        .mark_circle(color=BLUE, size=28, opacity=0.8)
        .encode(
            x=alt.X("day:T", title=day, axis=alt.Axis(format="%Y-%m-%d", labelAngle=-35)),
            y=alt.Y("served:Q", title=served, scale=alt.Scale(zero=True)),
            tooltip=[
                alt.Tooltip("day:T", title=day, format="%Y-%m-%d"),
                alt.Tooltip("served:Q", title=served, format=",.0f"),
            ],
        )
        .properties(height=260)
    )


def index_frame(view: View, branch: BranchRecords, kind: str) -> pd.DataFrame:
    """The index of each month, or of each day of the week; those with too few days left out."""
    w = view.words
    months = kind == "months"
    names = w("records.month_names" if months else "records.day_names").split(",")
    values = branch.months if months else branch.weekdays
    rows = [(name, round(at, 3)) for name, at in zip(names, values, strict=True) if at is not None]
    return pd.DataFrame(rows, columns=[w(f"records.{kind}"), w("records.index")])


def index_chart(view: View, branch: BranchRecords, kind: str) -> alt.LayerChart:
    """The indices as bars, with a line at the mean."""
    frame = index_frame(view, branch, kind)
    name, value = frame.columns
    plain = frame.set_axis(["name", "value"], axis=1)
    bars = (
        alt.Chart(plain)
        .mark_bar(color=BLUE, opacity=0.8)
        .encode(
            x=alt.X("name:N", sort=None, title=name, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("value:Q", title=value),
            tooltip=[alt.Tooltip("name:N", title=name), alt.Tooltip("value:Q", title=value)],
        )
    )
    mean = alt.Chart(pd.DataFrame({"value": [1.0]})).mark_rule(color=ORANGE, strokeWidth=2)
    return (bars + mean.encode(y="value:Q")).properties(height=240)


# -- a file to be checked ------------------------------------------------------------------


def checked(name: str, content: bytes, pack: Pack) -> CheckReport:
    """What the door says of a file that was sent; the file is not kept.

    Args:
        name: What it was called; only its ending and a harmless form of it are used.
        content: Its bytes.
        pack: The pack that it must fit.
    """
    own = Path(name.replace("\\", "/")).name[-_LONGEST_NAME:].lstrip(".") or "records.csv"
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as folder:
        file = Path(folder) / own
        file.write_bytes(content)
        return check_table(file, "work_records", pack=pack)


def verdict(view: View, report: CheckReport) -> str:
    """Whether the file can be taken in."""
    w, rows = view.words, view.words.count(report.row_count)
    if report.faults:
        return w("records.refused", n=w.count(len(report.faults)), rows=rows)
    return w("records.accepted", rows=rows, served=w.count(report.totals.get("served", 0)))


def fault_table(view: View, report: CheckReport) -> pd.DataFrame:
    """The first faults, row by row."""
    names = [view.words(f"records.{key}") for key in ("row", "column", "found", "expected", "do")]
    rows = [
        ("" if fault.row is None else str(fault.row), fault.column or "", fault.found,
         fault.expected, fault.message)
        for fault in sorted(report.faults, key=lambda each: each.row or 0)[:FAULTS_SHOWN]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def fault_file(report: CheckReport) -> bytes:
    """The faults as CSV, whose texts no spreadsheet takes for formulas."""
    keys = ("file", "row", "column", "found", "expected", "message")
    rows = tuple(tuple(fault.as_dict()[key] for key in keys) for fault in in_full(report.faults))
    return csv_bytes(Table("faults", keys, rows), mark=True)  # type: ignore[arg-type]
