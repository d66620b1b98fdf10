"""What a worker of a cluster does: unpack the pack once, solve a point, send the answer back."""

from __future__ import annotations

import functools
import os
import platform
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from planner import __version__
from planner.pack import read_pack
from planner.pack.snapshot import place_within
from planner.plan import SolveReport
from planner.runs.sweeps.failing import changed
from planner.runs.sweeps.ground import Ground, answer_point
from planner.runs.sweeps.types import Task

# A worker may have several threads; a solver uses the whole process.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker sends back: the answer without its question, which is known here."""

    told: Mapping[str, Any]
    seconds: float
    worker: str
    version: str


def about() -> tuple[str, tuple[str, ...]]:
    """The version of the planner here, and that of Python."""
    return __version__, platform.python_version_tuple()[:2]


def handed_on(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The pack's files, as a result that other tasks can ask for."""
    return files


def solve_there(files: Mapping[str, bytes], fingerprint: str, task: Task) -> Reply:
    """Solve a point on the pack of these files.

    Raises:
        InputError, ContradictionError: As `planner.solve` does.
    """
    from distributed import get_worker  # noqa: PLC0415

    with _ONE_AT_A_TIME:
        began = time.monotonic()
        worker = get_worker()
        ground = _ground(_Files(fingerprint, files), worker.local_directory)
        report = answer_point(ground, task)
        told = {
            each.name: getattr(report, each.name)
            for each in fields(SolveReport)
            if each.name != "problem"
        }
        return Reply(told, time.monotonic() - began, str(worker.address), __version__)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a pack, told apart by their fingerprint alone."""

    fingerprint: str
    content: Mapping[str, bytes]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)


@functools.lru_cache(maxsize=1)
def _ground(files: _Files, room: str) -> Ground:
    """The pack, unpacked into the worker's own folder and read once."""
    root = Path(tempfile.mkdtemp(prefix="pack-", dir=room))
    folder = place_within(root, files.fingerprint, list(files.content))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.content.items():
        path = Path(os.path.normpath(folder / name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    ground = Ground(read_pack(folder))
    if ground.made_of.fingerprint != files.fingerprint:
        raise changed()
    return ground
