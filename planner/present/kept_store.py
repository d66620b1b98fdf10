"""The store as pages use it: opened once for all visitors of this server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from planner.pack.place import STORE_VARIABLE, home

if TYPE_CHECKING:
    from planner.runs.store import Store


def store() -> Store:
    """The store of this server.

    Raises:
        PlannerError: It cannot be opened; in words.
    """
    opened: Store = _opened(os.environ.get(STORE_VARIABLE), str(home()))
    return opened


def _open(url: str | None, place: str) -> Store:
    from planner.runs.store import open_store  # noqa: PLC0415 - long to load; Today does without

    del place  # another folder is another store
    return open_store(url)


_opened = st.cache_resource(_open, show_spinner=False, max_entries=2)
