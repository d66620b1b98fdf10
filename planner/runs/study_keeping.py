"""How a job keeps what it found: a study, and each of its plans as a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.evaluate import score
from planner.insight import Effort
from planner.insight.uncertain import assigned_anew
from planner.optimize import Limits
from planner.pack.types import Pack
from planner.plan import Plan, Progress, SolveReport
from planner.runs.folder import judge_and_write
from planner.runs.store import Store
from planner.runs.store.types import StudyKind, StudyPoint, StudyStatus
from planner.runs.work import Kept, Work
from planner.scenario import Scenario
from planner.scenario.schema import LONGEST_NAME
from planner.solve import solve

ASSIGN_SECONDS = 30.0  # for everybody in one plan, where a solver says who goes where


def _nobody_asks(_kept: Kept) -> None:
    """Outside a job nobody has to find it again."""


def _nobody_looks(_progress: Progress) -> None:
    """Outside a job nobody looks on."""


def _nobody_waits() -> None:
    """Outside a job there is no queue."""


def _nobody_stops() -> bool:
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Whence:
    """What a study is made of: its pack, its base, what was asked, and a folder to write in.

    `begun` is told the study as soon as it has an id, and `tell` each sign of life; `between` is
    called after each plan; `should_stop` says whether it was stopped: plans that are not kept by
    then stay without a run.
    """

    pack: Pack
    scenario: Scenario
    spec: Mapping[str, Any]
    folder: Path
    begun: Callable[[Kept], None] = _nobody_asks
    tell: Callable[[Progress], None] = _nobody_looks
    between: Callable[[], None] = _nobody_waits
    should_stop: Callable[[], bool] = _nobody_stops

    @classmethod
    def of(cls, work: Work, pack: Pack, scenario: Scenario) -> Whence:
        """What a job is asked for."""
        spec, folder = {**work.spec.options, "job": work.spec.id}, work.folder / "tmp"
        stop = work.should_stop
        return cls(pack, scenario, spec, folder, work.begun, work.tell, work.yield_turn, stop)


@dataclass(frozen=True, slots=True, eq=False)
class FoundPlan:
    """A plan to keep as a run: its point, its rules and the report; none says why not."""

    point: StudyPoint
    scenario: Scenario
    report: SolveReport | None
    why_not: str = ""


def asked_plan(work: Work, store: Store, run_id: str) -> tuple[Pack, Scenario, SolveReport]:
    """The answer that a job is asked about: a run of the store, or the scenario solved now.

    Raises:
        PlannerError: It has no plan.
    """
    if not run_id:
        tell, stop = work.tell, work.should_stop
        report = solve(work.pack, work.scenario, on_progress=tell, should_stop=stop)
        found = work.pack, work.scenario, report
    else:
        run = store.runs.open(run_id)
        found = run.pack, run.scenario, run.report
    if found[2].plan is None:
        raise PlannerError("There is no plan to ask about: none was found.")
    return found


def named(scenario: Scenario, name: str) -> Scenario:
    """The rules of a plan of a study: under a name of its own, without phases."""
    return scenario.model_copy(update={"name": name[:LONGEST_NAME], "phases": ()})


def as_they_are(report: SolveReport, plan: Plan) -> tuple[SolveReport | None, str]:
    """A plan under the figures as they are, with what is proved there; or why not."""
    problem = report.problem
    found = assigned_anew(problem, plan, Effort(Limits(ASSIGN_SECONDS)))
    if found is None:
        return None, "Time did not suffice to say who goes where in it."
    judged = score(problem, found[0])
    if judged.violations:
        return None, f"With the figures as they are it breaks a rule: {judged.violations[0]}"
    value = judged.objective.total
    bound = None if report.bound is None else min(report.bound, value)
    gap = None if bound is None else (value - bound) / value if value > 0 else 0.0
    own = replace(
        report,
        status="feasible",
        plan=found[0],
        objective=value,
        bound=bound,
        gap=gap,
        shortfall=judged.shortfall,
    )
    return own, ""


def keep_all(
    store: Store,
    kind: StudyKind,
    plans: Sequence[FoundPlan],
    told: Mapping[str, Any],
    whence: Whence,
) -> Kept:
    """Keep a study with what was found, then its plans one by one, as far as nobody stops it."""
    pack, scenario = whence.pack, whence.scenario
    points = [each.point for each in plans]
    study = store.studies.begin(
        kind, scenario.name, scenario=scenario, pack=pack, spec=whence.spec, points=points
    )
    kept = Kept("study", study)
    whence.begun(kept)
    store.studies.finish(study, "running", told)  # what was found is safe before its plans are
    for number, each in enumerate(plans, 1):
        if whence.should_stop():
            break
        whence.tell(Progress(0.0, "check", message=f"keeping {number} of {len(plans)}"))
        folder = whence.folder / f"plan-{each.point.number}"
        store.studies.set_point(study, _kept_point(store, kind, each, pack, folder))
        whence.between()
    status: StudyStatus = "stopped" if whence.should_stop() else "done"
    store.studies.finish(study, status, told)
    return kept


def _kept_point(
    store: Store, kind: StudyKind, found: FoundPlan, pack: Pack, folder: Path
) -> StudyPoint:
    if found.report is None:
        return replace(found.point, status="failed", message=found.why_not)
    judge_and_write(found.report, pack, found.scenario, folder)
    run = store.runs.keep(folder, pack=pack, source=kind)
    shutil.rmtree(folder, ignore_errors=True)
    return replace(found.point, run_id=run, status=found.report.status)
