"""The store as pages use it: opened once for all visitors of this server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from planner.pack.place import STORE_VARIABLE, home
from planner.people import acting

if TYPE_CHECKING:
    from planner.runs.store import Store
    from planner.runs.store.types import SubjectKind


def store() -> Store:
    """The store of this server.

    Raises:
        PlannerError: It cannot be opened; in words.
    """
    opened: Store = _opened(os.environ.get(STORE_VARIABLE), str(home()))
    return opened


def require_sight(kind: SubjectKind, its_id: str) -> None:
    """Refuse what is somebody else's and private: for what is computed once for all visitors.

    Raises:
        NotYoursError: It is.
        PlannerError: It is not there.
    """
    if acting() is not None:
        from planner.runs.store import Subject  # noqa: PLC0415 - long to load

        store().owners.of(Subject(kind, its_id))


def _open(url: str | None, place: str) -> Store:
    from planner.runs.store import open_store  # noqa: PLC0415 - long to load; Today does without

    del place  # another folder is another store
    return open_store(url)


_opened = st.cache_resource(_open, show_spinner=False, max_entries=2)
