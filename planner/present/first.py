"""The quiet notice of plans that are computed at the first start, above every page."""

from __future__ import annotations

import contextlib

import streamlit as st

from planner.errors import PlannerError
from planner.pack.fingerprint import print_of
from planner.present import session
from planner.present.compare_keys import LEAST, MOST
from planner.present.widgets import sentences
from planner.present.words import Words
from planner.runs import first
from planner.runs.first import FirstState

_EVERY_S = 3.0
_SEEN = "first.seen"  # that this visitor was told of plans being computed
_HIDDEN = "first.hidden"  # that this visitor does not want them now


def sentence(w: Words, state: FirstState, *, was_told: bool) -> str:
    """What is said: how many are done, or that some are not; empty for who need not know.

    `was_told`: this visitor has seen them being computed, so the end is told, too.
    """
    if state.status == "off" or (state.status == "done" and not was_told):
        return ""
    said = w(f"first.{state.status}", done=state.done, total=state.total, n=state.total)
    return f"{said} {w('first.again')}" if state.status == "failed" else said


def notice(w: Words) -> None:
    """Show it; it is looked at again every few seconds while plans are being computed."""
    state = look()
    if state.status == "running":
        st.session_state[_SEEN] = True
        _following(w)
    else:
        _show(w, state)


def _follow(w: Words) -> None:
    state = look()
    if state.status != "running":
        st.rerun()
    _show(w, state)


_following = st.fragment(_follow, run_every=_EVERY_S)


def _show(w: Words, state: FirstState) -> None:
    was_told = _SEEN in st.session_state
    said = sentence(w, state, was_told=was_told)
    if not said or (state.status in ("waiting", "stopped") and _HIDDEN in st.session_state):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="first_notice"):
        sentences([said], kind="note")
        if state.status == "done":
            _links(w)
        elif state.status == "running":
            st.button(w("first.stop"), on_click=_stop, key="first_stop", type="tertiary")
        elif state.status in ("waiting", "stopped"):
            st.button(w("first.ask"), on_click=_ask, key="first_ask", type="tertiary")
            st.button(w("first.hide"), on_click=_hide, key="first_hide", type="tertiary")
        elif state.status == "failed" and state.message:
            with st.popover(w("first.why")):
                sentences(w.in_english(state.message.splitlines()))


def _links(w: Words) -> None:
    """Where the plans stand side by side, and where the curve is."""
    pack = session.case().pack
    ready = first.ready_runs(pack, _fingerprint(session.case_key()))
    asked = {"compare": ",".join(ready[:MOST])} if len(ready) >= LEAST else None
    st.page_link("app_pages/compare.py", label=w("first.go"), query_params=asked)
    if pack.first_start.frontier:
        st.page_link("app_pages/frontiers.py", label=w("page.frontiers"))


def look() -> FirstState:
    """How far the first start is; a store or a pack at fault is told by the pages.

    That of the pack which everybody sees first begins by itself; any other waits to be asked for.
    """
    if not first.is_on():
        return FirstState("off")
    try:
        pack, fingerprint = session.case().pack, _fingerprint(session.case_key())
        if not session.is_default_pack():
            return first.seen(pack, fingerprint)
        state = first.look(pack, fingerprint)
        return FirstState("off") if state.status == "waiting" else state  # another has begun it
    except PlannerError:
        return FirstState("off")


def _ask() -> None:
    st.session_state.pop(_HIDDEN, None)
    with contextlib.suppress(PlannerError):  # the pages tell what is wrong with the store
        first.ask(session.case().pack, _fingerprint(session.case_key()))


def _stop() -> None:
    with contextlib.suppress(PlannerError):
        first.stop(_fingerprint(session.case_key()))


def _hide() -> None:
    st.session_state[_HIDDEN] = True


def _print_now(key: str) -> str:
    del key  # a changed file makes a new entry
    return print_of(session.case().pack.folder).fingerprint


_fingerprint = st.cache_data(_print_now, show_spinner=False, max_entries=4)
