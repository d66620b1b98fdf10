"""Plan: set rules, find the best plan, watch it come, and read what it says."""

import streamlit as st

from planner.present import (
    failure,
    held,
    locks,
    progress,
    results,
    rules,
    session,
    subjects,
    today,
    travel,
)
from planner.present.maps import show_map
from planner.present.widgets import lead, sentences, show_cards, table, titled_table
from planner.runs import jobs
from planner.runs.reading import StoredRun
from planner.scenario import Scenario

w = session.speak()
case = session.case()
view = today.View(w, case.pack, case.problem)
state = st.session_state
listed = case.networks.get("today")
kpis = listed.score.kpis if listed else None
session.restore("plan.")


def load(scenario: Scenario) -> None:
    """Fill the form from a scenario."""
    values = rules.from_scenario(scenario)
    state["plan.base"] = scenario.model_dump_json()
    state["plan.start"] = case.scenario_named(scenario.name) or state["plan.start"]
    for name in rules.FIELDS:
        state[f"plan.{name}"] = getattr(values, name)
    state["plan.count"] = min(max(1, values.count), len(case.pack.sites))
    locks.replace(values.locks)


def load_chosen() -> None:
    load(case.scenarios[state["plan.start"]])


state["plan.view"] = state.pop("plan.next_view", None) or state.get("plan.view") or "result"
asked = st.query_params.get("job") or state.get("plan.job")
job = jobs.poll(asked) if asked else None
busy = job is not None and not job.is_over
if not busy and job is not None and job.kept and state.get("plan.done") != job.id:
    state.update({"plan.done": job.id, "plan.run": job.kept.id})  # seen once: it is a run now
    session.put_in_address("job", None)
kept = subjects.asked_run()
run_id = None if busy else kept.id if kept is not None else state.get("plan.run")
if "plan.base" not in state:
    state["plan.start"] = case.first_scenario
    load(session.run(run_id).scenario if run_id else case.scenarios[case.first_scenario])


def rule_form() -> rules.Rules:
    """The widgets of the rules."""
    st.selectbox(
        w("plan.start"),
        list(case.scenarios),
        key="plan.start",
        format_func=lambda name: case.scenarios[name].name,
        on_change=load_chosen,
        help=w("plan.start_help"),
    )
    started = case.scenarios[state["plan.start"]]
    if started.name == state["plan.name"]:
        sentences([started.description], kind="note")
    hidden = rules.beyond_form(w, case.pack, Scenario.model_validate_json(state["plan.base"]))
    if hidden:
        sentences([w("plan.beyond", keys="; ".join(hidden))], kind="note")
    st.text_input(w("plan.name"), key="plan.name", max_chars=120)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.selectbox(
        w("plan.count_rule"),
        rules.COUNT_RULES,
        key="plan.count_rule",
        format_func=lambda name: w(f"plan.count_{name}"),
    )
    right.number_input(
        w("plan.count"),
        1,
        len(case.pack.sites),
        key="plan.count",
        disabled=state["plan.count_rule"] == "any",
    )
    for money, most in (("annual", 100_000), ("capital", 1_000_000)):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.checkbox(w(f"plan.has_{money}"), key=f"plan.has_{money}")
        right.number_input(
            w(f"plan.{money}_m"),
            0,
            most,
            key=f"plan.{money}_m",
            step=10,
            disabled=not state[f"plan.has_{money}"],
            label_visibility="collapsed",
        )
    duplicate_rules()
    with st.expander(w("plan.more")):
        more_rules()
    with st.expander(w("locks.title")):  # a label that changed would close it
        st.caption(w("locks.explain", n=len(locks.current())))
        locks.table(view)
    return rules.Rules(
        **{name: state[f"plan.{name}"] for name in rules.FIELDS}, locks=locks.current()
    )


def duplicate_rules() -> None:
    st.selectbox(
        w("plan.duplicates"),
        rules.DUPLICATE_RULES,
        key="plan.duplicates",
        format_func=lambda name: w(f"plan.duplicates_{name}"),
        help=w("duplicates.explain"),
    )
    if state["plan.duplicates"] == "cap":
        st.number_input(w("plan.cap"), 0, 10_000, key="plan.cap")
    if state["plan.duplicates"] == "price":
        st.number_input(
            w("plan.price_min"), 0.0, 100.0, key="plan.price_min", step=0.05, format="%.2f"
        )
    if state["plan.duplicates"] != "allow":
        st.number_input(w("plan.separation_km"), 0, 1000, key="plan.separation_km", step=10)
        st.checkbox(w("plan.justified"), key="plan.justified")


def more_rules() -> None:
    st.selectbox(
        w("plan.objective"),
        rules.OBJECTIVES,
        key="plan.objective",
        format_func=lambda name: w(f"objective.{name}"),
    )
    st.radio(
        w("plan.existing"),
        rules.EXISTING,
        key="plan.existing",
        format_func=lambda name: w(f"plan.existing_{name}"),
    )
    st.number_input(w("plan.floor"), 0, 20, key="plan.floor")
    left, right = st.columns(2, vertical_alignment="bottom")
    left.number_input(w("plan.time_limit_s"), 1, 86_400, key="plan.time_limit_s", step=10)
    right.number_input(
        w("plan.gap_percent"), 0.0, 100.0, key="plan.gap_percent", step=0.05, format="%.2f"
    )


def turn_to(job_id: str | None, run_id: str | None) -> None:
    """Turn the page to a job, or to a kept run."""
    state.update({"plan.job": job_id, "plan.run": run_id, "plan.next_view": "result"})
    session.put_in_address("job", job_id)
    session.put_in_address("run", run_id)
    session.keep("plan.")
    st.rerun()


def forget_job() -> None:
    state["plan.job"] = None
    session.put_in_address("job", None)


def set_up_map() -> None:
    """Every possible site; a click changes its rule."""
    text = w("locks.description", sites=len(case.pack.sites))
    clicked = show_map(
        "plan.sites",
        case.pack,
        w,
        [today.plain_areas(view, text), locks.layer(view, locks.current()), locks.legend(view)],
        travel=case.problem.travel,
        height=620,
    )
    if clicked and clicked.get("site"):
        locks.cycle(str(clicked["site"]))
        st.rerun()
    st.caption(w("locks.help"))


@st.fragment(run_every=1.0)
def ticking(job_id: str) -> None:
    """A solve under way."""
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
            disabled=job.status in ("stopping", "keeping"),
        )
        latest = progress.latest_plan(job.progress)
        found = latest.open_sites if latest and latest.open_sites else ()
        text = w("progress.description", n=len(found))
        show_map(
            "plan.progress",
            case.pack,
            w,
            [
                today.plain_areas(view, text),
                progress.plan_layer(view, found),
                progress.plan_legend(view),
            ],
            travel=case.problem.travel,
            height=560,
        )


def outcome(run: StoredRun, message: str) -> None:
    """A finished run: its plan, or why there is none."""
    st.subheader(run.scenario.name, anchor=False)
    lost = [] if run.score is None else today.unserved(view, run.score)
    missed = results.shortfall_sentence(view, run.report)
    lead(" ".join(filter(None, [results.status_sentence(view, run.report), missed, *lost])))
    if message:
        st.info(message)
    if run.report.plan is None or run.score is None:
        if run.report.clashes:
            table(results.clash_table(view, run.report), w("result.clashes"))
        sentences(w.in_english(run.report.notes))
        return
    seen = today.View(w, run.pack, run.problem)
    show_map(
        "plan.result",
        run.pack,
        w,
        [
            results.area_layer(seen, run.score, run.baseline, None),
            today.link_layer(seen, run.score.duplicates),
            results.branch_layer(seen, run.score),
            results.legend(seen, run.score, run.baseline),
        ],
        travel=run.problem.travel,
        height=640,
    )
    show_cards(results.cards(seen, run.score, run.baseline))
    other = travel.other_way(w, run.problem.travel, case.problem.travel, run.pack)
    sentences([other], kind="warning")
    sentences(held.sentences_of(seen, case.tie_outs), kind="note")
    sentences([seen.how_sure], kind="note")


def details(run: StoredRun) -> None:
    """What to open, which services where, who gains, what it costs."""
    if run.report.plan is None or run.score is None:
        return
    seen = today.View(w, run.pack, run.problem)
    opened = results.opened_table(seen, run, run.score, run.report.plan)
    if opened.empty:
        st.text(w("result.nothing_new"))
    else:
        titled_table(seen.heading(w("result.open"), is_part=True), opened)
        st.caption(w("result.open_note"))
    st.subheader(w("result.mix"), anchor=False)
    st.text(results.mix_sentence(seen, run.score))
    table(results.mix_table(seen, run, run.score), w("result.mix"), rows_in_view=None)
    st.caption(w("mix.key"))
    left, right = st.columns(2, gap="medium")
    with left:
        title = seen.heading(w("result.areas_title"), is_part=True)
        st.subheader(title, anchor=False)
        st.text(results.area_sentence(seen, run.score, run.baseline))
        table(results.area_table(seen, run.score, run.baseline), title)
    with right:
        titled_table(w("result.costs"), results.cost_table(seen, run, run.score))
        if not run.score.duplicates:
            st.subheader(w("result.duplicates"), anchor=False)
            st.text(w("result.no_duplicates"))
    if run.score.standards:
        titled_table(w("result.standards"), results.standards_table(seen, run.score))
    if results.counts_load(run):
        titled_table(w("result.loads"), results.load_table(seen, run, run.score))
    if run.score.duplicates:
        found = today.duplicate_table(seen, run.score.duplicates)
        titled_table(seen.heading(w("result.duplicates"), is_part=True), found)
    sentences(w.in_english(run.report.notes))


st.title(w("plan.title"))
form, answer = st.columns([2, 3], gap="large")

with form:
    chosen = rule_form()

with answer:
    clashes = rules.conflicts(view, chosen, kpis)
    if clashes:
        sentences([w("conflict.title"), *clashes], kind="warning")
    if not busy:
        sentences([" ".join(rules.hints(view, chosen, kpis))], kind="note")
        if st.button(w("plan.run"), type="primary", width="stretch", key="plan-run"):
            base = Scenario.model_validate_json(state["plan.base"])
            turn_to(jobs.start(case.pack.folder, rules.to_scenario(chosen, base)), None)
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
    if busy and job is not None:
        ticking(job.id)
    elif shown == "sites":
        set_up_map()
    elif run_id is not None:
        is_own = job is not None and job.kept is not None and job.kept.id == run_id
        outcome(session.run(run_id), job.message if is_own else "")
    else:
        st.error(w(f"job.{job.status}"))
        st.text(job.message)
        st.button(w("job.back"), on_click=forget_job)

if run_id is not None and shown == "result":
    details(session.run(run_id))
    st.button(w("plan.again"), on_click=load, args=(session.run(run_id).scenario,))

earlier = {name: each for name, each in subjects.finished_plans().items() if name != run_id}
if earlier:
    with st.expander(w("plan.earlier")):
        picked = st.selectbox(
            w("plan.earlier_pick"),
            list(earlier),
            format_func=lambda name: subjects.run_name(earlier[name]),
        )
        if st.button(w("plan.earlier_open")):
            turn_to(None, picked)
session.keep("plan.")
