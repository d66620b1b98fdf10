"""What stands beside every page: the first steps, the keys, the data, and how figures are made."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from planner.errors import PlannerError
from planner.present import guide, keys, session
from planner.present.escape import markdown_text
from planner.present.people import signing
from planner.present.words import Words


def show(w: Words, paths: Mapping[str, str], *, guide_is_open: bool) -> None:
    """Under the links of the pages.

    Args:
        w: The words of the page.
        paths: The address of each page by its name.
        guide_is_open: Whether the first steps stand above the page already.
    """
    signing.beside(w)
    with st.container(horizontal=True, key="beside_buttons"):
        if not guide_is_open:
            guide.bring_back(w)
        keys.button(w, paths)
    if name := _pack_name():
        st.caption(markdown_text(w("guide.data", name=name)))
    st.page_link("app_pages/method.py", label=w("guide.how"))
    st.caption(w("app.about"))
    if w.language == "sw":
        st.caption(w("app.unchecked"))


def _pack_name() -> str:
    """The name of the data that is shown; a pack at fault is told by the page."""
    try:
        return session.case().pack.name
    except PlannerError:
        return ""
