"""Standards and the worst-served tail in the objective, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate import score
from planner.plan import Assignment
from planner.problem import Rules, Standard

from .cases import with_rules
from .naive import best_plan
from .tiny import tiny_plan, tiny_problem

# Three villages 0, 30 and 60 minutes from A; the last is an area of its own.
ROAD = {
    "points": [0, 30, 60],
    "sites": [0, 60],
    "visits": [50.0, 30.0, 20.0],
    "point_area": [0, 0, 1],
    "site_area": [0, 1],
}


def told(problem, plan):
    return score(problem, plan).violations


def test_a_national_standard_by_hand():
    problem = tiny_problem(**ROAD, rules=Rules(standards=(Standard(0, None, 0.8, 30.0),)))
    # 30 minutes are within 30: 50 + 30 of 100
    judged = score(problem, tiny_plan(problem, "A"))
    assert judged.violations == ()
    (entry,) = judged.standards
    assert (entry.visits, entry.visits_within, entry.share_reached) == (100, 80, 0.8)
    assert entry.visits_short == 0
    stricter = with_rules(problem, standards=(Standard(0, None, 0.81, 30.0),))
    assert told(stricter, tiny_plan(problem, "A")) == (
        (
            "Only 80 of 100 visits a year for passport travel no longer than 30 minutes; "
            "0.81 of them must: 1 too few."
        ),
    )


def test_a_standard_of_one_area_by_hand():
    problem = tiny_problem(**ROAD, rules=Rules(standards=(Standard(0, 1, 0.5, 45.0),)))
    assert told(problem, tiny_plan(problem, "A")) == (
        (
            "Only 0 of 20 visits a year for passport from area 002 travel no longer than "
            "45 minutes; 0.5 of them must: 10 too few."
        ),
    )
    assert told(problem, tiny_plan(problem, "AB")) == ()


def test_soft_standards_are_missed_by_visits():
    standards = (Standard(0, None, 0.9, 30.0, is_hard=False), Standard(0, 1, 0.5, 45.0, False))
    problem = tiny_problem(**ROAD, rules=Rules(standards=standards))
    judged = score(problem, tiny_plan(problem, "A"))
    assert judged.violations == ()
    assert [entry.visits_short for entry in judged.standards] == [pytest.approx(10), 10]
    assert judged.shortfall == judged.kpis.shortfall_visits_per_year == pytest.approx(20)


def test_who_is_not_served_counts_as_too_far():
    problem = tiny_problem(
        **ROAD, no_route=[(2, 0), (2, 1)], rules=Rules(standards=(Standard(0, None, 0.81, 99.0),))
    )
    judged = score(problem, tiny_plan(problem, "A"))
    assert (judged.standards[0].visits, judged.standards[0].share_reached) == (100, 0.8)
    assert len(judged.violations) == 1


def test_only_visits_in_which_the_service_is_worked_on_count():
    problem = tiny_problem(
        [0, 50],
        [0],
        ("id", "passport"),
        visit_types={"id": ["id"], "collect": ["id", "passport"]},
        does={"collect": ["passport"]},
        visits=[[10, 1], [20, 2]],
        rules=Rules(standards=(Standard(1, None, 0.0, 30.0), Standard(0, None, 0.0, 30.0))),
    )
    passports, ids = score(problem, tiny_plan(problem, "A")).standards
    assert (passports.visits_within, passports.visits) == (1, 3)
    assert (ids.visits_within, ids.visits) == (10, 30)


def test_a_standard_without_visits_is_kept():
    problem = tiny_problem(
        **{**ROAD, "visits": 0.0}, rules=Rules(standards=(Standard(0, 1, 1, 1),))
    )
    judged = score(problem, tiny_plan(problem, "A"))
    assert (judged.violations, judged.standards[0].share_reached) == ((), None)


def test_the_tail_in_the_objective_by_hand():
    problem = tiny_problem(**ROAD, rules=Rules(tail_share=0.25, tail_beta=0.3))
    parts = score(problem, tiny_plan(problem, "A")).objective
    # T = 30 x 30 + 20 x 60 = 2100; the worst 30 of 100: 20 of 60 minutes and 10 of 30, mean 50
    assert (parts.travel, parts.tail) == (
        pytest.approx(0.75 * 2100),
        pytest.approx(0.25 * 100 * 50),
    )
    only = with_rules(problem, tail_share=1.0)
    assert score(only, tiny_plan(problem, "A")).objective.total == pytest.approx(5000)
    none = with_rules(problem, tail_share=0.0)
    assert score(none, tiny_plan(problem, "A")).objective.tail == 0


def test_the_tail_is_of_points_and_their_means():
    """p1 sends half of its 30 visits 30 minutes each way: its mean counts, not its trips."""
    problem = tiny_problem(
        [0, 10], [0, 50], visits=[70.0, 30.0], rules=Rules(tail_share=1.0, tail_beta=0.15)
    )
    plan = tiny_plan(problem, "AB")
    rows = Assignment(
        np.array([0, 1, 1]), np.zeros(3, int), np.array([0, 0, 1]), np.array([1, 0.5, 0.5])
    )
    # 10 and 40 minutes, 25 on average, is the mean of the worst 15 of 100
    judged = score(problem, replace(plan, assignment=rows))
    assert judged.objective.total == pytest.approx(100 * 25)


def test_a_tail_leaves_out_who_is_not_served():
    problem = tiny_problem(
        **ROAD, no_route=[(2, 0), (2, 1)], rules=Rules(tail_share=1.0, tail_beta=0.375)
    )
    # 80 visits can be served; the worst 30 of them travel 30 minutes
    assert score(problem, tiny_plan(problem, "A")).objective.total == pytest.approx(80 * 30)


# -- the oracle, by hand -------------------------------------------------------------------


def test_the_oracle_splits_who_does_not_fit():
    problem = tiny_problem(
        [0],
        [0, 10],
        visits=30.0,
        capacity_visits=[20.0, 100.0],
        rules=Rules(capacity="hard"),
    )
    best = best_plan(problem)
    assert (best.objective, best.shortfall) == (pytest.approx(10 * 10), 0)
    alone = best_plan(with_rules(problem, assignment="single"))
    assert alone.objective == pytest.approx(30 * 10)
    tight = replace(problem, capacity_visits=np.array([[20.0], [5.0]]))
    assert best_plan(tight) is None
    soft = best_plan(with_rules(tight, capacity="soft"))
    # 5 of 30 do not fit anywhere; they are better off at A
    assert (soft.shortfall, soft.objective) == (pytest.approx(5), pytest.approx(5 * 10))


def test_the_oracle_sends_people_farther_for_a_standard_in_minutes():
    """By kilometres B is nearer, by minutes A: the standard asks for half of them at A."""
    problem = tiny_problem([0], [8, 10], visits=20.0, impedance_per_km=1.0)
    problem = replace(problem, minutes=np.array([[90.0, 30.0]]))
    half = with_rules(problem, standards=(Standard(0, None, 0.5, 30.0),))
    assert best_plan(problem).objective == 160
    assert best_plan(half).objective == pytest.approx(10 * 8 + 10 * 10)


def test_the_oracle_sets_whole_counters_aside():
    """600 + 600 minutes need four counters of 500, where three would do pooled."""
    rules = Rules(capacity="hard", counters="by_service", branches_max=1)
    problem = tiny_problem(
        [0],
        [0, 9],
        ("id", "passport"),
        visits=[[60.0, 30.0]],
        service_counter_min=[10.0, 20.0],
        counter_minutes_per_year=500.0,
        counters=[3.0, 4.0],
        rules=rules,
    )
    best = best_plan(problem)
    assert best.plan.is_open.tolist() == [False, True]
    assert best.plan.counters.tolist() == [[0, 0], [2, 2]]
    assert best_plan(with_rules(problem, counters="pooled")).plan.is_open.tolist() == [True, False]
