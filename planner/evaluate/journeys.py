"""Door to door: what a completed case of a journey takes of people's time and money."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.demand.choice import nearest_shares
from planner.demand.journeys import count_journey
from planner.evaluate.choice import who_comes
from planner.evaluate.doors import able_branches, first_visit, journey_starts
from planner.evaluate.flows import Floats
from planner.evaluate.means import group_means, mean
from planner.evaluate.queues import branch_queues
from planner.pack.journey_types import Journey
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.travel import trip_cost_kes


@dataclass(frozen=True, slots=True, eq=False)
class DoorToDoor:
    """What a completed case of a journey takes of a customer's time and money in a network.

    Attributes:
        journey: The journey.
        cases: Cases a year that the network can complete, or the visits of the first type where
            no count of cases is known (`is_cases` false).
        not_completed: Those that lack a branch for one of the visits.
        travel_min: Mean minutes of travel a case, there and back, all visits.
        counter_min: At counters.
        own_min: Own minutes of its steps, 0 where unknown (`JourneyCount.minutes_unknown`).
        travel_kes: Mean cost of travel a case, with the value of the time on the way.
        fees: What is charged, apart from cost, as far as known (`JourneyCount.fees_unknown`); None
            where it is not.
        peak_wait_min: What the queues of all its visits take more at the peak hour: an upper end,
            in no other figure. The mean of the cases whose branches' queues are known and have an
            end; None without any, or where no waits are given.
        peak_endless: Share of the cases with a visit to a branch where more come at the peak hour
            than its counters serve; `peak_unknown`: to one whose counters are not known. None
            where no waits are given.
        area_min: Minutes a case in all, by area, shape (C,), nan without completed cases.
        area_kes: Cost of travel a case likewise.
    """

    journey: Journey
    cases: float
    is_cases: bool
    not_completed: float
    travel_min: float | None
    counter_min: float
    own_min: float
    travel_kes: float | None
    fees: float | None
    peak_wait_min: float | None
    peak_endless: float | None
    peak_unknown: float | None
    area_min: Floats
    area_kes: Floats

    @property
    def minutes(self) -> float | None:
        """Minutes a case in all, without queues; None where nobody completes one."""
        if self.travel_min is None:
            return None
        return self.travel_min + self.counter_min + self.own_min


def door_to_door(
    problem: PlanningProblem,
    plan: Plan,
    pack: Pack,
    *,
    trip_kes: Floats | None = None,
    peak_wait_min: Floats | None = None,
) -> tuple[DoorToDoor, ...]:
    """Time and money of a completed case of each journey that needs a visit.

    A case takes, over its visits, visits x (2 x travel + counter), and the own minutes of its
    steps; people go where the plan sends them. A step done in the visit of an earlier one adds
    neither: the counter minutes of a visit type are those of all that is done in it.

    Args:
        problem: The problem, made of the pack.
        plan: A network with who goes where.
        pack: Its journeys.
        trip_kes: What a return trip costs, shape (I, J); `return_trip_kes` when left out.
        peak_wait_min: Minutes in the queue at the peak hour by branch, shape (J,), inf without
            end, nan where not known (`peak_waits`).
    """
    if trip_kes is None:
        trip_kes = return_trip_kes(pack, problem)
    areas = len(problem.area_codes)
    found = []
    for journey in pack.journeys:
        first = first_visit(journey, problem)
        if first is None:
            continue
        starts, is_cases = journey_starts(journey, problem, pack, first)
        cases = starts.copy()
        travel, kes = np.zeros(cases.size), np.zeros(cases.size)
        queues = _Queues(cases.size)
        counter = 0.0
        for step in journey.steps:
            if not step.visit_type or step.same_visit_as:
                continue
            b = problem.visit_type_ids.index(step.visit_type)
            going = _going(problem, plan, b)
            cases = np.minimum(cases, starts * going.sum(axis=1))
            travel += 2 * step.visits * _mean_trip(going, problem.minutes)
            kes += step.visits * _mean_trip(going, trip_kes)
            counter += step.visits * float(problem.visit_minutes[b])
            if peak_wait_min is not None:
                queues.add(step.visits, going, peak_wait_min)
        count = count_journey(journey)
        own = 0.0 if count.minutes is None else count.minutes[1]
        total = travel + counter + own
        waits = queues.told(cases) if peak_wait_min is not None else (None, None, None)
        found.append(
            DoorToDoor(
                journey=journey,
                cases=float(cases.sum()),
                is_cases=is_cases,
                not_completed=float((starts - cases).sum()),
                travel_min=mean(travel, cases),
                counter_min=counter,
                own_min=own,
                travel_kes=mean(kes, cases),
                fees=count.fees,
                peak_wait_min=waits[0],
                peak_endless=waits[1],
                peak_unknown=waits[2],
                area_min=group_means(problem.point_area, total, cases, areas),
                area_kes=group_means(problem.point_area, kes, cases, areas),
            )
        )
    return tuple(found)


def peak_waits(problem: PlanningProblem, plan: Plan, pack: Pack) -> Floats:
    """Mean minutes in the queue at the peak hour by branch, shape (J,), people going as planned.

    inf where more come than the counters serve; nan where the counters are not known, or the
    counter minutes of some visits, and where there is no branch (`queues.branch_queues`).
    """
    coming = who_comes(problem, plan, "assigned")
    minutes = pack.counter_minutes_per_year.value
    waits = np.full(len(problem.site_ids), np.nan)
    for queue in branch_queues(problem, plan, coming, pack.customers.opening, minutes):
        if queue.basis != "needed" and queue.unknown_visits == 0:
            waits[queue.site] = math.inf if queue.peak.wait_min is None else queue.peak.wait_min
    return waits


def return_trip_kes(pack: Pack, problem: PlanningProblem) -> Floats:
    """What a return trip costs, shape (I, J), inf for no route.

    The figure of the mode or of the matrix where there is one, else fare, local leg and the value
    of the time.
    """
    if problem.trip_kes is not None:
        return problem.trip_kes
    return trip_cost_kes(problem.minutes, problem.km, pack.travel)


class _Queues:
    """Waits of a case's visits at the peak hour, by point, gathered visit by visit."""

    def __init__(self, points: int) -> None:
        self._wait = np.zeros(points)
        self._endless = np.zeros(points)  # share of the cases, at least, with such a branch
        self._unknown = np.zeros(points)

    def add(self, visits: float, going: Floats, waits: Floats) -> None:
        ends = np.isfinite(waits)
        rows = np.broadcast_to(np.where(ends, waits, 0.0), going.shape)
        self._wait += visits * _mean_trip(going * ends, rows)
        self._endless = np.maximum(self._endless, (going * np.isposinf(waits)).sum(axis=1))
        self._unknown = np.maximum(self._unknown, (going * np.isnan(waits)).sum(axis=1))

    def told(self, cases: Floats) -> tuple[float | None, float | None, float | None]:
        counted = cases * np.maximum(0.0, 1.0 - self._endless - self._unknown)
        return mean(self._wait, counted), mean(self._endless, cases), mean(self._unknown, cases)


def _going(problem: PlanningProblem, plan: Plan, b: int) -> Floats:
    """The share of each point's visits of a type that goes to each branch, shape (I, J).

    Points without such visits would go to the nearest branch that can complete one.
    """
    rows = plan.assignment
    mine = rows.visit_type == b
    shares = np.zeros(problem.minutes.shape)
    np.add.at(shares, (rows.point[mine], rows.site[mine]), rows.share[mine])
    idle = problem.visits[:, b] == 0
    if idle.any():
        shares[idle] = nearest_shares(problem.impedance[idle], able_branches(problem, plan)[:, b])
    return shares


def _mean_trip(shares: Floats, values: Floats) -> Floats:
    """The mean of what trips take, by point, shape (I,); 0 where nobody goes anywhere."""
    summed = (np.where(shares > 0, values, 0.0) * shares).sum(axis=1)
    total = shares.sum(axis=1)
    means = np.zeros(summed.shape)
    np.divide(summed, total, out=means, where=total > 0)
    return means
