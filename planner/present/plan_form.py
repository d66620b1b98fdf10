"""The form of rules on the Plan page: filled from a scenario, shown, and read back."""

from __future__ import annotations

import streamlit as st

from planner.present import locks, rules
from planner.present.today import View
from planner.present.widgets import sentences
from planner.scenario import Scenario

_MONEY = {"annual": 100_000, "capital": 1_000_000}


def fill(scenario: Scenario) -> None:
    """Set every field as a scenario says."""
    values = rules.from_scenario(scenario)
    for name in rules.FIELDS:
        st.session_state[f"plan.{name}"] = getattr(values, name)
    locks.replace(values.locks)


def current() -> rules.Rules:
    """What the fields say now."""
    values = {name: st.session_state[f"plan.{name}"] for name in rules.FIELDS}
    return rules.Rules(**values, locks=locks.current())


def scenario_of(base: Scenario) -> Scenario:
    """The scenario that the fields describe; what they do not show stays as in `base`.

    Raises:
        InputError: A value is out of range.
    """
    return rules.to_scenario(current(), base)


def show(view: View, base: Scenario) -> rules.Rules:
    """The widgets of the rules.

    Returns:
        What they say.
    """
    w, state = view.words, st.session_state
    hidden = rules.beyond_form(w, view.pack, base)
    if hidden:
        sentences([w("plan.beyond", keys="; ".join(hidden))], kind="note")
    st.text_input(w("plan.name"), key="plan.name", max_chars=120)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        _choice(view, "count_rule", rules.COUNT_RULES, "plan.count_")
    with right:
        _number(view, "count", 1, len(view.pack.sites), disabled=state["plan.count_rule"] == "any")
    for money, most in _MONEY.items():
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.checkbox(w(f"plan.has_{money}"), key=f"plan.has_{money}")
        with right:
            _number(
                view,
                f"{money}_m",
                0,
                most,
                step=10,
                disabled=not state[f"plan.has_{money}"],
                is_label_hidden=True,
            )
    _duplicates(view)
    with st.expander(w("plan.more")):
        _more(view)
    with st.expander(w("locks.title")):  # a label that changed would close it
        st.caption(w("locks.explain", n=len(locks.current())))
        locks.table(view)
    return current()


def _duplicates(view: View) -> None:
    w, state = view.words, st.session_state
    note = w("duplicates.explain")
    _choice(view, "duplicates", rules.DUPLICATE_RULES, "plan.duplicates_", note)
    if state["plan.duplicates"] == "cap":
        _number(view, "cap", 0, 10_000)
    if state["plan.duplicates"] == "price":
        _share(view, "price_min", 0.05)
    if state["plan.duplicates"] != "allow":
        _number(view, "separation_km", 0, 1000, step=10)
        st.checkbox(w("plan.justified"), key="plan.justified")


def _more(view: View) -> None:
    w = view.words
    _choice(view, "objective", rules.OBJECTIVES, "objective.")
    st.radio(
        w("plan.existing"),
        rules.EXISTING,
        key="plan.existing",
        format_func=lambda name: w(f"plan.existing_{name}"),
    )
    _number(view, "floor", 0, 20)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        _number(view, "time_limit_s", 1, 86_400, step=10)
    with right:
        _share(view, "gap_percent", 0.05)


def _choice(
    view: View, name: str, options: tuple[str, ...], prefix: str, note: str | None = None
) -> None:
    w = view.words
    st.selectbox(
        w(f"plan.{name}"),
        options,
        key=f"plan.{name}",
        format_func=lambda each: w(f"{prefix}{each}"),
        help=note,
    )


def _number(
    view: View,
    name: str,
    least: int,
    most: int,
    *,
    step: int = 1,
    disabled: bool = False,
    is_label_hidden: bool = False,
) -> None:
    """A whole number; its limits give way to a scenario that goes beyond them."""
    value = int(st.session_state[f"plan.{name}"])
    st.number_input(
        view.words(f"plan.{name}"),
        min(least, value),
        max(most, value),
        key=f"plan.{name}",
        step=step,
        disabled=disabled,
        label_visibility="collapsed" if is_label_hidden else "visible",
    )


def _share(view: View, name: str, step: float) -> None:
    most = max(100.0, float(st.session_state[f"plan.{name}"]))
    st.number_input(
        view.words(f"plan.{name}"), 0.0, most, key=f"plan.{name}", step=step, format="%.2f"
    )
