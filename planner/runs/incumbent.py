"""The best plan of a running solve, on disk: what is left of it when its process is ended."""

from __future__ import annotations

import contextlib
import io
import threading
import time
import zipfile
from pathlib import Path
from typing import Any, Self

import numpy as np

from planner.plan import Assignment, Incumbent, Plan
from planner.runs.files import replace_file

EVERY_S = 1.0
_PART = ("point", "visit_type", "site", "share")


class BestPlan:
    """Writes each better plan, at most one a second; the last of a rush follows within a second.

    A disk that refuses costs nothing but what could be kept after a forced end.
    """

    def __init__(self, path: Path) -> None:
        """Writes to the file at `path`, which is replaced whole."""
        self._path = path
        self._written = -EVERY_S
        self._waiting: Incumbent | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(timeout=2 * EVERY_S)
        with self._lock:
            self._write()

    def take(self, incumbent: Incumbent) -> None:
        """Note a better plan."""
        with self._lock:
            self._waiting = incumbent
            if time.monotonic() - self._written >= EVERY_S:
                self._write()

    def _follow(self) -> None:
        while not self._over.wait(EVERY_S):
            with self._lock:
                self._write()

    def _write(self) -> None:
        if self._waiting is None:
            return
        incumbent, self._waiting = self._waiting, None
        with contextlib.suppress(OSError):
            replace_file(self._path, _content(incumbent))
        self._written = time.monotonic()


def read_best(path: Path) -> Incumbent | None:
    """The best plan that was written; None where there is none that can be read."""
    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        rows = Assignment(*(arrays[f"assignment_{name}"] for name in _PART))
        plan = Plan(
            arrays["is_open"], arrays["offers"], rows, arrays["format"], arrays.get("counters")
        )
        bound = float(arrays["bound"])
        return Incumbent(
            plan,
            float(arrays["objective"]),
            bound if np.isfinite(bound) else None,
            float(arrays["shortfall"]),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def _content(incumbent: Incumbent) -> bytes:
    plan = incumbent.plan
    arrays: dict[str, Any] = {
        "is_open": plan.is_open,
        "offers": plan.offers,
        "format": plan.format,
        "objective": incumbent.objective,
        "bound": np.nan if incumbent.bound is None else incumbent.bound,
        "shortfall": incumbent.shortfall,
        **{f"assignment_{name}": getattr(plan.assignment, name) for name in _PART},
    }
    if plan.counters is not None:
        arrays["counters"] = plan.counters
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()
