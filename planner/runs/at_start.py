"""What the start of the app does beside the pages: `python -m planner.runs.at_start`.

It compiles the engine's code while the first page is being read, sees to the jobs that an earlier
run has left, and begins the first start, which ends with the app.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from types import FrameType
from typing import NoReturn

from planner.errors import PlannerError
from planner.optimize.engine import is_warm, warm_up
from planner.pack import DEFAULT_PACK, find_pack, read_pack
from planner.pack.place import home
from planner.pack.types import Pack
from planner.runs import adopt, first
from planner.runs.files import clear_leftovers
from planner.runs.processes import be_kind
from planner.starter import end_with_starter

_EVERY_S = 1.0


def main() -> None:
    """Do all of it; returns when the first start is over."""
    end_with_starter(lambda: os.kill(os.getpid(), signal.SIGTERM))
    be_kind(is_last=True)  # the first page goes first
    clear_leftovers(home())
    with contextlib.suppress(PlannerError):  # pages say what is wrong with the store
        adopt.look_after()
    for one_class in (False, True):
        if not is_warm(one_class=one_class):
            warm_up(one_class=one_class)
    with contextlib.suppress(PlannerError):  # and with the pack
        follow(read_pack(find_pack(os.environ.get("UGATUZI_PACK", DEFAULT_PACK))))


def follow(pack: Pack) -> None:
    """Begin the first start of a pack and stay until it is over, or until the app ends.

    Raises:
        PlannerError: The store or the disk refuses.
    """
    signal.signal(signal.SIGTERM, _leave)
    try:
        state = first.begin(pack)
        while state.status == "running":
            time.sleep(_EVERY_S)
            state = first.state_of(pack)
    except SystemExit:
        first.end(pack)
        raise


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
