"""The plan that is found against every network there is."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pulp
import pytest
from evaluate.cases import random_problem, rich_problem
from evaluate.naive import best_network, objective, right_networks
from evaluate.tiny import tiny_problem

from planner.evaluate import score
from planner.optimize import Answer, Limits, arcs, find_plan, parts, relaxation, search
from planner.optimize.ahead import Ahead
from planner.optimize.arcs import model_arcs
from planner.optimize.formulation import formulate
from planner.optimize.sets import model_sets
from planner.optimize.solvers import Controls, solve_model
from planner.problem import PlanningProblem, Rules, Standard

from .problems import (
    best_median,
    crowded_problem,
    median_problem,
    millions_problem,
    odd_money_problem,
    wide_problem,
)

EXACT = Limits(seconds=30, gap=0.0)


def check(problem: PlanningProblem, answer: Answer, best: float | None) -> None:
    """What is told of an answer is true, given the least objective there is (None: no plan)."""
    if best is None:
        assert answer.status == "infeasible"
        assert answer.plan is None
        assert answer.clashes
        return
    assert answer.plan is not None, answer.status
    judged = score(problem, answer.plan)
    assert judged.violations == ()
    assert judged.objective.total == pytest.approx(answer.objective, rel=1e-9, abs=1e-6)
    assert answer.bound <= best + 1e-9 * best
    assert best <= answer.objective + 1e-9 * best
    truth = 0.0 if answer.objective == 0 else (answer.objective - answer.bound) / answer.objective
    assert answer.gap == pytest.approx(max(0.0, truth), abs=1e-12)


def least(problem: PlanningProblem) -> float | None:
    found = best_network(problem)
    return None if found is None else found[1]


def check_optimum(problem: PlanningProblem, limits: Limits = EXACT) -> str:
    answer = find_plan(problem, limits)
    best = least(problem)
    check(problem, answer, best)
    if best is not None:
        assert answer.status == "optimal"
        assert answer.objective == pytest.approx(best, rel=max(limits.gap, 1e-9), abs=1e-6)
    return answer.status


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_the_optimum_of_200_random_problems(start):
    for seed in range(start, start + 50):
        check_optimum(random_problem(seed))


def test_the_random_problems_speak_of_every_rule():
    seen: Counter[str] = Counter()
    for seed in range(200):
        problem = random_problem(seed)
        rules = problem.rules
        seen.update(
            {
                "least": rules.branches_min is not None,
                "most": rules.branches_max is not None,
                "new": rules.new_max is not None,
                "capital": rules.capital_max_kes is not None,
                "annual": rules.annual_max_kes is not None,
                "keep": rules.existing == "keep" and bool(problem.existing.any()),
                "may close": rules.existing == "may_close" and bool(problem.existing.any()),
                "none existing": not problem.existing.any(),
                "listed": rules.mix == "as_listed",
                "floor": rules.floor_branches > 0,
                "floor of a service": bool(rules.floor_services),
                "load": rules.justified_by_load,
                "open": bool(rules.locked_open),
                "closed": bool(rules.locked_closed),
                "no route": bool((problem.impedance == float("inf")).any()),
                "inherited": any(c.allowed > 1 for c in model_sets(problem).cliques),
            }
        )
        seen[str(rules.duplicates)] += 1
        seen[str(rules.objective)] += 1
    assert min(seen.values()) >= 10, seen
    assert len(seen) == 22


@pytest.mark.parametrize("make", [odd_money_problem, millions_problem, crowded_problem])
def test_the_optimum_where_one_thing_is_hard(make):
    outcomes = Counter(check_optimum(make(seed)) for seed in range(40))
    assert outcomes["optimal"] >= 10


def test_cbc_finds_the_same():
    """CBC prints eight digits, so it proves no gap of nothing."""
    limits = Limits(seconds=30, gap=1e-5, solver="cbc")
    outcomes = Counter(check_optimum(random_problem(seed), limits) for seed in range(300, 330))
    assert outcomes["optimal"] >= 15
    assert outcomes["infeasible"] >= 3
    for seed in range(6):
        check_optimum(odd_money_problem(seed), limits)


def test_one_shilling_decides():
    """Two branches cost 70,000,003: with a shilling less only one can be paid."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        branch_annual_kes=[30_000_001, 40_000_002],
        rules=Rules(annual_max_kes=70_000_003, duplicates="allow"),
    )
    assert find_plan(problem, EXACT).objective == 0
    short = replace(problem, rules=replace(problem.rules, annual_max_kes=70_000_002))
    assert find_plan(short, EXACT).objective == 1000


def test_kilometres_and_other_impedances_count_as_given():
    problem = replace(random_problem(3), impedance=random_problem(3).km * 7.5)
    rules = replace(problem.rules, objective="travel_distance")
    check_optimum(replace(problem, rules=rules))


def test_nobody_to_serve_and_nothing_to_open():
    problem = tiny_problem([0, 5], [0, 9], visits=0.0)
    answer = find_plan(problem, EXACT)
    assert (answer.status, answer.objective, answer.gap) == ("optimal", 0.0, 0.0)


def test_visits_that_no_site_can_complete_keep_nothing_from_being_planned():
    """Both services are wanted together; every listed branch offers one of them."""
    problem = tiny_problem(
        [0, 10],
        [0, 10],
        ("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        proposed=[0, 1],
        today={0: ["id"], 1: ["passport"]},
        rules=Rules(mix="as_listed", duplicates="allow"),
    )
    assert check_optimum(problem) == "optimal"


# -- the way there -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_too_many_arcs_are_shortened_and_the_optimum_is_the_same(monkeypatch, seed):
    problem = median_problem(seed)
    monkeypatch.setattr(arcs, "LISTED_ARCS", 1)
    assert not model_arcs(problem, model_sets(problem)).exact.all()
    answer = find_plan(problem, EXACT)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best_median(problem, 2))


def test_shortened_lists_are_made_longer_until_they_are_enough(monkeypatch):
    """The twelve sites nearby are too dear: everyone goes to one far beyond the list of eight."""
    problem = tiny_problem(
        [0, 3, 7],
        [*range(12), 500, 900],
        branch_annual_kes=[10] * 12 + [4, 3],
        rules=Rules(annual_max_kes=4, duplicates="allow"),
    )
    rounds = []
    monkeypatch.setattr(arcs, "LISTED_ARCS", 1)
    monkeypatch.setattr(parts, "LISTED_ARCS_OF_PARTS", 1)

    def recorded(*given, **named):
        rounds.append({**given[2]})
        return model_arcs(*given, **named)

    monkeypatch.setattr(relaxation, "model_arcs", recorded)
    monkeypatch.setattr(search, "look_ahead", lambda _, sets: Ahead(sets))
    monkeypatch.setattr(search, "SMALL_ARCS", 0)
    answer = find_plan(problem, EXACT)
    assert answer.objective == pytest.approx(10 * (500 + 497 + 493))
    assert answer.status == "optimal"
    assert rounds[0] == {}
    assert set(rounds[-1]) == {(0, 0), (1, 0), (2, 0)}
    assert min(rounds[-1].values()) >= 14


@pytest.mark.parametrize("above", [1.0001, 1.03])
def test_what_reduced_costs_rule_out_is_in_no_better_network(above):
    """With an incumbent a little above the optimum, every better network keeps what is fixed."""
    fixed = better = 0
    for seed in range(60):
        problem = random_problem(seed)
        worth = [(objective(problem, plan), plan) for plan in right_networks(problem)]
        if not worth:
            continue
        upper = min(value for value, _ in worth) * above
        free = model_sets(problem)
        form = formulate(problem, free, model_arcs(problem, free))
        relaxed = solve_model(form.model, "highs", Controls(10, 0, 1, 0), relaxed=True)
        _, costs = parts.relaxed_values(form, free)
        kept = parts.by_reduced_cost(upper, free, costs, relaxed.bound * form.scale)
        closed, absent = free.most_open & ~kept.most_open, free.most_offered & ~kept.most_offered
        opened = kept.least_open & ~free.least_open
        present = kept.least_offered & ~free.least_offered
        fixed += int(closed.sum() + absent.sum() + opened.sum() + present.sum())
        for plan in (plan for value, plan in worth if value < upper):
            better += 1
            assert not (plan.is_open & closed).any()
            assert not (plan.offers & absent).any()
            assert plan.is_open[opened].all()
            assert plan.offers[present].all()
    assert fixed > 10
    assert better > 20


def test_a_solver_that_overspends_is_told_so_until_it_keeps_the_money(monkeypatch):
    """A solver that forgets the budget row still ends at the best plan that keeps it."""

    def forgetful(*args, **named):
        form = formulate(*args, **named)
        for row in form.model.constraints():
            if row.name in ("annual_budget", "capital_budget"):
                row.constant -= 10**9
        return form

    for module in (search, parts, relaxation):
        monkeypatch.setattr(module, "formulate", forgetful)
    for seed in range(12):
        check_optimum(odd_money_problem(seed))


@pytest.mark.parametrize("seed", [1, 3])
def test_the_same_question_twice_gets_the_same_answer(seed):
    problem = wide_problem(seed)
    first, second = (find_plan(problem, Limits(60, 0.03)) for _ in range(2))
    assert (first.plan.offers == second.plan.offers).all()
    assert (first.objective, first.bound) == (second.objective, second.bound)


# -- stopping early ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slow() -> tuple[PlanningProblem, float]:
    problem = wide_problem(7)
    answer = find_plan(problem, Limits(120, 0.0))
    assert answer.status == "optimal"
    return problem, answer.objective


@pytest.mark.parametrize("seconds", [0.001, 0.03, 0.1, 0.2, 0.4, 0.8])
@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_out_of_time_is_never_called_optimal_without_proof(slow, seconds, solver):
    problem, best = slow
    answer = find_plan(problem, Limits(seconds, 0.0, solver))
    if answer.plan is None:
        assert (answer.status, answer.bound, answer.gap) == ("unknown", None, None)
        return
    check(problem, answer, best * (1 - 1e-9))
    assert (answer.status == "optimal") == (answer.gap <= 1e-9)


@pytest.mark.parametrize("calls", [1, 2, 5, 20])
def test_a_stop_keeps_the_best_plan_with_a_true_bound(slow, calls):
    problem, best = slow
    left = iter(range(calls))
    answer = find_plan(problem, EXACT, should_stop=lambda: next(left, None) is None)
    if answer.plan is not None:
        check(problem, answer, best * (1 - 1e-9))
    assert answer.status in (("feasible", "optimal") if answer.plan else ("unknown",))


@pytest.mark.parametrize("gap", [0.5, 0.2, 0.05])
def test_a_loose_gap_is_proved_and_told_as_it_is(slow, gap):
    problem, best = slow
    answer = find_plan(problem, Limits(60, gap))
    check(problem, answer, best * (1 - 1e-9))
    assert answer.status == "optimal"
    assert (answer.objective - best) / answer.objective <= answer.gap + 1e-9 <= gap + 1e-9


def test_progress_only_gets_better(slow):
    problem, best = slow
    told = []
    answer = find_plan(problem, EXACT, on_progress=told.append)
    plans = [sign.incumbent for sign in told if sign.incumbent is not None]
    bounds = [sign.bound for sign in told if sign.bound is not None]
    assert plans == sorted(plans, reverse=True)
    assert bounds == sorted(bounds)
    assert max(bounds) <= best * (1 + 1e-9)
    assert [s.open_sites for s in told if s.open_sites][-1] == tuple(
        name for name, is_open in zip(problem.site_ids, answer.plan.is_open, strict=True) if is_open
    )


def test_cbc_answers_where_nothing_is_priced():
    problem = tiny_problem([0], [0], existing=[0], today={0: ["passport"]})
    answer = find_plan(problem, Limits(30, 1e-5, "cbc"))
    assert (answer.status, answer.objective) == ("optimal", 0)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_lock_that_leaves_visits_without_a_branch_is_a_clash(solver):
    problem = tiny_problem([0, 9], [0, 9], rules=Rules(locked_closed=frozenset({0, 1})))
    answer = find_plan(problem, Limits(30, 1e-5, solver))
    assert answer.status == "infeasible"
    assert [clash.rule for clash in answer.clashes] == ["sites"]


def test_visits_without_any_route_are_left_and_the_rest_is_served():
    problem = tiny_problem([0, 9], [0, 5], no_route=[(1, 0), (1, 1)])
    answer = find_plan(problem, EXACT)
    assert (answer.status, answer.objective) == ("optimal", 0)
    assert answer.plan.assignment.point.tolist() == [0]


# -- when things go wrong ----------------------------------------------------------------------


def test_where_one_solver_fails_the_other_goes_on_and_it_is_told(monkeypatch, slow):
    problem, best = slow

    def broken(*_args):
        raise pulp.PulpSolverError("Pulp: Error while executing cbc")

    monkeypatch.setattr(pulp.PULP_CBC_CMD, "actualSolve", broken)
    answer = find_plan(problem, Limits(60, 0.01, "cbc"))
    assert answer.status == "optimal"
    check(problem, answer, best * (1 - 1e-9))
    (note,) = answer.notes
    assert note == (
        "The solver CBC failed: it ended before it had an answer. "
        "The other solver went on in its place."
    )


def test_no_plan_is_not_called_proved_by_one_solver(monkeypatch):
    def broken(*_args):
        raise pulp.PulpSolverError("Pulp: cannot execute cbc")

    monkeypatch.setattr(pulp.PULP_CBC_CMD, "actualSolve", broken)
    problem = tiny_problem([0, 9], [0, 9], rules=Rules(locked_closed=frozenset({0, 1})))
    answer = find_plan(problem, Limits(5, 0.0))
    assert (answer.status, answer.plan, answer.clashes) == ("unknown", None, ())
    assert "not installed or may not be run" in answer.notes[0]
    assert "by one solver only" in answer.notes[1]


def crowded_country(capacity: str) -> PlanningProblem:
    """Six hundred points, thirty sites, four visit types: the model alone takes a second."""
    rng = np.random.default_rng(11)
    return tiny_problem(
        points=rng.integers(0, 800, (600, 2)),
        sites=rng.integers(0, 800, (30, 2)),
        services=("id", "passport", "permit"),
        visit_types={
            "id": ["id"],
            "lost": ["id"],
            "both": ["id", "passport"],
            "permit": ["permit"],
        },
        visits=rng.integers(0, 1000, (600, 4)),
        capacity_visits=rng.integers(80_000, 200_000, 30),
        counters=rng.integers(11, 19, 30),
        counter_minutes_per_year=90_000,
        service_counter_min=[5, 15, 20],
        rules=Rules(
            capacity=capacity,
            branches_max=16,
            duplicates="allow",
            standards=(Standard(0, None, 0.9, 120.0, is_hard=False),),
        ),
    )


@pytest.mark.parametrize("seconds", [0.5, 3.0])
@pytest.mark.parametrize("capacity", ["hard", "soft"])
def test_the_time_limit_is_kept_while_models_are_built(capacity, seconds):
    problem = crowded_country(capacity)
    begin = time.monotonic()
    answer = find_plan(problem, Limits(seconds, 0.0))
    assert time.monotonic() - begin < seconds + 4  # two, on a machine with nothing else to do
    assert answer.status in ("feasible", "unknown")
    if answer.plan is not None:
        judged = score(problem, answer.plan)
        assert judged.violations == ()
        assert judged.objective.total == pytest.approx(answer.objective, rel=1e-9)
        assert answer.shortfall_bound <= answer.shortfall


@pytest.mark.parametrize("seed", range(6))
def test_cbc_proves_a_gap_of_nothing_with_the_last_digits_by_the_other_solver(seed):
    problem = rich_problem(seed)
    by_cbc, by_highs = (
        find_plan(problem, Limits(seconds=60, gap=0.0, solver=name)) for name in ("cbc", "highs")
    )
    assert by_cbc.status == by_highs.status in ("optimal", "infeasible")
    if by_highs.objective is not None:
        assert by_cbc.objective == pytest.approx(by_highs.objective, rel=1e-9)
