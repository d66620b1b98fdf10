"""Runs of planners that took rows as they stood in the files are still what they were."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from planner.evaluate import score, todays_network
from planner.export import export_run
from planner.pack import find_pack, read_pack
from planner.runs import read_run, replay, write_run
from planner.runs.store import open_store
from planner.runs.verify import verify
from planner.scenario import Scenario, read_scenario
from planner.solve import solve
from tests.determinism.packs import random_pack, rules, shuffled
from tests.runs import cases


def as_it_was(folder: Path, scenario: Scenario, run: Path) -> Path:
    """A run as older planners wrote it."""
    pack = read_pack(folder, as_filed=True)
    report = solve(pack, scenario)
    kept = score(report.problem, report.plan), score(report.problem, todays_network(report.problem))
    return write_run(report, *kept, pack, scenario, run, created=cases.CREATED)


@pytest.fixture(params=[1, 2])
def folder(tmp_path, request):
    """A pack whose rows do not stand in the order of their ids."""
    seed = request.param
    random_pack(tmp_path / "plain", seed)
    return shuffled(tmp_path / "plain", tmp_path / "pack", seed)


@pytest.fixture
def run(tmp_path, folder, home):
    return as_it_was(folder, rules(folder, 1), tmp_path / "run")


def test_it_answers_another_question_than_the_pack_asks_now(folder, run, tmp_path):
    pack, scenario = read_pack(folder), rules(folder, 1)
    assert solve(pack, scenario).problem.fingerprint != read_run(run).problem.fingerprint
    assert read_run(run).pack.as_filed
    assert not read_pack(folder).as_filed


def test_it_agrees_with_its_pack_and_can_be_handed_on(folder, run, tmp_path):
    assert verify(run).agrees
    assert verify(run, pack=read_pack(folder)).agrees
    export_run(run, ["json", "csv"], tmp_path / "out")
    assert any((tmp_path / "out").iterdir())


def test_it_is_replayed_on_the_same_question(run, tmp_path):
    question = replay.of_run(run)
    assert question.differences == ()
    found = replay.replay(question)
    assert (found.outcome, found.differences) == ("same", ())
    assert verify(replay.write_replay(found, tmp_path / "again")).agrees
    assert replay.of_scenario(run / "scenario.toml").differences == ()


def test_it_is_kept_and_opened(run):
    with open_store() as store:
        opened = store.runs.open(store.runs.keep(run))
    assert opened.score.violations == ()
    assert opened.problem.fingerprint == opened.info["fingerprint"]


def test_a_pack_that_was_changed_since_is_told(folder, run):
    pack = read_pack(folder)
    sites = (replace(pack.sites[0], capital_kes=1), *pack.sites[1:])
    assert not verify(run, pack=replace(pack, sites=sites)).agrees
    text = (folder / "visits.csv").read_text()
    head, first, *rest = text.splitlines()
    first = first.rsplit(",", 1)[0] + ",7777"
    (folder / "visits.csv").write_text("\n".join([head, first, *rest, ""]))
    assert not verify(run).agrees


def test_a_pack_that_was_edited_is_not_taken_for_its_files(tmp_path, home):
    folder = random_pack(tmp_path / "pack", 1)
    run = as_it_was(folder, rules(folder, 1), tmp_path / "run")
    pack = read_pack(folder)
    sites = (replace(pack.sites[0], capital_kes=1), *pack.sites[1:])
    assert verify(run, pack=pack).agrees
    assert not verify(run, pack=replace(pack, sites=sites)).agrees


def test_files_that_are_gone_are_no_error(folder, run):
    pack = read_pack(folder)
    shutil.rmtree(folder)
    assert not verify(run, pack=pack).agrees


@pytest.mark.parametrize("order", ["plain", "mixed"])
def test_roads_and_sites_of_a_built_in_pack(tmp_path, home, order):
    here = find_pack("one-stop")
    for each in (here, here.parent / "counties"):
        shutil.copytree(each, tmp_path / "a" / each.name)
    folder = tmp_path / "a" / "one-stop"
    if order == "mixed":
        folder = shuffled(folder, tmp_path / "b" / "one-stop", 5)
    scenario = read_scenario(here / "scenarios" / "ten-more-centres.toml")
    scenario = scenario.model_copy(update={"pack": str(folder)})
    run = as_it_was(folder, scenario, tmp_path / "run")
    assert read_run(run).pack.as_filed
    assert verify(run).agrees
