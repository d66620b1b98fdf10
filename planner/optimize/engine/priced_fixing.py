"""What every better plan has in common, by reduced costs at priced rows.

As in `fixing.py`. Who is served where is not settled: a visit may be split, and a small share of
it costs little.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np

from planner.optimize.engine.fixing import MARGIN, flips_of
from planner.optimize.engine.instance import Bools, Floats
from planner.optimize.engine.mixes import Prices, best_mixes
from planner.optimize.engine.priced import PricedRows
from planner.optimize.engine.priced_bound import PricedMultipliers, solve_priced


@dataclass(frozen=True, slots=True, eq=False)
class PricedFixed:
    """What is settled in every plan with an objective below a known one.

    Attributes:
        off: Sites that are closed, shape (J,); `on` sites that are open.
        absent: Offerings that are not made, shape (J, S); `present` those that are.
        not_taken: Formats that are not taken, shape (J, F).
    """

    off: Bools
    on: Bools
    absent: Bools
    present: Bools
    not_taken: Bools

    def both(self, other: PricedFixed) -> PricedFixed:
        """What this or the other settles."""
        pairs = ((getattr(self, e.name), getattr(other, e.name)) for e in fields(self))
        return PricedFixed(*(mine | yours for mine, yours in pairs))

    def count(self) -> int:
        """How much is settled."""
        return sum(int(getattr(self, entry.name).sum()) for entry in fields(self))


def priced_fixed_at(rows: PricedRows, at: PricedMultipliers, upper: float) -> PricedFixed:
    """What every plan better than `upper` has in common, as far as these multipliers tell.

    Args:
        rows: The rows.
        at: Any multipliers; the better their bound, the more is settled.
        upper: Objective of a known plan; inf settles nothing new.
    """
    instance = rows.instance
    nothing = PricedFixed(
        ~instance.open_most,
        instance.open_least.copy(),
        ~instance.offers_most | ~instance.open_most[:, None],
        instance.offers_least & instance.open_least[:, None],
        ~instance.format_allowed,
    )
    found = solve_priced(rows, at)
    if not math.isfinite(upper) or not math.isfinite(found.value):
        return nothing
    slack = max(0.0, upper - found.value) + MARGIN * abs(upper)
    value, chosen = found.best.value.reshape(-1, 1), found.is_open
    flip, least, offering, leaving = flips_of(instance, rows.relaxation.choices, found)
    can = np.isfinite(value)
    base = np.where(can, value, 0.0)
    formats = np.where(can, _by_format(rows, found.prices) - base, math.inf)
    settled: Bools = np.asarray(flip > slack, dtype=np.bool_)
    off = ~chosen & settled
    return nothing.both(
        PricedFixed(
            off,
            chosen & settled,
            np.asarray((offering > slack) | off[:, None], dtype=np.bool_),
            np.asarray(leaving > slack, dtype=np.bool_) & chosen[:, None],
            np.asarray(formats + least > slack, dtype=np.bool_),
        )
    )


def _by_format(rows: PricedRows, prices: Prices) -> Floats:
    """The value of every open site in each format, shape (J, F); inf where it cannot be."""
    values = []
    for f in range(prices.branch.shape[1]):
        only = np.full(prices.branch.shape, math.inf)
        only[:, f] = prices.branch[:, f]
        values.append(best_mixes(rows.relaxation.choices, replace(prices, branch=only)).value)
    return np.stack(values, axis=1)
