"""A visitor's draft of sites and costs in the session: done, undone, checked, kept as a pack."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from planner.errors import InputError, PlannerError
from planner.pack.edits import (
    Draft,
    Edit,
    GivenTable,
    RemoveSite,
    apply_in_memory,
    given_tables,
    renamed,
    taken_back,
)
from planner.pack.edits_write import Checked, apply_edits, check_edits
from planner.pack.own import keep_pack
from planner.pack.own_note import own_root
from planner.present import session
from planner.present.saved import saved_told
from planner.present.session import Case
from planner.present.sites.sites import Desk
from planner.present.view import View

SITE, MODE, PLACE, EXACT, MOVES = (
    f"sites.{name}" for name in ("site", "mode", "place", "exact", "moves")
)
CHANGE, ADD = "change", "add"
NAME, KEPT, REFUSED = "sites.own_name", "pack.sites_kept", "sites.refused"
_DRAFT, _TURN, _VERSION = "sites.draft", "sites.turn", "sites.version"
_NEXT = "sites_next"


def desk_of(view: View) -> Desk:
    """The draft on the pack that is shown; one that no longer fits the pack begins afresh.

    Raises:
        InputError: A table of the pack is at fault.
    """
    given: dict[str, GivenTable] = _given(str(view.pack.folder), session.case_key())
    try:
        tables = apply_in_memory(given, draft().done)
    except InputError as error:
        st.session_state[REFUSED] = str(error)
        _put(Draft())
        tables = apply_in_memory(given, ())
    return Desk(view, given, draft(), tables)


def begin(desk: Desk) -> None:
    """What the last click asked for, else the site of the address; before any widget is drawn."""
    state = st.session_state
    for name, value in state.pop(_NEXT, {}).items():
        state[name] = value
    state.setdefault(MODE, CHANGE)
    session.follow_address("site", SITE, desk.sites, None)
    asked = session.asked_for("site", desk.sites)
    if asked is not None and SITE not in state:
        state[SITE] = asked


def then(**chosen: object) -> None:
    """What `site`, `mode`, `place` and `moves` are to be when the page is drawn again."""
    st.session_state[_NEXT] = {f"sites.{name}": value for name, value in chosen.items()}


def draw_again() -> None:
    """Draw the map and the form again, without the rest of the page where that can be."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # the whole page is being drawn
        st.rerun()


def _read_given(folder: str, key: str) -> dict[str, GivenTable]:
    del key  # a changed file makes a new entry
    return given_tables(Path(folder))


_given = st.cache_data(_read_given, show_spinner=False, max_entries=8)


def draft() -> Draft:
    """The edits of this visitor on the pack that is shown."""
    found = st.session_state.get(_DRAFT)
    return found if isinstance(found, Draft) else Draft()


def turn() -> int:
    """Grows with every change of the draft: names widgets that show what it says."""
    return int(st.session_state.get(_TURN, 0))


def version() -> int:
    """Grows with every change that did not come from a grid, which shows its own already."""
    return int(st.session_state.get(_VERSION, 0))


def _put(after: Draft, *, is_from_grid: bool = False) -> None:
    st.session_state[_DRAFT] = after
    st.session_state[_TURN] = turn() + 1
    if not is_from_grid:
        st.session_state[_VERSION] = version() + 1


def do(edit: Edit, *, is_from_grid: bool = False) -> None:
    """One change more."""
    _put(draft().do(edit), is_from_grid=is_from_grid)


def undo() -> None:
    """Take the last change back."""
    _put(draft().undo())


def redo() -> None:
    """Do the change again that was taken back last."""
    _put(draft().redo())


def clear() -> None:
    """Take every change back; each can be done again."""
    after = draft()
    while after.done:
        after = after.undo()
    _put(after)


def take_back(desk: Desk, kind: str, key: str, column: str) -> None:
    """Give one changed cell what the pack has; as a change of its own, so that it can be undone."""
    change = desk.tables.changes_of(kind)[key][column]
    do(taken_back(change, on=today(), by=author()))


def remove(key: str) -> None:
    """Take out a site that was added."""
    do(RemoveSite(key, today(), author()))
    st.session_state.pop(SITE, None)


def today() -> date:
    """The day that a change is told under."""
    return date.today()  # noqa: DTZ011 - the day on the visitor's own computer


def author() -> str:
    """Who changes, as far as that was said."""
    return saved_told.author() or ""


# -- checked and kept ----------------------------------------------------------------------


def checked(view: View) -> Checked:
    """What reading the changed pack says, once for each state of the draft."""
    edits = draft().done
    found: Checked = _checked(str(view.pack.folder), session.case_key(), repr(edits), edits)
    return found


def _read_changed(folder: str, key: str, told: str, _edits: tuple[Edit, ...]) -> Checked:
    del key, told  # what is kept stays true while these are the same
    if not _edits:
        return Checked()
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
        return check_edits(Path(folder), _edits, Path(beside) / "pack")


_checked = st.cache_data(_read_changed, show_spinner=False, max_entries=30)


def keep(case: Case) -> None:
    """Keep the pack with the changes as one's own and let this visitor plan with it."""
    state = st.session_state
    name = str(state.get(NAME) or "")
    edits = [each if each.by else renamed(each, author()) for each in draft().done]
    try:
        with tempfile.TemporaryDirectory(prefix="ugatuzi-") as beside:
            own = apply_edits(case.pack.folder, edits, Path(beside) / "pack")
            kept = keep_pack(own_root(), own, name=name, based_on=case.pack.id)
    except (PlannerError, OSError) as error:
        state[REFUSED] = str(error)
        return
    _put(Draft())
    session.keep("sites.")
    session.choose_pack(kept.id)
    state[KEPT] = kept.name
