"""The engine against every network of hundreds of tiny problems, and cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from evaluate.naive import allowed_networks, keeps_network_rules, objective
from evaluate.naive import with_nearest_choice as planned
from evaluate.tiny import tiny_problem

from engine.problems import some_problem
from planner.optimize.engine import (
    compiled,
    fixed_at,
    instance_of,
    mixes,
    plain_instance,
    rules_left_out,
    run_engine,
)
from planner.optimize.engine.bound import Multipliers, relaxation_of, solve_relaxed
from planner.optimize.engine.fixing import narrowed_instance, nothing_fixed
from planner.optimize.engine.survivors import solve_survivors
from planner.optimize.sets import model_sets
from planner.problem import PlanningProblem, Rules, Standard


def instance(problem: PlanningProblem):
    return instance_of(problem, model_sets(problem))


def run(problem: PlanningProblem, **wishes):
    return run_engine(instance(problem), **{"seconds": 60.0, "gap": 0.0, "seed": 0, **wishes})


def some_multipliers(stated, rng: np.random.Generator) -> Multipliers:
    excess = 0.0 if stated.excess_most is None else float(rng.random() * 500)
    most = np.minimum(stated.clique_price + excess, 1000.0)
    return Multipliers(
        reach=np.minimum(rng.random(stated.weight.shape) * 80, stated.rest),
        money=rng.random(stated.budget_limit.size) * 20,
        clique=rng.random(most.size) * most,
        excess=excess,
        floor=rng.random(stated.floor_least.size) * 500,
    )


def every_network(problem: PlanningProblem):
    """All networks that keep the rules, with their objectives."""
    return [(plan, objective(problem, plan)) for plan in allowed_networks(problem)]


def test_bounds_networks_and_fixing_agree_with_every_network():
    found = possible = 0
    for seed in range(100):
        problem = some_problem(seed)
        networks = every_network(problem)
        value = min((entry for _, entry in networks), default=math.inf)
        stated = instance(problem)
        assert stated.is_whole
        prepared = relaxation_of(stated)
        rng = np.random.default_rng(seed)
        for _ in range(4):
            at = some_multipliers(stated, rng)
            assert solve_relaxed(prepared, at).value <= value + 1e-9 * abs(value), seed
            loose = 1.3 * value
            if networks:
                assert_holds(networks, fixed_at(prepared, at, loose), loose, seed)
        result = run(problem)
        assert result.lower <= value * (1 + 1e-12) or value == math.inf, seed
        possible += bool(networks)
        if result.is_open is not None:
            plan = planned(problem, result.is_open, result.offers, result.formats)
            assert keeps_network_rules(problem, plan), seed
            assert objective(problem, plan) == pytest.approx(result.upper, rel=1e-9), seed
            assert result.upper >= value * (1 - 1e-9), seed
            assert_holds(networks, result.fixed, result.upper, seed)
            found += result.upper <= value * (1 + 1e-9)
    assert possible > 40
    assert found >= 0.95 * possible


def assert_holds(networks, settled, upper, seed):
    """No network better than `upper` does what is ruled out."""
    for plan, value in networks:
        if value < upper * (1 - 1e-9):
            assert not (plan.is_open & settled.off).any(), seed
            assert plan.is_open[settled.on].all(), seed
            assert not (plan.offers & settled.absent).any(), seed
            assert plan.offers[settled.present].all(), seed


def test_the_model_of_the_survivors_agrees_with_every_network():
    solved = closed = 0
    for seed in range(60):
        problem = some_problem(seed)
        networks = every_network(problem)
        value = min((entry for _, entry in networks), default=math.inf)
        stated = instance(problem)
        fixed = nothing_fixed(stated)
        upper = 1e6
        if networks and seed % 2:
            upper = 1.2 * value + 1.0
            at = some_multipliers(stated, np.random.default_rng(seed))
            fixed = fixed_at(relaxation_of(stated), at, upper)
        said = solve_survivors(
            narrowed_instance(stated, fixed),
            fixed,
            upper=upper,
            lower=0.0,
            gap=0.0,
            seconds=60.0,
            seed=0,
            should_stop=lambda: False,
        )
        if not networks:
            assert said is None or said.network is None, seed
            continue
        assert said is not None, seed
        assert said.lower <= value + 1e-6 * upper, seed
        assert said.lower >= value - 1e-6 * upper, seed
        plan = planned(problem, said.network[0], said.network[1], said.network[2])
        assert keeps_network_rules(problem, plan), seed
        assert objective(problem, plan) <= value + 1e-6 * upper, seed
        solved += 1
        closed += upper < 1e6
    assert solved > 20
    assert closed > 5


def test_savings_shared_out_over_many_services_still_bound_from_below(monkeypatch):
    monkeypatch.setattr(mixes, "LARGEST_GROUP", 1)
    tied = 0
    for seed in range(25):
        problem = some_problem(seed)
        value = min((entry for _, entry in every_network(problem)), default=math.inf)
        prepared = relaxation_of(instance(problem))
        tied += len(problem.service_ids) > 1
        assert prepared.choices.groups == ()
        for draw in range(4):
            at = some_multipliers(prepared.instance, np.random.default_rng(draw))
            assert solve_relaxed(prepared, at).value <= value + 1e-9 * abs(value), seed
    assert tied > 10


def test_one_point_between_two_sites_by_hand():
    # 10 visits; A is 3 away, B 4: A alone costs 30, and nothing is better than 30
    result = run(tiny_problem([3.0], [0.0, 7.0], rules=Rules(branches_max=1, duplicates="allow")))
    assert result.upper == 30.0
    assert result.lower == pytest.approx(30.0, rel=1e-6)
    assert result.is_open.tolist() == [True, False]


def test_a_priced_duplicate_by_hand():
    # one branch: 10 visits x 10 km = 100; both: 0 travel, one excess x 20 visits x price
    def problem(price):
        return tiny_problem(
            [0.0, 10.0],
            [0.0, 10.0],
            separation_km=50.0,
            rules=Rules(duplicates="price", duplicates_price=price),
        )

    assert run(problem(4.0)).upper == 80.0
    assert run(problem(6.0)).upper == 100.0


def test_a_budget_is_kept_to_the_last_unit():
    problem = tiny_problem(
        [0.0, 10.0],
        [0.0, 10.0],
        branch_annual_kes=50_000_001,
        rules=Rules(annual_max_kes=100_000_001, duplicates="allow"),
    )
    assert run(problem).upper == 100.0


def test_without_visits_nothing_is_missed():
    result = run(tiny_problem([0.0], [1.0], visits=0.0))
    assert result.upper == 0.0
    assert result.lower == 0.0


def test_a_point_without_a_route_is_left_out():
    problem = tiny_problem([0.0, 5.0], [1.0], no_route=[(0, 0)], rules=Rules(duplicates="allow"))
    assert run(problem).upper == 40.0


@pytest.mark.parametrize(
    "rules",
    [
        Rules(branches_min=3),
        Rules(locked_closed=frozenset({0, 1})),
        Rules(branches_max=0, locked_open=frozenset({0})),
    ],
)
def test_rules_that_cannot_hold_give_no_network(rules):
    result = run(tiny_problem([0.0, 5.0], [1.0, 4.0], rules=rules))
    assert result.is_open is None
    assert result.lower == math.inf


def test_a_budget_for_nothing_gives_no_network():
    problem = tiny_problem(
        [0.0], [1.0], branch_annual_kes=5, rules=Rules(annual_max_kes=4, duplicates="allow")
    )
    result = run(problem)
    assert result.is_open is None
    assert result.upper == math.inf


def test_the_same_seed_gives_the_same_result():
    first, again = run(some_problem(7), seed=3), run(some_problem(7), seed=3)
    assert first.upper == again.upper
    assert first.lower == again.lower
    assert (first.offers == again.offers).all()


def test_progress_only_gets_better():
    bounds, values = [], []
    run(
        some_problem(7),
        on_bound=bounds.append,
        on_network=lambda *network: values.append(network[-1]),
    )
    assert bounds == sorted(bounds)
    assert values == sorted(values, reverse=True)
    assert bounds[-1] <= values[-1] * (1 + 1e-9)


def test_short_lists_still_bound_from_below():
    rng = np.random.default_rng(5)
    problem = tiny_problem(
        rng.integers(0, 1000, (12, 2)),
        rng.integers(0, 1000, (30, 2)),
        visits=rng.integers(1, 50, 12),
        rules=Rules(branches_max=2, duplicates="allow"),
    )
    sets = model_sets(problem)
    whole = run_engine(instance_of(problem, sets), seconds=60, gap=0, seed=0)
    short = instance_of(problem, sets, most_pairs=12 * 10)
    assert np.diff(short.start).tolist() == [10] * 12
    assert not short.rest_exact.any()
    result = run_engine(short, seconds=60, gap=0, seed=0)
    assert result.lower <= whole.upper
    assert result.upper >= whole.lower


def test_an_instance_from_arrays():
    # a line 0 - 1 - 2 with one branch: the middle, 1 + 0 + 1
    cost = np.abs(np.arange(3)[:, None] - np.arange(3)[None])
    order = np.argsort(cost, axis=1, kind="stable")
    stated = plain_instance(
        start=np.arange(4, dtype=np.int64) * 3,
        site=order.ravel().astype(np.int32),
        cost=np.take_along_axis(cost, order, axis=1).ravel().astype(np.float64),
        weight=np.ones((1, 3)),
        needs=np.ones((1, 1), dtype=np.bool_),
        sites=3,
        branches_most=1,
    )
    result = run_engine(stated, seconds=60, gap=0, seed=0)
    assert result.upper == 2.0
    assert result.is_open.tolist() == [False, True, False]


def test_rules_that_an_instance_does_not_state_are_named():
    rules = Rules(capacity="hard", tail_share=0.2, standards=(Standard(0, None, 0.5, 30.0),))
    problem = tiny_problem([0.0], [1.0], rules=rules)
    assert rules_left_out(problem) == ("capacity", "standards", "tail_share")
    assert not instance(problem).is_whole


def test_without_a_place_for_compiled_code_kernels_still_run(monkeypatch):
    def nowhere(_function):
        raise RuntimeError("cannot cache function")

    kernel = compiled.compiled(lambda x: x + 1)
    monkeypatch.setattr(type(kernel), "enable_caching", nowhere)
    compiled.ready()
    assert kernel(1) == 2
