"""Near ties: within the tolerance, different, rule-keeping; and what is proved of all of them."""

from __future__ import annotations

import numpy as np
import pytest
from evaluate.cases import random_problem, rich_problem
from evaluate.naive import keeps_rules, right_networks
from evaluate.naive import objective as naive_objective
from evaluate.tiny import tiny_problem

from planner.evaluate import score
from planner.insight import Effort, near_ties
from planner.optimize import Limits
from planner.plan import SolveReport
from planner.problem import Rules
from planner.solve import solve_problem

EXACT = Limits(30, 0.0)


def solved(problem) -> SolveReport:
    return solve_problem(problem, EXACT)


def pairs(**rules: object):
    """Two towns 1,000 km apart, each with two sites 1 km apart, and a lone site between."""
    return tiny_problem(
        [0, 1000],
        [0, 1, 1000, 999, 500],
        visits=[100, 100],
        rules=Rules(branches_min=2, branches_max=2, duplicates="allow", **rules),
    )


def test_towns_with_two_like_sites_by_hand():
    """A and C cost 500 for the one visit between; B and D 699, as different as can be; then the
    two that mix them.
    """
    problem = tiny_problem(
        [0, 1000, 500],
        [0, 1, 1000, 999],
        visits=[100, 100, 1],
        rules=Rules(branches_min=2, branches_max=2, duplicates="allow"),
    )
    found = near_ties(solved(problem), effort=Effort(EXACT), tolerance=0.5)
    assert [tie.objective for tie in found.ties[:2]] == [500.0, 699.0]
    assert {tie.objective for tie in found.ties[2:]} == {599.0}
    assert len(found.ties) == 4
    assert found.ties[1].opens == (1, 3)
    assert found.ties[1].closes == (0, 2)
    assert found.open_count.tolist() == [2, 2, 2, 2]
    assert not found.in_all.any()


def test_what_no_plan_within_the_tolerance_does_without():
    """The lone town has one site: every plan within a tenth of the best opens it."""
    report = solved(tiny_problem(
        [0, 1000, 2000],
        [0, 1, 1000, 2000],
        visits=[100, 100, 100],
        rules=Rules(branches_min=3, branches_max=3, duplicates="allow", locked_open={3}),
    ))  # fmt: skip
    assert report.objective == 0.0
    loose = near_ties(report, effort=Effort(EXACT), tolerance=0.1, prove=True)
    assert np.flatnonzero(loose.proved).tolist() == [0, 2, 3]
    assert np.flatnonzero(loose.fixed).tolist() == [3]


@pytest.mark.parametrize("make", [random_problem, rich_problem])
def test_ties_are_near_different_and_keep_every_rule(make):
    many = 0
    for seed in range(12):
        problem = make(seed)
        report = solved(problem)
        if report.plan is None:
            continue
        found = near_ties(report, effort=Effort(EXACT), tolerance=0.2, count=5)
        limit = report.objective * 1.2
        seen = set()
        for tie in found.ties:
            judged = score(problem, tie.plan)
            assert judged.violations == ()
            assert judged.objective.total == tie.objective <= limit * (1 + 1e-9)
            assert judged.shortfall <= report.shortfall + 1e-4
            assert keeps_rules(problem, tie.plan)
            seen.add(tie.plan.offers.tobytes())
        assert len(seen) == len(found.ties)
        assert found.open_count.max() <= len(found.ties)
        many += len(found.ties) > 1
    assert many >= 3


def test_what_is_proved_is_in_every_network_within_the_tolerance():
    proved = left = 0
    for seed in range(16):
        problem = random_problem(seed)
        report = solved(problem)
        if report.plan is None:
            continue
        found = near_ties(report, effort=Effort(EXACT), tolerance=0.05, count=20, prove=True)
        limit = report.objective * 1.05
        near = [
            plan.is_open
            for plan in right_networks(problem)
            if naive_objective(problem, plan) <= limit * (1 - 1e-9)
        ]
        everywhere = np.all(near, axis=0) if near else found.proved
        assert not (found.proved & ~everywhere).any()
        proved += int(found.proved.sum())
        left += int((found.in_all & ~found.proved).sum())
    assert proved >= 10
    assert left == 0


def test_a_stop_keeps_what_is_known():
    report = solved(pairs())
    effort = Effort(EXACT, should_stop=lambda: True)
    found = near_ties(report, effort=effort, tolerance=0.5, prove=True)
    assert len(found.ties) == 1
    assert found.ties[0].excess == 0.0
    assert not found.proved.any()


def test_the_same_plans_each_time():
    report = solved(random_problem(0))
    runs = [near_ties(report, effort=Effort(EXACT), tolerance=0.3) for _ in range(2)]
    first, second = ([tie.plan.offers.tobytes() for tie in run.ties] for run in runs)
    assert first == second
