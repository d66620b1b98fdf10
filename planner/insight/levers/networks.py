"""The networks that are on offer: today's, the plan in steps, and the plan with branches more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.evaluate import nearest_assignment, todays_network
from planner.evaluate.choice import new_branches, who_comes
from planner.evaluate.flows import live_offers
from planner.evaluate.money import annual_kes
from planner.evaluate.queues import BranchQueue, branch_queues
from planner.insight.changes import with_rules
from planner.insight.effort import Effort
from planner.insight.levers.ground import Array, Ground
from planner.plan import Assignment, Plan, SolveReport
from planner.problem import PlanningProblem
from planner.scenario import build

MOST_RUNGS = 12  # between today's network and the plan


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network, where people go in it, and what that costs them.

    Attributes:
        plan: Branches, services, and where those go who know all branches.
        known: Where those go who know today's branches only; as the others where none is new.
        annual_kes: What it costs a year.
        opens: Positions of branches that are not there today.
        trip_min: Mean minutes of a return trip of those who know all branches, shape (I, B), nan
            where the visit cannot be completed; `trip_kes` likewise.
        known_min: The same of those who know today's branches only; `known_kes` likewise.
        queues: The branches at today's demand, with their counters.
        answer: The answer that the network comes from, where it was solved for.
    """

    plan: Plan
    known: Assignment
    annual_kes: int
    opens: tuple[int, ...]
    trip_min: Array
    trip_kes: Array
    known_min: Array
    known_kes: Array
    queues: tuple[BranchQueue, ...]
    answer: SolveReport | None = None

    def minutes(self, knows: Array) -> Array:
        """Mean minutes of a return trip where a share knows the new branches, shape (I, B)."""
        return _mixed(self.trip_min, self.known_min, knows)

    def kes(self, knows: Array) -> Array:
        """Mean cost of a return trip likewise."""
        return _mixed(self.trip_kes, self.known_kes, knows)

    def visits_by_branch(self, visits: Array, knows: Array) -> Array:
        """Visits at each branch, shape (J, B), of visits by point and visit type, shape (I, B)."""
        sites = self.plan.is_open.size
        found = np.zeros((sites, visits.shape[1]))
        for rows, share in ((self.plan.assignment, knows), (self.known, 1 - knows)):
            sent = visits[rows.point, rows.visit_type] * rows.share * share[rows.point]
            np.add.at(found, (rows.site, rows.visit_type), sent)
        return found


def _mixed(every: Array, known: Array, knows: Array) -> Array:
    share = knows[:, None]
    return np.asarray(every * share + known * (1 - share))


def network_of(ground: Ground, plan: Plan, answer: SolveReport | None = None) -> Network:
    """A plan as a network on offer; its costs are those of the ground's problem."""
    problem = ground.problem
    known = _known_assignment(problem, plan)
    shape = problem.visits.shape
    coming = who_comes(problem, plan, "assigned", knowledge=ground.knowledge)
    opening = ground.pack.customers.opening
    each = ground.pack.counter_minutes_per_year.value
    return Network(
        plan=plan,
        known=known,
        annual_kes=sum(annual_kes(problem, plan)),
        opens=tuple(np.flatnonzero(new_branches(problem, plan)).tolist()),
        trip_min=mean_trips(plan.assignment, ground.trip_min, shape),
        trip_kes=mean_trips(plan.assignment, ground.trip_kes, shape),
        known_min=mean_trips(known, ground.trip_min, shape),
        known_kes=mean_trips(known, ground.trip_kes, shape),
        queues=branch_queues(problem, plan, coming, opening, each),
        answer=answer,
    )


def mean_trips(rows: Assignment, trip: Array, shape: tuple[int, ...]) -> Array:
    """The mean trip of each point and visit type, shape (I, B); nan where nobody is served.

    Args:
        rows: Who goes where.
        trip: What a trip takes or costs, shape (I, J).
        shape: (I, B).
    """
    summed, share = np.zeros(shape), np.zeros(shape)
    np.add.at(summed, (rows.point, rows.visit_type), rows.share * trip[rows.point, rows.site])
    np.add.at(share, (rows.point, rows.visit_type), rows.share)
    mean: Array = np.divide(summed, share, out=np.full(shape, np.nan), where=share > 0)
    return mean


def _known_assignment(problem: PlanningProblem, plan: Plan) -> Assignment:
    """The nearest of today's branches that stay; where they cannot serve, as those who know all."""
    if not new_branches(problem, plan).any():
        return plan.assignment
    stays = plan.is_open & problem.existing
    near = nearest_assignment(problem, stays, plan.offers)
    served = np.zeros(problem.visits.shape, dtype=np.bool_)
    served[near.point, near.visit_type] = True
    rest = plan.assignment
    lost = ~served[rest.point, rest.visit_type]
    return Assignment(
        np.concatenate([near.point, rest.point[lost]]),
        np.concatenate([near.visit_type, rest.visit_type[lost]]),
        np.concatenate([near.site, rest.site[lost]]),
        np.concatenate([near.share, rest.share[lost]]),
    )


# -- what is on offer ----------------------------------------------------------------------


def ladder(ground: Ground, most_rungs: int = MOST_RUNGS) -> tuple[Network, ...]:
    """Today's network, the plan's new branches one after the other, and the plan.

    Each time the branch of the plan comes next that saves customers most KES of travel for each
    KES that it costs a year. Everybody goes to the nearest branch, whether it has room or not; the
    plan itself has its own assignment. Where many are new, only so many rungs are kept. The plan
    alone where nothing is there today, or where it closes or takes from what is there.
    """
    problem, plan = ground.problem, ground.plan
    today = todays_network(problem)
    last = network_of(ground, plan)
    if today is None or _gives_up(today, plan):
        return (last,) if today is None else (network_of(ground, today), last)
    rungs, now = [network_of(ground, today)], today
    steps = steps_to(today, plan)
    while len(steps) > 1:
        ranked = []
        for step in steps:
            grown = with_step(problem, now, plan, step)
            ranked.append((_worth(ground, now, grown), step, grown))
        _, step, now = max(ranked, key=lambda each: (each[0], -each[1]))
        steps.remove(step)
        rungs.append(network_of(ground, now))
    kept = rungs
    if len(rungs) > most_rungs:
        chosen = np.unique(np.linspace(0, len(rungs) - 1, most_rungs).round().astype(int))
        kept = [rungs[n] for n in chosen.tolist()]
    return (*kept, last) if steps else (last,)


def _gives_up(today: Plan, plan: Plan) -> bool:
    offers = live_offers(plan)
    return bool((live_offers(today) & ~offers).any() or (today.is_open & ~plan.is_open).any())


def steps_to(today: Plan, plan: Plan) -> list[int]:
    """Sites at which the plan has something that is not there today."""
    more = live_offers(plan) & ~live_offers(today)
    changed = more.any(axis=1) | (plan.is_open & ~today.is_open)
    changed |= plan.is_open & today.is_open & (plan.format != today.format)
    return [int(j) for j in np.flatnonzero(changed)]


def with_step(problem: PlanningProblem, now: Plan, plan: Plan, site: int) -> Plan:
    """The network with one site as the plan has it."""
    is_open, offers, form = now.is_open.copy(), now.offers.copy(), now.format.copy()
    is_open[site], offers[site], form[site] = True, plan.offers[site], plan.format[site]
    return Plan(is_open, offers, nearest_assignment(problem, is_open, offers), form)


def _worth(ground: Ground, now: Plan, grown: Plan) -> float:
    """KES of travel that a step saves for each KES a year; what costs nothing comes first."""
    problem, shape = ground.problem, ground.base.shape
    before = mean_trips(now.assignment, ground.trip_kes, shape)
    after = mean_trips(grown.assignment, ground.trip_kes, shape)
    saved = float((problem.visits * np.nan_to_num(before - after)).sum())
    newly = float(problem.visits[np.isnan(before) & ~np.isnan(after)].sum())
    cost = sum(annual_kes(problem, grown)) - sum(annual_kes(problem, now))
    if newly > 0:
        return np.inf
    return saved / cost if cost > 0 else np.inf


def one_more(ground: Ground, plan: Plan, effort: Effort) -> Network | None:
    """The plan as it is with the one branch more that leaves customers and public best off.

    Solved anew for the least of travel cost and yearly cost together: all that the plan has stays,
    exactly one branch is added with any services, and budgets do not bind; other rules of the
    scenario hold. None where no branch can be added or none was found in time.
    """
    asked = {
        "objective": ground.scenario.objective.model_copy(update={"minimize": "total_cost"}),
        # A run's scenario has every default filled in: what follows from the goal follows anew.
        "travel": ground.scenario.travel.model_copy(update={"impedance": None}),
    }
    question = build(ground.pack, ground.scenario.model_copy(update=asked))
    offers, count = live_offers(plan), int(plan.is_open.sum()) + 1
    here = np.flatnonzero(plan.is_open).tolist()
    stay = [(j, s) for j in here for s in np.flatnonzero(offers[j]).tolist()]
    other = [(j, s) for j in here for s in np.flatnonzero(~offers[j]).tolist()]
    rules = question.rules
    question = with_rules(
        question,
        branches_min=count,
        branches_max=count,
        new_max=None,
        annual_max_kes=None,
        capital_max_kes=None,
        division_annual_max_kes=None,
        division_capital_max_kes=None,
        locked_open=rules.locked_open | set(here),
        locked_offered=rules.locked_offered | set(stay),
        locked_withheld=rules.locked_withheld | set(other),
        locked_format={**(rules.locked_format or {}), **{j: int(plan.format[j]) for j in here}},
    )
    answer = effort.solve(question, f"{count:,} branches")
    if answer.plan is None:
        return None
    mine = replace(answer.plan, counters=None)
    return network_of(ground, mine, answer)
