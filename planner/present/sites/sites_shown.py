"""The map, what differs with its way back, faults, and keeping: the rest of the page of sites."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.pack.edits import Edit, SetCells
from planner.present import failure, session, uploads
from planner.present.escape import markdown_text
from planner.present.maps.maps import show_map
from planner.present.saved.saved_told import name_field
from planner.present.session import Case
from planner.present.sites import sites_forms, sites_map, sites_new, sites_said, sites_state
from planner.present.sites.sites import Desk, takes_sites
from planner.present.sites.sites_state import ADD, CHANGE, EXACT, MODE, MOVES, PLACE, SITE
from planner.present.widgets import sentences, table

_MOST_SHOWN = 12


def _bench(desk: Desk) -> None:
    """The map and the form beside it; a choice draws them again without the rest of the page."""
    with failure.net(desk.words):
        sites_state.begin(desk)
        left, right = st.columns([3, 2], gap="large")
        with left:
            _map(desk)
        with right:
            sites_forms.show(desk)
        session.keep("sites.")


bench = st.fragment(_bench)


def _map(desk: Desk) -> None:
    """Every site; a click on one chooses it, a click beside them starts a new one or moves one."""
    w, state = desk.words, st.session_state
    if not desk.has_degrees:
        st.caption(w("sites.no_map"))
        return
    asked = state.get(PLACE) if state[MODE] == ADD and takes_sites(desk) else None
    place = asked and sites_new.mark_at(desk, asked, is_exact=bool(state.get(EXACT)))
    chosen = str(state.get(SITE) or "") if state[MODE] == CHANGE else ""
    clicked = show_map(
        "sites_map",
        desk.view.pack,
        w,
        [
            sites_map.area_layer(desk),
            sites_map.site_layer(desk, chosen, place),
            sites_map.legend(desk, with_place=place is not None),
        ],
        travel=desk.view.problem.travel,
        height=740,
        takes_points=True,
    )
    st.caption(w("sites.map_help"))
    if clicked:
        _clicked(desk, clicked.get("site"), clicked.get("lat"), clicked.get("lon"))


def _clicked(desk: Desk, site: object, lat: float | None, lon: float | None) -> None:
    state = st.session_state
    if site in desk.sites:
        sites_state.then(site=site, mode=CHANGE, moves=False)
    elif site is not None or lat is None or lon is None:
        return
    elif state[MODE] == CHANGE and state.get(MOVES) and state.get(SITE) in desk.sites:
        key = str(state[SITE])
        cells, refusal = sites_new.moved_cells(desk, lat, lon)
        if refusal:
            state[sites_state.REFUSED] = refusal
        else:
            edit = SetCells("sites", key, tuple(cells.items()), sites_state.today(),
                            sites_state.author())  # fmt: skip
            sites_state.do(edit)
        sites_state.then(moves=False)
        st.rerun()
    else:
        sites_state.then(mode=ADD, place=(round(lat, 5), round(lon, 5)))
    sites_state.draw_again()


def bar(desk: Desk) -> None:
    """Undo and redo, each saying what it would do."""
    w, draft = desk.words, sites_state.draft()
    with st.container(horizontal=True):
        st.button(
            w("sites.undo"),
            on_click=sites_state.undo,
            disabled=not draft.done,
            key="sites-undo",
            help=_told(desk, draft.done),
        )
        st.button(
            w("sites.redo"),
            on_click=sites_state.redo,
            disabled=not draft.undone,
            key="sites-redo",
            help=_told(desk, draft.undone),
        )
        st.button(
            w("sites.clear"),
            on_click=sites_state.clear,
            disabled=not draft.done,
            key="sites-clear",
            help=w("sites.clear_help"),
        )


def _told(desk: Desk, edits: Sequence[Edit]) -> str | None:
    """The last edit, as a tooltip shows it."""
    return markdown_text(sites_said.edit_sentence(desk, edits[-1])) if edits else None


def notices(desk: Desk) -> None:
    """What could not be done, said once."""
    refused = st.session_state.pop(sites_state.REFUSED, None)
    if refused:
        sentences([desk.words("sites.refused"), *str(refused).splitlines()], kind="warning")


def faults(desk: Desk) -> bool:
    """Every fault of the changed tables at its cell, and new remarks; whether there is a fault."""
    w, found = desk.words, sites_state.checked(desk.view)
    if found.faults:
        title = w("sites.faults", n=len(found.faults))
        st.error(title)
        table(uploads.fault_table(w, found.faults), title)
    before = set(desk.view.pack.warnings)
    new = [each for each in found.warnings if each not in before]
    if new:
        with st.expander(w("sites.remarks", n=len(new))):
            sentences(w.in_english(new))
    return bool(found.faults)


def differences(desk: Desk) -> None:
    """What differs from the pack, in words with a way back each, and as a table."""
    w = desk.words
    st.subheader(w("sites.differs"), anchor=False)
    if not desk.count:
        st.caption(w("sites.differs_none"))
        return
    shown = 0
    for key in list(desk.tables.added)[:_MOST_SHOWN]:
        shown += 1
        told = sites_said.added_sentence(desk, key)
        if _taken_back(desk, told, f"sites-out-{shown}"):
            sites_state.remove(key)
            st.rerun()
    for each in desk.tables.changes[: _MOST_SHOWN - shown]:
        shown += 1
        told = sites_said.change_sentence(desk, each)
        if _taken_back(desk, told, f"sites-back-{shown}"):
            sites_state.take_back(desk, each.kind, each.id, each.column)
            st.rerun()
    if desk.count > shown:
        st.caption(w("sites.differs_more", n=desk.count - shown))
    title = w("sites.differs_table")
    with st.expander(title):
        table(sites_said.difference_table(desk), title)


def _taken_back(desk: Desk, told: str, key: str) -> bool:
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        st.text(told)
    return bool(right.button(desk.words("sites.take_back"), key=key, width="stretch"))


def keeping(desk: Desk, case: Case, *, is_at_fault: bool) -> None:
    """The name of a pack of one's own, and the button that keeps it and plans with it."""
    w, state = desk.words, st.session_state
    st.subheader(w("sites.keep_title"), anchor=False)
    sentences([w("sites.keep_note", pack=case.pack.name)], kind="note")
    left, right = st.columns(2)
    state.setdefault(sites_state.NAME, w("sites.keep_default", pack=case.pack.name)[:80])
    left.text_input(w("sites.keep_name"), key=sites_state.NAME, max_chars=80)
    with right:
        name_field(w)
    st.button(
        w("sites.keep"),
        type="primary",
        on_click=sites_state.keep,
        args=(case,),
        disabled=is_at_fault or not desk.count,
        key="sites-keep",
    )
