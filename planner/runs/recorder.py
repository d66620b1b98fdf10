"""Progress lines of a job: what the solver reports, and a sign of life while it is silent."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace
from typing import Self

from planner.plan import Progress
from planner.runs.jobfiles import JobFolder

_HEARTBEAT_S = 1.0


class Recorder:
    """Writes progress lines, by the job's own clock.

    While the solver is silent, the last figures are repeated each second.
    """

    def __init__(self, job: JobFolder) -> None:
        self._job = job
        self._began = time.monotonic()
        self._last = Progress(0.0, "load")
        self._written = self._began
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(timeout=2)

    def tell(self, progress: Progress) -> None:
        """Note what the solver reports; figures that come in a rush are thinned out."""
        with self._lock:
            progress = replace(progress, seconds=self._seconds())
            before, self._last = self._last, replace(progress, open_sites=None)
            same = (progress.stage, progress.incumbent) == (before.stage, before.incumbent)
            if not same or time.monotonic() - self._written >= _HEARTBEAT_S / 4:
                self._write(progress)

    def _beat(self) -> None:
        while not self._over.wait(_HEARTBEAT_S / 4):
            with self._lock:
                now = time.monotonic()
                if now - self._written >= _HEARTBEAT_S * 0.8:
                    self._write(replace(self._last, seconds=self._seconds()))

    def _seconds(self) -> float:
        return round(time.monotonic() - self._began, 3)

    def _write(self, progress: Progress) -> None:
        self._written = time.monotonic()
        # A full disk must not cost the plan: progress is only told.
        with contextlib.suppress(OSError):
            self._job.add_progress(progress)
