"""The first start: a pack's ready scenarios are computed once, in the background.

What is in the store already for the very files of the pack and this version is left as it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from planner import __version__
from planner.pack.fingerprint import print_of
from planner.pack.place import STORE_VARIABLE, home
from planner.pack.types import Pack
from planner.runs import endings, jobs
from planner.runs.files import plain_disk_errors, replace_file
from planner.runs.jobfiles import Failure, JobFolder
from planner.runs.queue import try_lock

VARIABLE = "UGATUZI_FIRST_START"
KIND = "first"
MOST_TRIES = 3
_OFF = ("off", "0", "no", "false")
_NAME = "Ready plans"  # the job's own, where it is listed
_STOPPED = "is_stopped"  # in the note: somebody has stopped it
_ENDED = "It was ended with the app, and goes on at the next start."


@dataclass(frozen=True, slots=True)
class FirstState:
    """How far the first start is.

    Attributes:
        status: off where nothing is to be computed; waiting until somebody asks; running; stopped
            by somebody; done; or failed, where it is said why in `message`.
        done: How many parts are in the store, of `total`.
        job: The job's id; empty for none.
    """

    status: Literal["off", "waiting", "running", "stopped", "done", "failed"]
    done: int = 0
    total: int = 0
    message: str = ""
    job: str = ""


def is_on() -> bool:
    """Whether first starts are wanted: UGATUZI_FIRST_START=off says no."""
    return os.environ.get(VARIABLE, "").strip().lower() not in _OFF


def look(pack: Pack, fingerprint: str) -> FirstState:
    """How far the first start of a pack is; begun where nobody has begun it. Cheap, for pages.

    Args:
        pack: The pack.
        fingerprint: Of its files.
    """
    return _look(pack, fingerprint, lambda note: not note or _may_try_again(note))


def begin(pack: Pack) -> FirstState:
    """Compute what is missing in the store, also what failed before; for the start of a server."""
    from planner.runs.first_work import missing_parts  # noqa: PLC0415 - long to load; Today does without
    from planner.runs.store import open_store  # noqa: PLC0415

    fingerprint = print_of(pack.folder).fingerprint

    def is_wanted(note: dict[str, Any]) -> bool:
        job = _job_of(note)
        if note.get(_STOPPED):
            return False
        if job is not None and not jobs.poll(job.id).is_over:
            return False
        with open_store() as store:
            return bool(missing_parts(store, pack, fingerprint))

    return _look(pack, fingerprint, is_wanted)


def state_of(pack: Pack) -> FirstState:
    """How far the first start of a pack is; nothing is begun."""
    return seen(pack, print_of(pack.folder).fingerprint)


def seen(pack: Pack, fingerprint: str) -> FirstState:
    """How far the first start of a pack is, or that it waits for somebody to ask."""
    return _look(pack, fingerprint, lambda _: False)


def ask(pack: Pack, fingerprint: str) -> FirstState:
    """Begin it because somebody asks for it, also where it was stopped or came to nothing."""

    def is_wanted(note: dict[str, Any]) -> bool:
        job = _job_of(note)
        return job is None or jobs.state_of(job).is_over

    return _look(pack, fingerprint, is_wanted)


def stop(fingerprint: str) -> None:
    """Stop it because somebody asks for that: what is computed stays, and nothing begins by itself.

    Args:
        fingerprint: Of the pack's files.
    """
    key = _key(fingerprint)
    note = _note(key)
    job = _job_of(note)
    if job is not None and not job.is_settled:
        _write_note(key, {**note, _STOPPED: True})
        jobs.stop(job.id)


def ready_runs(pack: Pack, fingerprint: str) -> tuple[str, ...]:
    """The runs of the ready scenarios that are in use, by their ids, in the order of the pack."""
    from planner.runs.first_work import SOURCE, ready_scenario  # noqa: PLC0415 - long to load; Today does without
    from planner.runs.store import open_store  # noqa: PLC0415

    with open_store() as store:
        found = {
            run.name: run.id
            for run in store.runs.list(source=SOURCE)
            if (run.pack, run.version) == (fingerprint, __version__)
        }
    asked = (ready_scenario(pack, name).name for name in pack.first_start.scenarios)
    return tuple(found[name] for name in asked if name in found)


def end(pack: Pack) -> None:
    """End the first start of a pack where it is at work; what is in the store already stays."""
    job = _job_of(_note(_key(print_of(pack.folder).fingerprint)))
    if job is None or job.is_settled:
        return
    with plain_disk_errors("The end of the job"):
        job.ask_to_stop()
        job.take_over()
        endings.end(job)
        if not job.is_settled:
            job.write_failure(Failure("lost", _ENDED))


# -- once ----------------------------------------------------------------------------------


def _look(pack: Pack, fingerprint: str, is_wanted: Callable[[dict[str, Any]], bool]) -> FirstState:
    """The state, after a job was begun where one is wanted; two who look begin one job."""
    if not is_on() or not pack.first_start.count:
        return FirstState("off")
    key = _key(fingerprint)
    note = _note(key)
    if is_wanted(note):
        with _alone() as is_alone:
            note = _note(key)
            if is_alone and is_wanted(note):
                note = _begin_job(pack, key, note)
    return _state(pack, fingerprint, note)


def _begin_job(pack: Pack, key: str, before: dict[str, Any]) -> dict[str, Any]:
    from planner.runs.first_work import ready_scenario  # noqa: PLC0415 - long to load; Today does without

    base = pack.first_scenario or pack.first_start.scenarios[0]
    rules = ready_scenario(pack, base).model_copy(update={"name": _NAME})
    job = jobs.start(pack.folder, rules, kind=KIND, is_background=True)
    note = {"job": job, "tries": int(before.get("tries", 0)) + 1}
    _write_note(key, note)
    return note


def _may_try_again(note: dict[str, Any]) -> bool:
    """Whether a job that was lost, or ended with the app, begins again by itself."""
    job = _job_of(note)
    if note.get("is_done") or note.get(_STOPPED) or int(note.get("tries", 0)) >= MOST_TRIES:
        return False
    return job is None or jobs.state_of(job).status == "lost"


def _state(pack: Pack, fingerprint: str, note: dict[str, Any]) -> FirstState:
    total = pack.first_start.count
    if note.get("is_done"):
        return FirstState("done", total, total, job=str(note.get("job", "")))
    job = _job_of(note)
    if job is None:
        return FirstState("waiting", 0, total)
    state = jobs.state_of(job)
    done, total = state.counts or (0, total)
    if state.status == "done":
        _write_note(_key(fingerprint), {**note, "is_done": True})
    if note.get(_STOPPED) and state.is_over and state.status != "done":
        return FirstState("stopped", done, total, job=job.id)
    if state.status in ("failed", "lost"):
        return FirstState("failed", done, total, state.message, job.id)
    return FirstState("done" if state.is_over else "running", done, total, job=job.id)


def _key(fingerprint: str) -> str:
    """Names what is computed: the pack's files, this version, and the store it goes to."""
    store = os.environ.get(STORE_VARIABLE, "")
    return hashlib.sha256(f"{fingerprint}\n{__version__}\n{store}".encode()).hexdigest()[:16]


def _note(key: str) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((home() / "first" / f"{key}.json").read_bytes())
        if isinstance(found, dict):
            return found
    return {}


def _write_note(key: str, note: dict[str, Any]) -> None:
    folder = home() / "first"
    with plain_disk_errors("The note of the first start"):
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / f"{key}.json", json.dumps(note).encode())


def _job_of(note: dict[str, Any]) -> JobFolder | None:
    job = JobFolder(home() / "jobs" / str(note.get("job") or "none"))
    return job if job.spec() is not None else None


@contextlib.contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else on this machine is within at the same time."""
    folder = home() / "first"
    with plain_disk_errors("The note of the first start"):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("ab")
    with file:
        yield try_lock(file)
