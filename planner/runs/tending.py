"""Looking after the jobs of this machine: finding, removing and clearing them without any loss."""

from __future__ import annotations

import time

from planner.errors import PlannerError, UsageError
from planner.runs import jobs
from planner.runs.jobfiles import JobFolder
from planner.runs.store import Store, open_store

_DAY_S = 86_400.0


def found(prefix: str) -> str:
    """The whole id of a job, from its first digits.

    Raises:
        UsageError: No job begins so, or more than one does.
    """
    ids = [job.id for job in jobs.folders() if job.id.startswith(prefix)]
    if len(ids) == 1:
        return ids[0]
    if ids:
        message = f"{len(ids)} jobs begin with {prefix}; give more digits."
    else:
        message = f"There is no job {prefix}; `planner jobs` lists all."
    raise UsageError(message)


def forget(job_id: str) -> None:
    """Remove a job, but not a run that is nowhere else.

    Raises:
        PlannerError: Its run is not in the store.
    """
    job = JobFolder(jobs.home() / "jobs" / job_id)
    if job.has_run and not _is_kept(job):
        message = (
            f"The run of the job {job_id} is not in the store, so it is not removed. "
            f"{job.refusal() or 'The store could not take it; see to the store and try again.'}"
        )
        raise PlannerError(message)
    jobs.forget(job_id)


def clear(days: int) -> int:
    """Remove the jobs that have been over for so many days; returns how many."""
    removed = 0
    with open_store() as store:
        for job in jobs.folders():
            spec = job.spec()
            if spec is None or time.time() - spec.created < days * _DAY_S:
                continue
            if jobs.state_of(job).is_over and (not job.has_run or _is_in(store, job)):
                jobs.forget(job.id)
                removed += 1
    return removed


def _is_kept(job: JobFolder) -> bool:
    with open_store() as store:
        return _is_in(store, job)


def _is_in(store: Store, job: JobFolder) -> bool:
    """Whether the store that is used now has a job's run."""
    kept = job.kept()
    if kept is None:
        return False
    try:
        store.runs.get(kept.id)
    except PlannerError:
        return False
    return True
