"""The form for a look at how firm a plan is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from planner.present import session
from planner.present.session import Case
from planner.present.studies import robust_kept
from planner.present.words import Words
from planner.runs import jobs
from planner.runs.store import KeptRun

KIND: Final = "robust"
_SECONDS, _TIES, _FIGURES = 240, 10, 8


def ask(w: Words, case: Case, plans: Mapping[str, KeptRun]) -> None:
    """The form: how deep to look, at which plan; begins the job.

    Args:
        w: The words.
        case: The pack that is shown.
        plans: The plans to choose from, by the ids of their runs; at least one.
    """
    state = st.session_state
    if state.get("robust.plan") not in plans:
        state["robust.plan"] = session.asked_for("run", plans) or next(iter(plans))
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    chosen = left.selectbox(
        w("robust.plan"),
        list(plans),
        key="robust.plan",
        format_func=lambda each: robust_kept.named(w, plans[each]),
    )
    with st.expander(w("robust.depth")):
        options = _asked(w, plans, chosen)
    if right.button(w("robust.start"), type="primary", width="stretch", key="robust.start"):
        scenario = robust_kept.scenario_of(chosen)
        state["robust.job"] = jobs.start(case.pack.folder, scenario, kind=KIND, options=options)
        session.keep("robust.")
        st.rerun()


def _asked(w: Words, plans: Mapping[str, KeptRun], chosen: str) -> dict[str, object]:
    """The options of the look."""
    state = st.session_state
    state.setdefault("robust.ties", _TIES)
    state.setdefault("robust.seconds", _SECONDS)
    state.setdefault("robust.figures_count", _FIGURES)
    state.setdefault("robust.lost", True)
    first, second, third = st.columns(3, gap="medium", vertical_alignment="bottom")
    first.number_input(w("robust.ties"), 1, 50, key="robust.ties", help=w("robust.ties_help"))
    which = second.selectbox(
        w("robust.figures"),
        ["all", "some", "none"],
        key="robust.figures",
        format_func=lambda name: w(f"robust.figures_{name}"),
    )
    if which == "some":
        second.number_input(w("robust.figures_count"), 1, 100, key="robust.figures_count")
    third.number_input(
        w("robust.seconds"),
        10,
        86_400,
        key="robust.seconds",
        step=60,
        help=w("robust.seconds_help"),
    )
    st.checkbox(w("robust.lost"), key="robust.lost")
    others = st.multiselect(
        w("robust.others"),
        [each for each in plans if each != chosen],
        key="robust.others",
        format_func=lambda each: robust_kept.named(w, plans[each]),
        placeholder=w("robust.others_choose"),
    )
    figures: dict[str, object] = {"all": "all", "none": 0, "some": state["robust.figures_count"]}
    return {
        "run": chosen,
        "ties": state["robust.ties"],
        "figures": figures[which],
        "lost": state["robust.lost"],
        "with": others,
        "time_limit_s": state["robust.seconds"],
    }
