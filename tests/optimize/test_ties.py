"""Among plans of equal objective: the cheaper a year, fewer changes, the first in the pack."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from evaluate.tiny import tiny_problem

from planner.optimize import Answer, Limits, find_plan
from planner.problem import PlanningProblem, Rules

BOTH = ("id", "passport")
FREE = Rules(duplicates="allow")


def solved(problem: PlanningProblem) -> Answer:
    answer = find_plan(problem, Limits(30, 0.0))
    assert answer.status == "optimal"
    return answer


def test_what_no_visit_uses_is_not_paid_for():
    """Everyone is at A; B would only cost money, and at A nobody wants passports."""
    problem = tiny_problem(
        [0],
        [0, 50],
        BOTH,
        visit_types={"id": ["id"]},
        branch_annual_kes=9,
        offering_annual_kes=[[2, 3]],
        rules=FREE,
    )
    plan = solved(problem).plan
    assert plan.offers.tolist() == [[True, False], [False, False]]
    assert plan.is_open.tolist() == [True, False]


def test_what_a_rule_asks_for_stays_though_nobody_uses_it():
    problem = tiny_problem(
        [0], [0, 50, 60], site_area=[0, 1, 1], areas=2, branch_annual_kes=[9, 9, 8], rules=FREE
    )
    floored = replace(problem, rules=replace(FREE, floor_branches=1))
    assert solved(floored).plan.is_open.tolist() == [True, False, True]
    many = replace(problem, rules=replace(FREE, branches_min=3))
    assert solved(many).plan.is_open.all()
    locked = replace(problem, rules=replace(FREE, locked_open=frozenset({1})))
    assert solved(locked).plan.is_open.tolist() == [True, True, False]


def test_the_cheaper_of_two_that_are_equally_near():
    problem = tiny_problem([5], [0, 10], branch_annual_kes=[7, 6], rules=FREE)
    one = replace(problem, rules=replace(FREE, branches_max=1))
    assert solved(one).plan.is_open.tolist() == [False, True]
    formats = tiny_problem(
        [5],
        [0],
        formats={"large": ["passport"], "small": ["passport"]},
        branch_annual_kes=[[0, 9, 4]],
        rules=FREE,
    )
    assert solved(formats).plan.format.tolist() == [2]


def test_at_equal_cost_what_is_there_today_stays():
    problem = tiny_problem([5], [0, 10], existing=[1], branch_annual_kes=7)
    moving = replace(problem, rules=replace(FREE, branches_max=1, existing="may_close"))
    assert solved(moving).plan.is_open.tolist() == [False, True]


def test_else_the_first_of_the_pack():
    problem = tiny_problem([5, 5], [10, 0, 10], branch_annual_kes=7)
    one = replace(problem, rules=replace(FREE, branches_max=1))
    assert solved(one).plan.is_open.tolist() == [True, False, False]


def test_closing_what_nobody_uses_must_be_paid_for():
    """B stands empty and costs 9 a year; closing it takes 40 of capital."""
    problem = tiny_problem([0], [0, 50], existing=[1], closing_kes=40, branch_annual_kes=9)
    for capital, is_open in ((40, [True, False]), (39, [True, True])):
        rules = replace(FREE, existing="may_close", capital_max_kes=capital)
        assert solved(replace(problem, rules=rules)).plan.is_open.tolist() == is_open


def test_objectives_that_differ_a_little_are_not_equal():
    """B is a millionth nearer and dearer."""
    problem = tiny_problem([5], [0, 10 - 5e-6], branch_annual_kes=[6, 7], rules=FREE)
    one = replace(problem, rules=replace(FREE, branches_max=1))
    assert solved(one).plan.is_open.tolist() == [False, True]
    assert np.isclose(solved(one).objective, 50, rtol=1e-4)
