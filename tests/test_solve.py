"""The one way to a plan: judged before anyone sees it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pack.tiny import matrix, write

from planner import solve as recipe
from planner.errors import ContradictionError
from planner.evaluate import score
from planner.pack import read_pack
from planner.scenario import parse_scenario
from planner.solve import solve

SCENARIO = 'name = "A"\npack = "tiny"\n[rules]\nbranches = { max = 2 }\n[solve]\ngap = 0.0\n'


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path))


def test_a_small_question_from_pack_to_report(tiny):
    """Cards are given at s1; deeds and s2 are free to open, so all stands at both."""
    told = []
    report = solve(tiny, parse_scenario(SCENARIO), on_progress=told.append)
    assert report.status == "optimal"
    assert report.gap == 0
    assert report.bound == report.objective
    assert report.plan.is_open.all()
    assert report.objective == score(report.problem, report.plan).objective.total
    assert report.problem.point_ids == ("p1", "p2", "p3")
    assert set(report.seconds_by_stage) == {"load", "travel", "bound", "build", "solve", "check"}
    assert report.seconds >= sum(report.seconds_by_stage.values()) - 1e-6
    assert report.peak_memory_mb > 10
    assert report.violations == ()
    assert (told[0].stage, told[-1].stage) == ("travel", "check")


def test_infeasible_has_reasons_and_no_figures(tiny):
    report = solve(tiny, parse_scenario(SCENARIO.replace("max = 2", "max = 0")))
    assert report.status == "infeasible"
    assert (report.plan, report.objective, report.bound, report.gap) == (None,) * 4
    assert [clash.rule for clash in report.clashes] == ["rules.branches"]


def test_a_plan_that_breaks_a_rule_is_never_shown(tiny, monkeypatch):
    def too_much(problem, limits, **more):
        wide = replace(problem, rules=replace(problem.rules, branches_max=2))
        return recipe_find_plan(wide, limits, **more)

    recipe_find_plan = recipe.find_plan
    monkeypatch.setattr(recipe, "find_plan", too_much)
    with pytest.raises(ContradictionError, match="opens 2 branches; at most 1 may be open"):
        solve(tiny, parse_scenario(SCENARIO.replace("max = 2", "max = 1")))


@pytest.mark.parametrize("error", [1.0, -1.0, 1e-3])
def test_an_objective_that_the_judge_does_not_find_is_an_error(tiny, monkeypatch, error):
    find_plan = recipe.find_plan

    def wrong(problem, limits, **more):
        answer = find_plan(problem, limits, **more)
        return replace(answer, objective=answer.objective + error)

    monkeypatch.setattr(recipe, "find_plan", wrong)
    with pytest.raises(ContradictionError, match="disagree on its objective"):
        solve(tiny, parse_scenario(SCENARIO))


def test_visits_that_go_to_a_closed_branch_are_an_error(tiny, monkeypatch):
    find_plan = recipe.find_plan

    def shut(problem, limits, **more):
        answer = find_plan(problem, limits, **more)
        is_open = answer.plan.is_open.copy()
        is_open[1] = False
        plan = replace(answer.plan, is_open=is_open, format=np.where(is_open, 0, -1))
        return replace(answer, plan=plan)

    monkeypatch.setattr(recipe, "find_plan", shut)
    with pytest.raises(ContradictionError, match="which is not open"):
        solve(tiny, parse_scenario(SCENARIO))


def test_a_bound_above_the_objective_is_brought_down_to_it(tiny, monkeypatch):
    find_plan = recipe.find_plan

    def proud(problem, limits, **more):
        answer = find_plan(problem, limits, **more)
        return replace(answer, bound=answer.objective * (1 + 1e-12) + 1e-9)

    monkeypatch.setattr(recipe, "find_plan", proud)
    report = solve(tiny, parse_scenario(SCENARIO))
    assert report.bound == report.objective
    assert report.gap == 0


def test_a_stop_at_once_tells_what_is_known(tiny):
    report = solve(tiny, parse_scenario(SCENARIO), should_stop=lambda: True)
    assert report.status in ("feasible", "optimal", "unknown")
    if report.plan is None:
        assert (report.objective, report.bound, report.gap) == (None, None, None)


def test_visits_that_no_plan_can_serve_are_told(tiny):
    lonely = replace(
        tiny,
        demand_points=tuple(replace(p, lat=None, lon=None) for p in tiny.demand_points),
        sites=tuple(replace(s, lat=None, lon=None) for s in tiny.sites),
        travel_matrix=matrix(
            tiny,
            [(p.id, s.id, 5.0, 4.0) for p in tiny.demand_points[1:] for s in tiny.sites],
        ),
    )
    report = solve(lonely, parse_scenario("name = 'n'\npack = 'p'"))
    assert report.status == "optimal"
    (note,) = report.notes
    assert note.startswith("11 of 19 visits a year are not served and count in no average")
    assert note.endswith("from p1.")
