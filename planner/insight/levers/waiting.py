"""Minutes a year that customers wait at the counters of a network: an approximation, with ends.

How visits spread over the days of a year is not known, only the mean day and a peak day. Waiting
grows faster than visits do, so the year's waiting is at least what it would be if all days were
alike, and at most what it would be if all were peak days; the middle stands for what is likely.

A day ends, so even more customers than counters can serve wait no longer than it lasts. The wait of
a day of T minutes with load rho = a / c is the d that solves

    d = W(c, a - 2 c d / T)

with W the steady wait of Erlang's C: nearly W itself where rho is well below 1, and the queue of a
flow, (rho - 1) T / 2, well above it (R. M. Kimber and E. M. Hollis, Traffic queues and delays at
road junctions, TRRL Laboratory Report 909, 1979: the coordinate transformation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.queues import erlang_c, peak_arrivals
from planner.insight.levers.ground import Array, End, Ground
from planner.insight.levers.networks import Network

_HALVINGS = 40


def day_wait_min(
    arrivals_per_hour: float, service_min: float, counters: int, variation: float, hours: float
) -> float:
    """The mean wait in minutes over a day of opening that begins without a queue.

    Args:
        arrivals_per_hour: 0 or more.
        service_min: Mean minutes of one service.
        counters: 0 or more; without any nobody is served and all wait for half the day.
        variation: Standard deviation of service time over its mean.
        hours: How long the day is.
    """
    load, day = arrivals_per_hour * service_min / 60, 60 * hours
    if load <= 0:
        return 0.0
    if counters <= 0:
        return day / 2

    def steady(a: float) -> float:
        if a <= 0:
            return 0.0
        return erlang_c(counters, a) * service_min / (counters - a) * (1 + variation**2) / 2

    low, high = max(0.0, (load / counters - 1) * day / 2), load / counters * day / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        a = load - 2 * counters * middle / day
        if a >= counters or steady(a) > middle:
            low = middle
        else:
            high = middle
    return min((low + high) / 2, day / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Minutes a year that customers wait, by site, shape (J,), at each end."""

    worst: Array
    likely: Array
    best: Array

    def at(self, end: End) -> Array:
        """The waiting in a year in which the levers are worth least, likely, or most."""
        return {"worst": self.worst, "likely": self.likely, "best": self.best}[end]


def yearly_waiting(
    ground: Ground,
    network: Network,
    visits: Array,
    knows: Array,
    *,
    more: NDArray[np.int64] | None = None,
    factor: float = 1.0,
) -> Waiting:
    """What customers of a network wait a year.

    Args:
        ground: The ground.
        network: The network, with its counters of today's demand.
        visits: Visits at branches by point and visit type, shape (I, B).
        knows: Share at each point that knows the new branches, shape (I,).
        more: Counters added at each site, shape (J,).
        factor: What is left of the counter minutes of a visit.
    """
    problem, opening = ground.problem, ground.pack.customers.opening
    at_branch = network.visits_by_branch(visits, knows)
    countable = ~(problem.does & ~(problem.service_counter_min > 0)).any(axis=1)
    known = np.where(countable, at_branch, 0.0)
    sites = len(problem.site_ids)
    ends: dict[str, Array] = {name: np.zeros(sites) for name in ("mean", "peak")}
    hours, variation = opening.hours_per_day.value, opening.service_variation.value
    peak = opening.peak_day.value * opening.peak_hour.value
    for queue in network.queues:
        j = queue.site
        total = float(known[j].sum())
        if total <= 0:
            continue
        each = float(known[j] @ problem.visit_minutes) / total * factor
        counters = queue.counters + (0 if more is None else int(more[j]))
        arrivals = peak_arrivals(total, opening)
        for name, rate in (("mean", arrivals / peak), ("peak", arrivals)):
            ends[name][j] = total * day_wait_min(rate, each, counters, variation, hours)
    return Waiting(ends["mean"], (ends["mean"] + ends["peak"]) / 2, ends["peak"])
