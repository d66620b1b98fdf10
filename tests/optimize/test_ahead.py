"""What is found out ahead of the relaxation, where visits pay for room and for long trips."""

from __future__ import annotations

import numpy as np
import pytest
from evaluate.cases import rich_problem
from evaluate.naive import best_plan

from planner.optimize import Limits
from planner.optimize.ahead import look_ahead
from planner.optimize.engine import rules_left_out
from planner.optimize.formulation import Aim, has_soft_rules
from planner.optimize.sets import model_sets
from planner.optimize.state import Search
from planner.problem import PlanningProblem


def searched(problem: PlanningProblem, shortfall: float) -> tuple[Search, object]:
    """A search that has only looked ahead, and what is left to decide."""
    aim = Aim("objective", shortfall) if has_soft_rules(problem) else Aim()
    search = Search(problem, Limits(seconds=60, gap=0.0), aim=aim)
    return search, look_ahead(search, model_sets(problem)).sets


@pytest.fixture(scope="module")
def looked():
    """Problems with a priced rule and some plan, and the state after looking ahead."""
    found = []
    for seed in range(36):
        problem = rich_problem(seed)
        best = best_plan(problem) if rules_left_out(problem) else None
        if best is not None:
            found.append((seed, problem, best, *searched(problem, best.shortfall)))
    assert len(found) >= 12
    return found


def test_bounds_hold_and_plans_keep_the_rules(looked):
    optimal = 0
    for seed, _, best, search, _ in looked:
        assert search.lower <= best.objective * (1 + 1e-7) + 1e-7, seed
        assert search.upper >= best.objective * (1 - 1e-7) - 1e-7, seed
        if search.served is not None:
            assert search.served.shortfall <= best.shortfall + 1e-5, seed
        optimal += search.upper <= best.objective * (1 + 1e-7) + 1e-7
    assert optimal >= 0.8 * len(looked)


def test_what_is_left_holds_every_better_plan(looked):
    """The best plan is left to be found, or has been found already."""
    for seed, _, best, search, left in looked:
        if search.upper <= best.objective * (1 + 1e-7) + 1e-7:
            continue
        plan = best.plan
        assert not (plan.is_open & ~left.most_open).any(), seed
        assert plan.is_open[left.least_open].all(), seed
        assert not (plan.offers & ~left.most_offered).any(), seed
        at = np.flatnonzero(plan.is_open)
        assert left.most_format[at, plan.format[at]].all(), seed


def test_looking_ahead_again_finds_the_same(looked):
    for seed, problem, best, search, left in looked[:3]:
        again, sets = searched(problem, best.shortfall)
        assert (again.upper, again.lower) == (search.upper, search.lower), seed
        assert (sets.most_offered == left.most_offered).all(), seed


def test_one_that_is_stopped_looks_no_further():
    problem = rich_problem(0)
    search = Search(problem, Limits(seconds=60, gap=0.0), asked_to_stop=lambda: True)
    sets = model_sets(problem)
    assert look_ahead(search, sets).sets is sets
    assert search.best is None
