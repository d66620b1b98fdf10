"""The first number that makes a plan possible, among those of which larger ones help more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.optimize.explain.proofs import Holds
from planner.optimize.explain.watch import Watch

PROBE_SECONDS = 1.0
PROBE_SHARE = 0.15  # of the time that is left, for one number


@dataclass(frozen=True, slots=True)
class Found:
    """A number that makes a plan possible; `is_least` where the one before is proved not to."""

    value: int
    is_least: bool

    @property
    def words(self) -> str:
        """What must be said where it may not be the least change."""
        return "" if self.is_least else ", perhaps a smaller change would do"


def first_that(
    holds: Callable[[int, Watch], Holds], low: int, high: int, watch: Watch
) -> Found | None:
    """The first number from `low` to `high` that makes a plan possible; None where none is known.

    What holds for a number holds for every larger one. What is not answered in a part of the
    time is passed over, and the number found is then not called the least.
    """
    if low > high or holds(high, watch) != "yes":
        return None
    is_least, is_hard, step = True, False, 1
    while low < high and watch.left > 0:
        # near the beginning as a rule: steps that double; halves where an answer takes long
        probe = (low + high) // 2 if is_hard else min(low + step - 1, high - 1)
        answer = holds(probe, watch.part(PROBE_SHARE, least=PROBE_SECONDS))
        if answer == "yes":
            high, step = probe, max(1, (probe - low + 1) // 2)
        else:
            is_least, is_hard = answer == "no", is_hard or answer == "unknown"
            low, step = probe + 1, min(2 * step, max(1, (high - probe) // 2))
    is_least = is_least and low >= high
    return Found(high, is_least)
