"""Counts by branch to hold the model against: `[station_counts]` of `pack.toml` and its table."""

from __future__ import annotations

from collections.abc import Collection

from planner.errors import nearest
from planner.pack.columns import SCHEMAS
from planner.pack.customer_types import StationCount, StationCounts
from planner.pack.faults import Findings, listed
from planner.pack.joins import join
from planner.pack.manifest import FILE, StationKeys
from planner.pack.opening import open_table
from planner.pack.records import mark_of
from planner.pack.tables import Table


def read_stations(
    given: StationKeys,
    sites: Collection[str] | None,
    visit_types: Collection[str] | None,
    findings: Findings,
) -> StationCounts | None:
    """Reads the counts and judges them against the pack.

    Args:
        given: What `pack.toml` says of them.
        sites: The ids of the pack's sites, None where they could not all be read.
        visit_types: Likewise.
        findings: Takes every fault.
    """
    if visit_types is not None and given.visit_type and given.visit_type not in visit_types:
        near = nearest(given.visit_type, visit_types)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {listed(sorted(visit_types))}"
        findings.fault(
            FILE, None, "station_counts.visit_type", given.visit_type, "the id of a visit type",
            hint,
        )  # fmt: skip
    table = open_table(given.path, SCHEMAS["station_counts"], findings)
    if table is None:
        return None
    if sites is not None:
        join(table, "site", sites, "site", findings)
    check_counts(table, findings)
    return StationCounts(
        given.visit_type,
        given.what,
        given.when,
        tuple(
            StationCount(row.text("site"), float(row.number_or_none("count") or 0), mark_of(row))
            for row in table.rows
        ),
        given.what_sw,
    )


def check_counts(table: Table, findings: Findings) -> None:
    """Shares can be compared only where two branches were counted, and something at all."""
    if not table.complete("site", "count"):
        return
    if len(table.rows) < 2:
        findings.fault(
            table.file, None, "site", f"{len(table.rows)} branch", "two branches or more",
            "The shares of branches are compared; add the others that were open",
        )  # fmt: skip
    elif not any(row.number_or_none("count") for row in table.rows):
        findings.fault(
            table.file, None, "count", "0 in every row", "a number > 0 somewhere",
            "Nothing was counted; leave the table out until something is",
        )  # fmt: skip
