"""Journeys: what a customer goes through, what could be spared, and whether doors are right."""

import streamlit as st

from planner.demand.channels import channel_matrix
from planner.demand.journeys import asked_often, count_journey
from planner.evaluate import finder
from planner.present import channels, doors, doors_map, journeys, session, subjects, today
from planner.present import finder as leaflet
from planner.present.maps import show_map
from planner.present.widgets import lead, sentences, show_cards, table, titled_table

w = session.speak()
case = session.case()
state = st.session_state

alone = bool(state.get("journeys.alone")) and state.get("journeys.area") is not None
with st.container(key="no_print_title" if alone else None):
    st.title(w("journeys.title"))
known = {each.id: each for each in case.pack.journeys}
if not known:
    st.info(w("journeys.empty"))
    st.stop()

finished = subjects.finished_plans()
first = next(iter(known))
session.follow_address("journey", "journeys.pick", known, first)
session.restore(
    "journeys.",
    pick=session.asked_for("journey", known),
    network=session.asked_for("run", finished),
    area=session.asked_for("area", frozenset(each.code for each in case.pack.areas)),
    point=session.asked_for("point", frozenset(each.id for each in case.pack.demand_points)),
)
if state.get("journeys.pick") not in known:
    state["journeys.pick"] = first
with st.container(key="no_print_pick"):
    picked = st.selectbox(
        w("journeys.pick"), list(known), key="journeys.pick", format_func=lambda i: w.name(known[i])
    )
session.put_in_address("journey", picked, default=first)
count = count_journey(known[picked], case.pack.customers.alternatives)
matrix = channel_matrix(case.pack)


def tell_journey() -> None:
    """What the customer does, what could be spared, and how each part can be done."""
    lead(journeys.summary(w, count))
    sentences(channels.trips(w, known[picked], case.pack), "note")
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
    if channels.says_kinds(matrix):
        titled_table(w("journeys.channels"), channels.channel_table(w, matrix))
        sentences([w("journeys.channels_note"), *channels.lacking(w, matrix)], "note")


if not alone:
    tell_journey()

choices = [*case.networks, *finished]
if not choices:
    session.keep("journeys.")
    st.stop()
if not alone:
    st.header(w("journeys.doors"), anchor=False)
    st.caption(w("journeys.doors_note"))
if state.get("journeys.network") not in choices:
    state["journeys.network"] = subjects.first_of(finished, choices[0])
with st.container(key="no_print_network"):
    left, right = st.columns(2, gap="medium")
chosen = left.selectbox(
    w("journeys.network"),
    choices,
    key="journeys.network",
    format_func=lambda name: subjects.called(w, case, finished, name),
)
view = today.View(w, case.pack, case.problem)
if chosen in finished:
    run = session.run(chosen)
    plan = run.report.plan
    view = today.View(w, run.pack, run.problem)
else:
    plan = case.networks[chosen].plan
if plan is None:
    st.info(w("journeys.no_plan"))
    st.stop()


def tell_doors() -> None:
    """Whether doors are right, and what a case takes, on the chosen network."""
    both = doors.beside(view, plan, is_today=chosen == "today")
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
    sentences([*doors.queues(view, both, picked), view.how_sure], "note")
    if both.shown.case(picked) is None:
        st.text(w("journeys.not_here"))
    wide, narrow = st.columns([3, 2], gap="medium")
    with narrow:
        show_cards(doors.cards(view, both, picked))
    with wide:
        show_map(
            "journeys_map",
            view.pack,
            w,
            doors_map.map_layers(view, both, indicator, picked),
            travel=view.problem.travel,
        )
    titled_table(view.heading(w("journeys.all"), is_part=True), doors.journey_table(view, both))
    titled_table(w("journeys.stops"), doors.stop_table(view, both))
    title = view.heading(w("journeys.areas"), is_part=True)
    with st.expander(title):
        table(doors.area_table(view, both, picked), title, rows_in_view=None)


def tell_leaflet() -> None:
    """Where the customers of one place go, with what, when."""
    with st.container(key="no_print_leaflet" if alone else None):
        st.header(w("journeys.leaflet"), anchor=False)
    pack = view.pack
    journey = next((each for each in pack.journeys if each.id == picked), None)
    if journey is None:
        st.text(w("journeys.leaflet_missing"))
        return
    codes = [each.code for each in pack.areas]
    session.follow_address("area", "journeys.area", codes, None)
    if state.get("journeys.area") not in codes:
        state["journeys.area"] = None
    with st.container(key="no_print_place"):
        first_half, second_half = st.columns(2, gap="medium")
        area = first_half.selectbox(
            w("journeys.leaflet_area"),
            codes,
            key="journeys.area",
            index=None,
            placeholder=w("journeys.leaflet_choose"),
            format_func=lambda code: pack.areas[codes.index(code)].name,
        )
        session.put_in_address("area", area)
        if area is None:
            st.text(w("journeys.leaflet_none"))
            return
        points = {each.id: i for i, each in enumerate(pack.demand_points) if each.area == area}
        session.follow_address("point", "journeys.point", points, None)
        if state.get("journeys.point") not in points:
            state["journeys.point"] = None
        point = second_half.selectbox(
            w("journeys.leaflet_point"),
            list(points),
            key="journeys.point",
            index=None,
            placeholder=w("journeys.leaflet_all"),
            format_func=lambda name: pack.demand_points[points[name]].name,
        )
        session.put_in_address("point", point)
        st.toggle(w("journeys.leaflet_alone"), key="journeys.alone")
    at = None if point is None else points[point]
    found = finder.finder(view.problem, plan, pack, journey, codes.index(area), at)
    st.subheader(leaflet.title(view, found), anchor=False)
    lead(leaflet.summary(view, found, subjects.called(w, case, finished, chosen)))
    places = leaflet.place_table(view, found)
    if not places.empty:
        title = view.heading(w("journeys.leaflet_places"), is_part=True)
        titled_table(title, places, rows_in_view=None)
    titled_table(w("journeys.leaflet_steps"), leaflet.step_table(view, found), rows_in_view=None)
    sentences([*leaflet.remarks(view, found), view.travel_line], "note")


if not alone:
    tell_doors()
tell_leaflet()
session.keep("journeys.")
