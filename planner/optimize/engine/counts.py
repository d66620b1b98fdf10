"""The best sites within the counts: a greedy choice, exact because the counts are a matroid's.

Sites sorted by value are taken while they gain, or while too few are taken. "At most so many new
ones" and "at most so many" are nested, so the greedy choice is best for every number of sites
(laminar matroids: Edmonds 1971), and what one forced change costs is one exchange.
"""

from __future__ import annotations

import math

import numpy as np

from planner.optimize.engine.instance import Bools, Floats, Instance


def chosen_sites(instance: Instance, value: Floats) -> Bools | None:
    """The sites with the least sum of values within locks and counts; None if there are none.

    Args:
        instance: The instance.
        value: What each site adds when it is open, shape (J,); inf for sites that cannot be.
    """
    forced = instance.open_least
    can = np.isfinite(value) & instance.open_most
    new_left = instance.new_most - int((forced & instance.is_new).sum())
    least = max(0, instance.branches_least - int(forced.sum()))
    most = instance.branches_most - int(forced.sum())
    if (forced & ~can).any() or new_left < 0 or most < 0:
        return None
    order = np.argsort(value, kind="stable")
    order = order[(can & ~forced)[order]]
    new = instance.is_new[order]
    order = order[~new | (np.cumsum(new) <= new_left)]
    if order.size < least:
        return None
    wanted = int((value[order] < 0).sum())
    chosen = forced.copy()
    chosen[order[: min(most, max(least, wanted))]] = True
    return chosen


def flip_costs(instance: Instance, value: Floats, chosen: Bools) -> Floats:
    """What the choice loses at least when one site is flipped, shape (J,); inf if it cannot be.

    One exchange is enough: the sums over such choices are M-natural convex (Murota 2003).
    """
    free = chosen & ~instance.open_least
    can = np.isfinite(value) & instance.open_most & ~chosen
    count, new_count = int(chosen.sum()), int((chosen & instance.is_new).sum())
    full = count >= instance.branches_most
    new_full = new_count >= instance.new_most
    at_least = count <= instance.branches_least
    cost = np.full(instance.sites, math.inf)
    for new in (False, True):
        kind = instance.is_new == new
        # sites of this kind that come in: for the dearest that may go, or for none
        may_go = free & instance.is_new if new and new_full else free
        dearest = float(value[may_go].max(initial=-math.inf))
        gives = dearest if full or (new and new_full) else max(dearest, 0.0)
        entering = can & kind
        cost[entering] = value[entering] - gives
        # chosen sites of this kind that go: for the cheapest that may come, or for none
        may_come = can & ~instance.is_new if new_full and not new else can
        cheapest = float(value[may_come].min(initial=math.inf))
        leaving = free & kind
        takes = cheapest if at_least else min(cheapest, 0.0)
        cost[leaving] = takes - value[leaving]
    return np.asarray(np.maximum(cost, 0.0), dtype=np.float64)
