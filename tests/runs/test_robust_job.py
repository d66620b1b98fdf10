"""Jobs that look how firm a plan is, and that find a roadmap: studies whose plans are runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from insight.uncertain_case import two_places
from pack.tiny import write

from planner.errors import PlannerError
from planner.pack import read_pack
from planner.plan import Progress
from planner.runs import judge_and_write
from planner.runs.jobfiles import JobSpec
from planner.runs.robust_job import plan_like, roadmap_job, robust_job
from planner.runs.store import open_store
from planner.runs.work import Work
from planner.scenario import Scenario, parse_scenario
from planner.solve import solve
from tests.insight.test_commands import PHASES


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def firm(tmp_path):
    """One branch for two places; which place depends on figures."""
    pack = two_places(tmp_path)
    rules = {"branches": {"exactly": 1}}
    return pack, Scenario(name="One", pack=str(pack.folder), rules=rules, solve={"gap": 0.0})


def work_of(tmp_path, pack, scenario, kind: str, **options):
    (tmp_path / "job" / "tmp").mkdir(parents=True, exist_ok=True)
    told: list[Progress] = []
    begun: list[str] = []
    spec = JobSpec("0" * 16, scenario.name, 0.0, str(pack.folder), "", kind, options)
    work = Work(
        folder=tmp_path / "job",
        spec=spec,
        pack=pack,
        scenario=scenario,
        tell=told.append,
        should_stop=lambda: False,
        begun=lambda kept: begun.append(kept.id),
    )
    return work, told, begun


def test_a_study_of_how_firm_a_plan_is(tmp_path, firm):
    pack, scenario = firm
    work, told, begun = work_of(tmp_path, pack, scenario, "robust", ties=2, time_limit_s=60)
    kept = robust_job(work)
    assert begun == [kept.id]
    steps = {each.message.split()[0] for each in told if each.message}
    assert {"answers", "futures", "keeping"} <= steps
    with open_store() as store:
        study = store.studies.get(kept.id)
        assert (study.kind, study.status, study.name) == ("robust", "done", "One")
        assert study.spec["ties"] == 2
        families = study.told["plans"]
        assert families["given"] == 1
        assert families["figures"] == len(study.told["ends"])
        assert families["lost"] == len(study.told["losses"]) == 1
        runs = [store.runs.open(point.run_id) for point in study.points if point.run_id]
        assert len(runs) == len(study.points)
        lost = runs[-1]
        assert lost.scenario.sites.closed == tuple(study.points[-1].values["sites.closed"])
        assert study.points[-1].values["keys"] == [f"without:{lost.scenario.sites.closed[0]}"]
        assert {store.runs.get(point.run_id).source for point in study.points} == {"robust"}


def test_a_stop_keeps_what_was_found_by_then(tmp_path, firm):
    pack, scenario = firm
    work, told, _ = work_of(tmp_path, pack, scenario, "robust", ties=2, time_limit_s=60)
    is_far = lambda: any(each.message.startswith("futures 2") for each in told)  # noqa: E731
    kept = robust_job(replace(work, should_stop=is_far))
    with open_store() as store:
        study = store.studies.get(kept.id)
    assert study.status == "stopped"
    assert study.told["left_out"]["futures"]
    assert {point.status for point in study.points} == {"waiting"}


def test_a_run_in_the_store_is_asked_about_on_its_own_pack(tmp_path, firm):
    pack, scenario = firm
    report = solve(pack, scenario)
    judge_and_write(report, pack, scenario, tmp_path / "run")
    with open_store() as store:
        run = store.runs.keep(tmp_path / "run", pack=pack)
    work, _, _ = work_of(
        tmp_path, pack, scenario, "robust", run=run, ties=1, figures=0, lost=False,
        **{"with": [run]},
    )  # fmt: skip
    kept = robust_job(work)
    with open_store() as store:
        study = store.studies.get(kept.id)
        assert study.told["plans"] == {"all": 1, "given": 1}
        assert study.told["regret"]["plans"][0]["keys"] == ["given", f"run:{run}"]
        assert store.runs.get(study.points[0].run_id).problem == report.problem.fingerprint


def test_without_a_plan_there_is_nothing_to_ask(tmp_path, firm):
    pack, scenario = firm
    none = scenario.model_copy(update={"rules": scenario.rules.model_validate(
        {"branches": {"max": 0}}
    )})  # fmt: skip
    work, _, begun = work_of(tmp_path, pack, none, "robust")
    with pytest.raises(PlannerError, match="no plan to ask about"):
        robust_job(work)
    assert begun == []
    report = solve(pack, none)
    with pytest.raises(PlannerError, match="found no plan"):
        plan_like(report.problem, report, "mine")


def test_a_roadmap_is_a_study_with_a_run_for_each_phase(tmp_path):
    pack = read_pack(write(tmp_path / "pack"))
    scenario = parse_scenario(PHASES)
    work, _, begun = work_of(tmp_path, pack, scenario, "roadmap")
    kept = roadmap_job(work)
    assert begun == [kept.id]
    with open_store() as store:
        study = store.studies.get(kept.id)
        assert [point.values["phase"] for point in study.points] == ["First / year", "Then"]
        runs = [store.runs.open(point.run_id) for point in study.points]
        branches = [int(run.report.plan.is_open.sum()) for run in runs]
        assert branches == [phase["branches"] for phase in study.told["gantt"]["phases"]]
        assert study.told["gap"] is not None


def test_phases_that_do_not_nest_are_told(tmp_path):
    pack = read_pack(write(tmp_path / "pack"))
    text = PHASES.replace("max = 1", "exactly = 2").replace("max = 2", "exactly = 1")
    work, _, begun = work_of(tmp_path, pack, parse_scenario(text), "roadmap")
    with pytest.raises(PlannerError, match="No roadmap was found"):
        roadmap_job(work)
    assert begun == []
