from __future__ import annotations

import json
import re
import shutil

import pytest

from planner.pack import read_pack
from planner.runs import read_run
from planner.runs.store import StudyPoint, open_store
from tests.command_line import run
from tests.runs import cases
from tests.runs.conftest import home

__all__ = ["home"]


@pytest.fixture
def folder(tmp_path, home):
    return cases.write_answer(tmp_path)


@pytest.fixture
def kept(folder, capsys):
    """The id of the run, kept; its folder and its pack are gone."""
    status, out, _ = run(capsys, "keep", folder, "--tag", "board", "--note", "For the board.")
    assert status == 0
    shutil.rmtree(folder)
    shutil.rmtree(folder.parent / "tiny")
    return re.match(r"run:([0-9a-f]{16})  Three offices$", out)[1]


def test_keeping_tells_the_id_and_marks_the_run(kept, capsys):
    status, out, _ = run(capsys, "runs", "show", kept[:6])
    assert status == 0
    assert f"Three offices  (run:{kept})" in out
    assert "tags: board" in out
    assert "For the board." in out
    assert "branches: 3" in out
    assert "pack: tiny" in out


def test_the_list_as_a_table_and_as_json(kept, capsys):
    status, out, _ = run(capsys, "runs")
    header, row = out.splitlines()
    assert status == 0
    assert header.split()[:5] == ["id", "name", "status", "branches", "mean"]
    assert row.startswith(f"{kept}  Three offices  feasible")
    assert row.endswith("#board")
    told = json.loads(run(capsys, "runs", "--json")[1])["runs"]
    assert [each["id"] for each in told] == [kept]
    assert told[0]["kpis"]["branches"] == 3
    assert told[0]["tags"] == ["board"]


def test_lists_by_what_is_asked(kept, capsys):
    for argv, count in (
        (("--tag", "board"), 1),
        (("--tag", "other"), 0),
        (("--pack", "tiny"), 1),
        (("--pack", "other"), 0),
        (("--limit", "1"), 1),
        (("--removed",), 0),
    ):
        out = run(capsys, "runs", *argv, "--json")[1]
        assert len(json.loads(out)["runs"]) == count


def test_an_empty_list_says_the_next_step(home, capsys):
    status, out, err = run(capsys, "runs")
    assert (status, out) == (0, "")
    assert "planner keep DIR" in err


def test_putting_away_and_back(kept, capsys):
    status, _, err = run(capsys, "runs", "remove", kept)
    assert status == 0
    assert f"planner runs restore {kept}" in err
    assert json.loads(run(capsys, "runs", "--json")[1])["runs"] == []
    assert len(json.loads(run(capsys, "runs", "--removed", "--json")[1])["runs"]) == 1
    assert run(capsys, "runs", "restore", f"run:{kept}")[0] == 0
    assert len(json.loads(run(capsys, "runs", "--json")[1])["runs"]) == 1


def test_what_cannot_be_kept_is_told_and_the_others_are_kept(folder, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    status, out, err = run(capsys, "keep", tmp_path / "empty", folder, tmp_path / "none")
    assert status == 1
    assert len(out.splitlines()) == 1
    assert "empty was not kept: run.json: found no file" in err
    assert "none was not kept" in err
    status, out, _ = run(capsys, "keep", tmp_path / "empty", folder, "--json")
    told = json.loads(out)
    assert (status, len(told["kept"]), len(told["faults"])) == (1, 1, 1)
    assert told["faults"][0]["faults"][0]["file"] == "run.json"


def test_keeping_twice_is_one_run_with_one_note(folder, capsys):
    for _ in range(2):
        run(capsys, "keep", folder, "--note", "Once.")
    (told,) = json.loads(run(capsys, "runs", "--json")[1])["runs"]
    shown = json.loads(run(capsys, "runs", "show", told["id"], "--json")[1])
    assert [note["text"] for note in shown["notes"]] == ["Once."]


def test_a_run_that_was_put_away_is_not_brought_back_by_keeping_it(folder, capsys):
    run_id = json.loads(run(capsys, "keep", folder, "--json")[1])["kept"][0]["id"]
    run(capsys, "runs", "remove", run_id)
    status, _, err = run(capsys, "keep", folder)
    assert status == 0
    assert f"planner runs restore {run_id}" in err


@pytest.mark.parametrize("what", ["show", "remove", "restore"])
def test_an_id_is_needed_and_must_be_there(home, capsys, what):
    assert run(capsys, "runs", what)[0] == 2
    status, _, err = run(capsys, "runs", what, "0123456789abcdef")
    assert (status, "no run whose id begins" in err) == (1, True)


def test_commands_take_a_kept_run_like_a_folder(kept, tmp_path, capsys):
    status, out, _ = run(capsys, "verify", f"run:{kept}")
    assert (status, "agrees with the raw pack" in out) == (0, True)
    out_folder = tmp_path / "files"
    assert run(capsys, "export", f"run:{kept[:5]}", "--out", out_folder, "--format", "csv")[0] == 0
    assert any(out_folder.iterdir())
    assert run(capsys, "verify", kept)[0] == 0
    status, out, _ = run(capsys, "why", f"run:{kept}", "--json")
    assert (status, len(json.loads(out)["uses"])) == (0, 3)
    status, _, err = run(capsys, "verify", "run:0123456789abcdef")
    assert (status, "no run whose id begins" in err) == (1, True)


def test_solving_can_keep(tmp_path, home, capsys):
    from planner.scenario import scenario_toml

    cases.write_pack(tmp_path / "tiny")
    (tmp_path / "mine.toml").write_text(scenario_toml(cases.scenario("./tiny")), "utf-8")
    argv = ("solve", tmp_path / "mine.toml", "--out", tmp_path / "run", "--keep")
    status, out, err = run(capsys, *argv, "--json")
    run_id = json.loads(out)["kept"]
    assert (status, f"run:{run_id}" in err) == (0, True)
    with open_store() as store:
        assert store.runs.get(run_id).source == "solve"
        problem = store.runs.open(run_id).problem
    assert problem.fingerprint == read_run(tmp_path / "run").problem.fingerprint


def test_studies_are_listed_and_shown(tmp_path, home, capsys):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    points = (StudyPoint(0, {"rules.branches.max": 2}), StudyPoint(1, {"rules.branches.max": 3}))
    with open_store() as store:
        study_id = store.studies.begin(
            *("sweep", "How many"), scenario=cases.scenario(), pack=pack, spec={}, points=points
        )
        done = StudyPoint(1, points[1].values, None, "failed", "out of time")
        store.studies.set_point(study_id, done)
    out = run(capsys, "studies")[1]
    assert "1 of 2" in out
    assert "How many" in out
    assert "rules.branches.max" in out  # else sweeps of one scenario look alike
    out = run(capsys, "studies", "show", study_id[:6])[1]
    assert "rules.branches.max = 3" in out
    assert "out of time" in out
    told = json.loads(run(capsys, "studies", "show", study_id, "--json")[1])
    assert [each["status"] for each in told["points"]] == ["waiting", "failed"]
    run(capsys, "studies", "remove", study_id)
    assert json.loads(run(capsys, "studies", "--json")[1])["studies"] == []
