"""The store as pages use it: opened once for all visitors of this server."""

from __future__ import annotations

import os

import streamlit as st

from planner.pack.place import home
from planner.runs.store import Store, open_store
from planner.runs.store.database import VARIABLE


def store() -> Store:
    """The store of this server.

    Raises:
        PlannerError: It cannot be opened; in words.
    """
    opened: Store = _opened(os.environ.get(VARIABLE), str(home()))
    return opened


def _open(url: str | None, place: str) -> Store:
    del place  # another folder is another store
    return open_store(url)


_opened = st.cache_resource(_open, show_spinner=False, max_entries=2)
