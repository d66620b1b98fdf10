"""Processes of this machine: who is alive, and the end of a whole group."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import dataclass

import psutil

JOB_VARIABLE = "UGATUZI_JOB"
_SAME_START_S = 2.0


@dataclass(frozen=True, slots=True)
class ProcessName:
    """A process by number and start time, so that a number used again is not mistaken for it."""

    pid: int
    started: float


def name_of(pid: int) -> ProcessName | None:
    """The name of a running process; None when it is gone."""
    try:
        return ProcessName(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def is_alive(name: ProcessName, job_id: str) -> bool:
    """Whether this very process still runs (and is not merely waiting to be reaped)."""
    try:
        process = psutil.Process(name.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        started = process.create_time()
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
    # The clock may have been set since: then the job's own mark decides.
    return abs(started - name.started) <= _SAME_START_S or _belongs_to(process, job_id)


def end_group(name: ProcessName, job_id: str) -> None:
    """End a job's process and all that it started, at once, and wait until they are gone.

    Where that process is this one, it lives on, and so does what it started for other ends.
    """
    doomed = {process.pid: process for process in _members(job_id)}
    if name.pid != os.getpid() and is_alive(name, job_id):
        with contextlib.suppress(psutil.Error):
            leader = psutil.Process(name.pid)
            doomed |= {each.pid: each for each in (leader, *leader.children(recursive=True))}
            _end_first(leader.ppid(), doomed)
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                if os.getpgid(name.pid) == name.pid:
                    os.killpg(name.pid, signal.SIGKILL)
    _end_all(doomed)


def end_others(job_id: str) -> None:
    """End whatever of a job still runs beside this process."""
    _end_all({process.pid: process for process in _members(job_id)})


def _end_first(pid: int, doomed: dict[int, psutil.Process]) -> None:
    """Whoever watches over a job's process would act on its end."""
    if pid in doomed and pid != os.getpid():
        with contextlib.suppress(psutil.Error):
            doomed[pid].kill()


def _end_all(doomed: dict[int, psutil.Process]) -> None:
    others = [process for pid, process in doomed.items() if pid != os.getpid()]
    for process in others:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(others, timeout=2)


def end_own_group() -> None:
    """End this process and all that it started; does not return."""
    me = psutil.Process()
    with contextlib.suppress(psutil.Error):
        for child in me.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def be_kind(*, is_last: bool = False) -> None:
    """Let this machine's other work go first: a little, or (`is_last`) as far as can be."""
    with contextlib.suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            low = psutil.IDLE_PRIORITY_CLASS if is_last else psutil.BELOW_NORMAL_PRIORITY_CLASS
            psutil.Process().nice(low)
        else:
            os.nice(15 if is_last else 5)


def _members(job_id: str) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _belongs_to(process, job_id)]


def _belongs_to(process: psutil.Process, job_id: str) -> bool:
    try:
        return bool(process.environ().get(JOB_VARIABLE) == job_id)
    except (psutil.Error, OSError, ValueError):
        return False
