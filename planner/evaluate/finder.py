"""Where do I go, with what, when: one journey for the people of one place, in one network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import assisted_points
from planner.demand.channels import can_stay_home
from planner.demand.journeys import JourneyCount, count_journey
from planner.evaluate.doors import able_branches, journey_starts
from planner.evaluate.flows import Bools, Floats
from planner.evaluate.means import mean
from planner.pack.customer_types import CHANNELS, Channel
from planner.pack.journey_types import Journey, Paper, Step
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

Positions = NDArray[np.int64]
Where = Literal["home", "visit", "elsewhere", "place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A site that is near, for the points that it is nearest to.

    `share`: of the people asked for; `minutes` and `km` one way, the mean of those; `least_min` and
    `most_min` among their points.
    """

    site: int
    share: float
    km: float
    minutes: float
    least_min: float
    most_min: float


@dataclass(frozen=True, slots=True)
class Done:
    """A step and where it is done.

    `home`: online or by courier; `visit`: at a branch of the network; `elsewhere`: in person with
    an agency that the pack does not site; `place`: at some counter or with help, though nobody must
    come in person. `has_help`: it can be done at a point of assistance.
    """

    step: Step
    where: Where
    has_help: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a branch, with all steps done in it.

    `first`: the branches that are nearest and can complete it, those of the most people first;
    `second`: the next nearest, a backup. Both empty where there is none with a route. `lost`: share
    of the people that no branch can serve. `bring`: papers to show; `tell`: facts to know.
    `instead`: how all of it can be done without coming; empty where somebody must come.
    """

    steps: tuple[Step, ...]
    visits: float
    first: tuple[Place, ...]
    second: tuple[Place, ...]
    lost: float
    bring: tuple[Paper, ...]
    tell: tuple[Paper, ...]
    instead: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a customer should know before leaving home.

    Attributes:
        journey: The journey; `count` is what one case of it takes.
        area: Position of the area; `point` of the demand point, None for all of the area.
        steps: In order, with where each is done.
        visits: The visits in order, and how many a case they are.
        help_at: Nearest points of assistance; empty where no step before a visit can be done there.
        get_first: Papers that no step of the journey gives.
    """

    journey: Journey
    count: JourneyCount
    area: int
    point: int | None
    steps: tuple[Done, ...]
    visits: tuple[Visit, ...]
    help_at: tuple[Place, ...]
    get_first: tuple[Paper, ...]


def finder(
    problem: PlanningProblem,
    plan: Plan,
    pack: Pack,
    journey: Journey,
    area: int,
    point: int | None = None,
) -> Found:
    """What people of an area, or of one demand point, do for a journey and where.

    Near is by the problem's impedance among the open branches that can complete the visit, of
    equals the first site; the plan's own sharing out of people does not count. Points of an area
    count by their cases, or alike where they have none.

    Args:
        problem: The problem, made of the pack.
        plan: The network.
        pack: The pack.
        journey: One of its journeys.
        area: Position of the area.
        point: Position of a demand point there; None for all of them.
    """
    points = np.flatnonzero(problem.point_area == area) if point is None else np.array([point])
    weights = _weights(problem, pack, journey, points)
    able = able_branches(problem, plan)
    papers = {paper.id: paper for paper in journey.papers}
    visits = []
    for step in journey.steps:
        if not step.visit_type or step.same_visit_as:
            continue
        inside = tuple(s for s in journey.steps if step.id in (s.id, s.same_visit_as))
        asked = [papers[name] for name in _asked(inside)]
        there = able[:, problem.visit_type_ids.index(step.visit_type)]
        first = _nearest(problem, points, weights, there, 1)
        visits.append(
            Visit(
                steps=inside,
                visits=step.visits,
                first=first,
                second=_nearest(problem, points, weights, there, 2),
                lost=max(0.0, 1.0 - math.fsum(place.share for place in first)),
                bring=tuple(paper for paper in asked if not paper.is_fact),
                tell=tuple(paper for paper in asked if paper.is_fact),
                instead=_instead(inside),
            )
        )
    steps = tuple(_done(step) for step in journey.steps)
    has_help = any(each.has_help for each in steps)
    count = count_journey(journey, pack.customers.alternatives)
    helping = assisted_points(pack)
    return Found(
        journey=journey,
        count=count,
        area=area,
        point=point,
        steps=steps,
        visits=tuple(visits),
        help_at=_nearest(problem, points, weights, helping, 1) if has_help else (),
        get_first=tuple(each.paper for each in count.brought),
    )


def _instead(steps: Sequence[Step]) -> tuple[Channel, ...]:
    """Channels by which each of the steps can be done without anybody coming."""
    if not all(can_stay_home(step) for step in steps):
        return ()
    away = [set(step.channels) & {"online", "courier"} for step in steps]
    return tuple(each for each in CHANNELS if all(each in one for one in away))


def _asked(steps: Sequence[Step]) -> list[str]:
    """What a visit asks for, each once, without what an earlier step of the same visit gives."""
    found: dict[str, None] = {}
    given: set[str] = set()
    for step in steps:
        found.update(dict.fromkeys(name for name in step.asks if name not in given))
        given.update(step.gives)
    return list(found)


def _weights(problem: PlanningProblem, pack: Pack, journey: Journey, points: Positions) -> Floats:
    """What each point counts: its cases, its visits of the first type, or all alike."""
    kinds = [step.visit_type for step in journey.steps if step.visit_type]
    if kinds:
        first = problem.visit_type_ids.index(kinds[0])
        starts = journey_starts(journey, problem, pack, first)[0][points]
        if starts.sum() > 0:
            return starts
    return np.ones(points.size)


def _nearest(
    problem: PlanningProblem, points: Positions, weights: Floats, there: Bools, rank: int
) -> tuple[Place, ...]:
    """The sites that are the nearest (rank 1) or the next (rank 2) to these points."""
    sites = np.flatnonzero(there)
    total = weights.sum()
    if sites.size < rank or total <= 0:
        return ()
    near = problem.impedance[np.ix_(points, sites)]
    order = np.argsort(near, axis=1, kind="stable")[:, rank - 1]
    has_route = np.isfinite(near[np.arange(points.size), order])
    found = []
    for at in np.unique(order[has_route]).tolist():
        mine = has_route & (order == at) & (weights > 0)
        if not mine.any():
            continue
        j, rows = int(sites[at]), points[mine]
        minutes, km = problem.minutes[rows, j], problem.km[rows, j]
        found.append(
            Place(
                site=j,
                share=float(weights[mine].sum() / total),
                km=mean(km, weights[mine]) or 0.0,
                minutes=mean(minutes, weights[mine]) or 0.0,
                least_min=float(minutes.min()),
                most_min=float(minutes.max()),
            )
        )
    return tuple(sorted(found, key=lambda place: (-place.share, place.site)))


def _done(step: Step) -> Done:
    has_help = not step.visit_type and "assisted" in step.channels
    if step.visit_type:
        return Done(step, "visit", has_help)
    if step.presence:
        return Done(step, "elsewhere", has_help)
    return Done(step, "home" if can_stay_home(step) else "place", has_help)
