"""What other questions hand on: a true answer whatever it is, and the same one each time."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import random_problem, rich_problem, with_rules
from evaluate.naive import best_plan, every_network, keeps_network_rules
from evaluate.tiny import tiny_plan, tiny_problem

from planner.errors import ContradictionError
from planner.evaluate import score
from planner.optimize import Answer, Limits, find_plan
from planner.optimize.known import NOTE, network_of_plan
from planner.optimize.known import keeps_network_rules as keeps
from planner.optimize.looser import bound_from
from planner.optimize.network import overspent, strands_visits
from planner.optimize.sets import model_sets
from planner.plan import Known, Plan
from planner.problem import PlanningProblem, Rules
from planner.solve import solve_problem

from .problems import median_problem

EXACT = Limits(seconds=30, gap=0.0)


def narrow_problem(seed: int) -> PlanningProblem:
    """Fifteen points, eight sites, two services, money and a price of duplicates."""
    rng = np.random.default_rng(seed)
    return tiny_problem(
        points=rng.integers(0, 500, (15, 2)),
        sites=rng.integers(0, 500, (8, 2)),
        services=("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        visits=rng.integers(0, 1000, (15, 2)),
        separation_km=120.0,
        branch_annual_kes=rng.integers(9_000_000, 20_000_000, 8),
        offering_annual_kes=rng.integers(500_000, 3_000_000, (8, 2)),
        rules=Rules(annual_max_kes=90_000_001, duplicates_price=0.1),
    )


def plans_of(problem: PlanningProblem, rng: np.random.Generator, count: int) -> tuple[Plan, ...]:
    """Networks drawn from all there are, most of which break a rule."""
    every = list(every_network(problem))
    return tuple(every[n] for n in rng.permutation(len(every))[:count].tolist())


# -- plans that are handed on ------------------------------------------------------------------


@pytest.mark.parametrize("make", [random_problem, rich_problem])
def test_the_optimum_whatever_plans_are_known(make):
    """Also where rules are soft, and where no plan keeps them."""
    outcomes = set()
    for seed in range(700, 716):
        problem = make(seed)
        best = best_plan(problem)
        rng = np.random.default_rng(seed)
        plans = plans_of(problem, rng, 6)
        if best is not None and seed % 2:
            plans = (*plans, best.plan)
        prices = {"reach": rng.random((2, 2)), "money": np.array([np.nan]), "floor": np.ones(1)}
        answer = find_plan(problem, EXACT, known=Known(plans, prices=prices))
        outcomes.add(answer.status)
        if best is None:
            assert answer.status == "infeasible"
            continue
        assert answer.status == "optimal"
        assert score(problem, answer.plan).violations == ()
        assert answer.objective == pytest.approx(best.objective, rel=1e-7, abs=1e-6)
        assert (answer.shortfall or 0.0) == pytest.approx(best.shortfall, rel=1e-7, abs=1e-5)
    assert outcomes == {"optimal", "infeasible"}


def test_the_rules_on_networks_are_those_of_the_enumeration():
    kept = 0
    for seed in range(24):
        problem = (rich_problem if seed % 2 else random_problem)(seed)
        sets = model_sets(problem)
        for plan in every_network(problem):
            network = network_of_plan(problem, plan)
            right = keeps(problem, sets, network) and not overspent(problem, network)
            right = right and not strands_visits(problem, sets, network)
            assert right == keeps_network_rules(problem, plan), (seed, plan)
            kept += right
    assert kept > 300


def test_a_plan_of_other_sites_services_or_formats_is_left_aside():
    problem = next(p for p in map(random_problem, range(9)) if best_plan(p) is not None)
    other = median_problem(0)
    plan = find_plan(other, EXACT).plan
    assert network_of_plan(problem, plan) is None
    right = find_plan(problem, EXACT)
    assert network_of_plan(problem, right.plan) is not None
    stranger = replace(right.plan, format=np.where(right.plan.is_open, 7, -1))
    assert network_of_plan(problem, stranger) is None
    answer = find_plan(problem, EXACT, known=Known((plan, stranger)))
    assert answer.objective == pytest.approx(right.objective)


# -- bounds that are handed on -------------------------------------------------------------------


def test_a_bound_that_proves_a_known_plan_ends_the_search():
    problem = narrow_problem(0)
    cold = solve_problem(problem, Limits(seconds=30, gap=0.01))
    known = Known((cold.plan,), cold.bound, cold.prices)
    told: list[str] = []
    warm = solve_problem(
        problem,
        Limits(seconds=30, gap=0.01),
        known=known,
        on_progress=lambda progress: told.append(progress.stage),
    )
    assert (warm.status, warm.objective, warm.bound) == ("optimal", cold.objective, cold.bound)
    assert not {"bound", "build"} & set(told)
    assert NOTE in warm.notes
    assert warm.prices is cold.prices


def test_a_bound_that_is_too_low_to_help_is_not_told():
    problem = narrow_problem(0)
    limits = Limits(seconds=30, gap=0.01)
    answer = find_plan(problem, limits, known=Known(bound=1.0))
    assert answer.status == "optimal"
    assert NOTE not in answer.notes
    assert answer.bound > 1.0


@pytest.mark.parametrize("times", [1.001, 5.0])
def test_a_bound_above_a_plan_is_a_contradiction(times):
    problem = narrow_problem(1)
    limits = Limits(seconds=30, gap=0.01)
    best = find_plan(problem, Limits(seconds=30, gap=0.0))
    wrong = Known((best.plan,), best.objective * times)
    for known in (wrong, replace(wrong, plans=())):
        with pytest.raises(ContradictionError, match="from another question"):
            find_plan(problem, limits, known=known)


def test_a_bound_within_rounding_of_the_plan_is_none():
    problem = narrow_problem(1)
    best = find_plan(problem, EXACT)
    known = Known((best.plan,), best.objective * (1 + 1e-9))
    answer = find_plan(problem, EXACT, known=known)
    assert answer.status == "optimal"
    assert answer.bound <= answer.objective


def test_where_rules_are_soft_no_bound_is_taken():
    seed = next(s for s in range(800, 900) if _shortfall(rich_problem(s)) > 1)
    problem = rich_problem(seed)
    cold = find_plan(problem, EXACT)
    warm = find_plan(problem, EXACT, known=Known(bound=cold.objective * 2))
    assert warm.objective == pytest.approx(cold.objective)


def _shortfall(problem: PlanningProblem) -> float:
    best = best_plan(problem)
    return 0.0 if best is None else best.shortfall


# -- a row of questions --------------------------------------------------------------------------


def row(limits: Limits, **values: list[object]) -> list[Answer]:
    """The answers of questions that differ in one rule, each given what those before it found."""
    (name, points), answers, solved = *values.items(), [], []
    for value in points:
        problem = with_rules(narrow_problem(4), **{name: value})
        plans = tuple(answer.plan for answer in reversed(answers) if answer.plan is not None)
        prices = next((answer.prices for answer in reversed(answers)), None)
        answer = find_plan(problem, limits, known=Known(plans, bound_from(problem, solved), prices))
        answers.append(answer)
        if answer.bound is not None:
            solved.append((problem, answer.bound))
    return answers


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("annual_max_kes", [60_000_001, 75_000_001, 140_000_001]),
        ("annual_max_kes", [90_000_001, 75_000_001, 60_000_001]),
        ("duplicates_price", [0.0, 0.3, 0.15, 0.1]),
        ("branches_max", [2, 4, 3, 9]),
    ],
)
def test_a_row_of_questions_has_the_optima_of_each_by_itself(name, points):
    answers = row(EXACT, **{name: points})
    for value, answer in zip(points, answers, strict=True):
        alone = find_plan(with_rules(narrow_problem(4), **{name: value}), EXACT)
        assert answer.status == alone.status == "optimal"
        assert answer.objective == pytest.approx(alone.objective, rel=1e-9)


def test_the_same_row_has_the_same_plans():
    limits = Limits(seconds=60, gap=0.01)
    rows = [row(limits, annual_max_kes=[70_000_001, 80_000_001, 95_000_001]) for _ in range(2)]
    for one, other in zip(*rows, strict=True):
        assert (one.objective, one.bound) == (other.objective, other.bound)
        assert np.array_equal(one.plan.offers, other.plan.offers)
        assert one.gap <= limits.gap


def test_what_is_known_crosses_processes():
    problem = narrow_problem(2)
    first = solve_problem(problem, Limits(seconds=30, gap=0.01))
    known = Known((first.plan,), None, first.prices)
    other = with_rules(problem, annual_max_kes=95_000_001)
    here = find_plan(other, Limits(30, 0.01), known=known)
    there = find_plan(other, Limits(30, 0.01), known=pickle.loads(pickle.dumps(known)))
    assert (here.objective, here.bound) == (there.objective, there.bound)


def test_an_answer_is_no_worse_than_a_known_plan():
    rules = Rules(branches_max=2, duplicates="allow")
    problem = replace(median_problem(5, points=6, sites=4), rules=rules)
    names = problem.site_ids
    better = tiny_plan(problem, names[:2])
    known = Known((tiny_plan(problem, names[:1]), better))
    answer = find_plan(problem, Limits(30, 0.9), known=known)
    assert answer.objective <= score(problem, better).objective.total * (1 + 1e-12)
