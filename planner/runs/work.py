"""What a job's work is given, and what it hands back: the same for every kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from planner.pack.types import Pack
from planner.plan import Progress
from planner.runs.jobfiles import JobSpec, Kept
from planner.scenario import Scenario

__all__ = ["Kept", "Work", "Worker"]


def _nobody_asks(kept: Kept) -> None:
    """Outside a job nobody has to find it again."""


def _nobody_waits() -> None:
    """Outside a job there is no queue."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job, ready to be done in its own process.

    Attributes:
        folder: The job's folder; its `tmp` may be written to and is cleared afterwards.
        spec: What was asked, with the options of its kind.
        pack: The pack, read.
        scenario: The rules, or the base of many.
        tell: Takes each sign of life; what it says is what pages show.
        should_stop: Asked now and then; True keeps the best so far.
        begun: Told what is being made in the store as soon as it has an id, so that it is found
            again when the job is ended by force.
        yield_turn: Called between the solves of a job of many: a job in the background lets
            waiting ones go first, and comes back when it is its turn again.
    """

    folder: Path
    spec: JobSpec
    pack: Pack
    scenario: Scenario
    tell: Callable[[Progress], None]
    should_stop: Callable[[], bool]
    begun: Callable[[Kept], None] = _nobody_asks
    yield_turn: Callable[[], None] = _nobody_waits


Worker = Callable[[Work], Kept]
