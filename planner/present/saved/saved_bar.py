"""The widgets that open, save, undo and redo a scenario, and tell what others have saved."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.present.escape import markdown_text
from planner.present.kept_store import store
from planner.present.people import signing
from planner.present.saved import rules_draft, saved, saved_shelf
from planner.present.saved.saved import Open
from planner.present.saved.saved_told import name_field, refusal
from planner.present.saved.saved_words import change_words
from planner.present.session import Case
from planner.present.view import View
from planner.present.widgets import sentences, table
from planner.present.words import Words
from planner.runs.store import SavedScenario, ScenarioVersion
from planner.runs.store.ids import moment_words
from planner.scenario import Scenario


def chooser(view: View, case: Case, opened: Open) -> None:
    """What can be opened: ready scenarios and one's own."""
    w = view.words
    chosen = st.session_state.setdefault(saved.START, saved.UNLISTED)
    names = saved_shelf.names(w, case, chosen, opened.seen.name)
    st.selectbox(
        w("plan.start"),
        list(names),
        key=saved.START,
        format_func=lambda name: names[name],
        on_change=saved.choose,
        args=(case,),
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
    row = st.container(horizontal=True, gap="small")
    row.button(w("saved.take_theirs"), on_click=saved.take_theirs, key="saved-theirs")
    row.button(
        w("saved.save_mine"),
        on_click=saved.save,
        args=(case,),
        kwargs={"is_new": True},
        key="saved-mine",
    )


def bar(view: View, case: Case, opened: Open, base: tuple[str, Scenario]) -> None:
    """Save, undo and redo, with what they would do in words, and what differs from the base."""
    w, there = view.words, opened.there
    sentences(refusal().splitlines(), kind="warning")
    if there is not None and there.removed is not None:
        sentences([w("saved.put_away", when=moment_words(there.removed))], kind="warning")
    versions = () if there is None else store().scenarios.history(there.id)
    changed = change_words(w, view.pack, opened.seen, opened.mine)
    is_free = there is not None and not opened.is_behind and there.removed is None
    can_go = is_free and not opened.is_changed
    row = st.container(horizontal=True, gap="small")  # as wide as their words: none is cut off
    row.button(
        w("saved.save" if there is not None else "saved.save_first"),
        on_click=saved.save,
        args=(case,),
        kwargs={"is_new": False},
        disabled=there is not None and not (is_free and opened.is_changed),
        key="saved-save",
    )
    back, on = _steps(view, there if can_go else None, versions)
    for name, do, what in (("undo", saved.undo, back), ("redo", saved.redo, on)):
        row.button(
            w(f"saved.{name}"),
            on_click=do,
            disabled=what is None,
            help=None if what is None else markdown_text(w(f"saved.{name}_what", what=what)),
            key=f"saved-{name}",
        )
    sentences([_stand(view, opened, changed)], kind="note")
    differs = change_words(w, view.pack, base[1], opened.mine)
    if there is not None and differs not in ("", changed):
        sentences([w("rules.differs", base=base[0], what=differs)], kind="note")
    if opened.is_changed:
        row = st.container(horizontal=True, gap="small")
        row.button(w("saved.take_back"), on_click=saved.take_back, key="saved-back")
        if is_free:
            row.button(
                w("saved.save_new"),
                on_click=saved.save,
                args=(case,),
                kwargs={"is_new": True},
                key="saved-new",
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


def _steps(
    view: View, there: SavedScenario | None, versions: Sequence[ScenarioVersion]
) -> tuple[str | None, str | None]:
    """What undo and redo would change: a step in the form, else a version; None where nothing."""
    w, now = view.words, rules_draft.now()
    back, on = rules_draft.before(), rules_draft.after()
    if there is not None:
        at = {each.number: each for each in versions}
        here = at[there.version]
        later = [each for each in versions if each.parent == here.number]
        if back is None and here.parent is not None:
            back = at[here.parent].scenario
        if on is None and later:
            on = later[-1].scenario
    return (
        None if back is None else change_words(w, view.pack, back, now),
        None if on is None else change_words(w, view.pack, now, on),
    )


def history(view: View, opened: Open) -> None:
    """Every version in words, with the way to any of them."""
    w, there = view.words, opened.there
    if there is None:
        return
    with st.expander(w("saved.history")):
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


def who(w: Words) -> None:
    """Who saves."""
    if signing.name() is not None:
        return
    with st.expander(w("saved.who")):
        name_field(w)
        st.caption(w("saved.your_name_note"))
