"""What a page is about: a network that the pack lists, or a finished plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from planner.pack.types import Pack
from planner.plan import Plan, SolveReport
from planner.present.session import Case, asked_for, run
from planner.present.words import Words
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


def finished_plans() -> dict[str, jobs.JobState]:
    """The jobs that came to their end, the last one first."""
    return {job.id: job for job in jobs.recent() if job.status == "done"}


def first_of(finished: Mapping[str, jobs.JobState], fallback: str) -> str:
    """The plan that the address asks for, else the one made last on this visit, else another."""
    for wanted in (asked_for("job", finished), st.session_state.get("plan.job")):
        if wanted in finished:
            return str(wanted)
    return fallback


def called(w: Words, case: Case, finished: Mapping[str, jobs.JobState], name: str) -> str:
    """What a listed network or a finished plan is called."""
    if name in finished:
        return f"{finished[name].name} · {name[:6]}"
    return w(f"network.{name}", n=case.networks[name].score.kpis.branches)
