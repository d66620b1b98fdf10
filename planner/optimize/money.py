"""Money, (6) of the model: what a network costs once and a year, as rows and in exact figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.rows import Choices, Rows, is_chosen
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class Spending:
    """A sum of money: `constant` and so many whole units for each variable that is 1.

    Amounts may be negative: what closing would cost stands in the constant.
    """

    name: str
    terms: tuple[tuple[pulp.LpVariable, int], ...]
    constant: int

    def now(self) -> int:
        """The sum for the choice now in the variables."""
        return self.constant + sum(amount for v, amount in self.terms if is_chosen(v))


def annual(problem: PlanningProblem, choices: Choices) -> Spending:
    """What every branch in its format and every offering costs a year."""
    services = range(len(problem.service_ids))
    terms = _format_terms(problem.branch_annual_kes, choices)
    terms += _offering_terms(problem.offering_annual_kes, choices, services)
    return _spending("annual_budget", terms, 0)


def capital(problem: PlanningProblem, choices: Choices) -> Spending:
    """What a network costs once: formats, offerings that begin, and what is given up."""
    services = range(len(problem.service_ids))
    there = np.flatnonzero(problem.existing).tolist()
    closing = problem.closing_kes.tolist()
    terms = _format_terms(capital_by_format(problem), choices)
    terms += [(choices.y[j], -closing[j]) for j in there]
    changes, given_up = _change_terms(problem, choices, services)
    return _spending("capital_budget", terms + changes, given_up + sum(closing[j] for j in there))


def spendings(problem: PlanningProblem, choices: Choices) -> Iterator[tuple[Spending, int]]:
    """Every sum that has a budget, with the budget."""
    rules = problem.rules
    if rules.annual_max_kes is not None:
        yield annual(problem, choices), rules.annual_max_kes
    if rules.capital_max_kes is not None:
        yield capital(problem, choices), rules.capital_max_kes
    for d, limit in sorted((rules.division_annual_max_kes or {}).items()):
        terms = _offering_terms(problem.offering_annual_kes, choices, _own(problem, d))
        yield _spending(f"annual_budget__{d}", terms, 0), limit
    for d, limit in sorted((rules.division_capital_max_kes or {}).items()):
        changes, given_up = _change_terms(problem, choices, _own(problem, d))
        yield _spending(f"capital_budget__{d}", changes, given_up), limit


def add_budgets(rows: Rows, problem: PlanningProblem, choices: Choices) -> None:
    """Budget rows divided by the costs' common divisor: same plans, small whole figures."""
    for spending, limit in spendings(problem, choices):
        if not spending.terms and spending.constant <= limit:
            continue
        unit = math.gcd(*(amount for _, amount in spending.terms)) or 1
        terms = [(v, amount // unit) for v, amount in spending.terms]
        rows.add(terms, "<=", (limit - spending.constant) // unit, spending.name)


def forbid_overspending(problem: PlanningProblem, choices: Choices, model: pulp.LpProblem) -> None:
    """Cut off the choice now in the variables where it spends more than a budget.

    A solver keeps a budget only within its tolerance. The dearest items that were chosen (or, of
    what is paid for giving up, not chosen) and together exceed it can never stand together: a
    cover inequality, so nothing that keeps the budget is lost.
    """
    for spending, limit in spendings(problem, choices):
        if spending.now() <= limit:
            continue
        spent = spending.constant + sum(min(0, amount) for _, amount in spending.terms)
        items = [(v, amount) for v, amount in spending.terms if is_chosen(v) == (amount > 0)]
        cover = []
        for v, amount in sorted(items, key=lambda item: -abs(item[1])):
            cover.append((v, 1 if amount > 0 else -1))
            spent += abs(amount)
            if spent > limit:
                break
        chosen = sum(1 for _, sign in cover if sign > 0)
        name = f"too_dear_together__{len(model.constraints())}"
        expression = pulp.LpAffineExpression(cover)
        model.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintLE, name, chosen - 1))


def capital_by_format(problem: PlanningProblem) -> NDArray[np.int64]:
    """One-off cost of each format, 0 for the one that an existing branch has today, (J, F)."""
    costs = problem.capital_kes.copy()
    there = np.flatnonzero(problem.existing & (problem.today_format >= 0))
    costs[there, problem.today_format[there]] = 0
    return costs


def offered_today(problem: PlanningProblem) -> NDArray[np.bool_]:
    """What existing branches offer today, shape (J, S)."""
    return np.asarray(problem.today & problem.existing[:, None])


def _own(problem: PlanningProblem, division: int) -> list[int]:
    return np.flatnonzero(problem.service_division == division).tolist()


def _format_terms(costs: NDArray[np.int64], choices: Choices) -> list[tuple[pulp.LpVariable, int]]:
    return [
        (variable, int(costs[j, f]))
        for j, formats in enumerate(choices.taken)
        for f, variable in formats.items()
    ]


def _offering_terms(
    costs: NDArray[np.int64], choices: Choices, services: range | list[int]
) -> list[tuple[pulp.LpVariable, int]]:
    return [(row[s], int(costs[j, s])) for j, row in enumerate(choices.z) for s in services]


def _change_terms(
    problem: PlanningProblem, choices: Choices, services: range | list[int]
) -> tuple[list[tuple[pulp.LpVariable, int]], int]:
    """Offerings that begin, and those of today that end: g z, and h (1 - z) with its constant."""
    before = offered_today(problem)
    terms, constant = [], 0
    for j, row in enumerate(choices.z):
        for s in services:
            if before[j, s]:
                ended = int(problem.offering_closing_kes[j, s])
                constant += ended
                terms.append((row[s], -ended))
            else:
                terms.append((row[s], int(problem.offering_capital_kes[j, s])))
    return terms, constant


def _spending(name: str, terms: list[tuple[pulp.LpVariable, int]], constant: int) -> Spending:
    """Each variable once, and only where it costs something."""
    amounts: dict[pulp.LpVariable, int] = {}
    for variable, amount in terms:
        amounts[variable] = amounts.get(variable, 0) + amount
    return Spending(name, tuple((v, a) for v, a in amounts.items() if a), constant)
