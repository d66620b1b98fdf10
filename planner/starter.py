"""A process that ends with the one that started it, however that ends, on every system."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import psutil

VARIABLE = "UGATUZI_STARTER"  # of the environment: the number of the process that started this one
_LOOK_SECONDS = 1.0


def end_with(pid: int, end: Callable[[], object]) -> None:
    """Have a thread wait for a process to be gone, and call `end` then; at once where it is gone.

    The number alone is handed over: start times as two processes see them differ when the clock
    is set. The thread knows the process again also where its number is given to another one.
    """
    try:
        starter = psutil.Process(pid)
    except psutil.NoSuchProcess:
        starter = None

    def wait() -> None:
        while starter is not None and _is_there(starter):
            time.sleep(_LOOK_SECONDS)
        end()

    threading.Thread(target=wait, name="watch-starter", daemon=True).start()


def _is_there(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:  # it is there, and may not be asked more
        return True


def end_with_starter(end: Callable[[], object]) -> None:
    """As `end_with`, of the process whose number the environment has; nothing without one."""
    if number := os.environ.pop(VARIABLE, ""):
        end_with(int(number), end)
