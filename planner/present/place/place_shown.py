"""The parts of the page of one area: the choice, networks side by side, links, the leaflet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from planner.present import failure, session
from planner.present.compare_keys import TODAY
from planner.present.escape import markdown_text
from planner.present.place import place, place_spots
from planner.present.place.place_facts import Side, neighbours, points_of
from planner.present.place.place_leaflet import file_name, leaflet_html, leaflets_html
from planner.present.place.place_legend import legend_html
from planner.present.place.place_map import Drawn, area_map, description, outside
from planner.present.place.place_said import change_sentences, figures
from planner.present.plans.plans_cards import figures_html
from planner.present.plans.plans_ground import picture_html
from planner.present.served import page_script
from planner.present.session import Case
from planner.present.view import View
from planner.present.widgets import heading, sentences
from planner.present.words import LANGUAGES, Language, Words

_MOST_LINKS = 6


def choose(w: Words, case: Case, named: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The area and the networks that are chosen."""
    areas = {area.code: area.name for area in case.pack.areas}
    left, right = st.columns([1, 2], gap="medium")
    code = left.selectbox(
        w("place.area"),
        sorted(areas, key=areas.__getitem__),
        key=place.AREA,
        index=None,
        placeholder=w("place.choose"),
        format_func=lambda each: areas[each],
    )
    chosen = right.multiselect(
        w("place.plans"),
        list(named),
        key=place.PLANS,
        max_selections=place.MOST,
        format_func=lambda each: named[each],
        placeholder=w("place.choose_plan"),
    )
    return code, chosen


def where_to_begin(view: View, case: Case) -> None:
    """Links to the areas whose people travel longest today."""
    w = view.words
    st.info(w("place.choose_area"))
    network = case.networks.get(TODAY) or next(iter(case.networks.values()), None)
    if network is None:
        return
    far = sorted(
        (each for each in network.score.areas if each.mean_min is not None),
        key=lambda each: -(each.mean_min or 0.0),
    )
    st.text(w("place.begin_far"))
    with st.container(horizontal=True, gap="small"):
        for each in far[:_MOST_LINKS]:
            label = w("place.begin_one", area=view.area_name(each.area), v=w.minutes(each.mean_min))
            asked = {"area": case.pack.areas[each.area].code}
            st.page_link("app_pages/place.py", label=markdown_text(label), query_params=asked)


def side_by_side(sides: Sequence[Side], code: str, shared: Drawn | None) -> None:
    """Each network in a column: map, what opens or closes, and figures."""
    w = sides[0].view.words
    if shared is not None:
        st.html(legend_html(sides[0].view, sides, shared))
    columns = st.columns([3, 2] if len(sides) == 1 else len(sides), gap="medium")
    for column, side in zip(columns, sides, strict=False):
        with column:
            heading(side.name)
            if shared is not None:
                picture = picture_html(area_map(side, shared), description(side, code))
                spots = place_spots.spots_html(side, shared)
                st.html(f'<div class="ug-place-map">{picture}{spots}</div>')
                sentences([outside(side, shared)], kind="note")
        with columns[-1] if len(sides) == 1 else column:  # one network: its figures beside its map
            if side.id != TODAY:
                sentences(change_sentences(side, code))
            rows = figures_html(figures(side, code))
            st.html(f'<section class="ug-plan">{rows}</section>')
            if side.is_run:
                asked = {"run": side.id}
                st.page_link("app_pages/plan.py", label=w("place.open"), query_params=asked)
    if shared is None:
        st.text(w("place.no_map"))
    else:
        script = f'<script src="{page_script("spots.js")}"></script>'
        st.html(script, unsafe_allow_javascript=True)


def neighbour_links(side: Side, code: str, chosen: Sequence[str]) -> None:
    """Links to the areas round it, under the same networks."""
    view = side.view
    around = neighbours(view.pack, code)
    with st.container(horizontal=True, gap="small"):
        for other in around:
            st.page_link(
                "app_pages/place.py",
                label=markdown_text(view.area_name(view.problem.area_codes.index(other))),
                query_params={"area": other, "plans": ",".join(chosen)},
            )


def _netted(sides: Sequence[Side], code: str) -> None:
    with failure.net(sides[0].view.words):
        _leaflet(sides, code)
        session.keep("place.")


def _leaflet(sides: Sequence[Side], code: str) -> None:
    """The leaflet of a network, to see, to print, and as a file in each language."""
    w, state = sides[0].view.words, st.session_state
    st.text(w("place.leaflet_about"))
    by_id = {side.id: side for side in sides}
    key, point_key = "place.leaflet_of", "place.point"
    if state.get(key) not in by_id:
        state[key] = next(iter(by_id))
    left, middle, right = st.columns(3, gap="medium")
    name = left.selectbox(
        w("place.leaflet_of"), list(by_id), key=key, format_func=lambda each: by_id[each].name
    )
    side = by_id[name]
    pack = side.view.pack
    services = {each.id: s for s, each in enumerate(pack.services)}
    if state.get("place.leaflet_service") not in services:
        state["place.leaflet_service"] = None
    service_id = middle.selectbox(
        w("place.leaflet_service"),
        list(services),
        key="place.leaflet_service",
        index=None,
        placeholder=w("place.leaflet_services"),
        format_func=lambda each: side.view.service_name(services[each]),
    )
    service = None if service_id is None else services[service_id]
    points = {pack.demand_points[i].id: i for i in points_of(side, code).tolist()}
    session.follow_address("point", point_key, points, None)
    if state.get(point_key) not in points:
        state[point_key] = None
    point = right.selectbox(
        w("journeys.leaflet_point"),
        sorted(points, key=lambda each: pack.demand_points[points[each]].name),
        key=point_key,
        index=None,
        placeholder=w("journeys.leaflet_all"),
        format_func=lambda each: pack.demand_points[points[each]].name,
    )
    session.put_in_address("point", point)
    at = None if point is None else points[point]
    with st.container(horizontal=True, gap="small"):
        for language, called in LANGUAGES.items():
            st.download_button(
                w("place.leaflet_get", language=called),
                partial(_file, side, code, language, at, service),
                file_name(code, language, service_id or ""),
                "text/html",
                on_click="ignore",
            )
        st.download_button(
            w("place.leaflet_get_all"),
            partial(_all_files, side, w.language, service),
            file_name("all", w.language, service_id or ""),
            "text/html",
            on_click="ignore",
        )
    if st.toggle(w("place.leaflet_see"), key="place.leaflet_seen"):
        shown = leaflet_html(side, code, w.language, at, service)
        st.iframe(shown, height="content", alt=w("place.leaflet"))


leaflet = st.fragment(_netted)  # its own choices do not draw the rest of the page again


def _file(
    side: Side, code: str, language: Language, point: int | None, service: int | None
) -> bytes:
    return leaflet_html(side, code, language, point, service).encode()


def _all_files(side: Side, language: Language, service: int | None) -> bytes:
    return leaflets_html(side, language, service).encode()
