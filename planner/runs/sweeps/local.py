"""Workers on this machine: one process each, which ends when its parent does."""

from __future__ import annotations

import contextlib
import functools
import json
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import connection
from pathlib import Path
from typing import Any, Self

import numpy as np
import psutil

from planner.pack import read_pack
from planner.runs.content import told_of, travel_told
from planner.runs.files import own_prefix, plain_disk_errors
from planner.runs.processes import end_own_group
from planner.runs.sweeps.failing import changed, failed, lost
from planner.runs.sweeps.ground import Ground, key_of, solve_point
from planner.runs.sweeps.types import MOST_TRIES, Done, Task
from planner.scenario import Scenario
from planner.travel import TravelTimes

_ARRAYS = ("minutes", "km", "site_km", "site_min", "kes")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Given:
    """What a worker reads once: the pack's folder, and the file with its travel.

    `of`: the model and the mode of that travel; `fingerprint`: of the pack's files.
    """

    pack: Path
    travel: Path
    of: tuple[str, str | None]
    fingerprint: str


class LocalCrew:
    """So many processes, each with one point at a time; one that dies is replaced.

    Args:
        ground: The pack and its travel, as this process knows them.
        base: The scenario whose travel is handed to the workers.
        size: How many processes.
        points: The folder where run folders are written, each by the number of its point.
    """

    def __init__(self, ground: Ground, base: Scenario, size: int, points: Path) -> None:
        self.size = size
        self.remarks: tuple[str, ...] = ()
        self._ground, self._base, self._points = ground, base, points
        self._pools: list[ProcessPoolExecutor | None] = [None] * size
        self._busy: dict[Future[Any], tuple[int, Task]] = {}
        self._begun: dict[int, int] = {}
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        with plain_disk_errors("The travel for the workers"):
            self._folder = Path(tempfile.mkdtemp(prefix=own_prefix("sweep")))
            write_travel(self._ground.travel(self._base), self._folder / "travel.npz")
        return self

    def __exit__(self, *error: object) -> None:
        for slot in range(self.size):
            self._end(slot)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def free(self) -> int:
        """How many points more can be given now."""
        return self.size - len(self._busy)

    def give(self, task: Task) -> None:
        """Give a point to a worker that is free."""
        slot = next(n for n in range(self.size) if all(n != at for at, _ in self._busy.values()))
        self._begin(slot, task)

    def take(self, seconds: float) -> list[Done]:
        """The points that are done within so many seconds; an empty list when none is."""
        if not self._busy:
            return []
        over, _ = wait(list(self._busy), timeout=seconds, return_when=FIRST_COMPLETED)
        done = []
        for future in over:
            slot, task = self._busy.pop(future)
            answer = self._answer(future, slot, task)
            if answer is not None:
                done.append(answer)
        return done

    def _answer(self, future: Future[Done], slot: int, task: Task) -> Done | None:
        """What became of a point; None where it is tried again."""
        tries = self._begun[task.point.number]
        try:
            answer = future.result()
        except (BrokenProcessPool, MemoryError):
            self._end(slot)
            if tries < MOST_TRIES:
                self._begin(slot, task)
                return None
            return lost(task, tries)
        except Exception as error:  # noqa: BLE001 - one point must not end the others
            return failed(task, error, tries)
        return replace(answer, found=replace(answer.found, tries=tries))

    def _begin(self, slot: int, task: Task) -> None:
        if self._folder is None:
            raise RuntimeError("the crew has not begun")
        number = task.point.number
        self._begun[number] = self._begun.get(number, 0) + 1
        pack = self._ground.pack
        made_of = self._ground.made_of.fingerprint
        given = Given(pack.folder, self._folder / "travel.npz", key_of(pack, self._base), made_of)
        pool = self._pools[slot]
        if pool is None:
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _settle)
            self._pools[slot] = pool
        with _one_thread_each():
            future = pool.submit(_solve, given, task, self._points / f"{number:03d}")
        self._busy[future] = (slot, task)

    def _end(self, slot: int) -> None:
        """End a worker at once, with all that it started."""
        pool, self._pools[slot] = self._pools[slot], None
        if pool is None:
            return
        for pid in list(pool._processes or ()):  # noqa: SLF001 - there is no other way to end it
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                for each in (*process.children(recursive=True), process):
                    with contextlib.suppress(psutil.Error):
                        each.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def write_travel(travel: TravelTimes, path: Path) -> None:
    """Write travel as plain arrays, for the workers to read."""
    arrays = {name: array for name in _ARRAYS if (array := getattr(travel, name)) is not None}
    words = {
        "notes": list(travel.notes),
        "unknown": list(travel.unknown),
        "told": travel_told(travel.told),
    }
    np.savez(path, **arrays, words=np.array(json.dumps(words)))


def read_travel(path: Path) -> TravelTimes:
    """The travel that `write_travel` wrote."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in _ARRAYS if name in file}
        words = json.loads(str(file["words"]))
    told = told_of(words["told"])
    return TravelTimes(
        **arrays, notes=tuple(words["notes"]), unknown=tuple(words["unknown"]), told=told
    )


# -- in the worker -------------------------------------------------------------------------


def _settle() -> None:
    """Begin a worker: it leaves signals of the keyboard to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what compiled solvers print by themselves
    threading.Thread(target=_end_with_parent, name="watch-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    end_own_group()


def _solve(given: Given, task: Task, out: Path) -> Done:
    return solve_point(_ground(given), task, out)


@functools.lru_cache(maxsize=1)
def _ground(given: Given) -> Ground:
    ground = Ground(read_pack(given.pack), {given.of: read_travel(given.travel)})
    if ground.made_of.fingerprint != given.fingerprint:
        raise changed()
    return ground


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers begin with one thread for sums of arrays: there is one of them a core."""
    added = [name for name in _ONE_THREAD if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
