"""Right plans pass, wrong plans are caught, and each for the reason it was spoilt."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from planner.evaluate import score, violations
from planner.evaluate.rules import ROOMS

from .cases import random_problem, rich_cases, rich_problem, right_cases, split_choice
from .damage import KINDS
from .naive import (
    annual_kes,
    best_plan,
    capital_kes,
    every_network,
    keeps_rules,
    objective,
    right_networks,
    shortfall,
)

SEEDS = range(160)
RICH_SEEDS = range(70)  # some 15,000 spoilt plans in all


@cache
def cases():
    return [*right_cases(SEEDS), *rich_cases(RICH_SEEDS, each=4)]


def test_there_are_enough_right_plans_and_kinds_of_damage():
    assert len(cases()) > 250
    assert len(KINDS) >= 50


def test_every_rule_has_its_damage():
    broken = set()
    for kind in KINDS.values():
        spoilt = (kind(p, plan, np.random.default_rng(seed)) for seed, p, plan in cases())
        broken.add(next(case[2] for case in spoilt if case is not None))
    assert broken == {"form", *(rule for room in ROOMS for rule, _ in room.CHECKS)}


def test_right_plans_raise_no_alarm():
    for seed, problem, plan in cases():
        assert violations(problem, plan) == (), seed


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_caught(kind):
    spoilt = 0
    for seed, problem, plan in cases():
        case = KINDS[kind](problem, plan, np.random.default_rng(seed))
        if case is None:
            continue
        spoilt += 1
        found = violations(case[0], case[1])
        assert case[2] in {entry.rule for entry in found}, (seed, found)
        if spoilt <= 5:
            assert score(case[0], case[1]).violations == tuple(entry.text for entry in found)
    assert spoilt >= 10, f"only {spoilt} plans could be spoilt this way"


def judged_as_by_plain_loops(problem, plan):
    judged = score(problem, plan)
    assert (not judged.violations) == keeps_rules(problem, plan), judged.violations
    assert judged.objective.total == pytest.approx(objective(problem, plan), rel=1e-12)
    assert judged.shortfall == pytest.approx(shortfall(problem, plan), abs=1e-9)
    assert judged.kpis.annual_kes == annual_kes(problem, plan)
    assert judged.kpis.capital_kes == capital_kes(problem, plan)
    return judged


@pytest.mark.parametrize("seed", range(40))
def test_every_network_is_judged_as_by_the_plain_loops(seed):
    problem = random_problem(1000 + seed)
    for plan in every_network(problem):
        judged_as_by_plain_loops(problem, plan)


@pytest.mark.parametrize("seed", range(20))
def test_rich_networks_are_judged_as_by_the_plain_loops_and_none_beats_the_oracle(seed):
    problem = rich_problem(1000 + seed)
    rng = np.random.default_rng(seed)
    best = best_plan(problem)
    if best is not None:
        judged = judged_as_by_plain_loops(problem, best.plan)
        assert judged.violations == ()
        assert (judged.objective.total, judged.shortfall) == pytest.approx(best[1:], abs=1e-9)
    for plan in every_network(problem):
        if rng.random() < 0.9:
            continue
        for other in (plan, split_choice(problem, plan, rng)):
            judged = judged_as_by_plain_loops(problem, other)
            if judged.violations:
                continue
            assert best is not None
            assert judged.shortfall >= best.shortfall - 1e-6
            if judged.shortfall <= best.shortfall + 1e-6:
                assert judged.objective.total >= best.objective - 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_without_capacity_and_standards_nearest_choice_is_the_oracles_answer(seed):
    problem = random_problem(2000 + seed)
    values = [objective(problem, plan) for plan in right_networks(problem)]
    best = best_plan(problem)
    assert (best is None) == (not values)
    if best is not None:
        assert (best.objective, best.shortfall) == (pytest.approx(min(values)), 0)
