"""Budgets, kept to the unit: once and a year, in all and by division."""

from __future__ import annotations

from collections.abc import Iterator

from planner.evaluate.money import (
    annual_kes,
    capital_kes,
    division_annual_kes,
    division_capital_kes,
)
from planner.plan import Plan
from planner.problem import PlanningProblem


def _capital(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    limit, spent = problem.rules.capital_max_kes, sum(capital_kes(problem, plan))
    yield from _over_budget("The changes cost", "once", spent, limit)


def _annual(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    limit, spent = problem.rules.annual_max_kes, sum(annual_kes(problem, plan))
    yield from _over_budget("The network costs", "a year", spent, limit)


def _division_capital(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for d, limit in sorted((problem.rules.division_capital_max_kes or {}).items()):
        what = f"The changes in services of {problem.division_ids[d]} cost"
        yield from _over_budget(what, "once", division_capital_kes(problem, plan, d), limit)


def _division_annual(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for d, limit in sorted((problem.rules.division_annual_max_kes or {}).items()):
        what = f"The services of {problem.division_ids[d]} cost"
        yield from _over_budget(what, "a year", division_annual_kes(problem, plan, d), limit)


def _over_budget(what: str, when: str, spent: int, limit: int | None) -> Iterator[str]:
    if limit is not None and spent > limit:
        yield f"{what} {spent:,} {when}; the budget is {limit:,}: {spent - limit:,} too much."


CHECKS = (
    ("rules.capital_kes", _capital),
    ("rules.annual_kes", _annual),
    ("rules.divisions.capital_kes", _division_capital),
    ("rules.divisions.annual_kes", _division_annual),
)
