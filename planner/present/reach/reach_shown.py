"""The parts of the page of reach: the map to look at and take away, and the same in tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from planner.pack.types import Pack
from planner.present.maps.maps import show_map
from planner.present.reach import reach, reach_map
from planner.present.reach.reach import Reached
from planner.present.results.handing import TYPES
from planner.present.subjects import Subject
from planner.present.view import View
from planner.present.widgets import heading, sentences, table, titled_table
from planner.problem import PlanningProblem

Make = Callable[[Pack, PlanningProblem, Any, str], bytes]


def show_map_of(subject: Subject, view: View, found: Reached, makes: Mapping[str, Make]) -> None:
    """Bands of travel time or service areas, as far as they can be drawn.

    Args:
        subject: The network.
        view: Its pack and problem.
        found: What is in reach.
        makes: What makes the files to take away, of `bands` and of `areas`.
    """
    w, state = view.words, st.session_state
    views = {"bands": found.bands, "areas": found.areas}
    drawn = [name for name, each in views.items() if each is not None]
    if not drawn:
        return
    if state.get("reach.view") not in drawn:
        state["reach.view"] = drawn[0]
    shown = st.segmented_control(
        w("reach.view"),
        drawn,
        key="reach.view",
        required=True,
        format_func=lambda name: w(f"reach.view_{name}"),
    )
    of_bands = shown == "bands"
    show_map(
        "reach_map",
        view.pack,
        w,
        [
            reach_map.band_layer(found) if of_bands else reach_map.catchment_layer(found),
            reach_map.area_layer(view, found, of_bands=of_bands),
            reach_map.branch_layer(view, found, of_bands=of_bands),
            reach_map.legend(view, found, of_bands=of_bands),
        ],
        travel=subject.problem.travel,
        height=660,
        answers=False,
    )
    st.caption(w("reach.help_bands" if of_bands else "reach.help_areas"))
    if of_bands and found.bands:
        sentences([reach.bands_note(view, found.bands)], kind="note")
    _to_take_away(subject, view, found, makes)


def _to_take_away(subject: Subject, view: View, found: Reached, makes: Mapping[str, Make]) -> None:
    """Both layers as GeoJSON."""
    w, what, pack = view.words, subject.scenario.name, view.pack
    buttons = st.columns(2)
    if found.bands:
        buttons[0].download_button(
            w("reach.get_bands"),
            makes["bands"](pack, subject.problem, found.bands, what),
            "isochrones.geojson",
            TYPES["geojson"],
            on_click="ignore",
            width="stretch",
        )
    if found.areas:
        buttons[1].download_button(
            w("reach.get_areas"),
            makes["areas"](pack, subject.problem, found.areas, what),
            "catchments.geojson",
            TYPES["geojson"],
            on_click="ignore",
            width="stretch",
        )


def show_tables(view: View, found: Reached) -> None:
    """Shares within the times: in all, by area, by group of people, and with a second branch."""
    w, state = view.words, st.session_state
    titled_table(view.heading(w("reach.whole"), is_part=True), reach.whole_table(view, found))
    heading(view.heading(w("reach.by_area"), is_part=True))
    orders = reach.orders(view, found)
    if state.get("reach.order") not in orders:
        state["reach.order"] = "far"
    order = st.selectbox(
        w("reach.order"), list(orders), key="reach.order", format_func=orders.__getitem__
    )
    table(reach.area_table(view, found, order), w("reach.by_area"))

    if found.reach.by_group:
        title = view.heading(w("reach.by_group"), is_part=True)
        titled_table(title, reach.group_table(view, found), rows_in_view=None)
        sentences([w("reach.group_note"), reach.not_apart(view, found)], kind="note")
    else:
        st.subheader(w("reach.by_group"), anchor=False)
        st.info(w("reach.no_groups"))
    if found.reach.by_band:
        title = view.heading(w("reach.by_band"), is_part=True)
        titled_table(title, reach.band_table(view, found), rows_in_view=None)

    st.header(w("reach.backup"), anchor=False)
    st.caption(w("reach.backup_words"))
    title = view.heading(w("reach.backup_areas"), is_part=True)
    titled_table(title, reach.backup_table(view, found))
