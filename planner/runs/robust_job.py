"""The jobs that look how firm a plan is and that find a roadmap: kept as studies, plans as runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.evaluate import score
from planner.insight import Effort, roadmap
from planner.insight.roadmap_told import roadmap_told
from planner.insight.robust import Depth, Robust, key_of, robust
from planner.insight.robust_told import robust_told
from planner.insight.uncertain import assigned_anew
from planner.optimize import Limits
from planner.pack.types import Pack
from planner.plan import Plan, Progress, SolveReport
from planner.problem import PlanningProblem
from planner.runs.folder import judge_and_write
from planner.runs.store import Store, open_store
from planner.runs.store.types import StudyKind, StudyPoint, StudyStatus
from planner.runs.work import Kept, Work
from planner.scenario import Scenario, phase_scenarios
from planner.scenario.schema import LONGEST_NAME
from planner.solve import limits_of, solve

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
class _Found:
    """A plan to keep as a run: its point, its rules and the report; none says why not."""

    point: StudyPoint
    scenario: Scenario
    report: SolveReport | None
    why_not: str = ""


# -- how firm ------------------------------------------------------------------------------


def robust_job(work: Work) -> Kept:
    """Look how firm a plan is, in the time asked for, and keep it as a study.

    Options, all of which may be left out: `run` (the id of a run in the store that is asked
    about; the scenario is solved first otherwise), `ties` (how many plans, the given one
    included), `figures` ("all", or how many), `lost` (whether branches are lost), `with` (ids of
    runs to hold against it), `time_limit_s` (of all after the plan is known).

    Raises:
        PlannerError: There is no plan to ask about, or the runs do not fit one another.
    """
    options = work.spec.options
    with open_store() as store:
        pack, scenario, report = _asked(work, store, str(options.get("run") or ""))
        if report.plan is None:
            raise PlannerError("There is no plan to ask about: none was found.")
        others = {
            run_id: plan_like(report.problem, store.runs.open(run_id).report, run_id)
            for run_id in map(str, options.get("with") or ())
        }
        limits = limits_of(scenario)
        seconds = float(options.get("time_limit_s") or limits.seconds)
        effort = Effort(replace(limits, seconds=seconds), 1, work.tell, work.should_stop)
        depth = depth_of(options)
        found = robust(pack, scenario, report, effort=effort, depth=depth, added=others)
        told = robust_told(found, pack, scenario.name)
        return keep_robust(store, found, told, Whence.of(work, pack, scenario))


def depth_of(options: Mapping[str, Any]) -> Depth:
    """How much is asked, by a job's options."""
    figures = options.get("figures", "all")
    return Depth(
        ties=int(options.get("ties", Depth().ties)),
        figures=None if figures == "all" else int(figures),
        lost=bool(options.get("lost", True)),
    )


def plan_like(problem: PlanningProblem, report: SolveReport, name: str) -> Plan:
    """The plan of another run, if it speaks of the same sites, services and formats.

    Raises:
        PlannerError: It does not, or has no plan.
    """
    if report.plan is None:
        raise PlannerError(f"The run {name} found no plan, so there is nothing to hold against.")
    same = ("site_ids", "service_ids", "format_ids")
    differs = [part for part in same if getattr(problem, part) != getattr(report.problem, part)]
    if differs:
        what = ", ".join(part.removesuffix("_ids") + "s" for part in differs)
        raise PlannerError(f"The run {name} has other {what}, so it cannot be held against this.")
    return report.plan


def _asked(work: Work, store: Store, run_id: str) -> tuple[Pack, Scenario, SolveReport]:
    if not run_id:
        tell, stop = work.tell, work.should_stop
        report = solve(work.pack, work.scenario, on_progress=tell, should_stop=stop)
        return work.pack, work.scenario, report
    run = store.runs.open(run_id)
    return run.pack, run.scenario, run.report


def keep_robust(store: Store, found: Robust, told: Mapping[str, Any], whence: Whence) -> Kept:
    """Keep what was found: a study whose points are its plans, each a run by itself.

    A plan that is best with a figure at one of its ends is kept as a run under the figures as
    they are; where it breaks a rule there, its point says so and has no run.
    """
    return _keep_all(store, "robust", list(_plans(found, whence.scenario)), told, whence)


def _plans(found: Robust, scenario: Scenario) -> Iterator[_Found]:
    """Each plan once, the given one first, then those without a branch."""
    number = 0
    by_key = {choice.key: choice for choice in found.choices}
    for keys in found.plans:
        own = [by_key[key] for key in keys if key in by_key]
        if not own:
            continue  # a run that was there already
        choice = own[0]
        values = {"keys": [each.key for each in own]}
        if choice.family == "given":
            yield _Found(StudyPoint(number, values), scenario, found.report)
        else:
            name = f"{scenario.name}: {choice.key.replace('tie:', 'near tie ')}"
            named = _named(scenario, name)
            report, why = _as_they_are(found.report, choice.plan)
            yield _Found(StudyPoint(number, values), named, report, why)
        number += 1
    for loss in found.losses:
        if loss.answer.plan is None or key_of(found.report, loss) not in by_key:
            continue
        site = found.report.problem.site_ids[loss.site]
        values = {"keys": [key_of(found.report, loss)], "sites.closed": [site]}
        asked = _named(without_site(scenario, site), f"{scenario.name}: without {site}")
        yield _Found(StudyPoint(number, values), asked, loss.answer)
        number += 1


def without_site(scenario: Scenario, site: str) -> Scenario:
    """The scenario with a site locked closed, whatever it locked there before."""
    locks = scenario.sites
    changed = locks.model_copy(
        update={
            "open": tuple(each for each in locks.open if each != site),
            "closed": tuple(dict.fromkeys((*locks.closed, site))),
            "offer": {each: names for each, names in locks.offer.items() if each != site},
        }
    )
    return scenario.model_copy(update={"sites": changed})


def _named(scenario: Scenario, name: str) -> Scenario:
    return scenario.model_copy(update={"name": name[:LONGEST_NAME], "phases": ()})


def _as_they_are(report: SolveReport, plan: Plan) -> tuple[SolveReport | None, str]:
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


# -- roadmaps ------------------------------------------------------------------------------


def roadmap_job(work: Work) -> Kept:
    """Find the roadmap of a scenario with phases, and keep it as a study, a run for each phase.

    Raises:
        InputError: The scenario has fewer than two phases.
        PlannerError: No phases that lie within one another were found.
    """
    pack, scenario = work.pack, work.scenario
    found = roadmap(pack, scenario, on_progress=work.tell, should_stop=work.should_stop)
    if found.objective is None:
        clashes = [clash.text for stage in found.stages for clash in stage.own.clashes]
        why = " ".join(clashes) or (
            "Each phase has a plan by itself, but none were found that lie within one another."
        )
        raise PlannerError(f"No roadmap was found. {why}")
    told = {"schema": 1, "name": scenario.name, "pack": pack.id, **roadmap_told(found, pack)}
    plans = [
        _Found(StudyPoint(number, {"phase": stage.name}), asked, stage.report)
        for number, (stage, asked) in enumerate(
            zip(found.stages, phase_scenarios(scenario), strict=True)
        )
    ]
    with open_store() as store:
        return _keep_all(store, "roadmap", plans, told, Whence.of(work, pack, scenario))


# -- keeping -------------------------------------------------------------------------------


def _keep_all(
    store: Store,
    kind: StudyKind,
    plans: Sequence[_Found],
    told: Mapping[str, Any],
    whence: Whence,
) -> Kept:
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
    store: Store, kind: StudyKind, found: _Found, pack: Pack, folder: Path
) -> StudyPoint:
    if found.report is None:
        return replace(found.point, status="failed", message=found.why_not)
    judge_and_write(found.report, pack, found.scenario, folder)
    run = store.runs.keep(folder, pack=pack, source=kind)
    shutil.rmtree(folder, ignore_errors=True)
    return replace(found.point, run_id=run, status=found.report.status)
