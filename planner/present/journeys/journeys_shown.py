"""The parts of the page of journeys: the journey itself, and whether doors are right."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.demand.channels import channel_matrix
from planner.demand.journeys import asked_often, count_journey
from planner.pack.journey_types import Journey
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present.journeys import channels, doors, doors_map, journeys
from planner.present.maps.maps import show_map
from planner.present.view import View
from planner.present.widgets import lead, sentences, show_cards, table, titled_table
from planner.present.words import Words


def tell_journey(w: Words, pack: Pack, journey: Journey) -> None:
    """What the customer does, what could be spared, and how each part can be done."""
    count = count_journey(journey, pack.customers.alternatives)
    matrix = channel_matrix(pack)
    lead(journeys.summary(w, count))
    sentences(channels.trips(w, journey, pack), "note")
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
    often = asked_often(pack.journeys)
    if often:
        with st.expander(w("journeys.often")):
            st.caption(w("journeys.often_note"))
            table(journeys.often_table(w, often), w("journeys.often"))
    if channels.says_kinds(matrix):
        titled_table(w("journeys.channels"), channels.channel_table(w, matrix))
        sentences([w("journeys.channels_note"), *channels.lacking(w, matrix)], "note")


def tell_doors(
    view: View, plan: Plan, picked: str, *, is_today: bool, right: DeltaGenerator
) -> None:
    """Whether doors are right, and what a case takes, on a network.

    Args:
        view: The network's pack and problem.
        plan: The network.
        picked: The journey's id.
        is_today: Whether it is today's network: nothing stands beside it then.
        right: The column for the choice of the indicator.
    """
    w, state = view.words, st.session_state
    both = doors.beside(view, plan, is_today=is_today)
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
    sentences([*doors.queues(view, both, picked), view.how_sure], "note")
