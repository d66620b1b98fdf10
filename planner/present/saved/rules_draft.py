"""The rules that are being set: one scenario behind every field, and its steps for undo."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from planner.scenario import Scenario
from planner.scenario.change import differing_keys, with_keys

_NOW, _BACK, _AHEAD = "plan.draft", "plan.back", "plan.ahead"
_MOST_STEPS = 200


def now() -> Scenario:
    """The rules as they are set at this moment."""
    found: Scenario = st.session_state[_NOW]
    return found


def begin(scenario: Scenario) -> None:
    """Set the rules anew; what was done before is no step of theirs."""
    st.session_state.update({_NOW: scenario, _BACK: [], _AHEAD: []})


def turn(scenario: Scenario) -> None:
    """Set the rules as one step, which `undo` takes back."""
    state = st.session_state
    if differing_keys(state[_NOW], scenario):
        state[_BACK] = [*state[_BACK], state[_NOW]][-_MOST_STEPS:]
        state.update({_NOW: scenario, _AHEAD: []})


def change(keys: Mapping[str, object]) -> None:
    """Set some keys as one step; see `planner.scenario.change.with_keys`.

    Raises:
        InputError: The rules would not be ones; they stay as they are.
    """
    turn(with_keys(now(), keys))


def before() -> Scenario | None:
    """The rules that `undo` leads back to; None where there is no step."""
    steps = st.session_state.get(_BACK) or [None]
    return steps[-1]  # type: ignore[no-any-return]


def after() -> Scenario | None:
    """The rules that `redo` leads on to; None where there is no step."""
    steps = st.session_state.get(_AHEAD) or [None]
    return steps[-1]  # type: ignore[no-any-return]


def undo() -> None:
    """Take the last step back."""
    _step(_BACK, _AHEAD)


def redo() -> None:
    """Take a step again that was taken back."""
    _step(_AHEAD, _BACK)


def _step(source: str, target: str) -> None:
    state = st.session_state
    if state[source]:
        state[target] = [*state[target], state[_NOW]]
        *state[source], state[_NOW] = state[source]
