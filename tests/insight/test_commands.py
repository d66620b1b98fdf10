"""The commands of what a planner asks next: statuses, JSON, words, folders, no traceback."""

from __future__ import annotations

import csv
import json

import pytest
from command_line import run
from pack.tiny import write

from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_INPUT, EXIT_NO_PLAN, EXIT_USAGE

SCENARIO = 'name = "Small"\npack = "./pack"\n[rules]\nbranches = { max = 2 }\n'
PHASES = """name = "Steps"
pack = "./pack"
[duplicates]
rule = "allow"
[solve]
gap = 0.0
[[phases]]
name = "First / year"
branches = { max = 1 }
[[phases]]
name = "Then"
branches = { max = 2 }
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with a tiny pack, a scenario, one with phases, and an impossible one."""
    write(tmp_path / "pack")
    (tmp_path / "small.toml").write_text(SCENARIO)
    (tmp_path / "steps.toml").write_text(PHASES)
    (tmp_path / "none.toml").write_text(SCENARIO.replace("max = 2", "max = 0"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def run_json(capsys, *argv: object) -> tuple[int, dict]:
    status, out, _ = run(capsys, *argv, "--json")
    return status, json.loads(out)


def test_why_of_a_run_and_of_a_scenario(home, capsys):
    assert run(capsys, "solve", "small.toml", "--out", "run")[0] == EXIT_DONE
    status, out, _ = run(capsys, "why", "run")
    assert status == EXIT_DONE
    assert "Alpha town [s1]: 16 visits a year, 2 demand points, 150 people behind them" in out
    status, out, _ = run(capsys, "why", "run", "--site", "s2")
    assert status == EXIT_DONE
    assert "  Forced out: costs" in out
    assert "min a visit" in out
    status, told = run_json(capsys, "why", "small.toml", "--site", "s2", "--service", "c")
    assert status == EXIT_DONE
    assert told["in_plan"] is True
    price = told["price_of_forcing_out"]
    assert 0 < price["low"] <= price["high"]
    assert (told["visits_per_year"], told["people"]) == (3.0, 30.0)


def test_why_not(home, capsys):
    (home / "one.toml").write_text(SCENARIO.replace("max = 2", "max = 1"))
    status, told = run_json(capsys, "why", "one.toml", "--site", "s2")
    assert (status, told["in_plan"]) == (EXIT_DONE, False)
    assert told["price_of_forcing_in"]["impossible"]
    assert told["clashes"]


def test_names_that_are_not_there(home, capsys):
    status, _, err = run(capsys, "why", "small.toml", "--site", "s3")
    assert status == EXIT_USAGE
    assert "There is no site s3 in this pack. Did you mean s" in err
    assert run(capsys, "why", "small.toml", "--service", "zz")[0] == EXIT_USAGE
    assert run(capsys, "why", "nowhere")[0] == EXIT_INPUT
    assert run(capsys, "ties", "small.toml", "--within", "x")[0] == EXIT_USAGE
    assert run(capsys, "ties", "small.toml", "--within", "400%")[0] == EXIT_USAGE
    assert run(capsys, "ties", "small.toml", "--count", "0")[0] == EXIT_USAGE


def test_ties_and_worth(home, capsys):
    status, told = run_json(capsys, "ties", "small.toml", "--within", "50%", "--prove")
    assert (status, told["tolerance"]) == (EXIT_DONE, 0.5)
    assert told["plans"][0]["excess"] == 0.0
    assert {entry["site"] for entry in told["sites"] if entry["in_all"]} >= {"s1"}
    status, out, _ = run(capsys, "ties", "small.toml")
    assert (status, "start there" in out) == (EXIT_DONE, True)
    status, told = run_json(capsys, "worth", "small.toml")
    assert status == EXIT_DONE
    assert [(e["limit"], e["then"]) for e in told["limits"]][:2] == [
        ("branches", 3),
        ("branches", 1),
    ]
    status, out, _ = run(capsys, "worth", "small.toml")
    assert (status, out.startswith("branches, 3 instead of 2:")) == (EXIT_DONE, True)


def test_without_a_plan(home, capsys):
    for command in ("why", "ties", "worth"):
        status, out, err = run(capsys, command, "none.toml")
        assert (status, out) == (EXIT_INFEASIBLE, "")
        assert "No plan can keep these rules together:" in err
    status, told = run_json(capsys, "why", "none.toml")
    assert (status, told["status"]) == (EXIT_INFEASIBLE, "infeasible")
    assert told["clashes"][0]["rule"] == "rules.branches"


def test_a_roadmap_is_a_run_folder_for_each_phase(home, capsys):
    status, out, _ = run(capsys, "roadmap", "steps.toml", "--out", "road")
    assert status == EXIT_DONE
    assert out.startswith("First / year: 1 branches")
    assert "No nested phases can beat these" in out
    names = {path.name for path in (home / "road").iterdir()}
    tables = {"roadmap.csv", "gantt.csv", "phases.csv"}
    assert names == {"1-first-year", "2-then", "roadmap.json", *tables}
    for phase in ("1-first-year", "2-then"):
        assert run(capsys, "verify", home / "road" / phase)[0] == EXIT_DONE
    told = json.loads((home / "road" / "roadmap.json").read_text())
    assert [phase["branches"] for phase in told["phases"]] == [1, 2]
    with (home / "road" / "roadmap.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["phase"], row["site"], row["is_new"]) for row in rows] == [
        ("First / year", "s1", "no"),
        ("Then", "s1", "no"),
        ("Then", "s2", "yes"),
    ]
    status, again = run_json(capsys, "roadmap", "steps.toml", "--out", "road")
    assert (status, again["objective"]) == (EXIT_DONE, told["objective"])


def test_a_roadmap_deletes_nothing_of_a_users(home, capsys):
    (home / "mine").mkdir()
    (home / "mine" / "notes.txt").write_text("keep")
    status, _, err = run(capsys, "roadmap", "steps.toml", "--out", "mine")
    assert status == EXIT_INPUT
    assert "nothing was written" in err
    run(capsys, "roadmap", "steps.toml", "--out", "road")
    (home / "road" / "notes.txt").write_text("keep")
    assert run(capsys, "roadmap", "steps.toml", "--out", "road")[0] == EXIT_INPUT
    assert (home / "road" / "notes.txt").read_text() == "keep"


def test_a_roadmap_that_cannot_be(home, capsys):
    text = PHASES.replace("max = 1", "max = 0")
    (home / "zero.toml").write_text(text)
    status, _, err = run(capsys, "roadmap", "zero.toml", "--out", "road")
    assert status == EXIT_INFEASIBLE
    assert "No plan can keep these rules together:" in err
    assert not (home / "road").exists()
    (home / "back.toml").write_text(
        PHASES.replace("max = 1", "exactly = 2").replace("max = 2", "exactly = 1")
    )
    status, _, err = run(capsys, "roadmap", "back.toml", "--out", "road")
    assert status == EXIT_NO_PLAN
    assert "what is opened stays" in err
    assert run(capsys, "roadmap", "small.toml", "--out", "road")[0] == EXIT_INPUT
