"""Puts the guard before what Streamlit's server hands out."""

from __future__ import annotations

import os

from starlette.middleware import Middleware
from streamlit.web.server.starlette import starlette_app

from planner.present.people import deferred
from planner.present.people.guard import Guard


def set_guard() -> None:
    """Have every request to this process's server pass the guard; once, before it starts.

    Streamlit lets an app add middleware only where the app serves itself, and does not read its
    settings from the environment then; so the guard joins Streamlit's own middleware here.
    """
    # Who is at the other end is what the connection says: a header of theirs changes nothing.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    deferred.follow()
    own = starlette_app.create_streamlit_middleware

    def with_guard() -> list[Middleware]:
        return [Middleware(Guard), *own()]

    starlette_app.create_streamlit_middleware = with_guard
