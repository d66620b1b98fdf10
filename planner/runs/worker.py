"""The worker: `python -m planner.runs.worker JOB` does one job in its own process."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

from planner.errors import PlannerError
from planner.pack import read_pack
from planner.pack.types import Pack
from planner.plan import Progress, SolveReport
from planner.runs.files import disk_words
from planner.runs.folder import judge_and_write
from planner.runs.jobfiles import Failure, JobFolder, JobSpec
from planner.runs.jobs import FINISH_GRACE_S, IGNORED_STOP, STOP_GRACE_S, STOPPED_WAITING, queue
from planner.runs.processes import be_kind, end_own_group, name_of
from planner.scenario import Scenario, parse_scenario

LIMIT_GRACE_S = 60.0
_HEARTBEAT_S = 1.0
_QUEUE_EVERY_S = 0.25
_MOST_LINES = 30
_OVERRUN = (
    "The solver went on for more than a minute beyond its time limit and was ended; "
    "its plan could not be kept. Solve again with a looser gap or a shorter time limit."
)
_UNEXPECTED = (
    "Something went wrong inside the planner (error {error_id}). It is not your doing; "
    "solve again, and report the number if it happens again."
)


class Solve(Protocol):
    """The one way to a plan, as the worker calls it."""

    def __call__(
        self,
        pack: Pack,
        scenario: Scenario,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> SolveReport:
        """Solve a scenario on a pack."""
        ...


def run(
    folder: Path, *, solve: Solve | None = None, watch: Callable[[float], None] | None = None
) -> int:
    """Do a job: wait for a turn, solve, judge, keep the run. Whatever happens is noted.

    Args:
        folder: The job's folder.
        solve: What solves; the planner's own when left out.
        watch: Told the time limit in seconds when the solve begins.

    Returns:
        0 when a run was kept, 1 when the job failed.
    """
    job = JobFolder(folder)
    try:
        spec, me = job.spec(), name_of(os.getpid())
        if spec is None or me is None:
            return 1
        job.write_process(me)
        with _turn(job, spec) as is_ours:
            if is_ours:
                _solve(job, spec, solve, watch)
                return 0
        job.write_failure(Failure("failed", STOPPED_WAITING))
    except Exception as error:  # noqa: BLE001 - the last door: noted, told in words, logged
        failure = _failure(error)
        print(failure.error_id, file=sys.stderr)
        traceback.print_exc()
        with contextlib.suppress(OSError):
            job.write_failure(failure)
    finally:
        shutil.rmtree(job.path / "tmp", ignore_errors=True)
    return 1


@contextlib.contextmanager
def _turn(job: JobFolder, spec: JobSpec) -> Iterator[bool]:
    """Wait for a slot and hold it; False when the job was asked to stop before its turn."""
    line = queue()
    with line.ticket(job.id, int(spec.created * 1e9)):
        while (slot := line.try_slot(job.id)) is None and not job.is_asked_to_stop:
            time.sleep(_QUEUE_EVERY_S)
        if slot is not None:
            # Told before the ticket goes: a job is waiting or running, never neither.
            job.add_progress(Progress(0.0, "load"))
    if slot is None:
        yield False
        return
    with slot:
        yield True


def _solve(
    job: JobFolder, spec: JobSpec, solve: Solve | None, watch: Callable[[float], None] | None
) -> None:
    scenario = parse_scenario(spec.scenario)
    if watch is not None:
        watch(scenario.solve.time_limit_s)
    with _Recorder(job) as recorder:
        began = time.monotonic()
        pack = read_pack(Path(spec.pack))
        load = time.monotonic() - began
        report = (solve or _planners_own())(
            pack, scenario, on_progress=recorder.tell, should_stop=lambda: job.is_asked_to_stop
        )
        job.note_finishing()
        stages = {**report.seconds_by_stage, "load": load}
        report = replace(report, seconds=report.seconds + load, seconds_by_stage=stages)
        judge_and_write(report, pack, scenario, job.run)


def _planners_own() -> Solve:
    from planner.solve import solve  # noqa: PLC0415 - loads the solvers

    return solve


def _failure(error: Exception) -> Failure:
    error_id = secrets.token_hex(4)
    if isinstance(error, PlannerError):
        return Failure("failed", _first_lines(str(error)), error_id)
    if isinstance(error, MemoryError):
        message = "This machine has not enough memory for this problem; make it smaller."
        return Failure("failed", message, error_id)
    if isinstance(error, OSError) and error.errno is not None:
        return Failure("failed", f"The run could not be kept: {disk_words(error)}.", error_id)
    return Failure("failed", _UNEXPECTED.format(error_id=error_id), error_id)


def _first_lines(text: str) -> str:
    """A message of bearable length: a pack can have thousands of faults."""
    lines = text.splitlines()
    if len(lines) <= _MOST_LINES:
        return text
    return "\n".join([*lines[:_MOST_LINES], f"and {len(lines) - _MOST_LINES} more."])


class _Recorder:
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


class _Watchdog:
    """Ends the worker's whole group when it outlives its time limit or a request to stop."""

    def __init__(self, job: JobFolder) -> None:
        self._job = job

    def start(self, time_limit_s: float) -> None:
        """Watch from now on."""
        deadline = time.monotonic() + time_limit_s + LIMIT_GRACE_S
        threading.Thread(target=self._watch, args=(deadline,), daemon=True).start()
        if sys.platform != "win32":
            # Should a solver never let a thread run, the system ends the process a little later.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, time_limit_s + LIMIT_GRACE_S + 5)

    def _watch(self, deadline: float) -> None:
        while not (ignored := self._ignores_stop()) and time.monotonic() < deadline:
            time.sleep(0.5)
        if not self._job.has_run:
            with contextlib.suppress(OSError):
                self._job.write_failure(Failure("failed", IGNORED_STOP if ignored else _OVERRUN))
        end_own_group()

    def _ignores_stop(self) -> bool:
        # Later than `poll` would do it: this is for when nobody polls.
        asked, finishing = self._job.seconds_since_stop, self._job.seconds_finishing
        if asked is None or asked <= 2 * STOP_GRACE_S:
            return False
        return finishing is None or finishing > FINISH_GRACE_S


def main(arguments: list[str], *, solve: Solve | None = None) -> int:
    """Do the job in the folder that is the one argument."""
    if len(arguments) != 1:
        return 2
    job = JobFolder(Path(arguments[0]))
    be_kind()
    return run(job.path, solve=solve, watch=_Watchdog(job).start)


if __name__ == "__main__":
    # Whatever thread a solver left behind must not keep the process.
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
