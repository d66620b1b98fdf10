"""What limits are worth: by hand, and against every network."""

from __future__ import annotations

import pytest
from evaluate.cases import random_problem, with_rules
from evaluate.naive import best_plan
from evaluate.tiny import tiny_problem

from planner.insight import Effort
from planner.insight.worth import worth
from planner.optimize import Limits
from planner.problem import Rules
from planner.solve import solve_problem

EXACT = Limits(30, 0.0)
KEYS = {
    "annual_kes": "annual_max_kes",
    "capital_kes": "capital_max_kes",
    "new_branches": "new_max",
    "duplicates": "duplicates_max",
}


def line(**rules: object):
    """Points and sites at 0, 100 and 200 km; 30, 20 and 10 visits; a branch costs 10."""
    problem = tiny_problem(
        [0, 100, 200],
        [0, 100, 200],
        visits=[30, 20, 10],
        branch_annual_kes=10,
        separation_km=100.0,
        rules=Rules(**{"duplicates": "allow", **rules}),
    )
    return solve_problem(problem, EXACT)


def told(found):
    return [(each.limit, each.now, each.then, *interval(each)) for each in found]


def interval(each):
    """The interval, without rounding in the last digits."""
    return round(each.price.low, 6), round(each.price.high, 6)


def test_branches_one_more_or_fewer_by_hand():
    """Two branches leave the 10 visits 100 km; three none; one (in the middle) 40 visits."""
    report = line(branches_max=2, duplicates="cap", duplicates_max=2)
    found = worth(report, effort=Effort(EXACT))
    assert report.objective == 1000.0
    assert told(found)[:2] == [
        ("branches", 2, 3, -1000.0, -1000.0),
        ("branches", 2, 1, 3000.0, 3000.0),
    ]
    assert all(each.is_told for each in found[:2])


def test_money_by_hand():
    """Twenty pay for two branches; nine more buy nothing, ten more the third."""
    report = line(annual_max_kes=20)
    more, less = worth(report, effort=Effort(EXACT), money_step=9)[:2]
    assert (*interval(more), more.is_told) == (0.0, 0.0, False)
    assert (less.then, *interval(less)) == (11, 3000.0, 3000.0)
    more, *_ = worth(report, effort=Effort(EXACT), money_step=10)
    assert (more.then, *interval(more)) == (30, -1000.0, -1000.0)


def test_duplicates_without_a_cap_start_from_the_plans_own():
    """All three are open: two cliques of two, so two excess duplicates."""
    found = worth(line(), effort=Effort(EXACT))
    assert told(found) == [("duplicates", 2, 1, 1000.0, 1000.0)]


def test_a_limit_that_cannot_be_tighter_is_told_as_impossible():
    report = line(branches_min=1, branches_max=1)
    fewer = worth(report, effort=Effort(EXACT))[1]
    assert (fewer.then, fewer.price.impossible, fewer.is_told) == (0, True, True)


def test_worth_is_what_trying_every_network_finds():
    checked = 0
    for seed in range(20):
        problem = random_problem(seed)
        report = solve_problem(problem, EXACT)
        if report.plan is None or problem.rules.duplicates in ("price", "allow"):
            continue
        base = best_plan(problem)
        for each in worth(report, effort=Effort(EXACT), money_step=500):
            if each.limit == "branches":
                continue
            changes = {KEYS[each.limit]: each.then}
            if each.limit == "duplicates":
                changes["duplicates"] = "cap"
            best = best_plan(with_rules(problem, **changes))
            if best is None:
                assert each.price.impossible
                continue
            difference = best.objective - base.objective
            assert each.price.low == pytest.approx(difference, abs=1e-4)
            assert each.price.high == pytest.approx(difference, abs=1e-4)
            checked += 1
    assert checked >= 8
