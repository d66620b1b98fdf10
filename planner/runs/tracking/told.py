"""Planned and done as plain values for JSON, as a table, and in lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from planner.runs.reading import StoredRun
from planner.runs.table import Cell, Table
from planner.runs.tracking.held import Line, Sums, Tracking, curve

COLUMNS = (
    *("kind", "site", "name", "area", "service", "phase", "state", "due", "done", "late_days"),
    *("capital_plan_kes", "capital_done_kes", "days_counted", "visits_plan", "visits_done"),
)
_KINDS = {
    "open": "open",
    "rebuild": "another format",
    "close": "close",
    "begin": "begin",
    "end": "end",
    "keep": "stays",
    "extra": "not in the plan",
}


def tracking_told(run: StoredRun, found: Tracking) -> dict[str, Any]:
    """All of it as plain values."""
    table = tracking_table(run, found)
    return {
        "run": run.id,
        "name": run.scenario.name,
        "on": found.on.isoformat(),
        "currency": run.pack.currency,
        "sums": asdict(found.sums),
        "phases": {name: asdict(sums) for name, sums in found.by_phase().items()},
        "lines": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
        "curve": [{**asdict(each), "day": each.day.isoformat()} for each in curve(found)],
        "method": METHOD,
    }


METHOD = (
    "Visits by the plan are those of a year times the days counted over 365: seasons and the first"
    " weeks of a branch are not taken out. Money and visits are compared only where the table"
    " gives them."
)


def tracking_table(run: StoredRun, found: Tracking) -> Table:
    """A row for each thing planned or done."""
    services = [each.id for each in run.pack.services]
    return Table("tracking", COLUMNS, tuple(_row(each, services) for each in found.lines))


def _row(each: Line, services: list[str]) -> tuple[Cell, ...]:
    return (
        each.kind,
        each.site_id,
        each.name,
        each.area,
        "" if each.service is None else services[each.service],
        each.phase,
        each.state,
        _day(each.due),
        _day(each.done),
        each.late_days,
        each.capital_plan,
        each.capital_done,
        each.days or None,
        each.visits_plan,
        each.visits_done,
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def tracking_lines(run: StoredRun, found: Tracking) -> Iterator[str]:
    """What a person reads in the terminal."""
    money = run.pack.currency
    yield f"{run.scenario.name}, planned and done by {found.on}"
    yield from _sums(found.sums, money)
    for name, sums in found.by_phase().items():
        yield f"Phase {name}: {sums.done} of {sums.planned} done, {sums.overdue} overdue"
    for each in found.lines:
        yield _said(run, each, money)
    yield METHOD


def _sums(sums: Sums, money: str) -> Iterator[str]:
    yield (
        f"{sums.done} of {sums.planned} done ({sums.late} of them late), {sums.overdue} overdue,"
        f" {sums.undated} without a day; {sums.extra} not in the plan"
    )
    if sums.paid_lines:
        yield (
            f"Paid for {sums.paid_lines}: {money} {sums.capital_done:,},"
            f" planned {money} {sums.capital_plan:,}"
        )
    if sums.counted_lines:
        yield (
            f"Counted at {sums.counted_lines} branches: {sums.visits_done:,.0f} visits,"
            f" {sums.visits_plan:,.0f} by the plan for these days"
        )


def _said(run: StoredRun, each: Line, money: str) -> str:
    service = "" if each.service is None else f" {run.pack.services[each.service].id}"
    parts = [f"{_KINDS[each.kind]}{service}: {each.name} [{each.site_id}]"]
    if each.done is not None:
        parts.append(f"done {each.done}")
    elif each.kind != "keep":
        parts.append({"overdue": "overdue", "to_come": "to come"}.get(each.state, "no day given"))
    if each.late_days:
        days = f"{abs(each.late_days)} day{'s' if abs(each.late_days) != 1 else ''}"
        side = "" if each.done is None else " late" if each.late_days > 0 else " early"
        parts.append(f"{days}{side}")
    if each.capital_done is not None:
        planned = "" if each.capital_plan is None else f" of {each.capital_plan:,} planned"
        parts.append(f"{money} {each.capital_done:,}{planned}")
    if each.visits_done is not None:
        planned = "" if each.visits_plan is None else f" of {each.visits_plan:,.0f} by the plan"
        parts.append(f"{each.visits_done:,.0f} visits in {each.days} days{planned}")
    return ", ".join(parts)
