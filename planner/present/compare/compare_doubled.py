"""Duplicates of all members of a comparison by one yardstick: the pack's own separations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.compare.said import OWN_SEPARATION
from planner.compare.types import Comparison, KpiCell, KpiRow, Verdict
from planner.compare.words import OF_DUPLICATES
from planner.errors import PlannerError
from planner.present.results.plans_doubled import doubled
from planner.present.results.separations import Doubled
from planner.present.session import Case
from planner.runs.record import RunRecord

_OTHERWISE = "duplicates_counted_otherwise"


def alike(case: Case, found: Comparison, records: Mapping[str, RunRecord]) -> Comparison:
    """A comparison whose duplicates are counted alike, as far as the pack shown allows.

    Where members count by several separations, and all are of the pack shown, their figures of
    duplicates become those by its own separations; else the comparison is as it was.

    Args:
        case: The pack that is shown.
        found: The comparison.
        records: Its members by id: of a run, or of a network that the pack lists.
    """
    if all(each.key != _OTHERWISE for each in found.warnings):
        return found
    counts = [_count(case, name, record) for name, record in records.items()]
    told = [each for each in counts if each is not None]
    if len(told) < len(counts):
        return found
    return replace(
        found,
        members=tuple(replace(each, duplicates_within=OWN_SEPARATION) for each in found.members),
        warnings=tuple(each for each in found.warnings if each.key != _OTHERWISE),
        kpis=tuple(
            _row(row, [_figure(row.key, each) for each in told], found.base)
            if row.key.startswith(OF_DUPLICATES)
            else row
            for row in found.kpis
        ),
    )


def _count(case: Case, name: str, record: RunRecord) -> Doubled | None:
    """A member's duplicates by the pack's own separations; None where that cannot be counted."""
    if record.kpis is None or record.info["pack"]["id"] != case.pack.id:
        return None
    if name in case.networks:
        pairs = case.networks[name].score.kpis.duplicates
        return Doubled(pairs.unnecessary, pairs.justified)
    try:
        count = doubled(case, record, name)
    except PlannerError:
        return None
    return None if count.is_own else count


def _figure(key: str, count: Doubled) -> int:
    figures = {
        "unnecessary": count.unnecessary,
        "justified": count.justified,
        "pairs": count.unnecessary + count.justified,
    }
    return figures[key.removeprefix(OF_DUPLICATES)]


def _row(row: KpiRow, figures: Sequence[int], base: int) -> KpiRow:
    return replace(row, cells=tuple(_cell(row, each, each - figures[base]) for each in figures))


def _cell(row: KpiRow, figure: int, change: int) -> KpiCell:
    """A figure that is exact, with its difference from the base's."""
    if change == 0:
        return KpiCell(figure, 0, "same", 0, 0, None)
    if row.better == "neither":
        return KpiCell(figure, change, "neither", change, change, True)
    verdict: Verdict = "better" if (change < 0) == (row.better == "lower") else "worse"
    return KpiCell(figure, change, verdict, change, change, True)
