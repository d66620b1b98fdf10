"""A run folder as it stands, without its pack: what lists, pages and comparisons need at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planner.errors import Fault, InputError
from planner.runs.info import COPY, first_faults, read_info
from planner.runs.record_checks import contradictions, other_faults
from planner.runs.record_tables import (
    AreaFigures,
    AreaRow,
    BranchRow,
    DuplicateRow,
    PointRow,
    attempt,
    read_areas,
    read_branches,
    read_duplicates,
    read_points,
)
from planner.scenario.file import read_scenario
from planner.scenario.schema import Scenario
from planner.travel import TravelTold

__all__ = [
    "AreaFigures",
    "AreaRow",
    "BranchRow",
    "DuplicateRow",
    "PointRow",
    "RunRecord",
    "read_record",
    "recorded_travel",
    "today_of",
]


@dataclass(frozen=True, slots=True, eq=False)
class RunRecord:
    """What a run folder says of itself; nothing is computed anew.

    Attributes:
        folder: Where it was read; None for a network that was scored just now.
        id: Fingerprint and time of creation, as `StoredRun.id`; that of today's network ends
            in `-today`.
        is_today: Whether it is today's network, in place of the run's plan.
        info: The content of `run.json`.
        scenario: The rules.
        kpis: The figures; None without a plan.
        branches, areas, points, duplicates: In the files' order; empty where not told.
        missing: What an older run does not hold, by the key of `run.json` or the file's name.
    """

    folder: Path | None
    id: str
    is_today: bool
    info: Mapping[str, Any]
    scenario: Scenario
    kpis: Mapping[str, Any] | None
    branches: tuple[BranchRow, ...]
    areas: tuple[AreaRow, ...]
    points: tuple[PointRow, ...]
    duplicates: tuple[DuplicateRow, ...]
    missing: tuple[str, ...]


def read_record(folder: Path) -> RunRecord:
    """Read a run folder without its pack; no figure is computed.

    Raises:
        InputError: The folder is no run folder, or files in it are missing or damaged; with
            every fault.
    """
    folder = Path(folder)
    faults: list[Fault] = []
    info = attempt(faults, lambda: read_info(folder))
    scenario = attempt(faults, lambda: read_scenario(folder / "scenario.toml"))
    if info is None:
        raise InputError(first_faults(faults))
    faults.extend(other_faults(info))
    missing = _missing(folder, info)
    branches: tuple[BranchRow, ...] = ()
    areas: tuple[AreaRow, ...] = ()
    points: tuple[PointRow, ...] = ()
    duplicates: tuple[DuplicateRow, ...] = ()
    has_plan = info["status"] in ("optimal", "feasible")
    if has_plan != (info["kpis"] is not None) or (info["branches"] and not has_plan):
        expected = "figures and branches" if has_plan else f"no plan when {info['status']}"
        found = "figures" if info["kpis"] is not None else f"{len(info['branches'])} branches"
        found = "no figures" if has_plan else found
        faults.append(Fault("run.json", None, "kpis", found, expected, COPY))
    elif has_plan:
        branches = read_branches(folder, faults)
        areas = read_areas(folder, faults)
        duplicates = read_duplicates(folder, faults)
        if "points.csv" not in missing:
            points = read_points(folder, faults)
        if not faults:
            faults.extend(contradictions(info, branches))
    if faults or scenario is None:
        raise InputError(first_faults(faults))
    created = datetime.fromisoformat(info["created"]).astimezone(UTC)
    return RunRecord(
        folder=folder,
        id=f"{info['fingerprint']}-{created:%Y%m%dT%H%M%SZ}",
        is_today=False,
        info=info,
        scenario=scenario,
        kpis=info["kpis"],
        branches=branches,
        areas=areas,
        points=points,
        duplicates=duplicates,
        missing=missing,
    )


def _missing(folder: Path, info: Mapping[str, Any]) -> tuple[str, ...]:
    """What runs before 0.5 do not hold."""
    pack = info.get("pack")
    told = pack if isinstance(pack, dict) else {}
    is_old = "inputs" not in info and info["kpis"] is not None
    return (
        *(key for key in ("inputs", "baseline_branches") if key not in info),
        *(f"pack.{key}" for key in ("fingerprint", "files") if key not in told),
        *(("points.csv",) if is_old and not (folder / "points.csv").exists() else ()),
    )


def today_of(record: RunRecord) -> RunRecord:
    """Today's network as a run tells it: its branches, figures, areas and demand points.

    A run without a plan tells today's branches and figures, but no areas and points; which pairs
    of today's branches are duplicates no run tells. `kpis` is None where the pack has no branch
    today.
    """
    names = {row.code: row.name for row in record.areas}
    places = {row.site: row.place for row in record.branches}
    lacks_tables = record.kpis is None
    more = ("areas.csv", "points.csv") if lacks_tables else ()
    return replace(
        record,
        id=f"{record.id}-today",
        is_today=True,
        kpis=record.info["baseline_kpis"],
        branches=tuple(
            _told_branch(told, names, places) for told in record.info.get("baseline_branches", ())
        ),
        areas=tuple(
            replace(row, unserved_visits_per_year=None, figures=row.today) for row in record.areas
        ),
        points=tuple(replace(row, mean_min=row.today_mean_min) for row in record.points),
        duplicates=(),
        missing=(*record.missing, *(name for name in more if name not in record.missing)),
    )


def _told_branch(
    told: Mapping[str, Any],
    names: Mapping[str, str],
    places: Mapping[str, tuple[float, float] | None],
) -> BranchRow:
    """A branch of `run.json` as the table would have it."""
    return BranchRow(
        site=told["site"],
        name=told.get("name", told["site"]),
        area=told["area"],
        area_name=names.get(told["area"], told["area"]),
        status=told["status"],
        format=told["format"],
        services=tuple(told["services"]),
        visits_per_year=told["visits_per_year"],
        mean_min=told["mean_min"],
        mean_km=told["mean_km"],
        capital_kes=told.get("capital_kes"),
        annual_kes=told.get("annual_kes"),
        place=places.get(told["site"]),
    )


def recorded_travel(info: Mapping[str, Any]) -> TravelTold | None:
    """How a run measured travel, as its `run.json` says it; None where it does not."""
    told = info.get("travel")
    if told is None:
        return None
    return TravelTold(
        model=told["model"],
        mode=told["mode"],
        sources=tuple(told["sources"]),
        error=told["error_share"],
        worst=told["worst_share"],
        known_count=int(told["known_roads"]),
        notes=tuple(told["notes"]),
    )
