"""What the scorecard says of a network: travel, waiting, money, doors, and who fares how."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.demand.segments import area_of_points, dimensions, segment_split, segments_of
from planner.evaluate import Score, score
from planner.evaluate.choice import who_comes
from planner.evaluate.doors import able_branches, no_wrong_door, one_stop, one_stop_share
from planner.evaluate.flows import Floats, row_visits
from planner.evaluate.journeys import DoorToDoor, door_to_door, return_trip_kes
from planner.evaluate.means import mean
from planner.evaluate.queues import BranchQueue, branch_queues
from planner.insight.scorecard_given import Values
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem


def network_values(problem: PlanningProblem, plan: Plan, pack: Pack) -> Values:
    """Every part that a network decides; None where the pack cannot say.

    Args:
        problem: The question, made of the pack.
        plan: The network with who goes where.
        pack: Its pack.
    """
    told = score(problem, plan)
    coming = who_comes(problem, plan, "assigned")
    queues = branch_queues(
        problem, plan, coming, pack.customers.opening, pack.counter_minutes_per_year.value
    )
    trip_kes = return_trip_kes(pack, problem)
    return {
        **_travel(problem, plan, told),
        **_waiting(queues, pack),
        **_money(problem, plan, told, trip_kes),
        **_journeys(problem, plan, pack, told, trip_kes),
        "choice.elsewhere": _elsewhere(problem),
        "engagement.champions": _champions(problem, plan, pack),
    }


def segment_minutes(
    problem: PlanningProblem, plan: Plan, pack: Pack, dimension: str
) -> tuple[float | None, ...]:
    """Mean minutes one way of each segment of a dimension, in the pack's order.

    Visits served, split over the segments of their area (`segment_split`): people of an area and
    visit type are taken to travel alike, whatever their segment.
    """
    rows = plan.assignment
    shape = (len(pack.areas), len(pack.visit_types))
    sent, spent = np.zeros(shape), np.zeros(shape)
    visits = row_visits(problem, rows)
    used = visits > 0
    cell = (area_of_points(pack)[rows.point[used]], rows.visit_type[used])
    np.add.at(sent, cell, visits[used])
    np.add.at(spent, cell, visits[used] * problem.minutes[rows.point[used], rows.site[used]])
    split = segment_split(pack, dimension)
    weight = (sent[:, :, None] * split).sum(axis=(0, 1))
    total = (spent[:, :, None] * split).sum(axis=(0, 1))
    return tuple(float(t) / float(n) if n > 0 else None for t, n in zip(total, weight, strict=True))


def gaps_by_dimension(
    problem: PlanningProblem, plan: Plan, pack: Pack
) -> dict[str, tuple[float | None, ...]]:
    """The minutes of every segment, by dimension."""
    return {name: segment_minutes(problem, plan, pack, name) for name in dimensions(pack)}


def segment_names(pack: Pack, dimension: str) -> tuple[str, ...]:
    """Ids of a dimension's segments."""
    return tuple(each.id for each in segments_of(pack, dimension))


def service_within(problem: PlanningProblem, plan: Plan) -> tuple[float | None, ...]:
    """Share of all visits with each service that travel no longer than its standard, (S,).

    Visits that no branch can complete are not within it. None without a standard or visits.
    """
    rows = plan.assignment
    sent = row_visits(problem, rows)
    minutes = problem.minutes[rows.point, rows.site]
    found: list[float | None] = []
    for s, standard in enumerate(problem.standard_min.tolist()):
        kinds = problem.does[:, s]
        total = float(problem.visits[:, kinds].sum())
        if not np.isfinite(standard) or total <= 0:
            found.append(None)
            continue
        near = kinds[rows.visit_type] & (minutes <= standard)
        found.append(float(sent[near].sum()) / total)
    return tuple(found)


# -- of a network --------------------------------------------------------------------------


def _travel(problem: PlanningProblem, plan: Plan, told: Score) -> Values:
    return {
        "speed.mean_min": told.kpis.mean_min,
        "speed.worst_tenth_min": told.kpis.worst_tenth_min,
        "speed.within_standard": told.kpis.within_standard,
        "choice.backup": _backup(problem, plan),
    }


def _waiting(queues: tuple[BranchQueue, ...], pack: Pack) -> Values:
    """Of the branches whose counters are known; the others are as large as they need to be.

    Nor of those where no counter minutes are known of any visit.
    """
    known = [queue for queue in queues if queue.basis != "needed" and queue.is_measured]
    visits = np.array([queue.visits for queue in known])
    waits = np.array([queue.peak.wait_min or 0.0 for queue in known])
    ends = np.array([not queue.overflows for queue in known], dtype=np.bool_)
    served_soon = np.array(
        [queue.counters >= queue.needed_for_wait for queue in known], dtype=float
    )
    opening = pack.customers.opening
    year = opening.days_per_year.value * opening.hours_per_day.value * 60
    available = sum(queue.counters for queue in known) * year
    spare = sum(max(0.0, 1 - queue.use) * queue.counters * year for queue in known)
    return {
        "speed.peak_wait_min": mean(waits, np.where(ends, visits, 0.0)) if known else None,
        "speed.within_wait": mean(served_soon, visits) if known else None,
        "responsiveness.overflowing": float((~ends).sum()) if known else None,
        "responsiveness.spare": spare / available if available > 0 else None,
        "value.idle_desks": (
            float(sum(desk.is_idle for queue in queues for desk in queue.desks))
            if any(queue.desks for queue in queues)
            else None
        ),
    }


def _money(problem: PlanningProblem, plan: Plan, told: Score, trip_kes: Floats) -> Values:
    kpis = told.kpis
    served = kpis.visits_per_year - kpis.unserved_visits_per_year
    rows = plan.assignment
    each = trip_kes[rows.point, rows.site]
    knows_capacity = any(branch.load.utilisation is not None for branch in told.branches)
    return {
        "value.public_per_visit": kpis.annual_kes / served if served > 0 else None,
        "value.customer_per_visit": mean(each, row_visits(problem, rows)),
        "value.duplicates": float(kpis.duplicates.unnecessary),
        "responsiveness.overloaded": float(kpis.overloaded_branches) if knows_capacity else None,
    }


def _journeys(
    problem: PlanningProblem, plan: Plan, pack: Pack, told: Score, trip_kes: Floats
) -> Values:
    doors = no_wrong_door(problem, plan, pack)
    found = door_to_door(problem, plan, pack, trip_kes=trip_kes)
    counted = [each for each in found if each.is_cases]
    cases = sum(each.cases for each in counted)
    return {
        "speed.door_min": _per_case(counted),
        "value.public_per_case": told.kpis.annual_kes / cases if cases > 0 else None,
        "integration.no_wrong_door": doors.by_visits if doors.by_cases is None else doors.by_cases,
        "integration.one_stop": one_stop_share(one_stop(problem, plan)),
    }


def _per_case(counted: Iterable[DoorToDoor]) -> float | None:
    known = [(each.minutes, each.cases) for each in counted if each.minutes is not None]
    return mean(np.array([m for m, _ in known]), np.array([n for _, n in known]))


def _elsewhere(problem: PlanningProblem) -> float | None:
    """Share of all visits that the levers take away from branches: online, or with assistance."""
    told = problem.demand or {}
    base = told.get("base", 0.0)
    away = told.get("online", 0.0) + told.get("assisted", 0.0)
    return away / base if base > 0 else None


def _backup(problem: PlanningProblem, plan: Plan) -> float | None:
    able = able_branches(problem, plan)
    strictest = np.where(problem.does, problem.standard_min, np.inf).min(axis=1, initial=np.inf)
    if not np.isfinite(strictest).any():
        return None
    kinds = np.flatnonzero(np.isfinite(strictest)).tolist()
    near = [(problem.minutes[:, able[:, b]] <= strictest[b]).sum(axis=1) >= 2 for b in kinds]
    values = np.array(near, dtype=np.float64).ravel()
    return mean(values, problem.visits[:, kinds].T.ravel())


def _champions(problem: PlanningProblem, plan: Plan, pack: Pack) -> float | None:
    named = pack.voices.champions
    sites = [problem.site_ids[j] for j in np.flatnonzero(plan.is_open).tolist()]
    if not named or not sites:
        return None
    return sum(bool(named.get(site)) for site in sites) / len(sites)
