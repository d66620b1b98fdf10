"""Networks that are given: nearest choice, today's branches, announced ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.evaluate import listed_network, nearest_assignment, score, todays_network
from planner.problem import Rules

from .cases import with_rules
from .tiny import tiny_plan, tiny_problem


def test_nearest_able_branch_and_ties_to_the_first():
    problem = tiny_problem(
        [0, 5, 10],
        [0, 10],
        ("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        visits=[[1, 1], [1, 1], [1, 0]],
    )
    rows = tiny_plan(problem, {"A": ["id"], "B": ["id", "passport"]}).assignment
    told = list(zip(rows.point, rows.visit_type, rows.site, strict=True))
    # p1 is 5 km from both: A comes first; who needs both services goes to B; p2 has no "both"
    assert told == [(0, 0, 0), (1, 0, 0), (2, 0, 1), (0, 1, 1), (1, 1, 1)]
    assert rows.share.tolist() == [1] * 5


def test_no_route_means_no_row():
    problem = tiny_problem([0, 5], [0, 10], no_route=[(0, 0), (0, 1), (1, 0)])
    rows = tiny_plan(problem, "AB").assignment
    assert (rows.point.tolist(), rows.site.tolist()) == ([1], [1])


def test_near_by_another_measure():
    problem = tiny_problem([0], [0, 10])
    everything = np.ones(2, bool), np.ones((2, 1), bool)
    rows = nearest_assignment(problem, *everything, cost=-problem.km)
    assert rows.site.tolist() == [1]


def test_listed_networks():
    problem = tiny_problem(
        [0], [0, 1, 2], ("id", "passport"), existing=[0], proposed=[1], today={0: ["passport"]}
    )
    today = todays_network(problem)
    assert today.is_open.tolist() == [True, False, False]
    assert today.offers.tolist() == [[False, True], [False, False], [False, False]]
    announced = listed_network(problem, problem.existing | problem.proposed)
    assert announced.offers.tolist() == [[False, True], [True, True], [False, False]]


def test_formats_of_listed_networks():
    problem = tiny_problem(
        [0],
        [0, 1, 2],
        ("id", "passport"),
        existing=[0],
        proposed=[1, 2],
        today={1: ["id"]},
        formats={"kiosk": ["id"], "office": ["id", "passport"]},
        today_format=[2, -1, -1],
        branch_annual_kes=[[0, 10, 90], [0, 10, 90], [0, 10, 90]],
    )
    # today's format where there is one; else the cheapest that may offer what is listed
    everything = listed_network(problem, problem.existing | problem.proposed)
    assert everything.format.tolist() == [2, 1, 2]
    assert todays_network(problem).format.tolist() == [2, -1, -1]
    locked = with_rules(problem, locked_format={0: 1, 1: 2})
    assert listed_network(locked, problem.existing | problem.proposed).format.tolist() == [2, 2, 2]
    kiosks = replace(problem, format_allowed=np.array([[False, True, False]] * 3))
    assert listed_network(kiosks, problem.proposed).format.tolist() == [-1, 1, 1]


def test_nearest_choice_may_break_a_capacity_and_that_is_told():
    problem = tiny_problem(
        [0], [0, 5], existing=[0], capacity_visits=4.0, rules=Rules(capacity="hard")
    )
    assert score(problem, todays_network(problem)).violations == (
        "A (area 001) serves 10 visits a year; it can serve 4: 6 too many.",
    )
