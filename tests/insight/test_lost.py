"""A lost branch: the shock by hand, and the best plan without it against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from evaluate.cases import random_problem, rich_problem
from evaluate.naive import best_plan
from evaluate.tiny import tiny_plan, tiny_problem

from planner.evaluate import score
from planner.insight import Effort
from planner.insight.lost import (
    branches_to_lose,
    network_without,
    plan_without,
    question_without,
)
from planner.insight.lost_shock import hurts_most, shocks
from planner.optimize import Limits
from planner.problem import Rules
from planner.solve import solve_problem

EXACT = Limits(30, 0.0)


@pytest.fixture
def line():
    """Points at 0, 100 and 300 (areas 0, 0 and 1), branches at 0, 110 and 300; C alone has permits.

    10, 20 and 30 visits for ids from each point, 5 permits from the last.
    """
    problem = tiny_problem(
        [0, 100, 300],
        [0, 110, 300],
        services=("id", "permit"),
        visits=[[10, 0], [20, 0], [30, 5]],
        point_area=[0, 0, 1],
        site_area=[0, 0, 1],
        capacity_visits=[40, 25, np.inf],
    )
    return problem, tiny_plan(problem, {"A": ["id"], "B": ["id"], "C": ["id", "permit"]})


def test_the_shock_by_hand(line):
    problem, plan = line
    first, second, third = shocks(problem, plan)
    # A: 10 visits go from 0 to B, 110 min more each; B then has 30 where it can serve 25.
    assert (first.visits, first.moved, first.stranded) == (10.0, 10.0, 0.0)
    assert [(m.site, m.visits, m.minutes, m.before_min) for m in first.moves] == [(1, 10, 110, 0)]
    assert first.extra_min == 1100.0
    assert first.extra_min_per_visit == 110.0
    assert (first.worst_area, first.worst_area_min) == (0, pytest.approx(1100 / 30))
    assert (first.overrun, first.overfull) == (5.0, (1,))
    assert first.mean_min == pytest.approx((1100 + 20 * 10) / 65)
    assert first.services == ()
    # B: 20 visits go from 100 to A, 90 min more.
    assert [(m.site, m.visits) for m in second.moves] == [(0, 20)]
    assert second.extra_min == 20 * 90
    assert second.overrun == 0.0
    # C: 30 visits go 190 min to B; 5 permits find nobody.
    assert [(m.site, m.visits) for m in third.moves] == [(1, 30)]
    assert (third.stranded, third.services) == (5.0, (1,))
    assert third.extra_min == 30 * 190
    assert (third.worst_area, third.worst_area_min) == (1, 190.0)
    assert third.overrun == 25.0
    worst = hurts_most([first, second, third])
    assert worst is not None
    assert worst.site == 2
    assert hurts_most([]) is None


def test_no_more_visits_find_no_room_than_move():
    """All 100 long visits of B come to A, which has room for 100 minutes and work for 20 of them.

    Its work is then 920 minutes above its room, 108 visits of the mean 8.5 minutes; 100 moved.
    """
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        services=("long", "short"),
        visits=[[0, 20], [100, 0]],
        service_counter_min=[10.0, 1.0],
        counters=[1, 20],
        counter_minutes_per_year=100.0,
    )
    _, second = shocks(problem, tiny_plan(problem, "AB"))
    assert (second.visits, second.moved, second.overrun) == (100.0, 100.0, 100.0)


def test_nobody_is_lost_or_counted_twice():
    checked = 0
    for seed in range(20):
        problem = rich_problem(seed)
        report = solve_problem(problem, EXACT)
        if report.plan is None:
            continue
        before = score(problem, report.plan)
        for each in shocks(problem, report.plan):
            checked += 1
            after = score(problem, each.network)
            assert each.moved + each.stranded == pytest.approx(each.visits)
            lost = after.kpis.unserved_visits_per_year - before.kpis.unserved_visits_per_year
            assert each.stranded == pytest.approx(lost, abs=1e-6)
            assert each.mean_min == pytest.approx(after.kpis.mean_min)
            if not each.stranded:
                served = before.kpis.visits_per_year - before.kpis.unserved_visits_per_year
                rise = ((after.kpis.mean_min or 0) - (before.kpis.mean_min or 0)) * served
                assert each.extra_min == pytest.approx(rise, abs=1e-6)
    assert checked > 20


def test_the_question_without_a_branch_waives_least_numbers():
    rules = Rules(branches_min=2, branches_max=2, floor_branches=1, floor_services={0: 1})
    problem = tiny_problem([0], [0, 10], existing=[0], closing_kes=7, rules=rules)
    free = question_without(problem, 0)
    assert (free.rules.branches_min, free.rules.floor_branches) == (None, 0)
    assert free.rules.floor_services is None
    assert free.rules.branches_max == 2
    assert free.rules.locked_closed == {0}
    assert free.closing_kes.tolist() == [0, 7]
    left = network_without(tiny_plan(problem, ["A", "B"]), 0)
    assert left.is_open.tolist() == [False, True]
    assert left.format.tolist() == [-1, 0]


@pytest.mark.parametrize("make", [random_problem, rich_problem])
def test_the_best_plan_without_a_branch_is_the_best_there_is(make):
    checked = 0
    for seed in range(8):
        problem = make(seed)
        report = solve_problem(problem, EXACT)
        if report.plan is None:
            continue
        for site in branches_to_lose(problem, report.plan):
            found = plan_without(report, site, effort=Effort(EXACT))
            best = best_plan(found.answer.problem)
            free = best_plan(question_without(problem, site))
            checked += 1
            if best is None:
                assert found.answer.plan is None
                continue
            assert found.answer.objective == pytest.approx(best.objective)
            assert not found.answer.plan.is_open[site]
            assert site not in found.closes
            if found.floor is not None and free is not None and not free.shortfall:
                assert found.floor <= free.objective + 1e-6
    assert checked >= 8


def test_what_the_rules_force_is_not_lost_unless_it_is_a_branch_of_today():
    rules = Rules(locked_open=frozenset({2}), duplicates="allow")
    problem = tiny_problem([0], [0, 1, 2, 3], existing=[1], rules=rules)
    plan = tiny_plan(problem, ["A", "B", "C", "D"])
    assert branches_to_lose(problem, plan) == (0, 3, 1)
