"""Tables of what was done on the page: brought, checked, kept with the plan, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from planner.errors import Fault, PlannerError
from planner.pack.faults import Findings
from planner.present import uploads
from planner.present.uploads import Upload
from planner.present.view import View
from planner.present.widgets import sentences, table
from planner.runs.reading import StoredRun
from planner.runs.tracking.kept import KeptDone, keep_done, kept_done
from planner.runs.tracking.table import Entry, read_done, template

ON, FILE, KEPT, REFUSED = (
    "tracking.on", "tracking.file", "tracking.was_kept", "tracking.refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brought:
    """A table as it was read: its rows, every fault, and what was remarked."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]


def today() -> date:
    """The day on the visitor's own computer."""
    return date.today()  # noqa: DTZ011


def read(sent: Upload, run: StoredRun) -> Brought:
    """A file that a visitor shows, checked in a folder that is gone afterwards."""
    return uploads.with_files({"done": sent}, lambda paths: _read(paths["done"], run))


def _read(path: Path, run: StoredRun) -> Brought:
    findings = Findings()
    entries = read_done(path, run.pack, findings, today=today())
    return Brought(entries, tuple(findings.faults), tuple(findings.warnings))


def newest(run: StoredRun) -> KeptDone | None:
    """The table that was kept last with the plan."""
    found = kept_done(run.id)
    return found[0] if found else None


def choose(view: View, run: StoredRun) -> tuple[tuple[Entry, ...], date, bool]:
    """What is held against the plan: the file brought, else the table kept last, else nothing.

    Returns:
        The rows, the day asked, and whether there is a table at all.
    """
    w, state = view.words, st.session_state
    left, right = st.columns([2, 1], gap="medium")
    with left:
        sent = st.file_uploader(w("tracking.upload"), type=["csv", "xlsx"], key=FILE)
    with right:
        state.setdefault(ON, today())
        on = st.date_input(w("tracking.on"), key=ON, max_value=today(), format="YYYY-MM-DD")
    st.download_button(
        w("tracking.template"),
        template(run),
        "done.csv",
        "text/csv",
        on_click="ignore",
        key="tracking.template",
    )
    for name in (KEPT, REFUSED):
        if told := state.pop(name, None):
            sentences([str(told)], kind="plain" if name == KEPT else "warning")
    kept = newest(run)
    if sent is not None:
        content = sent.getvalue()
        brought = read((sent.name, content), run)
        if brought.faults:
            _faults(view, brought.faults)
        else:
            sentences(w.in_english(brought.warnings), kind="note")
            st.button(
                w("tracking.keep"),
                key="tracking-keep",
                type="primary",
                on_click=_keep,
                args=(view, run, sent.name, content),
            )
            return brought.entries, on, True
    if kept is None:
        return (), on, False
    brought = _read(kept.path, run)
    w_when = f"{kept.kept.astimezone():%Y-%m-%d %H:%M}"
    sentences([w("tracking.kept_on", when=w_when, n=kept.number)], kind="note")
    if brought.faults:  # the pack of the run never changes, but the day may
        _faults(view, brought.faults)
        return (), on, False
    return brought.entries, on, True


def _faults(view: View, faults: tuple[Fault, ...]) -> None:
    w = view.words
    title = w.counted("tracking.faults", len(faults))
    st.error(title)
    table(uploads.fault_table(w, faults), title)
    st.download_button(
        w("data.faults_file"),
        uploads.fault_csv(faults),
        "faults.csv",
        "text/csv",
        on_click="ignore",
        key="tracking.faults",
    )


def _keep(view: View, run: StoredRun, name: str, content: bytes) -> None:
    state = st.session_state
    try:
        keep_done(run.id, content, Path(name).suffix)
    except PlannerError as error:
        state[REFUSED] = str(error)
        return
    state[KEPT] = view.words("tracking.was_kept", name=name)


def earlier(view: View, run: StoredRun) -> None:
    """Every table that was kept with the plan, to take away again."""
    w, found = view.words, kept_done(run.id)
    if not found:
        return
    with st.expander(w.counted("tracking.earlier", len(found))):
        for each in found:
            when = f"{each.kept.astimezone():%Y-%m-%d %H:%M}"
            st.download_button(
                w("tracking.earlier_name", n=each.number, when=when),
                each.path.read_bytes(),
                f"done-{each.number}{each.path.suffix}",
                "application/octet-stream",
                on_click="ignore",
                key=f"tracking.earlier.{each.number}",
            )
