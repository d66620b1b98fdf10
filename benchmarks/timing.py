"""What a benchmark's line tells: the clock and the processor, beside the goal."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """What it took, and how long a processor worked on it, here and in processes begun here."""
    begin, before = time.perf_counter(), sum(os.times()[:4])
    work()
    return time.perf_counter() - begin, sum(os.times()[:4]) - before


def line(what: str, found: Sequence[tuple[float, float]], goal_s: float) -> str:
    """A row of a table: the least and the middle by the clock, the least work, and the goal."""
    times, work = zip(*found, strict=True)
    told = (min(times), statistics.median(times), min(work))
    return f"| {what} | {' | '.join(f'{each:.3f}' for each in told)} | {goal_s:.2f} |"
