"""What it costs: how much travel money buys, what each duplicate costs, and any other sweep."""

import streamlit as st

from planner.errors import PlannerError
from planner.present import (
    compare_moves,
    failure,
    frontiers,
    frontiers_chart,
    frontiers_kept,
    frontiers_said,
    frontiers_steps,
    results,
    results_map,
    robust_kept,
    saved,
    session,
    today,
)
from planner.present.handing import TYPES
from planner.present.maps import show_map
from planner.present.widgets import lead, sentences, show_cards, table, titled_table
from planner.runs import jobs
from planner.runs.sweeps.frontiers import DEFAULT_POINTS

CHART = "frontiers-chart"

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("frontiers.title"))
st.text(w("frontiers.about"))
session.restore("frontiers.")
studies = robust_kept.studies(frontiers_kept.KIND, case)


def form() -> None:
    """What is to be computed."""
    bases = frontiers_kept.bases(case)
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
        for n in (1, 2):
            first, second = st.columns(2, gap="medium")
            given.append(
                (
                    first.text_input(w(f"frontiers.key_{n}"), key=f"frontiers.key_{n}"),
                    second.text_input(w("frontiers.values"), key=f"frontiers.values_{n}"),
                )
            )
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


@st.fragment(run_every=2.0)
def ticking(job_id: str) -> None:
    """A sweep under way: points appear as they are done."""
    with failure.net(w):
        job = jobs.poll(job_id)
        if job.is_over:
            state["frontiers.new"] = None if job.kept is None else job.kept.id
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
                disabled=job.status in ("stopping", "keeping"),
                key="frontiers-stop",
            )
        if found is not None and found.placed:
            st.altair_chart(
                frontiers_chart.points_chart(found, None, with_today=False), width="stretch"
            )


def picked_by_click() -> None:
    """The point that was clicked in the chart."""
    number = frontiers_chart.clicked(state.get(CHART))
    if number is not None:
        state["frontiers.point"] = number


job = frontiers_kept.at_work(case, has_any=bool(studies))
if job is not None:
    ticking(job.id)
else:
    with st.expander(w("frontiers.another"), expanded=not studies):
        form()
    failed = robust_kept.last_failed(frontiers_kept.KIND)
    if failed is not None:
        told = w.in_english(failed.message.splitlines())
        sentences([w("frontiers.failed", name=failed.name), *told], kind="warning")
if not studies:
    if job is None:
        st.info(w("frontiers.none_kept"))
    session.keep("frontiers.")
    st.stop()

# -- what was found ------------------------------------------------------------------------

asked = robust_kept.choose(w, "frontiers", studies, frontiers.sweep_name)
try:
    with st.spinner(w("robust.reading")):
        shown = frontiers_kept.read(w, studies[asked])
except PlannerError as error:
    sentences(w.in_english(str(error).splitlines()), kind="warning")
    st.stop()
seen = shown.seen
w = seen.view.words

lead(frontiers_said.lead_sentence(seen))
sentences(frontiers_said.remarks(seen), kind="warning")
if shown.away:
    sentences([w("frontiers.away", n=len(shown.away))], kind="warning")

# -- the points ----------------------------------------------------------------------------

numbers = {str(point["number"]): point for point in seen.points}
session.follow_address("point", "frontiers.point", numbers, None)
if state.get("frontiers.of") != asked or state.get("frontiers.point") not in numbers:
    first = (seen.best or seen.placed or seen.points)[0]
    state["frontiers.point"] = session.asked_for("point", numbers) or str(first["number"])
    state["frontiers.of"] = asked
picked = state["frontiers.point"]
alt = seen.told["alt"] if w.language == "en" else w("frontiers.alt", title=frontiers.title(seen))
if seen.is_grid:
    measures = ("y", "x")
    state.setdefault("frontiers.colour", measures[0])
    which = st.segmented_control(
        w("frontiers.colour"),
        measures,
        key="frontiers.colour",
        required=True,
        format_func=lambda name: frontiers.label(seen, name),
    )
    chart = frontiers_chart.grid_chart(seen, which, picked)
elif seen.placed:
    with_today = False
    if seen.today is not None:
        key = f"frontiers.today.{asked}"
        state.setdefault(key, frontiers_chart.today_is_near(seen))
        with_today = st.checkbox(w("frontiers.with_today"), key=key)
    chart = frontiers_chart.points_chart(seen, picked, with_today=with_today)
if seen.placed:
    st.subheader(frontiers.title(seen), anchor=False)
    st.altair_chart(
        chart, width="stretch", key=CHART, on_select=picked_by_click, selection_mode="pick", alt=alt
    )
    st.caption(w("frontiers.help_grid" if seen.is_grid else "frontiers.help"))
sentences([frontiers_said.today_sentence(seen)])
sentences([seen.view.travel_line, seen.view.how_sure], kind="note")

# -- one point -----------------------------------------------------------------------------

number = st.selectbox(
    w("frontiers.choose"),
    list(numbers),
    key="frontiers.point",
    format_func=lambda name: frontiers.point_name(seen, numbers[name]),
)
session.put_in_address("point", number)
point, run = numbers[number], shown.runs.get(int(number))
st.header(w("frontiers.point", n=number, values=frontiers.values_text(seen, point)), anchor=False)
if run is None or run.kpis is None:
    sentences(w.in_english([point["message"]]) or [w(f"frontiers.status_{point['status']}")])
else:
    sentences(frontiers_steps.step_sentences(seen, int(number)))
    stored = session.run(run.id)
    own = today.View(w, stored.pack, stored.problem)
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_map(
            "frontiers_map",
            stored.pack,
            w,
            results_map.plan_layers(own, stored.score, stored.baseline),
            travel=stored.problem.travel,
            height=560,
        )
    with right:
        show_cards(results.cards(own, stored.score, stored.baseline))
        sentences([w("frontiers.put_away")] if run.removed is not None else [], kind="warning")
        st.page_link("app_pages/plan.py", label=w("frontiers.open"), query_params={"run": run.id})
        if st.button(w("frontiers.from_here"), key="frontiers-from", width="stretch"):
            session.keep("frontiers.")
            saved.open_run(stored.scenario, run.id)
            st.switch_page("app_pages/plan.py", query_params={"run": run.id})
        others = [
            name
            for name in numbers
            if name != number and int(name) in shown.runs and shown.runs[int(name)].kpis is not None
        ]
        if others:
            beside = st.selectbox(
                w("frontiers.beside"),
                others,
                key=f"frontiers.beside.{number}",
                format_func=lambda name: frontiers.point_name(seen, numbers[name]),
            )
            ids = {"compare": f"{shown.runs[int(beside)].id},{run.id}"}
            st.page_link("app_pages/compare.py", label=w("frontiers.compare"), query_params=ids)
    before = frontiers_steps.neighbour(seen, int(number))
    base = None if before is None else shown.runs.get(before["number"])
    if before is not None and base is not None:
        names = tuple(w("frontiers.short", n=each["number"]) for each in (before, point))
        both = frontiers_kept.pair(w, stored.pack, base.id, run.id, names)
        st.subheader(w("frontiers.moves", n=before["number"]), anchor=False)
        sentences([compare_moves.moves_sentence(both, 1)])
        moves = compare_moves.moves_table(both, 1)
        if not moves.empty:
            table(moves, w("frontiers.moves", n=before["number"]))

# -- everything as a table -----------------------------------------------------------------

if seen.told["steps"]:
    titled_table(
        seen.view.heading(w("frontiers.steps"), is_part=True), frontiers_steps.step_table(seen)
    )
    st.caption(w("frontiers.steps_note"))
titled_table(
    seen.view.heading(w("frontiers.points"), is_part=True), frontiers_steps.point_table(seen)
)
st.caption(w("frontiers.points_note"))
without = frontiers_said.without_plan(seen)
if without:
    st.subheader(w("frontiers.impossible"), anchor=False)
    sentences(w.in_english(without))
st.subheader(w("frontiers.take"), anchor=False)
made = frontiers_kept.files(shown)
for place, (name, content) in zip(st.columns(3), made.items(), strict=False):
    kind = name.rsplit(".", 1)[-1]
    place.download_button(
        w(f"frontiers.get_{kind}"), content, name, TYPES[kind], on_click="ignore", width="stretch"
    )
session.keep("frontiers.")
