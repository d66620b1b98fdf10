"""The leaflet of one place on its page: where its customers go, with what, and when."""

from __future__ import annotations

import streamlit as st

from planner.evaluate import finder as found_by
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present import session
from planner.present.journeys import finder
from planner.present.view import View
from planner.present.widgets import heading, lead, sentences, titled_table


def is_alone() -> bool:
    """Whether only the leaflet is wanted, to print."""
    state = st.session_state
    return bool(state.get("journeys.alone")) and state.get("journeys.area") is not None


def tell_leaflet(view: View, plan: Plan, picked: str, called: str) -> None:
    """Choose a place, and show where its customers go, with what, when.

    Args:
        view: The network's pack and problem.
        plan: The network.
        picked: The journey's id.
        called: What the network is called.
    """
    w, pack = view.words, view.pack
    with st.container(key="no_print_leaflet" if is_alone() else None):
        st.header(w("journeys.leaflet"), anchor=False)
    journey = next((each for each in pack.journeys if each.id == picked), None)
    if journey is None:
        st.text(w("journeys.leaflet_missing"))
        return
    with st.container(key="no_print_place"):
        area, at = _place(view, pack)
    if area is None:
        return
    found = found_by.finder(view.problem, plan, pack, journey, area, at)
    heading(finder.title(view, found))
    lead(finder.summary(view, found, called))
    places = finder.place_table(view, found)
    if not places.empty:
        title = view.heading(w("journeys.leaflet_places"), is_part=True)
        titled_table(title, places, rows_in_view=None)
    titled_table(w("journeys.leaflet_steps"), finder.step_table(view, found), rows_in_view=None)
    sentences([*finder.remarks(view, found), view.travel_line], "note")


def _place(view: View, pack: Pack) -> tuple[int | None, int | None]:
    """The area that is chosen, and the point in it, by their positions; None for none."""
    w, state = view.words, st.session_state
    codes = [each.code for each in pack.areas]
    session.follow_address("area", "journeys.area", codes, None)
    if state.get("journeys.area") not in codes:
        state["journeys.area"] = None
    left, right = st.columns(2, gap="medium")
    area = left.selectbox(
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
        return None, None
    points = {each.id: i for i, each in enumerate(pack.demand_points) if each.area == area}
    session.follow_address("point", "journeys.point", points, None)
    if state.get("journeys.point") not in points:
        state["journeys.point"] = None
    point = right.selectbox(
        w("journeys.leaflet_point"),
        list(points),
        key="journeys.point",
        index=None,
        placeholder=w("journeys.leaflet_all"),
        format_func=lambda name: pack.demand_points[points[name]].name,
    )
    session.put_in_address("point", point)
    st.toggle(w("journeys.leaflet_alone"), key="journeys.alone")
    return codes.index(area), None if point is None else points[point]
