"""`planner demand` and what runs tell of demand, through the command line."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest
from command_line import run
from demand.hand import INCOME, LEVERS, pack_of

SCENARIO = """name = "Levers"
pack = "./pack"
[demand]
year = 2026
need_weights = ["income"]
[channels]
online = 0.5
information = 0.5
[rules]
branches = { max = 2 }
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    pack_of(tmp_path / "pack", LEVERS + INCOME)
    (tmp_path / "levers.toml").write_text(SCENARIO)
    (tmp_path / "plain.toml").write_text('name = "Plain"\npack = "./pack"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_table_of_a_scenario_tells_what_becomes_of_the_visits(home, capsys):
    assert run(capsys, "demand", "levers.toml", "--out", "d.csv")[0] == 0
    table = pd.read_csv("d.csv")
    fates = table[["branch", "online", "assisted", "avoided"]].sum(axis=1)
    assert fates.tolist() == pytest.approx(table["visits_per_year"].tolist())
    assert table["visits_per_year"][0] == pytest.approx(12.1)
    assert table["avoided"][0] == pytest.approx(12.1 * 0.03)


@pytest.mark.parametrize("subject", ["pack", "plain.toml"])
def test_without_levers_the_columns_are_as_ever(home, capsys, subject):
    assert run(capsys, "demand", subject, "--out", "d.csv")[0] == 0
    columns = ["demand_point", "visit_type", "visits_per_year", "low", "high", "area"]
    assert list(pd.read_csv("d.csv").columns) == [*columns, "source", "confidence"]


def test_the_chain_of_an_area_multiplies(home, capsys):
    words = ("demand", "levers.toml", "--area", "West", "--visit-type", "get_card")
    status, out, _ = run(capsys, *words, "--json")
    (chain,) = json.loads(out)["chains"]
    product = math.prod(link["value"] for link in chain["links"])
    assert (status, chain["place"]) == (0, "West")
    assert product == pytest.approx(chain["visits_per_year"], rel=1e-9)
    status, out, _ = run(capsys, *words)
    assert status == 0
    assert "source of growth" in out
    assert out.splitlines()[0].startswith("Get a card, West: ")


def test_the_chain_of_a_point_and_of_every_visit_type(home, capsys):
    status, out, _ = run(capsys, "demand", "pack", "--point", "p1", "--json")
    chains = json.loads(out)["chains"]
    assert (status, [each["visits_per_year"] for each in chains]) == (0, [10, 1])


def test_totals_name_the_level_in_force(home, capsys):
    Path("high.toml").write_text(SCENARIO.replace("[demand]", '[demand]\nlevel = "high"'))
    status, out, err = run(capsys, "demand", "high.toml", "--json")
    card = json.loads(out)["visit_types"][0]
    assert (status, card["level"]) == (0, "high")
    assert card["value"] == card["high"] == pytest.approx(18 * 1.44)
    assert card["mode"] == pytest.approx(18 * 1.21)
    assert card["low"] == pytest.approx(18 * 1.05**2)
    assert "get_card: 26 visits a year with high figures (20 to 26)" in err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--area", "Wesst"), "Did you mean West"),
        (("--point", "p9"), "--point: found p9"),
        (("--visit-type", "get_crad"), "Did you mean get_card"),
        (("--area", "001", "--out", "d.csv"), "--out writes the table"),
    ],
)
def test_what_is_asked_wrongly(home, capsys, argv, words):
    status, out, err = run(capsys, "demand", "pack", *argv)
    assert (status, out) == (2, "")
    assert words in err


def test_a_run_tells_and_keeps_what_became_of_the_visits(home, capsys):
    status, _, err = run(capsys, "solve", "levers.toml", "--out", "run")
    assert status == 0
    assert "are avoided by information" in err
    assert "The objective is weighted" in err
    info = json.loads(Path("run/run.json").read_text())
    told = info["demand"]
    assert told["base"] == pytest.approx(18 * 1.21 + 0.64)
    assert sum(told[name] for name in ("branch", "online", "assisted", "avoided")) == pytest.approx(
        told["base"]
    )
    assert info["objective_unit"] == "weighted minutes"
    assert run(capsys, "verify", "run")[0] == 0


def test_a_run_that_tells_other_demand_is_found_out(home, capsys):
    run(capsys, "solve", "levers.toml", "--out", "run")
    file = Path("run/run.json")
    info = json.loads(file.read_text())
    info["demand"]["online"] += 1
    file.write_text(json.dumps(info))
    status, out, _ = run(capsys, "verify", "run")
    assert (status, "run.json demand.online" in out) == (1, True)


def test_runs_from_before_demand_was_told_still_agree(home, capsys):
    run(capsys, "solve", "plain.toml", "--out", "run")
    file = Path("run/run.json")
    info = json.loads(file.read_text())
    del info["demand"]
    file.write_text(json.dumps(info))
    assert run(capsys, "verify", "run")[0] == 0
