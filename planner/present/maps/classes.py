"""Classes of a map: quantile breaks, their colours, and which class a value falls in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Perceptually even from light to dark, safe for the colour-blind, readable when printed grey.
RAMP = ("#fdf3b8", "#a3d8b0", "#45a9b5", "#2f6aa8", "#2b2a6f")
NO_VALUE = "#d5d9d8"


@dataclass(frozen=True, slots=True)
class Classes:
    """Class k holds values from `lows[k]` to `highs[k]`, both the values of real places."""

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    counts: tuple[int, ...]
    colours: tuple[str, ...]
    missing: int = 0

    def position(self, value: float | None) -> int | None:
        """The class of a value, None where there is no value."""
        if value is None or not math.isfinite(value):
            return None
        for k, high in enumerate(self.highs):
            if value <= high:
                return k
        return len(self.highs) - 1

    def colour(self, value: float | None) -> str:
        """The fill of a value."""
        k = self.position(value)
        return NO_VALUE if k is None else self.colours[k]


def quantile_classes(values: Sequence[float | None], count: int = 5) -> Classes:
    """Classes with about equally many places each; equal values always share a class.

    Args:
        values: One value a place; None, nan and inf are places without a value.
        count: The most classes; fewer where there are fewer different values.
    """
    known = np.sort(np.array([v for v in values if v is not None and math.isfinite(v)], float))
    missing = len(values) - known.size
    if known.size == 0:
        return Classes((), (), (), (), missing)
    ends = np.unique(np.quantile(known, np.arange(1, count + 1) / count, method="lower"))
    ends[-1] = known[-1]
    start = np.concatenate([[0], np.searchsorted(known, ends[:-1], side="right")])
    stop = np.searchsorted(known, ends, side="right")
    lows = tuple(float(known[at]) for at in start)
    highs = tuple(float(known[at - 1]) for at in stop)
    counts = tuple(int(b - a) for a, b in zip(start, stop, strict=True))
    return Classes(lows, highs, counts, _colours(len(lows)), missing)


def _colours(count: int) -> tuple[str, ...]:
    if count == 1:
        return (RAMP[2],)
    return tuple(RAMP[round(k * (len(RAMP) - 1) / (count - 1))] for k in range(count))
