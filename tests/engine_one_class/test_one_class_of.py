"""When a planning problem is one of a single demand class, and what comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluate.tiny import tiny_problem
from optimize.problems import best_median, median_problem

from planner.optimize import Limits, find_plan
from planner.optimize.engine.one_class_problem import one_class_of, solve_problem
from planner.optimize.network import cheapest_choice, objective_of
from planner.optimize.sets import model_sets
from planner.problem import Rules, Standard


def solved(problem):
    sets = model_sets(problem)
    case = one_class_of(problem, sets)
    assert case is not None
    result, network = solve_problem(case, gap=0.0, seconds=60.0)
    assert result.proved
    value = objective_of(problem, sets, network, cheapest_choice(problem, network))
    assert value == pytest.approx(result.upper, rel=1e-9)
    return result, network


@pytest.mark.parametrize("seed", range(4))
def test_a_p_median_with_visits(seed):
    problem = median_problem(seed, points=25, sites=12, chosen=3)
    result, network = solved(problem)
    assert result.upper == pytest.approx(best_median(problem, 3), rel=1e-9)
    assert network.is_open.sum() == 3
    assert np.array_equal(network.offers[:, 0], network.is_open)


@pytest.mark.parametrize("seed", range(4))
def test_money_locks_and_missing_routes_as_the_whole_model(seed):
    draw = np.random.default_rng(seed)
    problem = tiny_problem(
        points=draw.integers(0, 300, (9, 2)),
        sites=draw.integers(0, 300, (7, 2)),
        visits=draw.integers(0, 90, 9),
        no_route=[(0, j) for j in range(7)] + [(1, 2), (3, 4)],
        existing=[1],
        today={1: ["passport"]},
        branch_annual_kes=draw.integers(100, 5_000, 7),
        offering_annual_kes=draw.integers(0, 900, (7, 1)),
        rules=Rules(
            objective="total_cost",
            branches_max=5,
            duplicates="allow",
            locked_open=frozenset({3}),
            locked_closed=frozenset({5}),
        ),
    )
    result, network = solved(problem)
    answer = find_plan(problem, Limits(seconds=30, gap=0.0))
    assert answer.objective == pytest.approx(result.upper, rel=1e-6)
    assert network.is_open[[1, 3]].all()
    assert not network.is_open[5]


@pytest.mark.parametrize(
    "rules",
    [
        {"annual_max_kes": 10},
        {"capacity": "hard"},
        {"floor_branches": 1},
        {"tail_share": 0.1},
        {"new_max": 1},
        {"standards": (Standard(0, None, 0.5, 10.0),)},
        {"branches_min": 3, "branches_max": 2},
    ],
)
def test_other_rules_are_not_of_this_kind(rules):
    problem = median_problem(1)
    assert one_class_of(problem, model_sets(problem)) is not None
    other = replace(problem, rules=replace(problem.rules, **rules))
    assert one_class_of(other, model_sets(other)) is None


def test_a_lock_that_strands_people_is_left_to_the_explanation():
    problem = tiny_problem(
        points=[(0, 0), (9, 9)],
        sites=[(0, 0), (9, 9)],
        no_route=[(0, 1), (1, 0)],
        rules=Rules(duplicates="allow", locked_closed=frozenset({1})),
    )
    assert one_class_of(problem, model_sets(problem)) is None


def test_two_kinds_of_visits_are_not_one():
    problem = tiny_problem(
        points=[(0, 0), (9, 9)],
        sites=[(0, 0), (9, 9)],
        services=("id", "passport"),
        visit_types={"id": ["id"], "passport": ["passport"]},
        visits=np.ones((2, 2)),
        rules=Rules(duplicates="allow"),
    )
    assert one_class_of(problem, model_sets(problem)) is None
