"""The work of a job of the kind `sweep`: the same as the command, kept in the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from planner.errors import UsageError
from planner.pack.manifest import FRONTIERS
from planner.plan import Progress
from planner.runs.jobfiles import JobFolder
from planner.runs.queue import slot_count
from planner.runs.store import open_store
from planner.runs.sweeps.asked import require_few
from planner.runs.sweeps.frontiers import DEFAULT_POINTS
from planner.runs.sweeps.keeping import Keeper
from planner.runs.sweeps.local import LocalCrew
from planner.runs.sweeps.run import Asked, prepare, sweep
from planner.runs.sweeps.types import Axis
from planner.runs.work import Kept, Work


def sweep_job(work: Work) -> Kept:
    """Do the sweep that a job asks for, and keep it as a study.

    The options are `axes`, a list of tables with `key` and `values`, or `frontier`, a kind of
    frontier, with `points` if wanted; `workers`, at most as many as the queue allows. Gap, time
    limit of a point and solver are those of the scenario.

    Raises:
        PlannerError: The options or the scenario are at fault; nothing was kept.
    """
    options = work.spec.options
    prepared = prepare(work.pack, work.scenario, asked_of(options), should_stop=work.should_stop)
    most = min(int(options.get("workers") or slot_count()), slot_count(), len(prepared.points))
    with open_store() as store:
        keeper = Keeper(store, lambda study: work.begun(Kept("study", study)))
        sweep(
            prepared,
            work.folder / "tmp" / "sweep",
            lambda folder: LocalCrew(prepared.ground, prepared.base, max(1, most), folder.points),
            on_count=_teller(work),
            should_stop=work.should_stop,
            between=work.yield_turn,
            keeper=keeper,
        )
        return Kept("study", keeper.id)


def _teller(work: Work) -> Callable[[int, int], None]:
    """Tells how many points are done, to whoever reads the job."""
    job, began = JobFolder(work.folder), time.monotonic()
    asked = job.spec()
    is_own = asked is not None and asked.kind == work.spec.kind  # not a part of another job

    def tell(done: int, total: int) -> None:
        if is_own:
            job.write_counts(done, total)
        seconds = time.monotonic() - began
        work.tell(Progress(seconds, "solve", message=f"{done} of {total} points are done"))

    return tell


def asked_of(options: Mapping[str, Any]) -> Asked:
    """What the options of a job ask for.

    Raises:
        UsageError: They ask for nothing, or for what is none.
    """
    kind, listed = options.get("frontier"), options.get("axes")
    if bool(kind) == bool(listed):
        raise UsageError("A sweep needs either axes or a frontier.")
    if kind:
        if kind not in FRONTIERS:
            message = f"{kind} is no frontier; expected {', '.join(FRONTIERS)}."
            raise UsageError(message)
        return Asked(frontier=kind, points=max(2, int(options.get("points") or DEFAULT_POINTS)))
    try:
        axes = tuple(Axis(str(each["key"]), tuple(each["values"])) for each in listed or ())
    except (KeyError, TypeError):
        raise UsageError("Each of the axes of a sweep needs a key and its values.") from None
    require_few(axes)
    return Asked(axes)
