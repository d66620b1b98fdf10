"""Journeys: what a customer goes through, what could be spared, and whether doors are right."""

import streamlit as st

from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.journeys import journeys_shown, leaflet
from planner.present.view import View

w = session.speak()
case = session.case()
state = st.session_state

alone = leaflet.is_alone()
with st.container(key="no_print_title" if alone else None):
    st.title(w("journeys.title"))
known = {each.id: each for each in case.pack.journeys}
if not known:
    st.info(w("journeys.empty"))
    leave()

finished = subjects.finished_plans()
first = next(iter(known))
session.follow_address("journey", "journeys.pick", known, first)
session.restore(
    "journeys.",
    pick=session.asked_for("journey", known),
    network=session.asked_for("run", finished),
    area=session.asked_for("area", frozenset(each.code for each in case.pack.areas)),
    point=session.asked_for("point", frozenset(each.id for each in case.pack.demand_points)),
)
if state.get("journeys.pick") not in known:
    state["journeys.pick"] = first
with st.container(key="no_print_pick"):
    picked = st.selectbox(
        w("journeys.pick"), list(known), key="journeys.pick", format_func=lambda i: w.name(known[i])
    )
session.put_in_address("journey", picked, default=first)
if not alone:
    journeys_shown.tell_journey(w, case.pack, known[picked])

# -- on a network --------------------------------------------------------------------------

choices = [*case.networks, *finished]
if not choices:
    session.keep("journeys.")
    leave()
if not alone:
    st.header(w("journeys.doors"), anchor=False)
    st.caption(w("journeys.doors_note"))
if state.get("journeys.network") not in choices:
    state["journeys.network"] = subjects.first_of(finished, choices[0])
with st.container(key="no_print_network"):
    left, right = st.columns(2, gap="medium")
chosen = left.selectbox(
    w("journeys.network"),
    choices,
    key="journeys.network",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("journeys.no_plan"))
    leave()
view = View(w, subject.pack, subject.problem)
if not alone:
    is_today = chosen == "today"
    journeys_shown.tell_doors(view, subject.plan, picked, is_today=is_today, right=right)
leaflet.tell_leaflet(view, subject.plan, picked, subjects.called(w, case, finished, chosen))
session.keep("journeys.")
