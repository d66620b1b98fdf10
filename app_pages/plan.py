"""Plan: choose or save rules, find the best plan, watch it come, and read what it says."""

import streamlit as st

from planner.present import session, subjects
from planner.present.rules import plan_form, plan_shown, rules_hints, rules_problem
from planner.present.saved import saved, saved_bar, saved_plan, saved_shelf
from planner.present.view import View
from planner.present.widgets import sentences
from planner.runs import jobs

w = session.speak()
case = session.case()
view = View(w, case.pack, case.problem)
state = st.session_state
kpis = case.networks["today"].score.kpis if "today" in case.networks else None
session.restore("plan.")
session.restore("me.")

state["plan.view"] = state.pop("plan.next_view", None) or state.get("plan.view") or "result"
asked = st.query_params.get("job") or state.get("plan.job")
job = jobs.poll(asked) if asked else None
busy = job is not None and not job.is_over
if not busy and job is not None and job.kept and state.get("plan.done") != job.id:
    state.update({"plan.done": job.id, "plan.run": job.kept.id})  # seen once: it is a run now
    session.put_in_address("job", None)
kept = subjects.asked_run()
if kept is not None:
    state["plan.run"] = kept.id  # a plan that a link has opened is the first choice elsewhere
run_id = None if busy else state.get("plan.run")
saved_plan.start(case, run_id, job.id if job is not None else None)
opened = saved.now()
rules = rules_problem.asked(case, opened.mine)


def turn_to(job_id: str | None, run_id: str | None) -> None:
    """Turn the page to a job, or to a kept run."""
    state.update({"plan.job": job_id, "plan.run": run_id, "plan.next_view": "result"})
    session.put_in_address("job", job_id)
    session.put_in_address("run", run_id)
    session.keep("plan.")
    session.keep("me.")
    st.rerun()


def forget_job() -> None:
    state["plan.job"] = None
    session.put_in_address("job", None)


st.title(w("plan.title"))
form, answer = st.columns([4, 5], gap="large")

with form:
    base = saved_shelf.base(case, opened.there, opened.seen)
    with st.container():  # so that what comes and goes here moves nothing below
        saved_bar.chooser(view, case, opened)
        saved_bar.conflict(view, case, opened)
        sentences([opened.seen.description], kind="note")
        saved_bar.bar(view, case, opened, base)
    plan_form.show(view, plan_form.Beside(*base, rules.problem, kpis))
    saved_bar.history(view, opened)
    saved_bar.who(w)

with answer:
    with st.container():
        rules_hints.show(view, rules)
    if not busy and st.button(w("plan.run"), type="primary", width="stretch", key="plan-run"):
        turn_to(saved_plan.solve(case), None)
    shown = "sites"
    if busy and job is not None:
        state["plan.job"] = job.id
        session.put_in_address("job", job.id)
    elif run_id is not None or job is not None:
        session.put_in_address("run", run_id)
        shown = st.segmented_control(
            w("plan.view"),
            ["result", "sites"],
            key="plan.view",
            required=True,
            format_func=lambda name: w(f"plan.view_{name}"),
            label_visibility="collapsed",
        )
    if shown == "sites" and not busy:
        with st.container(key="plan_sites"):
            plan_shown.set_up_map(view)
    else:
        with st.container(key="plan_found"):
            if busy and job is not None:
                saved_plan.other_rules(view, case, session.rules_of(job.id), None)
                plan_shown.ticking(view, job.id)
            elif run_id is not None:
                is_own = job is not None and job.kept is not None and job.kept.id == run_id
                saved_plan.other_rules(view, case, session.run(run_id).scenario, run_id)
                plan_shown.outcome(view, session.run(run_id), job.message if is_own else "")
            else:
                plan_shown.without_run(view, job)
                st.button(w("job.back"), on_click=forget_job)

if run_id is not None and shown == "result":
    plan_shown.details(view, session.run(run_id), run_id)

earlier = {name: each for name, each in subjects.finished_plans().items() if name != run_id}
if earlier:
    with st.expander(w("plan.earlier")):
        pick, called = w("plan.earlier_pick"), lambda name: subjects.run_name(earlier[name])
        picked = st.selectbox(pick, list(earlier), key="plan-earlier", format_func=called)
        if st.button(w("plan.earlier_open")):
            turn_to(None, picked)
session.keep("plan.")
session.keep("me.")
