"""Puts layers on the offline base map and tells what was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

from planner.pack.types import Pack
from planner.present import served
from planner.present.layers import (
    Areas,
    Beside,
    Ground,
    Legend,
    Lines,
    Links,
    Shapes,
    Sites,
    Swipe,
)
from planner.present.travel import source_line
from planner.present.widgets import sentences
from planner.present.words import Words
from planner.travel import TravelTold

Layer = Areas | Shapes | Sites | Links | Lines | Legend | Beside | Swipe
CENTRE = (0.4, 37.9)


def base_map(pack: Pack, words: Words) -> folium.Map:
    """The ground without tiles: nothing is loaded from outside."""
    ground = folium.Map(
        location=CENTRE,
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
    Ground(" · ".join(pack.attribution[:3]), words("map.legend")).add_to(ground)
    return ground


def show_map(
    key: str,
    pack: Pack,
    words: Words,
    layers: Sequence[Layer],
    *,
    travel: TravelTold | None,
    height: int = 600,
) -> dict[str, Any] | None:
    """Draw a map; zoom and place stay while only layers change.

    Under it stands how the travel behind it is measured, from which sources, and how far off.

    Returns:
        The properties of what was clicked since the last time (`code` or `site`), else None.
    """
    group = folium.FeatureGroup(name="planner")
    for layer in layers:
        layer.add_to(group)
    said = st_folium(
        base_map(pack, words),
        key=key,
        height=height,
        use_container_width=True,
        feature_group_to_add=[group],
        returned_objects=["last_active_drawing", "last_object_clicked_count"],
    )
    sentences([source_line(words, travel, pack)], kind="note")
    return _new_click(key, said or {})


def _new_click(key: str, said: dict[str, Any]) -> dict[str, Any] | None:
    count = said.get("last_object_clicked_count") or 0
    drawing = said.get("last_active_drawing")
    seen = f"{key}.clicks"
    if not drawing:
        st.session_state[seen] = 0  # a map that was just put up counts from nothing
        return None
    if count == st.session_state.get(seen, 0):
        return None
    st.session_state[seen] = count
    return dict(drawing.get("properties") or {})
