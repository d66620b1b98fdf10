"""Groups of sites that are all within a service's separation, and the excess offered in them."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import networkx as nx
import numpy as np

from planner.evaluate.flows import Bools, live_offers, offered_today
from planner.evaluate.loads import service_capacity
from planner.plan import Plan
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class CliqueExcess:
    """A maximal group of mutually close sites where more branches offer a service than allowed.

    `allowed` is 1, or what the load near the group justifies; `offers` is how many offer it.
    """

    service: int
    sites: tuple[int, ...]
    offers: int
    allowed: int

    @property
    def excess(self) -> int:
        """Branches above what is allowed."""
        return self.offers - self.allowed


def close_sites(problem: PlanningProblem, service: int) -> Bools:
    """Whether two sites are duplicates by kilometres or by minutes (<=), shape (J, J)."""
    by_km = problem.site_km <= problem.separation_km[service]
    return np.asarray(by_km | (problem.site_min <= problem.separation_min[service]))


def conflict_cliques(problem: PlanningProblem, service: int) -> tuple[tuple[int, ...], ...]:
    """Maximal cliques (two sites or more) of the sites within a service's separation, sorted."""
    close = close_sites(problem, service)
    return _maximal_cliques(np.packbits(close).tobytes(), close.shape[0])


@functools.lru_cache(maxsize=16)
def _maximal_cliques(packed: bytes, size: int) -> tuple[tuple[int, ...], ...]:
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=size * size)
    edges = np.argwhere(np.triu(bits.reshape(size, size), k=1)).tolist()
    graph: nx.Graph[int] = nx.Graph((a, b) for a, b in edges)
    return tuple(sorted(tuple(sorted(clique)) for clique in nx.find_cliques(graph)))


def allowance(problem: PlanningProblem, service: int, sites: tuple[int, ...]) -> int:
    """How many branches of a clique may offer the service.

    The largest of: one; what today's network offers there already, where existing branches are
    kept (an inherited duplicate is listed, not forbidden or priced); what load justifies.
    """
    members = list(sites)
    return max(1, _inherited(problem, service, members), _by_load(problem, service, members))


def _inherited(problem: PlanningProblem, service: int, members: list[int]) -> int:
    if problem.rules.existing != "keep":
        return 0
    kept = [j for j in members if j not in problem.rules.locked_closed]
    return int(offered_today(problem)[kept, service].sum())


def _by_load(problem: PlanningProblem, service: int, members: list[int]) -> int:
    """The yearly visits of the points near any of the sites over the largest capacity.

    Near by kilometres or by minutes. Rounded up, where 1e-9 counts as rounding; 1 where no
    capacity is given or the rules do not count load.
    """
    if not problem.rules.justified_by_load:
        return 1
    capacity = float(service_capacity(problem, service)[members].max())
    if math.isinf(capacity):
        return 1
    near = problem.km[:, members].min(axis=1) <= problem.near_km[service]
    near |= problem.minutes[:, members].min(axis=1) <= problem.near_min[service]
    load = float(problem.visits[near][:, problem.does[:, service]].sum())
    if load <= capacity:
        return 1
    if capacity <= 0:
        return len(members)
    branches = load / capacity
    return min(len(members), max(1, math.ceil(branches * (1 - 1e-9))))


def excess_offers(problem: PlanningProblem, plan: Plan) -> tuple[CliqueExcess, ...]:
    """Every clique where more branches offer the service than allowed, in order of service."""
    offers = live_offers(plan)
    found = []
    for s in range(len(problem.service_ids)):
        if offers[:, s].sum() < 2:
            continue
        offering = set(np.flatnonzero(offers[:, s]).tolist())
        for clique in conflict_cliques(problem, s):
            count = len(offering.intersection(clique))
            if count < 2:
                continue
            allowed = allowance(problem, s, clique)
            if count > allowed:
                found.append(CliqueExcess(s, clique, count, allowed))
    return tuple(found)
