"""What every travel model that measures between places can do."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planner.travel.places import Places

Array = NDArray[np.float64]


class Ways(Protocol):
    """A travel model, made ready for a pack: roads read, graph built, obstacles known."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Where roads and figures come from, for the line under a map."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, left out or led round, in sentences."""
        ...

    def between(self, start: Places, end: Places) -> tuple[Array, Array]:
        """Kilometres and minutes from each start to each end, each (n, m); inf for no route.

        Waiting and the way to the stage are not among the minutes. Two places of the same
        coordinates are 0 apart.
        """
        ...
