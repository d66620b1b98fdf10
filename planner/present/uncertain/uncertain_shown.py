"""The parts of the page of uncertainty: figures one by one, drawn together, and solved again."""

from __future__ import annotations

import streamlit as st

from planner.insight.sampled_kept import samples_of
from planner.insight.uncertain import Measure, Tornado
from planner.present.session import Case
from planner.present.studies import study_job
from planner.present.subjects import Subject
from planner.present.uncertain import uncertain, uncertain_drawn, uncertain_kept, uncertain_sites
from planner.present.uncertain.uncertain_kept import DRAWS
from planner.present.view import View
from planner.present.widgets import sentences, table, titled_table
from planner.present.words import Words
from planner.runs import jobs

_BEGUN = "uncertain.begun"  # the networks whose figures were tried on this visit


def first_look(w: Words, case: Case, name: str, subject: Subject) -> Tornado | None:
    """Each figure at its ends: what is kept of it, else it is asked for once on a visit, and shown.

    Args:
        w: The words.
        case: The pack that is shown.
        name: Of a listed network, or the id of a run in the store.
        subject: The network.

    Returns:
        None while it is not known; then the page says how far it is, or why it came to nothing.
    """
    found = uncertain_kept.ends(name, subject)
    if found is not None:
        return found
    job, begun = uncertain_kept.last_try(name, subject), st.session_state.setdefault(_BEGUN, set())
    if (job is None or job.is_over) and subject.id not in begun:
        begun.add(subject.id)
        job = jobs.poll(uncertain_kept.try_ends(name, subject))
    if job is not None and not job.is_over:
        st.caption(w("uncertain.making"))
        study_job.follow(w, case, "uncertain", job.id)
        return None
    if job is not None and job.status in ("failed", "lost"):
        sentences([w("uncertain.failed", message=job.message)], kind="warning")
    if st.button(w("uncertain.try"), type="primary", key="uncertain.try"):
        uncertain_kept.try_ends(name, subject)
        st.rerun()
    return None


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


def follow(w: Words, case: Case) -> bool:
    """The question that is being answered, or why the last one came to nothing.

    Returns:
        Whether another may be asked.
    """
    job = uncertain_kept.last_question()
    if job is not None and not job.is_over:
        study_job.follow(w, case, "uncertain", job.id)
        return False
    if job is not None and job.status in ("failed", "lost"):
        sentences([w("uncertain.failed", message=job.message)], kind="warning")
    return True


def show_drawn(
    name: str, subject: Subject, view: View, found: Tornado, measure: Measure, *, may_ask: bool
) -> None:
    """All figures drawn together, once that was asked for."""
    w, figures = view.words, tuple(swing.assumption for swing in found.swings)
    st.header(w("uncertain.sampled"), anchor=False)
    st.caption(w("uncertain.sampled_note"))
    study = uncertain_kept.latest(name, subject, "draw")
    told = None if study is None else study.told
    drawn = None if told is None else samples_of(told, figures)
    if drawn is None:
        label = w("uncertain.draw", n=DRAWS)
        if may_ask and st.button(label, key="uncertain.draw"):
            uncertain_kept.start(name, subject, "draw", figures)
            st.rerun()
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


def show_solved(name: str, subject: Subject, view: View, found: Tornado, *, may_ask: bool) -> None:
    """Plans found again with each figure at its ends, as far as that was asked for."""
    w, figures = view.words, tuple(swing.assumption for swing in found.swings)
    st.header(w("uncertain.resolved"), anchor=False)
    st.caption(w("uncertain.resolved_note"))
    if subject.report is None:
        st.text(w("uncertain.resolved_today"))
        st.page_link("app_pages/plan.py", label=w("uncertain.go"))
        return
    study = uncertain_kept.latest(name, subject, "resolve")
    told = None if study is None else study.told
    left = len(figures) if told is None else int(told["left_out"])
    label = w("uncertain.solve" if told is None else "uncertain.more", n=left)
    if may_ask and left and st.button(label, key="uncertain.solve"):
        after = "" if study is None else study.id
        uncertain_kept.start(name, subject, "resolve", figures, after)
        st.rerun()
    if told is None or not told["solved"]:
        return
    sentences(uncertain_sites.resolved_sentences(view, told))
    hanging = uncertain_sites.sites_table(view, told)
    if not hanging.empty:
        titled_table(w("uncertain.hang"), hanging)
    titled_table(w("uncertain.resolved"), uncertain_sites.resolved_table(view, told, figures))
