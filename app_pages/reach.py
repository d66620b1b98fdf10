"""Reach: who has a branch within so many minutes, and who has a second one."""

import streamlit as st

from planner.errors import PlannerError
from planner.export.reach_layers import catchments_layer, isochrones_layer
from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.reach import reach, reach_shown
from planner.present.view import View
from planner.present.widgets import lead, sentences, show_cards

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("reach.title"))
st.text(w("reach.about"))
finished = subjects.finished_plans()
choices = [*case.networks, *finished]
if not choices:
    st.info(w("reach.empty"))
    st.page_link("app_pages/plan.py", label=w("reach.go"))
    leave()

# -- what is asked -------------------------------------------------------------------------

session.restore("reach.", network=session.asked_for("run", finished))
if state.get("reach.network") not in choices:
    state["reach.network"] = subjects.first_of(finished, choices[0])
state.setdefault("reach.within", list(reach.FIRST))
first, second = st.columns(2, gap="medium")
chosen = first.selectbox(
    w("reach.network"),
    choices,
    key="reach.network",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("reach.no_plan"))
    leave()
w, pack = w.of_pack(subject.pack), subject.pack
view = View(w, pack, subject.problem)
kinds = {each.id: w.name(each) for each in pack.visit_types}
if state.get("reach.kind") not in kinds:
    state["reach.kind"] = ""
kind = second.selectbox(
    w("reach.kind"),
    ["", *kinds],
    key="reach.kind",
    format_func=lambda name: kinds[name] if name else w("reach.all_kinds"),
)
within = st.pills(
    w("reach.within"),
    reach.CHOICES,
    key="reach.within",
    selection_mode="multi",
    format_func=w.minutes,
)
if not 1 <= len(within) <= reach.MOST:
    st.info(w("reach.how_many", n=reach.MOST))
    leave()
try:
    with st.spinner(w("reach.making")):
        position = list(kinds).index(kind) if kind else None
        found = reach.worked_out(subject, sorted(within), position)
except PlannerError:
    st.info(w("reach.no_minutes"))
    leave()

# -- the answer ----------------------------------------------------------------------------

lead(" ".join(reach.summary(view, found)))
show_cards(reach.cards(view, found))

if reason := reach.no_bands(view, found):
    st.info(reason)
makes = {"bands": isochrones_layer, "areas": catchments_layer}
reach_shown.show_map_of(subject, view, found, makes)

# -- the same in tables --------------------------------------------------------------------

reach_shown.show_tables(view, found)
sentences([view.how_sure], kind="note")
session.keep("reach.")
