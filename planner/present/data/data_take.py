"""On the page of data: empty tables, filled ones, the columns of each, and the whole pack."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.pack.fingerprint import print_of
from planner.present import session
from planner.present.data import data, data_templates
from planner.present.results.handing import TYPES, size
from planner.present.widgets import sentences, table
from planner.present.words import Words

_KIND = "data.template"


def show(w: Words) -> None:
    """A table of a kind to begin from, and the pack as it is."""
    folder = session.pack_folder()
    st.caption(w("data.take_about"))
    kind = st.selectbox(
        w("data.take_kind"),
        data_templates.OFFERED,
        key=_KIND,
        format_func=lambda each: data.kind_name(w, each),
    )
    sentences([w(f"data.about_{kind}")])
    with st.container(horizontal=True):
        empty = data_templates.empty_table(kind)
        if empty is not None:
            st.download_button(
                w("data.take_empty"),
                empty,
                f"{kind}.csv",
                TYPES["csv"],
                on_click="ignore",
                key="data_empty",
            )
        filled = data_templates.filled_file(folder, kind)
        if filled is not None:
            content = filled.path.read_bytes()
            words = w("data.take_other", of=filled.of) if filled.of else w("data.take_own")
            st.download_button(
                f"{words} ({size(content)})",
                content,
                filled.path.name,
                on_click="ignore",
                key="data_filled",
            )
    columns = data_templates.column_table(w, kind)
    if not columns.empty:
        table(columns, w("records.columns"))
    _whole(w)


def _whole(w: Words) -> None:
    folder = session.pack_folder()
    try:
        content = _zipped(str(folder), print_of(folder).fingerprint)
    except (PlannerError, OSError) as error:
        sentences(w.in_english([str(error)]), kind="warning")
        return
    name = re.sub(r"[^A-Za-z0-9-]+", "-", session.pack_in_address() or "pack")
    st.download_button(
        f"{w('data.take_whole')} ({size(content)})",
        content,
        f"{name}.zip",
        TYPES["zip"],
        on_click="ignore",
        key="data_whole",
    )


def _make_zip(folder: str, fingerprint: str) -> bytes:
    del fingerprint  # a changed file makes a new entry
    return data_templates.zipped_pack(Path(folder))


_zipped = st.cache_data(_make_zip, show_spinner=False, max_entries=4)
