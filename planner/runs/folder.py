"""The run folder: one answer with its question, written whole or not at all, read strictly."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.errors import Fault, InputError, PlannerError
from planner.evaluate import Score, todays_network
from planner.evaluate import score as score_plan
from planner.pack import find_pack, read_pack
from planner.pack.locate import builtin_packs
from planner.pack.types import Pack
from planner.plan import Assignment, Clash, Plan, SolveReport
from planner.problem import PlanningProblem
from planner.runs.content import SCHEMA, TABLES, run_info, run_tables
from planner.runs.files import plain_disk_errors, publish_folder, try_folder, write_synced
from planner.runs.table import clean_text, csv_bytes, unguard
from planner.scenario import Scenario, build, read_scenario, scenario_toml

_MOST_BYTES = 512 * 1024 * 1024
_MOST_FAULTS = 50
_LARGEST = 2**63
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_OWN_FILES = frozenset(
    {"run.json", "scenario.toml", *(f"{name}.csv" for name in TABLES)}
    | {".DS_Store", "Thumbs.db", "desktop.ini"}  # put there by file managers
)
_LEFT_OVER = re.compile(r"\.export-[0-9a-f]{8}")
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


# -- writing -------------------------------------------------------------------------------


def judge_and_write(
    report: SolveReport,
    pack: Pack,
    scenario: Scenario,
    out: Path,
    *,
    created: datetime | None = None,
) -> Path:
    """Score a report's plan and today's network, and write the run folder."""
    judged = None if report.plan is None else score_plan(report.problem, report.plan)
    today = todays_network(report.problem)
    baseline = None if today is None else score_plan(report.problem, today)
    return write_run(report, judged, baseline, pack, scenario, out, created=created)


def write_run(
    report: SolveReport,
    score: Score | None,
    baseline: Score | None,
    pack: Pack,
    scenario: Scenario,
    out: Path,
    *,
    created: datetime | None = None,
) -> Path:
    """Write a run folder; it exists whole or not at all.

    Args:
        report: The answer with its question.
        score: The score of the report's plan; None without a plan.
        baseline: The score of today's network; None where there is none.
        pack: The pack that was solved.
        scenario: The rules that were solved.
        out: The folder to make. An empty folder is used, and an earlier run there is replaced
            with its exports, unless something else was put into it.
        created: When the run was made; now when left out.

    Returns:
        The folder.

    Raises:
        PlannerError: `out` holds something else, or the disk refuses; nothing was written.
    """
    out = Path(os.path.realpath(out))
    require_free(out)
    moment = (created or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    portable = scenario.model_copy(update={"pack": _pack_reference(scenario.pack, pack, out)})
    info = run_info(report, score, baseline, pack=pack, name=scenario.name, created=moment)
    files = {
        "run.json": json.dumps(info, ensure_ascii=False, allow_nan=False, indent=1).encode(),
        "scenario.toml": scenario_toml(portable, pack).encode(),
    }
    if report.plan is not None and score is not None:
        for table in run_tables(report.plan, report.problem, score, baseline, pack):
            files[f"{table.name}.csv"] = csv_bytes(table)

    def fill(folder: Path) -> None:
        for name, content in files.items():
            write_synced(folder / name, content)

    with plain_disk_errors(f"The run folder {out.name}"):
        publish_folder(out, fill)
    return out


def require_free(out: Path) -> None:
    """Refuse a place where no run folder can be written, before time is spent on solving.

    Raises:
        PlannerError: `out` is a file, holds something that is not a run's own, or its disk does
            not let us write.
    """
    out = Path(os.path.realpath(out))
    with plain_disk_errors(f"The run folder {out.name}"):
        above = next(folder for folder in (out, *out.parents) if folder.exists())
        if above != out:
            if not above.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "a file", str(above))
        elif not out.is_dir():
            message = f"{out.name} is a file; give a folder for the run."
            raise PlannerError(message)
        if not os.access(above, os.W_OK):
            message = f"The run folder {out.name} cannot be written: no permission there."
            raise PlannerError(message)
        if above == out:
            _require_own(out)
        try_folder(out.parent if above == out else above, out.name)


def _require_own(folder: Path) -> None:
    """Refuse a folder that holds anything but a run, as a new run takes the place of all of it."""
    there = sorted(folder.iterdir())
    if not there:
        return
    fingerprint = _fingerprint(folder)
    if fingerprint is None:
        message = (
            f"The folder {folder.name} holds other files and is not a run folder; "
            "nothing was written. Choose a new or empty folder."
        )
        raise PlannerError(message)
    foreign = [each.name for each in there if not _is_own(each, fingerprint)]
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        message = (
            f"The run folder {folder.name} also holds {', '.join(foreign[:3])}{more}, which a new "
            "run would delete; nothing was written. Move them away, or choose another folder."
        )
        raise PlannerError(message)


def _is_own(path: Path, fingerprint: str) -> bool:
    """Whether something in a run folder came from the planner, or from the system by itself."""
    if path.is_dir() and not path.is_symlink():
        return _LEFT_OVER.fullmatch(path.name) is not None
    export = rf"[a-z0-9-]+-{re.escape(fingerprint[:8])}-[a-z_-]+\.(csv|xlsx|geojson)"
    return path.name in _OWN_FILES or re.fullmatch(export, path.name) is not None


def _fingerprint(folder: Path) -> str | None:
    """The fingerprint of the run in a folder, None when there is no run."""
    try:
        info = json.loads((folder / "run.json").read_bytes())
    except PermissionError:
        message = f"run.json in {folder.name} cannot be read: no permission. Choose another folder."
        raise PlannerError(message) from None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(info, dict) or "schema" not in info or "fingerprint" not in info:
        return None
    return str(info["fingerprint"])


def _pack_reference(name: str, pack: Pack, out: Path) -> str:
    """How `scenario.toml` names the pack: a built-in id stays, a folder is seen from `out`."""
    folder = Path(os.path.realpath(pack.folder))
    if name in builtin_packs() and Path(os.path.realpath(find_pack(name))) == folder:
        return name
    try:
        relative = Path(os.path.relpath(folder, out)).as_posix()
    except ValueError:  # another drive
        return folder.as_posix()
    return relative if relative.startswith("..") else f"./{relative}"


# -- reading -------------------------------------------------------------------------------

Text = Annotated[str, Field(max_length=100_000)]
Amount = Annotated[float, Field(ge=0)]


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)


class _Branch(_Entry):
    site: Text
    area: Text
    status: Literal["existing", "candidate", "proposed"]
    format: Text | None
    services: list[Text]
    counters: dict[str, Annotated[int, Field(ge=0, le=1_000_000)]] | None = None
    visits_per_year: Amount
    mean_min: Amount | None
    mean_km: Amount | None


class _Travel(_Entry):
    model: Text
    mode: Text
    error_share: Amount | None
    worst_share: Amount | None
    known_roads: Amount
    sources: list[Text]
    notes: list[Text]


class _Clash(_Entry):
    rule: Text
    text: Text
    repair: Text = ""


class _Info(_Entry):
    schema_: int = Field(alias="schema")
    name: Text
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    created: Text
    version: Text
    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    solver: Text
    seconds: Amount
    seconds_by_stage: dict[str, Amount]
    objective: float | None
    bound: float | None
    gap: float | None
    shortfall: Amount = 0.0
    shortfall_bound: Amount = 0.0
    peak_memory_mb: Amount
    demand: dict[Text, Amount] | None = None
    travel: _Travel | None = None
    branches: list[_Branch]
    kpis: dict[str, Any] | None
    baseline_kpis: dict[str, Any] | None
    violations: list[Text]
    clashes: list[_Clash] = []
    notes: list[Text] = []


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
    info = _Info.model_validate(raw)
    scenario = read_scenario(path / "scenario.toml")
    pack = pack or read_pack(find_pack(scenario.pack, path))
    problem = build(pack, scenario)
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
        clashes=tuple(Clash(each.rule, each.text, each.repair) for each in info.clashes),
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


def read_info(path: Path) -> dict[str, Any]:
    """The content of a run folder's `run.json`, checked; cheap, the pack is not read.

    Raises:
        InputError: It is missing, damaged, or from another version.
    """
    content = _read_bytes(Path(path), "run.json")
    try:
        raw = json.loads(
            content, parse_constant=_refuse_constant, parse_int=_whole, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise InputError(
            [_damaged("run.json", "no valid JSON, or a number too large", "a JSON object")]
        ) from None
    if not isinstance(raw, dict):
        raise InputError([_damaged("run.json", _shown(raw), "a JSON object")])
    if raw.get("schema") != SCHEMA:
        found = f"schema {str(raw.get('schema'))[:20]}"
        message = "It was written by another version, or is no run of Ugatuzi Planner."
        raise InputError([Fault("run.json", None, "schema", found, str(SCHEMA), message)])
    try:
        info = _Info.model_validate(raw)
    except ValidationError as error:
        raise InputError([_invalid(entry) for entry in error.errors()[:_MOST_FAULTS]]) from None
    try:
        moment = datetime.fromisoformat(info.created)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fault = Fault("run.json", None, "created", info.created[:40], "a time with its zone", _COPY)
        raise InputError([fault])
    return raw


_COPY = "The run folder is damaged; solve again or take an undamaged copy."


def _shown(value: Any) -> str:
    """A value as it stands in the file, not endless."""
    return clean_text(json.dumps(value, ensure_ascii=False)[:60])


def _damaged(file: str, found: str, expected: str) -> Fault:
    return Fault(file, None, None, found, expected, _COPY)


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _whole(text: str) -> int:
    value = int(text)
    if abs(value) > _LARGEST:
        raise ValueError(text)
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _invalid(entry: Any) -> Fault:
    place = ".".join(str(part) for part in entry["loc"])
    found = "nothing" if entry["type"] == "missing" else _shown(entry["input"])
    return Fault("run.json", None, place, found, _expected(entry), _COPY)


_KINDS = {
    "missing": "a value",
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "finite_number": "a number that is not endless",
    "list_type": "a list",
    "dict_type": "keys with values in { }",
    "model_type": "keys with values in { }",
    "string_pattern_mismatch": "16 digits from 0 to 9 and a to f",
}


def _expected(entry: Any) -> str:
    """What should stand at a place of `run.json`, in words."""
    context = entry.get("ctx", {})
    if entry["type"] == "literal_error":
        return str(context["expected"]).replace("'", "")
    if entry["type"] == "greater_than_equal":
        return f"a number >= {context['ge']:g}"
    if entry["type"] == "string_too_long":
        return f"at most {context['max_length']:,} letters"
    return _KINDS.get(entry["type"], "another value")


def _read_bytes(folder: Path, name: str) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except PermissionError:
        message = "Ask its owner for permission to read it, and to open its folder."
        found = "a file that cannot be read: no permission"
        raise InputError([Fault(name, None, None, found, "", message)]) from None
    except (OSError, ValueError):
        message = f"{folder.name} is not a complete run folder; check the path."
        raise InputError([Fault(name, None, None, "no file", "", message)]) from None
    if len(content) > _MOST_BYTES:
        raise InputError([_damaged(name, "a file too large for a run", "less than 512 MB")])
    return content


def _read_plan(path: Path, info: _Info, problem: PlanningProblem) -> Plan | None:
    if info.status in ("infeasible", "unknown"):
        if info.branches:
            found = f"{len(info.branches)} branches"
            fault = Fault("run.json", None, "branches", found, f"none when {info.status}", _COPY)
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
            faults.append(_unknown("run.json", None, f"{place}.site", branch.site))
            continue
        if is_open[j]:
            faults.append(Fault("run.json", None, place, branch.site, "each site once", _COPY))
        is_open[j] = True
        if branch.format in format_at:
            formats[j] = format_at[branch.format]
        else:
            faults.append(_unknown("run.json", None, f"{place}.format", str(branch.format)))
        for name in branch.services:
            if name in service_at:
                offers[j, service_at[name]] = True
            else:
                faults.append(_unknown("run.json", None, f"{place}.services", name))
        for name, number_of in (branch.counters or {}).items():
            if name in service_at:
                counters[j, service_at[name]] = number_of
            else:
                faults.append(_unknown("run.json", None, f"{place}.counters", name))
    assignment = _read_assignment(path, problem, site_at, faults)
    if faults:
        raise InputError(_first(faults))
    by_service = problem.rules.counters == "by_service" and problem.rules.capacity != "off"
    return Plan(is_open, offers, assignment, formats, counters if by_service else None)


def _first(faults: Sequence[Fault]) -> list[Fault]:
    if len(faults) <= _MOST_FAULTS:
        return list(faults)
    more = f"and {len(faults) - _MOST_FAULTS} more faults"
    return [*faults[:_MOST_FAULTS], Fault(faults[0].file, None, None, more, "", "")]


def _unknown(file: str, row: int | None, column: str, found: str) -> Fault:
    message = "The pack does not have it; it was changed since, or the run belongs to another."
    return Fault(file, row, column, found[:80], "an id of the pack", message)


def read_csv(path: Path, name: str) -> list[list[str]]:
    """The cells of a table in a run folder, header first, guards taken off.

    Raises:
        InputError: The file is missing or is no CSV in UTF-8.
    """
    content = _read_bytes(path, name)
    try:
        text = content.decode("utf-8-sig")
        rows = [
            [unguard(cell) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), strict=True)
            if row
        ]
    except UnicodeDecodeError:
        raise InputError([_damaged(name, "bytes that are not UTF-8", "UTF-8 text")]) from None
    except csv.Error:
        raise InputError([_damaged(name, "no valid CSV", "a table")]) from None
    if not rows:
        raise InputError([_damaged(name, "an empty file", "a table with a header")])
    wrong = next((n for n, row in enumerate(rows, 1) if len(row) != len(rows[0])), None)
    if wrong is not None:
        found = f"{len(rows[wrong - 1])} cells"
        fault = Fault(name, wrong, None, found, f"{len(rows[0])} cells", _COPY)
        raise InputError([fault])
    return rows


def _read_assignment(
    path: Path, problem: PlanningProblem, site_at: dict[str, int], faults: list[Fault]
) -> Assignment:
    file = "assignment.csv"
    header, *rows = read_csv(path, file)
    if tuple(header) != _ASSIGNMENT:
        found, expected = ", ".join(header)[:200], ", ".join(_ASSIGNMENT)
        faults.append(Fault(file, 1, None, found, expected, _COPY))
        rows = []
    point_at = {name: i for i, name in enumerate(problem.point_ids)}
    kind_at = {name: b for b, name in enumerate(problem.visit_type_ids)}

    def position(known: dict[str, int], row: int, column: int, cell: str) -> int:
        if cell not in known:
            faults.append(_unknown(file, row, _ASSIGNMENT[column], cell))
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
        report(Fault(file, row, "share", cell[:40] or "nothing", "a number from 0 to 1", _COPY))
        return 0.0
    return value
