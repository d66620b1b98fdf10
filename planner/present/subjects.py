"""What a page is about: a network that the pack lists, or a finished plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.people import NotYoursError
from planner.plan import Plan, SolveReport
from planner.present import links, session
from planner.present.kept_store import store
from planner.present.session import Case, asked_for, case, run
from planner.present.words import Words
from planner.problem import PlanningProblem
from planner.runs.store import KeptRun
from planner.scenario import Scenario

MOST = 200  # plans to choose from; all of them are on the page of what is kept
PARTS = frozenset({"sweep", "roadmap", "robust", "why"})  # points of studies: opened from there


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


def subject_of(case: Case, name: str, finished: Mapping[str, KeptRun]) -> Subject | None:
    """A network that the pack lists, or a finished plan; None where the run found none."""
    if name in case.networks:
        scenario = Scenario(name=name, pack=str(case.pack.folder))
        mark = f"{name}:{case.key}"  # two packs of one problem may tell other names and figures
        return Subject(mark, case.pack, case.problem, scenario, case.networks[name].plan)
    stored = run(finished[name].id)
    plan = stored.report.plan
    if plan is None:
        return None
    return Subject(stored.id, stored.pack, stored.problem, stored.scenario, plan, stored.report)


def finished_plans() -> dict[str, KeptRun]:
    """The runs of this pack that are in use, by id, the last one first.

    Points of studies are left out, but for those that the address asks for.
    """
    kept = store().runs
    runs = kept.list(pack_id=case().pack.id)
    found = {each.id: each for each in runs if each.source not in PARTS}
    listed = dict(list(found.items())[:MOST])
    first, others = asked_run(), asked_runs("plans")
    asked = {each.id: each for each in ([] if first is None else [first])} | others
    return {name: each for name, each in asked.items() if name not in listed} | listed


def asked_runs(name: str) -> dict[str, KeptRun]:
    """The runs among those that the address asks for under a name, as far as they are there."""
    found = {}
    for wanted in filter(None, st.query_params.get(name, "").split(",")):
        try:
            run = store().runs.get(wanted)
        except NotYoursError:
            links.tell(name, "people.not_yours", wanted)
        except PlannerError:
            continue
        else:
            found[run.id] = run
    return found


def asked_run() -> KeptRun | None:
    """The run that the address asks for; None where it asks for none, or none that is there."""
    asked = st.query_params.get("run")
    if not asked:
        return None
    try:
        return store().runs.get(asked)
    except PlannerError:
        links.note("run", asked)
        return None


def first_of(finished: Mapping[str, KeptRun], fallback: str) -> str:
    """The plan that the address asks for, else the one seen last on this visit, else another.

    In place of a `fallback` that found no plan comes the newest run that did, where there is one.
    """
    for wanted in (asked_for("run", finished), st.session_state.get("plan.run")):
        if wanted in finished:
            return str(wanted)
    if fallback not in finished or finished[fallback].kpis is not None:
        return fallback
    return next((name for name, each in finished.items() if each.kpis is not None), fallback)


def called(w: Words, case: Case, finished: Mapping[str, KeptRun], name: str) -> str:
    """What a listed network or a finished plan is called: a plan by its name and when it came."""
    if name in finished:
        return run_name(finished[name])
    return w.counted(f"network.{name}", case.networks[name].score.kpis.branches)


def run_name(run: KeptRun) -> str:
    """A run by its name and when it was solved, by this machine's clock."""
    return f"{run.name} · {run.created.astimezone():%Y-%m-%d %H:%M}"


def pick_plan(w: Words, case: Case, prefix: str) -> str | None:
    """Let a visitor pick a finished plan; None where there is none yet, with the next step said.

    Args:
        w: The words; `prefix.empty` and `prefix.pick` are the page's own.
        case: The pack that is shown.
        prefix: Of the page's texts and of the names of its widgets.
    """
    done, key = finished_plans(), f"{prefix}.run"
    if not done:
        st.info(w(f"{prefix}.empty"))
        st.page_link("app_pages/plan.py", label=w("export.go"))
        return None
    first = first_of(done, next(iter(done)))
    session.follow_address("run", key, done, first)
    if st.session_state.get(key) not in done:
        st.session_state[key] = first
    picked: str = st.selectbox(
        w(f"{prefix}.pick"),
        list(done),
        key=key,
        format_func=lambda name: called(w, case, done, name),
    )
    session.put_in_address("run", picked, default=first)
    return picked
