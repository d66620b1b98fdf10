"""Whether people sign in here at all: by Streamlit's own login, or by the word of a proxy."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from planner.errors import PlannerError
from planner.present.people import trusted

LOGIN = "UGATUZI_LOGIN"
REQUIRED = "required"


def is_set_up() -> bool:
    """Whether Streamlit's own login is set up: `[auth]` in its file of secrets.

    Raises:
        PlannerError: The file cannot be read: whoever wrote it may have meant a login. Or
            UGATUZI_LOGIN asks for one, and there is none.
    """
    told = st.get_option("secrets.files")
    files = [told] if isinstance(told, str) else list(told)
    if any(Path(each).exists() for each in files):
        try:
            if "auth" in st.secrets:
                return True
        except FileNotFoundError:  # Streamlit's word for a file that it cannot read, too
            message = (
                "Streamlit's file of secrets cannot be read, so nobody is let in. Whoever looks "
                "after the server finds why in its log."
            )
            raise PlannerError(message) from None
    wanted = os.environ.get(LOGIN, "").strip()
    if wanted not in ("", REQUIRED):
        raise PlannerError(f"{LOGIN}: found {wanted!r}; expected {REQUIRED!r}, or nothing.")
    if wanted:
        message = (
            f"{LOGIN} asks for a login, and none is set up, so nobody is let in. Whoever looks "
            "after the server sets one up, as the chapter on servers says."
        )
        raise PlannerError(message)
    return False


def is_any() -> bool:
    """Whether people sign in here in any way.

    Raises:
        PlannerError: A login is set up in a way that cannot hold.
    """
    return trusted.proxy() is not None or is_set_up()
