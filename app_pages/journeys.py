"""Journeys: what a customer goes through, what could be spared, and whether doors are right."""

import streamlit as st

from planner.demand.journeys import asked_often, count_journey
from planner.present import doors, doors_map, journeys, session, today
from planner.present.maps import show_map
from planner.present.widgets import lead, show_cards, table, titled_table
from planner.runs import jobs

w = session.speak()
case = session.case()
state = st.session_state

st.title(w("journeys.title"))
known = {each.id: each for each in case.pack.journeys}
if not known:
    st.info(w("journeys.empty"))
    st.stop()

finished = {job.id: job for job in jobs.recent() if job.status == "done"}
first = next(iter(known))
session.follow_address("journey", "journeys.pick", known, first)
session.restore(
    "journeys.",
    pick=session.asked_for("journey", known),
    network=session.asked_for("job", finished),
)
if state.get("journeys.pick") not in known:
    state["journeys.pick"] = first
picked = st.selectbox(
    w("journeys.pick"), list(known), key="journeys.pick", format_func=lambda i: w.name(known[i])
)
session.put_in_address("journey", picked, default=first)
count = count_journey(known[picked], case.pack.customers.alternatives)

lead(journeys.summary(w, count))
show_cards(journeys.cards(w, count))
st.subheader(w("journeys.lanes"), anchor=False)
st.altair_chart(journeys.lanes(w, count), width="stretch")
table(journeys.step_table(w, count), w("journeys.lanes"), rows_in_view=None)
with st.expander(w("journeys.sources")):
    table(journeys.source_table(w, count), w("journeys.sources"), rows_in_view=None)

needless = journeys.needless_table(w, count)
if needless.empty:
    st.subheader(w("journeys.needless"), anchor=False)
    st.text(w("journeys.needless_none"))
else:
    titled_table(w("journeys.needless"), needless)
if count.brought:
    titled_table(w("journeys.brought"), journeys.brought_table(w, count))
often = asked_often(case.pack.journeys)
if often:
    with st.expander(w("journeys.often")):
        st.caption(w("journeys.often_note"))
        table(journeys.often_table(w, often), w("journeys.often"))

choices = [*case.networks, *finished]
if not choices:
    session.keep("journeys.")
    st.stop()
st.header(w("journeys.doors"), anchor=False)
st.caption(w("journeys.doors_note"))
if state.get("journeys.network") not in choices:
    made = state.get("plan.job")
    state["journeys.network"] = made if made in finished else choices[0]
left, right = st.columns(2, gap="medium")
chosen = left.selectbox(
    w("journeys.network"),
    choices,
    key="journeys.network",
    format_func=lambda name: (
        f"{finished[name].name} · {name[:6]}"
        if name in finished
        else w(f"network.{name}", n=case.networks[name].score.kpis.branches)
    ),
)
view, model = today.View(w, case.pack, case.problem), None
if chosen in finished:
    run = session.run(finished[chosen].run)
    plan, model = run.report.plan, run.scenario.travel.model
    view = today.View(w, run.pack, run.problem)
else:
    plan = case.networks[chosen].plan
if plan is None:
    st.info(w("journeys.no_plan"))
    st.stop()
both = doors.beside(view, plan, model, is_today=chosen == "today")
shown = doors_map.indicators(both, picked)
if state.get("journeys.indicator") not in shown:
    state["journeys.indicator"] = shown[0]
indicator = right.selectbox(
    w("journeys.indicator"),
    shown,
    key="journeys.indicator",
    format_func=lambda name: w(f"journeys.{name}"),
)

lead(doors.summary(view, both))
if both.shown.case(picked) is None:
    st.text(w("journeys.not_here"))
wide, narrow = st.columns([3, 2], gap="medium")
with narrow:
    show_cards(doors.cards(view, both, picked))
with wide:
    show_map("journeys_map", view.pack, w, doors_map.map_layers(view, both, indicator, picked))
titled_table(w("journeys.all"), doors.journey_table(view, both))
titled_table(w("journeys.stops"), doors.stop_table(view, both))
with st.expander(w("journeys.areas")):
    table(doors.area_table(view, both, picked), w("journeys.areas"), rows_in_view=None)
session.keep("journeys.")
