"""What a change of the rules costs or saves: intervals that follow from proved bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.plan import Plan, SolveReport

ROUNDING = 1e-9  # relative
SAME_VISITS = 1e-6  # shortfalls nearer than this are the same


@dataclass(frozen=True, slots=True)
class Price:
    """By how much the best objective changes, in objective units a year: from `low` to `high`.

    Attributes:
        low: Proved: it rises by no less. None where the two cannot be compared.
        high: Proved: it rises by no more; inf where nothing better is known.
        shortfall_low: The same of the visits that miss soft rules; where it is not certainly
            unchanged, the objectives cannot be compared, as shortfalls come first.
        shortfall_high: See `shortfall_low`.
        impossible: Proved: no plan keeps the changed rules.
        opens: Sites that the plan under the changed rules opens and the first does not.
        closes: The other way round.
    """

    low: float | None
    high: float | None
    shortfall_low: float = 0.0
    shortfall_high: float = 0.0
    impossible: bool = False
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether anything is proved beyond what is plain."""
        return self.impossible or (self.low is not None and self.low > 0)


def price_between(before: SolveReport, after: SolveReport, *, restricts: bool) -> Price:
    """The price of the change that leads from one question to another.

    With proved bounds L <= best <= U of both, the best objective rises by at least L' - U and at
    most U' - L. Where the change only takes plans away (`restricts`) more is known: each plan
    and each bound then holds for both sides.

    Args:
        before: The answer under the rules as they are.
        after: The answer under the changed rules.
        restricts: Whether every plan under the changed rules keeps the first ones too.
    """
    if after.status == "infeasible":
        return Price(math.inf, math.inf, impossible=True)
    opens, closes = _exchange(before.plan, after.plan)
    less, more = _shortfalls(before, after)
    if more > SAME_VISITS or less < -SAME_VISITS:
        return Price(None, None, less, more, opens=opens, closes=closes)
    least, most = _proved(before)
    least_after, most_after = _proved(after)
    if restricts:
        most = min(most, most_after)
        least_after = max(least, least_after)
    sizes = [abs(v) for v in (least, most, least_after, most_after) if math.isfinite(v)]
    rounding = ROUNDING * max(sizes, default=0.0)
    low = _rounded(least_after - most, rounding)
    high = _rounded(most_after - least, rounding)
    if restricts:
        low, high = max(0.0, low), max(0.0, high)
    return Price(
        None if math.isnan(low) else low,
        None if math.isnan(high) else high,
        opens=opens,
        closes=closes,
    )


def saving(price: Price) -> Price:
    """What taking the change back saves: the same interval seen from the other side."""
    return Price(
        None if price.high is None else 0.0 - price.high,
        None if price.low is None else 0.0 - price.low,
        0.0 - price.shortfall_high,
        0.0 - price.shortfall_low,
        opens=price.closes,
        closes=price.opens,
    )


def _proved(report: SolveReport) -> tuple[float, float]:
    """Proved limits of the best objective: bound and plan."""
    least = -math.inf if report.bound is None else report.bound
    most = math.inf if report.objective is None else report.objective
    return least, most


def _rounded(value: float, rounding: float) -> float:
    """The value, or nothing where it is no more than the rounding of the sums behind it."""
    return 0.0 if abs(value) <= rounding else value


def _shortfalls(before: SolveReport, after: SolveReport) -> tuple[float, float]:
    """By how much the least shortfall may change; unknown plans have none to tell of."""
    if before.plan is None or after.plan is None:
        return 0.0, 0.0
    return (
        after.shortfall_bound - before.shortfall,
        after.shortfall - before.shortfall_bound,
    )


def _exchange(before: Plan | None, after: Plan | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if before is None or after is None:
        return (), ()
    opens = np.flatnonzero(after.is_open & ~before.is_open).tolist()
    closes = np.flatnonzero(before.is_open & ~after.is_open).tolist()
    return tuple(opens), tuple(closes)
