"""What a road graph is: directed edges between nodes, measured in steps whose sums are exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Nodes = NDArray[np.int64]
STEPS = 2.0**32  # a minute or kilometre is so many steps: sums are exact up to 2**21 of them


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Directed edges between nodes.

    Attributes:
        lat: Latitudes of the nodes in degrees, shape (N,); `lon` likewise.
        start: Node where each directed edge starts, shape (E,); `end` likewise.
        km: Length of each directed edge, shape (E,); `minutes` likewise.
    """

    lat: Array
    lon: Array
    start: Nodes
    end: Nodes
    km: Array
    minutes: Array


def in_steps(values: Array) -> Array:
    """Minutes or kilometres rounded to 1 / 2**32, so that their sums do not depend on the order.

    What is rounded so may be added in any order with the same result: short cuts over contracted
    roads keep their exact lengths, and equally fast ways are equal to the last bit.
    """
    return np.asarray(np.round(values * STEPS) / STEPS)
