"""Voices: whom to ask, what was heard and audited, and what follows from it."""

from datetime import date

import streamlit as st

from planner.demand import sampling
from planner.demand.voices import hear
from planner.export.questionnaire import questionnaire
from planner.pack.faults import Findings
from planner.pack.frame_file import Frame, read_frame
from planner.pack.general_questions import questions_of
from planner.present import (
    handing,
    sampled,
    session,
    uploads,
    voices,
    voices_charts,
    voices_held,
)
from planner.present.widgets import lead, sentences, show_cards, table, titled_table

w = session.speak()
pack = session.case().pack
state = st.session_state
VIEWS = ("ask", "heard", "drafts", "audits", "act")
SOURCES = ("division", "area", "number", "frame")
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


def show_findings(findings: Findings, key: str) -> None:
    """The faults of files with a table to take away, and how the files were understood."""
    if findings.faults:
        st.error(w("voices.upload_refused", n=len(findings.faults)))
        table(uploads.fault_table(w, findings.faults), w("voices.faults"))
        st.download_button(
            w("voices.faults_get"),
            uploads.fault_csv(findings.faults),
            "faults.csv",
            handing.TYPES["csv"],
            on_click="ignore",
            key=f"voices_get.{key}",
        )
    if findings.warnings:
        with st.expander(w("voices.remarks")):
            sentences(w.in_english(findings.warnings))


def frame_of_source(source: str) -> Frame | None:
    """The people that a sample is drawn from; None as long as there are none."""
    if source == "number":
        n = st.number_input(w("voices.ask_population"), 1, 10**9, key="voices.population")
        return Frame({w("voices.all_customers"): int(n)})
    if source == "frame":
        file = st.file_uploader(
            w("voices.upload_frame"), type=["csv", "xlsx"], key="voices_upload.frame"
        )
        if file is None:
            st.info(w("voices.ask_choose"))
            return None
        findings = Findings()
        given = {"frame": (file.name, file.getvalue())}
        frame = uploads.with_files(given, lambda files: read_frame(files["frame"], findings))
        show_findings(findings, "frame")
        return None if findings.faults else frame
    populations, without = sampling.strata_of_pack(pack, "area" if source == "area" else "division")
    st.caption(w("voices.ask_visits"))
    if without:
        sentences([w("voices.ask_without", names=", ".join(without))], kind="note")
    return Frame(populations) if populations else None


def ask() -> None:
    """How many to ask of each group, and the questionnaire."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        source = st.selectbox(
            w("voices.ask_source"),
            SOURCES,
            key="voices.source",
            format_func=lambda name: w(f"voices.source_{name}"),
        )
        frame = frame_of_source(source)
        method = st.segmented_control(
            w("voices.ask_method"),
            sampling.METHODS,
            key="voices.method",
            required=True,
            format_func=lambda name: w(f"voices.method_{name}"),
        )
        one, two = st.columns(2)
        error = one.number_input(
            w("voices.ask_error"), 0.5, 50.0, step=0.5, format="%.1f", key="voices.error"
        )
        confidence = two.selectbox(
            w("voices.ask_confidence"), (90, 95, 99), key="voices.confidence"
        )
        one, two = st.columns(2)
        least = one.number_input(w("voices.ask_least"), 0, 1000, key="voices.least")
        response = two.number_input(w("voices.ask_response"), 5, 100, key="voices.response")
        if method == "yamane":
            st.caption(w("voices.ask_yamane_note"))
    if frame is not None:
        whole = sum(frame.populations.values())
        size = (
            sampling.yamane(whole, error / 100)
            if method == "yamane"
            else sampling.cochran(whole, error / 100, confidence / 100, 0.5)
        )
        plan = sampling.plan_sample(
            frame.populations,
            size,
            confidence=confidence / 100,
            least=int(least),
            response=response / 100,
        )
        with right:
            show_plan(plan)
    show_questionnaire()


def show_plan(plan: sampling.SamplePlan) -> None:
    """The sample with its formula and table."""
    lead(sampled.lead_sentence(w, plan))
    show_cards(sampled.sample_cards(w, plan))
    sentences([sampled.formula_text(plan)], kind="note")
    table(sampled.sample_table(w, plan), w("voices.ask_table"))
    sentences(sampled.sample_notes(w, plan), kind="note")
    st.download_button(
        w("voices.ask_get"),
        sampled.sample_csv(plan),
        "sample.csv",
        handing.TYPES["csv"],
        on_click="ignore",
        key="voices_get.sample",
    )


def show_questionnaire() -> None:
    """The questions to take away."""
    st.subheader(w("voices.questionnaire"), anchor=False)
    key = "questionnaire_note" if pack.voices.questions else "questionnaire_general"
    st.caption(w(f"voices.{key}", n=len(questions_of(pack))))
    types = {"csv": handing.TYPES["csv"], "html": "text/html", "md": "text/markdown"}
    for column, (kind, mime) in zip(st.columns(3), types.items(), strict=True):
        column.download_button(
            w(f"voices.questionnaire_{kind}"),
            questionnaire(pack, kind),
            f"survey.{kind}" if kind == "csv" else f"questionnaire.{kind}",
            mime,
            on_click="ignore",
            width="stretch",
            key=f"voices_get.{kind}",
        )


def show_heard(voice: voices.Voice) -> None:
    """Ratings with their intervals, gaps, choices, importance and themes."""
    heard = voice.heard
    if not heard.answers:
        st.info(w("voices.heard_none"))
        show_priorities(voice)
        return
    show_cards(voices.heard_cards(voice))
    sentences(voices.heard_notes(voice), kind="note")
    for key, found, name, head in (
        ("branch", heard.branches, voice.site, w("column.branch")),
        ("stratum", heard.strata, voice.stratum, w("voices.column_stratum")),
    ):
        if found:
            means = voices.lowest_first(found)
            names = [*map(name, means)]
            st.subheader(w(f"voices.by_{key}"), anchor=False)
            chart, frame = st.columns(2, gap="medium")
            drawn = voices_charts.mean_chart(voice, means, names, limited=key == "branch")
            chart.altair_chart(drawn, width="stretch")
            with frame:
                table(voices.mean_table(voice, means, names, head), w(f"voices.by_{key}"))
    if heard.questions:
        names = [*map(voice.question, heard.questions)]
        head = w("voices.column_question")
        titled_table(
            w("voices.by_question"), voices.mean_table(voice, heard.questions, names, head)
        )
    if heard.gaps:
        titled_table(w("voices.gaps"), voices.gap_table(voice))
        sentences(voices.gap_sentences(voice), kind="note")
    if heard.adoption:
        titled_table(w("voices.adoption"), voices_held.adoption_table(voice))
        st.caption(w("voices.adoption_note"))
    else:
        st.caption(w("voices.adoption_none"))
    if heard.importance:
        titled_table(w("voices.importance"), voices.importance_table(voice))
        st.caption(w("voices.importance_note"))
    show_priorities(voice)
    if heard.choices:
        titled_table(w("voices.choices"), voices.choice_table(voice))
    if any(each.answers for each in heard.themes):
        titled_table(w("voices.themes"), voices.theme_table(voice, heard.themes))
        st.caption(w("voices.themes_note"))
    elif heard.in_words:
        st.text(w("voices.themes_none", n=heard.in_words))


def show_priorities(voice: voices.Voice) -> None:
    """What agencies weigh beside what customers find important."""
    if voice.heard.priorities:
        titled_table(w("voices.priorities"), voices_held.priority_table(voice))
        st.caption(w("voices.priorities_note"))
    else:
        st.caption(w("voices.priorities_none"))


def show_drafts(voice: voices.Voice) -> None:
    """What was said of draft plans, plan by plan."""
    if not voice.heard.consultations:
        st.info(w("voices.drafts_none"))
        return
    st.caption(w("voices.drafts_note"))
    for draft in voice.heard.consultations:
        st.subheader(w("voices.draft"), anchor=False)
        sentences([voices_held.draft_sentence(voice, draft)])
        table(voices_held.draft_table(voice, draft), w("voices.drafts_by"))
        if any(each.answers for each in draft.themes):
            titled_table(w("voices.themes"), voices.theme_table(voice, draft.themes))


def show_audits(voice: voices.Voice) -> None:
    """What audits found, by branch and by item."""
    if not voice.heard.audits:
        st.info(w("voices.audits_none"))
        return
    st.caption(w("voices.audits_note"))
    chart = voices_charts.audit_chart(voice)
    if chart is not None:
        st.altair_chart(chart, width="stretch")
    titled_table(w("voices.audit_branches"), voices.audit_table(voice))
    titled_table(w("voices.audit_items"), voices.item_table(voice))


def show_acts(voice: voices.Voice) -> None:
    """Flags, evidence, the loop of actions, the calendar and the champions."""
    st.subheader(w("voices.flags"), anchor=False)
    st.caption(voices.rule_sentence(voice))
    if voice.heard.flags:
        table(voices.flag_table(voice), w("voices.flags"))
    else:
        st.text(w("voices.flags_none"))
    if voice.heard.evidence:
        titled_table(w("voices.evidence"), voices.evidence_table(voice))
        st.caption(voices.evidence_sentence(voice))
    st.subheader(w("voices.loop"), anchor=False)
    if voice.pack.voices.actions:
        table(voices.loop_table(voice), w("voices.loop"))
    else:
        st.info(w("voices.loop_none"))
    st.subheader(w("voices.calendar"), anchor=False)
    st.columns(4)[0].date_input(w("voices.calendar_day"), key="voices.day")
    months = voice.pack.voices.thresholds.audit_months.value
    st.caption(w("voices.calendar_note", months=w.count(months)))
    if voice.heard.due:
        table(voices.due_table(voice), w("voices.calendar"))
    st.subheader(w("voices.champions"), anchor=False)
    if voice.pack.voices.champions:
        table(voices.champion_table(voice), w("voices.champions"))
    sentences([voices.unnamed_sentence(voice)])
    with st.expander(w("voices.limits")):
        table(voices.threshold_table(voice), w("voices.limits"))


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
    show_findings(findings, "voices")
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
    ask()
else:
    shows = {"heard": show_heard, "drafts": show_drafts, "audits": show_audits, "act": show_acts}
    shows[chosen](voice)
session.keep("voices.")
