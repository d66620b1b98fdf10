"""The forms beside the map: a new site, and the site that was chosen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from planner.pack.edits import SetCells, marked_new
from planner.pack.figures import MARKS
from planner.pack.new_site import number_of
from planner.pack.types import STATUSES
from planner.present import session
from planner.present.escape import markdown_text
from planner.present.sites import sites_new, sites_state
from planner.present.sites.sites import Desk, matrix_words, takes_sites
from planner.present.sites.sites_grids import cell_typed
from planner.present.sites.sites_said import column_words
from planner.present.sites.sites_state import ADD, CHANGE, EXACT, MODE, MOVES, PLACE, SITE
from planner.present.widgets import sentences
from planner.present.words import Words

_COSTS = ("annual_cost_kes", "capital_kes", "capacity_visits_per_year")
_MOST = 10**15


def show(desk: Desk) -> None:
    """What to do, and its form."""
    w = desk.words
    st.segmented_control(
        w("sites.mode"),
        [CHANGE, ADD],
        key=MODE,
        required=True,
        format_func=lambda name: w(f"sites.mode_{name}"),
        label_visibility="collapsed",
    )
    if st.session_state[MODE] == ADD:
        _add(desk)
    else:
        _change(desk)


# -- a new site --------------------------------------------------------------------------------


def _add(desk: Desk) -> None:
    w, state = desk.words, st.session_state
    sentences([matrix_words(desk)], kind="plain" if takes_sites(desk) else "warning")
    if not takes_sites(desk):
        return
    cells: dict[str, str] | None = None
    if desk.has_degrees:
        cells = _place(desk)
    else:
        left, right = st.columns(2)
        x = left.number_input(_label(w, "x"), value=None, key="sites_new.x")
        y = right.number_input(_label(w, "y"), value=None, key="sites_new.y")
        if x is not None and y is not None:
            cells = {"x": cell_typed(x), "y": cell_typed(y)}
    if cells is None:
        st.caption(w("sites.add_help" if desk.has_degrees else "sites.add_metres"))
        return
    name = cells.pop("name", "")
    number = f"{state.get(PLACE)}.{sites_state.turn()}"  # another place, another form
    cells["name"] = st.text_input(
        _label(w, "name"), name, key=f"sites_new.name.{number}", max_chars=120
    )
    if "area" not in cells:
        cells["area"] = st.selectbox(
            _label(w, "area"),
            list(desk.area_names),
            format_func=desk.area_names.__getitem__,
            key=f"sites_new.area.{number}",
        )
    usual, told = sites_new.usual(desk, cells["area"])
    cells |= _offer(desk, {"status": "candidate", **usual}, f"sites_new.{number}", told)
    cells["source"] = st.text_input(
        w("sites.source_of"), key=f"sites_new.source.{number}", max_chars=300
    )
    if not cells["name"].strip():
        st.caption(w("sites.needs_name"))
    elif st.button(w("sites.add"), key="sites-add", width="stretch"):
        edit = sites_new.new_site(desk, cells)
        sites_state.do(edit)
        sites_state.then(site=edit.id, mode=CHANGE, place=None)
        st.rerun()


def _place(desk: Desk) -> dict[str, str] | None:
    """Where it stands: by a click on the map, or typed; None until that is known and allowed."""
    w, state = desk.words, st.session_state
    place = state.get(PLACE)
    lat, lon = _coordinates(desk, place or (None, None), f"sites_new.{place}")
    if lat is None or lon is None:
        return None
    if place is None or (lat, lon) != tuple(place):
        state[PLACE] = (lat, lon)
        sites_state.draw_again()
    is_exact = st.toggle(w("sites.exact"), key=EXACT, help=w("sites.exact_help"))
    there = sites_new.standing(desk, (lat, lon), is_exact=is_exact)
    if there.refusal:
        sentences([there.refusal], kind="warning")
        return None
    sentences([" ".join(there.told)], kind="note")
    cells = {"name": there.name, **sites_new.place_cells(there.lat, there.lon)}
    return {**cells, "area": there.area} if there.area else cells


def _coordinates(
    desk: Desk, at: tuple[float | None, float | None], key: str
) -> tuple[float | None, float | None]:
    columns = st.columns(2)
    lat, lon = (
        column.number_input(
            _label(desk.words, name),
            -most,
            most,
            value=value,
            format="%.5f",
            step=0.01,
            key=f"{key}.{name}",
        )
        for column, name, most, value in zip(
            columns, ("lat", "lon"), (90.0, 180.0), at, strict=True
        )
    )
    return lat, lon


def _label(w: Words, name: str) -> str:
    """A column as the label of a field, which is read as Markdown."""
    return markdown_text(column_words(w, name))


def _offer(desk: Desk, cells: dict[str, str], key: str, told: str) -> dict[str, str]:
    """What a site is, offers and costs."""
    w = desk.words
    before = cells.get("status") or "candidate"
    new: dict[str, Any] = {}
    new["status"] = st.selectbox(
        _label(w, "status"),
        STATUSES,
        STATUSES.index(before) if before in STATUSES else None,
        format_func=lambda each: w(f"status.{each}"),
        key=f"{key}.status",
    )
    new["services_today"] = _several(desk, "services_today", "services", cells, key)
    if "formats" in desk.given["sites"].columns:
        new["formats"] = _several(desk, "formats", "formats", cells, key)
        formats = list(desk.tables.rows["formats"])
        today = cells.get("format_today", "")
        new["format_today"] = st.selectbox(
            _label(w, "format_today"),
            formats,
            formats.index(today) if today in formats else None,
            format_func=lambda each: desk.named("formats", each),
            key=f"{key}.format_today",
            help=w("sites.format_today_help"),
        )
    if not new.get("formats"):
        for name in _COSTS:
            value = number_of(cells.get(name, ""))
            new[name] = st.number_input(
                _label(w, name),
                0,
                _MOST,
                None if value is None else round(value),
                key=f"{key}.{name}",
                step=500_000 if name.endswith("kes") else 1000,
            )
    if not new.get("formats"):
        year, once = (w.money(new[name] or 0) for name in _COSTS[:2])
        told = f"{w('sites.costs_told', year=year, once=once)} {told}"
    sentences([told], kind="note")
    return {name: cell_typed(value) for name, value in new.items()}


def _several(desk: Desk, name: str, kind: str, cells: dict[str, str], key: str) -> list[str]:
    rows = list(desk.tables.rows[kind])
    chosen: list[str] = st.multiselect(
        _label(desk.words, name),
        rows,
        [each for each in cells.get(name, "").split(";") if each in rows],
        format_func=lambda each: desk.named(kind, each),
        key=f"{key}.{name}",
        help=desk.words(f"sites.{name}_help"),
        placeholder=desk.words("sites.none_chosen"),
    )
    return chosen


# -- the chosen site ---------------------------------------------------------------------------


def _change(desk: Desk) -> None:
    w, state = desk.words, st.session_state
    if state.get(SITE) not in desk.sites:
        state[SITE] = None
    key = st.selectbox(
        w("sites.choose"),
        list(desk.sites),
        None,
        key=SITE,
        format_func=desk.site_name,
        placeholder=w("sites.choose_placeholder"),
    )
    session.put_in_address("site", key)
    if key is None:
        st.caption(w("sites.change_help"))
        return
    added = desk.tables.added.get(key)
    cells = dict(desk.sites[key] if added is None else marked_new(added, desk.sites[key]))
    with st.form(f"sites_one.{key}.{sites_state.turn()}", border=False):
        _change_form(desk, key, cells)
    if desk.has_degrees:
        st.toggle(w("sites.moves"), key=MOVES, help=w("sites.moves_help"))
    if key in desk.tables.added:
        st.button(w("sites.remove"), on_click=sites_state.remove, args=(key,), key="sites-remove")
    else:
        st.caption(w("sites.stays"))


def _change_form(desk: Desk, key: str, cells: dict[str, str]) -> None:
    w, named = desk.words, f"sites_one.{key}.{sites_state.turn()}"
    new = {"name": st.text_input(_label(w, "name"), cells.get("name", ""), max_chars=120,
                                 key=f"{named}.name")}  # fmt: skip
    refusal = ""
    if desk.has_degrees:
        at = (number_of(cells.get("lat", "")), number_of(cells.get("lon", "")))
        lat, lon = _coordinates(desk, at, named)
        if (lat, lon) != at and lat is not None and lon is not None:
            moved, refusal = sites_new.moved_cells(desk, lat, lon)
            new |= moved
    mark, blank = cells.get("confidence", ""), w("sites.blank")
    told = w(
        "sites.row_source",
        source=cells.get("source") or blank,
        mark=w(f"mark.{mark}") if mark in MARKS else blank,
    )
    new |= _offer(desk, cells, named, told)
    if not st.form_submit_button(w("sites.change_it"), width="stretch"):
        return
    if refusal:
        sentences([refusal], kind="warning")
        return
    differ = tuple(
        (name, text) for name, text in new.items()
        if text != (desk.area_of[key] if name == "area" else cells.get(name, ""))
    )  # fmt: skip
    if differ:
        sites_state.do(SetCells("sites", key, differ, sites_state.today(), sites_state.author()))
        st.rerun()
