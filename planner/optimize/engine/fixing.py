"""What no better network contains, and what each better network contains, by reduced costs.

A choice whose opposite would raise the relaxed problem's value to more than the objective of a
known network is made: nothing better is lost. The known network itself always survives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from planner.optimize.engine.bound import Multipliers, Relaxation, Relaxed, solve_relaxed
from planner.optimize.engine.counts import flip_costs
from planner.optimize.engine.instance import Bools, Floats, Instance, able_sites
from planner.optimize.engine.mixes import Choices, flip_values

MARGIN = 1e-6  # relative to the objective: reduced costs must exceed the gap by this


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What is settled in every network with an objective below a known one.

    Attributes:
        off: Sites that are closed, shape (J,); `on` sites that are open.
        absent: Offerings that are not made, shape (J, S); `present` those that are.
        within: No row is served farther than this, shape (B, I); inf where that is open.
    """

    off: Bools
    on: Bools
    absent: Bools
    present: Bools
    within: Floats

    def both(self, other: Fixed) -> Fixed:
        """What this or the other settles."""
        return Fixed(
            self.off | other.off,
            self.on | other.on,
            self.absent | other.absent,
            self.present | other.present,
            np.minimum(self.within, other.within),
        )


def nothing_fixed(instance: Instance) -> Fixed:
    """What the instance itself settles."""
    absent = ~instance.offers_most | ~instance.open_most[:, None]
    return Fixed(
        ~instance.open_most,
        instance.open_least.copy(),
        absent,
        instance.offers_least & instance.open_least[:, None],
        np.full(instance.weight.shape, math.inf),
    )


def flips_of(
    instance: Instance, choices: Choices, found: Relaxed
) -> tuple[Floats, Floats, Floats, Floats]:
    """By how much the relaxed value rises at least when one choice is flipped.

    Returns:
        Of opening or closing a site (J,); of opening it where it is closed, else 0 (J, 1); of
        making an offering (J, S); of leaving one out (J, S).
    """
    value, chosen = found.best.value, found.is_open
    flip = flip_costs(instance, value, chosen)
    present, absent = flip_values(choices, found.prices)
    can = np.isfinite(value).reshape(-1, 1)
    base = np.where(can, value.reshape(-1, 1), 0.0)
    least = np.where(chosen, 0.0, flip)[:, None]
    offering = np.where(can, present - base, math.inf) + least
    return flip, least, offering, np.minimum(absent - base, flip[:, None])


def fixed_at(relaxation: Relaxation, at: Multipliers, upper: float) -> Fixed:
    """What every network better than `upper` has in common, as far as these multipliers tell.

    Args:
        relaxation: The prepared instance.
        at: Any multipliers; the better their bound, the more is settled.
        upper: Objective of a known network; inf settles nothing new.
    """
    instance = relaxation.instance
    fixed = nothing_fixed(instance)
    found = solve_relaxed(relaxation, at)
    if not math.isfinite(upper) or not math.isfinite(found.value):
        return fixed
    slack = max(0.0, upper - found.value) + MARGIN * abs(upper)
    chosen = found.is_open
    flip, _, offering, leaving = flips_of(instance, relaxation.choices, found)
    settled: Bools = np.asarray(flip > slack, dtype=np.bool_)
    off = ~chosen & settled
    rows = instance.weight > 0
    room = np.full(instance.weight.shape, math.inf)
    room[rows] = slack / instance.weight[rows]
    return fixed.both(
        Fixed(
            off,
            chosen & settled,
            np.asarray((offering > slack) | off[:, None], dtype=np.bool_),
            np.asarray(leaving > slack, dtype=np.bool_) & chosen[:, None],
            at.reach + room,
        )
    )


def narrowed_instance(instance: Instance, fixed: Fixed) -> Instance:
    """The instance without what is settled: sites, offerings, and arcs that nobody will use."""
    present = fixed.present & instance.offers_most
    offers_most = instance.offers_most & ~fixed.absent
    open_most = instance.open_most & ~fixed.off
    able = able_sites(instance.needs, offers_most & open_most[:, None])
    farthest = np.where(instance.weight > 0, fixed.within, -math.inf).max(axis=0, initial=-1.0)
    sizes = np.diff(instance.start)
    useful = np.flatnonzero(able.any(axis=0))
    kept = np.isin(instance.site, useful) & (instance.cost <= np.repeat(farthest, sizes))
    point = np.repeat(np.arange(instance.points), sizes)[kept]
    ends = np.cumsum(np.bincount(point, minlength=instance.points))
    return replace(
        instance,
        start=np.concatenate([[0], ends]).astype(np.int64),
        site=instance.site[kept],
        cost=instance.cost[kept],
        open_least=instance.open_least | fixed.on,
        open_most=open_most,
        offers_least=instance.offers_least | present,
        offers_most=offers_most,
    )
