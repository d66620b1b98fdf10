"""Random tiny problems with random rules on, all of which an instance states."""

from __future__ import annotations

import numpy as np
from evaluate.tiny import tiny_problem

from planner.problem import PlanningProblem, Rules

SERVICES = ("id", "passport", "permit")


def some_problem(seed: int) -> PlanningProblem:
    """Four points, three sites, two or three services; every rule is on in some of them."""
    rng = np.random.default_rng(seed)
    sized = bool(rng.random() < 0.3)
    services = SERVICES[: int(rng.integers(1, 3 if sized else 4))]
    sites = 3
    visit_types = {s: [s] for s in services}
    if len(services) > 1:
        visit_types["both"] = list(services[:2])
    existing = [0] if rng.random() < 0.6 else []
    formats = {"small": services[:1], "big": services} if sized else None
    format_allowed = None
    if formats is not None:
        format_allowed = rng.random((sites, 3)) < 0.7
        format_allowed[:, 2] |= ~format_allowed.any(axis=1)
    return tiny_problem(
        points=rng.integers(0, 60, (4, 2)),
        sites=rng.integers(0, 60, (sites, 2)),
        services=services,
        visit_types=visit_types,
        visits=rng.integers(0, 50, (4, len(visit_types))),
        no_route=[(0, int(rng.integers(sites)))] if rng.random() < 0.2 else [],
        point_area=rng.integers(0, 2, 4),
        site_area=rng.integers(0, 2, sites),
        areas=2,
        separation_km=float(rng.choice([-1.0, 30.0, 50.0])),
        existing=existing,
        proposed=[1],
        today={0: services[:1], 1: services} if existing else {1: services},
        branch_annual_kes=rng.integers(0, 30, (sites, 3 if formats else 1)) * 10,
        offering_annual_kes=rng.integers(0, 20, (sites, len(services))),
        capital_kes=rng.integers(0, 40, (sites, 3 if formats else 1)),
        offering_capital_kes=rng.integers(0, 9, (sites, len(services))),
        closing_kes=rng.integers(0, 20, sites),
        offering_closing_kes=rng.integers(0, 9, (sites, len(services))),
        capacity_visits=float(rng.choice([np.inf, 40.0])),
        formats=formats,
        format_allowed=format_allowed,
        today_format=[int(np.flatnonzero(format_allowed[0])[0]), -1, -1]
        if formats and existing
        else None,
        divisions=("east", "west"),
        service_division=rng.integers(-1, 2, len(services)),
        rules=_some_rules(rng, len(services), sites),
    )


def _some_rules(rng: np.random.Generator, services: int, sites: int) -> Rules:
    def now_and_then(value: object, share: float = 0.3) -> object:
        return value if rng.random() < share else None

    return Rules(
        objective=rng.choice(["travel_time", "total_cost"]),
        branches_min=now_and_then(int(rng.integers(1, sites))),
        branches_max=now_and_then(int(rng.integers(1, sites + 1)), 0.5),
        new_max=now_and_then(int(rng.integers(1, sites))),
        annual_max_kes=now_and_then(int(rng.integers(100, 900)), 0.5),
        capital_max_kes=now_and_then(int(rng.integers(30, 130))),
        division_annual_max_kes=now_and_then({0: int(rng.integers(5, 40))}, 0.2),
        division_capital_max_kes=now_and_then({1: int(rng.integers(5, 30))}, 0.2),
        existing=rng.choice(["keep", "may_change", "may_close"]),
        mix=rng.choice(["free", "free", "free", "as_listed"]),
        floor_branches=int(rng.random() < 0.2),
        floor_areas=now_and_then({0: 1}, 0.2),
        floor_services=now_and_then({int(rng.integers(services)): 1}, 0.2),
        duplicates=rng.choice(["forbid", "cap", "price", "allow"]),
        duplicates_max=int(rng.integers(0, 2)),
        duplicates_price=float(rng.choice([0.1, 5.0])),
        justified_by_load=bool(rng.random() < 0.5),
        locked_closed=frozenset({2}) if rng.random() < 0.1 else frozenset(),
        locked_open=frozenset({1}) if rng.random() < 0.1 else frozenset(),
        locked_withheld=frozenset({(1, 0)}) if rng.random() < 0.1 else frozenset(),
        locked_offered=frozenset({(1, services - 1)}) if rng.random() < 0.1 else frozenset(),
    )
