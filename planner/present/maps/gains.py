"""Changes of travel against today on a map: which are none, and the fill of the others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.evaluate import Score

BETTER_BLUE = ("#d3e5f0", "#7fb2d3", "#2f74a8")  # less travel than today
WORSE_ORANGE = "#e0863c"
UNCHANGED = "#fbfaf5"
NEAR_MIN = 1.0  # a smaller change of an area's mean is no change


def area_changes(score: Score, before: Score | None) -> list[float | None]:
    """Change of each area's mean minutes against today; None where either is unknown."""
    if before is None:
        return [None] * len(score.areas)
    return changes([a.mean_min for a in score.areas], [b.mean_min for b in before.areas])


def changes(now: Sequence[float | None], before: Sequence[float | None]) -> list[float | None]:
    """By how much each figure differs from before; None where either is unknown."""
    return [
        None if a is None or b is None or not math.isfinite(a - b) else a - b
        for a, b in zip(now, before, strict=True)
    ]


def gain_breaks(found: Sequence[float | None]) -> tuple[float, float]:
    """The minutes that part small, middling and large gains, each a third of all that gain."""
    gains = [-c for c in found if c is not None and c < -NEAR_MIN]
    if not gains:
        return 0.0, 0.0
    low, high = np.quantile(gains, [1 / 3, 2 / 3])
    return float(round(low)), float(round(high))


def change_fill(change: float | None, breaks: tuple[float, float]) -> str:
    """The fill of a change in minutes, with the breaks of `gain_breaks`."""
    if change is None or abs(change) <= NEAR_MIN:
        return UNCHANGED
    if change > 0:
        return WORSE_ORANGE
    return BETTER_BLUE[int(-change > breaks[0]) + int(-change > breaks[1])]
