"""Jobs whose process is gone without a result: what is left of them, in words, and who keeps it."""

from __future__ import annotations

import contextlib
import shutil
import time

from planner.errors import PlannerError
from planner.runs import launch
from planner.runs.jobfiles import Ending, Failure, JobFolder, JobSpec, Reason
from planner.runs.processes import end_group, is_alive

STOP_GRACE_S = 1.5  # with what ends a process and sees that it is gone: 2 s
STUDY_GRACE_S = 20.0  # the solves of a study end in several processes
FINISH_GRACE_S = 60.0
KEEP_LIMIT_S = 180.0
_START_GRACE_S = 30.0

_WHY: dict[Reason, str] = {
    "stop": "The solver did not stop in time and was ended",
    "overrun": "The solver went on for more than a minute beyond its time limit and was ended",
    "killed": "The solving process ended without a result: it was ended from outside, ran out of "
    "memory, or the machine was restarted",
    "error": "Something went wrong inside the planner (error {error_id})",
}
_NEXT: dict[Reason, str] = {
    "stop": "Solve again with a shorter time limit to get its best plan.",
    "overrun": "Solve again with a looser gap or a shorter time limit.",
    "killed": "Solve again.",
    "error": "It is not your doing; solve again, and report the number if it happens again.",
}
_KEPT = "The best plan that had been found by then was checked and kept."
_NO_PLAN = "No plan had been found by then."
_STUDY = "What had been solved by then is kept."
_NOT_KEPT = "The best plan that had been found by then could not be kept: {why}"
NEVER_BEGAN = "The solving process did not begin. Solve again."


def why(ending: Ending) -> str:
    """Why a job's process ended, as the beginning of a sentence."""
    return _WHY[ending.reason].format(error_id=ending.error_id)


def kept_words(ending: Ending) -> str:
    """What is said of a plan that was kept after its process was gone."""
    return f"{why(ending)}. {_KEPT}"


def failure_of(ending: Ending, not_kept: str = "", *, is_study: bool = False) -> Failure:
    """What is told where there is no plan; `not_kept` is why one that was there is not kept."""
    told = _NOT_KEPT.format(why=not_kept) if not_kept else _STUDY if is_study else _NO_PLAN
    status = "lost" if ending.reason == "killed" else "failed"
    message = f"{why(ending)}. {told} {_NEXT[ending.reason]}"
    return Failure(status, message, ending.error_id)


def take_over(job: JobFolder, reason: Reason = "killed") -> None:
    """See to a job whose process is gone or must go: its best plan is kept, or it is told why not.

    Whoever comes first does it; what the job's own process has noted as the reason counts.
    """
    if not job.take_over():
        return
    job.note_ending(Ending(reason))
    end(job)
    if job.is_settled:
        return
    ending = job.ending() or Ending(reason)
    if job.process() is None:
        _note(job, Failure("lost", NEVER_BEGAN))
    elif job.best.is_file():
        try:
            launch.begin(job, is_keeper=True)
        except PlannerError as error:
            _note(job, failure_of(ending, str(error)))
    else:
        _note(job, failure_of(ending, is_study=job.kept(is_begun=True) is not None))


def see_to(job: JobFolder, spec: JobSpec) -> None:
    """End a job's process where its time is over; see to what is left of one that is gone."""
    if job.seconds_taken_over is not None:
        _see_to_keeper(job)
        return
    process = job.process()
    # First alive, then the result: a worker that ends in between has left its result.
    alive = process is not None and is_alive(process, job.id)
    if job.is_settled:
        return
    waited = time.time() - spec.created
    if alive and is_overdue(job, spec):
        take_over(job, "stop")
    elif not alive and (process is not None or waited > _START_GRACE_S):
        take_over(job)


def _see_to_keeper(job: JobFolder) -> None:
    """A plan in keeping has its time, and a process that keeps it."""
    taken, keeper = job.seconds_taken_over, job.process(is_keeper=True)
    alive = keeper is not None and is_alive(keeper, job.id)
    if taken is None or job.is_settled:
        return
    is_begun = keeper is not None or taken > _START_GRACE_S
    if (alive and taken > KEEP_LIMIT_S) or (not alive and is_begun):
        end(job)
        if not job.is_settled:
            ending = job.ending() or Ending("killed")
            job.write_failure(failure_of(ending, "its keeping was ended, too."))


def is_overdue(job: JobFolder, spec: JobSpec) -> bool:
    """Whether a job that was asked to stop has had its time; keeping the plan has more."""
    asked = job.seconds_since_stop
    grace = STOP_GRACE_S if spec.kind == "solve" else STUDY_GRACE_S
    if asked is None or asked <= grace:
        return False
    finishing = job.seconds_finishing
    return finishing is None or finishing > FINISH_GRACE_S


def end(job: JobFolder) -> None:
    """End a job's processes, and clear their temporary files."""
    process = job.process()
    if process is not None:
        end_group(process, job.id)
    shutil.rmtree(job.path / "tmp", ignore_errors=True)


def _note(job: JobFolder, failure: Failure) -> None:
    with contextlib.suppress(OSError):
        job.write_failure(failure)
