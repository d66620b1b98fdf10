"""What the Plan page shows of a plan: the set-up map, a solve under way, and its outcome."""

from __future__ import annotations

import streamlit as st

from planner.present import failure, held, session, travel
from planner.present.maps.area_layers import plain_areas
from planner.present.maps.maps import show_map
from planner.present.network_map import map_shown
from planner.present.results import progress, results, results_tables, separations
from planner.present.results.duplicates import duplicate_table
from planner.present.results.plans_doubled import by_the_packs_own
from planner.present.rules import clashes_shown, locks
from planner.present.today import today
from planner.present.view import View
from planner.present.widgets import heading, lead, sentences, show_cards, table, titled_table
from planner.runs import jobs
from planner.runs.jobs import JobState
from planner.runs.reading import StoredRun


def set_up_map(view: View) -> None:
    """Every possible site; a click changes its rule."""
    w = view.words
    text = w("locks.description", sites=len(view.pack.sites))
    clicked = show_map(
        "plan.sites",
        view.pack,
        w,
        [plain_areas(view, text), locks.layer(view, locks.current()), locks.legend(view)],
        travel=view.problem.travel,
        height=620,
    )
    if clicked and clicked.get("site"):
        locks.cycle(str(clicked["site"]))
        st.rerun()
    st.caption(w("locks.help"))
    table(locks.site_table(view, locks.current()), w("locks.title"), rows_in_view=8)


def _follow(view: View, job_id: str) -> None:
    w = view.words
    with failure.net(w):
        job = jobs.poll(job_id)
        if job.is_over:
            st.rerun()
        limit = session.time_limit_of(job_id)
        st.progress(progress.share_done(job, limit), progress.sentence(view, job, limit))
        st.button(
            w("progress.stop"),
            on_click=jobs.stop,
            args=(job_id,),
            disabled=not job.is_mine or job.status in ("stopping", "keeping"),
        )
        st.caption(w("progress.closing"))
        latest = progress.latest_plan(job.progress)
        found = latest.open_sites if latest and latest.open_sites else ()
        text = w("progress.description", n=len(found))
        show_map(
            "plan.progress",
            view.pack,
            w,
            [
                plain_areas(view, text),
                progress.plan_layer(view, found),
                progress.plan_legend(view),
            ],
            travel=view.problem.travel,
            height=560,
        )


ticking = st.fragment(_follow, run_every=1.0)
"""A solve under way, looked at every second."""


def without_run(view: View, job: JobState) -> None:
    """Why a job that is over has no run in the store."""
    w = view.words
    if job.status != "done":
        st.error(w(f"job.{job.status}"))
        st.text(job.message)
        return
    why = session.refusal_of(job.id)
    st.error(w("saved.run_refused" if why else "saved.run_waits"))
    sentences(w.in_english(why.splitlines()))


def outcome(view: View, run: StoredRun, message: str) -> None:
    """A finished run: its plan, or why there is none."""
    w, case = view.words, session.case()
    heading(run.scenario.name)
    lost = [] if run.score is None else today.unserved(view, run.score)
    missed = results.shortfall_sentence(view, run.report)
    lead(" ".join(filter(None, [results.status_sentence(view, run.report), missed, *lost])))
    if message:
        st.info(message)
    if run.report.plan is None or run.score is None:
        clashes_shown.on_plan(View(w, run.pack, run.problem), case, run)
        sentences(w.in_english(run.report.notes))
        return
    seen = View(w, run.pack, run.problem)
    map_shown.plan_map(seen, run)
    by_own = by_the_packs_own(case, run)
    show_cards(results.cards(seen, run.score, run.baseline, run.scenario, by_own))
    other = travel.other_way(w, run.problem.travel, case.problem.travel, run.pack)
    sentences([other], kind="warning")
    sentences(held.sentences_of(seen, case.tie_outs), kind="note")
    sentences([seen.how_sure], kind="note")


def details(view: View, run: StoredRun, run_id: str) -> None:
    """What to open, which services where, who gains, what it costs."""
    if run.report.plan is None or run.score is None:
        return
    w = view.words
    seen = View(w, run.pack, run.problem)
    st.page_link("app_pages/why.py", label=w("why.from_plan"), query_params={"run": run_id})
    by_own = by_the_packs_own(session.case(), run)
    doubled = separations.counted(w, run.scenario, len(run.score.duplicates), by_own)
    opened = results_tables.opened_table(seen, run, run.score, run.report.plan)
    if opened.empty:
        st.text(w("result.nothing_new"))
    else:
        titled_table(seen.heading(w("result.open"), is_part=True), opened)
        st.caption(w("result.open_note"))
    st.subheader(w("result.mix"), anchor=False)
    st.text(results_tables.mix_sentence(seen, run.score))
    table(results_tables.mix_table(seen, run, run.score), w("result.mix"), rows_in_view=None)
    st.caption(w("mix.key"))
    left, right = st.columns(2, gap="medium")
    with left:
        title = seen.heading(w("result.areas_title"), is_part=True)
        heading(title)
        st.text(results_tables.area_sentence(seen, run.score, run.baseline))
        table(results_tables.area_table(seen, run.score, run.baseline), title)
    with right:
        titled_table(w("result.costs"), results_tables.cost_table(seen, run, run.score))
        if not run.score.duplicates:
            st.subheader(w("result.duplicates"), anchor=False)
            sentences(doubled)
    if run.score.standards:
        titled_table(w("result.standards"), results_tables.standards_table(seen, run.score))
    if results_tables.counts_load(run):
        titled_table(w("result.loads"), results_tables.load_table(seen, run, run.score))
    if run.score.duplicates:
        found = duplicate_table(seen, run.score.duplicates)
        titled_table(seen.heading(w("result.duplicates"), is_part=True), found)
        sentences(doubled, kind="note")
    sentences(w.in_english(run.report.notes))
