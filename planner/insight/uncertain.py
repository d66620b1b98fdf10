"""How far an answer rests on figures that are not certain: each at its ends, one at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args

import numpy as np

from planner.evaluate import nearest_assignment, score, todays_network
from planner.evaluate.flows import row_visits, unserved_visits
from planner.evaluate.form import by_service
from planner.evaluate.networks import set_aside
from planner.insight.assigning import assigned
from planner.insight.assumptions import Assumption, assumptions
from planner.insight.effort import Effort
from planner.insight.prices import SAME_VISITS
from planner.optimize.sets import model_sets, nearest_is_best
from planner.pack.types import Pack
from planner.plan import Plan, Progress
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build
from planner.scenario.travel import travel_of
from planner.travel import TravelTimes

Measure = Literal["mean_min", "objective", "saved_min", "within_standard", "kes_per_hour_saved"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
_BESIDE_TRAVEL = frozenset({"rates", "counter_minutes_per_year"})
"""What of a pack is no part of how far it is; of customers, only their groups are, by mode."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A network that is held fast while figures change: its sites, services and formats.

    Attributes:
        pack: The pack as it is.
        scenario: The rules it was made for.
        plan: The network, with who goes where as the figures stand.
    """

    pack: Pack
    scenario: Scenario
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a kept network does under one set of figures, a year; minutes are one way.

    Attributes:
        objective: In the unit of the scenario's objective.
        mean_min: Mean minutes of the visits served; None without any.
        within_standard: Share of them within the standard of every service done.
        saved_min: Minutes that those served by both travel less than in today's network; None
            where there is none, or nobody whom both serve.
        kes_per_hour_saved: What the network costs a year more than today's, for each hour of
            travel saved; None where none is.
        shortfall: Visits that miss soft rules.
        unserved: Visits that no branch can complete.
        keeps_rules: Whether every rule is kept, soft ones too.
    """

    objective: float
    mean_min: float | None
    within_standard: float | None
    saved_min: float | None
    kes_per_hour_saved: float | None
    shortfall: float
    unserved: float
    keeps_rules: bool

    def value(self, measure: Measure) -> float | None:
        """One of the measures."""
        found: float | None = getattr(self, measure)
        return found if found is not None and math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class Swing:
    """One figure at its low and at its high end, all others as they are."""

    assumption: Assumption
    low: Outcome
    high: Outcome

    def size(self, measure: Measure) -> float:
        """By how much the measure differs between the ends; 0 where one of them has none."""
        low, high = self.low.value(measure), self.high.value(measure)
        return 0.0 if low is None or high is None else abs(high - low)


@dataclass(frozen=True, slots=True)
class Tornado:
    """A network under each figure's ends.

    Attributes:
        now: With all figures as they are.
        swings: Of every figure that changes the question at all, in the pack's order.
        without_effect: Figures that change nothing in this question.
        left_out: Figures that time did not suffice for.
    """

    now: Outcome
    swings: tuple[Swing, ...]
    without_effect: tuple[Assumption, ...]
    left_out: tuple[Assumption, ...] = ()

    def by(self, measure: Measure) -> tuple[Swing, ...]:
        """The swings that move a measure, the largest first; ties in the pack's order."""
        moving = [swing for swing in self.swings if swing.size(measure) > 0]
        return tuple(sorted(moving, key=lambda swing: -swing.size(measure)))


def outcome(kept: Kept, pack: Pack, effort: Effort) -> Outcome | None:
    """What the network does when the pack's figures are those of `pack`.

    The question is stated anew, everybody is assigned anew as the rules ask, and the judge
    counts. Where the rules cannot be kept, everybody goes to the nearest branch that can
    complete the visit, and the outcome says so. None where the time did not suffice to assign.
    """
    return judged(build(pack, kept.scenario), kept, effort)


def judged(problem: PlanningProblem, kept: Kept, effort: Effort) -> Outcome | None:
    """What the network does in a question as stated; None where time did not suffice."""
    found = assigned_anew(problem, kept.plan, effort)
    if found is None:
        return None
    plan, is_as_asked = found
    told = _outcome(problem, plan)
    return told if is_as_asked else replace(told, keeps_rules=False)


def assigned_anew(
    problem: PlanningProblem, network: Plan, effort: Effort
) -> tuple[Plan, bool] | None:
    """A network with everybody assigned as the rules ask; None where time did not suffice.

    Where the rules on who goes where cannot be kept, everybody goes to the nearest branch that
    can complete the visit, and the second value is False.
    """
    plan = _assigned(problem, network, effort)
    if plan is not None:
        return plan, True
    if effort.left <= 0:
        return None
    rows = nearest_assignment(problem, network.is_open, network.offers)
    plan = Plan(network.is_open, network.offers, rows, network.format)
    if by_service(problem):
        plan = replace(plan, counters=set_aside(problem, plan))
    return plan, False


def _outcome(problem: PlanningProblem, plan: Plan) -> Outcome:
    told = score(problem, plan)
    today = todays_network(problem)
    saved = None if today is None else minutes_saved(problem, today, plan)
    return Outcome(
        objective=told.objective.total,
        mean_min=told.kpis.mean_min,
        within_standard=told.kpis.within_standard,
        saved_min=saved,
        kes_per_hour_saved=_cost_of_an_hour(problem, told.kpis.annual_kes, today, saved),
        shortfall=told.shortfall,
        unserved=told.kpis.unserved_visits_per_year,
        keeps_rules=not told.violations and told.shortfall <= SAME_VISITS,
    )


def minutes_saved(problem: PlanningProblem, before: Plan, after: Plan) -> float | None:
    """Minutes one way a year that travel is shorter, over visits that both networks serve.

    A point's visits of a type count where neither network leaves some of them unserved.
    """
    counts = problem.visits > 0
    minutes = []
    for plan in (before, after):
        rows = plan.assignment
        counts &= unserved_visits(problem, rows) <= 0
        each = np.zeros(problem.visits.shape)
        sent = row_visits(problem, rows)
        used = sent > 0
        spent = sent[used] * problem.minutes[rows.point[used], rows.site[used]]
        np.add.at(each, (rows.point[used], rows.visit_type[used]), spent)
        minutes.append(each)
    if not counts.any():
        return None
    return float((minutes[0] - minutes[1])[counts].sum())


def one_at_a_time(
    kept: Kept, figures: Sequence[Assumption] | None = None, *, effort: Effort
) -> Tornado:
    """The network with each figure at its low and at its high end, all others as they are.

    Args:
        kept: The network.
        figures: Which figures; all of the pack when left out.
        effort: The time; figures that it does not suffice for are left out, and named.
    """
    mode = kept.scenario.travel.mode
    figures = assumptions(kept.pack, mode) if figures is None else figures
    travel = travel_of(kept.pack, kept.scenario)
    problem = build(kept.pack, kept.scenario, travel=travel)
    now, same = _outcome(problem, kept.plan), problem.fingerprint
    stirs = [_changes(kept, figure, same, travel) for figure in figures]
    asked = [figure for figure, does in zip(figures, stirs, strict=True) if does]
    swings, left_out = [], []
    for number, figure in enumerate(asked):
        words = f"figure {number + 1} of {len(asked)}"
        effort.tell(Progress(0.0, "check", message=words))
        found = []
        for at, value in enumerate(ends_of(figure)):
            problem = rebuilt(kept, figure.apply(kept.pack, value), travel)
            share = effort.part(2 * (len(asked) - number) - at)
            found.append(now if problem.fingerprint == same else judged(problem, kept, share))
        low, high = found
        if low is None or high is None or effort.left <= 0:
            left_out.append(figure)
        else:
            swings.append(Swing(figure, low, high))
    idle = tuple(figure for figure, does in zip(figures, stirs, strict=True) if not does)
    return Tornado(now, tuple(swings), idle, tuple(left_out))


def rebuilt(kept: Kept, pack: Pack, travel: TravelTimes) -> PlanningProblem:
    """The problem of a network's rules on its pack with some figures moved.

    Args:
        kept: The network.
        pack: Its pack with figures moved.
        travel: Of its pack as it is; measured anew only where what was moved may be part of it.
    """
    beside = _BESIDE_TRAVEL | ({"customers"} if kept.scenario.travel.mode is None else set())
    moved = {
        field.name
        for field in fields(pack)
        if getattr(pack, field.name) is not getattr(kept.pack, field.name)
    }
    return build(pack, kept.scenario, travel=travel if moved <= beside else None)


def _changes(kept: Kept, figure: Assumption, same: str, travel: TravelTimes) -> bool:
    """Whether an end of the figure makes another question at all."""
    packs = (figure.apply(kept.pack, value) for value in ends_of(figure))
    return any(rebuilt(kept, pack, travel).fingerprint != same for pack in packs)


def ends_of(figure: Assumption) -> tuple[float, float]:
    """Low and high."""
    return figure.low, figure.high


def _assigned(problem: PlanningProblem, network: Plan, effort: Effort) -> Plan | None:
    """Everybody assigned anew, exact; None where that is impossible, or the time is over."""
    open_, offers, formats = network.is_open, network.offers, network.format
    if nearest_is_best(problem):  # spares the model's sets, which take longer than all the rest
        return Plan(open_, offers, nearest_assignment(problem, open_, offers), formats)
    plan = assigned(problem, model_sets(problem), open_, offers, formats, effort=effort)
    return None if effort.left <= 0 else plan  # a plan of the last moment need not be the best


def _cost_of_an_hour(
    problem: PlanningProblem, annual_kes: int, today: Plan | None, saved_min: float | None
) -> float | None:
    if today is None or saved_min is None or saved_min <= 0:
        return None
    return (annual_kes - score(problem, today).kpis.annual_kes) / (saved_min / 60)
