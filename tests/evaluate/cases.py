"""Random small problems with rules that some plan can keep, and right plans for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from planner.plan import Plan
from planner.problem import PlanningProblem, Rules

from .naive import right_networks
from .tiny import tiny_problem


def random_problem(seed: int) -> PlanningProblem:
    """Four points, three or four sites, two services, three visit types, and random rules."""
    rng = np.random.default_rng(seed)
    sites = int(rng.integers(3, 5))
    status = rng.choice(["existing", "proposed", "candidate"], sites, p=[0.3, 0.2, 0.5])
    there = np.flatnonzero(status != "candidate").tolist()
    mixes = [("id",), ("passport",), ("id", "passport")]
    no_route = np.argwhere(rng.random((4, sites)) < 0.12).tolist()
    return tiny_problem(
        points=rng.integers(0, 100, (4, 2)),
        sites=rng.integers(0, 100, (sites, 2)),
        services=("id", "passport"),
        visit_types={"id": ["id"], "passport": ["passport"], "both": ["id", "passport"]},
        does={"both": ["passport"]} if rng.random() < 0.3 else None,
        visits=rng.integers(0, 40, (4, 3)) * (rng.random((4, 3)) < 0.8),
        minutes_per_km=1.5,
        no_route=[tuple(pair) for pair in no_route],
        point_area=rng.integers(0, 2, 4),
        site_area=[j % 2 for j in range(sites)],
        areas=2,
        separation_km=rng.choice([-1, 30, 60, 90], (2, 1, 1)),
        near_km=rng.choice([20.0, 60.0], (2, 4)),
        standard_min=rng.choice([40.0, 90.0, np.inf], 2),
        existing=np.flatnonzero(status == "existing").tolist(),
        proposed=np.flatnonzero(status == "proposed").tolist(),
        today={j: mixes[rng.integers(3)] for j in there},
        branch_annual_kes=rng.integers(100, 1000, sites),
        offering_annual_kes=rng.integers(1, 300, (sites, 2)),
        capital_kes=rng.integers(0, 5000, sites),
        capacity_visits=rng.choice([40.0, 100.0, np.inf], sites),
        rules=_random_rules(rng, sites, there),
    )


def _random_rules(rng: np.random.Generator, sites: int, there: list[int]) -> Rules:
    """Each rule with some chance, so that problems with many and with few of them occur."""

    def maybe(value: object, chance: float = 0.3) -> object:
        return value if rng.random() < chance else None

    free = rng.permutation(sites).tolist()
    return Rules(
        objective=rng.choice(["travel_time", "total_cost"]),
        branches_min=maybe(int(rng.integers(1, 3))),
        branches_max=maybe(int(rng.integers(2, sites + 1))),
        new_max=maybe(int(rng.integers(1, 4))),
        capital_max_kes=maybe(int(rng.integers(4000, 12_000))),
        annual_max_kes=maybe(int(rng.integers(1500, 4000))),
        existing=rng.choice(["keep", "may_close"]),
        mix="as_listed" if len(there) > 1 and rng.random() < 0.2 else "free",
        floor_branches=int(rng.random() < 0.3),
        floor_services={int(rng.integers(2)): 1} if rng.random() < 0.3 else None,
        duplicates=rng.choice(["forbid", "cap", "price", "allow"]),
        duplicates_max=int(rng.integers(0, 3)),
        duplicates_price=0.5,
        justified_by_load=bool(rng.random() < 0.6),
        locked_open=frozenset(free[:1]) if rng.random() < 0.25 else frozenset(),
        locked_closed=frozenset(free[1:2]) if rng.random() < 0.25 else frozenset(),
    )


def right_cases(seeds: range, each: int = 2) -> Iterator[tuple[int, PlanningProblem, Plan]]:
    """Problems that have plans which keep every rule, with a few such plans drawn from them."""
    for seed in seeds:
        problem = random_problem(seed)
        plans = list(right_networks(problem))
        rng = np.random.default_rng(seed)
        for n in rng.permutation(len(plans))[:each].tolist():
            yield seed, problem, plans[n]


def with_rules(problem: PlanningProblem, **changes: object) -> PlanningProblem:
    """The same problem under other rules."""
    return replace(problem, rules=replace(problem.rules, **changes))
