"""The parts of the page of uncertainty: figures one by one, drawn together, and solved again."""

from __future__ import annotations

import streamlit as st

from planner.insight.resolved import core_of
from planner.insight.uncertain import Measure, Tornado
from planner.plan import SolveReport
from planner.present import (
    failure,
    uncertain,
    uncertain_drawn,
    uncertain_sites,
    uncertain_state,
)
from planner.present.subjects import Subject
from planner.present.today import View
from planner.present.uncertain_state import Steps
from planner.present.widgets import sentences, table, titled_table
from planner.present.words import Words

_DRAWS = 200


def show_tornado(view: View, found: Tornado, measure: Measure) -> None:
    """Each figure at its ends, as bars and as a table with sources."""
    w = view.words
    st.header(w("uncertain.tornado"), anchor=False)
    moving = found.by(measure)
    if moving:
        st.caption(w("uncertain.tornado_note"))
        st.altair_chart(uncertain.tornado_chart(view, found, measure), width="stretch")
        if len(moving) > uncertain.DRAWN:
            st.caption(w("uncertain.fewer", n=uncertain.DRAWN))
    if found.swings:
        table(uncertain.tornado_table(view, found, measure), w("uncertain.tornado"))
        with st.expander(w("uncertain.sources")):
            table(uncertain.source_table(view, found, measure), w("uncertain.sources"))
    if found.without_effect:
        with st.expander(w("uncertain.idle", n=len(found.without_effect))):
            st.text(uncertain.idle_names(view, found))


def show_drawn(subject: Subject, view: View, found: Tornado, measure: Measure) -> None:
    """All figures drawn together, once that was asked for."""
    w, state, kept = view.words, st.session_state, f"uncertain.drawn:{subject.id}"
    st.header(w("uncertain.sampled"), anchor=False)
    st.caption(w("uncertain.sampled_note"))
    if kept not in state and st.button(w("uncertain.draw", n=_DRAWS), key="uncertain.draw"):
        _draw(subject, view, found)
        st.rerun()
    drawn = state.get(kept)
    if drawn is None or not len(drawn.drawn):
        return
    sentences([" ".join(uncertain_drawn.sample_sentences(view, drawn, measure))])
    chart = uncertain_drawn.sample_chart(view, drawn, found.now, measure)
    st.altair_chart(chart, width="stretch")
    table(uncertain_drawn.band_table(view, drawn, found.now), w("uncertain.sampled"))
    follows = uncertain_drawn.follow_table(view, drawn, measure)
    if follows.empty:
        st.text(w("uncertain.nothing_follows"))
    else:
        titled_table(w("uncertain.follows"), follows)
        st.caption(w("uncertain.follows_note", noise=f"{drawn.noise:.2f}"))


def show_solved(subject: Subject, view: View, found: Tornado) -> None:
    """Plans found again with each figure at its ends, as far as that was asked for."""
    w, state = view.words, st.session_state
    st.header(w("uncertain.resolved"), anchor=False)
    st.caption(w("uncertain.resolved_note"))
    if subject.report is None:
        st.text(w("uncertain.resolved_today"))
        st.page_link("app_pages/plan.py", label=w("uncertain.go"))
        return
    figures = tuple(swing.assumption for swing in found.swings)
    asked = uncertain_state.steps(subject, subject.report, figures)
    if state.get("uncertain.solving") == subject.id:
        _solving(w, subject, subject.report, asked)
    elif asked.next is not None:
        rest = len(asked.questions) - len(asked.answers)
        label = "uncertain.more" if asked.answers else "uncertain.solve"
        if st.button(w(label, n=rest), key="uncertain.solve"):
            state["uncertain.solving"] = subject.id
            st.rerun()
    if asked.answers:
        answers = [asked.answers[k] for k in sorted(asked.answers)]
        core = core_of(subject.report, answers)
        sentences(uncertain_sites.resolved_sentences(view, answers, core, len(asked.questions)))
        hanging = uncertain_sites.sites_table(view, core)
        if not hanging.empty:
            titled_table(w("uncertain.hang"), hanging)
        titled_table(w("uncertain.resolved"), uncertain_sites.resolved_table(view, answers))


def _draw(subject: Subject, view: View, found: Tornado) -> None:
    """Draw, with a bar, and keep what came."""
    bar = st.progress(0.0)
    drawn = 0

    def show(_: object) -> None:
        nonlocal drawn
        drawn += 1
        told = view.words("uncertain.drawing", k=min(drawn, _DRAWS), n=_DRAWS)
        bar.progress(min(1.0, drawn / _DRAWS), told)

    figures = tuple(swing.assumption for swing in found.swings)
    made = uncertain_state.samples(subject, figures, _DRAWS, show)
    st.session_state[f"uncertain.drawn:{subject.id}"] = made
    bar.empty()


def _solve_next(w: Words, subject: Subject, report: SolveReport, asked: Steps) -> None:
    """One question a run of this part, until all are solved or it is stopped."""
    with failure.net(w):
        done, of = len(asked.answers), len(asked.questions)
        st.progress(done / of, w("uncertain.solving", k=done, n=of))
        if st.button(w("uncertain.stop"), key="uncertain.stop"):
            st.session_state["uncertain.solving"] = None
            st.rerun()
        uncertain_state.step(subject, report, asked)
        if asked.next is None:
            st.session_state["uncertain.solving"] = None
            st.rerun()


_solving = st.fragment(_solve_next, run_every=0.5)
