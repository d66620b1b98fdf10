"""The server where there is a login: Streamlit's own, with a guard before what it hands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import streamlit as st
from starlette.middleware import Middleware
from streamlit.errors import StreamlitAPIException
from streamlit.starlette import App

from planner.present.people import trusted
from planner.present.people.guard import Guard


def has_login() -> bool:
    """Whether people sign in here: a proxy names them, or Streamlit's own login is set up.

    Raises:
        PlannerError: A proxy is set up in a way that cannot hold.
    """
    if trusted.proxy() is not None:
        return True
    try:
        return "auth" in st.secrets
    except (StreamlitAPIException, FileNotFoundError):  # there are no secrets
        return False


def serve(script: str, options: Sequence[str]) -> NoReturn:
    """Serve until stopped.

    Args:
        script: The app's file.
        options: As Streamlit's own command takes them: `--server.port`, then 8501.
    """
    App(script, middleware=[Middleware(Guard)]).run(config=_config(options))
    raise SystemExit(0)


def _config(options: Sequence[str]) -> Mapping[str, Any]:
    named = zip(options[::2], options[1::2], strict=True)
    return {key.removeprefix("--"): _value(text) for key, text in named}


def _value(text: str) -> str | int | bool:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdecimal() else text
