"""No wrong door: whether people can start at the nearest door, and do everything at one stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import assisted_points
from planner.evaluate.flows import Bools, Floats, live_offers
from planner.evaluate.means import group_means, mean
from planner.pack.journey_types import Journey
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class JourneyDoors:
    """Where one journey can be started.

    `visit_type`: position of its first visit's type. `starts`: cases a year, or where no count of
    cases is known (`is_cases` false) visits of that type. `at_branch`: share of the starts that
    the nearest open branch can take. `at_contact`: the same where points of assistance count too;
    None where the pack names none.
    """

    journey: Journey
    visit_type: int
    starts: float
    is_cases: bool
    at_branch: float | None
    at_contact: float | None


@dataclass(frozen=True, slots=True, eq=False)
class NoWrongDoor:
    """Share of journey starts that the nearest door can take, in a network.

    Attributes:
        journeys: Those that need a visit, in the pack's order.
        by_visits: Over all types of first visits, each weighted by its yearly visits.
        by_cases: Over the journeys whose cases are counted, weighted by those; None without any.
        at_contact: `by_cases` where points of assistance count too; None where there are none.
        area_cases: Cases that start in each area a year, shape (C,).
        area_at_branch: `by_cases` of each area, shape (C,), nan without cases.
        area_at_contact: `at_contact` likewise; nan everywhere without points of assistance.
    """

    journeys: tuple[JourneyDoors, ...]
    by_visits: float | None
    by_cases: float | None
    at_contact: float | None
    area_cases: Floats
    area_at_branch: Floats
    area_at_contact: Floats


@dataclass(frozen=True, slots=True)
class OneStop:
    """How much of what people near a branch need it can complete.

    `kinds`: visit types that it can complete. `visits_near`: yearly visits of the people to whom
    no open branch is nearer; `share`: of those visits, the part that it can complete.
    """

    site: int
    kinds: tuple[int, ...]
    visits_near: float
    share: float | None


# -- no wrong door -------------------------------------------------------------------------


def no_wrong_door(problem: PlanningProblem, plan: Plan, pack: Pack) -> NoWrongDoor:
    """Whether people can start their journeys at the nearest door, whatever it is.

    At a branch a start succeeds where the branch can complete the journey's first visit. At a
    point of assistance that is no such branch it succeeds where a step up to that visit can be
    done with assistance. Nearest is by the problem's impedance; of equals, the first site.

    Args:
        problem: The problem, made of the pack.
        plan: A network: open branches and what they offer.
        pack: Its journeys and points of assistance.
    """
    able = able_branches(problem, plan)
    assisted = assisted_points(pack)
    branch = _nearest(problem, plan.is_open)
    contact = _nearest(problem, plan.is_open | assisted)
    found, counted, at_branch, at_contact = [], [], [], []
    for journey in pack.journeys:
        b = first_visit(journey, problem)
        if b is None:
            continue
        starts, is_cases = journey_starts(journey, problem, pack, b)
        taken = _at(able[:, b], branch)
        helped = _at(able[:, b] | (assisted & _is_assisted_first(journey)), contact)
        told = (mean(taken, starts), mean(helped, starts) if assisted.any() else None)
        found.append(JourneyDoors(journey, b, float(starts.sum()), is_cases, *told))
        if is_cases:
            counted.append(starts)
            at_branch.append(taken)
            at_contact.append(helped)
    kinds = sorted({each.visit_type for each in found})
    areas = len(problem.area_codes)
    group = np.tile(problem.point_area, len(counted))
    weights, taken, helped = (_stack(each) for each in (counted, at_branch, at_contact))
    helped = helped if assisted.any() else np.full(helped.size, np.nan)
    return NoWrongDoor(
        journeys=tuple(found),
        by_visits=mean(
            _stack([_at(able[:, b], branch) for b in kinds]),
            _stack([problem.visits[:, b] for b in kinds]),
        ),
        by_cases=mean(taken, weights),
        at_contact=mean(helped, weights),
        area_cases=np.bincount(group, weights=weights, minlength=areas).astype(np.float64),
        area_at_branch=group_means(group, taken, weights, areas),
        area_at_contact=group_means(group, helped, weights, areas),
    )


def one_stop(problem: PlanningProblem, plan: Plan) -> tuple[OneStop, ...]:
    """Each open branch, in the pack's order, against the needs of the people nearest to it."""
    able, near = able_branches(problem, plan), _nearest(problem, plan.is_open)
    found = []
    for j in np.flatnonzero(plan.is_open).tolist():
        visits = problem.visits[near == j].sum(axis=0)
        share = mean(able[j].astype(np.float64), visits)
        kinds = tuple(np.flatnonzero(able[j]).tolist())
        found.append(OneStop(j, kinds, float(visits.sum()), share))
    return tuple(found)


def one_stop_share(branches: Sequence[OneStop]) -> float | None:
    """Share of all visits that the branch nearest to the people can complete."""
    shares = np.array([each.share or 0.0 for each in branches])
    return mean(shares, np.array([each.visits_near for each in branches]))


# -- what journeys share ------------------------------------------------------------------


def able_branches(problem: PlanningProblem, plan: Plan) -> Bools:
    """Which branch can complete which visit type, shape (J, B)."""
    offers = live_offers(plan)
    able = [plan.is_open & offers[:, needs].all(axis=1) for needs in problem.needs]
    return np.array(able, dtype=np.bool_).reshape(-1, plan.is_open.size).T


def first_visit(journey: Journey, problem: PlanningProblem) -> int | None:
    """The position of the type of a journey's first visit, None where it needs none."""
    kinds = [step.visit_type for step in journey.steps if step.visit_type]
    return problem.visit_type_ids.index(kinds[0]) if kinds else None


def journey_starts(
    journey: Journey, problem: PlanningProblem, pack: Pack, first: int
) -> tuple[Floats, bool]:
    """Cases a year of each point, shape (I,), and whether they are counted.

    Where they are not, visits of the first type stand in.
    """
    if not journey.cases_of:
        return problem.visits[:, first], False
    b = problem.visit_type_ids.index(journey.cases_of)
    return problem.visits[:, b] / pack.visit_types[b].visits_per_case, True


# -- doors --------------------------------------------------------------------------------


def _nearest(problem: PlanningProblem, there: Bools) -> NDArray[np.int64]:
    """The nearest of these sites to each point, shape (I,), -1 where none has a route."""
    sites = np.flatnonzero(there)
    if sites.size == 0:
        return np.full(len(problem.point_ids), -1, dtype=np.int64)
    near = problem.impedance[:, sites]
    best = near.argmin(axis=1)
    has_route = np.isfinite(near[np.arange(best.size), best])
    return np.where(has_route, sites[best], -1)


def _at(succeeds: Bools, site: NDArray[np.int64]) -> Floats:
    """1 where the site of each point succeeds, else 0; no site, no success."""
    return np.where(site >= 0, succeeds[site], False).astype(np.float64)


def _is_assisted_first(journey: Journey) -> bool:
    """Whether a step up to the first visit can be done with assistance."""
    first = next(at for at, step in enumerate(journey.steps) if step.visit_type)
    return any("assisted" in step.channels for step in journey.steps[: first + 1])


def _stack(parts: Sequence[Floats]) -> Floats:
    return np.concatenate([np.zeros(0), *parts])
