"""`planner journeys`: a pack, a scenario and a run in, words and JSON out."""

from __future__ import annotations

import json

import pytest
from pack.test_journeys import SOUND
from pack.tiny import write

from planner.cli import main
from planner.errors import EXIT_DONE, EXIT_INFEASIBLE, EXIT_INPUT, EXIT_USAGE

SCENARIO = 'name = "Small"\npack = "./pack"\n[rules]\nbranches = { max = 2 }\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    write(tmp_path / "pack", journeys_toml=SOUND)
    write(tmp_path / "bare")
    (tmp_path / "small.toml").write_text(SCENARIO)
    (tmp_path / "none.toml").write_text(SCENARIO.replace("max = 2", "max = 0"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def run(capsys, *argv: str) -> tuple[int, str, str]:
    status = main(["journeys", *argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "Something went wrong" not in err
    return status, out, err


def test_the_catalogue_of_a_pack(home, capsys):
    status, out, _ = run(capsys, "pack")
    assert status == EXIT_DONE
    assert "A card [card]: 2 steps with Portal, Office; 1 visit to a branch" in out
    part = "as far as known (1 step without a figure)"
    assert f"own time 20 min (10 min to 40 min) {part}; fees of KES 50 {part}; standard" in out
    assert "Asked for 2 times: Identity card, by Portal and Office" in out
    assert "1. Apply" not in out
    _, out, _ = run(capsys, "pack", "--journey", "card")
    assert "1. Apply; Portal; assisted or online; 20 min (assumption); KES 50" in out
    assert "asks for Identity card" in out


def test_the_same_as_json(home, capsys):
    status, out, _ = run(capsys, "pack", "--json")
    assert status == EXIT_DONE
    (journey,) = json.loads(out)["journeys"]
    assert (journey["visits"], journey["visits_spared"], journey["fees"]) == (1, 1, 50)
    assert [step["id"] for step in journey["steps"]] == ["apply", "fetch"]
    assert journey["must_be_there_first"][0]["issuer"] == "Registrar"


def test_a_scenario_and_a_run_tell_doors_too(home, capsys):
    assert main(["solve", "small.toml", "--out", "run"]) == EXIT_DONE
    capsys.readouterr()
    status, out, _ = run(capsys, "run")
    assert status == EXIT_DONE
    assert "Today's network: 100.0% of the cases can start at the nearest branch" in out
    assert "The plan:" in out
    _, out, _ = run(capsys, "small.toml", "--json")
    networks = json.loads(out)["networks"]
    assert list(networks) == ["today", "plan"]
    (case,) = networks["plan"]["journeys"]
    assert (case["starts_a_year"], case["completed_a_year"]) == (18, 18)
    assert case["minutes"] == pytest.approx(case["travel_min"] + case["own_min"])
    assert {each["site"] for each in networks["today"]["branches"]} == {"s1"}


def test_fees_that_no_step_gives_are_not_0(home, capsys):
    write(home / "pack", journeys_toml=SOUND.replace("fee_kes = 50\n", ""))
    _, out, _ = run(capsys, "small.toml")
    assert "beside fees that are not known; all go to branches whose counters are not known" in out
    told = json.loads(run(capsys, "small.toml", "--json")[1])
    for each in (told["journeys"][0], told["networks"]["plan"]["journeys"][0]):
        assert (each["fees"], each["fees_unknown"]) == (None, 2)
    assert told["journeys"][0]["own_minutes"]["unknown"] == 1


def test_a_pack_without_journeys_says_the_next_step(home, capsys):
    status, out, _ = run(capsys, "bare")
    assert (status, out.count("\n")) == (EXIT_DONE, 1)
    assert "Add journeys.toml" in out
    assert json.loads(run(capsys, "bare", "--json")[1])["journeys"] == []


def test_what_is_not_there(home, capsys):
    status, _, err = run(capsys, "pack", "--journey", "cart")
    assert (status, "Did you mean card?" in err) == (EXIT_USAGE, True)
    assert run(capsys, "bare", "--journey", "card")[0] == EXIT_USAGE
    assert run(capsys, "nothing")[0] == EXIT_INPUT
    assert run(capsys, "none.toml")[0] == EXIT_INFEASIBLE


def test_how_each_part_can_be_done(home, capsys):
    _, out, _ = run(capsys, "immigration")
    assert "Work permit: apply (online, home); pay (online, home); collect (online, home)" in out
    assert "Online only, without help: apply, pay, collect; 55% cannot be online" in out
    assert "A journey of its own for asking or telling: Enquiry or complaint" in out
    assert "1 trip to National Police Service; the pack sites none, and travel there is not" in out
    _, out, _ = run(capsys, "immigration", "--journey", "work_permit", "--json")
    told = json.loads(out)["channels"]
    assert [each["journey"] for each in told["journeys"]] == ["work_permit"]
    assert told["without_a_way_to_ask"] == ["work_permit"]
    assert len(told["not_able_to_be_online"]) == 47
    _, out, _ = run(capsys, "pack")  # a pack that says nothing of kinds
    assert "No step to ask" not in out
    assert "How each part" not in out


def test_where_to_go_with_what(home, capsys):
    status, out, _ = run(capsys, "pack", "--journey", "card", "--area", "001", "--point", "p2")
    assert status == EXIT_DONE
    assert out.startswith("A card, from Beta (West)")
    assert "Bring: Identity card; Form" in out
    told = json.loads(run(capsys, "small.toml", "--journey", "card", "--area", "002", "--json")[1])
    assert (told["area"], told["point"], told["fees"]) == ("002", None, 50)
    assert told["visits_in_order"][0]["first"][0]["site"] in {"s1", "s2"}


def test_where_to_go_needs_to_know_from_where_and_for_what(home, capsys):
    for given, said in (
        (["--area", "001"], "--area needs --journey"),
        (["--journey", "card", "--point", "p1"], "--point needs --area"),
        (["--journey", "cart", "--area", "001"], "Did you mean card?"),
        (["--journey", "card", "--area", "1"], "There is no area 1"),
        (["--journey", "card", "--area", "001", "--point", "x"], "no demand point x"),
        (["--journey", "card", "--area", "001", "--point", "p3"], "lies in area 002, not in 001"),
    ):
        status, _, err = run(capsys, "pack", *given)
        assert (status, said in err) == (EXIT_USAGE, True), err
