"""Jobs: solves in their own processes, which outlive the page and the server that began them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import planner
from planner.errors import PlannerError
from planner.plan import Progress
from planner.runs.files import disk_words, plain_disk_errors
from planner.runs.jobfiles import Failure, JobFolder, JobSpec
from planner.runs.place import home
from planner.runs.processes import JOB_VARIABLE, end_group, is_alive, name_of
from planner.runs.queue import Queue
from planner.scenario import Scenario, scenario_toml

JobStatus = Literal["queued", "running", "stopping", "done", "failed", "lost", "unknown"]

STOP_GRACE_S = 5.0
FINISH_GRACE_S = 60.0
_START_GRACE_S = 30.0
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_WORKER = ("-m", "planner.runs.worker")
_TAIL_FOR_LIST = 64 * 1024

_STOPPED_EARLY = "Stopped early; this is the best plan found by then."
_STOPPED_WITHOUT = "Stopped early; no plan had been found by then."
STOPPED_WAITING = "Stopped while it was waiting; nothing was solved."
IGNORED_STOP = (
    "The solver did not stop within 5 seconds and was ended; the plan it was working on "
    "could not be kept. Solve again with a shorter time limit to get its best plan."
)
_LOST = (
    "The solving process ended without a result: it was ended from outside, ran out of memory, "
    "or the machine was restarted. Solve again."
)
_NEVER_BEGAN = "The solving process did not begin. Solve again."
_UNKNOWN = "There is no such job; it may have been removed."


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job now.

    Attributes:
        id: The job's id.
        name: The scenario's name.
        status: queued and running go on by themselves; stopping was asked to stop; done has a
            run (of any solve status, also infeasible); failed and lost say why in `message`;
            unknown is no job of this machine.
        progress: What the solver reported, oldest first.
        position: Place in the queue, 1 for the next; None when not waiting.
        run: The run folder once it is there.
        message: A sentence for the user; empty when there is nothing to say.
        seconds: Since the solve began; while waiting, since the job was started.
    """

    id: str
    name: str
    status: JobStatus
    progress: tuple[Progress, ...] = ()
    position: int | None = None
    run: Path | None = None
    message: str = ""
    seconds: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the state will not change any more."""
        return self.status in ("done", "failed", "lost", "unknown")


def start(
    pack_folder: Path,
    scenario: Scenario,
    *,
    kind: str = "solve",
    options: Mapping[str, Any] | None = None,
    is_background: bool = False,
    scenario_id: str = "",
    scenario_version: int = 0,
) -> str:
    """Begin a job in its own process and return its id at once.

    Args:
        pack_folder: The pack.
        scenario: The rules, or the base of many.
        kind: What is to be done; see `worker`.
        options: What that kind needs to know, as plain values.
        is_background: Nobody waits for it: all other jobs go first.
        scenario_id: The saved scenario it is solved from, with `scenario_version`; "" for none.
        scenario_version: Of that scenario.

    Raises:
        PlannerError: The job cannot be written or begun; in plain words.
    """
    job = JobFolder(home() / "jobs" / secrets.token_hex(8))
    spec = JobSpec(
        id=job.id,
        name=scenario.name,
        created=time.time(),
        pack=str(Path(pack_folder).absolute()),
        scenario=scenario_toml(scenario),
        kind=kind,
        options=options or {},
        is_background=is_background,
        scenario_id=scenario_id,
        scenario_version=scenario_version,
    )
    for gone in job.path.parent.glob(".gone-*"):
        shutil.rmtree(gone, ignore_errors=True)
    try:
        with plain_disk_errors("The job"):
            job.path.mkdir(parents=True)
            (job.path / "tmp").mkdir()
            job.write_spec(spec)
        _begin(job)
    except BaseException:
        shutil.rmtree(job.path, ignore_errors=True)
        raise
    return job.id


def poll(job_id: str) -> JobState:
    """The state of a job; what has to be ended or cleared is, so that no state lasts for ever."""
    job = _folder(job_id)
    return _unknown(job_id) if job is None else _state(job)


def stop(job_id: str) -> None:
    """Ask a job to stop and keep the best plan found so far; `poll` ends one that does not."""
    job = _folder(job_id)
    if job is not None and not _is_settled(job) and not job.is_asked_to_stop:
        with plain_disk_errors("The request to stop"):
            job.ask_to_stop()


def recent(limit: int = 20) -> tuple[JobState, ...]:
    """The latest jobs, newest first, each with the end of its progress."""
    found = []
    with contextlib.suppress(OSError):
        for path in (home() / "jobs").iterdir():
            job = _folder(path.name)
            spec = None if job is None else job.spec()
            if job is not None and spec is not None:
                found.append((spec.created, job))
    found.sort(key=lambda entry: entry[0], reverse=True)
    return tuple(_state(job, _TAIL_FOR_LIST) for _, job in found[: max(0, limit)])


def forget(job_id: str) -> None:
    """End a job if it still runs, and remove all it made."""
    job = _folder(job_id)
    if job is None:
        return
    _end(job)
    gone = job.path.with_name(f".gone-{job.id}")
    with plain_disk_errors("The job"):
        job.path.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def queue() -> Queue:
    """The queue of this machine's jobs."""
    return Queue(home() / "queue", _is_at_work)


# -- one job -------------------------------------------------------------------------------


def _folder(job_id: str) -> JobFolder | None:
    """The folder of a job; None for an id that is none, however it is written."""
    if not isinstance(job_id, str) or _ID.fullmatch(job_id) is None:
        return None
    job = JobFolder(home() / "jobs" / job_id)
    return job if (job.path / "job.json").is_file() else None


def _unknown(job_id: str) -> JobState:
    shown = job_id if isinstance(job_id, str) and _ID.fullmatch(job_id) else ""
    return JobState(shown, "", "unknown", message=_UNKNOWN)


def _is_settled(job: JobFolder) -> bool:
    return job.has_run or job.failure() is not None


def _is_at_work(job_id: str) -> bool:
    job = _folder(job_id)
    process = None if job is None else job.process()
    return job is not None and process is not None and is_alive(process, job.id)


def _begin(job: JobFolder) -> None:
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {
            "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        }
    try:
        with job.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", *_WORKER, str(job.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=job.path,
                env=_environment(job),
                **options,
            )
    except OSError as error:
        message = f"The solving process could not begin: {disk_words(error)}."
        raise PlannerError(message) from error
    # Waits for the worker so that it leaves no zombie; ends with this process, the worker not.
    threading.Thread(target=process.wait, name=f"reap-{job.id}", daemon=True).start()
    name = name_of(process.pid)
    if name is not None:
        with contextlib.suppress(OSError):  # the worker writes the same
            job.write_process(name)


def _environment(job: JobFolder) -> Mapping[str, str]:
    temporary = str(job.path / "tmp")
    source = str(Path(planner.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {
        **threads,
        **os.environ,
        "PYTHONPATH": path,
        "PYTHONIOENCODING": "utf-8",
        "UGATUZI_HOME": str(home()),
        JOB_VARIABLE: job.id,
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
    }


def _state(job: JobFolder, most_bytes: int | None = None) -> JobState:
    spec = job.spec()
    if spec is None:
        return _unknown(job.id)
    process = job.process()
    # First alive, then the result: a worker that ends in between has left its result.
    alive = process is not None and is_alive(process, job.id)
    if alive and not job.has_run and _is_overdue(job):
        _end(job)
        alive = False
        if not _is_settled(job):
            job.write_failure(Failure("failed", IGNORED_STOP))
    progress = job.progress() if most_bytes is None else job.progress(most_bytes)
    waited = max(0.0, time.time() - spec.created)
    seconds = progress[-1].seconds if progress else waited

    def state(status: JobStatus, message: str = "", position: int | None = None) -> JobState:
        run = job.run if status == "done" else None
        return JobState(job.id, spec.name, status, progress, position, run, message, seconds)

    if job.has_run:
        return state("done", _stop_words(job))
    failure = job.failure()
    if failure is not None:
        return state("lost" if failure.status == "lost" else "failed", failure.message)
    if not alive and (process is not None or waited > _START_GRACE_S):
        return state("lost", _lose(job, began=process is not None))
    if job.is_asked_to_stop:
        return state("stopping", "Stopping; the best plan found so far is being kept.")
    if progress:
        return state("running")
    position = queue().position(job.id)
    return state("queued", f"Waiting: place {position} in the queue." if position else "", position)


def _lose(job: JobFolder, *, began: bool) -> str:
    """Note that a job is lost, in words; a solver that outlived the worker is ended."""
    _end(job)
    message = _LOST if began else _NEVER_BEGAN
    with contextlib.suppress(OSError):
        job.write_failure(Failure("lost", message))
    return message


def _stop_words(job: JobFolder) -> str:
    """What a stop came to, once there is a run."""
    if not job.is_asked_to_stop:
        return ""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        status = json.loads((job.run / "run.json").read_bytes())["status"]
        return {"feasible": _STOPPED_EARLY, "unknown": _STOPPED_WITHOUT}.get(status, "")
    return ""


def _is_overdue(job: JobFolder) -> bool:
    """Whether a job that was asked to stop has had its time; keeping the plan has more."""
    asked = job.seconds_since_stop
    if asked is None or asked <= STOP_GRACE_S:
        return False
    finishing = job.seconds_finishing
    return finishing is None or finishing > FINISH_GRACE_S


def _end(job: JobFolder) -> None:
    """End a job's processes, and clear their temporary files."""
    process = job.process()
    if process is not None:
        end_group(process, job.id)
    shutil.rmtree(job.path / "tmp", ignore_errors=True)
