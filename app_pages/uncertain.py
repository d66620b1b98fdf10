"""What if we are wrong: which uncertain figures matter, and which sites hang on them."""

import streamlit as st

from planner.insight.uncertain import MEASURES
from planner.present import session, subjects
from planner.present.failure import leave
from planner.present.uncertain import uncertain, uncertain_shown
from planner.present.view import View
from planner.present.widgets import lead, sentences

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("uncertain.title"))
st.text(w("uncertain.about"))
finished = subjects.finished_plans()
choices = [*finished, *case.networks]
if not choices:
    st.info(w("uncertain.empty"))
    st.page_link("app_pages/plan.py", label=w("uncertain.go"))
    leave()

state.setdefault("uncertain.subject", subjects.first_of(finished, choices[0]))
left, right = st.columns(2, gap="medium")
chosen = left.selectbox(
    w("uncertain.subject"),
    choices,
    key="uncertain.subject",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("uncertain.no_plan"))
    leave()
w = w.of_pack(subject.pack)
found = uncertain_shown.first_look(w, case, chosen, subject)
if found is None:
    leave()
measure = right.selectbox(
    w("uncertain.measure"),
    [each for each in MEASURES if found.now.value(each) is not None],
    key="uncertain.measure",
    format_func=lambda name: w(f"uncertain.{name}"),
)
view = View(w, subject.pack, subject.problem)
lead(" ".join(uncertain.lead_sentences(view, found, measure)))

uncertain_shown.show_tornado(view, found, measure)
if found.swings:
    may_ask = uncertain_shown.follow(w, case)
    uncertain_shown.show_drawn(chosen, subject, view, found, measure, may_ask=may_ask)
    uncertain_shown.show_solved(chosen, subject, view, found, may_ask=may_ask)
sentences([view.how_sure], kind="note")
