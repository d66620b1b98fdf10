"""Random small problems with rules that some plan can keep, and right plans for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem, Rules, Standard

from .naive import (
    allowed_networks,
    best_plan,
    keeps_rules,
    right_networks,
)
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


def rich_problem(seed: int) -> PlanningProblem:
    """As `random_problem`, with every rule of docs/model.md: formats, counters, standards, ...

    Four points, three sites, two services and up to three formats.
    """
    rng = np.random.default_rng(seed)
    sites = 3
    status = rng.choice(["existing", "proposed", "candidate"], sites, p=[0.35, 0.15, 0.5])
    existing = status == "existing"
    there = np.flatnonzero(status != "candidate").tolist()
    mixes = [("id",), ("passport",), ("id", "passport")]
    mixes_of_formats = [("id", "passport"), mixes[rng.integers(3)]]
    formats = {name: mixes_of_formats[n] for n, name in enumerate(("large", "small"))}
    if rng.random() < 0.4:
        formats = {}
    F = 1 + len(formats)
    allowed = rng.random((sites, F)) < 0.7
    allowed[:, min(F - 1, 1)] |= ~allowed.any(axis=1)
    by_minutes = rng.random() < 0.3
    separation = rng.choice([-1, 30, 60, 90], (2, 1, 1))
    problem = tiny_problem(
        points=rng.integers(0, 100, (4, 2)),
        sites=rng.integers(0, 100, (sites, 2)),
        services=("id", "passport"),
        visit_types={"id": ["id"], "passport": ["passport"], "both": ["id", "passport"]},
        does={"both": ["passport"]} if rng.random() < 0.3 else None,
        visits=rng.integers(0, 40, (4, 3)) * (rng.random((4, 3)) < 0.8),
        minutes_per_km=1.5,
        impedance_per_km=None if rng.random() < 0.7 else 4.0,
        no_route=[tuple(pair) for pair in np.argwhere(rng.random((4, sites)) < 0.08).tolist()],
        point_area=rng.integers(0, 2, 4),
        site_area=[j % 2 for j in range(sites)],
        areas=2,
        separation_km=-1 if by_minutes else separation,
        near_km=rng.choice([20.0, 60.0], (2, 4)),
        separation_min=separation * 1.5 if by_minutes or rng.random() < 0.2 else -1,
        near_min=rng.choice([-1.0, 30.0, 60.0], (2, 4)),
        standard_min=rng.choice([40.0, 90.0, np.inf], 2),
        existing=np.flatnonzero(existing).tolist(),
        proposed=np.flatnonzero(status == "proposed").tolist(),
        today={j: mixes[rng.integers(3)] for j in there},
        branch_annual_kes=rng.integers(100, 1000, (sites, F)),
        offering_annual_kes=rng.integers(1, 300, (sites, 2)),
        capital_kes=rng.integers(1, 5000, (sites, F)),
        capacity_visits=rng.choice([60.0, 120.0, 240.0, np.inf], (sites, F)),
        formats=formats,
        format_allowed=allowed,
        today_format=np.where(existing, rng.integers(0, F, sites), -1),
        counters=rng.choice([1.0, 2.0, 4.0, np.inf], (sites, F)),
        counter_minutes_per_year=1000.0,
        service_counter_min=rng.choice([0.0, 7.0, 12.0, 20.0], 2),
        offering_capital_kes=rng.integers(0, 400, (sites, 2)),
        closing_kes=rng.integers(1, 900, sites),
        offering_closing_kes=rng.integers(1, 90, (sites, 2)),
        divisions=("papers", "borders"),
        service_division=rng.integers(-1, 2, 2),
    )
    return replace(problem, rules=_rich_rules(rng, problem, there))


def _rich_rules(rng: np.random.Generator, problem: PlanningProblem, there: list[int]) -> Rules:
    sites = len(problem.site_ids)

    def maybe(value: object, chance: float = 0.25) -> object:
        return value if rng.random() < chance else None

    def offering() -> frozenset[tuple[int, int]]:
        where = (int(rng.integers(sites)), int(rng.integers(2)))
        return frozenset({where}) if rng.random() < 0.15 else frozenset()

    standards = tuple(
        Standard(
            service=int(rng.integers(2)),
            area=None if rng.random() < 0.4 else int(rng.integers(2)),
            share=float(rng.choice([0.25, 0.5, 0.8, 1.0])),
            within_min=float(rng.choice([30.0, 60.0, 100.0])),
            is_hard=bool(rng.random() < 0.5),
        )
        for _ in range(rng.choice([0, 1, 2], p=[0.4, 0.4, 0.2]))
    )
    locked = int(rng.integers(sites))
    return replace(
        _random_rules(rng, sites, there),
        tail_share=float(rng.choice([0.0, 0.0, 0.3, 1.0])),
        tail_beta=float(rng.choice([0.1, 0.25])),
        capital_max_kes=maybe(int(rng.integers(4000, 14_000))),
        annual_max_kes=maybe(int(rng.integers(1500, 4000))),
        division_capital_max_kes=maybe({int(rng.integers(2)): int(rng.integers(100, 900))}, 0.15),
        division_annual_max_kes=maybe({int(rng.integers(2)): int(rng.integers(200, 900))}, 0.15),
        existing=rng.choice(["keep", "may_change", "may_close"]),
        floor_areas=maybe({int(rng.integers(2)): int(rng.integers(0, 3))}, 0.2),
        capacity=rng.choice(["off", "soft", "hard"], p=[0.25, 0.35, 0.4]),
        counters=rng.choice(["pooled", "by_service"]),
        assignment=rng.choice(["split", "single"], p=[0.7, 0.3]),
        standards=standards,
        locked_offered=offering(),
        locked_withheld=offering(),
        locked_format=maybe(
            {locked: int(rng.choice(np.flatnonzero(problem.format_allowed[locked])))}, 0.2
        ),
    )


def split_choice(problem: PlanningProblem, plan: Plan, rng: np.random.Generator) -> Plan:
    """The same branches, and everyone wherever they can be served, in random shares."""
    rows = []
    for i, b in np.argwhere(problem.visits > 0).tolist():
        able = plan.is_open & plan.offers[:, problem.needs[b]].all(axis=1)
        able = np.flatnonzero(able & np.isfinite(problem.impedance[i]))
        some = rng.permutation(able)[: int(rng.integers(1, 3))].tolist()
        shares = [1.0] if len(some) == 1 else [0.25, 0.75]
        rows.extend((i, b, j, share) for j, share in zip(some, shares, strict=bool(some)))
    point, kind, site = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
    share = np.array([row[3] for row in rows], dtype=float)
    changed = replace(plan, assignment=Assignment(point, kind, site, share))
    if plan.counters is None:
        return changed
    return replace(changed, counters=rng.integers(0, 3, plan.counters.shape))


def rich_cases(seeds: range, each: int = 2) -> Iterator[tuple[int, PlanningProblem, Plan]]:
    """Rich problems with the best plan, and a few others that keep every rule."""
    for seed in seeds:
        problem = rich_problem(seed)
        best = best_plan(problem)
        if best is None:
            continue
        yield seed, problem, best.plan
        rng = np.random.default_rng(seed)
        plans, found = list(allowed_networks(problem)), 0
        for n in rng.permutation(len(plans)).tolist():
            for plan in (plans[n], split_choice(problem, plans[n], rng)):
                if found < each and keeps_rules(problem, plan):
                    found += 1
                    yield seed, problem, plan


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
