"""What merging a pair would mean, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate import duplicate_pairs
from planner.evaluate.cliques import allowance
from planner.problem import Rules

from .tiny import tiny_plan, tiny_problem

# Towns at 0 and 10 km with 100 and 30 visits for passports each, a third at 50 km; a km takes
# two minutes. B also issues ids.
TOWNS = {
    "points": [0, 10, 50],
    "sites": [0, 10, 50],
    "services": ("passport", "id"),
    "visits": [[100.0, 0.0], [30.0, 8.0], [20.0, 0.0]],
    "minutes_per_km": 2.0,
    "separation_km": 10.0,
    "branch_annual_kes": [500, 700, 900],
    "offering_annual_kes": [40, 50],
}
MIXES = {"A": ["passport"], "B": ["passport", "id"], "C": ["passport"]}


def test_the_better_of_the_two_stops():
    problem = tiny_problem(**TOWNS)
    (pair,) = duplicate_pairs(problem, tiny_plan(problem, MIXES))
    assert (pair.km, pair.minutes, pair.separation_min) == (10, 20, -1)
    # Without B 30 visits travel 20 minutes more; without A 100 would. B keeps its ids.
    merge = pair.merge
    assert (merge.site, merge.visits, merge.stranded) == (1, 30, 0)
    assert (merge.extra_min_per_year, merge.extra_min_per_visit) == (600, 20)
    assert merge.saved_kes_per_year == 40


def test_a_branch_that_has_nothing_left_saves_its_own_cost():
    problem = tiny_problem(**TOWNS)
    (pair,) = duplicate_pairs(problem, tiny_plan(problem, {**MIXES, "B": ["passport"]}))
    assert (pair.merge.site, pair.merge.saved_kes_per_year) == (1, 740)


def test_everyone_goes_to_the_next_nearest_of_the_plan_not_to_the_other_of_the_pair():
    problem = tiny_problem([10], [0, 10, 12], separation_km=[[[0, 10, 0], [10, 0, 0], [0, 0, 0]]])
    (pair,) = duplicate_pairs(problem, tiny_plan(problem, "ABC"))
    # A serves nobody: it stops for nothing
    assert (pair.merge.site, pair.merge.visits, pair.merge.extra_min_per_visit) == (0, 0, None)
    near_b = replace(problem, visits=np.array([[10.0]]))
    far = duplicate_pairs(near_b, tiny_plan(near_b, "BC"), 5.0)
    assert [p.merge.site for p in far] == [2]


def test_who_needs_another_service_too_may_have_nowhere_to_go():
    problem = tiny_problem(
        [0, 10],
        [0, 10],
        ("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        visits=[[1.0, 20.0], [30.0, 0.0]],
        separation_km=10.0,
    )
    plan = tiny_plan(problem, {"A": ["id", "passport"], "B": ["id"]})
    (pair,) = duplicate_pairs(problem, plan)
    # without ids at A the 20 visits for both would be stranded, so B stops: 30 x 10 minutes
    assert (pair.merge.site, pair.merge.stranded, pair.merge.extra_min_per_year) == (1, 0, 300)
    minutes = problem.minutes.copy()
    minutes[1, 0] = np.inf
    cut = replace(problem, minutes=minutes, impedance=minutes.copy())
    (pair,) = duplicate_pairs(cut, plan)
    # now whoever lives at p1 cannot reach A: 30 visits stranded against 20
    assert (pair.merge.site, pair.merge.visits, pair.merge.stranded) == (0, 21, 20)
    assert pair.merge.extra_min_per_visit == 10


def test_shares_count_in_part_and_the_format_tells_the_cost():
    problem = tiny_problem(
        [0],
        [0, 10],
        visits=40.0,
        separation_km=10.0,
        formats={"small": ["passport"], "large": ["passport"]},
        branch_annual_kes=[[1, 20, 300], [1, 50, 600]],
        offering_annual_kes=7,
    )
    plan = tiny_plan(problem, "AB")
    rows = plan.assignment
    split = replace(
        rows,
        point=np.array([0, 0]),
        visit_type=np.array([0, 0]),
        site=np.array([0, 1]),
        share=np.array([0.75, 0.25]),
    )
    plan = replace(plan, assignment=split, format=np.array([2, 1]))
    (pair,) = duplicate_pairs(problem, plan)
    # B's 10 visits would travel 10 minutes less than now
    assert (pair.merge.site, pair.merge.visits, pair.merge.extra_min_per_year) == (1, 10, -100)
    assert pair.merge.saved_kes_per_year == 57


def test_pairs_by_minutes():
    problem = tiny_problem(
        [0, 20], [0, 20], minutes_per_km=3.0, separation_km=-1, separation_min=60.0
    )
    (pair,) = duplicate_pairs(problem, tiny_plan(problem, "AB"))
    assert (pair.minutes, pair.separation_min, pair.separation_km) == (60, 60, -1)
    assert duplicate_pairs(problem, tiny_plan(problem, "AB"), 10.0) == ()


def test_capacity_of_a_pair_is_that_of_the_best_format():
    problem = tiny_problem(
        [0],
        [0, 1],
        ("id", "passport"),
        visits=[[100.0, 10.0]],
        separation_km=5.0,
        formats={"kiosk": ["id"], "office": ["id", "passport"]},
        format_allowed=[[False, True, True], [False, True, False]],
        counters=[[9, 9, 2], [9, 1, 9]],
        counter_minutes_per_year=500.0,
        service_counter_min=[10.0, 20.0],
        capacity_visits=[[999, 80, 95], [999, 60, 999]],
        rules=Rules(duplicates="forbid"),
    )
    plan = replace(tiny_plan(problem, {"A": ["id"], "B": ["id"]}), format=np.array([1, 1]))
    (pair,) = duplicate_pairs(problem, plan)
    # A: kiosk 80, office min(95, 2 x 500 / 10) = 95; B: kiosk min(60, 50) = 50
    assert (pair.capacity, pair.load, pair.justified) == (95, 100, True)


@pytest.mark.parametrize(("near_min", "told"), [(-1.0, 1), (10.0, 2)])
def test_load_is_near_by_kilometres_or_minutes(near_min, told):
    problem = tiny_problem(
        [0, 10],
        [0, 1],
        visits=100.0,
        separation_km=5.0,
        near_min=near_min,
        capacity_visits=150.0,
    )
    assert allowance(problem, 0, (0, 1)) == told
