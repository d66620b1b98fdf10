"""Checks a draft of a pack; a large one in a process of its own, which gives back all it took.

That process is `python -m planner.pack.check_apart FOLDER SECONDS BYTES PARENT`; answers on stdout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.errors import Counted, Fault
from planner.pack.check import CheckReport, check_pack
from planner.pack.manifest import FILE
from planner.pack.reader_child import limit_self
from planner.pack.sandbox import Limits, end_child

MOST_HERE_BYTES = 4 * 2**20
LIMITS = Limits(wall_seconds=120.0, cpu_seconds=120, data_bytes=1200 * 2**20)
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]
_TOO_MUCH = 75  # exit status: no memory


def check_draft(
    folder: Path, most_here: int = MOST_HERE_BYTES, limits: Limits = LIMITS
) -> CheckReport:
    """As `check_pack`; others who use this process do not wait for a large pack.

    Args:
        folder: The draft.
        most_here: So many bytes of files are checked in this process, more in another.
        limits: The other one is ended when it passes them; then the draft is refused.

    Raises:
        OSError: No process can be started.
    """
    files = (path for path in folder.rglob("*") if path.is_file())
    if sum(path.stat().st_size for path in files) <= most_here:
        return check_pack(folder)
    with tempfile.TemporaryDirectory(prefix="planner-check-", ignore_cleanup_errors=True) as place:
        return _check_apart(folder, place, limits)


def _check_apart(folder: Path, place: str, limits: Limits) -> CheckReport:
    """As `check_draft`; what the other process puts away meanwhile lies in `place`."""
    numbers = (str(limits.cpu_seconds), str(limits.data_bytes), str(os.getpid()))
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "planner.pack.check_apart", str(folder), *numbers],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(_PACKAGE_PARENT), "TMPDIR": place},
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
    if child.returncode < 0 or child.returncode == _TOO_MUCH:
        return _refused("files that need too much time or memory to check")
    raise RuntimeError(wrong.decode(errors="replace")[-2000:])


def told(report: CheckReport) -> dict[str, Any]:
    """A report without its table as plain values; like faults that were only counted stand once."""
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
    message = "Make its tables smaller, or check them one by one with `planner check`"
    fault = Fault(FILE, None, None, found, "a pack that can be checked here", message)
    return CheckReport("refuse", 0, {}, (fault,), ())


def main(folder: str, cpu_seconds: str, data_bytes: str, parent: str) -> int:
    """Check and answer; 75 where there was not enough memory."""
    limit_self(int(cpu_seconds), int(data_bytes), int(parent))
    try:
        print(json.dumps(told(check_pack(Path(folder))), allow_nan=False))
    except MemoryError:
        return _TOO_MUCH
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
