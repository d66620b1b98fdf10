"""Min-max regret: a matrix by hand, and against every network of small problems."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import random_problem
from evaluate.naive import keeps_rules, objective, right_networks, with_nearest_choice
from evaluate.tiny import tiny_plan, tiny_problem

from planner.insight import Effort
from planner.insight.lost import question_without
from planner.insight.regret import Future, regrets
from planner.insight.robust_told import _says
from planner.optimize import Limits
from planner.problem import PlanningProblem, Rules
from planner.solve import solve_problem

EXACT = Limits(60, 0.0)


def one_branch(visits):
    """Towns at 0 and 100, sites there and halfway, one branch."""
    return tiny_problem(
        [0, 100], [0, 100, 50], visits=visits, rules=Rules(branches_max=1, duplicates="allow")
    )


def test_the_matrix_by_hand():
    """Left costs 1000 and 3000, right 2000 and 1000, halfway 1500 and 2000.

    Regrets: left 0 and 2000, right 1000 and 0, halfway 500 and 1000: right and halfway tie at
    1000, and right has the smaller mean.
    """
    now, then = one_branch([20, 10]), one_branch([10, 30])
    plans = [tiny_plan(now, [name]) for name in "ABC"]
    futures = [Future("as_is", "as_is", now, bound=900.0), Future("then", "high", then)]
    found = regrets(plans, futures, effort=Effort(EXACT))
    table = [[cell.objective for cell in row] for row in found.cells]
    assert table == [[1000, 3000], [2000, 1000], [1500, 2000]]
    assert [[cell.low for cell in row] for row in found.cells] == [
        [0, 2000],
        [1000, 0],
        [500, 1000],
    ]
    assert [row[0].high for row in found.cells] == [100, 1100, 600]
    assert [row[1].high for row in found.cells] == [None, None, None]
    assert [found.worst(plan) for plan in range(3)] == [1, 0, 1]
    assert [found.mean(plan) for plan in range(3)] == [1000, 500, 750]
    assert found.order == (1, 2, 0)
    assert found.cells[2][0].extra_min == pytest.approx(50 - 1000 / 30)


def test_an_answer_that_is_no_plan_sets_the_mark():
    now = one_branch([20, 10])
    answer = solve_problem(now, EXACT)
    future = Future("as_is", "as_is", now, answer, answer.bound)
    found = regrets([tiny_plan(now, ["C"])], [future], effort=Effort(EXACT))
    assert found.cells[0][0].low == 500.0
    assert found.cells[0][0].high == pytest.approx(500.0)


def test_a_lost_branch_is_held_without_it():
    """Two branches; without B, C's plan costs 100 x 10 and A's 50 x 10 less."""
    problem = tiny_problem(
        [0, 100],
        [0, 100, 50],
        visits=[10, 10],
        rules=Rules(branches_min=2, branches_max=2, duplicates="allow"),
    )
    plans = [tiny_plan(problem, ["A", "B"]), tiny_plan(problem, ["B", "C"])]
    futures = [
        Future("as_is", "as_is", problem),
        Future("B", "lost", question_without(problem, 1), lost=1),
        Future("A", "lost", question_without(problem, 0), lost=0),
    ]
    found = regrets(plans, futures, effort=Effort(EXACT))
    assert [[cell.objective for cell in row] for row in found.cells] == [
        [0, 1000, 1000],
        [500, 1000, 500],
    ]
    assert all(cell.keeps_rules for row in found.cells for cell in row)
    assert [[cell.low for cell in row] for row in found.cells] == [[0, 0, 500], [500, 0, 0]]
    assert found.order == (0, 1)


def test_visits_that_miss_rules_come_before_travel():
    """Both services at A, or ids at A and permits at B: without B nobody offers permits."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        services=("id", "permit"),
        visits=[[10, 5], [10, 5]],
        rules=Rules(duplicates="allow"),
    )
    plans = [
        tiny_plan(problem, {"A": ["id"], "B": ["id", "permit"]}),
        tiny_plan(problem, {"A": ["id", "permit"]}),
    ]
    futures = [
        Future("as_is", "as_is", problem),
        Future("B", "lost", question_without(problem, 1), lost=1),
    ]
    found = regrets(plans, futures, effort=Effort(EXACT))
    lost = found.cells[0][1]
    assert (lost.keeps_rules, lost.missed_more, lost.low) == (False, 10.0, None)
    assert found.mean(0) is None
    assert found.cells[1][1].low == 0.0
    assert found.order == (1, 0)


def test_other_rules_that_break_come_first_of_all():
    now = one_branch([20, 10])
    plans = [tiny_plan(now, ["A", "B"]), tiny_plan(now, ["B"])]
    found = regrets(plans, [Future("as_is", "as_is", now)], effort=Effort(EXACT))
    assert found.cells[0][0].breaks_more
    assert "2 branches" in found.cells[0][0].broken
    assert found.cells[1][0].low == 0.0
    assert found.order == (1, 0)


def test_none_is_called_safe_where_each_breaks_a_rule_somewhere():
    one = one_branch([20, 10])
    two = replace(one, rules=Rules(branches_min=2, duplicates="allow"))
    plans = [tiny_plan(one, ["A", "B"]), tiny_plan(one, ["B"])]
    futures = [Future("one", "high", one), Future("two", "low", two)]
    assert _says(regrets(plans, futures, effort=Effort(EXACT))) == "none"
    assert _says(regrets(plans, futures[:1], effort=Effort(EXACT))) == "safer"
    assert _says(regrets(plans, futures[1:], effort=Effort(EXACT))) == "same"


def futures_of(problem: PlanningProblem, seed: int) -> list[PlanningProblem]:
    rng = np.random.default_rng(seed)
    return [
        problem,
        *(
            replace(problem, visits=problem.visits * rng.uniform(0.2, 3, problem.visits.shape))
            for _ in range(3)
        ),
    ]


def test_the_safest_plan_is_the_safest_of_all_networks():
    """Held against all networks, the least largest regret is that of loops over everything."""
    checked = 0
    for seed in range(20):
        worlds = futures_of(random_problem(seed), seed)
        plans = list(right_networks(worlds[0]))[:60]
        if len(plans) < 3:
            continue
        checked += 1
        futures = [Future(str(n), "high", world) for n, world in enumerate(worlds)]
        found = regrets(plans, futures, effort=Effort(EXACT))
        values = np.full((len(plans), len(worlds)), np.inf)
        for p, plan in enumerate(plans):
            for n, world in enumerate(worlds):
                anew = with_nearest_choice(world, plan.is_open, plan.offers, plan.format)
                if keeps_rules(world, anew):
                    values[p, n] = objective(world, anew)
        usable = np.isfinite(values.min(axis=0)).all()
        if not usable:
            continue
        largest = (values - values.min(axis=0)).max(axis=1)
        best = found.order[0]
        if np.isfinite(largest.min()):
            assert largest[best] == pytest.approx(largest.min(), rel=1e-6, abs=1e-6)
            assert found.largest(best).low == pytest.approx(largest.min(), rel=1e-6, abs=1e-6)
    assert checked >= 8


def test_futures_that_time_does_not_suffice_for_are_named():
    now = one_branch([20, 10])
    left = iter([False] * 3)
    effort = Effort(EXACT, should_stop=lambda: next(left, True))
    futures = [Future(str(n), "high", now) for n in range(4)]
    found = regrets([tiny_plan(now, ["A"])], futures, effort=effort)
    assert len(found.futures) + len(found.left_out) == 4
    assert found.left_out
    assert all(len(row) == len(found.futures) for row in found.cells)
