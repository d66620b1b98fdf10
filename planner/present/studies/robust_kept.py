"""What is kept for the pages of firm plans and of steps: runs to ask about, studies, their jobs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from planner.errors import PlannerError
from planner.pack.place import home
from planner.pack.types import Pack
from planner.present import session
from planner.present.session import Case
from planner.present.words import Words
from planner.problem import PlanningProblem
from planner.runs import jobs
from planner.runs.jobfiles import JobFolder
from planner.runs.store import KeptRun, Study, open_store
from planner.runs.store.types import StudyKind
from planner.scenario import Scenario, build, parse_scenario, read_scenario

MOST_RUNS = 60  # in a list to choose from
_OWN_PLANS = ("solve", "first", "import", "roadmap")  # plans of looks and sweeps are many


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A study with what it was made on."""

    study: Study
    pack: Pack
    scenario: Scenario
    problem: PlanningProblem


def plans(case: Case) -> dict[str, KeptRun]:
    """Runs with a plan on the pack that is shown, newest first, by id."""
    with open_store() as store:
        found = store.runs.list(pack_id=case.pack.id)
    own = [run for run in found if run.source in _OWN_PLANS and run.kpis is not None]
    return {run.id: run for run in own[:MOST_RUNS]}


def studies(kind: StudyKind, case: Case) -> dict[str, Study]:
    """Studies that came to an end, of the pack that is shown, newest first, by id."""
    with open_store() as store:
        found = store.studies.list(kind=kind)
    own = (each for each in found if each.pack_id == case.pack.id and each.told is not None)
    return {each.id: each for each in own}


def phased(case: Case) -> dict[str, tuple[str, Scenario]]:
    """Scenarios with two phases or more by a key: the name and the rules.

    Those that the pack brings, then the saved ones.
    """
    found = {f"pack:{key}": (each.name, each) for key, each in case.scenarios.items()}
    with open_store() as store, contextlib.suppress(PlannerError):
        for saved in store.scenarios.list():
            if saved.pack in (case.pack.id, str(case.pack.folder)):
                found[f"saved:{saved.id}"] = (saved.name, saved.scenario)
    return {key: each for key, each in found.items() if len(each[1].phases) > 1}


def scenario_of(run_id: str) -> Scenario:
    """The rules of a run in the store."""
    with open_store() as store:
        return read_scenario(store.runs.folder(run_id) / "scenario.toml")


def seconds_of(job_id: str) -> float | None:
    """The time that a job of many solves was given; None where it cannot be read."""
    spec = JobFolder(home() / "jobs" / job_id).spec()
    if spec is None:
        return None
    limit = spec.options.get("time_limit_s")
    return float(limit) if limit else parse_scenario(spec.scenario).solve.time_limit_s


def look(study_id: str) -> Look:
    """A study on its pack as it was, read once.

    Raises:
        PlannerError: The pack cannot be read any more.
    """
    found: Look = _kept_look(study_id)
    return found


def _look(study_id: str) -> Look:
    with open_store() as store:
        study = store.studies.get(study_id)
        pack = store.packs.read(study.pack)
    scenario = parse_scenario(study.scenario)
    return Look(study, pack, scenario, build(pack, scenario))


_kept_look = st.cache_resource(_look, show_spinner=False, max_entries=12)


def named(w: Words, entry: KeptRun | Study) -> str:
    """A run or a study in a list: its name, when it was made, the first digits of its id."""
    made = f"{entry.created.astimezone():%Y-%m-%d %H:%M}"
    return w("robust.listed", name=entry.name, when=made, id=entry.id[:6])


def choose(
    w: Words,
    prefix: str,
    found: dict[str, Study],
    called: Callable[[Words, Study], str] | None = None,
) -> str:
    """Which of the kept studies is shown: what was just found, what the address asks for, the last.

    Args:
        w: The words.
        prefix: Of the page's texts and of the names of its widgets.
        found: The studies, the newest first.
        called: What a study is called; by its name where this is left out.
    """
    state, key = st.session_state, f"{prefix}.study"
    session.follow_address("study", key, found, None)
    new = state.pop(f"{prefix}.new", None)
    if new in found:
        state[key] = new
    if state.get(key) not in found:
        state[key] = session.asked_for("study", found) or next(iter(found))
    name_of = called or named
    shown: str = st.selectbox(
        w(f"{prefix}.kept"), list(found), key=key, format_func=lambda each: name_of(w, found[each])
    )
    session.put_in_address("study", shown)
    return shown


def running(kind: StudyKind) -> jobs.JobState | None:
    """The job of a kind that is at work or waits; None where there is none."""
    return next((job for job in jobs.recent(5, kind=kind) if not job.is_over), None)


def last_failed(kind: StudyKind) -> jobs.JobState | None:
    """The last job of a kind where it came to nothing."""
    last = next(iter(jobs.recent(1, kind=kind)), None)
    return last if last is not None and last.status in ("failed", "lost") else None
