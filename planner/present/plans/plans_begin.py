"""Where no plan is there yet: the first start under way, or a button that makes a first plan."""

from __future__ import annotations

import streamlit as st

from planner.present import carried, failure, first
from planner.present.session import Case
from planner.present.words import Words
from planner.runs import jobs
from planner.runs.first import FirstState

_EVERY_S = 3.0
_SEEN = "plans.first_done"


def begin(w: Words, case: Case) -> None:
    """Say what comes next; the page shows each plan as soon as it is done."""
    state = first.look()
    if state.status == "running":
        st.session_state[_SEEN] = state.done
        _follow(w)
        return
    st.info(w("plans.empty"))
    scenario = case.scenarios[case.first_scenario]
    st.text(w("plans.first_rules", name=scenario.name))
    if st.button(w("plans.first"), type="primary", key="plans-first"):
        job = jobs.start(case.pack.folder, scenario)
        carried.turn_to("plan", job=job)


def under_way(w: Words) -> None:
    """Beside plans that are there: how many are still being computed."""
    state = first.look()
    if state.status == "running":
        st.session_state[_SEEN] = state.done
        _follow(w)


def _tell(w: Words) -> None:
    with failure.net(w):
        state = first.look()
        if state.status != "running" or state.done != st.session_state.get(_SEEN):
            st.rerun()
        st.progress(share(state), w("plans.under_way", done=state.done, total=state.total))


_follow = st.fragment(_tell, run_every=_EVERY_S)


def share(state: FirstState) -> float:
    """How much of the first start is done."""
    return state.done / state.total if state.total else 0.0
