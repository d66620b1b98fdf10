"""The language of the pages: of a link, of this browser's memory, and what the visitor presses."""

from __future__ import annotations

import streamlit as st

from planner.present import links
from planner.present.words import LANGUAGES, Language

ADDRESS = "lang"  # ?lang=sw
COOKIE = "ugatuzi_lang"  # in which a browser keeps the language that was pressed
_KEY = "language"
_ASKED = "language.asked"  # what the address asked for last, or was given
_PRESSED = "language.pressed"


def follow() -> None:
    """Take the language from the address, else the browser's memory, else its own, else English.

    Once a run, before anything is drawn. Later only an address that asks for another language
    changes it: a link, or the browser's way back.
    """
    state, asked = st.session_state, st.query_params.get(ADDRESS)
    wanted = _known(asked)
    if asked and wanted is None:
        links.note(ADDRESS, asked)
    if _KEY not in state:
        kept, own = st.context.cookies.get(COOKIE), st.context.locale
        state[_KEY] = wanted or _known(kept) or _known(own) or "en"
        state[_ASKED] = wanted
    elif wanted is not None and wanted != state.get(_ASKED):
        state[_ASKED] = wanted
        if wanted != state[_KEY]:
            _say_anew()
            state[_KEY] = wanted


def control() -> None:
    """Chooses the language; the choice stays while pages change."""
    st.segmented_control(
        "Language / Lugha",
        list(LANGUAGES),
        key=_KEY,
        required=True,
        format_func=lambda code: LANGUAGES[code],
        on_change=_press,
    )


def kept() -> dict[str, str]:
    """What the browser shall remember: the language, once it was pressed; a link is no choice."""
    state = st.session_state
    return {ADDRESS: state[_KEY]} if state.get(_PRESSED) else {}


def in_address() -> dict[str, str]:
    """What stands in the address of every page: the language, once it was asked for or pressed."""
    asked = st.session_state.get(_ASKED)
    return {ADDRESS: asked} if asked else {}


def _press() -> None:
    state = st.session_state
    _say_anew()
    state.update({_PRESSED: True, _ASKED: state[_KEY]})
    st.query_params[ADDRESS] = state[_KEY]
    links.forget(ADDRESS)


def _say_anew() -> None:
    """Have every choice sent to the browser again, in the words of the new language.

    A list of choices answers with the words that it shows. Unless it is told its choice again, it
    goes on answering in the words of the language before, which name nothing any more.
    """
    state = st.session_state
    for name, value in list(state.items()):
        values = value if isinstance(value, list) and value else [value]
        is_choice = all(isinstance(each, str | int | float) for each in values)
        if is_choice and name != _KEY and not isinstance(value, bool):
            state[name] = value


def _known(asked: str | None) -> Language | None:
    """A language of the app by its code, which may name a country too: sw-KE."""
    code = (asked or "")[:2].lower()
    return next((each for each in LANGUAGES if each == code), None)
