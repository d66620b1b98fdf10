"""Watches over a job's process: nothing it started outlives it, and what it leaves is seen to."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from planner.errors import PlannerError
from planner.runs import adopt, endings
from planner.runs.jobfiles import Ending, JobFolder, Reason
from planner.runs.processes import end_others, end_own_group

LIMIT_GRACE_S = 60.0
_EVERY_S = 0.2

Work = Callable[[Callable[[float | None], None]], int]


def watched(job: JobFolder, work: Work) -> int:
    """Do a job's work in a child of this process, and see to what it leaves.

    The child leads a group of its own. This process waits for it: also when the child is killed,
    runs out of memory or ends itself, its children are ended and its best plan is kept, although
    nobody may be polling. Where processes cannot be parted so (on Windows) the work is done here,
    and the next one who polls sees to what is left.

    Args:
        job: The job.
        work: Does it; is given what to tell when the work begins: its time limit in seconds.

    Returns:
        The exit status of the work; 1 where it was ended.
    """
    if sys.platform == "win32":
        return work(_watchdog(job))
    child = os.fork()
    if child == 0:
        os.setsid()
        status = 1
        try:
            status = work(_watchdog(job))
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)  # whatever thread a solver left behind must not keep the process
    _, state = os.waitpid(child, 0)
    _see_to_rest(job, state)
    return os.WEXITSTATUS(state) if os.WIFEXITED(state) else 1


def _see_to_rest(job: JobFolder, state: int) -> None:
    """See to a job whose process has just ended; whoever took it over before does it else."""
    if job.is_settled or not job.path.is_dir():
        end_others(job.id)
    else:
        is_alarm = os.WIFSIGNALED(state) and os.WTERMSIG(state) == signal.SIGALRM
        reason: Reason = "overrun" if is_alarm else "killed"
        endings.take_over(job, reason)
    with contextlib.suppress(PlannerError, OSError):
        adopt.keep(job)


def _watchdog(job: JobFolder) -> Callable[[float | None], None]:
    """Ends the whole group of this process when it outlives its time or a request to stop."""

    def start(time_limit_s: float | None) -> None:
        limit = None if time_limit_s is None else time_limit_s + LIMIT_GRACE_S
        deadline = float("inf") if limit is None else time.monotonic() + limit
        threading.Thread(target=_watch, args=(job, deadline), daemon=True).start()
        if sys.platform != "win32" and limit is not None:
            # Should a solver never let a thread run, the system ends the process a little later.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, limit + 5)

    return start


def _watch(job: JobFolder, deadline: float) -> None:
    spec = job.spec()
    while True:
        ignored = spec is not None and endings.is_overdue(job, spec)
        if ignored or time.monotonic() >= deadline:
            break
        time.sleep(_EVERY_S)
    if not job.is_settled:
        with contextlib.suppress(OSError):
            job.note_ending(Ending("stop" if ignored else "overrun"))
    end_own_group()
