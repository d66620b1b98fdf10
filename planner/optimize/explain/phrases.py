"""Numbers and lists as the explanations say them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def money(amount: int, currency: str) -> str:
    """Whole units of money."""
    return f"{currency} {amount:,}"


def percent(share: float) -> str:
    """A share with one decimal, rounded down so that it is never too much: 81 %, 81.2 %."""
    tenths = math.floor(share * 1000 + 1e-6)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def whole_visits(amount: float) -> str:
    """Yearly visits, or minutes, without decimals."""
    return f"{amount:,.0f}"


def many(count: int, what: str) -> str:
    """A number of things: one branch, 3 branches."""
    plural = f"{what}es" if what.endswith("h") else f"{what}s"
    return f"1 {what}" if count == 1 else f"{count:,} {plural}"


def names(told: Sequence[str], most: int = 8) -> str:
    """A list of names, the first ones where there are many."""
    listed = list(told[:most])
    if len(told) > most:
        return f"{', '.join(listed)} and {len(told) - most} more"
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
