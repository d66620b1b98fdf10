"""The fast path for one demand class against trying every set of sites."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from planner.optimize.engine import one_class_kernels as kernels
from planner.optimize.engine.neighbours import from_matrix, from_points
from planner.optimize.engine.one_class import solve_one_class


def best_of_all(cost, fixed, least, most, must=(), never=()):
    """The least cost of any allowed set of sites, inf where none reaches all rows."""
    rows = np.isfinite(cost).any(axis=1)
    best = math.inf
    for size in range(max(least, len(must)), most + 1):
        for group in combinations([j for j in range(cost.shape[1]) if j not in never], size):
            if set(must) <= set(group):
                near = cost[rows][:, list(group)].min(axis=1, initial=np.inf)
                best = min(best, float(near.sum() + fixed[list(group)].sum()))
    return best


def random_case(seed):
    draw = np.random.default_rng(seed)
    points, sites = int(draw.integers(1, 14)), int(draw.integers(1, 9))
    kind = seed % 4
    if kind == 0:  # few different values: many ties
        matrix = draw.integers(0, 4, (points, sites)).astype(float)
    elif kind == 1:
        matrix = draw.integers(0, 1000, (points, sites)).astype(float)
    else:
        matrix = draw.random((points, sites)) * 100
    if draw.random() < 0.4:
        matrix[draw.random(matrix.shape) < 0.4] = np.inf
    visits = draw.integers(0, 9, points).astype(float) if draw.random() < 0.5 else np.ones(points)
    if kind == 3:
        visits = visits * draw.random(points)
    fixed = np.zeros(sites)
    least = most = int(draw.integers(1, sites + 1))
    if draw.random() < 0.5:
        least, most = sorted(int(v) for v in draw.integers(0, sites + 1, 2))
        fixed = draw.integers(0, 300, sites).astype(float) * (1.0 if kind < 2 else 0.37)
    order = draw.permutation(sites)
    must = never = order[:0]
    if draw.random() < 0.4:
        must = order[: draw.integers(0, most + 1)]
        never = order[sites - int(draw.integers(0, sites - most + 1)) :]
    return matrix, visits, fixed, least, most, must, never


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_the_best_of_all_sets_is_found_and_proved(first):
    for seed in range(first, first + 50):
        matrix, visits, fixed, least, most, must, never = random_case(seed)
        cost = np.where(visits[:, None] > 0, matrix * np.maximum(visits, 1e-9)[:, None], np.inf)
        best = best_of_all(cost, fixed, least, most, set(must.tolist()), set(never.tolist()))
        told = []
        result = solve_one_class(
            from_matrix(matrix, visits),
            count=(least, most),
            fixed_cost=fixed,
            open_sites=must,
            closed_sites=never,
            on_bound=told.append,
        )
        assert result.proved, seed
        assert result.upper == pytest.approx(best, rel=1e-9), seed
        assert told == sorted(told)
        if math.isinf(best):
            assert result.sites is None
            assert result.lower == math.inf
            continue
        assert all(bound <= best * (1 + 1e-12) for bound in told), seed
        assert result.lower == pytest.approx(best, rel=2e-9)
        chosen = result.sites
        assert least <= chosen.size <= most
        assert set(must) <= set(chosen)
        assert not set(never) & set(chosen)
        rows = np.isfinite(cost).any(axis=1)
        value = cost[rows][:, chosen].min(axis=1, initial=np.inf).sum() + fixed[chosen].sum()
        assert value == pytest.approx(result.upper, rel=1e-12)


@pytest.mark.parametrize("nearest", [1, 2, 4])
def test_bounds_hold_where_lists_are_cut_off(nearest):
    for seed in range(60):
        draw = np.random.default_rng(seed)
        matrix = draw.integers(0, 100, (12, 9)).astype(float)
        if seed % 3 == 0:
            matrix[draw.random(matrix.shape) < 0.3] = np.inf
        count = int(draw.integers(1, 5))
        best = best_of_all(matrix, np.zeros(9), count, count)
        told = []
        result = solve_one_class(
            from_matrix(matrix, nearest=nearest), count=(count, count), on_bound=told.append
        )
        assert all(bound <= best for bound in told)
        assert result.upper >= best
        if result.proved:
            assert result.upper == best


@pytest.mark.parametrize("rounding", ["none", "nearest", "down"])
def test_points_in_the_plane_are_as_their_matrix(rounding):
    rounded = {"none": np.asarray, "nearest": lambda d: np.floor(d + 0.5), "down": np.floor}
    for seed in range(12):
        draw = np.random.default_rng(seed)
        points, sites = draw.integers(0, 200, (30, 2)), draw.integers(0, 200, (11, 2))
        visits = draw.integers(0, 5, 30).astype(float)
        distance = np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1))
        cost = rounded[rounding](distance) * visits[:, None]
        best = best_of_all(cost, np.zeros(11), 3, 3)
        lists = from_points(
            points.astype(float), sites.astype(float), visits, nearest=11, rounding=rounding
        )
        result = solve_one_class(lists, count=(3, 3))
        assert result.proved
        assert result.upper == pytest.approx(best, rel=1e-9)
        cut = from_points(
            points.astype(float), sites.astype(float), visits, nearest=3, rounding=rounding
        )
        assert solve_one_class(cut, count=(3, 3)).lower <= best * (1 + 1e-9)


def planar(count, seed=3):
    return np.random.default_rng(seed).integers(0, 10_000, (count, 2)).astype(float)


def test_the_same_question_has_the_same_answer():
    lists = from_points(planar(250), nearest=60, rounding="nearest")
    first, second = (solve_one_class(lists, count=(12, 12), seed=4) for _ in range(2))
    assert (first.upper, first.lower, first.nodes, first.steps) == (
        second.upper,
        second.lower,
        second.nodes,
        second.steps,
    )
    assert np.array_equal(first.sites, second.sites)


def test_what_is_told_gets_better_and_belongs_together():
    points = planar(120)
    lists = from_points(points, nearest=120, rounding="nearest")
    told = []
    result = solve_one_class(lists, count=(7, 7), on_network=lambda v, s: told.append((v, s)))
    values = [value for value, _ in told]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    for value, sites in told:
        assert np.floor(distance[:, sites] + 0.5).min(axis=1).sum() == value
    assert values[-1] == result.upper


def test_a_model_in_pulp_proves_what_branching_leaves(monkeypatch):
    from planner.optimize.engine import branching

    matrix = np.random.default_rng(0).integers(1, 200, (36, 36)).astype(float)
    alone = solve_one_class(from_matrix(matrix), count=(5, 5))
    monkeypatch.setattr(branching, "TRIED", 0)
    monkeypatch.setattr(branching, "MODEL_ARCS_OF_ROW", 60)
    handed = solve_one_class(from_matrix(matrix), count=(5, 5))
    assert alone.nodes > 0
    assert alone.handed_over == 0 < handed.handed_over
    assert handed.nodes == 0
    assert alone.proved
    assert handed.proved
    assert alone.upper == handed.upper


def test_a_gap_that_is_enough_ends_the_search():
    draw = np.random.default_rng(2)
    matrix = draw.random((80, 80))
    exact = solve_one_class(from_matrix(matrix), count=(6, 6))
    fair = solve_one_class(from_matrix(matrix), count=(6, 6), gap=0.05)
    assert exact.proved
    assert fair.proved
    assert fair.nodes < exact.nodes
    assert fair.steps <= exact.steps
    assert fair.lower <= exact.upper * (1 + 1e-9) <= fair.upper * (1 + 2e-9)
    assert fair.upper - fair.lower <= 0.05 * fair.upper * (1 + 1e-9)


@pytest.mark.parametrize("most", [12, 20])
def test_the_local_search_never_makes_a_set_worse_and_keeps_the_count(most):
    """With and without attempts; what an attempt makes worse is undone to the last arc."""
    for seed in range(20):
        draw = np.random.default_rng(seed)
        lists = from_points(planar(150, seed), nearest=40, rounding="nearest")
        arcs = (lists.start, lists.site, lists.cost, lists.reach)
        fixed = np.full(150, 200.0 if most > 12 else 0.0)
        begin = np.zeros(150, dtype=np.bool_)
        begin[draw.choice(150, 12, replace=False)] = True
        wish = np.where(draw.random(150) < 0.3, -1.0, draw.random(150))

        def cost(is_open, arcs=arcs, fixed=fixed):
            return kernels.total_cost(*arcs, is_open) + fixed[is_open].sum()

        values = [cost(begin)]
        found = begin.copy()
        for attempts in (0, 10, 100):
            order = draw.permutation(150) if attempts == 0 else np.zeros(0, dtype=np.int64)
            kernels.improve(
                *arcs, fixed, *kernels.by_site(*arcs[:3], 150), 12, most,
                found, order, wish, attempts, seed,
            )  # fmt: skip
            values.append(cost(found))
            assert 12 <= found.sum() <= most
            assert not (found & ~begin & (wish < 0)).any()
        assert values == sorted(values, reverse=True)
        assert values[1] < values[0]


def test_a_stop_keeps_what_is_known():
    lists = from_points(planar(300), nearest=300)
    stopped = solve_one_class(lists, count=(10, 10), should_stop=lambda: True)
    assert stopped.sites is not None
    assert not stopped.proved
    assert 0 < stopped.lower < stopped.upper


def test_many_sites_are_numbered_anew_and_named_as_before(monkeypatch):
    from planner.optimize.engine import neighbours

    points = planar(200, seed=9)
    plain = solve_one_class(
        from_points(points, nearest=200), count=(5, 5), open_sites=np.array([17])
    )
    monkeypatch.setattr(neighbours, "MANY_SITES", 1)
    monkeypatch.setattr(neighbours, "SINGLE_FROM", 1)
    told = []
    lists = from_points(points, nearest=200)
    assert lists.cost.dtype == np.float32
    result = solve_one_class(
        lists, count=(5, 5), open_sites=np.array([17]), on_network=lambda v, s: told.append((v, s))
    )
    assert 17 in result.sites
    assert result.upper == pytest.approx(plain.upper, rel=1e-12)
    assert result.lower <= plain.upper
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    for value, sites in told:
        assert distance[:, sites].min(axis=1).sum() == pytest.approx(value)


@pytest.mark.parametrize(
    ("matrix", "count", "expected"),
    [
        ([[3.0]], (1, 1), 3.0),  # one point, one site
        ([[1.0, 2.0], [2.0, 1.0]], (2, 2), 2.0),  # all open
        ([[5.0, 5.0, 5.0]] * 4, (1, 1), 20.0),  # all the same
        ([[0.0, 7.0], [7.0, 0.0]], (1, 1), 7.0),
        ([[1.0, np.inf], [np.inf, 1.0]], (1, 1), np.inf),  # no single site reaches both
        ([[1.0, np.inf], [np.inf, np.inf]], (1, 1), 1.0),  # nobody can serve the second
    ],
)
def test_small_and_odd(matrix, count, expected):
    result = solve_one_class(from_matrix(np.array(matrix)), count=count)
    assert result.proved
    assert result.upper == expected


def test_nobody_to_serve_costs_only_what_must_be_open():
    lists = from_matrix(np.ones((3, 4)), np.zeros(3))
    result = solve_one_class(lists, count=(2, 4), fixed_cost=np.array([4.0, 1.0, 3.0, 2.0]))
    assert result.upper == result.lower == 3.0
    assert result.sites.tolist() == [1, 3]


def test_counts_that_locks_forbid_are_refused():
    with pytest.raises(ValueError, match="between 2 and 2"):
        solve_one_class(from_matrix(np.ones((2, 3))), count=(2, 2), open_sites=np.arange(3))
