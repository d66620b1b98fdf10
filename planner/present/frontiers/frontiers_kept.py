"""What is kept for the page of frontiers: studies with their points, sweeps under way, files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import streamlit as st

from planner import compare as comparing
from planner.errors import PlannerError
from planner.evaluate import score, todays_network
from planner.pack.manifest import FRONTIERS
from planner.pack.place import home
from planner.pack.types import Pack
from planner.people import NotYoursError
from planner.plan import SolveReport
from planner.present.compare import compare
from planner.present.compare.compare import Seen as Pair
from planner.present.frontiers.frontiers import Seen
from planner.present.kept_store import store
from planner.present.saved import saved_shelf
from planner.present.session import Case
from planner.present.studies import robust_kept
from planner.present.view import View
from planner.present.words import Words
from planner.runs import jobs
from planner.runs.content import plain
from planner.runs.jobfiles import JobFolder
from planner.runs.record import read_record
from planner.runs.store import KeptRun, Study
from planner.runs.sweeps.asked import axes_of
from planner.runs.sweeps.drawn import frontier_svg
from planner.runs.sweeps.folder import read_sweep, table_of
from planner.runs.sweeps.ground import found_of
from planner.runs.sweeps.measures import measures_of
from planner.runs.sweeps.types import Axis
from planner.runs.table import csv_bytes
from planner.scenario import Scenario, parse_scenario
from planner.scenario.rules import duplicate_rule

KIND: Final = "sweep"
VALUES = "values"
KINDS = (*FRONTIERS, VALUES)
_RUN_FIGURES = ("objective", "bound", "gap", "seconds", "unit", "kpis")


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A kept sweep as its page sees it, and its runs by the number of their point.

    `away`: the numbers of the points whose runs were put away.
    """

    seen: Seen
    study: Study
    runs: Mapping[int, KeptRun]

    @property
    def away(self) -> list[int]:
        """The points whose runs were put away."""
        return [number for number, run in self.runs.items() if run.removed is not None]


# -- kept ----------------------------------------------------------------------------------


def read(w: Words, study: Study) -> Shown:
    """A study with its runs, on its pack as it was.

    Raises:
        PlannerError: The pack cannot be read any more.
    """
    look = robust_kept.look(study.id)
    runs = _runs_of(study)
    told = told_of(study, runs)
    view = View(w.of_pack(look.pack), look.pack, look.problem)
    today = _kept_today(study.id, json.dumps(told["axes"]), told["frontier"], look)
    is_judged = bool(told["measures"]["is_judged"])
    is_priced = duplicate_rule(look.pack, look.scenario) == "price"
    seen = Seen(view, told, look.scenario, is_priced, today if is_judged else None)
    return Shown(seen, study, runs)


def _runs_of(study: Study) -> dict[int, KeptRun]:
    kept = store().runs
    found = {}
    for point in study.points:
        if point.run_id is not None:
            with contextlib.suppress(NotYoursError):  # its owner keeps it alone
                found[point.number] = kept.get(point.run_id)
    return found


def told_of(study: Study, runs: Mapping[int, KeptRun]) -> dict[str, Any]:
    """What `sweep.json` told of a study, with its points; their figures are those of the runs."""
    points = []
    for point in study.points:
        run = runs.get(point.number)
        entry: dict[str, Any] = {
            "number": point.number,
            "values": dict(point.values),
            "status": point.status,
            "message": point.message,
            "run": None if run is None else f"run:{run.id}",
            **dict.fromkeys(("x", "y", "y_least", "is_beaten", "beaten_by"), None),
            **(point.told or {}),
        }
        if run is not None:
            entry |= {name: getattr(run, name) for name in _RUN_FIGURES}
        points.append(entry)
    return {**(study.told or {}), "points": points}


def _today(
    study_id: str, axes: str, kind: Any, _look: robust_kept.Look
) -> tuple[float, float] | None:
    del study_id  # another study is another question
    plan = todays_network(_look.problem)
    if plan is None:
        return None
    judged = score(_look.problem, plan)
    report = SolveReport(
        problem=_look.problem,
        status="feasible",
        plan=plan,
        objective=judged.objective.total,
        bound=None,
        gap=None,
        solver="",
        seconds=0.0,
        seconds_by_stage={},
        peak_memory_mb=0.0,
    )
    found = found_of(0, report, judged, _look.pack)
    measures = measures_of(kind, _axes(json.loads(axes)), _look.pack, _look.scenario)
    x, y = measures.x.of(found), measures.y.of(found)
    return None if x is None or y is None else (float(x), float(y))


_kept_today = st.cache_data(_today, show_spinner=False, max_entries=24)


def _axes(told: Any) -> tuple[Axis, ...]:
    return tuple(Axis(each["key"], tuple(each["values"])) for each in told)


def pair(w: Words, pack: Pack, before: str, after: str, names: tuple[str, str]) -> Pair:
    """Two runs side by side, the first as the base.

    Raises:
        PlannerError: One of them cannot be read.
    """
    records, found = _kept_pair(before, after)
    return compare.Seen(w, pack, found, records, names)


def _compare(before: str, after: str) -> Any:
    records = tuple(read_record(store().runs.folder(each)) for each in (before, after))
    return records, comparing.compare(records, base=0)


_kept_pair = st.cache_resource(_compare, show_spinner=False, max_entries=24)


# -- files ---------------------------------------------------------------------------------


def files(shown: Shown) -> dict[str, bytes]:
    """The sweep's table, picture and all of it, as the command writes them."""
    seen = shown.seen
    content = json.dumps(plain(seen.told), ensure_ascii=False, allow_nan=False, indent=1)
    made: dict[str, bytes] = _kept_files(shown.study.id, content, seen.view.pack, seen.scenario)
    return made


def _files(study_id: str, content: str, _pack: Pack, _scenario: Scenario) -> dict[str, bytes]:
    del study_id
    told = json.loads(content)
    measures = measures_of(told["frontier"], _axes(told["axes"]), _pack, _scenario)
    made = {"frontier.csv": csv_bytes(table_of(told), mark=True)}
    picture = frontier_svg(told, measures)
    if picture is not None:
        made["frontier.svg"] = picture.encode()
    return {**made, "frontier.json": content.encode()}


_kept_files = st.cache_data(_files, show_spinner=False, max_entries=8)


# -- asked ---------------------------------------------------------------------------------


def bases(case: Case) -> dict[str, Scenario]:
    """What can be swept: the pack's ready scenarios, the first one first, then the saved ones."""
    ready = {case.first_scenario: case.scenarios[case.first_scenario], **case.scenarios}
    return ready | {name: each.scenario for name, each in saved_shelf.own(case).items()}


def options_of(kind: str, count: int, given: list[tuple[str, str]]) -> dict[str, Any]:
    """The options of a job.

    Args:
        kind: A frontier, or `values`.
        count: How many points of a frontier.
        given: Keys and their values, as the command takes them; for `values`.

    Raises:
        PlannerError: Every key and value that cannot be read.
    """
    if kind != VALUES:
        return {"frontier": kind, "points": count}
    axes = axes_of(f"{key}={values}" for key, values in given if key.strip() or values.strip())
    return {"axes": [{"key": axis.key, "values": list(axis.values)} for axis in axes]}


# -- under way -----------------------------------------------------------------------------


def at_work(case: Case, *, has_any: bool) -> jobs.JobState | None:
    """The sweep of this pack that is at work or waits; None for none.

    That of the first start is only told where nothing is kept yet.
    """
    listed = jobs.recent(5, kind=KIND)
    if not has_any and case.pack.first_start.frontier:
        listed += jobs.recent(2, kind="first")
    return next((job for job in listed if not job.is_over and _is_of(case, job.id)), None)


def _is_of(case: Case, job_id: str) -> bool:
    spec = JobFolder(home() / "jobs" / job_id).spec()
    return spec is not None and Path(spec.pack).resolve() == case.pack.folder.resolve()


def so_far(w: Words, case: Case, job_id: str) -> Seen | None:
    """What a sweep under way has found; None before it has begun."""
    with contextlib.suppress(PlannerError):
        told = read_sweep(home() / "jobs" / job_id / "tmp" / "sweep")
        scenario = parse_scenario(told["scenario"])
        is_priced = duplicate_rule(case.pack, scenario) == "price"
        return Seen(View(w, case.pack, case.problem), told, scenario, is_priced)
    return None
