"""The queue: at most so many solves at once, first come first served, the background last."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def slot_count() -> int:
    """How many solves may run at once: all cores but one, at least one."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        cores = os.cpu_count() or 1
    return max(1, cores - 1)


class Queue:
    """Tickets in the order of arrival, and slots that a lock holds while a solve runs.

    The system takes a lock back when its holder ends, however it ends; a ticket counts only
    while its job is alive.
    """

    def __init__(self, folder: Path, is_alive: Callable[[str], bool]) -> None:
        """Args: the queue's folder; whether the job of an id is alive."""
        self._tickets = folder / "tickets"
        self._slots = folder / "slots"
        self._is_alive = is_alive

    def position(self, job_id: str) -> int | None:
        """The place in the queue, 1 for the next; None when the job does not wait."""
        waiting = self._waiting()
        return waiting.index(job_id) + 1 if job_id in waiting else None

    def before(self, job_id: str) -> tuple[str, ...]:
        """The jobs that a waiting job waits for: those at work, then those in front of it."""
        waiting = self._waiting()
        if job_id not in waiting:
            return ()
        at_work = [name for name in self._holders() if name not in waiting]
        return (*at_work, *waiting[: waiting.index(job_id)])

    def is_anyone_waiting(self) -> bool:
        """Whether a job waits for a slot."""
        return bool(self._waiting())

    @contextlib.contextmanager
    def ticket(
        self, job_id: str, arrived_ns: int, *, is_background: bool = False
    ) -> Iterator[None]:
        """Wait in the queue: hold a ticket for as long as the block runs.

        In the background it stands behind all tickets that are not.
        """
        self._tickets.mkdir(parents=True, exist_ok=True)
        path = self._tickets / f"{int(is_background)}{arrived_ns:020d}-{job_id}"
        path.touch()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def try_slot(self, job_id: str) -> IO[bytes] | None:
        """A slot, when it is this job's turn and one is free; close it to give it back."""
        if self.position(job_id) != 1:
            return None
        self._slots.mkdir(parents=True, exist_ok=True)
        for number in range(slot_count()):
            file = (self._slots / f"{number}.lock").open("ab")
            if try_lock(file):
                _sign(file, job_id)
                return file
            file.close()
        return None

    def _holders(self) -> list[str]:
        """The jobs that hold a slot, as far as the slots say so."""
        found = []
        for number in range(slot_count()):
            with contextlib.suppress(OSError, UnicodeDecodeError):
                name = (self._slots / f"{number}.lock").read_text(encoding="ascii")
                if self._is_alive(name):
                    found.append(name)
        return found

    def _waiting(self) -> list[str]:
        """The waiting jobs, the next first; tickets of dead ones are thrown away."""
        try:
            names = sorted(path.name for path in self._tickets.iterdir())
        except OSError:
            return []
        waiting = []
        for name in names:
            job_id = name.partition("-")[2]
            if self._is_alive(job_id):
                waiting.append(job_id)
            else:
                with contextlib.suppress(OSError):
                    (self._tickets / name).unlink()
        return waiting


def _sign(file: IO[bytes], job_id: str) -> None:
    """Write into a slot who holds it, for others to read."""
    with contextlib.suppress(OSError):
        file.truncate(0)
        file.write(job_id.encode())
        file.flush()


def try_lock(file: IO[bytes]) -> bool:
    """Take the lock of a file at once; False where somebody holds it. Closing gives it back."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
