"""Who saves, and what the store or the rules refused, told once on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from planner.errors import PlannerError
from planner.present import session
from planner.runs.store import ConflictError

AUTHOR = "me.name"
_FAULT = "saved.fault"


def author() -> str | None:
    """Who saves, as the visitor says; None for the user that the server runs as."""
    return str(st.session_state.get(AUTHOR) or "").strip() or None


@contextmanager
def told() -> Iterator[None]:
    """What is refused is told on the page."""
    try:
        yield
    except ConflictError:
        st.session_state[_FAULT] = session.speak()("saved.refused")
    except PlannerError as error:
        refuse(error)


def refuse(error: PlannerError) -> None:
    """Tell on the page, once, why something was not done."""
    lines = session.speak().in_english(str(error).splitlines())
    st.session_state[_FAULT] = "\n".join(lines)


def refusal() -> str:
    """What was refused of the last action; told once."""
    return str(st.session_state.pop(_FAULT, ""))
