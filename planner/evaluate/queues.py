"""Queues at the peak hour: how busy counters are, how long people wait, how many are needed.

With c counters that each serve mu an hour and lambda arrivals an hour, all visit types together:

    rho  = lambda / (c mu)
    C    = Erlang's C(c, lambda / mu), the share that has to wait
    wait = C / (c mu - lambda) x (1 + v^2) / 2

where v is the standard deviation of service time over its mean: for v = 1 that is M/M/c and exact,
otherwise the approximation of Allen and Cunneen (A. O. Allen, Probability, Statistics and Queueing
Theory, 1978) with arrivals at random. C is that of A. K. Erlang (1917), by the recursion of his B.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.evaluate.choice import Coming
from planner.evaluate.flows import Floats, live_offers
from planner.evaluate.loads import mean_visit_minutes
from planner.pack.customer_types import Opening
from planner.plan import Plan
from planner.problem import PlanningProblem

Basis = Literal["given", "derived", "needed"]
_MOST_COUNTERS = 100_000  # as many as a pack may give a branch


@dataclass(frozen=True, slots=True)
class Queue:
    """What happens at counters at one rate of arrivals.

    Attributes:
        utilisation: rho; inf where there is work and no counter.
        wait_min: Mean wait in minutes before service; None where the queue overflows.
        overflow: Arrivals an hour above what the counters serve; 0 at exactly their rate, where
            the queue has no end either.
        waits: The share of arrivals that has to wait; 1 where the queue overflows.
    """

    utilisation: float
    wait_min: float | None
    overflow: float
    waits: float


def erlang_c(counters: int, load: float) -> float:
    """The share of arrivals that waits at c counters with a load of a = lambda / mu; 1 from a = c.

    The recursion B(n) = a B(n-1) / (n + a B(n-1)) needs no factorials, so any c will do.
    """
    if load <= 0:
        return 0.0
    if load >= counters:
        return 1.0
    blocked = 1.0
    for n in range(1, counters + 1):
        blocked = load * blocked / (n + load * blocked)
    rho = load / counters
    return blocked / (1.0 - rho * (1.0 - blocked))


def queue_at(
    arrivals_per_hour: float, service_min: float, counters: int, variation: float = 1.0
) -> Queue:
    """The queue of c counters with one line.

    Args:
        arrivals_per_hour: lambda, 0 or more.
        service_min: Mean minutes of one service, 0 or more.
        counters: c, 0 or more.
        variation: v, standard deviation of service time over its mean.
    """
    load = arrivals_per_hour * service_min / 60
    if load <= 0:
        return Queue(0.0, 0.0, 0.0, 0.0)
    if load >= counters:
        overflow = (load - counters) * 60 / service_min
        return Queue(load / counters if counters else math.inf, None, overflow, 1.0)
    waits = erlang_c(counters, load)
    mean = waits * service_min / (counters - load) * (1 + variation**2) / 2
    return Queue(load / counters, mean, 0.0, waits)


def share_waiting_longer(
    minutes: float,
    arrivals_per_hour: float,
    service_min: float,
    counters: int,
    variation: float = 1.0,
) -> float:
    """The share of arrivals that waits longer than some minutes: C exp(-(c mu - lambda) t).

    Exact for v = 1. Otherwise those who wait are taken to wait exponentially too, (1 + v^2) / 2
    times as long, which agrees with `queue_at` in the mean.
    """
    queue = queue_at(arrivals_per_hour, service_min, counters, variation)
    if queue.wait_min is None:
        return 1.0
    if queue.wait_min <= 0:
        return 0.0
    return queue.waits * math.exp(-minutes * queue.waits / queue.wait_min)


def counters_for_utilisation(
    arrivals_per_hour: float, service_min: float, utilisation: float
) -> int:
    """The fewest counters that are busy for no more than a share of the time."""
    load = arrivals_per_hour * service_min / 60
    exact = load / utilisation
    near = round(exact)
    return near if abs(exact - near) < 1e-9 * max(1.0, exact) else math.ceil(exact)


def counters_for_wait(
    arrivals_per_hour: float,
    service_min: float,
    wait_min: float,
    wait_share: float,
    variation: float = 1.0,
) -> int:
    """The fewest counters at which a share of the people waits no longer than some minutes."""
    load = arrivals_per_hour * service_min / 60
    if load <= 0:
        return 0
    counters = math.floor(load) + 1
    while counters < _MOST_COUNTERS:
        longer = share_waiting_longer(wait_min, arrivals_per_hour, service_min, counters, variation)
        if longer <= 1 - wait_share + 1e-12:
            break
        counters += 1
    return counters


# -- the branches of a network -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """What a branch sets aside for one service, and how much of the year it works.

    `counters`: those of the plan where it sets counters aside by service, else one, as offering a
    service takes one desk that can do it. `use`: counter minutes of the service over the opening
    minutes of these counters. `is_idle`: the use lies below what counts as idle.
    """

    service: int
    counters: int
    use: float
    is_idle: bool


@dataclass(frozen=True, slots=True)
class BranchQueue:
    """One open branch at the peak hour and over the year.

    Attributes:
        site: Position of the branch.
        visits: Yearly visits.
        unknown_visits: Those among them whose counter minutes the pack does not give; they are in
            no figure below.
        arrivals_per_hour: At the peak hour.
        service_min: Mean counter minutes of a visit here.
        counters: How many there are.
        basis: Where that comes from: `given` with the format or the site, `derived` from the yearly
            capacity, or, where neither is known, as many as are `needed`.
        use: Counter minutes over the opening minutes of all counters, a year.
        peak: The queue at the peak hour.
        needed: Counters for the utilisation aimed at, at the peak hour.
        needed_for_wait: Counters for the waiting time aimed at.
        is_idle: Whether the whole branch's use lies below what counts as idle; None, not known,
            where it does so without visits that do come but whose counter minutes are not given.
        desks: The services offered whose counter minutes are known.
        unknown_services: The services offered whose counter minutes are not.
    """

    site: int
    visits: float
    unknown_visits: float
    arrivals_per_hour: float
    service_min: float
    counters: int
    basis: Basis
    use: float
    peak: Queue
    needed: int
    needed_for_wait: int
    is_idle: bool | None
    desks: tuple[Desk, ...]
    unknown_services: tuple[int, ...]

    @property
    def is_measured(self) -> bool:
        """Whether any counter minutes are known of the visits that come; true where none come."""
        return self.arrivals_per_hour > 0 or self.unknown_visits <= 0

    @property
    def missing(self) -> int:
        """Counters that are needed for the utilisation aimed at and are not there."""
        return max(0, self.needed - self.counters)

    @property
    def overflows(self) -> bool:
        """Whether more people come at the peak hour than the counters can ever serve."""
        return self.peak.wait_min is None


def peak_arrivals(visits_per_year: float, opening: Opening) -> float:
    """Visits at the peak hour of a peak day: visits / days / hours x peak day x peak hour."""
    mean = visits_per_year / opening.days_per_year.value / opening.hours_per_day.value
    return mean * opening.peak_day.value * opening.peak_hour.value


def branch_queues(
    problem: PlanningProblem,
    plan: Plan,
    coming: Coming,
    opening: Opening,
    counter_minutes_per_year: float,
) -> tuple[BranchQueue, ...]:
    """The queues of all open branches, in the pack's order.

    Args:
        problem: The problem.
        plan: The network.
        coming: Who comes to it.
        opening: When counters serve, and what is expected of waiting.
        counter_minutes_per_year: Minutes a year that one counter serves customers: turns a yearly
            capacity in visits into counters.
    """
    return tuple(
        _branch_queue(problem, plan, coming.visits[j], j, opening, counter_minutes_per_year)
        for j in np.flatnonzero(plan.is_open).tolist()
    )


def _branch_queue(
    problem: PlanningProblem,
    plan: Plan,
    visits: Floats,
    site: int,
    opening: Opening,
    counter_minutes_per_year: float,
) -> BranchQueue:
    is_known = problem.service_counter_min > 0
    countable = ~(problem.does & ~is_known).any(axis=1)
    known = np.where(countable, visits, 0.0)
    total, minutes = float(known.sum()), float(known @ problem.visit_minutes)
    each = minutes / total if total > 0 else 0.0
    arrivals, variation = peak_arrivals(total, opening), opening.service_variation.value
    needed = counters_for_utilisation(arrivals, each, opening.utilisation.value)
    waiting = (opening.wait_min.value, opening.wait_share.value, variation)
    counters, basis = _counters(problem, plan, site, counter_minutes_per_year)
    if counters is None:
        counters = needed
    year = opening.days_per_year.value * opening.hours_per_day.value * 60
    use = minutes / (counters * year) if counters else math.inf if minutes > 0 else 0.0
    offered = np.flatnonzero(live_offers(plan)[site]).tolist()
    unknown = float(visits.sum()) - total if (~countable & (visits > 0)).any() else 0.0
    is_low = use < opening.idle_below.value
    return BranchQueue(
        site=site,
        visits=float(visits.sum()),
        unknown_visits=unknown,
        arrivals_per_hour=arrivals,
        service_min=each,
        counters=counters,
        basis=basis,
        use=use,
        peak=queue_at(arrivals, each, counters, variation),
        needed=needed,
        needed_for_wait=counters_for_wait(arrivals, each, *waiting),
        is_idle=None if is_low and unknown > 0 else is_low,
        desks=tuple(_desks(problem, plan, visits, site, opening, year)),
        unknown_services=tuple(s for s in offered if not is_known[s]),
    )


def _counters(
    problem: PlanningProblem, plan: Plan, site: int, counter_minutes_per_year: float
) -> tuple[int | None, Basis]:
    """The counters of a branch, None where neither they nor its capacity are known."""
    form = int(plan.format[site])
    given = float(problem.counters[site, form])
    if math.isfinite(given):
        return int(given), "given"
    capacity, each = float(problem.capacity_visits[site, form]), mean_visit_minutes(problem)
    if math.isfinite(capacity) and each > 0 and counter_minutes_per_year > 0:
        return max(1, round(capacity * each / counter_minutes_per_year)), "derived"
    return None, "needed"


def _desks(
    problem: PlanningProblem, plan: Plan, visits: Floats, site: int, opening: Opening, year: float
) -> Iterator[Desk]:
    minutes = (visits @ problem.does) * problem.service_counter_min
    for s in np.flatnonzero(live_offers(plan)[site] & (problem.service_counter_min > 0)).tolist():
        counters = 1 if plan.counters is None else int(plan.counters[site, s])
        use = float(minutes[s]) / (max(1, counters) * year)
        yield Desk(s, counters, use, use < opening.idle_below.value)
