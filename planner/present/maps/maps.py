"""Puts layers on the offline base map and tells what was clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

from planner.pack.types import Pack
from planner.present import served
from planner.present.escape import html_text
from planner.present.geometry import extent
from planner.present.maps.elements import Element
from planner.present.maps.ground import DrawnLayer, Ground
from planner.present.travel import source_line
from planner.present.widgets import sentences
from planner.present.words import Words
from planner.travel import TravelTold

Layer = DrawnLayer
_CLICKS = ("last_active_drawing", "last_object_clicked_count")


def base_map(
    pack: Pack,
    words: Words,
    *,
    takes_points: bool = False,
    answers: bool = True,
    chooses: bool = False,
    around: Sequence[tuple[float, float]] = (),
) -> folium.Map:
    """The ground without tiles: nothing is loaded from outside."""
    west, south, east, north = extent(pack)
    ground = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=6,
        tiles=None,
        keyboard=False,
        attribution_control=False,  # stands in the legend
        zoom_snap=0.25,
        zoom_delta=0.5,
        min_zoom=4,
        max_zoom=12,
    )
    ground.default_js = served.scripts(pack)
    ground.default_css = served.styles()
    prepared = Ground(
        " · ".join(pack.attribution[:3]),
        words("map.legend"),
        two_fingers=words("maps.two_fingers"),
        takes_points=takes_points,
        answers=answers,
        chooses=chooses,
        around=around,
    )
    Element(prepared).add_to(ground)
    return ground


def show_map(
    key: str,
    pack: Pack,
    words: Words,
    layers: Sequence[Layer],
    *,
    travel: TravelTold | None,
    height: int = 600,
    takes_points: bool = False,
    answers: bool = True,
    area: str | None = None,
    around: Sequence[tuple[float, float]] = (),
    on_click: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any] | None:
    """Draw a map; zoom and place stay while only layers change.

    Under it stands how the travel behind it is measured, from which sources, and how far off.

    Args:
        key: Names the map on its page.
        pack: Whose outlines are the ground.
        words: Of the page.
        layers: What is drawn, the lowest first.
        travel: What the figures shown rest on.
        height: In pixels, with the legend.
        takes_points: A click beside the symbols tells its place too.
        answers: The page does something with a click; else the map alone marks what was clicked,
            and nothing is drawn anew.
        area: Where the page lets choose an area: the code of the one chosen, '' for none. It is
            marked in the map and in tables, at a click at once, without the map being sent again.
        around: Places, each latitude and longitude, that are in view at first; all where empty.
            Others draw the map anew.
        on_click: Called with what was clicked before the page is made anew.

    Returns:
        What was clicked since the last time, else None: the `code` of an area or the `site` of a
        symbol; with `takes_points` also `lat` and `lon` in degrees, and no `code` outside areas.
        None too where `on_click` was told.
    """
    if area is not None:
        st.html(f'<span class="ug-chosen-area" data-code="{html_text(area)}" hidden></span>')
    group = folium.FeatureGroup(name="planner")
    for layer in layers:
        Element(layer).add_to(group)
    wanted = (*_CLICKS, "last_clicked") if takes_points else _CLICKS
    said = st_folium(
        base_map(
            pack,
            words,
            takes_points=takes_points,
            answers=answers,
            chooses=area is not None,
            around=around,
        ),
        key=key,
        height=height,
        use_container_width=True,
        feature_group_to_add=[group],
        returned_objects=list(wanted) if answers else [],
        on_change=None if on_click is None else partial(_tell, key, on_click),
    )
    sentences([source_line(words, travel, pack)], kind="note")
    found = _new_click(key, said or {})
    return found if on_click is None else None


def _tell(key: str, on_click: Callable[[dict[str, Any]], None]) -> None:
    found = _new_click(key, st.session_state.get(key) or {})
    if found:
        on_click(found)


def _new_click(key: str, said: dict[str, Any]) -> dict[str, Any] | None:
    drawing, at = said.get("last_active_drawing"), said.get("last_clicked")
    count = said.get("last_object_clicked_count") or 0
    now = (count if drawing else 0, (at["lat"], at["lng"]) if at else None)
    before = st.session_state.get(f"{key}.clicks", (0, None))
    st.session_state[f"{key}.clicks"] = now  # a map that was just put up counts from nothing
    found: dict[str, Any] = {}
    if drawing and now[0] != before[0]:
        found |= drawing.get("properties") or {}
    if at and now[1] != before[1]:
        found |= {"lat": at["lat"], "lon": at["lng"]}
    return found or None
