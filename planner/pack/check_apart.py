"""Checks a draft of a pack; a large one in a process of its own, which gives back all it took.

That process is `python -m planner.pack.check_apart FOLDER SECONDS BYTES PARENT`; answers on stdout.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.errors import Counted, Fault, PlannerError
from planner.pack.check import CheckReport, check_pack
from planner.pack.manifest import FILE
from planner.pack.reader_child import limit_self, own_answer
from planner.pack.sandbox import Limits, end_child, environment_of_child

MOST_HERE_BYTES = 4 * 2**20
LIMITS = Limits(wall_seconds=420.0, cpu_seconds=300, data_bytes=2400 * 2**20)
"""Above those of the reader of roads, for which this process waits and whose answer it takes."""
_PACKED = {".xlsx": 64, ".zip": 64, ".gpkg": 8, ".parquet": 4096, ".pbf": 4096}
"""So many times their bytes files count that are packed: a million rows may take 50 kB."""
_PASSED_ON = ("HOME", "UGATUZI_HOME", "LOCALAPPDATA", "USERPROFILE", "NUMBA_CACHE_DIR")
_TURNS = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) - 1))
_LATER = 5
_TOO_MUCH = 75  # exit status: no memory
_ENDED_BY_LIMITS = (_TOO_MUCH, -9, -24)  # SIGKILL and SIGXCPU
_log = logging.getLogger(__name__)


def check_draft(
    folder: Path, place: Path, most_here: int = MOST_HERE_BYTES, limits: Limits = LIMITS
) -> CheckReport:
    """As `check_pack`; others who use this process do not wait for a large pack.

    Args:
        folder: The draft.
        place: A folder for what is put away meanwhile.
        most_here: So many bytes of files are checked in this process, more in another: one at a
            time for each processor but one.
        limits: The other one is ended when it passes them; then the draft is refused.

    Raises:
        OSError: The draft cannot be looked at, or no process be started.
        PlannerError: The check itself went wrong.
    """
    files = (path for path in folder.rglob("*") if path.is_file())
    weight = sum(path.stat().st_size * _PACKED.get(path.suffix.lower(), 1) for path in files)
    if weight <= most_here:
        return check_pack(folder)
    with _TURNS:
        return _check_apart(folder, place, limits)


def _check_apart(folder: Path, place: Path, limits: Limits) -> CheckReport:
    numbers = (str(limits.cpu_seconds), str(limits.data_bytes), str(os.getpid()))
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "planner.pack.check_apart", str(folder.resolve()), *numbers],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_of_child(str(place)) | passed_on,
        start_new_session=True,
    )
    try:
        answer, wrong = child.communicate(timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        end_child(child)
        return _refused(f"files that take more than {limits.wall_seconds:g} s to check")
    except BaseException:
        end_child(child)
        raise
    if child.returncode == 0:
        return report_of(json.loads(answer))
    if child.returncode in _ENDED_BY_LIMITS:
        return _refused("files that need too much time or memory to check")
    _log.error("check of a draft: status %s\n%s", child.returncode, wrong.decode(errors="replace"))
    raise PlannerError(
        "The check of the files went wrong by itself; nothing was taken. Try again, or check them"
        " one by one with `planner check`."
    )


def told(report: CheckReport) -> dict[str, Any]:
    """A report as plain values; like faults that were only counted stand once."""
    times = Counter(id(each) for each in report.faults)
    each_once = {id(each): each for each in report.faults}
    faults = [
        [*each.as_dict().values(), times[key] if isinstance(each, Counted) else 0]
        for key, each in each_once.items()
    ]
    return {
        "verdict": report.verdict,
        "row_count": report.row_count,
        "totals": dict(report.totals),
        "faults": faults,
        "warnings": list(report.warnings),
    }


def report_of(told: dict[str, Any]) -> CheckReport:
    """The report that `told` was made of."""
    return CheckReport(
        told["verdict"],
        told["row_count"],
        told["totals"],
        tuple(fault for each in told["faults"] for fault in _faults_of(each)),
        tuple(told["warnings"]),
    )


def _faults_of(told: Sequence[Any]) -> Sequence[Fault]:
    *values, times = told
    return [Counted(*values)] * times if times else [Fault(*values)]


def _refused(found: str) -> CheckReport:
    message = (
        "Make its tables or its road layer smaller, or check them one by one with `planner check`"
    )
    fault = Fault(FILE, None, None, found, "a pack that can be checked here", message)
    return CheckReport("refuse", 0, {}, (fault,), ())


def main(folder: str, cpu_seconds: str, data_bytes: str, parent: str) -> int:
    """Check and answer; 75 where there was not enough memory."""
    answer = own_answer()
    # What reads files for this process has limits of its own, which may be wider.
    limit_self(int(cpu_seconds), int(data_bytes), int(parent), binds_others=False)
    if hasattr(os, "nice"):
        os.nice(_LATER)  # pages go first
    try:
        words = json.dumps(told(check_pack(Path(folder))), allow_nan=False)
    except MemoryError:
        return _TOO_MUCH
    with os.fdopen(answer, "wb") as out:
        out.write(words.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
