"""Roadmaps: nested phases, prices of nesting, and bounds that hold."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from evaluate.cases import random_problem, with_rules
from evaluate.naive import objective, right_networks
from evaluate.tiny import tiny_problem

from planner.errors import InputError
from planner.evaluate import score
from planner.insight import Roadmap, nested_phases
from planner.insight.roadmap import roadmap
from planner.optimize import Limits
from planner.problem import PlanningProblem, Rules

EXACT = Limits(60, 0.0)


def phased(problem: PlanningProblem, counts: list[int]) -> list[PlanningProblem]:
    return [with_rules(problem, branches_min=n, branches_max=n) for n in counts]


def found(problems: list[PlanningProblem], **more: object) -> Roadmap:
    names = [f"phase {n}" for n in range(len(problems))]
    return nested_phases(problems, names, limits=EXACT, **more)


def towns() -> PlanningProblem:
    """Towns at 0 and 100 with 10 visits each, sites there and at 50."""
    return tiny_problem(
        [0, 100],
        [0, 100, 50],
        visits=[10, 11],
        rules=Rules(duplicates="allow"),
    )


def test_nesting_costs_nothing_where_the_best_are_nested():
    """One branch stands at 100 (10 x 100), then one more at 0."""
    told = found(phased(towns(), [1, 2]))
    assert [stage.report.objective for stage in told.stages] == [1000.0, 0.0]
    assert told.objective == 1000.0
    assert told.bound == pytest.approx(1000.0)
    assert told.gap == pytest.approx(0.0, abs=1e-9)
    assert [stage.price[0] for stage in told.stages] == [0.0, 0.0]
    assert [stage.price[1] for stage in told.stages] == pytest.approx([0.0, 0.0], abs=1e-6)
    first, second = (stage.report.plan.is_open for stage in told.stages)
    assert first.tolist() == [False, True, False]
    assert second.tolist() == [True, True, False]


def crossing() -> PlanningProblem:
    """Four points in a row; one branch is best in the middle, two are best at both ends."""
    return tiny_problem(
        [0, 50, 110, 160],
        [0, 80, 160],
        visits=[10, 10, 10, 10],
        rules=Rules(duplicates="allow"),
    )


def test_the_price_of_nesting_by_hand():
    """The middle alone costs 2,200, both ends 1,000; the middle and an end 1,400."""
    told = found(phased(crossing(), [1, 2]))
    assert [stage.own.objective for stage in told.stages] == [2200.0, 1000.0]
    assert told.bound == pytest.approx(3200.0)
    best = min(
        objective(one, p) + objective(two, q)
        for one, two in [phased(crossing(), [1, 2])]
        for p, q in product(right_networks(one), right_networks(two))
        if not (p.offers & ~q.offers).any()
    )
    assert told.objective == best == 3600.0
    assert told.gap == pytest.approx((best - 3200.0) / best)


def test_weights_decide_which_phase_gives_way():
    late = found(phased(crossing(), [1, 2]), weights=[0.0, 1.0])
    assert late.stages[1].report.objective == 1000.0
    early = found(phased(crossing(), [1, 2]), weights=[1.0, 0.0])
    assert early.stages[0].report.objective == 2200.0


def test_any_roadmap_is_nested_and_held_by_its_bound():
    checked = 0
    for seed in range(14):
        problem = with_rules(random_problem(seed), capital_max_kes=None)
        problems = phased(problem, [1, 2, 3])
        told = found(problems)
        if told.objective is None:
            continue
        checked += 1
        plans = [stage.report.plan for stage in told.stages]
        for one, two in pairwise(plans):
            assert not (one.is_open & ~two.is_open).any()
            assert not (one.offers & ~two.offers).any()
        for stage, asked in zip(told.stages, problems, strict=True):
            assert score(asked, stage.report.plan).violations == ()
            low, high = stage.price
            assert 0.0 <= low <= high
            alone = min(objective(asked, plan) for plan in right_networks(asked))
            assert stage.own.bound <= alone * (1 + 1e-9)
            assert alone * (1 - 1e-9) <= stage.report.objective
        assert told.bound <= told.objective * (1 + 1e-9)
    assert checked >= 4


def test_formats_stay_once_they_are_chosen():
    """A branch of today may grow later; a new one keeps what it was opened with."""
    problem = tiny_problem(
        [0, 100],
        [0, 100],
        services=("id", "passport"),
        visits=[[10, 10], [10, 10]],
        formats={"desk": ["id"], "office": ["id", "passport"]},
        existing=[0],
        today={0: ["id"]},
        today_format=[1, -1],
        branch_annual_kes=[[0, 10, 50], [0, 10, 50]],
        rules=Rules(duplicates="allow", existing="may_change"),
    )
    problems = [
        with_rules(problem, annual_max_kes=60, branches_max=2),
        with_rules(problem, annual_max_kes=100, branches_max=2),
    ]
    told = found(problems)
    first, last = (stage.report.plan for stage in told.stages)
    assert told.objective is not None
    stays = first.is_open & ~(problem.existing & (first.format == problem.today_format))
    assert (first.format[stays] == last.format[stays]).all()


def test_a_phase_without_a_plan_is_told_with_its_clash():
    told = found(phased(towns(), [2, 4]))
    assert told.objective is None
    assert [stage.own.status for stage in told.stages] == ["optimal", "infeasible"]
    assert told.stages[1].own.clashes
    assert all(stage.report.plan is None for stage in told.stages)


def test_phases_that_cannot_be_nested_are_no_roadmap():
    """First both, then one of them: what is opened stays, so this cannot be."""
    told = found(phased(towns(), [2, 1]))
    assert told.objective is None
    assert [stage.report.status for stage in told.stages] == ["unknown", "unknown"]
    assert told.bound is not None


def test_a_roadmap_needs_phases(tmp_path):
    from pack.tiny import write

    from planner.pack import read_pack
    from planner.scenario import parse_scenario

    pack = read_pack(write(tmp_path))
    with pytest.raises(InputError, match="needs two phases"):
        roadmap(pack, parse_scenario('name = "A"\npack = "tiny"\n'))


def test_progress_says_what_is_asked():
    told = []
    found(phased(towns(), [1, 2]), on_progress=told.append)
    words = dict.fromkeys(sign.message for sign in told)
    assert list(words)[:3] == ["phase 0 alone", "phase 1 alone", "phase 0, nested"]
    seconds = [sign.seconds for sign in told]
    assert np.diff(seconds).min() >= 0
