"""Random problems with every rule at once, against the enumeration of all networks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import rich_problem, with_rules
from evaluate.naive import best_plan, capital_kes

from planner.evaluate import score
from planner.optimize import Answer, Limits, find_plan, search
from planner.optimize.ahead import Ahead
from planner.optimize.network import Network, yearly_cost
from planner.problem import PlanningProblem

VISITS = 1e-5  # a shortfall is told to a millionth of a visit or so


def check(problem: PlanningProblem, limits: Limits) -> Answer:
    """The answer is optimal, or infeasible, as the enumeration says; and nothing told is wrong."""
    best = best_plan(problem)
    answer = find_plan(problem, limits)
    if best is None:
        assert (answer.status, answer.plan) == ("infeasible", None)
        return answer
    assert answer.status == "optimal", (answer.status, answer.notes)
    judged = score(problem, answer.plan)
    assert judged.violations == ()
    assert judged.objective.total == pytest.approx(answer.objective, rel=1e-9, abs=1e-6)
    exact = 1e-7 if limits.solver == "highs" else 3e-5
    assert answer.objective == pytest.approx(best.objective, rel=exact, abs=1e-6)
    assert answer.bound <= best.objective * (1 + 1e-8) + 1e-9
    if answer.shortfall is None:
        assert best.shortfall == pytest.approx(0, abs=VISITS)
    else:
        assert answer.shortfall == pytest.approx(best.shortfall, rel=exact, abs=VISITS)
        assert answer.shortfall_bound <= best.shortfall + VISITS
    keeps_capacity(problem, answer)
    return answer


def keeps_capacity(problem: PlanningProblem, answer: Answer) -> None:
    """Shares are none below 0 and together 1; hard capacity holds to a billionth."""
    rows = answer.plan.assignment
    assert (rows.share > 0).all()
    assert (rows.share <= 1).all()
    total = np.zeros(problem.visits.shape)
    np.add.at(total, (rows.point, rows.visit_type), rows.share)
    assert np.abs(total[total > 0] - 1).max(initial=0) < 1e-12
    if problem.rules.capacity != "hard":
        return
    load = np.zeros(len(problem.site_ids))
    np.add.at(load, rows.site, problem.visits[rows.point, rows.visit_type] * rows.share)
    for j in np.flatnonzero(answer.plan.is_open):
        most = problem.capacity_visits[j, answer.plan.format[j]]
        assert load[j] <= most * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_the_optimum_of_200_problems_with_every_rule(start):
    for seed in range(start, start + 50):
        check(rich_problem(seed), Limits(seconds=30, gap=0.0))


def test_the_relaxation_and_its_parts_alone_find_the_same(monkeypatch):
    """Nothing is known ahead of the relaxation."""
    monkeypatch.setattr(search, "look_ahead", lambda _, sets: Ahead(sets))
    for seed in range(200, 240):
        check(rich_problem(seed), Limits(seconds=30, gap=0.0))


def test_cbc_finds_the_same():
    """CBC prints eight digits, so it proves no gap of nothing."""
    outcomes: Counter[str] = Counter()
    for seed in range(300, 330):
        outcomes[check(rich_problem(seed), Limits(30, 1e-5, "cbc")).status] += 1
    assert min(outcomes["optimal"], outcomes["infeasible"]) >= 10


def test_the_random_problems_speak_of_every_rule():
    seen: Counter[str] = Counter()
    for seed in range(200):
        problem = rich_problem(seed)
        rules = problem.rules
        seen.update(
            {
                f"capacity {rules.capacity}": True,
                f"counters {rules.counters}": rules.capacity != "off",
                f"assignment {rules.assignment}": rules.capacity != "off",
                f"existing {rules.existing}": bool(problem.existing.any()),
                f"duplicates {rules.duplicates}": True,
                f"objective {rules.objective}": True,
                f"mix {rules.mix}": True,
                "formats": len(problem.format_ids) > 1,
                "tail": rules.tail_share > 0,
                "hard standard": any(s.is_hard for s in rules.standards),
                "soft standard": any(not s.is_hard for s in rules.standards),
                "standard of an area": any(s.area is not None for s in rules.standards),
                "other impedance": not np.array_equal(problem.impedance, problem.minutes),
                "capital": rules.capital_max_kes is not None,
                "annual": rules.annual_max_kes is not None,
                "division capital": rules.division_capital_max_kes is not None,
                "division annual": rules.division_annual_max_kes is not None,
                "floor of an area": rules.floor_areas is not None,
                "offered": bool(rules.locked_offered),
                "withheld": bool(rules.locked_withheld),
                "format": rules.locked_format is not None,
                "minutes apart": bool((problem.separation_min >= 0).any()),
                "no route": bool(np.isinf(problem.impedance).any()),
            }
        )
    assert min(seen.values()) >= 10, seen


# -- a little less is too little ---------------------------------------------------------------


def test_one_shilling_less_than_the_best_plan_costs():
    """With what it costs the best plan stands; with less, no answer may spend what is not there."""
    changed = 0
    for seed in range(400, 416):
        problem = with_rules(rich_problem(seed), capital_max_kes=None, annual_max_kes=None)
        best = best_plan(problem)
        if best is None:
            continue
        network = Network(best.plan.is_open, best.plan.offers, best.plan.format)
        for key, spent in (
            ("annual_max_kes", yearly_cost(problem, network)),
            ("capital_max_kes", capital_kes(problem, best.plan)),
        ):
            enough = check(with_rules(problem, **{key: spent}), Limits(30, 0.0))
            assert enough.objective == pytest.approx(best.objective, rel=1e-7)
            if spent > 0:
                changed += 1
                check(with_rules(problem, **{key: spent - 1}), Limits(30, 0.0))
    assert changed > 8


def shuffled(problem: PlanningProblem, seed: int) -> PlanningProblem:
    """The same problem with its demand points in another order."""
    order = np.random.default_rng(seed).permutation(len(problem.point_ids))
    by_point = {
        name: getattr(problem, name)[order]
        for name in ("point_area", "visits", "minutes", "km", "impedance")
    }
    near = {name: getattr(problem, name)[:, order] for name in ("near_km", "near_min")}
    ids = tuple(problem.point_ids[i] for i in order)
    return replace(problem, point_ids=ids, **by_point, **near)


def resited(problem: PlanningProblem, seed: int) -> PlanningProblem:
    """The same problem with its sites in another order."""
    order = np.random.default_rng(seed).permutation(len(problem.site_ids))
    place = {int(old): new for new, old in enumerate(order)}
    rules = problem.rules
    first = ["site_area", "existing", "proposed", "today", "today_format", "format_allowed"]
    first += ["branch_annual_kes", "offering_annual_kes", "capital_kes", "offering_capital_kes"]
    first += ["closing_kes", "offering_closing_kes", "capacity_visits", "counters"]
    arrays = {name: getattr(problem, name)[order] for name in first}
    arrays |= {name: getattr(problem, name)[:, order] for name in ("minutes", "km", "impedance")}
    arrays |= {n: getattr(problem, n)[np.ix_(order, order)] for n in ("site_km", "site_min")}
    for name in ("separation_km", "separation_min"):
        arrays[name] = getattr(problem, name)[:, order][:, :, order]
    moved = {
        name: frozenset(place[j] for j in getattr(rules, name))
        for name in ("locked_open", "locked_closed")
    }
    moved |= {
        name: frozenset((place[j], s) for j, s in getattr(rules, name))
        for name in ("locked_offered", "locked_withheld")
    }
    formats = {place[j]: f for j, f in (rules.locked_format or {}).items()}
    return replace(
        problem,
        site_ids=tuple(problem.site_ids[j] for j in order),
        rules=replace(rules, **moved, locked_format=formats),
        **arrays,
    )


def test_the_order_of_a_pack_changes_neither_cost_nor_objective():
    compared = 0
    for seed in range(500, 540):
        problem = rich_problem(seed)
        answers = [
            find_plan(other, Limits(30, 0.0))
            for other in (problem, shuffled(problem, seed), resited(problem, seed))
        ]
        assert len({answer.status for answer in answers}) == 1
        if answers[0].plan is None:
            continue
        compared += 1
        costs = [
            score(other, answer.plan).kpis.annual_kes
            for other, answer in zip(
                (problem, shuffled(problem, seed), resited(problem, seed)), answers, strict=True
            )
        ]
        assert len(set(costs)) == 1
        objectives = [answer.objective for answer in answers]
        assert objectives == pytest.approx([objectives[0]] * 3, rel=1e-9, abs=1e-9)
    assert compared >= 15
