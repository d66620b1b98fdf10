"""Scores worked by hand, and what must hold of every score."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.evaluate import score, todays_network
from planner.evaluate.means import tail_mean
from planner.plan import Assignment, Plan
from planner.problem import Rules

from .cases import random_problem, rich_problem
from .naive import best_network, every_network
from .tiny import tiny_plan, tiny_problem

# Three villages along a road and two towns at its ends; a kilometre takes two minutes.
#
#   km   0    10         40
#        p0   p1         p2         visits a year: 100, 50, 10
#        A               B
VILLAGES = {
    "points": [0, 10, 40],
    "sites": [0, 40],
    "visits": [100.0, 50.0, 10.0],
    "minutes_per_km": 2.0,
    "point_area": [0, 0, 1],
    "site_area": [0, 1],
    "areas": 3,
}


def test_one_branch_by_hand():
    problem = tiny_problem(
        **VILLAGES,
        standard_min=20.0,
        existing=[1],
        capital_kes=[7000, 9000],
        branch_annual_kes=[500, 600],
        offering_annual_kes=30,
        rules=Rules(existing="may_close"),
    )
    judged = score(problem, tiny_plan(problem, "A"))
    kpis = judged.kpis
    assert judged.violations == ()
    assert kpis.visits_per_year == 160
    assert kpis.unserved_visits_per_year == 0
    # 100 x 0 + 50 x 20 + 10 x 80 = 1800 minutes; 900 km
    assert kpis.mean_min == 1800 / 160
    assert kpis.mean_km == 900 / 160
    # 20 minutes are within the standard of 20; 80 are not
    assert kpis.within_standard == 150 / 160
    # a tenth of 160 visits is 16: 10 of 80 minutes and 6 of 20
    assert kpis.worst_tenth_min == (10 * 80 + 6 * 20) / 16
    assert (kpis.branches, kpis.offerings, kpis.areas_without_branch) == (1, 1, 2)
    assert (kpis.capital_kes, kpis.annual_kes) == (7000, 530)
    assert judged.objective.travel == judged.objective.total == 1800
    assert judged.point_min.tolist() == [0, 20, 80]
    # the second area's people are counted there, though their branch lies in the first
    assert [area.mean_min for area in judged.areas] == [1000 / 150, 80, None]
    assert [area.worst_min for area in judged.areas] == [20, 80, None]


def test_branches_and_areas_by_hand():
    problem = tiny_problem(**VILLAGES, existing=[1], capital_kes=[7000, 9000], standard_min=15)
    judged = score(problem, tiny_plan(problem, "AB"))
    a, b = judged.branches
    assert (a.site, a.services, a.visits_per_year, a.capital_kes) == (0, (0,), 150, 7000)
    assert (a.mean_min, a.mean_km) == (50 * 20 / 150, 50 * 10 / 150)
    assert (b.site, b.visits_per_year, b.mean_min, b.capital_kes) == (1, 10, 0, 0)
    first, second, third = judged.areas
    assert (first.visits_per_year, first.mean_min, first.worst_min) == (150, 1000 / 150, 20)
    assert (first.within_standard, first.branches) == (100 / 150, 1)
    assert (second.visits_per_year, second.mean_min, second.within_standard) == (10, 0, 1)
    assert (third.visits_per_year, third.mean_min, third.worst_min) == (0, None, None)
    assert judged.kpis.areas_without_branch == 1
    assert judged.kpis.capital_kes == 7000


def test_a_split_visit_counts_by_its_shares():
    problem = tiny_problem(**VILLAGES)
    whole = tiny_plan(problem, "AB")
    rows = Assignment(
        np.array([0, 1, 1, 2]), np.zeros(4, int), np.array([0, 0, 1, 1]), np.array([1, 0.8, 0.2, 1])
    )
    judged = score(problem, replace(whole, assignment=rows))
    # p1: 40 visits of 20 minutes to A, 10 visits of 60 minutes to B
    assert judged.violations == ()
    assert judged.objective.travel == pytest.approx(40 * 20 + 10 * 60)
    assert judged.point_min[1] == pytest.approx(28)
    assert judged.branches[1].visits_per_year == pytest.approx(20)
    assert judged.kpis.worst_tenth_min == pytest.approx((10 * 60 + 6 * 20) / 16)


def test_longer_ways_are_dearer_but_break_no_rule():
    problem = tiny_problem(**VILLAGES)
    plan = tiny_plan(problem, "AB")
    far = replace(plan.assignment, site=np.array([1, 0, 1]))
    judged = score(problem, replace(plan, assignment=far))
    assert judged.violations == ()
    assert judged.objective.travel == 100 * 80 + 50 * 20


def test_the_strictest_standard_of_the_services_done_counts():
    problem = tiny_problem(
        [0, 10],
        [0],
        ("id", "passport"),
        visit_types={"collect": ["id", "passport"], "renew": ["id", "passport"]},
        does={"collect": ["id"]},
        visits=[[1, 2], [4, 8]],
        standard_min=[30.0, 5.0],
    )
    # p0 travels 0 minutes: 3 within; p1 travels 10: collecting (id, 30) is, renewing (5) is not
    assert score(problem, tiny_plan(problem, "A")).kpis.within_standard == (3 + 4) / 15


def test_what_is_priced():
    problem = tiny_problem(
        [0, 10],
        [0, 5, 10],
        visits=[30.0, 20.0],
        separation_km=5.0,
        branch_annual_kes=[100, 200, 400],
        offering_annual_kes=7,
        rules=Rules(duplicates_price=0.5),
    )
    plan = tiny_plan(problem, "ABC")
    # two cliques, A-B and B-C, each with one branch too many: 0.5 x 50 visits x 2
    parts = score(problem, plan).objective
    assert (parts.travel, parts.duplicates, parts.branches, parts.total) == (0, 50, 0, 50)
    for rule in ("allow", "forbid", "cap"):
        other = replace(problem, rules=replace(problem.rules, duplicates=rule))
        assert score(other, plan).objective.total == 0
    total = replace(problem, rules=replace(problem.rules, objective="total_cost"))
    assert score(total, plan).objective.branches == 100 + 200 + 400 + 3 * 7
    assert score(total, plan).objective.total == 50 + 721


def test_unserved_visits_are_counted_and_told():
    problem = tiny_problem(**VILLAGES, no_route=[(1, 0), (1, 1)])
    judged = score(problem, tiny_plan(problem, "A"))
    # p1 has no route to any site: that is nobody's fault, and its 50 visits are unserved
    assert judged.violations == ()
    assert judged.kpis.unserved_visits_per_year == 50
    assert judged.areas[0].unserved_visits_per_year == 50
    assert judged.kpis.mean_min == 800 / 110
    assert math.isnan(judged.point_min[1])


def test_a_network_without_branches():
    problem = tiny_problem(**VILLAGES)
    judged = score(problem, tiny_plan(problem, ""))
    kpis = judged.kpis
    assert kpis.unserved_visits_per_year == kpis.visits_per_year == 160
    assert (kpis.mean_min, kpis.mean_km, kpis.within_standard, kpis.worst_tenth_min) == (None,) * 4
    assert kpis.areas_without_branch == 3
    assert len(judged.violations) == 3
    json.dumps(kpis.as_dict(), allow_nan=False)


def test_an_unreadable_plan_has_no_finite_objective():
    problem = tiny_problem(**VILLAGES)
    plan = tiny_plan(problem, "A")
    judged = score(problem, replace(plan, offers=plan.offers[:1]))
    assert judged.objective.total == math.inf
    assert judged.kpis.branches == 0
    assert judged.violations == ("The plan's offers has shape (1, 1); expected (2, 1).",)


def test_a_trip_without_a_route_has_no_mean():
    problem = tiny_problem(**VILLAGES, no_route=[(1, 0)])
    plan = tiny_plan(problem, "A")
    rows = Assignment(np.arange(3), np.zeros(3, int), np.zeros(3, int), np.ones(3))
    judged = score(problem, replace(plan, assignment=rows))
    assert judged.objective.travel == math.inf
    assert judged.kpis.mean_min is None
    assert judged.branches[0].mean_min is None
    json.dumps(judged.kpis.as_dict(), allow_nan=False)


def test_today_is_scored_like_any_plan():
    problem = tiny_problem(
        **VILLAGES, existing=[1], capital_kes=9000, branch_annual_kes=600, rules=Rules()
    )
    today = todays_network(problem)
    judged = score(problem, today)
    assert judged.objective.travel == 100 * 80 + 50 * 60
    assert (judged.kpis.capital_kes, judged.kpis.annual_kes) == (0, 600)
    assert todays_network(tiny_problem(**VILLAGES)) is None


# -- the tail ------------------------------------------------------------------------------


def test_worst_tenth_by_hand():
    minutes, visits = np.array([5.0, 60.0, 30.0, 90.0]), np.array([50.0, 6.0, 42.0, 2.0])
    # 10 of 100 visits: 2 of 90, 6 of 60, and 2 of the 42 of 30 minutes
    assert tail_mean(minutes, visits, 0.10) == (2 * 90 + 6 * 60 + 2 * 30) / 10
    # the first tenth lies inside one atom
    assert tail_mean(minutes, np.array([50.0, 6.0, 42.0, 20.0]), 0.10) == 90
    assert tail_mean(minutes, visits, 1.0) == (250 + 360 + 1260 + 180) / 100
    assert tail_mean(np.array([]), np.array([]), 0.1) is None


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 9)), min_size=1, max_size=12),
    st.integers(1, 10),
)
def test_the_tail_is_the_mean_of_the_worst_when_each_visit_is_written_out(places, tenths):
    minutes, visits = (np.array(column, dtype=float) for column in zip(*places, strict=True))
    # ten of each visit, so that every tenth of the weight is a whole number of them
    one_by_one = np.sort(np.repeat(minutes, (visits * 10).astype(int)))[::-1]
    worst = one_by_one[: round(visits.sum()) * tenths]
    assert tail_mean(minutes, visits, tenths / 10) == pytest.approx(worst.mean())


# -- what must hold of every score ---------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.data())
def test_every_score_is_consistent(seed, is_rich, data):
    problem = rich_problem(seed) if is_rich else random_problem(seed)
    plans = list(islice(every_network(problem), 300))
    plan = plans[data.draw(st.integers(0, len(plans) - 1))]
    judged = score(problem, plan)
    kpis = judged.kpis
    served = kpis.visits_per_year - kpis.unserved_visits_per_year
    assert sum(b.visits_per_year for b in judged.branches) == pytest.approx(served)
    assert sum(a.visits_per_year for a in judged.areas) == pytest.approx(kpis.visits_per_year)
    assert sum(b.annual_kes for b in judged.branches) == kpis.annual_kes
    changed = [*judged.branches, *judged.closed]
    assert sum(entry.capital_kes for entry in changed) == kpis.capital_kes
    assert all(b.load.visits == pytest.approx(b.visits_per_year) for b in judged.branches)
    assert kpis.shortfall_visits_per_year == judged.shortfall
    assert sum(len(b.services) for b in judged.branches) == kpis.offerings
    assert sum(a.branches == 0 for a in judged.areas) == kpis.areas_without_branch
    assert kpis.duplicates.justified + kpis.duplicates.unnecessary == kpis.duplicates.pairs
    if kpis.mean_min is not None:
        if not is_rich:
            assert judged.objective.travel == pytest.approx(kpis.mean_min * served)
        assert kpis.worst_tenth_min >= kpis.mean_min - 1e-9
        assert 0 <= kpis.within_standard <= 1
        assert max(a.worst_min or 0 for a in judged.areas) >= kpis.worst_tenth_min - 1e-9
    # neither the order of the rows nor a row written in two halves changes the judgement
    rows = plan.assignment
    order = np.array(data.draw(st.permutations(range(rows.share.size))), dtype=int)
    twice = np.concatenate([order, order])
    halves = Assignment(
        rows.point[twice], rows.visit_type[twice], rows.site[twice], rows.share[twice] / 2
    )
    again = score(problem, replace(plan, assignment=halves))
    assert again.violations == judged.violations
    assert again.objective.total == pytest.approx(judged.objective.total)
    assert again.kpis.worst_tenth_min == pytest.approx(judged.kpis.worst_tenth_min)


def test_the_best_network_of_a_town_and_its_villages():
    """By hand: one branch, any of three sites; the middle one is nearest to all together."""
    problem = tiny_problem(
        [0, 20, 30], [0, 20, 30], visits=[10.0, 10.0, 10.0], rules=Rules(branches_max=1)
    )
    # A: 0 + 200 + 300 = 500; B: 200 + 0 + 100 = 300; C: 300 + 100 + 0 = 400
    plan, value = best_network(problem)
    assert (plan.is_open.tolist(), value) == ([False, True, False], 300)


@pytest.mark.parametrize(("points", "sites", "limit_s"), [(500, 47, 0.05), (1450, 159, 0.25)])
def test_judging_is_fast(points, sites, limit_s):
    rng = np.random.default_rng(1)
    problem = tiny_problem(
        rng.uniform(0, 800, (points, 2)),
        rng.uniform(0, 800, (sites, 2)),
        tuple("abcdef"),
        visits=rng.integers(1, 900, points).astype(float),
        separation_km=100.0,
        branch_annual_kes=1,
        offering_annual_kes=1,
        capital_kes=1,
        capacity_visits=20_000.0,
    )
    plan = tiny_plan(problem, problem.site_ids[::2])
    seconds = []
    for _ in range(5):
        start = time.process_time()
        judged = score(problem, plan)
        seconds.append(time.process_time() - start)
    assert judged.violations == ()
    assert isinstance(plan, Plan)
    assert min(seconds) <= limit_s
