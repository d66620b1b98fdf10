"""The objective of a plan, from the raw arrays."""

from __future__ import annotations

import math

import numpy as np

from planner.evaluate.cliques import excess_offers
from planner.evaluate.flows import row_visits
from planner.evaluate.means import group_means, tail_mean
from planner.evaluate.money import annual_kes
from planner.evaluate.types import ObjectiveParts
from planner.plan import Plan
from planner.problem import PlanningProblem


def objective_parts(problem: PlanningProblem, plan: Plan) -> ObjectiveParts:
    """The objective of a well-formed plan: travel, its tail, priced duplicates, branch costs.

    Visits that go nowhere add nothing; they are told among the violations.
    """
    rules = problem.rules
    rows = plan.assignment
    sent = row_visits(problem, rows)
    used = sent != 0
    point, visits = rows.point[used], sent[used]
    each = problem.impedance[point, rows.site[used]]
    travel, tail = float((visits * each).sum()), 0.0
    if rules.tail_share > 0:
        size = len(problem.point_ids)
        weight = np.bincount(point, weights=visits, minlength=size)
        means = np.nan_to_num(group_means(point, each, visits, size), nan=0.0, posinf=math.inf)
        worst = tail_mean(means, np.maximum(weight, 0.0), rules.tail_beta)
        if worst is not None:
            tail = rules.tail_share * float(weight.sum()) * worst
        elif weight.sum() > 0:
            tail = math.inf
        travel = (1.0 - rules.tail_share) * travel if rules.tail_share < 1 else 0.0
    duplicates = 0.0
    if rules.duplicates == "price":
        weights = problem.service_visits
        excess = excess_offers(problem, plan)
        duplicates = rules.duplicates_price * sum(
            float(weights[entry.service]) * entry.excess for entry in excess
        )
    yearly = sum(annual_kes(problem, plan)) if rules.objective == "total_cost" else 0
    return ObjectiveParts(travel, tail, duplicates, float(yearly))
