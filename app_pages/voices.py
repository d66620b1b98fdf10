"""Voices: whom to ask, what was heard and audited, and what follows from it."""

from datetime import date

import streamlit as st

from planner.demand.voices import hear
from planner.export.questionnaire import questionnaire
from planner.present import session
from planner.present.voices import voices, voices_ask, voices_shown
from planner.present.widgets import lead

w = session.speak()
pack = session.case().pack
state = st.session_state
VIEWS = ("ask", "heard", "drafts", "audits", "act")
FIRST = {
    "view": "ask",
    "source": "division",
    "method": "yamane",
    "population": 220,
    "error": 5.0,
    "confidence": 95,
    "least": 2,
    "response": 100,
    "day": date.today(),  # noqa: DTZ011 - the day on this desk
}
session.restore("voices.")
for name, value in FIRST.items():
    state.setdefault(f"voices.{name}", value)

st.title(w("voices.title"))
answer = st.empty()
with st.expander(w("voices.uploads")):
    st.caption(w("voices.uploads_note"))
    given = {}
    for column, kind in zip(st.columns(4), voices.KINDS, strict=True):
        file = column.file_uploader(
            w(f"voices.upload_{kind}"), type=["csv", "xlsx"], key=f"voices_upload.{kind}"
        )
        if file is not None:
            given[kind] = (file.name, file.getvalue())
    shown, findings = voices.read_uploads(pack, given)
if findings.faults or findings.warnings:
    voices_ask.show_findings(w, findings, "voices")
chosen = st.segmented_control(
    w("voices.view"),
    VIEWS,
    key="voices.view",
    required=True,
    format_func=lambda name: w(f"voices.view_{name}"),
)
voice = voices.Voice(w, shown, hear(shown, state["voices.day"]))
with answer:
    lead(voices.lead_sentence(voice))
if chosen == "ask":
    voices_ask.show_ask(w, pack, questionnaire)
else:
    voices_shown.SHOWS[chosen](voice)
session.keep("voices.")
