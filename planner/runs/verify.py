"""Verify a run: recompute everything it says from the raw pack, without the optimiser."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from planner.errors import InputError
from planner.evaluate.loads import counter_minutes
from planner.pack import find_pack, read_pack
from planner.pack.types import Pack
from planner.problem import PlanningProblem
from planner.runs.content import run_info, run_tables, travel_told, way_of
from planner.runs.info import read_csv, read_info
from planner.runs.reading import StoredRun, read_run
from planner.runs.schema import TABLES
from planner.runs.table import Cell, Table, clean_text
from planner.scenario import SolveSection, build, read_scenario

TOLERANCE = 1e-9
_ROUNDING = 1e-6  # of work, where it fills a counter to the minute
_MOST_DIFFERENCES = 100
# What describes and is no figure; names may be corrected in a pack without touching the answer.
_DESCRIPTIONS = frozenset(
    {"name", "area_name", "service_name", "site_name", "site_a_name", "site_b_name"}
    | {"source", "confidence", "note", "sources", "notes"}
)
_TOLD = (
    *("created", "version", "made_with", "pack", "solver", "seconds", "seconds_by_stage"),
    *("peak_memory_mb", "clashes", "notes"),
)
_NOT_RECOMPUTED = frozenset({*_TOLD, "fingerprint", "violations"})
_SOLVERS: tuple[str, ...] = get_args(SolveSection.model_fields["solver"].annotation)
_VERSION = re.compile(r"\d+(\.\d+){1,3}[A-Za-z0-9.+-]{0,40}", re.ASCII)
_CHANGED = (
    "the pack has changed since, or the scenario: this run answers problem {stored}, "
    "the files now make problem {now}"
)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a run agrees with its raw data.

    Attributes:
        agrees: Whether nothing differs.
        differences: Each point where it does, in words.
        told: What is taken as the run tells it, as it cannot be recomputed: keys of `run.json`,
            and in words the proof that only the optimiser can give.
    """

    agrees: bool
    differences: tuple[str, ...]
    told: tuple[str, ...] = ()


def verify(path: Path, *, pack: Pack | None = None) -> Verification:
    """Recompute a run folder from the raw pack.

    Checked: the fingerprint, every rule, every figure in `run.json` and in the tables, and that
    status, objective, bound and gap fit together; without a plan, that none is told of. That the
    bound itself is a true limit, or that no plan exists, only the optimiser's proof can say.

    Args:
        path: The run folder.
        pack: The pack, when already read.

    Raises:
        InputError: The folder cannot be read as a run.
    """
    path = Path(path)
    try:
        run = read_run(path, pack=pack)
    except InputError as error:
        changed = _changed_problem(path, pack)
        if not changed:
            raise
        differences = (*changed, *map(str, error.faults))
        return Verification(agrees=False, differences=differences, told=_told(read_info(path)))
    return verify_run(run)


def verify_run(run: StoredRun) -> Verification:
    """Recompute a run that was read already; see `verify`."""
    differences = list(dict.fromkeys(_differences(run)))
    if len(differences) > _MOST_DIFFERENCES:
        more = f"and {len(differences) - _MOST_DIFFERENCES} more differences"
        differences = [*differences[:_MOST_DIFFERENCES], more]
    told = (*_told(run.info), *_named_otherwise(run))
    return Verification(not differences, tuple(differences), told)


def _named_otherwise(run: StoredRun) -> Iterator[str]:
    """The names of branches that the pack does not have; one of the two may have been corrected."""
    names = {site.id: site.name for site in run.pack.sites}
    other = {
        entry["site"]: entry["name"]
        for entry in run.info["branches"]
        if "name" in entry and names.get(entry["site"], entry["name"]) != entry["name"]
    }
    for site, name in other.items():
        yield f"the name {name!r} of {site}, which is {names[site]!r} in the pack"


def _told(info: dict[str, Any]) -> tuple[str, ...]:
    """What of a run is not recomputed."""
    told = [key for key in _TOLD if info.get(key) not in (None, [], {})]
    if info["status"] == "infeasible":
        return (*told, "the proof that no plan exists")
    return tuple(told) if info["bound"] is None else (*told, "the proof behind the bound")


def _changed_problem(path: Path, pack: Pack | None) -> list[str]:
    """What to say when the run does not fit the pack because the problem is another one now."""
    scenario = read_scenario(path / "scenario.toml")
    now = build(pack or read_pack(find_pack(scenario.pack, path)), scenario)
    return list(_changes(read_info(path), now))


def _changes(info: dict[str, Any], now: PlanningProblem) -> Iterator[str]:
    """That the files make another problem now, and that travel is measured in another way."""
    if now.fingerprint != info["fingerprint"]:
        yield _CHANGED.format(stored=info["fingerprint"], now=now.fingerprint)
    then, here = info.get("travel"), travel_told(now.travel)
    if then and here and way_of(then) != way_of(here):
        yield (
            f"the run measured travel by {way_of(then)}, the files now give {way_of(here)}: "
            "minutes and kilometres of the two cannot be compared"
        )


def _differences(run: StoredRun) -> Iterator[str]:
    yield from _changes(run.info, run.problem)
    yield from _proof(run)
    yield from _form(run.info)
    if run.report.plan is None:
        yield from _plan_figures(run)
    yield from _counters(run)
    for violation in (*run.info["violations"], *(run.score.violations if run.score else ())):
        yield f"a rule is broken: {violation}"
    report = run.report
    if run.score is not None:
        report = replace(report, objective=run.score.objective.total, shortfall=run.score.shortfall)
    info = run_info(
        report,
        run.score,
        run.baseline,
        pack=run.pack,
        scenario=run.scenario,
        created=run.created,
    )
    for key, value in info.items():
        if key in run.info and key not in _NOT_RECOMPUTED:
            yield from _compare(f"run.json {key}", run.info[key], value)
    if report.plan is not None and run.score is not None:
        for table in run_tables(report.plan, run.problem, run.score, run.baseline, run.pack):
            if table.name == "points" and _is_old(run.info):
                continue
            yield from _compare_table(run.path, table)


def _is_old(info: Mapping[str, Any]) -> bool:
    """Whether a run was written before the table of demand points was kept."""
    return "inputs" not in info


def _form(info: dict[str, Any]) -> Iterator[str]:
    """What is only told must at least be what it says it is."""
    if info["solver"] not in _SOLVERS:
        yield f"run.json solver: {info['solver']!r}; expected {' or '.join(_SOLVERS)}"
    if not _VERSION.fullmatch(info["version"]):
        yield f"run.json version: {info['version']!r}; expected a version such as 1.0.0"


def _counters(run: StoredRun) -> Iterator[str]:
    """Where a branch may have any number of counters, as many are told as its work needs."""
    plan, problem = run.report.plan, run.problem
    if plan is None or plan.counters is None or problem.counter_minutes_per_year <= 0:
        return
    work = counter_minutes(problem, plan) / problem.counter_minutes_per_year
    least, most = (np.ceil(work * (1 + rounding)) for rounding in (-_ROUNDING, _ROUNDING))
    for j in np.flatnonzero(plan.is_open).tolist():
        if math.isfinite(problem.counters[j, plan.format[j]]):
            continue
        there = plan.counters[j]
        for s in np.flatnonzero((there < least[j]) | (there > most[j])).tolist():
            yield (
                f"run.json branches {problem.site_ids[j]}.counters.{problem.service_ids[s]}: "
                f"{there[s]}; its work takes {least[j, s]:.0f}"
            )


def _plan_figures(run: StoredRun) -> Iterator[str]:
    """A run that has no plan tells nothing of one."""
    for name in TABLES:
        if (run.path / f"{name}.csv").exists():
            yield f"the status is {run.report.status}, yet there is a table {name}.csv"
    if run.report.bound is not None:
        yield f"the status is {run.report.status}, yet a bound is given"


def _proof(run: StoredRun) -> Iterator[str]:
    """Whether status, objective, bound and gap fit together."""
    report, asked = run.report, run.scenario.solve.gap
    if report.status in ("infeasible", "unknown"):
        if report.objective is not None or report.gap is not None:
            yield f"the status is {report.status}, yet an objective or a gap is given"
        return
    if report.objective is None:
        yield f"the status is {report.status}, yet no objective is given"
        return
    if report.status == "optimal" and (report.gap is None or report.gap > asked + 2 * TOLERANCE):
        given = "no gap" if report.gap is None else f"a gap of {report.gap!r}"
        yield f"the status is optimal with {given}; the scenario asks for at most {asked!r}"
    if report.shortfall_bound > report.shortfall * (1 + TOLERANCE) + TOLERANCE:
        yield (
            f"the least shortfall {report.shortfall_bound!r} is above the plan's own "
            f"{report.shortfall!r}"
        )
    is_least = report.shortfall - report.shortfall_bound <= asked * report.shortfall + 1e-6
    if report.status == "optimal" and not is_least:
        yield (
            f"the status is optimal, yet the plan misses soft rules by {report.shortfall!r} visits "
            f"and only {report.shortfall_bound!r} are proved to be needed"
        )
    proved = report.gap is not None and (report.gap == 0 or report.gap < asked - TOLERANCE)
    proved = proved and is_least
    if report.status == "feasible" and proved:
        yield (
            f"the status is feasible with a gap of {report.gap!r}; the scenario asks for at most "
            f"{asked!r}, so it would be optimal"
        )
    if report.bound is None:
        if report.gap is not None:
            yield "a gap is given without a bound"
        return
    if report.bound > report.objective + TOLERANCE * abs(report.objective):
        yield f"the bound {report.bound!r} is above the objective {report.objective!r}"
    if report.gap is None:
        yield "a bound is given without a gap"
        return
    gap = 0.0 if report.objective == 0 else (report.objective - report.bound) / report.objective
    if not math.isclose(report.gap, max(gap, 0.0), rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        yield f"the gap is given as {report.gap!r}; objective and bound make it {gap!r}"


def _compare(place: str, said: Any, now: Any) -> Iterator[str]:
    """Where a value in `run.json` and the recomputed one differ; what is extra is ignored."""
    if isinstance(now, dict) and isinstance(said, dict):
        for key, value in now.items():
            if key not in _DESCRIPTIONS:
                yield from _compare(f"{place}.{key}", said.get(key), value)
    elif isinstance(now, list) and isinstance(said, list):
        if len(now) != len(said):
            yield f"{place}: {len(said)} entries; recomputed {len(now)}"
        elif now and isinstance(now[0], dict) and "site" in now[0]:
            found = {entry["site"]: entry for entry in said}
            for entry in now:
                label = f"{place} {entry['site']}"
                yield from _compare(label, found.get(entry["site"]), entry)
        elif _unordered(now) != _unordered(said):
            yield f"{place}: {said!r}; recomputed {now!r}"
    elif not _same(said, now):
        yield f"{place}: {said!r}; recomputed {now!r}"


def _unordered(values: list[Any]) -> list[str]:
    return sorted(map(repr, values))


def _same(said: Any, now: Any) -> bool:
    if _is_number(said) and _is_number(now):
        return math.isclose(said, now, rel_tol=TOLERANCE, abs_tol=1e-12)
    return type(said) is type(now) and bool(said == now)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compare_table(path: Path, table: Table) -> Iterator[str]:
    file = f"{table.name}.csv"
    try:
        header, *rows = read_csv(path, file)
    except InputError as error:
        yield from map(str, error.faults)
        return
    if tuple(header) != table.columns:
        yield f"{file}: the columns are {', '.join(header)}; expected {', '.join(table.columns)}"
        return
    if len(rows) != len(table.rows):
        yield f"{file}: {len(rows)} rows; recomputed {len(table.rows)}"
        return
    for number, (said, now) in enumerate(zip(rows, table.rows, strict=True), start=2):
        for column, cell, value in zip(table.columns, said, now, strict=True):
            if column not in _DESCRIPTIONS and not _same_cell(cell, value):
                found = cell or "nothing"
                yield f"{file} row {number}, {column}: {found}; recomputed {_shown(value)}"


def _same_cell(cell: str, value: Cell) -> bool:
    if isinstance(value, bool):
        return cell == ("yes" if value else "no")
    if isinstance(value, int | float):
        try:
            return _same(float(cell), value)
        except ValueError:
            return False
    return cell == clean_text(value or "")


def _shown(value: Cell) -> str:
    return "nothing" if value is None else str(value)
