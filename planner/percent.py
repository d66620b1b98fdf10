"""Shares in percent that are told as a limit: rounded so that the limit holds."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

NOISE = 1e-9  # a gap below is rounding of sums, not doubt


def percent_up(share: float, digits: int) -> str:
    """A share in percent, without the sign, rounded up: nothing is more than this.

    Never 0 unless the share is; what rounding of sums leaves counts as nothing.

    Args:
        share: Of the whole, as a fraction; infinite stays so.
        digits: After the point.
    """
    return _percent(share, digits, ROUND_CEILING)


def percent_down(share: float, digits: int) -> str:
    """The same rounded down: nothing is less than this."""
    return _percent(share, digits, ROUND_FLOOR)


def _percent(share: float, digits: int, way: str) -> str:
    if not math.isfinite(share):
        return f"{share}"
    exact = Decimal(repr(round(float(share), 9))) * 100
    return f"{exact.quantize(Decimal(1).scaleb(-digits), rounding=way) + 0:.{digits}f}"
