"""Rules that clash as a page shows them, each with a button for every change that helps."""

from __future__ import annotations

import streamlit as st

from planner.present import carried, session
from planner.present.escape import markdown_text
from planner.present.rules.clashes import Clashing, Mend, clashing
from planner.present.saved import rules_draft, saved, saved_plan
from planner.present.saved.saved_recorded import differing_rules
from planner.present.session import Case
from planner.present.view import View
from planner.present.widgets import sentences
from planner.present.words import Words
from planner.runs.reading import StoredRun
from planner.scenario import Scenario
from planner.scenario.change import differing_keys

_MENDED = "plan.mended"  # what was changed, and the rules since
_GO = "mend.go"  # whether a button has just opened rules for the page Plan


def on_plan(view: View, case: Case, run: StoredRun) -> None:
    """On the page Plan: a button changes the rules that are set, which can be taken back."""
    w = view.words
    _changed(view, case)
    found = clashing(view, run.report, rules_draft.now())
    is_mended = differing_rules(run.pack, rules_draft.now(), run.scenario)
    if is_mended and not any(each.mends for each in found):
        st.caption(w("mend.already"))
    _rules(view, run, rules_draft.now(), run_id=None)


def elsewhere(view: View, run: StoredRun, run_id: str) -> None:
    """On other pages: a button opens the rules of the run on the page Plan, changed."""
    if st.session_state.pop(_GO, False):
        carried.turn_to("plan")
    _rules(view, run, run.scenario, run_id=run_id)


def _rules(view: View, run: StoredRun, scenario: Scenario, *, run_id: str | None) -> None:
    w = view.words
    found = clashing(view, run.report, scenario)
    if not found:
        return
    st.subheader(w("mend.title"), anchor=False)
    if any(each.mends for each in found):
        st.caption(w("mend.about" if run_id is None else "mend.about_elsewhere"))
    is_read = w.language == "en"  # the reasons are only there in English
    for number, each in enumerate(found):
        with st.container(border=True):
            st.markdown(f"**{markdown_text(each.title)}**")
            if is_read:
                sentences(_reasons(w, each))
            if not each.mends:
                st.caption(w("mend.no_button"))
            with st.container(horizontal=True):
                for at, mend in enumerate(each.mends):
                    st.button(
                        markdown_text(mend.label),
                        key=f"mend-{number}-{at}",
                        help=markdown_text(mend.told),
                        on_click=_mend,
                        args=(mend, run_id),
                    )
    if not is_read:
        with st.expander(w("mend.reasons")):
            sentences(w.in_english([line for each in found for line in _reasons(w, each)]))


def _reasons(w: Words, found: Clashing) -> list[str]:
    return [found.text, f"{w('mend.help')}: {found.repair}"]


def _mend(mend: Mend, run_id: str | None) -> None:
    if saved.change(mend.keys, run_id=run_id):
        st.session_state[_MENDED] = (mend.told, rules_draft.now())
        if run_id is not None:
            st.session_state.update({"plan.run": run_id, _GO: True})


def _changed(view: View, case: Case) -> None:
    """What the last button changed, as long as nothing else was changed since."""
    w = view.words
    told, rules = st.session_state.get(_MENDED) or ("", None)
    if rules is None or differing_keys(rules, rules_draft.now()):
        return
    st.success(markdown_text(w("mend.changed", told=told)))
    left, right = st.columns(2)
    left.button(w("mend.again"), on_click=_again, args=(case,), width="stretch")
    right.button(w("mend.undo"), on_click=saved.undo, width="stretch")


def _again(case: Case) -> None:
    """Solve the rules that are set, and turn the page to that."""
    job = saved_plan.solve(case)
    st.session_state.update({"plan.job": job, "plan.run": None, "plan.next_view": "result"})
    session.put_in_address("job", job)
    session.put_in_address("run", None)
