"""Jobs: solves in their own processes, which outlive the page and the server that began them."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from planner.pack import own_note
from planner.pack.place import home
from planner.people import (
    NotYoursError,
    acting,
    may_change,
    may_see,
    refuse_change,
    refuse_sight,
)
from planner.plan import Progress
from planner.runs import endings, launch
from planner.runs.files import plain_disk_errors
from planner.runs.jobfiles import JobFolder, JobSpec, Kept
from planner.runs.processes import is_alive
from planner.runs.queue import Queue
from planner.scenario import Scenario, scenario_toml

__all__ = [
    "JobState",
    "JobStatus",
    "folders",
    "forget",
    "home",
    "is_at_work",
    "poll",
    "queue",
    "recent",
    "start",
    "state_of",
    "stop",
]

JobStatus = Literal["queued", "running", "stopping", "keeping", "done", "failed", "lost", "unknown"]

_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_TAIL_FOR_LIST = 64 * 1024

_STOPPED_EARLY = "Stopped early; this is the best plan found by then."
_STOPPED_WITHOUT = "Stopped early; no plan had been found by then."
_STOPPING = "Stopping; the best plan found so far is being kept."
_UNKNOWN = "There is no such job; it may have been removed."


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job now.

    Attributes:
        id: The job's id.
        name: The scenario's name.
        status: queued and running go on by themselves; stopping was asked to stop; keeping is
            having its best plan checked and kept after its process was gone; done has a run (of
            any solve status, also infeasible) or a study; failed and lost say why in `message`;
            unknown is no job of this machine.
        progress: What the solver reported, oldest first.
        position: Place in the queue, 1 for the next; None when not waiting.
        run: The run folder once it is there.
        message: A sentence for the user; empty when there is nothing to say.
        seconds: Since the solve began; while waiting, since the job was started.
        kind: What is done: solve, or one of the kinds that make a study.
        kept: What is in the store of it; None for nothing yet.
        before: While it waits, the names of those that it waits for: at work, then in front.
        counts: Of a job of many parts, how many are done, of how many.
        is_mine: Whether who asks may stop it.
        owner_name: Whose it is; empty for everybody's.
    """

    id: str
    name: str
    status: JobStatus
    progress: tuple[Progress, ...] = ()
    position: int | None = None
    run: Path | None = None
    message: str = ""
    seconds: float = 0.0
    kind: str = "solve"
    kept: Kept | None = None
    before: tuple[str, ...] = ()
    counts: tuple[int, int] | None = None
    is_mine: bool = True
    owner_name: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the state will not change any more."""
        return self.status in ("done", "failed", "lost", "unknown")

    @property
    def gap(self) -> float | None:
        """The gap that was told last, relative; None when none was."""
        return next((each.gap for each in reversed(self.progress) if each.gap is not None), None)


def start(
    pack_folder: Path,
    scenario: Scenario,
    *,
    kind: str = "solve",
    options: Mapping[str, Any] | None = None,
    is_background: bool = False,
    scenario_id: str = "",
    scenario_version: int = 0,
    is_private: bool = False,
) -> str:
    """Begin a job in its own process and return its id at once; it belongs to who acts.

    Args:
        pack_folder: The pack.
        scenario: The rules, or the base of many.
        kind: What is to be done; see `worker`.
        options: What that kind needs to know, as plain values.
        is_background: Nobody waits for it: all other jobs go first.
        scenario_id: The saved scenario it is solved from, with `scenario_version`; "" for none.
        scenario_version: Of that scenario.
        is_private: Nobody but its owner sees it, nor what comes of it; so it is on a private pack.
            One in the background is everybody's.

    Raises:
        PlannerError: The job cannot be written or begun; in plain words.
    """
    job = JobFolder(home() / "jobs" / secrets.token_hex(8))
    person = None if is_background else acting()
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
        owner="" if person is None else person.id,
        owner_name="" if person is None else person.name,
        is_private=person is not None and (is_private or own_note.is_private(Path(pack_folder))),
    )
    for gone in job.path.parent.glob(".gone-*"):
        shutil.rmtree(gone, ignore_errors=True)
    try:
        with plain_disk_errors("The job"):
            job.path.mkdir(parents=True)
            (job.path / "tmp").mkdir()
            job.write_spec(spec)
        launch.begin(job)
    except BaseException:
        shutil.rmtree(job.path, ignore_errors=True)
        raise
    return job.id


def poll(job_id: str) -> JobState:
    """The state of a job; what has to be ended or cleared is, so that no state lasts for ever.

    Of what is somebody else's and private nothing is told but that.
    """
    job = _folder(job_id)
    if job is None:
        return _unknown(job_id)
    try:
        _require_sight(job)
    except NotYoursError as error:
        return JobState(job_id, "", "unknown", message=str(error), is_mine=False)
    return state_of(job)


def stop(job_id: str) -> None:
    """Ask a job to stop and keep the best plan found so far; `poll` ends one that does not.

    Raises:
        NotYoursError: It belongs to somebody else.
    """
    job = _folder(job_id)
    if job is not None:
        _require_owner(job)
    if job is not None and not job.is_settled and not job.is_asked_to_stop:
        with plain_disk_errors("The request to stop"):
            job.ask_to_stop()


def folders() -> tuple[JobFolder, ...]:
    """The folders of all jobs, newest first."""
    found = []
    with contextlib.suppress(OSError):
        for path in (home() / "jobs").iterdir():
            job = _folder(path.name)
            spec = None if job is None else job.spec()
            if job is not None and spec is not None:
                found.append((spec.created, job))
    found.sort(key=lambda entry: entry[0], reverse=True)
    return tuple(job for _, job in found)


def recent(limit: int = 20, *, kind: str = "solve") -> tuple[JobState, ...]:
    """The latest jobs of a kind, newest first, each with the end of its progress.

    Those are left out that are somebody else's and private.
    """
    states: list[JobState] = []
    for job in folders():
        if len(states) >= limit:
            break
        spec = job.spec()
        if spec is None or not may_see(spec.owner, is_private=spec.is_private):
            continue
        if spec.kind == kind:
            states.append(state_of(job, _TAIL_FOR_LIST))
    return tuple(states)


def forget(job_id: str) -> None:
    """End a job if it still runs, and remove all it made.

    Raises:
        NotYoursError: It belongs to somebody else.
    """
    job = _folder(job_id)
    if job is None:
        return
    _require_owner(job)
    job.take_over()  # nobody keeps anything of it now
    endings.end(job)
    gone = job.path.with_name(f".gone-{job.id}")
    with plain_disk_errors("The job"):
        job.path.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def queue() -> Queue:
    """The queue of this machine's jobs."""
    return Queue(home() / "queue", is_at_work)


def is_at_work(job_id: str) -> bool:
    """Whether the process of a job runs."""
    job = _folder(job_id)
    process = None if job is None else job.process()
    return job is not None and process is not None and is_alive(process, job.id)


def state_of(job: JobFolder, most_bytes: int | None = None) -> JobState:
    """As `poll`, of a job's folder; of its progress no more than the last `most_bytes`."""
    spec = job.spec()
    if spec is None:
        return _unknown(job.id)
    endings.see_to(job, spec)
    progress = job.progress() if most_bytes is None else job.progress(most_bytes)
    waited = max(0.0, time.time() - spec.created)
    seconds = progress[-1].seconds if progress else waited
    works = is_at_work(job.id)  # asked first: a worker that ends in between has kept its run
    kept = job.kept() or job.kept(is_begun=True)
    counts = job.counts()

    def state(
        status: JobStatus,
        message: str = "",
        position: int | None = None,
        before: tuple[str, ...] = (),
    ) -> JobState:
        run = job.run if status == "done" and job.has_run else None
        told = (job.id, spec.name, status, progress, position, run, message, seconds)
        return JobState(
            *told, spec.kind, kept, before, counts, may_change(spec.owner), spec.owner_name
        )

    if job.has_run and kept is None and works and job.ending() is None:
        return state("keeping")
    if job.has_run:
        return state("done", _ending_words(job))
    failure = job.failure()
    if failure is not None:
        return state("lost" if failure.status == "lost" else "failed", failure.message)
    if job.kept() is not None:
        return state("done")
    if job.seconds_taken_over is not None:
        ending = job.ending()
        return state("keeping", f"{endings.why(ending)}." if ending else "")
    if job.is_asked_to_stop:
        return state("stopping", _STOPPING)
    line = queue()
    position = line.position(job.id)
    if progress and (position is None or not spec.is_background):
        return state("running")
    before = tuple(filter(None, map(_name, line.before(job.id))))
    return state("queued", _waiting(position, before), position, before)


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


def _name(job_id: str) -> str:
    job = _folder(job_id)
    spec = None if job is None else job.spec()
    if spec is None or not may_see(spec.owner, is_private=spec.is_private):
        return ""
    return spec.name


def _require_sight(job: JobFolder) -> None:
    spec = job.spec()
    if spec is not None:
        what = f"the job {job.id}"
        refuse_sight(what, spec.owner, spec.owner_name, is_private=spec.is_private)


def _require_owner(job: JobFolder) -> None:
    spec = job.spec()
    if spec is not None:
        _require_sight(job)
        refuse_change(f"the job {job.id}", spec.owner, spec.owner_name)


def _waiting(position: int | None, before: tuple[str, ...]) -> str:
    if position is None:
        return ""
    named = ", ".join(f"“{name}”" for name in before)
    return f"Waiting: place {position} in the queue{f', after {named}' if named else ''}."


def _ending_words(job: JobFolder) -> str:
    """What a stop or a forced end came to, once there is a run."""
    ending = job.ending()
    if ending is not None and job.seconds_taken_over is not None:
        return endings.kept_words(ending)
    if not job.is_asked_to_stop:
        return ""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        status = json.loads((job.run / "run.json").read_bytes())["status"]
        return {"feasible": _STOPPED_EARLY, "unknown": _STOPPED_WITHOUT}.get(status, "")
    return ""
