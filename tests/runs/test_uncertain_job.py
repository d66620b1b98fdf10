"""The job that asks what uncertain figures do: the values of the command, kept as studies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.errors import PlannerError
from planner.insight import Effort
from planner.insight.assumptions import assumptions
from planner.insight.resolved import core_of, questions_of, resolve
from planner.insight.sampled import sampled
from planner.insight.sampled_kept import samples_of
from planner.insight.uncertain import MEASURES, Kept
from planner.insight.uncertain_told import resolved_told
from planner.optimize import Limits
from planner.pack import read_pack
from planner.runs import judge_and_write
from planner.runs.store import open_store
from planner.runs.uncertain_job import GAP, uncertain_job
from planner.scenario import Scenario
from planner.solve import solve
from tests.insight.uncertain_case import TWO_PLACES, two_places
from tests.runs.test_robust_job import work_of


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))


@pytest.fixture
def open_today(tmp_path):
    """The places with a branch that is open today, and the rules of a listed network."""
    sites = TWO_PLACES["sites_csv"].replace("36.5,candidate", "36.5,existing")
    folder = two_places(tmp_path).folder
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    pack = read_pack(folder)
    return pack, Scenario(name="today", pack=str(pack.folder))


@pytest.fixture
def one(tmp_path):
    """One branch for two places, in the store: pack, scenario, report, run."""
    pack = two_places(tmp_path)
    rules = {"branches": {"exactly": 1}}
    scenario = Scenario(name="One", pack=str(pack.folder), rules=rules, solve={"gap": 0.0})
    report = solve(pack, scenario)
    judge_and_write(report, pack, scenario, tmp_path / "run")
    with open_store() as store:
        return pack, scenario, report, store.runs.keep(tmp_path / "run", pack=pack)


def answered(tmp_path, one, *, stop_after=None, **options):
    pack, scenario = one[:2]
    work, told, begun = work_of(tmp_path, pack, scenario, "uncertain", **options)
    if stop_after is not None:
        done = []
        work = replace(
            work,
            yield_turn=lambda: done.append(1),
            should_stop=lambda: len(done) >= stop_after,
        )
    kept = uncertain_job(work)
    assert begun == [kept.id]
    with open_store() as store:
        return store.studies.get(kept.id), told


def expected(one):
    pack, scenario, _, run = one
    with open_store() as store:
        report = store.runs.open(run).report
    found = [
        resolve(report, pack, scenario, each, effort=Effort(Limits(30, 0.0)))
        for each in questions_of(report, pack, scenario, assumptions(pack))
    ]
    return resolved_told(report.problem, found, core_of(report, found), 0)


def test_the_ends_of_all_figures_are_solved_as_the_command_does(tmp_path, one):
    study, told = answered(tmp_path, one, ask="resolve", run=one[3])
    assert (study.kind, study.status) == ("uncertain", "done")
    assert study.spec["run"] == one[3]
    assert {key: study.told[key] for key in expected(one)} == expected(one)
    assert len(study.told["solved"]) == 3
    assert study.points == ()
    steps = {each.message for each in told if each.message}
    assert {"answers 1 of 3", "answers 3 of 3"} <= steps


def test_what_was_stopped_is_kept_and_taken_up_again(tmp_path, one):
    first, _ = answered(tmp_path, one, ask="resolve", run=one[3], stop_after=1)
    assert first.status == "stopped"
    assert (len(first.told["solved"]), first.told["left_out"]) == (1, 2)
    then, _ = answered(tmp_path, one, ask="resolve", run=one[3], after=first.id)
    assert {key: then.told[key] for key in expected(one)} == expected(one)


def test_draws_are_found_again_to_the_bit(tmp_path, one):
    pack, scenario, report, run = one
    study, _ = answered(tmp_path, one, ask="draw", run=run, count=12)
    figures = assumptions(pack)
    kept = Kept(pack, scenario, report.plan)
    wanted = sampled(kept, figures, effort=Effort(Limits(30, GAP)), count=12, seed=1)
    found = samples_of(study.told, figures)
    assert found.figures == wanted.figures
    assert found.asked == 12
    assert found.drawn.tobytes() == wanted.drawn.tobytes()
    assert found.keeps_rules.tolist() == wanted.keeps_rules.tolist()
    for measure in MEASURES:
        assert found.results[measure].tobytes() == wanted.results[measure].tobytes()
        assert found.band(measure) == wanted.band(measure)
    assert samples_of(study.told, figures[:-1]) is None


def test_a_network_that_the_pack_lists_is_drawn_too(tmp_path, open_today):
    study, _ = answered(tmp_path, open_today, ask="draw", network="today", count=3)
    assert len(study.told["drawn"]) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ask": "guess"}, "No question is 'guess'"),
        ({"ask": "draw", "network": "none"}, "no network to ask about"),
        ({"ask": "draw", "network": "today", "figures": ["none"]}, "None of these figures"),
        ({"ask": "resolve", "network": "today"}, "found by rules"),
    ],
)
def test_what_cannot_be_asked_is_told(tmp_path, open_today, options, words):
    with pytest.raises(PlannerError, match=words):
        answered(tmp_path, open_today, **options)


def test_nothing_drawn_is_told(tmp_path, one):
    with pytest.raises(PlannerError, match="before anything was drawn"):
        answered(tmp_path, one, ask="draw", run=one[3], stop_after=0)
