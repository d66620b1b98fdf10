"""The controls above and below a map that choose what it shows, and the map of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.plan import Plan
from planner.present.maps import wards
from planner.present.maps.area_layers import INDICATORS
from planner.present.maps.maps import show_map
from planner.present.network_map import map_views
from planner.present.network_map.map_views import Asked, Symbols
from planner.present.view import View
from planner.present.widgets import titled_table
from planner.runs.reading import StoredRun

HEIGHT = 640


def view_control(view: View, place: DeltaGenerator, key: str, names: Sequence[str]) -> str:
    """The control "Show on the map"."""
    w = view.words
    if st.session_state.get(key) not in names:
        st.session_state[key] = names[0]
    chosen: str = place.selectbox(
        w("maps.show"), names, key=key, format_func=lambda name: w(f"maps.view_{name}")
    )
    return chosen


def figure_control(
    view: View, place: DeltaGenerator, prefix: str, name: str
) -> tuple[str, int | None]:
    """By what a view is coloured, or of which service it tells: an indicator and a service.

    Args:
        view: The words and the pack.
        place: Where the control stands; it stays empty where the view asks nothing.
        prefix: Of the names of the page's widgets.
        name: The view.
    """
    w, state = view.words, st.session_state
    indicator_key, service_key = f"{prefix}indicator", f"{prefix}service"
    if name in map_views.OF_INDICATOR:
        place.selectbox(
            w("today.indicator"),
            INDICATORS,
            key=indicator_key,
            format_func=lambda each: w(f"indicator.{each}"),
        )
    elif name in map_views.OF_SERVICE:
        services = {each.id: k for k, each in enumerate(view.pack.services)}
        if state.get(service_key) not in services:
            state[service_key] = ""
        chosen = place.selectbox(
            w("maps.service"),
            ["", *services],
            key=service_key,
            format_func=lambda each: (
                view.service_name(services[each]) if each else w("maps.all_services")
            ),
        )
        return state.get(indicator_key) or INDICATORS[0], services.get(chosen)
    return state.get(indicator_key) or INDICATORS[0], None


def chooses_area(key: str) -> Callable[[Mapping[str, object]], None]:
    """What a click on an area does: it becomes the choice of the list under a name."""

    def choose(clicked: Mapping[str, object]) -> None:
        if clicked.get("code"):
            st.session_state[key] = clicked["code"]

    return choose


def symbols_asked(view: View, key: str) -> Symbols:
    """By what the branches are told apart, as `symbols_control` under the map chose it."""
    chosen = st.session_state.get(key)
    return next((each for each in map_views.symbols_for(view) if each == chosen), "status")


def symbols_control(view: View, key: str) -> None:
    """Chooses by what the branches are told apart."""
    w = view.words
    choices = map_views.symbols_for(view)
    if st.session_state.get(key) not in choices:
        st.session_state[key] = choices[0]
    st.segmented_control(
        w("maps.symbols"),
        choices,
        key=key,
        required=True,
        format_func=lambda each: w(f"maps.symbols_{each}"),
    )


def places_table(view: View, plan: Plan, asked: Asked, area: str = "") -> None:
    """The places behind a map that rests on them: of the area that is chosen, or the farthest.

    Nothing where the map rests on areas alone.
    """
    if asked.name not in map_views.NEEDS_LAND:
        return
    w, names = view.words, {each.code: each.name for each in view.pack.areas}
    told = map_views.told_of(view, plan, map_views.service_of(asked))
    title = w("maps.places_of", area=names[area]) if area else w("maps.places_far")
    found = wards.table(view, told.figures, area or None)
    titled_table(view.heading(title, is_part=True), found)


def _plan_map(view: View, run: StoredRun) -> None:
    """The map of a finished plan beside today, with what it shows to choose."""
    w, plan, score = view.words, run.report.plan, run.score
    if plan is None or score is None:
        return
    left, right = st.columns(2, gap="medium")
    names = map_views.can_show(view, map_views.FOUND, run.baseline)
    name = view_control(view, left, "plan.map_view", names)
    indicator, service = figure_control(view, right, "plan.map_", name)
    asked = Asked(name, indicator, service, symbols_asked(view, "plan.map_symbols"))
    show_map(
        "plan.result",
        run.pack,
        w,
        map_views.of_plan(view, plan, score, run.baseline, asked),
        travel=run.problem.travel,
        height=HEIGHT,
        answers=False,
    )
    if name not in ("swipe", "beside"):
        symbols_control(view, "plan.map_symbols")
    st.caption(w("maps.help"))
    places_table(view, plan, asked)


plan_map = st.fragment(_plan_map)
"""The map of a finished plan; what it shows changes without the rest of the page."""
