"""The duplicates audit and the cliques behind price, cap and prohibition, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate import duplicate_pairs, violations
from planner.evaluate.cliques import allowance, conflict_cliques, excess_offers
from planner.problem import Rules

from .cases import random_problem, with_rules
from .naive import cliques, every_network, excess
from .tiny import tiny_plan, tiny_problem

# Three towns, 30 km from one to the next; B can serve 120 visits a year, A and C 100.
#
#   km   0          30         60
#        A          B          C
#        p0         p1         p2       visits a year: 80, 60, 10
TOWNS = {
    "points": [0, 30, 60],
    "sites": [0, 30, 60],
    "visits": [80.0, 60.0, 10.0],
    "separation_km": 30.0,
    "capacity_visits": [100.0, 120.0, 100.0],
}


def test_pairs_by_hand():
    problem = tiny_problem(**TOWNS)
    ab, bc = duplicate_pairs(problem, tiny_plan(problem, "ABC"))
    # 30 km apart counts (<=); 60 does not. A and B together: 140 visits > 120: justified.
    assert (ab.site_a, ab.site_b, ab.km, ab.separation_km) == (0, 1, 30, 30)
    assert (ab.load, ab.capacity, ab.justified) == (140, 120, True)
    # B and C together: 70 visits; one branch of 120 is enough.
    assert (bc.site_a, bc.site_b, bc.load, bc.capacity, bc.justified) == (1, 2, 70, 120, False)


def test_a_load_that_just_fits_is_not_justified():
    problem = tiny_problem(**{**TOWNS, "capacity_visits": 140.0})
    assert not duplicate_pairs(problem, tiny_plan(problem, "ABC"))[0].justified
    problem = tiny_problem(**{**TOWNS, "capacity_visits": 139.0})
    assert duplicate_pairs(problem, tiny_plan(problem, "ABC"))[0].justified


def test_a_capacity_that_is_not_given_justifies_nothing():
    problem = tiny_problem(**{**TOWNS, "capacity_visits": [1.0, np.inf, 1.0]})
    assert [p.justified for p in duplicate_pairs(problem, tiny_plan(problem, "ABC"))] == [False] * 2


def test_evidence_does_not_depend_on_the_rule():
    problem = tiny_problem(**TOWNS, rules=Rules(justified_by_load=False))
    assert duplicate_pairs(problem, tiny_plan(problem, "ABC"))[0].justified


def test_another_separation_for_the_audit():
    problem = tiny_problem(**TOWNS)
    plan = tiny_plan(problem, "ABC")
    assert len(duplicate_pairs(problem, plan, 60.0)) == 3
    assert duplicate_pairs(problem, plan, 60.0)[1].separation_km == 60
    assert duplicate_pairs(problem, plan, 29.9) == ()
    never = tiny_problem(**{**TOWNS, "separation_km": -1.0})
    assert duplicate_pairs(never, plan) == ()
    assert len(duplicate_pairs(never, plan, 30.0)) == 2


def test_two_sites_in_one_place():
    """Different services under one roof are never duplicates; the same one at distance 0 is."""
    problem = tiny_problem([0], [5, 5], ("id", "passport"), separation_km=0.0)
    assert duplicate_pairs(problem, tiny_plan(problem, {"A": ["id"], "B": ["passport"]})) == ()
    assert len(duplicate_pairs(problem, tiny_plan(problem, {"A": ["id"], "B": ["id"]}))) == 1


def test_pairs_by_service_then_by_site_id():
    problem = tiny_problem([0], [0, 1, 2], ("id", "passport"), separation_km=9.0)
    problem = replace(problem, site_ids=("z", "a", "m"))
    plan = tiny_plan(problem, ["z", "a", "m"])
    told = [
        (p.service, problem.site_ids[p.site_a], problem.site_ids[p.site_b])
        for p in duplicate_pairs(problem, plan)
    ]
    pairs = [("a", "m"), ("a", "z"), ("m", "z")]
    assert told == [(s, *pair) for s in (0, 1) for pair in pairs]


def test_only_open_branches_and_the_visits_worked_on_count():
    problem = tiny_problem(
        [0, 30],
        [0, 30],
        ("id", "passport"),
        visit_types={"collect": ["id", "passport"]},
        does={"collect": ["id"]},
        visits=[20.0, 30.0],
        separation_km=50.0,
        capacity_visits=40.0,
    )
    ids, passports = duplicate_pairs(problem, tiny_plan(problem, "AB"))
    # every visit needs both services at the branch, and only the id is worked on
    assert (ids.load, ids.justified) == (50, True)
    assert (passports.load, passports.justified) == (0, False)
    plan = tiny_plan(problem, "AB")
    closed = replace(plan, is_open=np.array([True, False]), format=None)
    assert duplicate_pairs(problem, closed) == ()


# -- cliques -------------------------------------------------------------------------------


def test_cliques_by_hand():
    problem = tiny_problem([0], [0, 10, 20, 100, 108], separation_km=10.0)
    assert conflict_cliques(problem, 0) == ((0, 1), (1, 2), (3, 4))
    wide = replace(problem, separation_km=np.full((1, 5, 5), 20.0))
    assert conflict_cliques(wide, 0) == ((0, 1, 2), (3, 4))
    dense = problem.separation_km.copy()
    dense[0, 3:, 3:] = 5.0  # two sites in dense areas have a separation of their own
    assert conflict_cliques(replace(problem, separation_km=dense), 0) == ((0, 1), (1, 2))


def test_what_load_allows_by_hand():
    problem = tiny_problem(**TOWNS, near_km=10.0)
    # near A or B (10 km): p0 and p1 = 140 visits; 140 / 120 = 1.17, so two may offer it
    assert allowance(problem, 0, (0, 1)) == 2
    # near B or C: 70 visits, one is enough
    assert allowance(problem, 0, (1, 2)) == 1
    # with a reach of 30 km all three points are near B: 150 / 120 -> 2
    assert allowance(tiny_problem(**TOWNS), 0, (1, 2)) == 2
    assert allowance(with_rules(problem, justified_by_load=False), 0, (0, 1)) == 1
    unlimited = replace(problem, capacity_visits=np.array([[100.0], [np.inf], [100.0]]))
    assert allowance(unlimited, 0, (0, 1)) == 1


@pytest.mark.parametrize(
    ("visits", "capacity", "branches"),
    [(200.0, 100.0, 2), (200.5, 100.0, 3), (99.0, 100.0, 1), (0.0, 100.0, 1), (0.0, 0.0, 1)],
)
def test_load_is_rounded_up(visits, capacity, branches):
    problem = tiny_problem(
        [0], [0, 0, 0, 0], visits=visits, separation_km=1.0, capacity_visits=capacity
    )
    assert allowance(problem, 0, (0, 1, 2, 3)) == branches


def test_rounding_errors_do_not_justify_a_branch():
    # 0.1 + 0.2 is a little more than 0.3 in binary numbers: still three times 0.1
    problem = tiny_problem(
        [0, 0], [0] * 5, visits=[0.1, 0.2], separation_km=1.0, capacity_visits=0.1
    )
    assert allowance(problem, 0, (0, 1, 2, 3, 4)) == 3


def test_excess_by_hand():
    problem = tiny_problem(**TOWNS, near_km=10.0, rules=Rules(duplicates="forbid"))
    plan = tiny_plan(problem, "ABC")
    (found,) = excess_offers(problem, plan)
    # A-B may both offer it by load; B-C may not
    assert (found.sites, found.offers, found.allowed, found.excess) == ((1, 2), 2, 1, 1)
    (broken,) = violations(problem, plan)
    assert broken.text == (
        "Unnecessary duplicates are forbidden: passport is offered at B and C, all within the "
        "separation of one another; 1 of these 2 may offer it."
    )
    assert violations(problem, tiny_plan(problem, "AB")) == ()
    capped = with_rules(problem, duplicates="cap", duplicates_max=1)
    assert violations(capped, plan) == ()
    strict = with_rules(capped, duplicates_max=1, justified_by_load=False)
    assert violations(strict, plan)[0].text.startswith(
        "The plan has 2 excess duplicates; at most 1 are allowed."
    )


def test_branches_in_two_cliques_count_twice_and_are_told_once():
    """C and D lie 40 km apart on either side of A and B: the cliques are A-B-C and A-B-D."""
    problem = tiny_problem(
        [(0, 0)],
        [(0, 0), (0, 10), (-20, 5), (20, 5)],
        separation_km=30.0,
        rules=Rules(duplicates="forbid"),
    )
    plan = tiny_plan(problem, "AB")
    assert [found.sites for found in excess_offers(problem, plan)] == [(0, 1, 2), (0, 1, 3)]
    assert len(violations(problem, plan)) == 1
    capped = with_rules(problem, duplicates="cap", duplicates_max=1)
    assert "has 2 excess duplicates" in violations(capped, plan)[0].text


@pytest.mark.parametrize("seed", range(40))
def test_cliques_and_excess_agree_with_enumeration(seed):
    problem = random_problem(seed)
    for s in range(2):
        found = [set(group) for group in conflict_cliques(problem, s)]
        assert sorted(map(sorted, found)) == sorted(map(sorted, cliques(problem, s)))
    for plan in list(every_network(problem))[::7]:
        found = excess_offers(problem, plan)
        by_service = [sum(e.excess for e in found if e.service == s) for s in range(2)]
        assert by_service == excess(problem, plan)
