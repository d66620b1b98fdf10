"""Who may go where, what is certain, and which sites form cliques."""

from __future__ import annotations

import time
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from evaluate.cases import random_problem, with_rules
from evaluate.naive import cliques
from evaluate.tiny import tiny_problem
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.optimize import arcs as listing
from planner.optimize.arcs import model_arcs
from planner.optimize.cliques import maximal_cliques
from planner.optimize.network import (
    Network,
    cheapest_choice,
    first_gain,
    lowest_imaginable,
    objective_of,
    overspent,
)
from planner.optimize.sets import model_sets
from planner.problem import Rules, Standard


@given(st.integers(0, 9), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
@settings(max_examples=200, deadline=None)
def test_maximal_cliques_are_those_of_networkx(extra, pairs):
    edges = [(a, b) for a, b in pairs if a != b]
    size = max([extra, *(max(pair) for pair in edges)], default=0) + 1
    conflict = np.zeros((size, size), dtype=bool)
    for a, b in edges:
        conflict[a, b] = conflict[b, a] = True
    told = {frozenset(c) for c in nx.find_cliques(nx.Graph(edges)) if len(c) > 1}
    found = maximal_cliques(conflict)
    assert {frozenset(c) for c in found} == told
    assert len(found) == len(told)
    assert found == sorted(found)


def test_a_town_with_more_sites_than_python_can_recurse():
    conflict = ~np.eye(1100, dtype=bool)
    assert maximal_cliques(conflict) == [tuple(range(1100))]


def test_cliques_of_every_service_and_what_they_allow():
    """A and B offer passports today; the load near A, B, C needs three branches of 20 visits."""
    problem = tiny_problem(
        [0, 10],
        [0, 10, 20, 500],
        ("id", "passport"),
        visits=[[1, 25], [1, 25]],
        separation_km=[[[-1.0]], [[20.0]]],
        existing=[0, 1],
        today={0: ["passport"], 1: ["passport"]},
        capacity_visits=20.0,
    )
    assert [(c.service, c.sites, c.allowed) for c in model_sets(problem).cliques] == [
        (1, (0, 1, 2), 3)
    ]
    plain = with_rules(problem, justified_by_load=False)
    assert [c.allowed for c in model_sets(plain).cliques] == [2]  # what is inherited
    assert [c.allowed for c in model_sets(with_rules(plain, existing="may_close")).cliques] == [1]
    closed = with_rules(plain, locked_closed=frozenset({1}))
    assert [c.allowed for c in model_sets(closed).cliques] == [1]
    assert model_sets(with_rules(plain, duplicates="allow")).cliques == ()


@pytest.mark.parametrize("seed", range(30))
def test_cliques_of_random_problems(seed):
    problem = with_rules(random_problem(seed), duplicates="forbid")
    found = {(c.service, frozenset(c.sites)) for c in model_sets(problem).cliques}
    assert found == {(s, frozenset(group)) for s in range(2) for group in cliques(problem, s)}


def test_least_and_most():
    problem = tiny_problem(
        [0],
        [0, 1, 2, 3],
        ("id", "passport"),
        existing=[0, 1],
        proposed=[2],
        today={0: ["id"], 1: ["id"], 2: ["passport"]},
        rules=Rules(locked_open=frozenset({2}), locked_closed=frozenset({1})),
    )
    free = model_sets(problem)
    assert free.least_open.tolist() == [True, False, True, False]
    assert free.most_open.tolist() == [True, False, True, True]
    assert free.least_offered.tolist() == [[True, False], [False] * 2, [False] * 2, [False] * 2]
    listed = model_sets(with_rules(problem, mix="as_listed"))
    assert listed.most_open.tolist() == [True, False, True, False]
    assert listed.least_offered[2].tolist() == [False, True]
    assert listed.most_offered[0].tolist() == [True, False]
    loose = model_sets(with_rules(problem, existing="may_close"))
    assert loose.least_open.tolist() == [False, False, True, False]


def test_arcs_end_before_the_nearest_certain_branch():
    problem = tiny_problem([0, 30], [0, 10, 20, 40], existing=[2], no_route=[(1, 0)])
    arcs = model_arcs(problem, model_sets(problem))
    first, second = arcs.site[: arcs.start[1]].tolist(), arcs.site[arcs.start[1] :].tolist()
    assert (first, second) == ([0, 1], [])  # p1 is 10 km from C and from D: no nearer site
    assert arcs.rest_cost.tolist() == [20, 10]
    assert arcs.exact.all()


def test_visit_types_that_need_the_same_services_are_one_class():
    problem = tiny_problem(
        [0],
        [0],
        ("id", "passport"),
        visit_types={"new": ["id"], "lost": ["id"], "both": ["id", "passport"]},
        visits=[[1, 2, 4]],
    )
    assert [(c.needs, c.visits.tolist()) for c in model_sets(problem).classes] == [
        ((0,), [3]),
        ((0, 1), [4]),
    ]


def test_shortened_lists_keep_a_bound_for_the_rest(monkeypatch):
    problem = tiny_problem([0], list(range(1, 13)))
    monkeypatch.setattr(listing, "LISTED_ARCS", 3)
    arcs = model_arcs(problem, model_sets(problem))
    assert (arcs.site.tolist(), arcs.rest_cost.tolist()) == (list(range(8)), [9.0])
    assert not arcs.exact.any()
    wider = model_arcs(problem, model_sets(problem), {(0, 0): 12})
    assert wider.site.size == 12
    assert np.isinf(wider.rest_cost).all()


def worth(problem, network):
    rows = cheapest_choice(problem, network)
    return objective_of(problem, model_sets(problem), network, rows)


def test_sums_over_a_network():
    problem = tiny_problem(
        [0, 10],
        [0, 10],
        separation_km=20.0,
        branch_annual_kes=[5, 7],
        offering_annual_kes=[[1], [1]],
        capital_kes=[3, 4],
        existing=[0],
        rules=Rules(objective="total_cost", duplicates_price=0.5),
    )
    free = model_sets(problem)
    both = Network(np.ones(2, bool), np.ones((2, 1), bool))
    assert worth(problem, both) == 0.5 * 20 + 14
    one = Network(np.array([True, False]), np.array([[True], [False]]))
    assert worth(problem, one) == 100 + 6
    none = Network(np.zeros(2, bool), np.zeros((2, 1), bool))
    assert worth(problem, none) == float("inf")  # someone could serve them
    assert lowest_imaginable(problem, free) == 6
    assert not overspent(with_rules(problem, annual_max_kes=14, capital_max_kes=4), both)
    assert overspent(with_rules(problem, annual_max_kes=13), both)
    assert overspent(with_rules(problem, capital_max_kes=3), both)


def test_a_first_wish_knows_who_has_no_route():
    problem = tiny_problem([0, 10], [0, 10], no_route=[(1, 0), (1, 1)], visits=[3, 5])
    assert first_gain(problem, model_sets(problem)).tolist() == [[30, 0]]


# -- formats, and what tells visits apart ----------------------------------------------------


def test_formats_left_by_locks_and_by_what_is_kept():
    problem = tiny_problem(
        [0],
        [0, 9, 20],
        ("id", "passport"),
        formats={"desk": ["id"], "office": ["id", "passport"]},
        existing=[0],
        today_format=[2, -1, -1],
        rules=Rules(
            locked_format={1: 1}, locked_closed=frozenset({2}), locked_withheld=frozenset({(1, 0)})
        ),
    )
    free = model_sets(problem)
    assert free.most_format.tolist() == [[False, False, True], [False, True, False], [False] * 3]
    assert free.most_open.tolist() == [True, False, False]  # a desk without ids offers nothing
    assert free.could_complete((1,)).tolist() == [True, True, True]  # locks aside
    assert free.able((1,)).tolist() == [True, False, False]


def test_no_format_may_offer_what_one_trip_needs():
    problem = tiny_problem(
        [0],
        [0],
        ("id", "passport"),
        visit_types={"both": ["id", "passport"]},
        formats={"desk": ["id"], "window": ["passport"]},
    )
    assert not model_sets(problem).could_complete((0, 1)).any()


@pytest.mark.parametrize(
    ("rules", "count"),
    [
        ({}, 1),
        ({"capacity": "hard"}, 2),
        ({"assignment": "single"}, 2),
        ({"standards": (Standard(0, None, 0.5, 60.0),)}, 2),
        ({"tail_share": 0.5}, 1),
    ],
)
def test_visit_types_are_apart_only_where_a_rule_tells_them_apart(rules, count):
    problem = tiny_problem(
        [0], [0], visit_types={"new": ["passport"], "lost": ["passport"]}, capacity_visits=99
    )
    assert len(model_sets(with_rules(problem, **rules)).classes) == count


def test_lists_end_at_a_certain_branch_only_where_nobody_may_want_to_go_farther():
    problem = tiny_problem([0], [5, 10, 20], existing=[1], capacity_visits=5)
    assert model_arcs(problem, model_sets(problem)).site.tolist() == [0]
    full = with_rules(problem, capacity="hard")
    assert model_arcs(full, model_sets(full)).site.tolist() == [0, 1, 2]
    near = with_rules(problem, standards=(Standard(0, None, 0.5, 60.0),))
    assert model_arcs(near, model_sets(near)).site.tolist() == [0]
    fares = replace(near, impedance=problem.minutes**0.5)
    assert model_arcs(fares, model_sets(fares)).site.tolist() == [0, 1, 2]


def test_a_million_arcs_are_listed_in_a_few_seconds():
    rng = np.random.default_rng(0)
    problem = tiny_problem(
        rng.random((10_000, 2)) * 900, rng.random((100, 2)) * 900, rules=Rules(duplicates="allow")
    )
    known = model_sets(problem)
    begin = time.monotonic()
    listed = model_arcs(problem, known, most=10**9)
    assert time.monotonic() - begin < 5
    assert listed.site.size == 1_000_000
    assert (np.diff(listed.cost.reshape(10_000, 100)) >= 0).all()
