"""Least numbers of branches, and of branches with a service, in every area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.evaluate.flows import live_offers
from planner.evaluate.rules.words import branch_count
from planner.plan import Plan
from planner.problem import PlanningProblem


def _area_branches(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """An area that has a floor of its own is not held to the general one."""
    rules = problem.rules
    own = rules.floor_areas or {}
    count = np.bincount(problem.site_area[plan.is_open], minlength=len(problem.area_codes))
    for c, code in enumerate(problem.area_codes):
        floor = own.get(c, rules.floor_branches)
        if count[c] < floor:
            who = "it" if c in own else "every area"
            has = branch_count(int(count[c]))
            yield f"Area {code} has {has}; {who} must have at least {floor:,}."


def _area_services(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    offers = live_offers(plan)
    for s, floor in sorted((problem.rules.floor_services or {}).items()):
        count = np.bincount(problem.site_area[offers[:, s]], minlength=len(problem.area_codes))
        for c in np.flatnonzero(count < floor).tolist():
            yield (
                f"Area {problem.area_codes[c]} has {branch_count(int(count[c]))} offering "
                f"{problem.service_ids[s]}; every area must have at least {floor:,}."
            )


CHECKS = (
    ("rules.branches_per_area", _area_branches),
    ("rules.branches_per_area.services", _area_services),
)
