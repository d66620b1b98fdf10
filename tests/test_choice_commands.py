"""The commands tieout and choice: words and one JSON object, on a tiny pack and its network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import run
from pack.tiny import PACK, TRAVEL, write

from planner.errors import EXIT_DONE, EXIT_INPUT, EXIT_USAGE

WHAT = 'visit_type = "get_card"\nwhat = "cards"\nwhen = "2023"\n'
STATIONS = f'[station_counts]\nfile = "counts.csv"\n{WHAT}'
FIGURE = 'low = 0.001\nhigh = 9\nunit = "u"\nsource = "s"\nconfidence = "assumption"\n'
CHOICE = f"[choice.decay_per_km]\nmode = 0.02\n{FIGURE}[choice.attraction.s1]\nmode = 2\n{FIGURE}"
SCENARIO = 'name = "Both"\npack = "./pack"\n[rules]\nbranches = { exactly = 2 }\n'
SERVICES = "id,name,counter_min_per_visit\nc,Card,10\nd,Deed,\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(
        tmp_path / "pack",
        pack_toml=PACK + TRAVEL + STATIONS,
        counts_csv="site,count\ns1,60\ns2,40\n",
        customers_toml=CHOICE,
        services_csv=SERVICES,
    )
    (tmp_path / "both.toml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_tieout(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """15 of 18 cards are asked for nearest to s1, 3 nearest to s2: 83 to 17 against 60 to 40."""
    status, out, _ = run(capsys, "tieout", "pack")
    assert status == EXIT_DONE
    assert (
        "Held against 100 cards (2023): sending everybody to the nearest branch misses 23.3" in out
    )
    assert "not to be trusted, least of all at Alpha town (23 points too many)" in out
    status, out, _ = run(capsys, "tieout", "pack", "--tolerance", "24%", "--json")
    (held,) = json.loads(out)["tie_outs"]
    nearest, huff = held["rules"]
    assert nearest["missed"] == pytest.approx(15 / 18 - 0.6)
    assert nearest["agrees"]
    assert huff["rule"] == "huff"
    assert held["fit"] is None


def test_tieout_without_counts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home / "plain")
    status, out, err = run(capsys, "tieout", "plain", "--json")
    assert (status, json.loads(out)) == (EXIT_DONE, {"pack": "tiny", "tie_outs": []})
    assert "[station_counts]" in err


def test_fit_of_too_few_counts_is_not_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "tieout", "pack", "--fit")
    assert status == EXIT_DONE
    assert "fitted" not in out


def test_choice_side_by_side(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "choice", "both.toml", "--json")
    assert status == EXIT_DONE
    told = json.loads(out)
    assert [each["rule"] for each in told["rules"]] == ["assigned", "nearest", "huff"]
    for each in told["rules"]:
        total = each["unserved_visits_per_year"] + each["visits_per_year"]
        assert total == pytest.approx(19)
        assert [branch["new"] for branch in each["branches"]] == [False, True]
    unknown = {s for b in told["rules"][0]["branches"] for s in b["services_of_unknown_minutes"]}
    assert unknown == {"d"}
    status, out, _ = run(capsys, "choice", "both.toml")
    assert "As the plan assigns:" in out
    assert "By distance and attraction:" in out
    assert "* Gamma town [s2]" in out


def test_nobody_knows_the_new_branch(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(
        capsys, "choice", "both.toml", "--rule", "nearest", "--knowledge", "0", "--json"
    )
    (rule,) = json.loads(out)["rules"]
    old, new = rule["branches"]
    assert new["visits"]["get_card"] == 0
    assert old["visits"]["get_card"] == 18
    assert new["idle"]


def test_a_run_is_asked_like_a_scenario(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "solve", "both.toml", "--out", "run")
    asked = [run(capsys, "choice", each, "--json")[1] for each in ("run", "both.toml")]
    assert json.loads(asked[0]) == json.loads(asked[1])


def test_huff_without_figures_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "pack" / "customers.toml").unlink()
    status, _, err = run(capsys, "choice", "both.toml", "--rule", "huff")
    assert status == EXIT_INPUT
    assert "add [choice] to customers.toml" in err
    status, out, _ = run(capsys, "choice", "both.toml")
    assert status == EXIT_DONE
    assert "the pack has no [choice]" in out


def test_wrong_arguments(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "choice", "both.toml", "--knowledge", "1.2")[0] == EXIT_USAGE
    assert run(capsys, "tieout", "pack", "--tolerance", "-1")[0] == EXIT_USAGE
