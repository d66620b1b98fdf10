"""What a network costs, once and a year, in exact whole units of money."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import Bools, live_offers, offered_today
from planner.plan import Plan
from planner.problem import PlanningProblem


def annual_kes(problem: PlanningProblem, plan: Plan) -> list[int]:
    """Yearly cost of each site's branch in its format and of what it offers; 0 where closed."""
    offers = live_offers(plan)
    return [
        int(problem.branch_annual_kes[j, plan.format[j]])
        + _total(problem.offering_annual_kes[j], offers[j])
        if plan.is_open[j]
        else 0
        for j in range(len(problem.site_ids))
    ]


def capital_kes(problem: PlanningProblem, plan: Plan) -> list[int]:
    """One-off cost of the changes at each site: format, new offerings, and what is given up.

    The format that an existing branch has today costs nothing, nor does what it offers today.
    """
    started, stopped = _changes(problem, plan)
    costs = []
    for j in range(len(problem.site_ids)):
        cost = _total(problem.offering_capital_kes[j], started[j])
        cost += _total(problem.offering_closing_kes[j], stopped[j])
        is_there = bool(problem.existing[j])
        if not plan.is_open[j]:
            cost += int(problem.closing_kes[j]) if is_there else 0
        elif not (is_there and plan.format[j] == problem.today_format[j]):
            cost += int(problem.capital_kes[j, plan.format[j]])
        costs.append(cost)
    return costs


def division_annual_kes(problem: PlanningProblem, plan: Plan, division: int) -> int:
    """Yearly cost of the offerings of a division's services."""
    return _total(problem.offering_annual_kes, live_offers(plan) & _own(problem, division))


def division_capital_kes(problem: PlanningProblem, plan: Plan, division: int) -> int:
    """One-off cost of a division's offerings that begin, and of those that are given up."""
    started, stopped = _changes(problem, plan)
    own = _own(problem, division)
    begun = _total(problem.offering_capital_kes, started & own)
    return begun + _total(problem.offering_closing_kes, stopped & own)


def _changes(problem: PlanningProblem, plan: Plan) -> tuple[Bools, Bools]:
    """Offerings that begin, and those of today that end, shape (J, S) each."""
    offers, before = live_offers(plan), offered_today(problem)
    return offers & ~before, before & ~offers


def _own(problem: PlanningProblem, division: int) -> Bools:
    return np.asarray(problem.service_division == division)[None, :]


def _total(amounts: NDArray[np.int64], counts: Bools) -> int:
    """A sum of whole units that neither wraps nor rounds, however large."""
    return sum(int(amount) for amount in amounts[counts].tolist())
