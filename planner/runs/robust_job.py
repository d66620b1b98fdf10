"""The jobs that look how firm a plan is and that find a roadmap: kept as studies, plans as runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from planner.errors import PlannerError
from planner.insight import Effort
from planner.insight.roadmap import roadmap
from planner.insight.roadmap_told import roadmap_told
from planner.insight.robust import Depth, Robust, key_of, robust
from planner.insight.robust_told import robust_told
from planner.plan import Plan, SolveReport
from planner.problem import PlanningProblem
from planner.runs.store import Store, open_store
from planner.runs.store.types import StudyPoint
from planner.runs.study_keeping import (
    FoundPlan,
    Whence,
    as_they_are,
    asked_plan,
    keep_all,
    named,
)
from planner.runs.work import Kept, Work
from planner.scenario import Scenario, phase_scenarios
from planner.scenario.locks import without_site
from planner.solve import limits_of

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
        pack, scenario, report = asked_plan(work, store, str(options.get("run") or ""))
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


def keep_robust(store: Store, found: Robust, told: Mapping[str, Any], whence: Whence) -> Kept:
    """Keep what was found: a study whose points are its plans, each a run by itself.

    A plan that is best with a figure at one of its ends is kept as a run under the figures as
    they are; where it breaks a rule there, its point says so and has no run.
    """
    return keep_all(store, "robust", list(_plans(found, whence.scenario)), told, whence)


def _plans(found: Robust, scenario: Scenario) -> Iterator[FoundPlan]:
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
            yield FoundPlan(StudyPoint(number, values), scenario, found.report)
        else:
            name = f"{scenario.name}: {choice.key.replace('tie:', 'near tie ')}"
            report, why = as_they_are(found.report, choice.plan)
            yield FoundPlan(StudyPoint(number, values), named(scenario, name), report, why)
        number += 1
    for loss in found.losses:
        if loss.answer.plan is None or key_of(found.report, loss) not in by_key:
            continue
        site = found.report.problem.site_ids[loss.site]
        values = {"keys": [key_of(found.report, loss)], "sites.closed": [site]}
        asked = named(without_site(scenario, site), f"{scenario.name}: without {site}")
        yield FoundPlan(StudyPoint(number, values), asked, loss.answer)
        number += 1


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
        FoundPlan(StudyPoint(number, {"phase": stage.name}), asked, stage.report)
        for number, (stage, asked) in enumerate(
            zip(found.stages, phase_scenarios(scenario), strict=True)
        )
    ]
    with open_store() as store:
        return keep_all(store, "roadmap", plans, told, Whence.of(work, pack, scenario))
