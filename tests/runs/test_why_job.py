"""The job that answers a question of a plan: the values of the command, plans as runs."""

from __future__ import annotations

import pytest

from planner import questions
from planner.errors import PlannerError
from planner.insight import Effort
from planner.optimize import Limits
from planner.runs import judge_and_write
from planner.runs.store import open_store
from planner.runs.why_job import why_job
from planner.scenario import Scenario
from planner.solve import solve
from tests.insight.uncertain_case import two_places
from tests.runs.test_robust_job import work_of


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))


@pytest.fixture
def one(tmp_path):
    """One branch for two places, in the store."""
    pack = two_places(tmp_path)
    rules = {"branches": {"exactly": 1}, "existing": "may_close"}
    scenario = Scenario(name="One", pack=str(pack.folder), rules=rules, solve={"gap": 0.0})
    report = solve(pack, scenario)
    judge_and_write(report, pack, scenario, tmp_path / "run")
    with open_store() as store:
        run = store.runs.keep(tmp_path / "run", pack=pack)
    return questions.Asked(pack, scenario, report), run


def answered(tmp_path, asked, run, **options):
    work, _, begun = work_of(tmp_path, asked.pack, asked.scenario, "why", run=run, **options)
    kept = why_job(work)
    assert begun == [kept.id]
    with open_store() as store:
        return store.studies.get(kept.id)


def effort():
    return Effort(Limits(30, 0.0))


def test_a_site_of_the_plan_and_one_that_is_not(tmp_path, one):
    asked, run = one
    problem = asked.report.problem
    for j, site in enumerate(problem.site_ids):
        study = answered(tmp_path, asked, run, ask="site", site=site, time_limit_s=30)
        told, _ = questions.why(asked, effort(), site, None)
        assert study.told == {"ask": "site", **told}
        assert (study.kind, study.status) == ("why", "done")
        assert study.spec["run"] == run
        (point,) = study.points
        with open_store() as store:
            other = store.runs.open(point.run_id)
            assert store.runs.get(point.run_id).source == "why"
        assert other.report.plan.is_open[j] != asked.report.plan.is_open[j]


def test_a_service_at_the_branch(tmp_path, one):
    asked, run = one
    problem, plan = asked.report.problem, asked.report.plan
    site = problem.site_ids[int(plan.is_open.argmax())]
    service = problem.service_ids[0]
    study = answered(tmp_path, asked, run, ask="site", site=site, service=service)
    told, _ = questions.why(asked, effort(), site, service)
    assert study.told == {"ask": "site", **told}


def test_ties_and_the_worth_of_limits(tmp_path, one):
    asked, run = one
    study = answered(tmp_path, asked, run, ask="ties", tolerance=9.0, count=3)
    told, _ = questions.ties(asked, effort(), 9.0, 3, prove=False)
    assert {key: study.told[key] for key in told} == told
    assert len(study.points) == len(told["plans"]) - 1 > 0
    assert all(point.run_id for point in study.points)
    study = answered(tmp_path, asked, run, ask="worth")
    told, _ = questions.limits_worth(asked, effort(), 1_000_000)
    assert study.told == {"ask": "worth", **told}


@pytest.mark.parametrize(
    "options", [{"ask": "when"}, {"ask": "site", "site": "nowhere"}, {"ask": "site", "site": ""}]
)
def test_what_cannot_be_answered_is_refused(tmp_path, one, options):
    asked, run = one
    with pytest.raises(PlannerError, match=r"expected site|knows no site"):
        answered(tmp_path, asked, run, **options)
