"""A job that makes a study, as its page shows it while it is under way."""

from __future__ import annotations

import streamlit as st

from planner.present import failure
from planner.present.session import Case
from planner.present.studies import robust_kept
from planner.present.view import View
from planner.present.words import Words
from planner.runs import jobs
from planner.runs.jobs import JobState


def progress_sentence(seen: View, job: JobState, limit: float | None) -> str:
    """Where a look stands: which part, and the time used."""
    w = seen.words
    if job.status == "queued":
        return w("progress.queued", n=job.position) if job.position else w("progress.starting")
    if job.status in ("stopping", "keeping"):
        return w(f"progress.{job.status}")
    last = job.progress[-1] if job.progress else None
    said = [_step(seen, last.message if last else "", last.stage if last else "load")]
    if limit is not None:
        said.append(w("progress.seconds", s=w.count(job.seconds), most=w.count(limit)))
    return " ".join(said)


def share_done(job: JobState, limit: float | None) -> float:
    """How much is done: of questions about figures by their number, of other looks by the time."""
    numbers = _numbers(job.progress[-1].message) if job.progress else []
    if job.kind == "uncertain" and len(numbers) == 2:
        return min(1.0, numbers[0] / max(1, numbers[1]))
    return min(1.0, job.seconds / limit) if limit else 0.0


def _numbers(message: str) -> list[int]:
    return [int(each) for each in message.split() if each.isdecimal()]


def _step(seen: View, message: str, stage: str) -> str:
    """A part of the work in the page's language: the message's first word and its two numbers."""
    w, found, numbers = seen.words, message.split(), _numbers(message)
    key = f"robust.step_{found[0]}" if found else ""
    if len(numbers) == 2 and key in w.texts:
        return w(key, k=numbers[0], n=numbers[1])
    return w(f"progress.{stage}")


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
        st.progress(share_done(job, limit), progress_sentence(view, job, limit))
        st.button(
            w(f"{prefix}.stop"),
            on_click=jobs.stop,
            args=(job_id,),
            disabled=not job.is_mine or job.status in ("stopping", "keeping"),
        )


follow = st.fragment(_follow, run_every=1.0)
