"""Small Streamlit helpers that every page uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from planner.present.cards import Card, cards_html
from planner.present.escape import html_text, markdown_text
from planner.present.served import ASSETS


def page_style() -> None:
    """The app's own style sheet."""
    st.html(ASSETS / "page.css")


def show_cards(cards: Sequence[Card]) -> None:
    """Cards, up to three in a row."""
    st.html(f'<div class="ug-cards-box">{cards_html(cards)}</div>')


def lead(text: str) -> None:
    """The page's answer in plain sentences."""
    st.html(f'<p class="ug-lead">{html_text(text)}</p>')


def table(frame: pd.DataFrame, *, height: int | None = None) -> None:
    """A table without its index; text is shown as it is."""
    kind = {} if height is None else {"height": height}
    st.dataframe(frame, hide_index=True, width="stretch", **kind)


def sentences(lines: Iterable[str], kind: Literal["plain", "warning"] = "plain") -> None:
    """Sentences that may hold names from data, shown as they are."""
    said = [line for line in lines if line]
    if not said:
        return
    if kind == "warning":
        st.warning("\n\n".join(markdown_text(line) for line in said))
    else:
        for line in said:
            st.text(line)
