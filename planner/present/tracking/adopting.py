"""Starting from a plan on the page: its branches become today's, as they are or as edited."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import pandas as pd
import streamlit as st

from planner.errors import Fault, InputError, PlannerError
from planner.pack.own import keep_pack
from planner.pack.own_note import is_id, own_root
from planner.present import session, uploads
from planner.present.uploads import Upload
from planner.present.view import View
from planner.present.widgets import sentences, table
from planner.runs.as_pack import Adopted, usual_name
from planner.runs.reading import StoredRun
from planner.runs.tracking.held import Tracking

NAME, SHEET, ADOPTED = "tracking.own_name", "tracking.sheet", "pack.adopted"
REFUSED = "tracking.adopt_refused"


class Edit(Protocol):
    """A cell that an edited sheet has otherwise; `row` None for a branch that was taken out."""

    @property
    def row(self) -> int | None:
        """The row as a spreadsheet shows it."""

    @property
    def site(self) -> str:
        """The id of the site."""

    @property
    def column(self) -> str:
        """The column."""

    @property
    def before(self) -> str:
        """What the export said."""

    @property
    def after(self) -> str:
        """What the sheet says."""


class Made(Protocol):
    """What writing a pack gives."""

    @property
    def pack(self) -> Adopted:
        """The pack that was written."""


Reader = Callable[[Path, StoredRun, date], tuple[Sequence[Edit], Sequence[str]]]
Maker = Callable[[StoredRun, Path, date, Path | None], Made]


def section(view: View, run: StoredRun, read: Reader, make: Maker) -> None:
    """The part of the page: what it does, an edited workbook, a name, and the button.

    Args:
        view: The run's.
        run: A run with a plan.
        read: Reads an edited sheet: what differs, and remarks; raises its faults.
        make: Writes the pack of the run, as the sheet has it where one is given.
    """
    w, state = view.words, st.session_state
    st.header(w("tracking.adopt"), anchor=False)
    sentences([w("tracking.adopt_about"), w("tracking.adopt_today")])
    with st.expander(w("tracking.sheet"), expanded=state.get(SHEET) is not None):
        sentences([w("tracking.sheet_about")], kind="note")
        sent = st.file_uploader(w("tracking.sheet_upload"), type=["xlsx", "csv"], key=SHEET)
        upload = None if sent is None else (sent.name, sent.getvalue())
        is_at_fault = upload is not None and not _told(view, run, upload, read)
    if told := state.pop(REFUSED, None):
        sentences([w("tracking.adopt_failed"), *str(told).splitlines()], kind="warning")
    state.setdefault(NAME, usual_name(run))
    st.text_input(w("tracking.own_name"), key=NAME, max_chars=80)
    st.button(
        w("tracking.adopt_edited" if upload else "tracking.adopt_go"),
        type="primary",
        key="tracking-adopt",
        on_click=_adopt,
        args=(run, upload, make),
        disabled=is_at_fault,
    )


def _told(view: View, run: StoredRun, upload: Upload, read: Reader) -> bool:
    """Show what an edited sheet changes, or every fault of it; whether it can be used."""
    w = view.words
    try:
        edits, warnings = uploads.with_files(
            {"sites": upload}, lambda paths: read(paths["sites"], run, _today())
        )
    except InputError as error:
        _faults(view, error.faults)
        return False
    sentences(w.in_english(warnings), kind="note")
    title = w.counted("tracking.edited", len(edits))
    st.text(title)
    table(_edit_table(view, edits), title)
    return True


def _faults(view: View, faults: Sequence[Fault]) -> None:
    w = view.words
    title = w.counted("tracking.faults", len(faults))
    st.error(title)
    table(uploads.fault_table(w, faults), title)


def _edit_table(view: View, edits: Sequence[Edit]) -> pd.DataFrame:
    w = view.words
    names = {site.id: site.name for site in view.pack.sites}
    rows = []
    for each in edits:
        what = each.column
        if each.column == "site":
            what = w("tracking.put_in" if each.after else "tracking.taken_out")
        rows.append(
            {
                w("voices.column_row"): "" if each.row is None else str(each.row),
                w("column.branch"): names.get(each.site, each.site),
                w("tracking.column_what"): what,
                w("tracking.column_before"): "" if each.column == "site" else each.before,
                w("tracking.column_after"): "" if each.column == "site" else each.after,
            }
        )
    return pd.DataFrame(rows)


def _adopt(run: StoredRun, upload: Upload | None, make: Maker) -> None:
    """Keep the plan's pack, as it is or as a sheet has it, and let this visitor look at it."""

    def made(beside: Path) -> Made:
        if upload is None:
            return make(run, beside, _today(), None)
        return uploads.with_files(
            {"sites": upload}, lambda paths: make(run, beside, _today(), paths["sites"])
        )

    _keep(run, made)


def done_so_far(
    view: View, run: StoredRun, found: Tracking, make: Callable[[StoredRun, Path, Tracking], Made]
) -> None:
    """The button that makes what is done so far the network of today.

    Args:
        view: The run's.
        run: A run with a plan.
        found: What was done.
        make: Writes the pack of it.
    """
    w = view.words
    sentences([w("tracking.adopt_done_about")], kind="note")
    st.button(
        w("tracking.adopt_done"),
        key="tracking-standing",
        on_click=_keep,
        args=(run, lambda beside: make(run, beside, found)),
    )


def _keep(run: StoredRun, make: Callable[[Path], Made]) -> None:
    state = st.session_state
    name = str(state.get(NAME) or usual_name(run))
    based_on = run.pack.id if is_id(run.pack.id) else ""
    try:
        with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
            made = make(Path(beside) / "pack")
            own = keep_pack(own_root(), made.pack.folder, name=name, based_on=based_on).id
    except (PlannerError, OSError) as error:
        state[REFUSED] = str(error)
        return
    session.choose_pack(own)
    state[ADOPTED] = own


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the visitor's own computer
