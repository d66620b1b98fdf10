"""A workspace on the Kept page: everything as one file, one taken in, and the store's own facts."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from planner.errors import InputError, PlannerError
from planner.present import uploads
from planner.present.kept import kept
from planner.present.kept_store import store
from planner.present.results import handing
from planner.present.widgets import sentences, table
from planner.present.words import Words
from planner.runs.store.state import state_of
from planner.runs.store.words import backups
from planner.runs.store.workspace import export_workspace, import_workspace


def show(w: Words) -> None:
    """All of it."""
    left, right = st.columns(2, gap="large")
    with left:
        _take_out(w)
    with right:
        _bring_in(w)
    st.subheader(w("kept.store"), anchor=False)
    sentences(kept.store_sentences(w, state_of(store().database), _last_backup()))


def _take_out(w: Words) -> None:
    st.subheader(w("kept.take_out"), anchor=False)
    st.caption(w("kept.take_out_note"))
    known = list(store().notes.tags())
    tag = st.selectbox(
        w("kept.take_out_tag"),
        known,
        index=None,
        key="kept-take-out-tag",
        placeholder=w("kept.take_out_all"),
    )
    if not st.button(w("kept.make"), key="kept-make"):
        return
    try:
        with st.spinner(w("kept.making")), tempfile.TemporaryDirectory(prefix="ugatuzi-") as place:
            path = Path(place) / "workspace.zip"
            taken = export_workspace(store(), path, tag=tag)
            content = path.read_bytes()
    except PlannerError as error:
        sentences([w("kept.not_made"), *w.in_english([str(error)])], kind="warning")
        return
    sentences(w.in_english(taken.remarks), kind="warning")
    counts = {name: w.count(taken.counts.get(name, 0)) for name in ("scenarios", "runs", "studies")}
    sentences([w("kept.made", **counts)])
    st.download_button(
        f"{w('kept.get')} ({handing.size(content)})",
        content,
        f"ugatuzi-{datetime.now(UTC):%Y-%m-%d}.zip",
        handing.TYPES["zip"],
        on_click="ignore",
        type="primary",
        key="kept-get",
    )


def _bring_in(w: Words) -> None:
    st.subheader(w("kept.bring_in"), anchor=False)
    st.caption(w("kept.bring_in_note"))
    file = st.file_uploader(w("kept.file"), type=["zip"], key="kept_upload", max_upload_size=200)
    if file is None or not st.button(w("kept.bring"), key="kept-bring", type="primary"):
        return
    try:
        with st.spinner(w("kept.bringing")):
            brought = uploads.with_files(
                {"workspace": (file.name, file.getvalue())},
                lambda paths: import_workspace(store(), paths["workspace"]),
            )
    except InputError as error:
        st.error(w("kept.refused", n=len(error.faults)))
        table(uploads.fault_table(w, error.faults), w("voices.faults"))
    except PlannerError as error:
        sentences([w("kept.refused_store"), *w.in_english([str(error)])], kind="warning")
    else:
        sentences(kept.brought_sentences(w, brought))


def _last_backup() -> datetime | None:
    found = backups()
    return None if not found else datetime.fromtimestamp(found[0].stat().st_mtime, UTC)
