"""Why here, why not there: exact uses, and prices that trying every network confirms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evaluate.cases import random_problem, rich_problem
from evaluate.naive import best_plan
from evaluate.tiny import tiny_problem

from planner.insight import Effort, use_of, why_here, why_not
from planner.insight.changes import forced_in, forced_out
from planner.insight.prices import price_between
from planner.optimize import Limits
from planner.plan import SolveReport
from planner.problem import Rules
from planner.solve import solve_problem

EXACT = Limits(30, 0.0)


def effort(questions: int = 1) -> Effort:
    return Effort(EXACT, questions)


def line(**rules: object) -> SolveReport:
    """Points at 0 and 100 km, sites A at 0, B at 100, C at 60; two branches; a minute a km."""
    problem = tiny_problem(
        [0, 100],
        [0, 100, 60],
        visits=[10, 30],
        rules=Rules(branches_min=2, branches_max=2, duplicates="allow", **rules),
    )
    return solve_problem(problem, EXACT)


def test_what_a_branch_does_for_people_by_hand():
    """Without B its 30 visits go 100 km to A; C is not there to help."""
    use = use_of(line(), 1, effort=effort(), people=np.array([1000.0, 5000.0]))
    assert (use.points, use.visits_per_year, use.people) == (1, 30.0, 5000.0)
    assert use.mean_min == 0.0
    assert use.minutes_saved_per_year == 3000.0
    assert use.objective_saved == 3000.0
    assert use.stranded_visits_per_year == 0.0


def test_forcing_out_and_in_by_hand():
    """The best plan without B has A and C: 30 visits travel 40 minutes; so has that with C."""
    why = why_here(line(), 1, effort=effort())
    assert (why.price.low, why.price.high) == (1200.0, 1200.0)
    assert (why.price.opens, why.price.closes) == ((2,), (1,))
    assert not why.asked_for
    other = why_not(line(), 2, effort=effort())
    assert (other.price.low, other.price.high) == (600.0, 600.0)
    assert (other.price.opens, other.price.closes) == ((2,), (0,))


def test_what_the_rules_ask_for_has_a_price_too():
    """C is locked open: without that lock the plan would save 600 minutes."""
    report = line(locked_open=frozenset({2}))
    why = why_here(report, 2, effort=effort())
    assert why.asked_for
    assert (why.price.low, why.price.high) == (-600.0, -600.0)


def test_somebody_would_find_no_branch():
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        visits=[10, 30],
        no_route=[(1, 0)],
        rules=Rules(duplicates="allow"),
    )
    report = solve_problem(problem, EXACT)
    why = why_here(report, 1, effort=effort())
    assert why.use.stranded_visits_per_year == 30.0
    assert why.use.objective_saved == math.inf
    assert why.use.mean_min is None
    assert why.price.impossible
    assert [clash.rule for clash in why.without.clashes] == ["sites"]


def test_one_service_of_a_branch():
    """Both branches offer both; without passports at B its passport visits go 100 km."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        services=("id", "passport"),
        visits=[[10, 10], [20, 30]],
        rules=Rules(duplicates="allow"),
    )
    report = solve_problem(problem, EXACT)
    why = why_here(report, 1, 1, effort=effort())
    assert why.use.visits_per_year == 30.0
    assert why.use.minutes_saved_per_year == 3000.0
    assert (why.price.low, why.price.high) == (3000.0, 3000.0)


def test_with_capacity_the_others_must_have_room():
    """Each branch serves 25 of 40 visits: one alone cannot, so closing either is impossible."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        visits=[20, 20],
        capacity_visits=25.0,
        rules=Rules(duplicates="allow", capacity="hard"),
    )
    report = solve_problem(problem, EXACT)
    why = why_here(report, 1, effort=effort())
    assert why.use.minutes_saved_per_year is None
    assert why.use.objective_saved == math.inf
    assert why.price.impossible


def test_without_a_plan_there_is_nothing_to_ask():
    problem = tiny_problem([0], [0], rules=Rules(branches_max=0))
    report = solve_problem(problem, EXACT)
    with pytest.raises(ValueError, match="no plan"):
        use_of(report, 0, effort=effort())


@pytest.mark.parametrize("make", [random_problem, rich_problem])
def test_prices_are_what_trying_every_network_finds(make):
    told = 0
    for seed in range(8):
        problem = make(seed)
        best = best_plan(problem)
        report = solve_problem(problem, EXACT)
        if best is None:
            assert report.status == "infeasible"
            continue
        for j in range(len(problem.site_ids)):
            is_open = bool(report.plan.is_open[j])
            why = (why_here if is_open else why_not)(report, j, effort=effort())
            changed = (forced_out if is_open else forced_in)(problem, j)
            told += holds(why.price, best, best_plan(changed))
    assert told >= 12


def holds(price, before, after) -> bool:
    """Whether the interval holds the true difference; True when it is told as one number."""
    if after is None:
        assert price.impossible
        return True
    assert not price.impossible
    more = after.shortfall - before.shortfall
    assert price.shortfall_low - 1e-4 <= more <= price.shortfall_high + 1e-4
    if price.low is None:
        return False
    difference = after.objective - before.objective
    slack = 1e-6 * max(1.0, abs(after.objective))
    assert price.low - slack <= difference <= price.high + slack
    assert price.high - price.low <= 10 * slack
    return True


def test_intervals_come_from_bounds():
    """Best between 90 and 100, and between 105 and 120 under the change."""
    problem = tiny_problem([0], [0], rules=Rules(duplicates="allow"))

    def report(value: float, bound: float, status: str = "feasible") -> SolveReport:
        return SolveReport(problem, status, None, value, bound, None, "highs", 0.0, {}, 0.0)

    price = price_between(report(100, 90), report(120, 105), restricts=True)
    assert (price.low, price.high) == (5.0, 30.0)
    price = price_between(report(100, 90), report(98, 80), restricts=True)
    assert (price.low, price.high) == (0.0, 8.0)
    price = price_between(report(100, 90), report(98, 80), restricts=False)
    assert (price.low, price.high) == (-20.0, 8.0)


def test_a_branch_that_nobody_uses_is_told_as_such():
    """C at 300 km must be open, and nobody goes there."""
    problem = tiny_problem(
        [0, 100],
        [0, 100, 300],
        visits=[10, 30],
        rules=Rules(branches_max=3, locked_open=frozenset({2}), duplicates="allow"),
    )
    report = solve_problem(problem, EXACT)
    use = use_of(report, 2, effort=effort(), people=np.array([1000.0, 5000.0]))
    assert (use.points, use.visits_per_year, use.people) == (0, 0.0, 0.0)
    assert use.objective_saved == 0.0
