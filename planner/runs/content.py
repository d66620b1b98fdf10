"""What a run folder says: the figures of `run.json` and the rows of its tables."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner import __version__
from planner.evaluate import BranchScore, Score
from planner.pack.fingerprint import PackPrint, print_of
from planner.pack.types import Pack, Site
from planner.plan import Plan, SolveReport
from planner.problem import PlanningProblem
from planner.runs.schema import SCHEMA
from planner.runs.table import Cell, Table
from planner.scenario import Scenario
from planner.travel import TravelTold

STAGES = ("load", "travel", "bound", "build", "solve", "check")
_LIBRARIES = ("highspy", "numba", "numpy", "pulp", "scipy")
_UNITS = {"travel_time": "minutes", "travel_distance": "km"}


@cache
def made_with() -> Mapping[str, str]:
    """The libraries whose versions may change which of equally good plans is found, and Python."""
    versions = {name: metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **versions}


def objective_unit(problem: PlanningProblem, pack: Pack) -> str:
    """The unit of the objective: minutes, km, or the pack's currency; weighted where it is."""
    unit = _UNITS.get(problem.rules.objective, pack.currency)
    return unit if problem.need_weight is None else f"weighted {unit}"


def run_info(
    report: SolveReport,
    score: Score | None,
    baseline: Score | None,
    *,
    pack: Pack,
    scenario: Scenario,
    created: datetime,
    made_of: PackPrint | None = None,
) -> dict[str, Any]:
    """The content of `run.json`: plain values, no nan, no inf, no path of this machine.

    `made_of`: the pack's files when it was read; those of now when left out.
    """
    problem = report.problem
    violations = dict.fromkeys((*report.violations, *(score.violations if score else ())))
    info = {
        "schema": SCHEMA,
        "name": scenario.name,
        "fingerprint": problem.fingerprint,
        "inputs": problem.parts,
        "created": created.isoformat(),
        "version": __version__,
        "made_with": made_with(),
        "pack": _pack_told(pack, made_of or print_of(pack.folder)),
        "status": report.status,
        "solver": report.solver,
        "seed": scenario.solve.seed,
        "seconds": report.seconds,
        "seconds_by_stage": {**dict.fromkeys(STAGES, 0.0), **report.seconds_by_stage},
        "objective_unit": objective_unit(problem, pack),
        "objective": report.objective,
        "objective_parts": asdict(score.objective) if score else None,
        "bound": report.bound,
        "gap": report.gap,
        "shortfall": report.shortfall,
        "shortfall_bound": report.shortfall_bound,
        "peak_memory_mb": report.peak_memory_mb,
        "demand": problem.demand,
        "travel": travel_told(problem.travel),
        "branches": _branch_list(report.plan, score, problem, pack),
        "baseline_branches": _branch_list(None, baseline, problem, pack),
        "kpis": score.kpis.as_dict() if score else None,
        "baseline_kpis": baseline.kpis.as_dict() if baseline else None,
        "violations": list(violations),
        "clashes": [asdict(clash) for clash in report.clashes],
        "notes": list(report.notes),
    }
    return {key: plain(value) for key, value in info.items()}


def travel_told(told: TravelTold | None) -> dict[str, Any] | None:
    """The travel model of a run as plain values; its errors are shares of the known roads' km."""
    if told is None:
        return None
    return {
        "model": told.model,
        "mode": told.mode,
        "error_share": told.error,
        "worst_share": told.worst,
        "known_roads": told.known_count,
        "sources": list(told.sources),
        "notes": list(told.notes),
    }


def told_of(travel: Mapping[str, Any] | None) -> TravelTold | None:
    """The travel model that `travel_told` put into plain values; None where it is not known."""
    if travel is None:
        return None
    return TravelTold(
        travel["model"],
        travel["mode"],
        tuple(travel["sources"]),
        travel["error_share"],
        travel["worst_share"],
        int(travel["known_roads"]),
        tuple(travel["notes"]),
    )


def way_of(travel: Mapping[str, Any]) -> str:
    """How a run measured travel: its model, and the mode where one was asked for."""
    mode = f" with mode {travel['mode']}" if travel["mode"] else ""
    return f"the {str(travel['model']).replace('_', '-')} model{mode}"


def plain(value: Any) -> Any:
    """The value as JSON knows it; what is not a finite number becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _pack_told(pack: Pack, made_of: PackPrint) -> dict[str, Any]:
    told = {"id": pack.id, "name": pack.name, "year": pack.year, "currency": pack.currency}
    return {**told, "fingerprint": made_of.fingerprint, "files": made_of.files}


def _branch_list(
    plan: Plan | None, score: Score | None, problem: PlanningProblem, pack: Pack
) -> list[dict[str, Any]]:
    if score is None:
        return []
    return [_branch(entry, plan, problem, pack) for entry in score.branches]


def format_id(plan: Plan, problem: PlanningProblem, site: int) -> str | None:
    """The format of a branch, None where it is plain."""
    return problem.format_ids[int(plan.format[site])] or None


def _branch(
    entry: BranchScore, plan: Plan | None, problem: PlanningProblem, pack: Pack
) -> dict[str, Any]:
    site = pack.sites[entry.site]
    told: dict[str, Any] = {
        "site": site.id,
        "name": site.name,
        "area": site.area,
        "status": site.status,
        "format": problem.format_ids[entry.format] or None,
        "services": [problem.service_ids[s] for s in entry.services],
        "visits_per_year": entry.visits_per_year,
        "mean_min": entry.mean_min,
        "mean_km": entry.mean_km,
        "capital_kes": entry.capital_kes,
        "annual_kes": entry.annual_kes,
    }
    if plan is not None and plan.counters is not None:
        told["counters"] = {
            problem.service_ids[s]: int(plan.counters[entry.site, s]) for s in entry.services
        }
    return told


def run_tables(
    plan: Plan, problem: PlanningProblem, score: Score, baseline: Score | None, pack: Pack
) -> tuple[Table, ...]:
    """The tables of a run with a plan, in the order of `TABLES`."""
    return (
        _assignment(plan, problem),
        _branches(plan, problem, score, pack),
        _offerings(plan, problem, pack),
        _areas(score, baseline, pack),
        _points(problem, score, baseline, pack),
        _standards(score, pack),
        _duplicates(score, pack),
    )


def offering_visits(plan: Plan, problem: PlanningProblem) -> NDArray[np.float64]:
    """Yearly visits in which a service is worked on at a site, shape (J, S)."""
    who = plan.assignment
    visits = who.share * problem.visits[who.point, who.visit_type]
    table = np.zeros(plan.offers.shape)
    np.add.at(table, who.site, visits[:, None] * problem.does[who.visit_type])
    return table


def today_offers(problem: PlanningProblem) -> NDArray[np.bool_]:
    """What is offered where today, shape (J, S)."""
    return np.asarray(problem.today & problem.existing[:, None], dtype=np.bool_)


def separation(limit: float) -> Cell:
    """A separation for a table: None where this measure makes no duplicate."""
    return None if limit < 0 else _number(limit)


def _number(value: Any) -> Cell:
    """A number for a table: Python's own, None where there is none."""
    plain_value = plain(value)
    return plain_value if isinstance(plain_value, int | float) else None


def _assignment(plan: Plan, problem: PlanningProblem) -> Table:
    who = plan.assignment
    rows = [
        (
            problem.point_ids[i],
            problem.visit_type_ids[b],
            problem.site_ids[j],
            share,
            _number(problem.minutes[i, j]),
            _number(problem.km[i, j]),
        )
        for i, b, j, share in zip(
            who.point.tolist(),
            who.visit_type.tolist(),
            who.site.tolist(),
            who.share.tolist(),
            strict=True,
        )
    ]
    columns = ("demand_point", "visit_type", "site", "share", "minutes", "km")
    return Table("assignment", columns, tuple(rows))


def place_columns(pack: Pack) -> tuple[str, ...]:
    """The columns that say where a site is: metres for a projected pack, else degrees."""
    if any(site.x is not None for site in pack.sites):
        return ("x_m", "y_m")
    return ("lat", "lon")


def _place(site: Site, columns: tuple[str, ...]) -> tuple[Cell, ...]:
    return (site.lat, site.lon) if columns[0] == "lat" else (site.x, site.y)


def _branches(plan: Plan, problem: PlanningProblem, score: Score, pack: Pack) -> Table:
    area_name = {entry.code: entry.name for entry in pack.areas}
    place = place_columns(pack)
    today = today_offers(problem)
    rows = []
    for entry in score.branches:
        site = pack.sites[entry.site]
        added = [s for s in entry.services if not today[entry.site, s]]
        rows.append(
            (
                site.id,
                site.name,
                site.area,
                area_name[site.area],
                site.status,
                format_id(plan, problem, entry.site),
                *_place(site, place),
                ";".join(problem.service_ids[s] for s in entry.services),
                ";".join(problem.service_ids[s] for s in added),
                _number(entry.visits_per_year),
                _number(entry.mean_min),
                _number(entry.mean_km),
                _number(entry.capital_kes),
                _number(entry.annual_kes),
                _number(entry.load.capacity_visits),
                _number(entry.load.counters),
                _number(entry.load.minutes),
                _number(entry.load.utilisation),
                site.mark.source,
                site.mark.confidence,
                site.mark.note,
            )
        )
    columns = (
        *("site", "name", "area", "area_name", "status", "format", *place),
        *("services", "services_added", "visits_per_year", "mean_min", "mean_km"),
        *("capital_kes", "annual_kes", "capacity_visits_per_year", "counters"),
        *("counter_min_per_year", "utilisation", "source", "confidence", "note"),
    )
    return Table("branches", columns, tuple(rows))


def _offerings(plan: Plan, problem: PlanningProblem, pack: Pack) -> Table:
    visits = offering_visits(plan, problem)
    today = today_offers(problem)
    rows = []
    for j, s in np.argwhere(plan.offers).tolist():
        site, service = pack.sites[j], pack.services[s]
        rows.append(
            (
                site.id,
                site.name,
                service.id,
                service.name,
                bool(today[j, s]),
                float(visits[j, s]),
                int(problem.offering_annual_kes[j, s]),
                service.mark.source,
                service.mark.confidence,
            )
        )
    columns = (
        *("site", "site_name", "service", "service_name", "offered_today"),
        *("visits_per_year", "annual_kes", "source", "confidence"),
    )
    return Table("offerings", columns, tuple(rows))


_AREA_FIGURES = ("mean_min", "mean_km", "within_standard", "worst_min", "branches")


def _areas(score: Score, baseline: Score | None, pack: Pack) -> Table:
    today = {entry.area: entry for entry in baseline.areas} if baseline else {}
    rows = []
    for entry in score.areas:
        area, before = pack.areas[entry.area], today.get(entry.area)
        rows.append(
            (
                area.code,
                area.name,
                _number(entry.visits_per_year),
                _number(entry.unserved_visits_per_year),
                *(_number(getattr(entry, key)) for key in _AREA_FIGURES),
                *(_number(getattr(before, key)) if before else None for key in _AREA_FIGURES),
            )
        )
    columns = (
        *("area", "name", "visits_per_year", "unserved_visits_per_year"),
        *_AREA_FIGURES,
        *(f"today_{key}" for key in _AREA_FIGURES),
    )
    return Table("areas", columns, tuple(rows))


def _points(problem: PlanningProblem, score: Score, baseline: Score | None, pack: Pack) -> Table:
    """Every demand point: its people, and what one of their visits takes now and today."""
    visits = problem.visits.sum(axis=1).tolist()
    now = score.point_min.tolist()
    today = [None] * len(now) if baseline is None else baseline.point_min.tolist()
    rows = tuple(
        (point.id, point.name, point.area, point.population, *map(_number, figures))
        for point, *figures in zip(pack.demand_points, visits, now, today, strict=True)
    )
    columns = (
        *("demand_point", "name", "area", "population"),
        *("visits_per_year", "mean_min", "today_mean_min"),
    )
    return Table("points", columns, rows)


def _standards(score: Score, pack: Pack) -> Table:
    rows = []
    for entry in score.standards:
        service = pack.services[entry.service]
        area = None if entry.area is None else pack.areas[entry.area]
        rows.append(
            (
                *(
                    service.id,
                    service.name,
                    *(("", "") if area is None else (area.code, area.name)),
                ),
                "hard" if entry.is_hard else "soft",
                _number(entry.within_min),
                *(_number(entry.share_asked), _number(entry.share_reached)),
                *(_number(entry.visits), _number(entry.visits_short)),
            )
        )
    columns = (
        *("service", "service_name", "area", "area_name", "rule", "within_min"),
        *("share_asked", "share_reached", "visits_per_year", "visits_short"),
    )
    return Table("standards", columns, tuple(rows))


def _duplicates(score: Score, pack: Pack) -> Table:
    rows = tuple(
        (
            pack.services[pair.service].id,
            pack.services[pair.service].name,
            pack.sites[pair.site_a].id,
            pack.sites[pair.site_a].name,
            pack.sites[pair.site_b].id,
            pack.sites[pair.site_b].name,
            _number(pair.km),
            separation(pair.separation_km),
            _number(pair.minutes),
            separation(pair.separation_min),
            _number(pair.load),
            _number(pair.capacity),
            bool(pair.justified),
            pack.sites[pair.merge.site].id,
            _number(pair.merge.visits),
            _number(pair.merge.stranded),
            _number(pair.merge.extra_min_per_year),
            _number(pair.merge.extra_min_per_visit),
            _number(pair.merge.saved_kes_per_year),
        )
        for pair in score.duplicates
    )
    columns = (
        *("service", "service_name", "site_a", "site_a_name", "site_b", "site_b_name"),
        *("km", "separation_km", "minutes_apart", "separation_min"),
        *("load_visits_per_year", "capacity_visits_per_year", "justified"),
        *("merged_away", "merged_visits_per_year", "merged_stranded_per_year"),
        *("merged_extra_min_per_year", "merged_extra_min_per_visit", "merged_saved_kes_per_year"),
    )
    return Table("duplicates", columns, rows)
