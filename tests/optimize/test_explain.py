"""Infeasible, in words: the smallest set of rules that clash, and true figures to mend it."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from evaluate.cases import random_problem, rich_problem, with_rules
from evaluate.naive import annual_kes, best_network, best_plan, excess, right_networks
from evaluate.tiny import tiny_problem

from planner.optimize import Limits, find_plan
from planner.optimize.explain import Watch, explain, groups, without
from planner.optimize.explain.finding import first_that
from planner.optimize.explain.proofs import least
from planner.plan import Clash
from planner.problem import PlanningProblem, Rules, Standard

from .problems import crowded_problem, millions_problem, odd_money_problem


@cache
def clashes_of(problem: PlanningProblem) -> dict[str, Clash]:
    answer = find_plan(problem, Limits(20, 0.0))
    assert answer.status == "infeasible"
    assert (answer.plan, answer.objective, answer.bound, answer.gap) == (None,) * 4
    return {clash.rule: clash for clash in answer.clashes}


def needed(problem: PlanningProblem, what: str, watch: Watch) -> int | None:
    return least(problem, what, watch).value


def two_areas(**changes: object) -> PlanningProblem:
    """Sites A and B in West, C in East, in a row 20 km apart; a branch costs 10, capital 100."""
    rules = changes.pop("rules")
    return tiny_problem(
        [0, 40],
        [0, 20, 40],
        site_area=[0, 0, 1],
        areas=2,
        branch_annual_kes=10,
        capital_kes=100,
        rules=rules,
        **changes,
    )


def test_floors_and_budget():
    told = clashes_of(
        two_areas(rules=Rules(floor_branches=1, annual_max_kes=19, duplicates="allow"))
    )
    assert list(told) == ["rules.annual_kes", "rules.branches_per_area"]
    money, floor = told.values()
    assert money.text == (
        "At most KES 19 a year. What the other rules ask for costs KES 20 a year at the least."
    )
    assert money.repair == "KES 20 is enough for the other rules (rules.annual_kes)."
    assert floor.text == (
        "Branches: at least 1 in every area. Where this clashes already: 001 and 002."
    )
    assert floor.repair == (
        "A floor of 0 instead of 1 in 001 is enough (rules.branches_per_area.areas)."
    )


def test_floors_and_capital():
    told = clashes_of(
        two_areas(
            existing=[0],
            rules=Rules(floor_branches=1, capital_max_kes=99, duplicates="allow"),
        )
    )
    assert list(told) == ["rules.capital_kes", "rules.branches_per_area"]
    money, floor = told.values()
    assert money.text == (
        "At most KES 99 of capital. What the other rules ask for costs KES 100 once at the least."
    )
    assert money.repair == "KES 100 is enough for the other rules (rules.capital_kes)."
    assert floor.text.endswith("Where this clashes already: 002.")


def test_floors_and_count():
    told = clashes_of(two_areas(rules=Rules(floor_branches=1, branches_max=1, duplicates="allow")))
    assert list(told) == ["rules.branches", "rules.branches_per_area"]
    count = told["rules.branches"]
    assert count.text == (
        "Number of branches: at most 1. "
        "What must be open and the floors come to 2 branches at the least."
    )
    assert count.repair == "With the other rules the number of branches can be 2 to 3: 1 more."


def test_floors_of_a_service_and_forbidden_duplicates():
    told = clashes_of(
        two_areas(
            separation_km=40.0,
            rules=Rules(floor_services={0: 1}, duplicates="forbid"),
        )
    )
    assert list(told) == ["rules.branches_per_area", "duplicates.rule"]
    floor, duplicate = told.values()
    assert floor.text.startswith("Branches: at least 1 with passport in every area.")
    assert duplicate.text == "No service at two branches within 40 km by road."
    assert duplicate.repair.startswith("Allow one duplicate (duplicates.rule = cap, max = 1)")


def test_more_branches_asked_for_than_an_area_has_sites():
    told = clashes_of(two_areas(rules=Rules(floor_branches=2, duplicates="allow")))
    (floor,) = told.values()
    assert floor.text == (
        "Branches: at least 2 in every area. Where this clashes already: 002. "
        "Too few sites could be a branch in 002 (1 of 2)."
    )
    assert floor.repair == (
        "Add candidate sites, at least 1 in 002. Or: A floor of 1 instead of 2 in 002 is enough "
        "(rules.branches_per_area.areas)."
    )


def test_locks_and_count():
    told = clashes_of(
        two_areas(rules=Rules(locked_open=frozenset({0, 1, 2}), branches_max=2, duplicates="allow"))
    )
    assert list(told) == ["rules.branches", "sites"]
    assert told["sites"].text == "Sites that must be open: A, B and C."
    assert told["sites"].repair == ("Unlock A (sites.open) or B (sites.open) or C (sites.open).")


def test_locks_closed_and_floors():
    told = clashes_of(
        two_areas(rules=Rules(locked_closed=frozenset({2}), floor_branches=1, duplicates="allow"))
    )
    assert list(told) == ["rules.branches_per_area", "sites"]
    assert told["sites"].text == "Sites that must stay closed: C."
    assert told["sites"].repair == "Unlock C (sites.closed)."
    floor = told["rules.branches_per_area"]
    assert floor.text.endswith("Too few sites could be a branch in 002 (0 of 1).")
    assert floor.repair == (
        "Add candidate sites, at least 1 in 002. Or: A floor of 0 instead of 1 in 002 is enough "
        "(rules.branches_per_area.areas)."
    )


def test_exactly_fewer_than_there_are():
    told = clashes_of(
        two_areas(
            existing=[0, 1, 2],
            rules=Rules(branches_min=2, branches_max=2, duplicates="allow"),
        )
    )
    assert list(told) == ["rules.branches", "rules.existing"]
    count, existing = told.values()
    assert count.text == (
        "Number of branches: exactly 2. "
        "What must be open and the floors come to 3 branches at the least."
    )
    assert count.repair == "With the other rules the number of branches can be 3: 1 more."
    assert existing.text == "Today's 3 branches and their services are kept."
    assert existing.repair == (
        "Close A or B or C (sites.closed). "
        "Or: Let existing branches close (rules.existing = may_close)."
    )


def test_the_branch_of_today_that_is_in_the_way_is_named():
    """B, next to C, is kept, so C cannot open; A is far from both."""
    problem = tiny_problem(
        [0, 100],
        [0, 100, 110],
        site_area=[0, 0, 1],
        areas=2,
        existing=[0, 1],
        separation_km=20.0,
        rules=Rules(floor_branches=1, duplicates="forbid"),
    )
    told = clashes_of(problem)
    assert list(told) == ["rules.branches_per_area", "duplicates.rule", "rules.existing"]
    assert told["rules.existing"].text == (
        "Today's 2 branches and their services are kept. Where this clashes already: B."
    )


def test_more_new_branches_needed_than_allowed():
    told = clashes_of(
        two_areas(
            existing=[0],
            rules=Rules(branches_min=3, branches_max=3, new_max=1, duplicates="allow"),
        )
    )
    assert list(told) == ["rules.branches"]
    count = told["rules.branches"]
    assert count.text == "Number of branches: exactly 3, at most 1 new."
    assert count.repair == (
        "Allow 2 new branches, 1 more (rules.branches.new_max). "
        "Or: With the other rules the number of branches can be 1 to 2: 1 fewer."
    )


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        ("rules.branches", {"branches_max": 0}),
        ("rules.branches", {"new_max": 0}),
        ("rules.annual_kes", {"annual_max_kes": 0}),
        ("rules.capital_kes", {"capital_max_kes": 0}),
    ],
)
def test_nothing_at_all_is_a_limit_too(rule, limit):
    told = clashes_of(two_areas(rules=Rules(duplicates="allow", **limit)))
    assert list(told) == [rule]
    assert told[rule].repair


def test_what_is_listed_and_floors():
    """Nothing is listed in East, so nothing can open there while every mix is as listed."""
    told = clashes_of(
        two_areas(existing=[0], rules=Rules(mix="as_listed", floor_branches=1, duplicates="allow"))
    )
    assert list(told) == ["rules.branches_per_area", "rules.mix"]
    assert told["rules.mix"].repair == "Let the plan choose the services (rules.mix = free)."


def test_more_than_money_is_wrong():
    """The floor costs more than the budget, and two locks are more than the count."""
    problem = two_areas(
        rules=Rules(
            floor_branches=1,
            annual_max_kes=15,
            branches_max=1,
            duplicates="allow",
        )
    )
    told = clashes_of(problem)
    assert set(told) == {"rules.annual_kes", "rules.branches_per_area"}
    assert told["rules.annual_kes"].repair == (
        "At least KES 20 is needed; more money alone does not help, because other rules clash "
        "as well."
    )


# -- every group of rules ------------------------------------------------------------------


def test_a_standard_that_no_site_can_keep():
    """Half of the visits are 30 km from the nearest site: at 20 minutes only half are near."""
    problem = tiny_problem(
        [0, 30],
        [0, 60],
        visits=[50, 50],
        rules=Rules(duplicates="allow", standards=(Standard(0, None, 0.9, 20.0),)),
    )
    told = clashes_of(problem)
    assert list(told) == ["standards.passport"]
    assert told["standards.passport"].text == (
        "At least 90 % of the passport visits within 20 min. Of the passport visits, only 50 % "
        "have any site within 20 min that could serve them."
    )
    assert told["standards.passport"].repair == (
        "Enough for passport: 50 % instead of 90 % (standards.passport.share), "
        "or 30 min instead of 20 (standards.passport.within_min)."
    )


def test_a_standard_and_the_number_of_branches():
    """One branch reaches 60 of 100 visits within 10 minutes, two reach all."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        visits=[60, 40],
        point_area=[0, 1],
        site_area=[0, 1],
        rules=Rules(
            duplicates="allow",
            branches_max=1,
            standards=(Standard(0, None, 0.8, 10.0), Standard(0, 0, 0.1, 10.0)),
        ),
    )
    told = clashes_of(problem)
    assert list(told) == ["rules.branches", "standards.passport"]
    assert told["rules.branches"].repair == (
        "With the other rules the number of branches can be 2: 1 more."
    )
    standard = told["standards.passport"]
    assert standard.text == (
        "At least 80 % of the passport visits within 10 min; "
        "At least 10 % of the passport visits in 001 within 10 min."
    )
    assert standard.repair.startswith("Enough for passport: 60 % instead of 80 %")
    assert "or 100 min instead of 10" in standard.repair


def test_capacity_of_all_sites_together():
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        visits=[60, 60],
        capacity_visits=50.0,
        rules=Rules(duplicates="allow", capacity="hard"),
    )
    told = clashes_of(problem)
    assert list(told) == ["rules.capacity"]
    assert told["rules.capacity"].text.endswith(
        "All sites together can serve 100 visits a year; 120 are asked for."
    )
    assert told["rules.capacity"].repair == (
        "Let capacity be missed where it must (rules.capacity = soft). "
        "Or: 20 % more capacity at every site is enough."
    )


def test_capacity_of_as_many_branches_as_are_allowed():
    problem = tiny_problem(
        [0, 100, 200],
        [0, 100, 200],
        visits=50.0,
        capacity_visits=[80.0, 60.0, 10.0],
        rules=Rules(duplicates="allow", capacity="hard", branches_max=2),
    )
    told = clashes_of(problem)
    assert list(told) == ["rules.branches", "rules.capacity"]
    assert told["rules.capacity"].text.endswith(
        "The 2 largest of the sites, as many as may be open, can serve 140 visits a year; "
        "150 are asked for."
    )
    assert told["rules.branches"].repair.endswith("the number of branches can be 3: 1 more.")
    assert "Or: 8 % more capacity" in told["rules.capacity"].repair


def test_capacity_that_single_assignment_wastes():
    """Three points of 40 at two branches of 60: split, yes; each whole, only two fit."""
    problem = tiny_problem(
        [0, 50, 100],
        [0, 100],
        visits=40.0,
        capacity_visits=60.0,
        rules=Rules(duplicates="allow", capacity="hard", assignment="single"),
    )
    told = {clash.rule: clash for clash in explain(problem, Watch(time.monotonic() + 20))}
    assert list(told) == ["rules.capacity", "rules.assignment"]
    assert told["rules.assignment"].repair == (
        "Let visits be split over branches (rules.assignment = split)."
    )
    assert "Or: 34 % more capacity" in told["rules.capacity"].repair


def test_locks_of_offerings_that_contradict_the_money():
    problem = two_areas(
        offering_annual_kes=5,
        rules=Rules(
            duplicates="allow",
            annual_max_kes=29,
            locked_offered=frozenset({(0, 0), (1, 0)}),
            locked_closed=frozenset({2}),
        ),
    )
    told = clashes_of(problem)
    assert list(told) == ["rules.annual_kes", "sites"]
    assert told["rules.annual_kes"].repair.startswith("KES 30 is enough")
    assert told["sites"].text == (
        "Sites that must stay closed: C. What must be offered: passport at A and passport at B."
    )
    assert (
        told["sites"].repair == "Unlock passport at A (sites.offer) or passport at B (sites.offer)."
    )


def test_a_divisions_budget():
    """Immigration's floor of one offering in each of two areas costs 10, and it has 9."""
    problem = two_areas(
        offering_annual_kes=5,
        divisions=["immigration"],
        service_division=[0],
        rules=Rules(duplicates="allow", floor_services={0: 1}, division_annual_max_kes={0: 9}),
    )
    told = clashes_of(problem)
    money = told["rules.annual_kes.divisions.immigration"]
    assert money.text == "At most KES 9 a year for immigration."
    assert money.repair == (
        "KES 10 is enough for the other rules (rules.annual_kes.divisions.immigration)."
    )


def test_floors_of_named_areas():
    told = clashes_of(two_areas(rules=Rules(floor_areas={1: 2, 0: 1}, duplicates="allow")))
    (floor,) = told.values()
    assert floor.text == (
        "Branches: at least 1 in 001 and at least 2 in 002. Where this clashes already: 002. "
        "Too few sites could be a branch in 002 (1 of 2)."
    )
    assert floor.repair.endswith(
        "A floor of 1 instead of 2 in 002 is enough (rules.branches_per_area.areas)."
    )


def test_two_areas_whose_only_sites_are_duplicates():
    problem = two_areas(
        separation_km=40.0,
        rules=Rules(floor_services={0: 1}, duplicates="forbid", locked_closed=frozenset({0})),
    )
    told = clashes_of(problem)
    assert list(told) == ["rules.branches_per_area", "duplicates.rule"]
    assert "are duplicates of one another, and both areas must have one" in (
        told["rules.branches_per_area"].text
    )
    assert told["duplicates.rule"].repair.endswith("Or: A separation of 19 km is enough.")


def test_existing_branches_that_may_change_their_services():
    """A is kept with passports, 10 km from C, which must offer them too."""
    problem = tiny_problem(
        [0, 100],
        [0, 10],
        services=("id", "passport"),
        existing=[0],
        separation_km=[[[5.0]], [[20.0]]],
        rules=Rules(duplicates="forbid", locked_offered=frozenset({(1, 1)})),
    )
    told = clashes_of(problem)
    assert list(told) == ["duplicates.rule", "sites", "rules.existing"]
    assert "(rules.existing = may_change)" in told["rules.existing"].repair
    assert told["sites"].repair == "Unlock passport at B (sites.offer)."


# -- repairs are exact ---------------------------------------------------------------------


def without_plan(seeds: range) -> list[PlanningProblem]:
    problems = (rich_problem(seed) for seed in seeds)
    return [problem for problem in problems if best_plan(problem) is None]


def test_rich_clashes_are_the_smallest_and_their_figures_exact():
    """Each set clashes, none smaller does; every figure helps, and a little less does not."""
    exact: Counter[str] = Counter()
    for problem in without_plan(range(40)):
        told = {c.rule: c for c in explain(problem, Watch(time.monotonic() + 30))}
        rest = [group for group in groups(problem) if group not in told]
        clash = without(problem, rest)
        assert best_plan(clash) is None
        for group in told:
            assert best_plan(without(clash, (group,))) is not None, group
        for group, entry in told.items():
            exact.update(check_repair(problem, group, entry.repair))
    assert sum(exact.values()) >= 12, exact


def check_repair(problem: PlanningProblem, group: str, repair: str) -> list[str]:
    checked = []
    if group.startswith("standards.") and (found := re.search(r"([\d.]+) % instead", repair)):
        share = float(found[1]) / 100
        s = problem.service_ids.index(group.removeprefix("standards."))
        assert best_plan(capped(problem, s, share=share)) is not None
        assert best_plan(capped(problem, s, share=share + 0.001)) is None
        checked.append("share")
    if group.startswith("standards.") and (found := re.search(r"(\d+) min instead", repair)):
        s = problem.service_ids.index(group.removeprefix("standards."))
        assert best_plan(capped(problem, s, minutes=int(found[1]))) is not None
        assert best_plan(capped(problem, s, minutes=int(found[1]) - 1)) is None
        checked.append("minutes")
    for key, rule in (
        ("rules.annual_kes", "annual_max_kes"),
        ("rules.capital_kes", "capital_max_kes"),
    ):
        if group == key and (found := re.match(r"KES ([\d,]+) is enough", repair)):
            need = int(found[1].replace(",", ""))
            assert best_plan(with_rules(problem, **{rule: need})) is not None
            assert best_plan(with_rules(problem, **{rule: need - 1})) is None
            checked.append("money")
    if group == "duplicates.rule" and (found := re.search(r"max = (\d+)", repair)):
        need = int(found[1])
        assert best_plan(with_rules(problem, duplicates="cap", duplicates_max=need)) is not None
        fewer = with_rules(problem, duplicates="cap", duplicates_max=need - 1)
        assert need == 0 or best_plan(fewer) is None
        checked.append("duplicates")
    if group == "rules.capacity" and (found := re.search(r"(\d+) % more capacity", repair)):
        more = int(found[1])
        assert best_plan(grown(problem, more)) is not None
        assert best_plan(grown(problem, more - 1)) is None
        checked.append("capacity")
    if group == "rules.branches" and (found := re.search(r"can be (\d+)( to (\d+))?:", repair)):
        few, many = int(found[1]), int(found[3] or found[1])
        assert best_plan(with_rules(problem, branches_min=few, branches_max=few)) is not None
        assert best_plan(with_rules(problem, branches_min=many, branches_max=many)) is not None
        assert best_plan(with_rules(problem, branches_min=None, branches_max=few - 1)) is None
        checked.append("branches")
    return checked


def capped(problem: PlanningProblem, service: int, *, share: float = 1.0, minutes: float = 0.0):
    standards = tuple(
        replace(each, share=min(each.share, share), within_min=max(each.within_min, minutes))
        if each.service == service and each.is_hard
        else each
        for each in problem.rules.standards
    )
    return with_rules(problem, standards=standards)


def grown(problem: PlanningProblem, more: int) -> PlanningProblem:
    factor = 1 + more / 100
    return replace(
        problem,
        capacity_visits=problem.capacity_visits * factor,
        counter_minutes_per_year=problem.counter_minutes_per_year * factor,
    )


# -- any clash -----------------------------------------------------------------------------

INFEASIBLE = [
    problem
    for problem in (
        *(random_problem(seed) for seed in range(120)),
        *(crowded_problem(seed) for seed in range(30)),
        *(millions_problem(seed) for seed in range(30)),
        *(odd_money_problem(seed) for seed in range(20)),
    )
    if best_network(problem) is None
]


def test_the_set_that_is_told_clashes_and_no_smaller_one_does():
    seen: Counter[str] = Counter()
    for problem in INFEASIBLE:
        core = list(clashes_of(problem))
        seen.update(core)
        rest = [group for group in groups(problem) if group not in core]
        clash = without(problem, rest)
        assert best_network(clash) is None
        for group in core:
            assert best_network(without(clash, (group,))) is not None, (core, group)
    assert len(INFEASIBLE) >= 20
    assert len(seen) >= 6, seen


def test_the_least_that_is_needed_is_what_trying_everything_finds():
    watch = Watch(time.monotonic() + 120)
    checked = 0
    for seed in range(45):
        problem = without(random_problem(seed), ("rules.branches", "rules.annual_kes"))
        plans = list(right_networks(problem))
        if not plans:
            assert needed(problem, "annual", watch) is None
            continue
        checked += 1
        opened = [int(plan.is_open.sum()) for plan in plans]
        assert needed(problem, "fewest", watch) == min(opened)
        assert needed(problem, "most", watch) == -max(opened)
        new = min(int((plan.is_open & ~problem.existing).sum()) for plan in plans)
        assert needed(problem, "new", watch) == new
        money = min(annual_kes(problem, plan) for plan in plans)
        assert needed(problem, "annual", watch) == money
        new_sites = [plan.is_open & ~problem.existing for plan in plans]
        capital = min(int(problem.capital_kes[new].sum()) for new in new_sites)
        assert needed(problem, "capital", watch) == capital
        if problem.rules.duplicates in ("cap", "price"):
            fewest = min(sum(excess(problem, plan)) for plan in plans)
            assert needed(problem, "duplicates", watch) == fewest
    assert checked > 25


def test_money_that_repairs_is_enough_and_a_shilling_less_is_not():
    repaired = 0
    for problem in INFEASIBLE:
        for rule, key, what in (
            ("rules.annual_kes", "annual_max_kes", "annual"),
            ("rules.capital_kes", "capital_max_kes", "capital"),
        ):
            told = clashes_of(problem).get(rule)
            if told is None or "is enough" not in told.repair:
                continue
            free = without(problem, (rule,))
            need = needed(free, what, Watch(time.monotonic() + 20))
            assert f"KES {need:,} is enough" in told.repair
            assert best_network(with_rules(problem, **{key: need})) is not None
            assert best_network(with_rules(problem, **{key: need - 1})) is None
            repaired += 1
    assert repaired >= 3


@pytest.mark.parametrize("first", range(1, 41))
def test_the_first_number_is_found_and_called_so_only_when_proved(first):
    """Numbers from `first` to 40 hold; some questions get no answer in time."""
    watch = Watch(float("inf"))

    def answers(number, _watch):
        return "yes" if number >= first else "no"

    found = first_that(answers, 1, 40, watch)
    assert (found.value, found.is_least) == (first, True)

    def some_answers(number, watch):
        return "unknown" if number == first - 1 else answers(number, watch)

    found = first_that(some_answers, 1, 40, watch)
    assert found.value >= first
    if found.is_least:
        assert found.value == first == 1
    assert first_that(lambda *_: "no", 1, 40, watch) is None


# -- time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "watch", [Watch(0.0), Watch(float("inf"), lambda: True)], ids=["no time", "asked to stop"]
)
def test_without_time_every_rule_that_is_stated_is_told(watch):
    problem = two_areas(
        rules=Rules(branches_min=3, annual_max_kes=40, floor_branches=1, duplicates="forbid"),
        separation_km=20.0,
    )
    told = explain(problem, watch)
    assert [clash.rule for clash in told] == [
        "rules.branches",
        "rules.annual_kes",
        "rules.branches_per_area",
        "duplicates.rule",
    ]
    assert told[-1].text.endswith("fewer of these rules may be enough for the clash.")


@pytest.mark.parametrize(
    "watch", [Watch(0.0), Watch(float("inf"), lambda: True)], ids=["no time", "asked to stop"]
)
def test_sums_need_no_time(watch):
    problem = two_areas(
        rules=Rules(floor_branches=1, annual_max_kes=19, duplicates="forbid", branches_max=3),
        separation_km=10.0,
    )
    told = explain(problem, watch)
    assert [clash.rule for clash in told] == ["rules.annual_kes", "rules.branches_per_area"]
    assert "What the other rules ask for costs KES 20 a year at the least." in told[0].text


def test_infeasible_needs_two_solvers(monkeypatch):
    """What one solver calls infeasible and the other does not is not called so."""
    from planner.optimize import parts
    from planner.optimize.solvers import Solved

    real = parts.solve_model

    def wrong_about_rules(model, name, controls, **more):
        if name == "cbc":
            return Solved("infeasible", None, float("inf"))
        return real(model, name, controls, **more)

    problem = two_areas(rules=Rules(branches_max=2, duplicates="allow"))
    monkeypatch.setattr(parts, "solve_model", wrong_about_rules)
    answer = find_plan(problem, Limits(10, 0.0, "cbc"))
    assert answer.status != "infeasible"
    assert answer.clashes == ()
