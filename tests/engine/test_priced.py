"""Priced capacity, standards and tail: bounds and what is settled, against all networks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import rich_problem
from evaluate.naive import best_plan
from evaluate.tiny import tiny_problem

from planner.optimize.engine.bound import Multipliers
from planner.optimize.engine.local_search import searcher_of
from planner.optimize.engine.priced import PricedRows, priced_rows
from planner.optimize.engine.priced_bound import (
    PricedMultipliers,
    ascend_priced,
    constant_of,
    first_prices,
    is_valid,
    rest_of,
    solve_priced,
    tail_weights,
    worst_served,
)
from planner.optimize.engine.priced_fixing import priced_fixed_at
from planner.optimize.engine.priced_search import late_visits, priced_instance
from planner.optimize.sets import model_sets
from planner.problem import PlanningProblem, Rules, Standard

SEEDS = range(200)


def is_priced(problem: PlanningProblem) -> bool:
    rules = problem.rules
    return rules.capacity != "off" or bool(rules.standards) or rules.tail_share > 0


@pytest.fixture(scope="module")
def cases():
    """Problems with a rule that is priced, their rows, and their best plans."""
    found = []
    for seed in SEEDS:
        problem = rich_problem(seed)
        best = best_plan(problem) if is_priced(problem) else None
        if best is not None:
            sets = model_sets(problem)
            short = max(0.0, best.shortfall)
            rows = priced_rows(problem, sets, short_most=short if short > 1e-6 else 0.0)
            found.append((seed, problem, rows, best))
    return found


def some_prices(rows: PricedRows, rng: np.random.Generator) -> PricedMultipliers:
    """Random prices within their ranges, some of them at an end."""
    instance = rows.instance

    def some(size, most):
        drawn = rng.random(size) * most
        return np.where(rng.random(size) < 0.3, 0.0, drawn)

    scale = float(instance.cost.max(initial=1.0)) * (2.0 if rows.travel else 0.02)
    short = float(rng.random() * 2 * scale) if rows.travel else 1.0
    room = some(rows.is_tight.shape, scale) * rows.is_tight
    work = some(rows.kind_most.shape, scale / max(rows.mean_minutes, 1.0)) * rows.is_busy[:, None]
    late = some(rows.within.shape, 2 * scale)
    if rows.room_is_soft:
        room = np.minimum(room, short)
        work = np.minimum(work, short / max(rows.mean_minutes, 1e-9))
    late = np.where(rows.is_soft, np.minimum(late, short), late)
    excess = float(rng.random() * 100) if instance.excess_most is not None else 0.0
    price = np.where(np.isinf(instance.clique_price), 500.0, instance.clique_price)
    at = PricedMultipliers(
        Multipliers(
            reach=np.zeros(instance.weight.shape),
            money=some(instance.budget_limit.shape, 2.0),
            clique=some(price.shape, 1.0) * (price + excess),
            excess=excess,
            floor=some(instance.floor_least.shape, 500.0),
        ),
        room,
        work,
        late,
        short,
        tail_weights(rows, rng.random(instance.points) * 10),
    )
    most = np.minimum(rest_of(rows, at), 3 * scale)
    reach = np.minimum(some(most.shape, 1.2) * most, most)
    return replace(at, plain=replace(at.plain, reach=reach))


def test_the_cases_speak_of_every_priced_rule(cases):
    def count(holds):
        return sum(bool(holds(problem, rows, best)) for _, problem, rows, best in cases)

    assert len(cases) >= 80
    assert count(lambda p, r, b: r.is_tight.any() and not r.room_is_soft) >= 10
    assert count(lambda p, r, b: r.is_busy.any()) >= 10
    assert count(lambda p, r, b: r.is_busy.any() and r.kind_most.shape[1] > 1) >= 10
    assert count(lambda p, r, b: (~r.is_soft).any()) >= 10
    assert count(lambda p, r, b: r.is_soft.any() and b.shortfall > 0.1) >= 5
    assert count(lambda p, r, b: r.room_is_soft and b.shortfall > 0.1) >= 5
    assert count(lambda p, r, b: r.tail_share > 0) >= 10


def test_any_prices_bound_the_optimum_from_below(cases):
    for seed, _, rows, best in cases:
        rng = np.random.default_rng(seed)
        for _ in range(8):
            at = some_prices(rows, rng)
            assert is_valid(rows, at).all(), seed
            value = solve_priced(rows, at).value
            assert value <= best.objective + 1e-7 * abs(best.objective), seed


def test_climbed_prices_bound_it_closely_and_settle_nothing_of_the_best_plan(cases):
    near = []
    for seed, _, rows, best in cases:
        upper = best.objective * (1 + 1e-7) + 1e-7
        ascent = ascend_priced(rows, start(rows), upper=upper, iterations=60)
        at = ascent.multipliers
        assert is_valid(rows, at).all(), seed
        assert ascent.value <= best.objective + 1e-7 * abs(best.objective), seed
        near.append(1 - ascent.value / best.objective if best.objective > 0 else 0.0)
        fixed = priced_fixed_at(rows, at, upper)
        plan = best.plan
        assert not (plan.is_open & fixed.off).any(), seed
        assert plan.is_open[fixed.on].all(), seed
        assert not (plan.offers & fixed.absent).any(), seed
        assert plan.offers[fixed.present].all(), seed
        at_site = np.flatnonzero(plan.is_open)
        assert not fixed.not_taken[at_site, plan.format[at_site]].any(), seed
    assert np.median(near) < 0.03


def start(rows: PricedRows) -> PricedMultipliers:
    """No prices, and each row pays at most its longest trip."""
    instance = rows.instance
    most = float(instance.cost.max(initial=0.0))
    plain = Multipliers(
        reach=np.minimum(np.full(instance.weight.shape, most), instance.rest),
        money=np.zeros(instance.budget_limit.size),
        clique=np.zeros(instance.clique_service.size),
        excess=0.0,
        floor=np.zeros(instance.floor_least.size),
    )
    at = first_prices(rows, plain)
    return replace(at, plain=replace(plain, reach=np.minimum(plain.reach, rest_of(rows, at))))


def test_the_least_shortfall_is_bounded_from_below(cases):
    above = 0
    for seed, problem, _, best in cases:
        rows = priced_rows(problem, model_sets(problem), only_shortfall=True)
        rng = np.random.default_rng(seed)
        for _ in range(4):
            assert solve_priced(rows, some_prices(rows, rng)).value <= best.shortfall + 1e-5, seed
        if best.shortfall > 0.1:
            ascent = ascend_priced(rows, start(rows), upper=best.shortfall, iterations=60)
            assert ascent.value <= best.shortfall + 1e-5, seed
            above += ascent.value > 0.5 * best.shortfall
    assert above >= 5


def test_a_network_is_worth_no_more_at_prices_than_its_best_plan(cases):
    for seed, _, rows, best in cases:
        at = some_prices(rows, np.random.default_rng(seed))
        stated = priced_instance(rows, at)
        searcher = searcher_of(stated)
        searcher.set_to(best.plan.is_open, best.plan.offers, best.plan.format)
        value = float(searcher.state.sums.sum()) + constant_of(rows, at)
        assert value <= best.objective + 1e-7 * abs(best.objective), seed


def test_capacity_by_hand():
    # 20 visits at A, room for 12 there; B is 5 away: 8 visits go there at best, 40 in all
    problem = tiny_problem(
        [0.0],
        [0.0, 5.0],
        visits=20.0,
        capacity_visits=12.0,
        rules=Rules(duplicates="allow", capacity="hard"),
    )
    rows = priced_rows(problem, model_sets(problem))
    assert rows.is_tight.tolist() == [True, True]
    at = replace(start(rows), room=np.array([5.0, 0.0]))
    assert solve_priced(rows, at).value == pytest.approx(40.0, rel=1e-4)


def test_counters_without_minutes_get_no_row():
    rules = Rules(duplicates="allow", capacity="hard", counters="by_service")
    problem = tiny_problem([0.0, 9.0], [0.0, 5.0], rules=rules)
    rows = priced_rows(problem, model_sets(problem))
    assert not rows.is_busy.any()
    assert math.isfinite(solve_priced(rows, start(rows)).value)


def test_a_standard_by_hand():
    # 10 visits 4 away and 10 visits 8 away from A, B is far from both; half may take 5 minutes
    rules = Rules(branches_max=1, duplicates="allow", standards=(Standard(0, None, 0.5, 5.0),))
    problem = tiny_problem([0.0, 12.0], [4.0, 40.0], rules=rules)
    rows = priced_rows(problem, model_sets(problem))
    assert rows.allowed.tolist() == pytest.approx([10.0])
    over = late_visits(problem, rows, np.array([True, False]), np.array([[True], [False]]))
    assert over.tolist() == pytest.approx([0.0], abs=1e-5)
    over = late_visits(problem, rows, np.array([False, True]), np.array([[False], [True]]))
    assert over.tolist() == pytest.approx([10.0], rel=1e-5)


def test_the_tail_weighs_the_worst_served():
    # points of 10 visits each, 1, 2 and 9 away; the worst quarter of 30 is 7.5 visits of the last
    problem = tiny_problem(
        [1.0, 2.0, 9.0], [0.0], rules=Rules(duplicates="allow", tail_share=1.0, tail_beta=0.25)
    )
    rows = priced_rows(problem, model_sets(problem))
    weights = worst_served(rows, np.array([10.0, 20.0, 90.0]))
    assert weights.tolist() == pytest.approx([0.0, 0.0, 3.0])
    at = replace(start(rows), tail=weights)
    reach = np.array([[0.0, 0.0, 27.0]])
    at = replace(at, plain=replace(at.plain, reach=reach))
    assert solve_priced(rows, at).value == pytest.approx(270.0)


def test_weights_of_the_tail_stay_in_their_range():
    problem = tiny_problem([1.0, 2.0, 9.0], [0.0], rules=Rules(tail_share=0.5, tail_beta=0.25))
    rows = priced_rows(problem, model_sets(problem))
    for seed in range(20):
        wished = np.random.default_rng(seed).normal(1.0, 5.0, 3)
        weights = tail_weights(rows, wished)
        assert weights.min() >= 0
        assert weights.max() <= 4
        assert float(rows.point_visits @ weights) == pytest.approx(30.0)
        assert float(rows.point_visits @ weights) <= 30.0
        assert math.isfinite(weights.sum())
