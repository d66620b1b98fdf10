"""The widgets that open, save, undo and redo a scenario, and tell what others have saved."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.present import saved
from planner.present.kept_store import store
from planner.present.saved import Open
from planner.present.saved_words import change_words
from planner.present.session import Case
from planner.present.today import View
from planner.present.widgets import sentences, table
from planner.runs.store import SavedScenario, ScenarioVersion
from planner.runs.store.ids import moment_words


def chooser(view: View, case: Case) -> None:
    """What can be opened: ready scenarios and one's own."""
    w = view.words
    names = saved.names(case, saved.own(case))
    st.selectbox(
        w("plan.start"),
        list(names),
        index=None,
        key=saved.START,
        format_func=lambda name: names.get(name, ""),
        on_change=saved.choose,
        args=(case,),
        placeholder=w("saved.from_run"),
        help=w("plan.start_help"),
    )


def conflict(view: View, case: Case, opened: Open) -> None:
    """That somebody else has saved the same scenario, with what can be done."""
    w, there = view.words, opened.there
    if there is None or not opened.is_behind:
        return
    theirs = change_words(w, view.pack, opened.seen, there.scenario)
    told = {"who": there.changed_by, "when": moment_words(there.changed)}
    lines = [w("saved.conflict", name=there.name, what=theirs, **told)]
    if opened.is_changed:
        mine = change_words(w, view.pack, opened.seen, opened.mine)
        lines.append(w("saved.conflict_mine", what=mine))
    sentences(lines, kind="warning")
    left, right = st.columns(2)
    left.button(
        w("saved.take_theirs"), on_click=saved.take_theirs, key="saved-theirs", width="stretch"
    )
    right.button(
        w("saved.save_mine"),
        on_click=saved.save,
        args=(case,),
        kwargs={"is_new": True},
        key="saved-mine",
        width="stretch",
    )


def bar(view: View, case: Case, opened: Open) -> None:
    """Save, undo and redo, with what they would do in words."""
    w, there = view.words, opened.there
    sentences(saved.refusal().splitlines(), kind="warning")
    if there is not None and there.removed is not None:
        sentences([w("saved.put_away", when=moment_words(there.removed))], kind="warning")
    versions = () if there is None else store().scenarios.history(there.id)
    changed = change_words(w, view.pack, opened.seen, opened.mine)
    is_free = there is not None and not opened.is_behind and there.removed is None
    can_step = is_free and not opened.is_changed
    columns = st.columns(3)
    columns[0].button(
        w("saved.save" if there is not None else "saved.save_first"),
        on_click=saved.save,
        args=(case,),
        kwargs={"is_new": False},
        disabled=there is not None and not (is_free and opened.is_changed),
        key="saved-save",
        width="stretch",
    )
    for column, name, do, can in (
        (columns[1], "undo", saved.undo, there is not None and there.can_undo),
        (columns[2], "redo", saved.redo, there is not None and there.can_redo),
    ):
        column.button(
            w(f"saved.{name}"),
            on_click=do,
            disabled=not (can_step and can),
            key=f"saved-{name}",
            width="stretch",
        )
    sentences([_stand(view, opened, changed)], kind="note")
    if can_step and there is not None:
        sentences(_steps(view, there, versions), kind="note")
    if opened.is_changed:
        left, right = st.columns(2)
        left.button(
            w("saved.take_back"), on_click=saved.take_back, key="saved-back", width="stretch"
        )
        if is_free:
            right.button(
                w("saved.save_new"),
                on_click=saved.save,
                args=(case,),
                kwargs={"is_new": True},
                key="saved-new",
                width="stretch",
            )
    left_behind = saved.left()
    if left_behind is not None:
        st.button(w("saved.bring_back"), on_click=saved.bring_back, key="saved-left")
        sentences([w("saved.left", name=left_behind)], kind="note")


def _stand(view: View, opened: Open, changed: str) -> str:
    """How the form stands to what is saved."""
    w, there = view.words, opened.there
    if there is None:
        return w("saved.ready_changed", what=changed) if changed else w("saved.ready")
    if changed:
        return w("saved.unsaved", what=changed)
    when = moment_words(there.changed)
    return w("saved.stands", version=there.version, when=when, who=there.changed_by)


def _steps(view: View, there: SavedScenario, versions: Sequence[ScenarioVersion]) -> list[str]:
    """What undo and redo would change."""
    w, at = view.words, {each.number: each for each in versions}
    here, said = at[there.version], []
    if here.parent is not None:
        what = change_words(w, view.pack, at[here.parent].scenario, here.scenario)
        said.append(w("saved.undo_what", what=what))
    after = [each for each in versions if each.parent == here.number]
    if after:
        what = change_words(w, view.pack, here.scenario, after[-1].scenario)
        said.append(w("saved.redo_what", what=what))
    return said


def history(view: View, case: Case, opened: Open) -> None:
    """Every version in words, with the way to any of them, and what differs from the base."""
    w, there = view.words, opened.there
    if there is None:
        return
    with st.expander(w("saved.history")):
        base = saved.base_of(case, there.based_on)
        if base is not None:
            what = change_words(w, view.pack, base[1], opened.mine)
            key = "saved.differs" if what else "saved.as_base"
            sentences([w(key, base=base[0], what=what)])
        versions = store().scenarios.history(there.id)
        table(history_table(view, there, versions), w("saved.history"), rows_in_view=8)
        numbers = [each.number for each in reversed(versions) if each.number != there.version]
        if not numbers:
            return
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        if st.session_state.get("saved.version") not in numbers:
            st.session_state["saved.version"] = numbers[0]
        chosen = left.selectbox(w("saved.version"), numbers, key="saved.version")
        right.button(
            w("saved.go_to"),
            on_click=saved.go_to,
            args=(chosen,),
            disabled=opened.is_changed or opened.is_behind or there.removed is not None,
            key="saved-go",
            width="stretch",
        )


def history_table(
    view: View, there: SavedScenario, versions: Sequence[ScenarioVersion]
) -> pd.DataFrame:
    """The versions, newest first: number, when, by whom, and what changed."""
    w, at = view.words, {each.number: each for each in versions}
    rows = []
    for each in reversed(versions):
        if each.parent is None:
            what = w("saved.first")
        else:
            what = change_words(w, view.pack, at[each.parent].scenario, each.scenario)
        rows.append(
            {
                w("saved.column_version"): w("saved.here", n=each.number)
                if each.number == there.version
                else str(each.number),
                w("saved.column_what"): what,
                w("saved.column_from"): "" if each.parent is None else str(each.parent),
                w("saved.column_when"): moment_words(each.made),
                w("saved.column_who"): each.author,
            }
        )
    return pd.DataFrame(rows)
