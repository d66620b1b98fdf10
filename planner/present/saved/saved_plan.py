"""The rules of a plan in the form on the Plan page: opened, told where other, searched with."""

from __future__ import annotations

from typing import Any

import streamlit as st

from planner.present import session
from planner.present.kept_store import store
from planner.present.saved import rules_draft, saved
from planner.present.saved.saved import Open
from planner.present.saved.saved_named import first_name, named
from planner.present.saved.saved_recorded import as_asked, differing_rules, recorded
from planner.present.saved.saved_told import told
from planner.present.saved.saved_words import change_words
from planner.present.session import Case
from planner.present.view import View
from planner.present.widgets import sentences
from planner.runs import jobs
from planner.scenario import Scenario

_PACK = "plan.pack"


def start(case: Case, run_id: str | None, job_id: str | None = None) -> None:
    """Open what the address asks for, else what was open, else a plan's rules or a ready scenario.

    On a page just opened the form holds the rules of the plan that it shows, if it has one; but a
    saved scenario that the address asks for stays as it is, where the plan is none of its own.

    Args:
        case: The pack that is shown, with its ready scenarios.
        run_id: The run that the page shows; None for none.
        job_id: The search that the page shows in place of a run; None for none.
    """
    state = st.session_state
    is_new = saved.BASE not in state or state.get(_PACK) not in (None, str(case.pack.folder))
    if is_new:
        for name in (saved.BASE, saved.ID):
            state.pop(name, None)  # the rules of another pack
    asked = st.query_params.get("scenario")
    if asked and asked != state.get("address:scenario"):
        with told():
            saved.open_saved(store().scenarios.get(asked))
    if is_new:
        rules = session.rules_of(job_id) if job_id else None
        if run_id is not None:
            rules = session.run(run_id).scenario
        if rules is not None and (saved.BASE not in state or _is_of(rules, state[saved.BASE])):
            open_plan(case, rules, run_id)
        elif saved.BASE not in state:
            saved.open_ready(case, case.first_scenario)
    state[_PACK] = str(case.pack.folder)
    session.put_in_address("scenario", state.get(saved.ID))


def open_plan(case: Case, scenario: Scenario, run_id: str | None) -> None:
    """Set the rules to those of a plan: as changes of the scenario that it was made from.

    That is the saved one that is open, or a ready one of that name; else it is a new scenario.
    """
    state = st.session_state
    if not (state.get(saved.ID) and _is_of(scenario, state[saved.BASE])):
        ready = case.scenario_named(first_name(scenario.name))
        if ready is None:
            saved.open_run(case.pack, scenario, run_id)
            return
        saved.open_ready(case, ready)
    seen: Scenario = state[saved.BASE]
    rules = as_asked(case.pack, scenario, seen)
    saved.turn(rules.model_copy(update={"name": seen.name, "description": seen.description}))


def _is_of(scenario: Scenario, seen: Scenario) -> bool:
    """Whether a plan is called after a scenario, or was when its rules were changed."""
    return seen.name in (scenario.name, first_name(scenario.name))


def _version_solved(opened: Open) -> dict[str, Any]:
    """The saved scenario that a job begins from; nothing where the form is not what was saved."""
    if opened.there is None or opened.is_changed:
        return {}
    return {
        "scenario_id": opened.there.id,
        "scenario_version": int(st.session_state[saved.VERSION]),
    }


def solve(case: Case) -> str:
    """Begin the search for the best plan under the rules that are set; the job's id.

    Rules that were changed and still have the name they began with get one that tells the change.
    """
    opened = saved.now()
    rules = named(session.speak(), case.pack, opened.seen, opened.mine)
    owner = None if opened.there is None else opened.there.owner
    hidden = owner is not None and owner.is_private
    return jobs.start(case.pack.folder, rules, is_private=hidden, **_version_solved(opened))


def other_rules(view: View, case: Case, rules: Scenario | None, run_id: str | None) -> None:
    """That the form holds other rules than the plan beside it, with a way to that plan's.

    Args:
        view: The page's words and pack.
        case: The pack that is shown, with its ready scenarios.
        rules: Of the plan, or of the search for it; None where nothing is known of them.
        run_id: The plan; None while it is searched for.
    """
    w, mine = view.words, rules_draft.now()
    with st.container():
        if rules is None or not differing_rules(case.pack, rules, mine):
            return
        same_name = mine.model_copy(update={"name": rules.name, "description": rules.description})
        both = [recorded(case.pack, each) for each in (rules, same_name)]
        what = change_words(w, view.pack, *both)
        sentences([w("plan.other_rules", what=what)], kind="warning")
        st.button(w("plan.again"), on_click=open_plan, args=(case, rules, run_id), key="plan-again")
