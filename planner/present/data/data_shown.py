"""On the page of data: which pack is looked at, another one, and what is put away."""

from __future__ import annotations

import streamlit as st

from planner.errors import PlannerError
from planner.pack.locate import name_of_pack
from planner.pack.own import OwnPack, bring_back, own_packs, put_away, set_private
from planner.pack.own_note import is_id, own_root
from planner.people import acting
from planner.present import session
from planner.present.data import data
from planner.present.escape import markdown_text
from planner.present.widgets import sentences
from planner.present.words import Words

NEWS = "pack.news"  # what the last action came to: a key of words and its values
_PRIVATE = "data_private"
_CHOICE, _UNDO = "pack.choice", "pack.undo"


def tell(key: str, **values: str) -> None:
    """Have something told on the page, once, also where another pack is shown by then."""
    st.session_state[NEWS] = (key, values)


def news(w: Words) -> None:
    """What the last action came to, with the way back where there is one."""
    state = st.session_state
    if NEWS in state:
        key, values = state.pop(NEWS)
        place = st.warning if key == "data.not_done" else st.success
        place(markdown_text(w(key, **values)))
    undo = state.get(_UNDO)
    if undo is not None:
        label = markdown_text(w("data.undo", name=undo))
        st.button(label, key="data_undo", on_click=_bring_back, args=(undo,))


def links(w: Words) -> None:
    """Where the figures of this pack are told: its demand, its travel, and its plans."""
    name = None if session.is_default_pack() else session.pack_in_address()
    asked = None if name is None else {"pack": name}
    with st.container(horizontal=True, key="data_links"):
        for page in ("demand", "travel", "method", "plan"):
            label = w(f"data.to_{page}")
            st.page_link(f"app_pages/{page}.py", label=label, query_params=asked)


def own_pack_shown() -> OwnPack | None:
    """The pack that is looked at, where it is one of one's own."""
    name = name_of_pack(session.pack_folder())
    return next((each for each in own_packs(own_root()) if each.id == name), None)


def choice(w: Words) -> None:
    """Look at another pack, built-in or of one's own."""
    state = st.session_state
    shown = name_of_pack(session.pack_folder())
    names = data.choices(own_packs(own_root()), session.pack_folder())
    state[_CHOICE] = shown
    st.selectbox(
        w("data.choose"),
        list(names),
        key=_CHOICE,
        format_func=lambda each: f"{names[each]} ({each})" if is_id(each) else names[each],
        on_change=_choose,
        help=w("data.choose_help"),
    )


def damaged(w: Words) -> None:
    """Packs of one's own that cannot be used, and why."""
    faults = [f"{each.id}: {each.fault}" for each in own_packs(own_root()) if each.fault]
    sentences([w("data.damaged"), *w.in_english(faults)] if faults else [], kind="warning")


def away(w: Words) -> None:
    """Put the pack away that is looked at; bring one back that was put away."""
    own = own_pack_shown()
    person = acting()
    if own is not None and person is not None and own.owner and own.owner != person.id:
        sentences([w("people.not_mine", name=own.owner_name)], kind="note")
    elif own is not None:
        if person is not None and own.owner == person.id:
            st.session_state[_PRIVATE] = own.is_private
            st.checkbox(
                w("people.private_to_me"),
                key=_PRIVATE,
                on_change=_hide,
                args=(own.id,),
                help=w("people.private_help"),
            )
        st.button(
            w("data.put_away"),
            key="data_away",
            on_click=_put_away,
            args=(own.id,),
            help=w("data.put_away_help"),
        )
    gone = own_packs(own_root(), away=True)
    if gone:
        with st.expander(w("data.away", n=len(gone))):
            for each in gone:
                label = markdown_text(w("data.bring_back", name=f"{each.name} ({each.id})"))
                st.button(label, key=f"data_back_{each.id}", on_click=_bring_back, args=(each.id,))


def _hide(pack_id: str) -> None:
    try:
        set_private(own_root(), pack_id, is_private=st.session_state[_PRIVATE])
    except PlannerError as error:
        tell("data.not_done", why=str(error))


def _choose() -> None:
    try:
        session.choose_pack(st.session_state[_CHOICE])
    except PlannerError as error:
        tell("data.not_done", why=str(error))


def _put_away(pack_id: str) -> None:
    try:
        gone = put_away(own_root(), pack_id)
    except PlannerError as error:
        tell("data.not_done", why=str(error))
        return
    session.choose_pack(session.default_folder())
    st.session_state[_UNDO] = pack_id
    tell("data.was_put_away", name=gone.name)


def _bring_back(pack_id: str) -> None:
    try:
        back = bring_back(own_root(), pack_id)
        session.choose_pack(pack_id)
    except PlannerError as error:
        tell("data.not_done", why=str(error))
        return
    st.session_state.pop(_UNDO, None)
    tell("data.was_brought_back", name=back.name)
