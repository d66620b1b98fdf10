"""Bounds that carry over, against every plan of small problems."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import random_problem, rich_problem, with_rules
from evaluate.naive import best_network, keeps_rules, objective, right_networks

from planner.optimize.looser import bound_from, is_looser
from planner.problem import PlanningProblem, Rules, Standard

EXISTING = ("keep", "may_change", "may_close")
DUPLICATES = ("forbid", "cap", "price", "allow")


def changed(problem: PlanningProblem, rng: np.random.Generator) -> tuple[str, PlanningProblem]:
    """The problem with one rule, drawn at random, that is stricter, looser or other."""
    rules, sites = problem.rules, len(problem.site_ids)
    site, service = int(rng.integers(sites)), int(rng.integers(2))
    more = int(rng.integers(-1, 2))
    few = None if rng.random() < 0.3 else int(rng.integers(1, sites + 1))
    money = None if rng.random() < 0.3 else int(rng.integers(800, 9000))
    standard = Standard(
        service,
        None if rng.random() < 0.5 else int(rng.integers(2)),
        float(rng.choice([0.25, 0.5, 0.8])),
        float(rng.choice([40.0, 80.0])),
    )
    asked = rules.standards
    draws: dict[str, dict[str, object]] = {
        "branches_min": {"branches_min": few},
        "branches_max": {"branches_max": few},
        "new_max": {"new_max": few},
        "capital": {"capital_max_kes": money},
        "annual": {"annual_max_kes": money},
        "division capital": {"division_capital_max_kes": money and {service: money // 10}},
        "division annual": {"division_annual_max_kes": money and {service: money // 10}},
        "existing": {"existing": str(rng.choice(EXISTING))},
        "floor": {"floor_branches": int(rng.integers(0, 3))},
        "floor of an area": {"floor_areas": {service: int(rng.integers(0, 3))}},
        "floor of a service": {"floor_services": {service: int(rng.integers(0, 2))}},
        "standards": {"standards": asked[1:] if len(asked) > 1 else (*asked, standard)},
        "share": {"standards": tuple(replace(s, share=min(1, s.share + 0.2)) for s in asked)},
        "within": {"standards": tuple(replace(s, within_min=s.within_min - 9) for s in asked)},
        "duplicates": {"duplicates": str(rng.choice(DUPLICATES))},
        "cap": {"duplicates": "cap", "duplicates_max": max(0, rules.duplicates_max + more)},
        "price": {"duplicates": "price", "duplicates_price": float(rng.choice([0, 0.2, 0.9]))},
        "open": {"locked_open": rules.locked_open ^ {site}},
        "closed": {"locked_closed": rules.locked_closed ^ {site}},
        "offered": {"locked_offered": rules.locked_offered ^ {(site, service)}},
        "withheld": {"locked_withheld": rules.locked_withheld ^ {(site, service)}},
        "format": {"locked_format": {site: int(problem.format_allowed[site].argmax())}},
        "no format": {"locked_format": None},
        "tail": {"tail_share": float(rng.choice([0.0, 0.2, 0.6, 1.0]))},
        "beta": {"tail_beta": float(rng.choice([0.1, 0.2, 0.4]))},
        "load": {"justified_by_load": not rules.justified_by_load},
        "mix": {"mix": "free" if rules.mix == "as_listed" else "as_listed"},
    }
    what = str(rng.choice(list(draws)))
    return what, with_rules(problem, **draws[what])


def family(seed: int, size: int) -> list[PlanningProblem]:
    """A problem without soft rules and some that differ in one to three rules."""
    rng = np.random.default_rng(seed)
    problem = (rich_problem if seed % 2 else random_problem)(seed)
    hard = tuple(s for s in problem.rules.standards if s.is_hard)
    capacity = "hard" if problem.rules.capacity == "soft" else problem.rules.capacity
    found = [with_rules(problem, standards=hard, capacity=capacity)]
    while len(found) < size:
        one = found[int(rng.integers(len(found)))]
        for _ in range(int(rng.integers(1, 4))):
            _, one = changed(one, rng)
        if not one.rules.locked_open & one.rules.locked_closed:
            found.append(one)
    return found


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_every_plan_is_one_of_each_looser_question_and_costs_no_more_there(start):
    claims = 0
    for seed in range(start, start + 20):
        problems = family(seed, 7)
        pairs = [
            (loose, tight)
            for loose in problems
            for tight in problems
            if loose is not tight and is_looser(loose, tight)
        ]
        for tight in problems:
            loosers = [loose for loose, other in pairs if other is tight]
            claims += len(loosers)
            for plan in right_networks(tight) if loosers else ():
                cost = objective(tight, plan)
                for loose in loosers:
                    assert keeps_rules(loose, plan), (seed, loose.rules, tight.rules)
                    assert objective(loose, plan) <= cost * (1 + 1e-12) + 1e-9, (
                        seed,
                        loose.rules,
                        tight.rules,
                    )
    assert claims >= 40


@pytest.mark.parametrize("start", range(0, 20, 10))
def test_a_bound_that_is_carried_is_never_above_the_optimum(start):
    """The optima themselves are the bounds; with chords, which rest on two of them."""
    carried = 0
    for seed in range(start, start + 10):
        problems = family(seed, 5)
        rng = np.random.default_rng(seed)
        first = with_rules(problems[0], duplicates="price")
        problems += [with_rules(first, duplicates_price=float(p)) for p in rng.random(3)]
        problems += [with_rules(first, tail_share=float(w)) for w in rng.random(3)]
        best = [best_network(problem) for problem in problems]
        for n, problem in enumerate(problems):
            others = [
                (other, found[1])
                for k, (other, found) in enumerate(zip(problems, best, strict=True))
                if found is not None and k != n
            ]
            bound = bound_from(problem, others)
            optimum = best[n]
            if bound is not None and optimum is not None:
                carried += 1
                assert bound <= optimum[1] * (1 + 1e-7) + 1e-7, (seed, n)
    assert carried >= 20


# -- by hand -----------------------------------------------------------------------------------


def base(**rules: object) -> PlanningProblem:
    problem = random_problem(3)
    return replace(problem, rules=Rules(**rules))


@pytest.mark.parametrize(
    ("loose", "tight"),
    [
        ({}, {"branches_max": 3}),
        ({"branches_min": 1}, {"branches_min": 2, "branches_max": 2}),
        ({"new_max": 3}, {"new_max": 1}),
        ({"annual_max_kes": 9}, {"annual_max_kes": 8, "capital_max_kes": 1}),
        ({"division_annual_max_kes": {0: 9}}, {"division_annual_max_kes": {0: 8, 1: 3}}),
        ({"division_capital_max_kes": None}, {"division_capital_max_kes": {0: 8}}),
        ({"floor_branches": 1}, {"floor_branches": 0, "floor_areas": {0: 1, 1: 2}}),
        ({"floor_services": {1: 0}}, {"floor_services": {0: 1}}),
        ({"duplicates": "allow"}, {"duplicates": "price", "duplicates_price": 0.5}),
        ({"duplicates": "price", "duplicates_price": 0.0}, {"duplicates": "allow"}),
        ({"duplicates": "price", "duplicates_price": 0.2}, {"duplicates": "forbid"}),
        (
            {"duplicates": "price", "duplicates_price": 0.2},
            {"duplicates": "price", "duplicates_price": 0.3},
        ),
        ({"duplicates": "cap", "duplicates_max": 2}, {"duplicates": "cap", "duplicates_max": 1}),
        ({"duplicates": "forbid"}, {"duplicates": "cap", "duplicates_max": 0}),
        ({"existing": "may_close"}, {"existing": "may_change"}),
        ({"existing": "may_change", "duplicates": "allow"}, {"existing": "keep"}),
        ({"locked_open": frozenset({1})}, {"locked_open": frozenset({1, 2})}),
        ({"locked_format": None}, {"locked_format": {0: 0}}),
        ({"tail_share": 0.2, "tail_beta": 0.2}, {"tail_share": 0.2, "tail_beta": 0.1}),
        ({"tail_share": 0.0, "tail_beta": 0.1}, {"tail_share": 0.4, "tail_beta": 0.3}),
        (
            {"standards": (Standard(0, None, 0.5, 60.0),)},
            {"standards": (Standard(0, None, 0.6, 50.0), Standard(1, 0, 0.1, 10.0))},
        ),
    ],
)
def test_what_is_looser_and_not_the_other_way(loose, tight):
    one, other = base(**loose), base(**tight)
    assert is_looser(one, other)
    assert bound_from(other, [(one, 5.0)]) == 5.0
    both = {"forbid", "cap"} == {one.rules.duplicates, other.rules.duplicates}
    free = one.rules.duplicates_price == 0 and other.rules.duplicates == "allow"
    if both or free:
        assert is_looser(other, one)
    else:
        assert bound_from(one, [(other, 5.0)]) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mix": "free"}, {"mix": "as_listed"}),
        ({"justified_by_load": True}, {"justified_by_load": False}),
        ({"assignment": "split"}, {"assignment": "single"}),
        ({"objective": "travel_time"}, {"objective": "total_cost"}),
        ({"duplicates": "forbid"}, {"duplicates": "allow"}),
        (
            {"duplicates": "price", "duplicates_price": 0.2},
            {"duplicates": "cap"} | {"duplicates_max": 1},
        ),
        ({"existing": "may_change", "duplicates": "forbid"}, {"existing": "keep"}),
        ({"tail_share": 0.2, "tail_beta": 0.1}, {"tail_share": 0.4, "tail_beta": 0.2}),
        (
            {"standards": (Standard(0, None, 0.5, 60.0, is_hard=False),)},
            {"standards": (Standard(0, None, 0.6, 60.0, is_hard=False),)},
        ),
    ],
)
def test_what_does_not_carry_over(one, other):
    loose = base(**one)
    tight = base(**{"duplicates": loose.rules.duplicates, **other})
    assert bound_from(tight, [(loose, 5.0)]) is None


def test_nothing_carries_over_where_branches_may_be_too_full():
    problem = base(capacity="soft")
    assert bound_from(problem, [(problem, 5.0)]) is None
    roomy = replace(problem, capacity_visits=np.full_like(problem.capacity_visits, np.inf))
    assert bound_from(roomy, [(roomy, 5.0)]) == 5.0


def test_a_lock_that_closes_a_branch_that_must_stay_carries_nothing():
    """Elsewhere it must stay open, so the plans without it are none of those."""
    problem = random_problem(0)
    there = int(np.flatnonzero(problem.existing)[0])
    for existing, carries in (("keep", False), ("may_change", False), ("may_close", True)):
        one = replace(problem, rules=Rules(existing=existing))
        other = with_rules(one, locked_closed=frozenset({there}))
        assert is_looser(one, other) is carries


def test_other_figures_carry_nothing():
    problem = base()
    dearer = replace(problem, branch_annual_kes=problem.branch_annual_kes + 1)
    assert bound_from(problem, [(dearer, 5.0)]) is None
    assert bound_from(problem, [(replace(problem, remarks=("told",)), 5.0)]) == 5.0


def test_the_best_of_all_bounds_is_carried():
    problem = base(branches_max=2)
    solved = [(base(branches_max=4), 3.0), (base(branches_max=3), 4.0), (base(), float("nan"))]
    assert bound_from(problem, solved) == 4.0
    assert bound_from(problem, []) is None


def test_between_two_weights_the_chord_carries():
    ends = [(base(tail_share=0.2), 10.0), (base(tail_share=0.6), 18.0)]
    assert bound_from(base(tail_share=0.3), ends) == pytest.approx(12.0)
    assert bound_from(base(tail_share=0.7), ends) == 18.0
    assert bound_from(base(tail_share=0.1), ends) is None
    prices = [(base(duplicates_price=p), b) for p, b in ((1.0, 10.0), (3.0, 14.0))]
    assert bound_from(base(duplicates_price=2.0), prices) == pytest.approx(12.0)
    assert bound_from(base(duplicates="allow"), prices) is None


def test_the_families_speak_of_every_rule():
    rng = np.random.default_rng(0)
    problem = family(1, 2)[0]
    assert len(Counter(changed(problem, rng)[0] for _ in range(1000))) == 27
