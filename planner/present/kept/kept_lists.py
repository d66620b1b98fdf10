"""The lists of what is kept: filtered, one of them chosen, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from planner.present import carried, subjects
from planner.present.kept import kept, kept_actions
from planner.present.kept.kept import RunFacts
from planner.present.kept_store import store
from planner.present.saved import saved_bar, saved_shelf
from planner.present.session import Case
from planner.present.view import View
from planner.present.widgets import heading, sentences, table
from planner.present.words import Words
from planner.runs.record import recorded_travel
from planner.runs.store import KeptRun, SavedScenario, Subject
from planner.runs.waiting import adopt_waiting

MOST_CHOICES = 1000
MOST_COMPARED = 5


def _filters(w: Words, kind: str) -> tuple[str, str | None, bool]:
    """What is searched for, the tag that is asked for, and whether those put away are."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    wanted = left.text_input(w("kept.search"), key=f"kept.search_{kind}", max_chars=80)
    known = list(store().notes.tags())
    key = f"kept.tag_{kind}"
    if st.session_state.get(key) not in known:
        st.session_state[key] = None
    tag = right.selectbox(
        w("kept.tag"), known, index=None, key=key, placeholder=w("kept.tag_all"), disabled=not known
    )
    away = st.checkbox(w("kept.show_away"), key=f"kept.away_{kind}")
    return wanted, tag, away


# -- scenarios -----------------------------------------------------------------------------


def scenarios(view: View, case: Case) -> None:
    """The saved scenarios, and one of them with its history, notes and tags."""
    w = view.words
    wanted, tag, away = _filters(w, "scenario")
    found = kept.matching(store().scenarios.list(tag=tag, removed=away), wanted)
    if not found:
        st.info(w("kept.none_found" if wanted or tag or away else "kept.no_scenarios"))
        st.page_link("app_pages/plan.py", label=w("kept.go_plan"))
        return
    table(kept.scenario_table(w, found), w("kept.scenarios"))
    _tell_more(w, len(found))
    names = {each.id: f"{each.name} · {each.id[:6]}" for each in found[:MOST_CHOICES]}
    chosen = _choice("kept.scenario", names, w("kept.choose_scenario"))
    one = next(each for each in found if each.id == chosen)
    subject = Subject("scenario", one.id)
    left, right = st.columns([3, 2], gap="large")
    with left:
        heading(one.name)
        versions = store().scenarios.history(one.id)
        base = saved_shelf.base_of(case, one.based_on)
        if base is not None:
            sentences([w("kept.made_from", base=base[0])], kind="note")
        table(saved_bar.history_table(view, one, versions), w("saved.history"), rows_in_view=8)
    with right:
        _scenario_actions(w, case, one, subject)
    st.subheader(w("kept.notes"), anchor=False)
    kept_actions.notes(w, subject)


def _scenario_actions(w: Words, case: Case, one: SavedScenario, subject: Subject) -> None:
    is_here = f"scenario:{one.id}" in saved_shelf.own(case)
    if is_here and one.removed is None:
        if st.button(w("kept.open_scenario"), type="primary", key="kept-open", width="stretch"):
            carried.turn_to("plan", scenario=one.id)
    elif one.removed is None:
        st.caption(w("kept.other_pack"))
    kept_actions.whose(w, subject, one)
    if not kept_actions.may_act(one):
        return
    if one.removed is None:
        key = f"kept_name.{one.id}.{one.revision}"
        st.session_state.setdefault(key, one.name)
        st.text_input(w("kept.name"), key=key, max_chars=120)
        st.button(
            w("kept.rename"),
            on_click=kept_actions.rename,
            args=(one.id, one.revision, key),
            key="kept-rename",
            width="stretch",
        )
    kept_actions.tags(w, subject, one.tags)
    kept_actions.put_away_button(w, subject, one)


# -- runs ----------------------------------------------------------------------------------


def runs(view: View, case: Case) -> None:
    """The kept runs, and one of them with its figures, notes and tags."""
    w = view.words
    adopt_waiting()
    wanted, tag, away = _filters(w, "run")
    parts = st.checkbox(w("kept.with_parts"), key="kept.parts")
    listed = store().runs.list(tag=tag, removed=away)
    listed = tuple(each for each in listed if parts or each.source not in subjects.PARTS)
    found = kept.matching(listed, wanted)
    if not found:
        st.info(w("kept.none_found" if wanted or tag or away else "kept.no_runs"))
        st.page_link("app_pages/plan.py", label=w("kept.go_plan"))
        return
    shown = found[: kept.MOST_ROWS]
    facts = {each.id: _facts(each.id) for each in shown}
    several = len({each.pack_id for each in found}) > 1
    table(kept.run_table(w, shown, facts, several_packs=several), w("kept.runs"))
    _tell_more(w, len(found))
    st.caption(w("kept.runs_note"))
    names = {each.id: subjects.run_name(each) for each in found[:MOST_CHOICES]}
    chosen = _choice("kept.run", names, w("kept.choose_run"))
    one = next(each for each in found if each.id == chosen)
    subject = Subject("run", one.id)
    left, right = st.columns([3, 2], gap="large")
    with left:
        heading(one.name)
        table(kept.run_facts(w, one, _facts(one.id)), w("kept.facts"), rows_in_view=None)
    with right:
        _run_actions(w, case, one, names)
        kept_actions.whose(w, subject, one)
        if kept_actions.may_act(one):
            kept_actions.tags(w, subject, one.tags)
            kept_actions.put_away_button(w, subject, one)
    st.subheader(w("kept.notes"), anchor=False)
    kept_actions.notes(w, subject)


def _run_actions(w: Words, case: Case, one: KeptRun, names: dict[str, str]) -> None:
    st.page_link("app_pages/plan.py", label=w("kept.open_run"), query_params={"run": one.id})
    if one.kpis is not None:
        st.page_link("app_pages/export.py", label=w("kept.export"), query_params={"run": one.id})
    others = {name: called for name, called in names.items() if name != one.id}
    key = f"kept_with.{one.id}"
    st.session_state[key] = [name for name in st.session_state.get(key, []) if name in others]
    beside = st.multiselect(
        w("kept.compare_with"),
        list(others),
        key=key,
        max_selections=MOST_COMPARED,
        format_func=lambda name: others[name],
        placeholder=w("kept.compare_today" if "today" in case.networks else "compare.choose"),
    )
    listed = beside or [name for name in ("today",) if name in case.networks]
    asked = {"compare": ",".join([one.id, *listed])}
    st.page_link("app_pages/compare.py", label=w("kept.compare"), query_params=asked)


def _read_facts(run_id: str) -> RunFacts:
    info = store().runs.info(run_id)
    return RunFacts(
        recorded_travel(info), str(info["pack"].get("currency", ""))
    )  # runs before 0.5 tell none


_facts = st.cache_data(_read_facts, show_spinner=False, max_entries=2000)


# -- both ----------------------------------------------------------------------------------


def _tell_more(w: Words, number: int) -> None:
    if number > kept.MOST_ROWS:
        st.caption(w("kept.more", n=w.count(kept.MOST_ROWS), total=w.count(number)))


def _choice(key: str, names: dict[str, str], label: str) -> str:
    state = st.session_state
    if state.get(key) not in names:
        state[key] = next(iter(names))
    chosen: str = st.selectbox(label, list(names), key=key, format_func=lambda name: names[name])
    return chosen
