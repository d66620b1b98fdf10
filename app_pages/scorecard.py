"""Scorecard: the seven outcomes part by part, today and under a plan; the charter; weights."""

import itertools
from datetime import UTC, datetime

import streamlit as st

from planner.insight.scorecard import weighted
from planner.pack.voice_types import OUTCOMES
from planner.present import session, subjects, travel
from planner.present.failure import leave
from planner.present.scorecard import scorecard, scorecard_state
from planner.present.widgets import lead, sentences, show_cards, table, titled_table

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("scorecard.title"))
st.text(w("scorecard.about"))
finished = subjects.finished_plans()
choices = [*finished, *(name for name in ("proposal", "today") if name in case.networks)]
if not choices:
    st.info(w("scorecard.empty"))
    st.page_link("app_pages/plan.py", label=w("export.go"))
    leave()

state.setdefault("scorecard.subject", subjects.first_of(finished, choices[0]))
chosen = st.selectbox(
    w("scorecard.subject"),
    choices,
    key="scorecard.subject",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
subject = subjects.subject_of(case, chosen, finished)
if subject is None:
    st.info(w("scorecard.no_plan"))
    leave()
w, pack = w.of_pack(subject.pack), subject.pack
card = scorecard_state.worked_out(subject, datetime.now(UTC).date())
told = subject.problem.travel
lead(" ".join(scorecard.lead_sentences(w, card)))

for outcome in OUTCOMES:
    st.header(w(f"scorecard.{outcome}"), anchor=False)
    st.caption(w(f"scorecard.{outcome}_words"))
    shown = scorecard.cards(w, pack, card, outcome, told)
    if shown:
        show_cards(shown)
    sentences([scorecard.missing_sentence(w, pack, card, outcome)], kind="note")
    title = w("scorecard.how", name=w(f"scorecard.{outcome}"))
    with st.expander(title):
        table(scorecard.part_table(w, pack, card, outcome), title, rows_in_view=None)

st.header(w("scorecard.charter"), anchor=False)
st.caption(w("scorecard.charter_words"))
table(scorecard.charter_table(w, pack, card), w("scorecard.charter"), rows_in_view=None)
sentences([scorecard.importance_sentence(w, card)])
left, right = st.columns(2, gap="medium")
if card.segments:
    with left:
        title = travel.heading(w, w("scorecard.segments"), told)
        titled_table(title, scorecard.segment_table(w, pack, card))
        st.caption(w("scorecard.segments_words"))
if card.journeys:
    with right:
        titled_table(w("scorecard.journeys"), scorecard.journey_table(w, pack, card))
        st.caption(w("scorecard.journeys_words"))

with st.expander(w("scorecard.weights")):
    st.text(w("scorecard.weights_words"))
    columns = itertools.cycle(st.columns(4))
    weights = {
        outcome: column.number_input(
            w(f"scorecard.{outcome}"), 0.0, 100.0, 0.0, step=1.0, key=f"scorecard.weight.{outcome}"
        )
        for column, outcome in zip(columns, OUTCOMES, strict=False)
    }
    if any(weights.values()):
        sentences(scorecard.weighted_sentences(w, weighted(card, weights)))
sentences([travel.explanation(w, told, pack)], kind="note")
