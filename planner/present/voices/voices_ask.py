"""Whom to ask: the part of the page of voices with the sample and the questionnaire."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.demand import sampling
from planner.pack.faults import Findings
from planner.pack.frame_file import Frame, read_frame
from planner.pack.general_questions import questions_of
from planner.pack.types import Pack
from planner.present import uploads
from planner.present.results import handing
from planner.present.voices import sampled
from planner.present.widgets import lead, sentences, show_cards, table
from planner.present.words import Words

_SOURCES = ("division", "area", "number", "frame")
_MOST_PEOPLE = 1_000_000_000


def show_ask(w: Words, pack: Pack, questionnaire: Callable[[Pack, str], bytes]) -> None:
    """How many to ask of each group, and the questionnaire.

    Args:
        w: The words.
        pack: The pack.
        questionnaire: Makes the file of a kind: csv, html or md.
    """
    left, right = st.columns([2, 3], gap="medium")
    with left:
        source = st.selectbox(
            w("voices.ask_source"),
            _SOURCES,
            key="voices.source",
            format_func=lambda name: w(f"voices.source_{name}"),
        )
        frame = _frame_of(w, pack, source)
        _ask_how_sure(w)
    if frame is not None:
        with right:
            _show_plan(w, _plan(frame))
    _show_questionnaire(w, pack, questionnaire)


def _ask_how_sure(w: Words) -> None:
    """The method, the margin, and the least of each group."""
    method = st.segmented_control(
        w("voices.ask_method"),
        sampling.METHODS,
        key="voices.method",
        required=True,
        format_func=lambda name: w(f"voices.method_{name}"),
    )
    one, two = st.columns(2)
    one.number_input(w("voices.ask_error"), 0.5, 50.0, step=0.5, format="%.1f", key="voices.error")
    two.selectbox(w("voices.ask_confidence"), (90, 95, 99), key="voices.confidence")
    one, two = st.columns(2)
    one.number_input(w("voices.ask_least"), 0, 1000, key="voices.least")
    two.number_input(w("voices.ask_response"), 5, 100, key="voices.response")
    if method == "yamane":
        st.caption(w("voices.ask_yamane_note"))


def _plan(frame: Frame) -> sampling.SamplePlan:
    """The sample of the people of a frame, by what the form says."""
    state = st.session_state
    whole = sum(frame.populations.values())
    error, confidence = state["voices.error"] / 100, state["voices.confidence"] / 100
    size = (
        sampling.yamane(whole, error)
        if state["voices.method"] == "yamane"
        else sampling.cochran(whole, error, confidence, 0.5)
    )
    return sampling.plan_sample(
        frame.populations,
        size,
        confidence=confidence,
        least=int(state["voices.least"]),
        response=state["voices.response"] / 100,
    )


def _frame_of(w: Words, pack: Pack, source: str) -> Frame | None:
    """The people that a sample is drawn from; None as long as there are none."""
    if source == "number":
        n = st.number_input(w("voices.ask_population"), 1, _MOST_PEOPLE, key="voices.population")
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
        show_findings(w, findings, "frame")
        return None if findings.faults else frame
    populations, without = sampling.strata_of_pack(pack, "area" if source == "area" else "division")
    st.caption(w("voices.ask_visits"))
    if without:
        sentences([w("voices.ask_without", names=", ".join(without))], kind="note")
    return Frame(populations) if populations else None


def show_findings(w: Words, findings: Findings, key: str) -> None:
    """The faults of files with a table to take away, and how the files were understood.

    Args:
        w: The words.
        findings: Of the files.
        key: Tells two such tables of a page apart.
    """
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


def _show_plan(w: Words, plan: sampling.SamplePlan) -> None:
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


def _show_questionnaire(w: Words, pack: Pack, questionnaire: Callable[[Pack, str], bytes]) -> None:
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
