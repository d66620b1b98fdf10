"""What was heard and what follows: the parts of the page of voices that show answers and audits."""

from __future__ import annotations

import streamlit as st

from planner.present.voices import voices, voices_charts, voices_held, voices_tables
from planner.present.voices.voices import Voice
from planner.present.widgets import sentences, show_cards, table, titled_table


def show_heard(voice: Voice) -> None:
    """Ratings with their intervals, gaps, choices, importance and themes."""
    w, heard = voice.words, voice.heard
    if not heard.answers:
        st.info(w("voices.heard_none"))
        _show_priorities(voice)
        return
    show_cards(voices.heard_cards(voice))
    sentences(voices.heard_notes(voice), kind="note")
    for key, found, name, head in (
        ("branch", heard.branches, voice.site, w("column.branch")),
        ("stratum", heard.strata, voice.stratum, w("voices.column_stratum")),
    ):
        if found:
            means = voices_tables.lowest_first(found)
            names = [*map(name, means)]
            st.subheader(w(f"voices.by_{key}"), anchor=False)
            chart, frame = st.columns(2, gap="medium")
            drawn = voices_charts.mean_chart(voice, means, names, limited=key == "branch")
            chart.altair_chart(drawn, width="stretch")
            with frame:
                table(voices_tables.mean_table(voice, means, names, head), w(f"voices.by_{key}"))
    if heard.questions:
        names = [*map(voice.question, heard.questions)]
        head = w("voices.column_question")
        titled_table(
            w("voices.by_question"), voices_tables.mean_table(voice, heard.questions, names, head)
        )
    if heard.gaps:
        titled_table(w("voices.gaps"), voices_tables.gap_table(voice))
        sentences(voices.gap_sentences(voice), kind="note")
    if heard.adoption:
        titled_table(w("voices.adoption"), voices_held.adoption_table(voice))
        st.caption(w("voices.adoption_note"))
    else:
        st.caption(w("voices.adoption_none"))
    if heard.importance:
        titled_table(w("voices.importance"), voices_tables.importance_table(voice))
        st.caption(w("voices.importance_note"))
    _show_priorities(voice)
    if heard.choices:
        titled_table(w("voices.choices"), voices_tables.choice_table(voice))
    if any(each.answers for each in heard.themes):
        titled_table(w("voices.themes"), voices_tables.theme_table(voice, heard.themes))
        st.caption(w("voices.themes_note"))
    elif heard.in_words:
        st.text(w("voices.themes_none", n=heard.in_words))


def _show_priorities(voice: Voice) -> None:
    """What agencies weigh beside what customers find important."""
    w = voice.words
    if voice.heard.priorities:
        titled_table(w("voices.priorities"), voices_held.priority_table(voice))
        st.caption(w("voices.priorities_note"))
    else:
        st.caption(w("voices.priorities_none"))


def show_drafts(voice: Voice) -> None:
    """What was said of draft plans, plan by plan."""
    w = voice.words
    if not voice.heard.consultations:
        st.info(w("voices.drafts_none"))
        return
    st.caption(w("voices.drafts_note"))
    for draft in voice.heard.consultations:
        st.subheader(w("voices.draft"), anchor=False)
        sentences([voices_held.draft_sentence(voice, draft)])
        table(voices_held.draft_table(voice, draft), w("voices.drafts_by"))
        if any(each.answers for each in draft.themes):
            titled_table(w("voices.themes"), voices_tables.theme_table(voice, draft.themes))


def show_audits(voice: Voice) -> None:
    """What audits found, by branch and by item."""
    w = voice.words
    if not voice.heard.audits:
        st.info(w("voices.audits_none"))
        return
    st.caption(w("voices.audits_note"))
    chart = voices_charts.audit_chart(voice)
    if chart is not None:
        st.altair_chart(chart, width="stretch")
    titled_table(w("voices.audit_branches"), voices_tables.audit_table(voice))
    titled_table(w("voices.audit_items"), voices_tables.item_table(voice))


def show_acts(voice: Voice) -> None:
    """Flags, evidence, the loop of actions, the calendar and the champions."""
    w = voice.words
    st.subheader(w("voices.flags"), anchor=False)
    st.caption(voices.rule_sentence(voice))
    if voice.heard.flags:
        table(voices_tables.flag_table(voice), w("voices.flags"))
    else:
        st.text(w("voices.flags_none"))
    if voice.heard.evidence:
        titled_table(w("voices.evidence"), voices_tables.evidence_table(voice))
        st.caption(voices.evidence_sentence(voice))
    st.subheader(w("voices.loop"), anchor=False)
    if voice.pack.voices.actions:
        table(voices_tables.loop_table(voice), w("voices.loop"))
    else:
        st.info(w("voices.loop_none"))
    st.subheader(w("voices.calendar"), anchor=False)
    st.columns(4)[0].date_input(w("voices.calendar_day"), key="voices.day")
    months = voice.pack.voices.thresholds.audit_months.value
    st.caption(w("voices.calendar_note", months=w.count(months)))
    if voice.heard.due:
        table(voices_tables.due_table(voice), w("voices.calendar"))
    st.subheader(w("voices.champions"), anchor=False)
    if voice.pack.voices.champions:
        table(voices_tables.champion_table(voice), w("voices.champions"))
    sentences([voices.unnamed_sentence(voice)])
    with st.expander(w("voices.limits")):
        table(voices_tables.threshold_table(voice), w("voices.limits"))


SHOWS = {"heard": show_heard, "drafts": show_drafts, "audits": show_audits, "act": show_acts}
"""What each part of the page shows, by the name of its choice."""
