"""What is doubled: branches that offer the same service close by, and whether that is needed."""

import streamlit as st

from planner.errors import PlannerError
from planner.present import held, session, subjects
from planner.present.audit import audit_shown, audit_state
from planner.present.failure import leave
from planner.present.view import View
from planner.present.widgets import sentences

w = session.speak()
case = session.case()

st.title(w("audit.title"))
st.text(w("audit.about"))
finished = subjects.finished_plans()
if not case.networks and not finished:
    st.info(w("audit.empty"))
    st.page_link("app_pages/plan.py", label=w("audit.go"))
    leave()
chosen = audit_shown.choose(w, case, finished)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("audit.no_plan"))
    session.keep("audit.")
    leave()
view = View(w.of_pack(subject.pack), subject.pack, subject.problem)
try:
    found = audit_state.worked_out(subject, audit_state.chosen(subject.pack))
except PlannerError:
    st.info(w("audit.no_minutes"))
    session.keep("audit.")
    leave()
audit_shown.show(view, subject, found)
sentences(held.sentences_of(view, case.tie_outs), kind="note")
sentences([view.how_sure], kind="note")
session.keep("audit.")
