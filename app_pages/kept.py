"""Kept: the scenarios and runs of the store, workspaces, and the store itself."""

import streamlit as st

from planner.present import session
from planner.present.kept import kept_actions, kept_lists, kept_workspace
from planner.present.kept.kept import store_sentences
from planner.present.kept_store import store
from planner.present.saved import saved_bar
from planner.present.view import View
from planner.present.widgets import lead
from planner.runs.store.state import state_of

VIEWS = ("scenarios", "runs", "workspace")

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
state = st.session_state
session.follow_address("kept", "kept.view", VIEWS, "runs")
session.restore("kept.", view=session.asked_for("kept", frozenset(VIEWS)))
session.restore("me.")
state.setdefault("kept.view", "runs")

st.title(w("kept.title"))
lead(store_sentences(w, state_of(store().database), None)[0])
kept_actions.notices(w)
chosen = st.segmented_control(
    w("kept.view"),
    VIEWS,
    key="kept.view",
    required=True,
    format_func=lambda name: w(f"kept.view_{name}"),
    label_visibility="collapsed",
)
session.put_in_address("kept", chosen, default="runs")
if chosen == "scenarios":
    kept_lists.scenarios(view, case)
elif chosen == "runs":
    kept_lists.runs(view, case)
else:
    kept_workspace.show(w)
saved_bar.who(w)
session.keep("kept.")
session.keep("me.")
