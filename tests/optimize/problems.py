"""Random problems that are hard in one way each, small enough to try every network."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from evaluate.tiny import tiny_problem

from planner.problem import PlanningProblem, Rules


def odd_money_problem(seed: int) -> PlanningProblem:
    """Costs in tens of millions of odd shillings, and a budget that a network meets exactly.

    With an odd seed the budget is one shilling less.
    """
    rng = np.random.default_rng(seed)
    sites = 4
    branch = rng.integers(10_000_000, 60_000_000, sites)
    offering = rng.integers(400_000, 3_000_000, (sites, 2))
    open_ = rng.random(sites) < 0.6
    offers = (rng.random((sites, 2)) < 0.7) & open_[:, None]
    exact = int(branch[open_].sum() + offering[offers].sum())
    capital = rng.integers(10_000_000, 90_000_000, sites)
    money = {"annual_max_kes": exact - seed % 2}
    if rng.random() < 0.4:
        money = {"capital_max_kes": int(capital[open_].sum()) - seed % 2}
    return tiny_problem(
        points=rng.integers(0, 300, (5, 2)),
        sites=rng.integers(0, 300, (sites, 2)),
        services=("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        visits=rng.integers(1, 20_000, (5, 2)),
        separation_km=100.0,
        branch_annual_kes=branch,
        offering_annual_kes=offering,
        capital_kes=capital,
        rules=Rules(duplicates="allow", **money),
    )


def millions_problem(seed: int) -> PlanningProblem:
    """Every cost a whole number of millions, as in the built-in pack."""
    rng = np.random.default_rng(seed)
    return tiny_problem(
        points=rng.integers(0, 300, (6, 2)),
        sites=rng.integers(0, 300, (4, 2)),
        services=("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        visits=rng.integers(0, 20_000, (6, 2)),
        separation_km=[[[150.0]], [[60.0]]],
        existing=[0],
        today={0: ["id"]},
        branch_annual_kes=12_000_000,
        offering_annual_kes=[[1_600_000, 2_400_000]],
        capital_kes=52_000_000,
        capacity_visits=rng.choice([9_000.0, 40_000.0], 4),
        rules=Rules(
            annual_max_kes=int(rng.integers(15, 70)) * 1_000_000,
            capital_max_kes=int(rng.integers(0, 4)) * 52_000_000,
            duplicates=rng.choice(["forbid", "cap", "price"]),
            duplicates_max=1,
            duplicates_price=3.0,
        ),
    )


def crowded_problem(seed: int) -> PlanningProblem:
    """Existing branches close together, kept or not, with little capacity: inherited duplicates."""
    rng = np.random.default_rng(seed)
    return tiny_problem(
        points=rng.integers(0, 60, (4, 2)),
        sites=rng.integers(0, 60, (4, 2)),
        services=("id", "passport"),
        visit_types={"id": ["id"], "passport": ["passport"], "both": ["id", "passport"]},
        visits=rng.integers(0, 50, (4, 3)),
        separation_km=50.0,
        existing=[0, 1],
        proposed=[2],
        today={0: ["id", "passport"], 1: ["passport"], 2: ["id"]},
        capacity_visits=rng.choice([30.0, 60.0, np.inf], 4),
        branch_annual_kes=rng.integers(0, 500, 4),
        rules=Rules(
            objective=rng.choice(["travel_time", "total_cost"]),
            existing=rng.choice(["keep", "keep", "may_close"]),
            mix=rng.choice(["free", "free", "as_listed"]),
            branches_max=int(rng.integers(2, 5)),
            duplicates=rng.choice(["forbid", "cap", "price"]),
            duplicates_max=int(rng.integers(0, 2)),
            duplicates_price=float(rng.choice([0.1, 5.0])),
            justified_by_load=bool(rng.random() < 0.5),
            locked_closed=frozenset({1}) if rng.random() < 0.2 else frozenset(),
        ),
    )


def median_problem(
    seed: int, *, points: int = 20, sites: int = 14, chosen: int = 2
) -> PlanningProblem:
    """One service, many sites, few branches: most points are served far beyond the nearest."""
    rng = np.random.default_rng(seed)
    return tiny_problem(
        points=rng.integers(0, 1000, (points, 2)),
        sites=rng.integers(0, 1000, (sites, 2)),
        visits=rng.integers(1, 100, points),
        rules=Rules(branches_min=chosen, branches_max=chosen, duplicates="allow"),
    )


def best_median(problem: PlanningProblem, chosen: int) -> float:
    """The least travel with so many branches, by trying every choice of them."""
    weighted = problem.impedance * problem.visits
    return min(
        float(weighted[:, list(group)].min(axis=1).sum())
        for group in combinations(range(len(problem.site_ids)), chosen)
    )


def wide_problem(seed: int, **rules: object) -> PlanningProblem:
    """Forty points, fourteen sites, three services: takes a solver a moment."""
    rng = np.random.default_rng(seed)
    return tiny_problem(
        points=rng.integers(0, 500, (40, 2)),
        sites=rng.integers(0, 500, (14, 2)),
        services=("id", "passport", "permit"),
        visit_types={"id": ["id"], "both": ["id", "passport"], "permit": ["permit"]},
        visits=rng.integers(0, 1000, (40, 3)),
        separation_km=120.0,
        branch_annual_kes=rng.integers(9_000_000, 20_000_000, 14),
        offering_annual_kes=rng.integers(500_000, 3_000_000, (14, 3)),
        rules=Rules(annual_max_kes=90_000_001, duplicates_price=0.1, **rules),
    )
