"""What all levers are reckoned from: visits before any lever, trips, and who can be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.demand.account import (
    Adoption,
    DemandAccount,
    assisted_points,
    campaign_reach,
    demand_account,
)
from planner.demand.segments import area_of_points
from planner.errors import PlannerError
from planner.evaluate.journeys import return_trip_kes
from planner.pack.customer_types import Alternatives, Levers
from planner.pack.figures import Figure
from planner.pack.types import Pack
from planner.plan import Plan, SolveReport
from planner.problem import PlanningProblem
from planner.scenario import Scenario
from planner.scenario.demand import adoption_of, demand_of

Array = NDArray[np.float64]
End = Literal["worst", "likely", "best"]
ENDS: tuple[End, ...] = ("worst", "likely", "best")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the levers of one plan are reckoned from.

    Attributes:
        pack: The pack.
        scenario: The scenario of the plan.
        problem: Its problem.
        plan: The plan.
        base: Visits a year before any lever, shape (I, B).
        adoption: How far the scenario pulls each lever already.
        area: Position of each point's area, shape (I,).
        trip_min: Minutes of a return trip, shape (I, J), inf without a route.
        trip_kes: What it costs with the time it takes, likewise.
        assisted_min: Minutes of a return trip to the assisted point that is cheapest to reach,
            shape (I,), inf where there is none; `assisted_kes` likewise.
        reach: Share of each area's people whom a campaign can reach, shape (C,).
        adults: Of each area, shape (C,); nan where the pack does not say.
        knowledge: Share of the people who know branches that are new without any campaign.
    """

    pack: Pack
    scenario: Scenario
    problem: PlanningProblem
    plan: Plan
    base: Array
    adoption: Adoption
    area: NDArray[np.int64]
    trip_min: Array
    trip_kes: Array
    assisted_min: Array
    assisted_kes: Array
    reach: Array
    adults: Array
    knowledge: float = 1.0

    @property
    def costs(self) -> Levers:
        """What the pack says that the levers cost."""
        return self.pack.customers.levers

    @property
    def kes_per_minute(self) -> float:
        """The value of a customer's minute."""
        return self.pack.travel.value_of_time_kes_per_hour.value / 60

    def account(self, adoption: Adoption, end: End = "likely") -> DemandAccount:
        """The account of demand at other levels, with the figures at one of their ends."""
        return demand_account(at_end(self.pack, end), self.base, adoption)

    def knows(self, information: Array) -> Array:
        """Who knows new branches at each point: those who do anyway, and whom a campaign reaches.

        Args:
            information: By area and visit type, shape (C, B).

        Returns:
            Shares, shape (I,).
        """
        told = information.max(axis=1, initial=0.0) * self.reach
        return np.asarray((self.knowledge + (1 - self.knowledge) * told)[self.area])


def ground_of(
    pack: Pack, scenario: Scenario, report: SolveReport, knowledge: float = 1.0
) -> Ground:
    """What the levers of an answer are reckoned from.

    Args:
        pack: The pack.
        scenario: The scenario.
        report: The answer, with a plan.
        knowledge: Share of the people who know branches that are not there today.

    Raises:
        ValueError: The answer has no plan.
        PlannerError: The answer's visits are not those that pack and scenario give now.
    """
    if report.plan is None:
        raise ValueError("the answer has no plan to start from")
    account, problem = demand_of(pack, scenario), report.problem
    if not np.allclose(account.branch, problem.visits, rtol=1e-9, atol=1e-9):
        raise PlannerError(
            "The levers are not reckoned: the visits of this plan are not those that its scenario "
            "gives now. Solve the scenario again."
        )
    trip_min = 2 * problem.minutes
    trip_kes = return_trip_kes(pack, problem)
    points = np.flatnonzero(assisted_points(pack))
    every = np.arange(trip_kes.shape[0])
    assisted_min = assisted_kes = np.full(every.size, np.inf)
    if points.size:
        nearest = points[trip_kes[:, points].argmin(axis=1)]
        assisted_min, assisted_kes = trip_min[every, nearest], trip_kes[every, nearest]
    return Ground(
        pack=pack,
        scenario=scenario,
        problem=problem,
        plan=report.plan,
        base=account.base,
        adoption=adoption_of(pack, scenario),
        area=area_of_points(pack),
        trip_min=trip_min,
        trip_kes=trip_kes,
        assisted_min=assisted_min,
        assisted_kes=assisted_kes,
        reach=campaign_reach(pack),
        adults=_adults(pack),
        knowledge=knowledge,
    )


def at_end(pack: Pack, end: End) -> Pack:
    """The pack with the figures of what levers change at their worst or best end.

    Those are: visits wasted, visits that need no presence, the effect of information, and who can
    be online. What all levers share, such as fares and the value of time, stays.
    """
    if end == "likely":
        return pack
    own = pack.customers
    online = own.online
    if online is not None:
        online = replace(online, factor=moved(online.factor, end))
    information = own.information
    if information is not None:
        information = replace(information, effect=moved(information.effect, end))
    alternatives = {name: _alternatives_at(each, end) for name, each in own.alternatives.items()}
    customers = replace(own, online=online, information=information, alternatives=alternatives)
    return replace(pack, customers=customers)


def _alternatives_at(each: Alternatives, end: End) -> Alternatives:
    wasted = None if each.wasted is None else moved(each.wasted, end)
    remote = None if each.remote is None else moved(each.remote, end)
    return replace(each, wasted=wasted, remote=remote)


def moved(figure: Figure, end: End) -> Figure:
    """A figure of which more is better, with the value of one of its ends."""
    return replace(figure, value=value_at(figure, end))


def value_at(figure: Figure, end: End) -> float:
    """The value of a figure of which more is better: low at its worst."""
    return {"worst": figure.low, "likely": figure.value, "best": figure.high}[end]


def cost_at(figure: Figure | None, end: End) -> float:
    """The value of a cost: high at its worst; 0 where the pack does not say."""
    if figure is None:
        return 0.0
    return {"worst": figure.high, "likely": figure.value, "best": figure.low}[end]


def _adults(pack: Pack) -> Array:
    column, facts = pack.customers.levers.adults, pack.customers.facts
    return np.array([facts.get(area.code, {}).get(column, np.nan) for area in pack.areas])
