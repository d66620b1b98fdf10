"""The worker: `python -m planner.runs.worker JOB` does one job in its own process."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import secrets
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from planner.errors import PlannerError
from planner.pack.types import Pack
from planner.people import follow
from planner.plan import Incumbent, Progress, SolveReport
from planner.runs import adopt, endings, guard, keeper
from planner.runs.files import disk_words
from planner.runs.folder import judge_and_write
from planner.runs.incumbent import BestPlan
from planner.runs.jobfiles import Ending, Failure, JobFolder, JobSpec, Kept
from planner.runs.jobs import queue
from planner.runs.launch import KEEP_BEST
from planner.runs.processes import be_kind, name_of
from planner.runs.queue import Rank
from planner.runs.recorder import Recorder
from planner.runs.turns import Turn
from planner.runs.work import Work, Worker
from planner.scenario import Scenario, parse_scenario

KINDS: Mapping[str, tuple[str, str]] = {
    "sweep": ("planner.runs.sweeps.job", "sweep_job"),
    "robust": ("planner.runs.robust_job", "robust_job"),
    "roadmap": ("planner.runs.robust_job", "roadmap_job"),
    "first": ("planner.runs.first_work", "first_job"),
    "why": ("planner.runs.why_job", "why_job"),
    "uncertain": ("planner.runs.uncertain_job", "uncertain_job"),
}
"""Where the work of each kind of job is found, beside `solve`; loaded when it is asked for."""

_QUESTIONS = frozenset({"why", "uncertain"})
_MOST_SHORT_S = 120.0  # a question of so little time does not wait for studies
_MOST_LINES = 30
_STOPPED_WAITING = "Stopped while it was waiting; nothing was solved."
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
        on_plan: Callable[[Incumbent], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> SolveReport:
        """Solve a scenario on a pack."""
        ...


def run(
    folder: Path,
    *,
    solve: Solve | None = None,
    watch: Callable[[float | None], None] | None = None,
) -> int:
    """Do a job: wait for a turn, do its work, keep what comes of it. Whatever happens is noted.

    Args:
        folder: The job's folder.
        solve: What solves; the planner's own when left out.
        watch: Told when the work begins: the time limit in seconds, None where there is none.

    Returns:
        0 when something was kept, 1 when the job failed.
    """
    job = JobFolder(folder)
    try:
        spec, me = job.spec(), name_of(os.getpid())
        if spec is None or me is None:
            return 1
        job.write_process(me)
        arrived = int(spec.created * 1e9)
        with Turn(queue(), job.id, arrived, rank=rank_of(spec)) as turn:
            # Told before the ticket goes: a job is waiting or running, never neither.
            if turn.wait(_asked(job), lambda: job.add_progress(Progress(0.0, "load"))):
                _do(job, spec, turn, solve, watch)
                return 0
        job.write_failure(Failure("failed", _STOPPED_WAITING))
    except Exception as error:  # noqa: BLE001 - the last door: noted, told in words, logged
        _tell(job, error)
    finally:
        shutil.rmtree(job.path / "tmp", ignore_errors=True)
    return 1


def rank_of(spec: JobSpec) -> Rank:
    """Who waits for a job: decides when it has its turn, and which others it does not hold up."""
    if spec.is_background:
        return Rank.BACKGROUND
    return Rank.PLAN if spec.kind == "solve" or _is_short(spec) else Rank.STUDY


def _is_short(spec: JobSpec) -> bool:
    """Whether it is a question that somebody looks at the page for, with little time to answer."""
    limit = spec.options.get("time_limit_s")
    return spec.kind in _QUESTIONS and limit is not None and float(limit) <= _MOST_SHORT_S


def _asked(job: JobFolder) -> Callable[[], bool]:
    return lambda: job.is_asked_to_stop


def _do(
    job: JobFolder,
    spec: JobSpec,
    turn: Turn,
    solve: Solve | None,
    watch: Callable[[float | None], None] | None,
) -> None:
    scenario = parse_scenario(spec.scenario)
    work_of = None if spec.kind == "solve" else _work_of(spec.kind)
    if watch is not None:
        watch(scenario.solve.time_limit_s if work_of is None else None)
    with Recorder(job) as recorder:
        began = time.monotonic()
        if work_of is None:
            _solve(job, spec, scenario, recorder, solve or _planners_own())
            return
        pack, _ = adopt.read_and_keep_pack(job, Path(spec.pack))
        recorder.tell(Progress(time.monotonic() - began, "load"))
        work = Work(
            folder=job.path,
            spec=spec,
            pack=pack,
            scenario=scenario,
            tell=recorder.tell,
            should_stop=_asked(job),
            begun=functools.partial(job.write_kept, is_begun=True),
            yield_turn=lambda: turn.give_way(_asked(job)),
        )
        job.write_kept(work_of(work))


def _solve(
    job: JobFolder, spec: JobSpec, scenario: Scenario, recorder: Recorder, solve: Solve
) -> None:
    began = time.monotonic()
    pack, made_of = adopt.read_and_keep_pack(job, Path(spec.pack))
    load = time.monotonic() - began
    with BestPlan(job.best) as best:
        report = solve(
            pack,
            scenario,
            on_progress=recorder.tell,
            on_plan=best.take,
            should_stop=_asked(job),
        )
    job.note_finishing()
    stages = {**report.seconds_by_stage, "load": load}
    report = replace(report, seconds=report.seconds + load, seconds_by_stage=stages)
    judge_and_write(report, pack, scenario, job.run, made_of=made_of)
    _keep(job)


def _keep(job: JobFolder) -> Kept | None:
    """Put the run into the store; where that does not go now, it is adopted later."""
    try:
        return adopt.keep(job)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return None


def _work_of(kind: str) -> Worker:
    if kind not in KINDS:
        message = f"There is no job of the kind {kind!r}; expected solve, {', '.join(KINDS)}."
        raise PlannerError(message)
    module, name = KINDS[kind]
    work: Worker = getattr(importlib.import_module(module), name)
    return work


def _planners_own() -> Solve:
    from planner.solve import solve  # noqa: PLC0415 - loads the solvers

    return solve


def _tell(job: JobFolder, error: Exception) -> None:
    """Note an error; where there is a plan to keep, whoever watches over the job sees to it."""
    failure = _failure(error)
    print(failure.error_id, file=sys.stderr)
    traceback.print_exc()
    is_a_crash = not isinstance(error, PlannerError) and not _is_of_disk(error)
    with contextlib.suppress(OSError):
        if is_a_crash and job.best.is_file():
            job.note_ending(Ending("error", failure.error_id))
        else:
            job.write_failure(failure)


def _failure(error: Exception) -> Failure:
    error_id = secrets.token_hex(4)
    if isinstance(error, PlannerError):
        return Failure("failed", _first_lines(str(error)), error_id)
    if isinstance(error, MemoryError):
        message = "This machine has not enough memory for this problem; make it smaller."
        return Failure("failed", message, error_id)
    if isinstance(error, OSError) and _is_of_disk(error):
        return Failure("failed", f"The run could not be kept: {disk_words(error)}.", error_id)
    return Failure("failed", _UNEXPECTED.format(error_id=error_id), error_id)


def _first_lines(text: str) -> str:
    """A message of bearable length: a pack can have thousands of faults."""
    lines = text.splitlines()
    if len(lines) <= _MOST_LINES:
        return text
    return "\n".join([*lines[:_MOST_LINES], f"and {len(lines) - _MOST_LINES} more."])


def _is_of_disk(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno is not None


def main(arguments: list[str], *, solve: Solve | None = None) -> int:
    """Do the job in the folder that is the first argument, or keep the best plan it has left."""
    if not arguments or arguments[1:] not in ([], [KEEP_BEST]):
        return 2
    job = JobFolder(Path(arguments[0]))
    if arguments[1:]:
        be_kind()
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, endings.KEEP_LIMIT_S)  # ends this process
        return keeper.run(job)

    def work(watch: Callable[[float | None], None]) -> int:
        spec = job.spec()
        if spec is not None:
            # all that this process keeps is theirs
            follow(lambda: spec.person, keeps_private=spec.is_private)
        be_kind(is_last=spec is not None and rank_of(spec) is not Rank.PLAN)
        return run(job.path, solve=solve, watch=watch)

    return guard.watched(job, work)


if __name__ == "__main__":
    # Whatever thread a solver left behind must not keep the process.
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
