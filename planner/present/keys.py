"""The keyboard: which keys do what, a box that tells them, and the switch that turns them off."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.present.escape import html_text
from planner.present.served import page_script
from planner.present.widgets import sentences, table
from planner.present.words import Words

GO = "g"
"""Pressed before the letter of a page."""

LETTERS: Mapping[str, str] = {
    "today": "t",
    "plans": "o",
    "compare": "c",
    "place": "m",
    "frontiers": "f",
    "plan": "p",
    "sites": "s",
    "why": "y",
    "kept": "k",
    "data": "d",
    "export": "e",
    "method": "h",
}
"""The letter of a page; the other pages are reached by the links."""

OFF = "ugatuzi_keys"  # the cookie in which a browser keeps that the keys are off
_ON = "keys.are_on"
_SWITCH = "keys.switch"


def are_on() -> bool:
    """Whether single keys do something: yes, until the visitor turns them off."""
    if _ON not in st.session_state:
        st.session_state[_ON] = st.context.cookies.get(OFF) != "off"
    return bool(st.session_state[_ON])


def kept() -> str:
    """What the browser keeps of the keys: on, or off."""
    return "on" if are_on() else "off"


def page_html(
    w: Words, paths: Mapping[str, str], kept: Mapping[str, str], address: str = ""
) -> str:
    """What the page's script is told, as the attributes of one hidden element.

    Args:
        w: The words of the page.
        paths: The address of each page by its name, "" for the first one.
        kept: What the browser shall remember, by name.
        address: What shall stand in the address of every page, as `name=value;name=value`.
    """
    goes = ";".join(f"{LETTERS[name]}:{path}" for name, path in paths.items() if name in LETTERS)
    attributes = {
        "lang": w.language,
        "skip": w("keys.skip"),
        "go": goes,
        "keys": kept["keys"],
        "keep": ";".join(f"{name}={value}" for name, value in kept.items()),
        "address": address,
    }
    given = " ".join(f'data-{name}="{html_text(text)}"' for name, text in attributes.items())
    return f'<div class="ug-page" hidden {given}></div>'


def behind_page(
    w: Words, paths: Mapping[str, str], kept: Mapping[str, str], address: str = ""
) -> None:
    """The page's script and what it is told. The script is the app's own, and never changes."""
    st.html(page_html(w, paths, kept, address))
    st.html(f'<script src="{page_script()}"></script>', unsafe_allow_javascript=True)


def keys_table(w: Words, paths: Mapping[str, str]) -> pd.DataFrame:
    """What each key does; the letters only of pages that are there."""
    rows = [
        (w(f"keys.{name}_key"), w(f"keys.{name}"))
        for name in ("tab", "map_walk", "map_choose", "map_zoom", "table", "slider")
    ]
    rows += [("?", w("keys.help"))]
    rows += [
        (w("keys.go_key", first=GO, second=letter), w("keys.go", page=w(f"page.{name}")))
        for name, letter in LETTERS.items()
        if name in paths
    ]
    return pd.DataFrame(rows, columns=[w("keys.column_key"), w("keys.column_does")])


def button(w: Words, paths: Mapping[str, str]) -> None:
    """The button that opens the box, also by the key `?`."""
    if st.button(w("keys.title"), type="tertiary", key="keys_open"):
        st.dialog(w("keys.title"), on_dismiss="rerun")(_box)(w, paths)


def _box(w: Words, paths: Mapping[str, str]) -> None:
    sentences([w("keys.about")])
    st.session_state[_SWITCH] = are_on()
    st.toggle(w("keys.switch"), key=_SWITCH, on_change=_turn, help=w("keys.switch_help"))
    table(keys_table(w, paths), w("keys.title"), rows_in_view=None)


def _turn() -> None:
    st.session_state[_ON] = st.session_state[_SWITCH]
