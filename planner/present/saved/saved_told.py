"""Who saves, and what the store or the rules refused, told once on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from planner.errors import PlannerError
from planner.people import NotYoursError
from planner.present import session
from planner.present.people import signing
from planner.present.words import Words
from planner.runs.store import ConflictError

AUTHOR = "me.name"
_FAULT = "saved.fault"


def author() -> str | None:
    """Who saves: whoever is signed in, else as the visitor says; None for the server's user."""
    return signing.name() or str(st.session_state.get(AUTHOR) or "").strip() or None


def name_field(w: Words) -> None:
    """Asks a visitor for their name; not who is signed in, whose name is known."""
    if signing.name() is None:
        st.text_input(w("saved.your_name"), key=AUTHOR, max_chars=80)


@contextmanager
def told() -> Iterator[None]:
    """What is refused is told on the page."""
    try:
        yield
    except NotYoursError:
        st.session_state[_FAULT] = session.speak()("people.save_own")
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
