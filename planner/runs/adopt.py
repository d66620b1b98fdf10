"""What jobs leave behind goes into the store: at once, or the next time somebody looks."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from planner.errors import InputError, PlannerError
from planner.pack import read_pack
from planner.pack.fingerprint import MANIFEST, PackPrint, print_of
from planner.pack.snapshot import place_within
from planner.pack.types import Pack
from planner.people import acting_as
from planner.runs import endings, jobs
from planner.runs.files import publish_folder, write_synced
from planner.runs.jobfiles import JobFolder, JobSpec, Kept
from planner.runs.store import Store, open_store
from planner.runs.store.packs import take_snapshot
from planner.runs.store.types import SavedScenario

_READINGS = 3


def look_after() -> tuple[Kept, ...]:
    """See to all jobs: for the start of the app, and for whoever lists them.

    Jobs whose process is gone are told, or their best plan is kept; temporary files are cleared;
    finished runs go into the store.

    Returns:
        What came into the store.
    """
    for job in jobs.folders():
        if not job.is_settled:
            jobs.state_of(job)
        elif (job.path / "tmp").exists() and not jobs.is_at_work(job.id):
            endings.end(job)
    return adopt_finished()


def adopt_finished() -> tuple[Kept, ...]:
    """Put every finished run that is not in the store into it; cheap when there is none.

    A run that the store cannot take now (it is locked, full or away) waits for the next time; one
    that it will never take is noted. Studies whose job is gone are closed.

    Returns:
        What came into the store.
    """
    adopted = []
    for job in jobs.folders():
        if job.is_over_unkept:
            try:
                kept = keep(job)
            except PlannerError:
                continue
            if kept is not None:
                adopted.append(kept)
    return tuple(adopted)


def keep(job: JobFolder) -> Kept | None:
    """Put what a job has made into the store and note it; the same job gives the same run.

    Returns:
        What is kept; None where there is nothing to keep, or the store refused for good.

    Raises:
        PlannerError: The store cannot take it now; everything stays as it is.
    """
    done, spec = job.kept(), job.spec()
    if done is not None or spec is None:
        return done
    # Whoever looks now, it is theirs who began the job.
    with acting_as(spec.person, keeps_private=spec.is_private):
        if not job.has_run:
            return _close_study(job)
        try:
            kept = Kept("run", _keep_run(job, spec))
        except InputError as error:
            job.write_refusal(str(error))
            return None
        job.write_kept(kept)
        return kept


def read_and_keep_pack(job: JobFolder, folder: Path) -> tuple[Pack, PackPrint]:
    """Read a job's pack, and keep its files as they are now, so that later edits mix nothing.

    Where the store cannot take them now, the job keeps a copy.

    Raises:
        InputError: The pack has faults.
        PlannerError: Its files keep changing, or cannot be copied.
    """
    pack, made_of = _read_unchanged(folder)
    job.write_pack_print(made_of.fingerprint)
    try:
        with open_store() as store:
            kept = store.packs.keep(pack)
    except PlannerError:
        kept = ""
    if kept != made_of.fingerprint:
        _copy(job, folder, made_of.fingerprint)
    return pack, made_of


def pack_as_it_was(job: JobFolder, spec: JobSpec) -> Pack:
    """The pack as the job read it: where it stands, from the job's copy, or from the store.

    Raises:
        PlannerError: It was changed since, and nobody has kept it.
    """
    wanted, folder = job.pack_print(), Path(spec.pack)
    with contextlib.suppress(OSError, PlannerError):
        if print_of(folder).fingerprint == wanted:
            return read_pack(folder)
    copy = _copied(job)
    if copy is not None:
        return read_pack(copy)
    with open_store() as store:
        return store.packs.read(wanted)


def _read_unchanged(folder: Path) -> tuple[Pack, PackPrint]:
    """A pack and the print of the very files that it was read from."""
    for _ in range(_READINGS):
        before = print_of(folder)
        pack = read_pack(folder)
        if print_of(folder) == before:
            return pack, before
    message = f"The files of the pack {folder.name} are being changed; try again when they are not."
    raise PlannerError(message)


def _copy(job: JobFolder, folder: Path, fingerprint: str) -> None:
    """Copy a pack into the job's folder; where that fails, that is told when it is missed."""
    with contextlib.suppress(PlannerError, OSError):
        taken = take_snapshot(folder)
        if taken.fingerprint != fingerprint:
            return

        def fill(root: Path) -> None:
            place = place_within(root, fingerprint, list(taken.files))
            for name, content in taken.files.items():
                path = Path(os.path.normpath(place / name))
                path.parent.mkdir(parents=True, exist_ok=True)
                write_synced(path, content)

        publish_folder(job.pack, fill)


def _copied(job: JobFolder) -> Path | None:
    """The job's own copy of its pack, None where it has none."""
    place, fingerprint = job.pack, job.pack_print()
    while fingerprint and (place / fingerprint).is_dir():
        place /= fingerprint
    return place if (place / MANIFEST).is_file() else None


def _keep_run(job: JobFolder, spec: JobSpec) -> str:
    copy = _copied(job)
    with open_store() as store:
        if copy is not None:
            store.packs.keep_folder(copy)
        run_id = store.runs.keep(job.run, scenario=_saved(store, spec))
    if copy is not None:
        shutil.rmtree(job.pack, ignore_errors=True)
    return run_id


def _saved(store: Store, spec: JobSpec) -> SavedScenario | None:
    """The saved scenario that was solved, as it stood then."""
    if not spec.scenario_id:
        return None
    try:
        found = store.scenarios.get(spec.scenario_id)
    except PlannerError:
        return None  # another store, since the job began
    return replace(found, version=spec.scenario_version)


def _close_study(job: JobFolder) -> Kept | None:
    """A study whose job ended without a result is not running any more."""
    begun = job.kept(is_begun=True)
    if begun is None or job.failure() is None:
        return None
    with open_store() as store:
        if store.studies.get(begun.id).status == "running":
            store.studies.finish(begun.id, "stopped" if job.is_asked_to_stop else "failed")
    job.write_kept(begun)
    return begun
