"""Planned and done: what of a plan is opened, when, at what cost and how used; start from it."""

import streamlit as st

from planner.export.adoption import make_pack, make_standing, read_edits
from planner.present import carried, session, subjects
from planner.present.failure import leave
from planner.present.maps.maps import show_map
from planner.present.tracking import adopting, tracking, tracking_state
from planner.present.view import View
from planner.present.widgets import lead, sentences, show_cards, table, titled_table
from planner.runs.table import csv_bytes
from planner.runs.tracking.held import hold
from planner.runs.tracking.told import tracking_table

w = session.speak()
state = st.session_state
if adopting.ADOPTED in state:
    del state[adopting.ADOPTED]
    carried.turn_to("today")
case = session.case()

st.title(w("tracking.title"))
session.restore("tracking.")
picked = subjects.pick_plan(w, case, "tracking")
if picked is None:
    leave()
run = session.run(picked)
view = View(w.of_pack(run.pack), run.pack, run.problem)
if run.report.plan is None:
    st.info(w("tracking.no_plan"))
    leave()

# -- what is done --------------------------------------------------------------------------

entries, on, is_there = tracking_state.choose(view, run)
found = hold(run, entries, on)
if not found.lines:
    st.info(w("tracking.nothing_planned"))
elif not is_there:
    st.info(w("tracking.no_table"))
    title = w("tracking.asked")
    titled_table(title, tracking.line_table(view, found))
else:
    lead(tracking.summary(view, found, run.scenario.name))
    show_cards(tracking.cards(view, found))
    show_map(
        "tracking_map",
        run.pack,
        w,
        tracking.layers(view, found),
        travel=run.problem.travel,
        height=560,
        answers=False,
    )
    title = w("tracking.lines")
    titled_table(title, tracking.line_table(view, found), rows_in_view=20)
    sentences([w("tracking.method")], kind="note")
    phases = tracking.phase_table(view, found)
    if not phases.empty:
        titled_table(w("tracking.phases"), phases)
    steps = tracking.curve_table(view, found)
    if not steps.empty:
        st.header(w("tracking.curve"), anchor=False)
        st.altair_chart(tracking.curve_chart(view, found), width="stretch")
        with st.expander(w("tracking.curve_data")):
            table(steps, w("tracking.curve"))
    st.download_button(
        w("tracking.csv"),
        csv_bytes(tracking_table(run, found), mark=True),
        f"tracking-{run.id[:8]}-{on}.csv",
        "text/csv",
        on_click="ignore",
        key="tracking.csv",
    )
tracking_state.earlier(view, run)

# -- start from this plan ------------------------------------------------------------------

adopting.section(view, run, read_edits, make_pack)
if is_there and found.lines:
    adopting.done_so_far(view, run, found, make_standing)
session.keep("tracking.")
