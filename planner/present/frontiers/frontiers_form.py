"""What the page of frontiers asks for: a new sweep, and how far one under way is."""

from __future__ import annotations

import streamlit as st

from planner.errors import PlannerError
from planner.present import failure, session
from planner.present.frontiers import frontiers, frontiers_chart, frontiers_kept
from planner.present.session import Case
from planner.present.studies import robust_kept
from planner.present.widgets import sentences
from planner.present.words import Words
from planner.runs import jobs
from planner.runs.sweeps.frontiers import DEFAULT_POINTS


def ask(w: Words, case: Case, *, has_any: bool) -> None:
    """A sweep under way, or the form for a new one; what went wrong with the last one.

    Args:
        w: The words.
        case: The pack that is shown.
        has_any: Whether sweeps are kept already: the form is closed then.
    """
    job = frontiers_kept.at_work(case, has_any=has_any)
    if job is not None:
        _follow(w, case, job.id)
        return
    with st.expander(w("frontiers.another"), expanded=not has_any):
        _form(w, case)
    failed = robust_kept.last_failed(frontiers_kept.KIND)
    if failed is not None:
        told = w.in_english(failed.message.splitlines())
        sentences([w("frontiers.failed", name=failed.name), *told], kind="warning")
    if not has_any:
        st.info(w("frontiers.none_kept"))


def _form(w: Words, case: Case) -> None:
    """What is to be computed."""
    state, bases = st.session_state, frontiers_kept.bases(case)
    if state.get("frontiers.base") not in bases:
        state["frontiers.base"] = next(iter(bases))
    if state.get("frontiers.kind") not in frontiers_kept.KINDS:
        state["frontiers.kind"] = frontiers_kept.KINDS[0]
    state.setdefault("frontiers.count", DEFAULT_POINTS)
    left, middle, right = st.columns([2, 2, 1], gap="medium", vertical_alignment="bottom")
    kind = left.selectbox(
        w("frontiers.kind"),
        frontiers_kept.KINDS,
        key="frontiers.kind",
        format_func=lambda name: w(f"frontiers.kind_{name}"),
    )
    base = middle.selectbox(
        w("frontiers.base"),
        list(bases),
        key="frontiers.base",
        format_func=lambda name: bases[name].name,
    )
    st.caption(w(f"frontiers.explain_{kind}"))
    given = []
    if kind == frontiers_kept.VALUES:
        given = [_values(w, n) for n in (1, 2)]
    else:
        right.number_input(w("frontiers.count"), 2, 100, key="frontiers.count")
    if st.button(w("frontiers.start"), type="primary", key="frontiers-start"):
        try:
            options = frontiers_kept.options_of(kind, state["frontiers.count"], given)
        except PlannerError as error:
            sentences(w.in_english(str(error).splitlines()), kind="warning")
            return
        jobs.start(case.pack.folder, bases[base], kind=frontiers_kept.KIND, options=options)
        session.keep("frontiers.")
        st.rerun()


def _values(w: Words, n: int) -> tuple[str, str]:
    """A key of the scenario and the values it takes."""
    first, second = st.columns(2, gap="medium")
    return (
        first.text_input(w(f"frontiers.key_{n}"), key=f"frontiers.key_{n}"),
        second.text_input(w("frontiers.values"), key=f"frontiers.values_{n}"),
    )


def _tick(w: Words, case: Case, job_id: str) -> None:
    """A sweep under way: points appear as they are done."""
    with failure.net(w):
        job = jobs.poll(job_id)
        if job.is_over:
            st.session_state["frontiers.new"] = None if job.kept is None else job.kept.id
            st.rerun()
        found = frontiers_kept.so_far(w, case, job_id)
        told = None if found is None else found.told
        if job.kind == "first":
            st.caption(w("frontiers.first"))
        st.progress(frontiers.share_done(told), frontiers.progress_sentence(w, job, told))
        if job.kind != "first":
            st.button(
                w("frontiers.stop"),
                on_click=jobs.stop,
                args=(job_id,),
                disabled=not job.is_mine or job.status in ("stopping", "keeping"),
                key="frontiers-stop",
            )
        if found is not None and found.placed:
            st.altair_chart(
                frontiers_chart.points_chart(found, None, with_today=False), width="stretch"
            )


_follow = st.fragment(_tick, run_every=2.0)
