"""The net under every page: a fault of the input is said, anything else gets an id and a log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from planner.errors import PlannerError
from planner.present.words import Words

_log = logging.getLogger(__name__)


@contextmanager
def net(words: Words) -> Iterator[None]:
    """Show a sentence instead of a traceback; the log has the rest under the same id.

    A page that stops early has said all it has; what stands around it still comes.
    """
    try:
        yield
    except StopException:
        return
    except PlannerError as error:
        st.error(words("error.input"))
        for line in str(error).splitlines():
            st.text(line)
    except Exception:  # noqa: BLE001 - the last net; the log has the traceback
        number = secrets.token_hex(4)
        _log.exception("page failed, error %s", number)
        st.error(words("error.unexpected", id=number))
