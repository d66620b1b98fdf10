"""The figures of all members, each against the base, and whether the difference is clear."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from planner.compare.likeness import same_duplicates, same_objective, same_pack
from planner.compare.types import Direction, Figure, KpiCell, KpiRow, Unit, Verdict
from planner.runs.record import RunRecord

SAME = 1e-9  # relative: one figure, summed in another order

# In the order of a table: key, unit, which way is better.
_ROWS: tuple[tuple[str, Unit, Direction], ...] = (
    ("mean_min", "minutes", "lower"),
    ("worst_tenth_min", "minutes", "lower"),
    ("mean_km", "km", "lower"),
    ("within_standard", "share", "higher"),
    ("unserved_visits_per_year", "visits", "lower"),
    ("branches", "count", "neither"),
    ("offerings", "count", "neither"),
    ("areas_without_branch", "count", "lower"),
    ("duplicates.unnecessary", "count", "lower"),
    ("duplicates.justified", "count", "neither"),
    ("duplicates.pairs", "count", "neither"),
    ("annual_kes", "money", "lower"),
    ("capital_kes", "money", "lower"),
    ("overloaded_branches", "count", "lower"),
    ("shortfall_visits_per_year", "visits", "lower"),
    ("visits_per_year", "visits", "neither"),
    ("objective", "objective", "lower"),
)
_OF_TRAVEL = frozenset({"mean_min", "worst_tenth_min", "mean_km"})
_HANGS_ON_TRAVEL = frozenset({"within_standard", "shortfall_visits_per_year"})


def kpi_rows(records: Sequence[RunRecord], base: int) -> tuple[KpiRow, ...]:
    """Every figure of every member; differences only between members of one pack.

    The best objectives possible lie between bound and objective each, so their difference lies
    between `bound - base's objective` and `objective - base's bound`. A figure of travel is off
    by the error of its travel model; the larger of both errors is taken on either side.
    """
    here = records[base]
    return tuple(
        KpiRow(key, unit, better, tuple(_cell(each, here, key, better) for each in records))
        for key, unit, better in _ROWS
    )


def figure(record: RunRecord, key: str) -> Figure:
    """One figure of a record, None where it has none."""
    if key == "objective":
        found: Figure = None if record.is_today else record.info["objective"]
        return found
    told = record.kpis
    for part in key.split("."):
        told = None if told is None else told.get(part)
    return told  # type: ignore[return-value]  # a figure at the end of its key


def _cell(record: RunRecord, base: RunRecord, key: str, better: Direction) -> KpiCell:
    value, before = figure(record, key), figure(base, key)
    if value is None or before is None or not _may(key)(record, base):
        return KpiCell(value, None, "unknown", None, None, None)
    difference = value - before
    verdict = _verdict(difference, value, before, better)
    open_between = None if record is base else _margin_of(key)(record, base, difference)
    if open_between is None:
        return KpiCell(value, difference, verdict, None, None, None)
    low, high = open_between
    is_clear = None if verdict == "same" else low > 0 or high < 0
    return KpiCell(value, difference, verdict, low, high, is_clear)


def _may(key: str) -> Callable[[RunRecord, RunRecord], bool]:
    """Whether two records' figures of this kind may be subtracted."""
    if key == "objective":
        return same_objective
    return same_duplicates if key.startswith("duplicates.") else same_pack


def _verdict(difference: float, value: float, before: float, better: Direction) -> Verdict:
    if math.isclose(value, before, rel_tol=SAME, abs_tol=SAME):
        return "same"
    if better == "neither":
        return "neither"
    return "better" if (difference < 0) == (better == "lower") else "worse"


_Margin = Callable[[RunRecord, RunRecord, float], tuple[float, float] | None]


def _margin_of(key: str) -> _Margin:
    if key == "objective":
        return _by_gaps
    if key in _OF_TRAVEL:
        return lambda record, base, difference: _by_travel(record, base, difference, key)
    return _unknown if key in _HANGS_ON_TRAVEL else _exact


def _exact(_: RunRecord, __: RunRecord, difference: float) -> tuple[float, float]:
    return difference, difference


def _unknown(_: RunRecord, __: RunRecord, ___: float) -> None:
    return None


def _by_gaps(record: RunRecord, base: RunRecord, _: float) -> tuple[float, float] | None:
    mine, theirs = record.info, base.info
    if mine["bound"] is None or theirs["bound"] is None:
        return None
    if mine.get("shortfall") or theirs.get("shortfall"):
        return None  # a bound then holds only for plans that miss soft rules by no more
    return mine["bound"] - theirs["objective"], mine["objective"] - theirs["bound"]


def _by_travel(
    record: RunRecord, base: RunRecord, difference: float, key: str
) -> tuple[float, float] | None:
    errors = []
    for each in (record, base):
        travel, value = each.info.get("travel"), figure(each, key)
        if travel is None or travel["error_share"] is None or value is None:
            return None
        errors.append(travel["error_share"] * value)
    return difference - max(errors), difference + max(errors)
