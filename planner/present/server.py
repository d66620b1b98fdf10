"""The app's server process: `python -m planner.present.server run app.py`, as Streamlit's own.

While it starts, and while the browser loads the page, what the first page needs is made ready; what
other pages need follows when nobody waits.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import threading
import time

import psutil

from planner.errors import PlannerError
from planner.starter import end_with_starter

# Not what declares components: the server must be there.
_FIRST = ("pandas", "folium", "planner.insight.points")
_LATER = ("altair", "planner.runs.store", "planner.present.compare.compare_members")
_FIRST_PAGE_SECONDS = 4.0  # in which the first page has the processor
_END_SECONDS = 5.0  # to end by itself
_IDLE_SHARE = 20.0  # of one processor, in percent: below it nobody waits for a page


def make_ready() -> None:
    """Load what the first page needs and read its pack, ahead of all visitors; then what others do.

    What is wrong with the pack or the store is left for the pages to say.
    """
    session = importlib.import_module("planner.present.session")
    with contextlib.suppress(PlannerError):
        session.case_of(session.default_folder())
    for name in _FIRST:
        importlib.import_module(name)
    time.sleep(_FIRST_PAGE_SECONDS)
    for name in _LATER:
        importlib.import_module(name)
    with contextlib.suppress(PlannerError):
        importlib.import_module("planner.present.kept_store").store()
    with contextlib.suppress(PlannerError):
        importlib.import_module("planner.present.ahead").look_ahead(_when_idle)
    importlib.import_module("planner.present.memory").settle()


def _when_idle() -> None:
    """Wait until this process has nothing to do."""
    own = psutil.Process()
    while own.cpu_percent(interval=1.0) > _IDLE_SHARE:
        pass


def end_self() -> None:
    """End as on a signal, else at once.

    A server that is left alone would hold its port, and the next one would have to take another.
    """
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_SECONDS)
    os._exit(1)


def main() -> None:
    """Serve, and make ready beside it."""
    end_with_starter(end_self)
    from streamlit.web import cli  # noqa: PLC0415 - loaded by the process that serves alone

    threading.Thread(target=make_ready, daemon=True).start()
    importlib.import_module("planner.present.people.serving").set_guard()
    sys.argv[0] = "streamlit"
    cli.main()


if __name__ == "__main__":
    main()
