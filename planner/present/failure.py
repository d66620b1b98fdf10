"""The net under every page: a fault of the input is said, anything else gets an id and a log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from planner.errors import PlannerError
from planner.present.words import Words

_log = logging.getLogger(__name__)


class _Over(Exception):  # noqa: N818 - no error: the page has said all it has
    """A page that ends early."""


def leave() -> NoReturn:
    """End a page here; what stands around it still comes, which Streamlit's own stop would end."""
    raise _Over


@contextmanager
def net(words: Words) -> Iterator[None]:
    """Show a sentence instead of a traceback; the log has the rest under the same id.

    A page that stops early has said all it has; what stands around it still comes.
    """
    try:
        yield
    except _Over:
        return
    except PlannerError as error:
        st.error(words("error.input"))
        for line in str(error).splitlines():
            st.text(line)
    except Exception:  # noqa: BLE001 - the last net; the log has the traceback
        number = secrets.token_hex(4)
        _log.exception("page failed, error %s", number)
        st.error(words("error.unexpected", id=number))
