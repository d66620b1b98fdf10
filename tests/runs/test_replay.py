from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from planner.errors import InputError
from planner.pack import read_pack
from planner.runs import differences, judge_and_write, replay
from planner.runs.content import made_with
from planner.solve import solve
from tests.command_line import run as command
from tests.runs import cases


@pytest.fixture
def solved(tmp_path, home):
    """A run of the tiny pack as the planner itself solves it."""
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(tmp_path / "tiny"))
    return judge_and_write(solve(pack, rules), pack, rules, tmp_path / "run")


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def edit_info(folder, **changes):
    info = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps(info | changes), "utf-8")


def told(question):
    return [(each.what, each.text) for each in question.differences]


def test_the_same_numbers(solved):
    question = replay.of_run(solved)
    assert question.differences == ()
    found = replay.replay(question)
    assert (found.outcome, found.differences) == ("same", ())


def test_the_run_folder_of_the_replay(solved, tmp_path):
    found = replay.replay(replay.of_run(solved))
    again = replay.write_replay(found, tmp_path / "again")
    assert replay.replay(replay.of_run(again)).outcome == "same"
    tables = {path.name: path.read_bytes() for path in solved.glob("*.csv")}
    assert tables == {path.name: path.read_bytes() for path in again.glob("*.csv")}


def test_a_run_without_a_plan(tmp_path):
    pack = read_pack(cases.write_pack(tmp_path / "tiny"))
    rules = cases.scenario(str(tmp_path / "tiny"), rules={"branches": {"max": 1}})
    report = solve(pack, rules)
    assert report.status == "infeasible"
    folder = judge_and_write(report, pack, rules, tmp_path / "run")
    assert replay.replay(replay.of_run(folder)).outcome == "same"


def test_a_changed_pack_is_told_by_file_and_by_input_and_by_number(solved, tmp_path):
    edit(tmp_path / "tiny" / "visits.csv", "p2,passport,300", "p2,passport,900")
    question = replay.of_run(solved)
    assert told(question) == [("pack", "visits.csv: other content"), ("input", "visits")]
    found = replay.replay(question)
    assert found.outcome == "different"
    kinds = {text.split(":")[0].split(" ")[0] for text in found.differences}
    assert {"objective", "visits_per_year"} <= kinds


def test_a_pack_that_differs_in_words_alone_gives_the_same_numbers(solved, tmp_path):
    edit(tmp_path / "tiny" / "services.csv", "Passport", "Travel document")
    question = replay.of_run(solved)
    assert told(question) == [("pack", "services.csv: other content")]
    assert replay.replay(question).outcome == "same"


def test_a_new_and_a_lost_file_are_told(solved, tmp_path):
    (tmp_path / "tiny" / "notes.csv").write_text("a\n")
    edit_files = json.loads((solved / "run.json").read_text("utf-8"))["pack"]
    edit_files["files"]["gone.csv"] = "0" * 16
    edit_info(solved, pack=edit_files)
    assert told(replay.of_run(solved)) == [
        ("pack", "gone.csv: is there no more"),
        ("pack", "notes.csv: is new"),
    ]


def test_another_pack_may_be_given(solved, tmp_path):
    shutil.copytree(tmp_path / "tiny", tmp_path / "other")
    edit(tmp_path / "other" / "visits.csv", "p3,passport,250", "p3,passport,251")
    assert replay.of_run(solved).differences == ()
    assert told(replay.of_run(solved, pack=tmp_path / "other"))[0][0] == "pack"


def test_an_edited_scenario_is_told(solved):
    edit(solved / "scenario.toml", "max = 3", "max = 2")
    question = replay.of_run(solved)
    assert told(question) == [("input", "the rules of the scenario")]
    found = replay.replay(question)
    assert found.outcome == "different"
    assert any(text.startswith("branch ") and "open then" in text for text in found.differences)


def test_another_seed_is_told(solved):
    rules, solve, rest = (solved / "scenario.toml").read_text("utf-8").partition("[solve]")
    rest = rest.replace("seed = 0", "seed = 5", 1)
    (solved / "scenario.toml").write_text(f"{rules}{solve}{rest}", "utf-8")
    expected = [("seed", "0 then, 5 now")]
    assert told(replay.of_run(solved)) == expected
    assert told(replay.of_scenario(solved / "scenario.toml")) == expected


def test_version_and_libraries_are_told(solved):
    edit_info(solved, version="0.0.1", made_with={**made_with(), "highspy": "0.9"})
    question = replay.of_run(solved)
    assert [what for what, _ in told(question)] == ["version", "library"]
    assert told(question)[1][1].startswith("highspy: 0.9 then, ")
    assert replay.replay(question).outcome == "same"


def test_a_run_that_does_not_name_its_inputs_is_held_against_the_whole_question(solved, tmp_path):
    info = json.loads((solved / "run.json").read_text("utf-8"))
    del info["inputs"], info["made_with"], info["pack"]["files"]
    (solved / "run.json").write_text(json.dumps(info), "utf-8")
    assert replay.of_run(solved).differences == ()
    edit(tmp_path / "tiny" / "visits.csv", "300", "900")
    assert [what for what, _ in told(replay.of_run(solved))] == ["input"]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda info: info["kpis"].update(mean_min=1.0), "mean_min: 1.0 then"),
        (lambda info: info["kpis"]["duplicates"].update(pairs=9), "duplicates.pairs: 9 then"),
        (lambda info: info.update(objective=1.0), "objective: 1.0 then"),
        (lambda info: info.update(status="feasible"), "status: feasible then, optimal now"),
        (lambda info: info["branches"].pop(), "open now, not then"),
        (lambda info: info["branches"][0]["services"].pop(), "services: "),
        (lambda info: info["branches"][0].update(format="big"), "format: big then, none now"),
    ],
)
def test_every_number_is_compared(solved, harm, words):
    info = json.loads((solved / "run.json").read_text("utf-8"))
    harm(info)
    (solved / "run.json").write_text(json.dumps(info), "utf-8")
    found = replay.replay(replay.of_run(solved))
    assert found.outcome == "different"
    assert any(words in text for text in found.differences)


def test_who_goes_where_is_compared(solved):
    lines = (solved / "assignment.csv").read_text("utf-8").splitlines(keepends=True)
    (solved / "assignment.csv").write_text("".join(lines[:-1]), "utf-8")
    found = replay.replay(replay.of_run(solved))
    assert found.outcome == "different"
    (text,) = found.differences
    assert text.startswith("visits of p")
    assert text.endswith(": 0 then, 1 now")


def test_a_plan_that_is_merely_as_good_is_not_called_the_same(tmp_path):
    """Two sites that differ in nothing but their ids: either is best."""
    folder = cases.write_pack(tmp_path / "tiny")
    twin = "013-twin,Twin,013,0.48,37.5,candidate,,8000000,2000000,50,gazette,found,\n"
    (folder / "sites.csv").write_text(cases.SITES + twin, "utf-8")
    pack = read_pack(folder)
    rules = cases.scenario(str(folder), rules={"branches": {"exactly": 4}})
    report = solve(pack, rules)
    twins = [report.problem.site_ids.index(name) for name in ("013-chuka", "013-twin")]
    assert report.plan.is_open[twins].sum() == 1
    offers = report.plan.offers.copy()
    offers[twins] = offers[twins[::-1]]
    other = replace(report, plan=cases.plan_of(report.problem, offers))
    out = judge_and_write(other, pack, rules, tmp_path / "run")
    found = replay.replay(replay.of_run(out))
    assert found.outcome == "as_good"
    assert {text for text in found.differences if text.startswith("branch")} == {
        "branch 013-chuka: open now, not then",
        "branch 013-twin: open then, not now",
    }


def test_a_plan_that_is_worse_than_the_gap_allows_is_different(solved):
    info = json.loads((solved / "run.json").read_text("utf-8"))
    edit_info(solved, objective=info["objective"] * 1.5, bound=info["bound"])
    assert replay.replay(replay.of_run(solved)).outcome == "different"


def test_a_scenario_alone_is_checked_and_not_compared(solved, tmp_path):
    alone = tmp_path / "alone.toml"
    shutil.copy(solved / "scenario.toml", alone)
    edit(alone, '"../tiny"', '"./tiny"')
    question = replay.of_scenario(alone)
    assert question.differences == ()
    assert replay.replay(question).outcome == "not_compared"
    edit(alone, "max = 3", "max = 2")
    assert told(replay.of_scenario(alone)) == [
        ("input", "the scenario was edited since, so the question is another")
    ]
    edit(tmp_path / "tiny" / "services.csv", "Passport", "Travel document")
    assert [what for what, _ in told(replay.of_scenario(alone))] == ["pack", "input"]


def test_a_scenario_that_no_run_wrote_is_refused(tmp_path):
    from planner.scenario import scenario_toml

    cases.write_pack(tmp_path / "tiny")
    (tmp_path / "mine.toml").write_text(scenario_toml(cases.scenario("./tiny")), "utf-8")
    with pytest.raises(InputError, match="No run wrote it"):
        replay.of_scenario(tmp_path / "mine.toml")


def test_every_input_of_a_question_has_plain_words(pack):
    from planner.scenario import build

    problem = build(pack, cases.scenario(str(pack.folder)))
    assert differences.INPUT_WORDS.keys() == problem.parts.keys()


# -- the commands ------------------------------------------------------------------------------


def test_the_command_says_the_same_and_ends_with_0(solved, capsys):
    status, out, err = command(capsys, "replay", solved)
    assert status == 0
    assert "The same numbers" in out
    assert "not everything" not in err


def test_the_command_tells_each_difference_and_ends_with_1(solved, tmp_path, capsys):
    edit(tmp_path / "tiny" / "visits.csv", "p2,passport,300", "p2,passport,900")
    status, out, err = command(capsys, "replay", solved, "--out", tmp_path / "again")
    assert status == 1
    assert "- Pack: visits.csv: other content." in err
    assert "- Question: visits." in err
    assert "- visits_per_year: " in out
    assert (tmp_path / "again" / "run.json").is_file()


def test_the_command_in_json(solved, tmp_path, capsys):
    status, out, _ = command(capsys, "replay", solved, "--json")
    found = json.loads(out)
    assert (status, found["outcome"], found["is_same"]) == (0, "same", True)
    assert (found["before"], found["differences"]) == ([], [])


def test_the_command_on_a_kept_run_whose_folders_are_gone(solved, tmp_path, capsys):
    status, out, _ = command(capsys, "keep", solved, "--json")
    assert status == 0
    run_id = json.loads(out)["kept"][0]["id"]
    shutil.rmtree(solved)
    shutil.rmtree(tmp_path / "tiny")
    status, out, err = command(capsys, "replay", f"run:{run_id[:6]}")
    assert (status, "The same numbers" in out) == (0, True)
    assert "not everything" not in err


def test_the_command_on_a_scenario_alone(solved, capsys):
    status, out, _ = command(capsys, "replay", solved / "scenario.toml")
    assert status == 0
    assert "holds no numbers" in out
    assert "The pack's files: the same." in out
    edit(solved / "scenario.toml", "max = 3", "max = 2")
    assert command(capsys, "replay", solved / "scenario.toml")[0] == 1


def test_solving_says_what_is_not_as_it_was_when_a_run_wrote_the_scenario(solved, tmp_path, capsys):
    path = solved / "scenario.toml"
    _, _, err = command(capsys, "solve", path, "--out", tmp_path / "a")
    assert "written by a run" not in err
    edit(path, "max = 3", "max = 2")
    _, _, err = command(capsys, "solve", path, "--out", tmp_path / "b")
    assert "- Question: the scenario was edited since" in err
    edit(tmp_path / "tiny" / "services.csv", "Passport", "Travel document")
    _, _, err = command(capsys, "solve", path, "--out", tmp_path / "c")
    assert "- Pack: its files are others" in err


def test_solving_on_another_pack(solved, tmp_path, capsys):
    shutil.copytree(tmp_path / "tiny", tmp_path / "other")
    edit(tmp_path / "other" / "visits.csv", "p3,passport,250", "p3,passport,251")
    argv = ("solve", solved / "scenario.toml", "--pack", tmp_path / "other")
    status, _, err = command(capsys, *argv, "--out", tmp_path / "a")
    assert (status, "- Pack: its files are others" in err) == (0, True)
    assert command(capsys, "verify", tmp_path / "a")[0] == 0
