"""A job that makes a study, as its page shows it while it is under way."""

from __future__ import annotations

import streamlit as st

from planner.present import failure, robust_cases, robust_kept
from planner.present.session import Case
from planner.present.view import View
from planner.present.words import Words
from planner.runs import jobs


def _follow(w: Words, case: Case, prefix: str, job_id: str) -> None:
    """How far a job is, once a second; its study is shown when it is over.

    Args:
        w: The words.
        case: The pack that is shown.
        prefix: Of the page's texts and of the names of its widgets.
        job_id: The job.
    """
    with failure.net(w):
        job = jobs.poll(job_id)
        if job.is_over:
            st.session_state[f"{prefix}.new"] = None if job.kept is None else job.kept.id
            st.rerun()
        limit = robust_kept.seconds_of(job_id)
        view = View(w, case.pack, case.problem)
        done = min(1.0, job.seconds / limit) if limit else 0.0
        st.progress(done, robust_cases.progress_sentence(view, job, limit))
        st.button(
            w(f"{prefix}.stop"),
            on_click=jobs.stop,
            args=(job_id,),
            disabled=job.status in ("stopping", "keeping"),
        )


follow = st.fragment(_follow, run_every=1.0)
