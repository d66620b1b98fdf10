"""What a page is about: a network that the pack lists, or a finished plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.pack.types import Pack
from planner.plan import Plan, SolveReport
from planner.present.session import Case, run
from planner.problem import PlanningProblem
from planner.runs import jobs
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A network to hold fast; `report` where rules found it.

    `id` names it and its pack for good: what is kept under it stays true.
    """

    id: str
    pack: Pack
    problem: PlanningProblem
    scenario: Scenario
    plan: Plan
    report: SolveReport | None = None


def subject_of(case: Case, name: str, finished: Mapping[str, jobs.JobState]) -> Subject | None:
    """A network that the pack lists, or a finished plan; None where the run found none."""
    if name in case.networks:
        scenario = Scenario(name=name, pack=str(case.pack.folder))
        mark = f"{name}:{case.problem.fingerprint}"
        return Subject(mark, case.pack, case.problem, scenario, case.networks[name].plan)
    stored = run(finished[name].run)
    plan = stored.report.plan
    if plan is None:
        return None
    return Subject(stored.id, stored.pack, stored.problem, stored.scenario, plan, stored.report)
