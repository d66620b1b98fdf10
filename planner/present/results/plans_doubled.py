"""Duplicates of plans by one yardstick: the separations and distances of the pack shown."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from planner.evaluate.duplicates import count_pairs, duplicate_pairs
from planner.present import session
from planner.present.results.separations import Doubled
from planner.present.session import Case
from planner.runs.reading import StoredRun
from planner.runs.record import RunRecord, recorded_travel


def doubled(case: Case, record: RunRecord, run_id: str | None) -> Doubled:
    """How many duplicates a plan has by the pack's separations, whatever its rules said of them.

    `run_id`: its run in the store; None for a network that was scored by the pack just now.
    Loads are the plan's own. A plan of other sites or services is counted as its run says.

    Raises:
        PlannerError: The run of a plan with separations of its own cannot be read.
    """
    told = (record.kpis or {})["duplicates"]
    own = Doubled(told["unnecessary"], told["justified"])
    if run_id is None or not _differs(case, record):
        return own
    found: Doubled = _kept(case.key, run_id, case)
    return found


def _differs(case: Case, record: RunRecord) -> bool:
    """Whether a plan's rules measure travel or separations otherwise than its pack does."""
    own = record.scenario.duplicates
    asked = (own.separation_km, own.separation_min)
    there, here = recorded_travel(record.info), case.problem.travel
    if there is None or here is None or any(each is not None for each in asked):
        return True
    return (there.model, there.mode) != (here.model, here.mode)


def _count(key: str, run_id: str, _case: Case) -> Doubled:
    del key  # a changed pack makes a new entry
    return _of_run(_case, session.run(run_id))


def by_the_packs_own(case: Case, run: StoredRun) -> Doubled | None:
    """The duplicates of a run's plan by the pack's own separations.

    None where its rules name no separation, so that nothing differs, or that cannot be counted:
    the pack shown is another one.
    """
    own = run.scenario.duplicates
    if own.separation_km is None and own.separation_min is None:
        return None
    if run.pack.id != case.pack.id:
        return None
    count = _of_run(case, run)
    return None if count.is_own else count


def _of_run(case: Case, run: StoredRun) -> Doubled:
    yardstick = case.problem
    if run.report.plan is None or run.score is None:
        raise ValueError("the run has no plan")
    pairs, problem = run.score.duplicates, run.problem
    same = problem.site_ids == yardstick.site_ids and problem.service_ids == yardstick.service_ids
    if same:
        alike = replace(
            problem,
            separation_km=yardstick.separation_km,
            separation_min=yardstick.separation_min,
            site_km=yardstick.site_km,
            site_min=yardstick.site_min,
        )
        pairs = duplicate_pairs(alike, run.report.plan)
    count = count_pairs(pairs)
    return Doubled(count.unnecessary, count.justified, is_own=not same)


_kept = st.cache_data(_count, show_spinner=False, max_entries=200)
