"""Ranges of given visits: low and high of a row must lie on either side of its visits."""

from __future__ import annotations

from planner.pack.faults import Findings
from planner.pack.tables import Table

ENDS = ("low", "high")
_MODE = "visits_per_year"


def check_ranges(table: Table, findings: Findings) -> None:
    """Notes every row whose low or high is on the wrong side, or stands beside no visits.

    Args:
        table: A table of `visits` or `area_demand`.
        findings: Takes the faults; cells that could not be read are told already.
    """
    told = findings.places_in(table.file)
    for row in table.rows:
        mode = row.number_or_none(_MODE)
        for end in ENDS:
            value = row.number_or_none(end)
            if value is None or (row.number, _MODE) in told:
                continue
            if mode is None:
                findings.fault(
                    table.file, row.number, _MODE, f"a blank cell beside {end} {value:g}",
                    "a number >= 0", "Low and high are the range of these visits",
                )  # fmt: skip
            elif (value > mode) if end == "low" else (value < mode):
                sign = "<=" if end == "low" else ">="
                findings.fault(
                    table.file, row.number, end, f"{value:g}", f"{end} {sign} {_MODE} ({mode:g})",
                    "Leave the cell blank where no range is known",
                )  # fmt: skip
