"""A run folder read back: its answer with its question, every score computed anew."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from planner.errors import Fault, InputError
from planner.evaluate import Score, todays_network
from planner.evaluate import score as score_plan
from planner.pack import find_pack, read_pack
from planner.pack.types import Pack
from planner.plan import CHANGES, Assignment, Change, Clash, Plan, SolveReport
from planner.problem import PlanningProblem
from planner.runs.asked import asked_of
from planner.runs.info import COPY, ClashTold, Info, first_faults, read_csv, read_info, unknown_id
from planner.scenario import Scenario, read_scenario

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_ASSIGNMENT = ("demand_point", "visit_type", "site", "share", "minutes", "km")


@dataclass(frozen=True, slots=True, eq=False)
class StoredRun:
    """A run folder, read back; the scores are computed anew from the pack.

    Attributes:
        path: The folder.
        id: Fingerprint and time of creation: names this run and no other.
        created: When it was written (UTC).
        info: The content of `run.json`.
        scenario: The rules.
        pack: The data pack as it is now.
        problem: What the scenario makes of the pack as it is now.
        report: The answer; its plan is None when there was none.
        score: The plan's score, None without a plan.
        baseline: Today's network scored likewise, None where there is none today.
    """

    path: Path
    id: str
    created: datetime
    info: dict[str, Any]
    scenario: Scenario
    pack: Pack
    problem: PlanningProblem
    report: SolveReport
    score: Score | None
    baseline: Score | None


def read_run(path: Path, *, pack: Pack | None = None) -> StoredRun:
    """Read a run folder and score its plan anew.

    Args:
        path: The run folder.
        pack: The pack, when already read; otherwise the one that `scenario.toml` names.

    Raises:
        InputError: The folder is no run folder, or a file in it is missing or damaged; with
            every fault of the first file at fault.
    """
    path = Path(path)
    raw = read_info(path)
    info = Info.model_validate(raw)
    scenario = read_scenario(path / "scenario.toml")
    pack = pack or read_pack(find_pack(scenario.pack, path))
    pack, problem = asked_of(pack, scenario, info.fingerprint)
    created = datetime.fromisoformat(info.created)
    report = SolveReport(
        problem=problem,
        status=info.status,
        plan=_read_plan(path, info, problem),
        objective=info.objective,
        bound=info.bound,
        gap=info.gap,
        solver=info.solver,
        seconds=info.seconds,
        seconds_by_stage=info.seconds_by_stage,
        peak_memory_mb=info.peak_memory_mb,
        shortfall=info.shortfall,
        shortfall_bound=info.shortfall_bound,
        clashes=tuple(_clash(each) for each in info.clashes),
        violations=tuple(info.violations),
        notes=tuple(info.notes),
    )
    today = todays_network(problem)
    return StoredRun(
        path=path,
        id=f"{info.fingerprint}-{created.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        created=created,
        info=raw,
        scenario=scenario,
        pack=pack,
        problem=problem,
        report=report,
        score=None if report.plan is None else score_plan(problem, report.plan),
        baseline=None if today is None else score_plan(problem, today),
    )


def _clash(told: ClashTold) -> Clash:
    """A clash as it was told; changes of a kind that this version does not know are left out."""
    changes = [Change(each.what, each.values) for each in told.changes if each.what in CHANGES]
    return Clash(told.rule, told.text, told.repair, tuple(changes))


def _read_plan(path: Path, info: Info, problem: PlanningProblem) -> Plan | None:
    if info.status in ("infeasible", "unknown"):
        if info.branches:
            found = f"{len(info.branches)} branches"
            fault = Fault("run.json", None, "branches", found, f"none when {info.status}", COPY)
            raise InputError([fault])
        return None
    faults: list[Fault] = []
    is_open = np.zeros(len(problem.site_ids), dtype=np.bool_)
    offers = np.zeros((len(problem.site_ids), len(problem.service_ids)), dtype=np.bool_)
    site_at = {name: j for j, name in enumerate(problem.site_ids)}
    service_at = {name: s for s, name in enumerate(problem.service_ids)}
    format_at = {name or None: f for f, name in enumerate(problem.format_ids)}
    formats = np.full(len(problem.site_ids), -1, dtype=np.int64)
    counters = np.zeros_like(offers, dtype=np.int64)
    for number, branch in enumerate(info.branches):
        place = f"branches.{number}"
        j = site_at.get(branch.site)
        if j is None:
            faults.append(unknown_id("run.json", None, f"{place}.site", branch.site))
            continue
        if is_open[j]:
            faults.append(Fault("run.json", None, place, branch.site, "each site once", COPY))
        is_open[j] = True
        if branch.format in format_at:
            formats[j] = format_at[branch.format]
        else:
            faults.append(unknown_id("run.json", None, f"{place}.format", str(branch.format)))
        for name in branch.services:
            if name in service_at:
                offers[j, service_at[name]] = True
            else:
                faults.append(unknown_id("run.json", None, f"{place}.services", name))
        for name, number_of in (branch.counters or {}).items():
            if name in service_at:
                counters[j, service_at[name]] = number_of
            else:
                faults.append(unknown_id("run.json", None, f"{place}.counters", name))
    assignment = _read_assignment(path, problem, site_at, faults)
    if faults:
        raise InputError(first_faults(faults))
    by_service = problem.rules.counters == "by_service" and problem.rules.capacity != "off"
    return Plan(is_open, offers, assignment, formats, counters if by_service else None)


def _read_assignment(
    path: Path, problem: PlanningProblem, site_at: dict[str, int], faults: list[Fault]
) -> Assignment:
    file = "assignment.csv"
    header, *rows = read_csv(path, file)
    if tuple(header) != _ASSIGNMENT:
        found, expected = ", ".join(header)[:200], ", ".join(_ASSIGNMENT)
        faults.append(Fault(file, 1, None, found, expected, COPY))
        rows = []
    point_at = {name: i for i, name in enumerate(problem.point_ids)}
    kind_at = {name: b for b, name in enumerate(problem.visit_type_ids)}

    def position(known: dict[str, int], row: int, column: int, cell: str) -> int:
        if cell not in known:
            faults.append(unknown_id(file, row, _ASSIGNMENT[column], cell))
        return known.get(cell, 0)

    def positions(known: dict[str, int], column: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        found = [position(known, n, column, row[column]) for n, row in enumerate(rows, 2)]
        return np.array(found, dtype=np.int64)

    point, kind, site = positions(point_at, 0), positions(kind_at, 1), positions(site_at, 2)
    share = np.array(
        [_share(row[3], number, file, faults.append) for number, row in enumerate(rows, 2)],
        dtype=np.float64,
    )
    return Assignment(point, kind, site, share)


def _share(cell: str, row: int, file: str, report: Callable[[Fault], None]) -> float:
    value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
    if not 0 <= value <= 1 + 1e-6:
        report(Fault(file, row, "share", cell[:40] or "nothing", "a number from 0 to 1", COPY))
        return 0.0
    return value
