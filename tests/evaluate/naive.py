"""The rules and the figures once more, in plain loops over every set: slow, and easy to trust."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, combinations, product

import numpy as np

from planner.evaluate import nearest_assignment
from planner.plan import Plan
from planner.problem import PlanningProblem


def every_network(problem: PlanningProblem) -> Iterator[Plan]:
    """Every choice of branches with every mix of at least one service, nearest choice."""
    services = range(len(problem.service_ids))
    mixes = list(chain.from_iterable(combinations(services, n) for n in range(len(services) + 1)))
    for choice in product(mixes, repeat=len(problem.site_ids)):
        is_open = np.array([bool(mix) for mix in choice])
        offers = np.array([[s in mix for s in services] for mix in choice])
        yield Plan(is_open, offers, nearest_assignment(problem, is_open, offers))


def best_network(problem: PlanningProblem) -> tuple[Plan, float] | None:
    """The plan with the least objective among those that keep every rule; None without one."""
    found = [(objective(problem, p), n, p) for n, p in enumerate(right_networks(problem))]
    if not found:
        return None
    value, _, plan = min(found, key=lambda entry: entry[:2])
    return plan, value


def right_networks(problem: PlanningProblem) -> Iterator[Plan]:
    """The networks that keep every rule."""
    return (plan for plan in every_network(problem) if keeps_rules(problem, plan))


def keeps_rules(problem: PlanningProblem, plan: Plan) -> bool:
    """Whether a network with nearest choice keeps every rule."""
    rules = problem.rules
    opened = [j for j in range(len(problem.site_ids)) if plan.is_open[j]]
    new = [j for j in opened if not problem.existing[j]]
    mix = {j: set(np.flatnonzero(plan.offers[j]).tolist()) for j in opened}
    listed = {
        j: set(np.flatnonzero(problem.today[j]).tolist()) for j in range(len(problem.site_ids))
    }
    limits = [
        (rules.branches_max, len(opened)),
        (rules.new_max, len(new)),
        (rules.capital_max_kes, sum(int(problem.capital_kes[j, 0]) for j in new)),
        (rules.annual_max_kes, annual_kes(problem, plan)),
    ]
    if any(limit is not None and spent > limit for limit, spent in limits):
        return False
    if len(opened) < (rules.branches_min or 0):
        return False
    if not rules.locked_open <= set(opened) or rules.locked_closed & set(opened):
        return False
    if rules.existing == "keep":
        for j in np.flatnonzero(problem.existing).tolist():
            if j not in rules.locked_closed and not (j in mix and listed[j] <= mix[j]):
                return False
    if rules.mix == "as_listed" and any(mix[j] != listed[j] for j in opened):
        return False
    for c in range(len(problem.area_codes)):
        here = [j for j in opened if problem.site_area[j] == c]
        if len(here) < rules.floor_branches:
            return False
        for s, least in (rules.floor_services or {}).items():
            if sum(s in mix[j] for j in here) < least:
                return False
    if rules.duplicates == "forbid" and sum(excess(problem, plan)) > 0:
        return False
    if rules.duplicates == "cap" and sum(excess(problem, plan)) > rules.duplicates_max:
        return False
    return not any(_left_out(problem, mix, listed))


def _left_out(
    problem: PlanningProblem, mix: dict[int, set[int]], listed: dict[int, set[int]]
) -> Iterator[bool]:
    """For every group of visits: whether it is not served although some site could."""
    everything = set(range(len(problem.service_ids)))
    as_listed = problem.rules.mix == "as_listed"
    for i, b in product(range(len(problem.point_ids)), range(len(problem.visit_type_ids))):
        needs = set(np.flatnonzero(problem.needs[b]).tolist())
        reach = [j for j in listed if math.isfinite(problem.impedance[i, j])]
        served = any(j in mix and needs <= mix[j] for j in reach)
        could = any(needs <= (listed[j] if as_listed else everything) for j in reach)
        yield problem.visits[i, b] > 0 and could and not served


def annual_kes(problem: PlanningProblem, plan: Plan) -> int:
    """Yearly cost of branches and offerings."""
    total = 0
    for j in np.flatnonzero(plan.is_open).tolist():
        total += int(problem.branch_annual_kes[j, plan.format[j]])
        for s in np.flatnonzero(plan.offers[j]).tolist():
            total += int(problem.offering_annual_kes[j, s])
    return total


def cliques(problem: PlanningProblem, service: int) -> list[set[int]]:
    """Maximal sets of two sites or more that are pairwise within the separation."""
    sites = range(len(problem.site_ids))
    close = [
        set(group)
        for size in range(2, len(sites) + 1)
        for group in combinations(sites, size)
        if all(
            problem.site_km[j, k] <= problem.separation_km[service, j, k]
            for j, k in combinations(group, 2)
        )
    ]
    return [group for group in close if not any(group < other for other in close)]


def excess(problem: PlanningProblem, plan: Plan) -> list[int]:
    """Excess duplicates of each service over all its cliques."""
    return [
        sum(
            max(0, sum(int(plan.offers[j, s]) for j in group) - _allowed(problem, s, group))
            for group in cliques(problem, s)
        )
        for s in range(len(problem.service_ids))
    ]


def _allowed(problem: PlanningProblem, service: int, group: set[int]) -> int:
    inherited = 0
    if problem.rules.existing == "keep":
        stays = [j for j in group if problem.existing[j] and j not in problem.rules.locked_closed]
        inherited = sum(int(problem.today[j, service]) for j in stays)
    capacity = max(problem.capacity_visits[j, 0] for j in group)
    if not problem.rules.justified_by_load or math.isinf(capacity):
        return max(1, inherited)
    load = 0.0
    for i in range(len(problem.point_ids)):
        if min(problem.km[i, j] for j in group) <= problem.near_km[service, i]:
            for b in range(len(problem.visit_type_ids)):
                load += problem.visits[i, b] * problem.does[b, service]
    return max(1, inherited, math.ceil(load / capacity))


def objective(problem: PlanningProblem, plan: Plan) -> float:
    """Travel, priced duplicates and, where total cost counts, yearly costs."""
    rows = plan.assignment
    total = 0.0
    for i, b, j, share in zip(rows.point, rows.visit_type, rows.site, rows.share, strict=True):
        total += problem.visits[i, b] * share * problem.impedance[i, j]
    if problem.rules.duplicates == "price":
        for s, count in enumerate(excess(problem, plan)):
            total += problem.rules.duplicates_price * problem.service_visits[s] * count
    if problem.rules.objective == "total_cost":
        total += annual_kes(problem, plan)
    return float(total)
