"""Whether every area that is named or listed is there, and has people to count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.pack.faults import Findings, listed
from planner.pack.manifest import FILE, Manifest
from planner.pack.tables import Table
from planner.pack.types import Area


def check_areas_used(
    points: Table | None,
    demand: Table | None,
    areas: Sequence[Area],
    point_area: Mapping[int, str],
    demand_area: Mapping[int, str],
    findings: Findings,
) -> None:
    """Every area's people count: areas without points, and area totals without points, are told.

    Args:
        points: The demand points.
        demand: The area totals.
        areas: Every area.
        point_area: The area code of each row of the points that names one.
        demand_area: The same of the area totals.
        findings: Takes faults and warnings.
    """
    if points is None or not points.whole or len(point_area) < len(points.rows):
        return
    used = set(point_area.values())
    idle = [area for area in areas if area.code not in used]
    if idle:
        findings.warn(f"areas without any demand point: {listed(area.name for area in idle)}")
    if demand is None:
        return
    for row in demand.rows:
        code = demand_area.get(row.number)
        if code is not None and code not in used:
            findings.fault(
                demand.file, row.number, "area", row.text("area"),
                "an area with demand points", "Its demand would be lost; add a demand point",
            )  # fmt: skip
    if not demand.whole or len(demand_area) < len(demand.rows):
        return
    told = set(demand_area.values())
    silent = [area.name for area in areas if area.code in used and area.code not in told]
    if silent:
        what = (
            "keep the population of their demand points"
            if "visits_per_year" not in demand.columns
            else "have no visits"
        )
        findings.warn(f"{demand.file}: areas not in it {what}: {listed(silent)}")


def check_area_lists(
    manifest: Manifest, areas: tuple[Area, ...] | None, findings: Findings
) -> None:
    """The areas that pack.toml lists must be there."""
    if areas is None:
        return
    codes = {area.code for area in areas}
    lists = (("dense_areas", manifest.dense_areas),
             ("travel.slow_areas", sorted(manifest.travel.slow_areas)))  # fmt: skip
    for key, given in lists:
        for code in given:
            if code not in codes:
                findings.fault(FILE, None, key, code, "the code of an area", "")
