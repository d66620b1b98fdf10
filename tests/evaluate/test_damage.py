"""Right plans pass, wrong plans are caught, and each for the reason it was spoilt."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from planner.evaluate import score, violations

from .cases import random_problem, right_cases
from .damage import KINDS
from .naive import every_network, keeps_rules, objective

SEEDS = range(250)  # some 10,000 spoilt plans in all


@cache
def cases():
    return list(right_cases(SEEDS))


def test_there_are_enough_right_plans_and_kinds_of_damage():
    assert len(cases()) > 100
    assert len(KINDS) >= 12


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


@pytest.mark.parametrize("seed", range(80))
def test_every_network_is_judged_as_by_the_plain_loops(seed):
    problem = random_problem(1000 + seed)
    for plan in every_network(problem):
        judged = score(problem, plan)
        assert (not judged.violations) == keeps_rules(problem, plan), judged.violations
        assert judged.objective.total == pytest.approx(objective(problem, plan), rel=1e-12)
