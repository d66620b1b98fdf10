"""The scenario as a file: taken away, opened, and edited as text where the form does not reach."""

from __future__ import annotations

import re

import streamlit as st
import tomli_w

from planner.errors import Fault, InputError
from planner.pack.types import Pack
from planner.present import session
from planner.present.saved import rules_draft, saved
from planner.present.uploads import fault_table
from planner.present.view import View
from planner.present.widgets import sentences, table
from planner.scenario import Scenario, parse_scenario, scenario_toml
from planner.scenario.checks import faults_on
from planner.scenario.rules import duplicate_rule

_TEXT, _SHOWN, _FAULTS = "plan.toml", "plan.toml_shown", "plan.toml_faults"
_MOST_MB = 1
_FILE = "scenario.toml"


def show(view: View) -> None:
    """Download, upload, and the text with every fault by its key."""
    w, rules = view.words, rules_draft.now()
    st.caption(w("rules.file_note"))
    st.download_button(
        w("rules.file_get"),
        scenario_toml(rules, view.pack),
        file_name(rules.name),
        mime="application/toml",
        on_click="ignore",
        key="rules-download",
        width="stretch",
    )
    number = st.session_state.get("plan.file_number", 0)
    st.file_uploader(
        w("rules.file_open"),
        type=["toml"],
        key=f"rules.file.{number}",
        max_upload_size=_MOST_MB,
        on_change=_opened,
        args=(number,),
        help=w("rules.file_open_help"),
    )
    text = text_of(rules, view.pack)
    if st.session_state.get(_SHOWN) != text or _TEXT not in st.session_state:
        st.session_state.update({_TEXT: text, _SHOWN: text})
    st.text_area(w("rules.text"), key=_TEXT, height=320, help=w("rules.text_help"))
    st.button(w("rules.text_apply"), on_click=_applied, key="rules-apply", width="stretch")
    faults: list[Fault] = st.session_state.get(_FAULTS, [])
    if faults:
        sentences([w("rules.faults", n=len(faults))], kind="warning")
        table(fault_table(w, faults), w("rules.text"))


def text_of(rules: Scenario, pack: Pack) -> str:
    """The scenario as a text to be edited: every key that has a value, without its origin."""
    data = rules.model_dump(mode="json", exclude_none=True, exclude={"origin"})
    data["duplicates"]["rule"] = duplicate_rule(pack, rules)
    return tomli_w.dumps(data)


def read_text(text: str, pack: Pack, file: str = _FILE) -> Scenario:
    """The scenario of a text, if it can be asked of the pack.

    Raises:
        InputError: With every fault by its key.
    """
    rules = parse_scenario(text, file)
    faults = faults_on(pack, rules)
    if faults:
        raise InputError(faults)
    return rules


def file_name(name: str) -> str:
    """What the file of a scenario is called: its name in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return f"{plain or 'scenario'}.toml"


def _applied() -> None:
    state = st.session_state
    try:
        saved.turn(read_text(state[_TEXT], session.case().pack))
    except InputError as error:
        state[_FAULTS] = list(error.faults)
    else:
        state[_FAULTS] = []


def _opened(number: int) -> None:
    state, case = st.session_state, session.case()
    given = state[f"rules.file.{number}"]
    if given is None:
        return
    state["plan.file_number"] = number + 1  # an empty field, so that the file can be given again
    try:
        rules = read_text(_decoded(given.getvalue(), given.name), case.pack, given.name)
    except InputError as error:
        state[_FAULTS] = list(error.faults)
        return
    state[_FAULTS] = []
    saved.open_file(rules, case)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "Save the file as UTF-8 text."
        raise InputError([Fault(name, None, None, "not UTF-8", "UTF-8", message)]) from None
