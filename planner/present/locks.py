"""Sites that must or must not open: one state behind the table and the map, with undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.present.layers import Legend, LegendRow, SiteMark, Sites, Status
from planner.present.rules import Lock
from planner.present.today import View

CHOICES = ("free", "open", "closed")
_NEXT: Mapping[str, str] = {"free": "open", "open": "closed", "closed": "free"}
_STATE, _BASE, _UNDO = "plan.locks", "plan.locks_base", "plan.locks_undo"
_VERSION, _SEARCHED = "plan.locks_version", "plan.locks_searched"


def current() -> dict[str, Lock]:
    """The locks as they stand."""
    return dict(st.session_state.get(_STATE, {}))


def replace(locks: Mapping[str, Lock]) -> None:
    """Set all locks; what was before can be brought back by `undo`."""
    state = st.session_state
    state.setdefault(_UNDO, []).append(current())
    state[_STATE] = dict(locks)
    _new_table()


def cycle(site: str) -> None:
    """A click on the map: free, then always open, then never, then free again."""
    locks: dict[str, Any] = current()
    after = _NEXT[locks.pop(site, "free")]
    replace(locks if after == "free" else locks | {site: after})


def undo() -> None:
    """Take the last change back."""
    steps = st.session_state.get(_UNDO, [])
    if steps:
        st.session_state[_STATE] = steps.pop()
        _new_table()


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(_UNDO))


def _new_table() -> None:
    """The table's source changes only together with its key, or edits would be lost."""
    state = st.session_state
    state[_BASE] = current()
    state[_VERSION] = state.get(_VERSION, 0) + 1


def table(view: View) -> None:
    """The searchable table of sites, with a rule to choose in each row."""
    w, state = view.words, st.session_state
    search = st.text_input(w("locks.search"), key="plan.locks_search", max_chars=60)
    if _BASE not in state or state.get(_SEARCHED) != search:
        state[_SEARCHED] = search
        _new_table()
    shown = matching(view, search)
    labels = {choice: w(f"locks.{choice}") for choice in CHOICES}
    frame = lock_frame(view, shown, state[_BASE])
    key = f"plan.locks_table.{w.language}.{state[_VERSION]}"
    rule = w("column.rule")
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        width="stretch",
        height=260,
        disabled=[name for name in frame.columns if name != rule],
        column_config={
            rule: st.column_config.SelectboxColumn(
                rule, options=list(labels.values()), required=True
            )
        },
        on_change=_edited,
        args=(key, shown, {label: choice for choice, label in labels.items()}, rule),
    )
    left, right = st.columns(2)
    left.button(w("locks.undo"), on_click=undo, disabled=not can_undo(), width="stretch")
    right.button(
        w("locks.clear"), on_click=replace, args=({},), disabled=not current(), width="stretch"
    )


def _edited(key: str, shown: Sequence[str], choices: Mapping[str, str], rule: str) -> None:
    state = st.session_state
    before = current()
    after = edited(state[_BASE], state[key]["edited_rows"], shown, choices, rule)
    if after != before:
        state.setdefault(_UNDO, []).append(before)
        state[_STATE] = after


def edited(
    base: Mapping[str, Lock],
    edits: Mapping[int, Mapping[str, str]],
    shown: Sequence[str],
    choices: Mapping[str, str],
    rule: str,
) -> dict[str, Lock]:
    """The locks after a table's edits.

    Args:
        base: The locks that the table was made from.
        edits: Row number to changed cells.
        shown: The site ids of the table's rows.
        choices: From what a cell says to free, open or closed.
        rule: The name of the rule column.
    """
    locks: dict[str, Any] = dict(base)
    for row, cells in edits.items():
        if rule not in cells:
            continue
        choice = choices[cells[rule]]
        locks.pop(shown[int(row)], None)
        if choice != "free":
            locks[shown[int(row)]] = choice
    return locks


def matching(view: View, search: str) -> list[str]:
    """The ids of the sites whose name or area contains what is searched for."""
    wanted = search.casefold().strip()
    area = {each.code: each.name for each in view.pack.areas}
    return [
        site.id for site in view.pack.sites if wanted in f"{site.name} {area[site.area]}".casefold()
    ]


def lock_frame(view: View, shown: Sequence[str], locks: Mapping[str, Lock]) -> pd.DataFrame:
    """The table of sites."""
    w = view.words
    area = {each.code: each.name for each in view.pack.areas}
    sites = {site.id: site for site in view.pack.sites}
    columns = [w(f"column.{name}") for name in ("site", "rule", "area", "status")]
    rows = [
        [
            sites[each].name,
            w(f"locks.{locks.get(each, 'free')}"),
            area[sites[each].area],
            w(f"status.{sites[each].status}"),
        ]
        for each in shown
    ]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def layer(view: View, locks: Mapping[str, Lock]) -> Sites:
    """Every site with its status or its lock."""
    marks = []
    for j, site in enumerate(view.pack.sites):
        if site.lat is None or site.lon is None:
            continue
        lock = locks.get(site.id)
        status: Status = site.status
        if lock is not None:
            status = "locked" if lock == "open" else "forbidden"
        lines = (view.site_name(j), view.words(f"status.{status}"), view.words("locks.click"))
        radius = 5.0 if status == "candidate" else 6.5
        marks.append(SiteMark(site.id, site.lat, site.lon, status, lines, radius=radius))
    return Sites(marks)


def legend(view: View) -> Legend:
    """What the symbols of the set-up map mean."""
    w = view.words
    shown: tuple[Status, ...] = ("existing", "proposed", "candidate", "locked", "forbidden")
    return Legend(
        [(w("legend.sites"), [LegendRow("symbol", w(f"status.{s}"), status=s) for s in shown])]
    )
