"""The app's server process: `python -m planner.present.server run app.py`, as Streamlit's own.

While it starts, and while the browser loads the page, what the first page needs is made ready.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading

from planner.errors import PlannerError

_HEAVY = ("pandas", "folium", "altair")  # not what declares components: the server must be there


def make_ready() -> None:
    """Load what the first page needs, read its pack and open the store, ahead of all visitors.

    What is wrong with the pack or the store is left for the pages to say.
    """
    session = importlib.import_module("planner.present.session")
    with contextlib.suppress(PlannerError):
        session.case_of(session.default_folder())
    for name in _HEAVY:
        importlib.import_module(name)
    with contextlib.suppress(PlannerError):
        session.store()


def main() -> None:
    """Serve, and make ready beside it."""
    from streamlit.web import cli  # noqa: PLC0415 - loaded by the process that serves alone

    threading.Thread(target=make_ready, daemon=True).start()
    sys.argv[0] = "streamlit"
    cli.main()


if __name__ == "__main__":
    main()
