"""What solves the points of a sweep: processes of this machine, or workers of a cluster."""

from __future__ import annotations

from typing import Protocol, Self

from planner.errors import PlannerError
from planner.runs.sweeps.types import Done, Task


class CrewLostError(PlannerError):
    """Nobody is left to solve what is still to be solved; what is done stays done."""


class Crew(Protocol):
    """Takes points and hands back what became of them, in whatever order they are done.

    `size`: how many points it works on at once; `remarks`: what must be said of it.
    """

    size: int
    remarks: tuple[str, ...]

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *error: object) -> None:
        """End; what is still running is given up."""
        ...

    @property
    def free(self) -> int:
        """How many points more can be given now."""
        ...

    def give(self, task: Task) -> None:
        """Give it a point; the crew tries again by itself where a worker dies."""
        ...

    def take(self, seconds: float) -> list[Done]:
        """What is done within so many seconds.

        Raises:
            CrewLostError: Nobody is left.
        """
        ...
