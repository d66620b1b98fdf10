"""One counter more, work redesigned, one branch more: the levers at branches."""

from __future__ import annotations

import numpy as np

from planner.insight.levers.ground import ENDS, End, Ground, cost_at
from planner.insight.levers.networks import Network
from planner.insight.levers.outcomes import (
    Effect,
    LeftOut,
    Outcome,
    effect_of,
    missing_costs,
)
from planner.insight.levers.visits import travel_of
from planner.insight.levers.waiting import Waiting, yearly_waiting


def counter_effects(ground: Ground, network: Network) -> tuple[Effect, ...] | LeftOut:
    """One counter more at each branch, the one that saves most first."""
    if ground.costs.counter is None:
        return LeftOut("counter", "cost", missing_costs(ground.costs, ("counter",)))
    knows = ground.knows(ground.adoption.information)
    visits = ground.problem.visits
    now = yearly_waiting(ground, network, visits, knows)
    one = np.zeros(len(ground.problem.site_ids), dtype=np.int64)
    one[[queue.site for queue in network.queues]] = 1
    then = yearly_waiting(ground, network, visits, knows, more=one)
    by_branch = network.visits_by_branch(visits, knows).sum(axis=1)
    found = []
    for queue in network.queues:
        j = queue.site
        outcomes = {
            end: _waiting_outcome(
                ground, now, then, end, j, float(by_branch[j]), cost_at(ground.costs.counter, end)
            )
            for end in ENDS
        }
        found.append(effect_of("counter", outcomes, (ground.costs.counter,), site=j))
    return tuple(sorted(found, key=lambda effect: -effect.likely.kes))


def _waiting_outcome(
    ground: Ground, now: Waiting, then: Waiting, end: End, site: int, visits: float, cost: float
) -> Outcome:
    saved = float(now.at(end)[site] - then.at(end)[site])
    return Outcome(visits, 0.0, saved, 0.0, saved * ground.kes_per_minute, cost)


def redesign_effect(ground: Ground, network: Network, site: int | None = None) -> Effect | LeftOut:
    """Work redesigned at all branches or one: visits are shorter, and so is the queue before them.

    Args:
        ground: The ground.
        network: The network.
        site: Position of the one branch; None for all.
    """
    costs = ground.costs
    if costs.minutes is None or costs.minutes_factor is None:
        return LeftOut("minutes", "cost", missing_costs(costs, ("minutes", "minutes_factor")))
    knows, visits = ground.knows(ground.adoption.information), ground.problem.visits
    touched = visits if site is None else network.visits_by_branch(visits, knows)[site]
    at_counter = float((touched @ ground.problem.visit_minutes).sum())
    where = slice(None) if site is None else slice(site, site + 1)
    now = yearly_waiting(ground, network, visits, knows)
    outcomes = {}
    for end in ENDS:
        factor = cost_at(costs.minutes_factor, end)  # the more is left, the less it helps
        then = yearly_waiting(ground, network, visits, knows, factor=factor)
        shorter = at_counter * (1 - factor)
        saved = float((now.at(end) - then.at(end))[where].sum()) + shorter
        outcomes[end] = Outcome(
            visits=float(touched.sum()),
            travel_min=0.0,
            wait_min=saved,
            travel_kes=0.0,
            kes=saved * ground.kes_per_minute,
            cost=cost_at(costs.minutes, end) * (len(network.queues) if site is None else 1),
            counter_min=shorter,
        )
    return effect_of("minutes", outcomes, (costs.minutes, costs.minutes_factor), site=site)


def branch_effect(ground: Ground, before: Network, after: Network | None) -> Effect | LeftOut:
    """One branch more: the network with it against the network without."""
    if after is None or after.answer is None:
        return LeftOut("branch", "branch")
    knows, visits = ground.knows(ground.adoption.information), ground.problem.visits
    waited = yearly_waiting(ground, before, visits, knows)
    waits = yearly_waiting(ground, after, visits, knows)
    site = next(iter(set(after.opens) - set(before.opens)), None)
    here = 0.0 if site is None else float(after.visits_by_branch(visits, knows)[site].sum())
    answer = after.answer
    open_question = 0.0
    if answer.objective is not None and answer.bound is not None:
        open_question = max(0.0, answer.objective - answer.bound)
    travel_min, travel_kes = (
        travel_of(visits, getattr(before, unit)(knows) - getattr(after, unit)(knows))
        for unit in ("minutes", "kes")
    )
    outcomes = {}
    for end in ENDS:
        wait = float(waited.at(end).sum() - waits.at(end).sum())
        kes = travel_kes + wait * ground.kes_per_minute
        cost = float(after.annual_kes - before.annual_kes)
        outcomes[end] = Outcome(here, travel_min, wait, travel_kes, kes, cost)
    return effect_of("branch", outcomes, (), site=site, unproved_kes=open_question)
