"""Small Streamlit helpers that every page uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Literal

import pandas as pd
import streamlit as st

from planner.present.cards import Card, cards_html
from planner.present.escape import html_text, markdown_text
from planner.present.markup import table_html
from planner.present.shipped import ASSETS
from planner.present.words import Words


def page_style() -> None:
    """The app's own style sheet."""
    st.html(ASSETS / "page.css")


@contextmanager
def waiting(w: Words, page: str) -> Iterator[None]:
    """Say what a page does while it takes more than a moment, with the seconds since it began."""
    said = w(f"waiting.{page}") if f"waiting.{page}" in w.texts else w("waiting.page")
    with ExitStack() as while_shown:
        with st.container(key="waiting"):  # the page itself stands beside this box, not in it
            while_shown.enter_context(st.spinner(said, show_time=True))
        yield


def show_cards(cards: Sequence[Card]) -> None:
    """Cards, up to three in a row."""
    st.html(f'<div class="ug-cards-box">{cards_html(cards)}</div>')


def lead(text: str) -> None:
    """The page's answer in plain sentences."""
    st.html(f'<p class="ug-lead">{html_text(text)}</p>')


def table(frame: pd.DataFrame, caption: str, *, rows_in_view: int | None = 14) -> None:
    """A table without its index."""
    st.html(table_html(frame, caption=caption, rows_in_view=rows_in_view))


def heading(text: str) -> None:
    """The heading of a part; it may hold names from data, shown as they are."""
    st.subheader(markdown_text(text), anchor=False)


def titled_table(title: str, frame: pd.DataFrame, *, rows_in_view: int | None = 14) -> None:
    """A heading and its table."""
    heading(title)
    table(frame, title, rows_in_view=rows_in_view)


def sentences(lines: Iterable[str], kind: Literal["plain", "note", "warning"] = "plain") -> None:
    """Sentences that may hold names from data, shown as they are."""
    said = [line for line in lines if line]
    if not said:
        return
    if kind == "warning":
        st.warning("\n\n".join(markdown_text(line) for line in said))
    elif kind == "note":
        st.caption(" ".join(markdown_text(line) for line in said))
    else:
        for line in said:
            st.text(line)
