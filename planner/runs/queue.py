"""The queue: so many plans at once, first come first served, and one job of many solves beside."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Rank(IntEnum):
    """Who waits for a job: somebody for one plan, somebody for a study of many, or nobody."""

    PLAN = 0
    STUDY = 1
    BACKGROUND = 2


_LONG = "study"


def slot_count() -> int:
    """How many plans may be solved at once: all cores but one, at least one."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        cores = os.cpu_count() or 1
    return max(1, cores - 1)


class Queue:
    """Tickets in the order of arrival, and slots that a lock holds while a solve runs.

    Plans have the slots of `slot_count`; studies and the background share one of their own, so
    that nobody who wants a plan waits for a job of many solves. The system takes a lock back when
    its holder ends, however it ends; a ticket counts only while its job is alive.
    """

    def __init__(self, folder: Path, is_alive: Callable[[str], bool]) -> None:
        """Args: the queue's folder; whether the job of an id is alive."""
        self._tickets = folder / "tickets"
        self._slots = folder / "slots"
        self._is_alive = is_alive

    def position(self, job_id: str) -> int | None:
        """The place in the queue, 1 for the next; None when the job does not wait."""
        rank = self._waiting().get(job_id)
        return None if rank is None else len(self._in_front(job_id)) + 1

    def before(self, job_id: str) -> tuple[str, ...]:
        """The jobs that a waiting job waits for: those at work, then those in front of it."""
        waiting = self._waiting()
        rank = waiting.get(job_id)
        if rank is None:
            return ()
        ranks = (Rank.PLAN, Rank.STUDY) if rank is Rank.BACKGROUND else (rank,)
        names = dict.fromkeys(name for each in ranks for name in _slot_names(each))
        at_work = [job for job in self._holders(tuple(names)) if job not in waiting]
        return (*at_work, *self._in_front(job_id))

    def is_anyone_waiting(self) -> bool:
        """Whether a job waits for a slot."""
        return bool(self._waiting())

    @contextlib.contextmanager
    def ticket(self, job_id: str, arrived_ns: int, *, rank: Rank = Rank.PLAN) -> Iterator[None]:
        """Wait in the queue: hold a ticket for as long as the block runs.

        Plans stand behind plans and studies behind studies; the background behind all.
        """
        self._tickets.mkdir(parents=True, exist_ok=True)
        path = self._tickets / f"{rank:d}{arrived_ns:020d}-{job_id}"
        path.touch()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def try_slot(self, job_id: str) -> IO[bytes] | None:
        """A slot, when it is this job's turn and one is free; close it to give it back."""
        rank = self._waiting().get(job_id)
        if rank is None or self._in_front(job_id):
            return None
        self._slots.mkdir(parents=True, exist_ok=True)
        for name in _slot_names(rank):
            file = (self._slots / f"{name}.lock").open("ab")
            if try_lock(file):
                _sign(file, job_id)
                return file
            file.close()
        return None

    def _holders(self, slots: tuple[str, ...]) -> list[str]:
        """The jobs that hold these slots, as far as the slots say so."""
        found = []
        for slot in slots:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                name = (self._slots / f"{slot}.lock").read_text(encoding="ascii")
                if self._is_alive(name):
                    found.append(name)
        return found

    def _in_front(self, job_id: str) -> list[str]:
        """The waiting jobs that a waiting one lets go first."""
        waiting = self._waiting()
        rank, found = waiting.get(job_id), []
        for name, other in waiting.items():
            if name == job_id:
                break
            if other is rank or rank is Rank.BACKGROUND:
                found.append(name)
        return found

    def _waiting(self) -> dict[str, Rank]:
        """The waiting jobs, the next first; tickets of dead ones are thrown away."""
        try:
            names = sorted(path.name for path in self._tickets.iterdir())
        except OSError:
            return {}
        waiting = {}
        for name in names:
            job_id = name.partition("-")[2]
            if self._is_alive(job_id):
                waiting[job_id] = Rank(int(name[0]))
            else:
                with contextlib.suppress(OSError):
                    (self._tickets / name).unlink()
        return waiting


def _slot_names(rank: Rank) -> tuple[str, ...]:
    """The slots that jobs of a rank may take."""
    return tuple(map(str, range(slot_count()))) if rank is Rank.PLAN else (_LONG,)


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
