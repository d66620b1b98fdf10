"""A job's turn: it waits in the queue, holds a slot, and may give it away between its solves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO, Self

from planner.runs.queue import Queue, Rank

EVERY_S = 0.25


class Turn:
    """One job's place in the queue; leaving the block gives everything back."""

    def __init__(
        self, line: Queue, job_id: str, arrived_ns: int, *, rank: Rank = Rank.PLAN
    ) -> None:
        """Args: the queue, the job, when it arrived, and who waits for it."""
        self._line = line
        self._job_id = job_id
        self._arrived_ns = arrived_ns
        self._rank = rank
        self._slot: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._release()

    def wait(self, give_up: Callable[[], bool], begin: Callable[[], None] | None = None) -> bool:
        """Wait for a slot and hold it; False when `give_up` says so before.

        `begin` is called with the slot in hand, before the ticket goes: a job is waiting or
        working, never neither.
        """
        line, job_id = self._line, self._job_id
        with line.ticket(job_id, self._arrived_ns, rank=self._rank):
            while (slot := line.try_slot(job_id)) is None and not give_up():
                time.sleep(EVERY_S)
            self._slot = slot
            if slot is not None and begin is not None:
                begin()
        return slot is not None

    def give_way(self, give_up: Callable[[], bool]) -> None:
        """Let waiting jobs go first, where this one is in the background; then go on."""
        is_background = self._rank is Rank.BACKGROUND
        if is_background and self._slot is not None and self._line.is_anyone_waiting():
            self._release()
            self.wait(give_up)

    def _release(self) -> None:
        if self._slot is not None:
            self._slot.close()
            self._slot = None
