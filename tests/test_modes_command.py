"""The command modes and the scenario key: words and one JSON object, on a tiny pack."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import run

from planner.errors import EXIT_DONE, EXIT_INPUT, EXIT_USAGE
from planner.evaluate.journeys import return_trip_kes
from planner.insight.assumptions import assumptions
from planner.insight.uncertain_told import labels, owner_names
from planner.pack import find_pack, read_pack
from planner.pack.modes_file import FIGURES
from planner.scenario import build, parse_scenario, read_scenario
from planner.travel import kes_per_minute, measured_times, travel_times
from planner.travel.modes import by_mode
from tests.pack.test_modes import PEOPLE, SOUND
from tests.pack.tiny import write

SCENARIO = 'name = "Both"\npack = "./pack"\n[rules]\nbranches = { exactly = 2 }\n[travel]\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "pack", modes_toml=SOUND, customers_toml=PEOPLE)
    write(tmp_path / "without")
    (tmp_path / "both.toml").write_text(SCENARIO + 'mode = "mixed"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_todays_network_in_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One branch gives cards: 10 visits at its door, where a bus costs nothing, 8 from afar."""
    status, out, _ = run(capsys, "modes", "pack")
    assert status == EXIT_DONE
    assert "the time included (18 visits a year)" in out
    assert "  0 to 5 km: By bus 100.0%\n" in out
    assert "By group (all make as many visits a head):" in out
    assert "  town: " in out
    assert "By county:\n  West: " in out
    assert "the plan counts no mode" in out.lower()
    assert "8 visits are too far" in out


def test_a_scenario_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "modes", "both.toml", "--json")
    assert status == EXIT_DONE
    told = json.loads(out)
    assert told["mode_of_scenario"] == "mixed"
    assert [each["mode"] for each in told["modes"]] == ["bus", "foot", "car"]
    assert sum(each["share_of_visits"] for each in told["modes"]) == pytest.approx(1)
    for key in ("km", "minutes", "fare_kes", "kes"):
        assert sum(each[f"share_of_{key}"] for each in told["modes"]) == pytest.approx(1)
    for part in ("distances", "groups", "areas"):
        visits = [each["visits_per_year"] for each in told[part]]
        assert sum(visits) == pytest.approx(told["mixed"]["visits_per_year"])
        for each in told[part]:
            whole = sum(each["shares"].values())
            assert whole == pytest.approx(1 if each["visits_per_year"] else 0)


def test_a_run_says_the_same(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "solve", "both.toml", "--out", "run")[0] == EXIT_DONE
    _, again, _ = run(capsys, "modes", "run", "--json")
    _, out, _ = run(capsys, "modes", "both.toml", "--json")
    assert json.loads(again) == json.loads(out)
    _, words, _ = run(capsys, "modes", "run")
    assert "The plan counts mixed (travel.mode)." in words


def test_a_pack_without_modes_says_what_to_bring(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, "modes", "without")
    assert status == EXIT_USAGE
    assert "Bring modes.toml" in err


def test_an_unknown_mode_is_told_with_the_nearest(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "typo.toml").write_text(SCENARIO + 'mode = "buss"\n')
    status, out, _ = run(capsys, "solve", "typo.toml", "--out", "run", "--json")
    assert status == EXIT_INPUT
    (fault,) = json.loads(out)["faults"]
    assert (fault["column"], fault["found"]) == ("travel.mode", "buss")
    assert fault["message"] == "Did you mean bus?"


# -- what a mode changes, and what not -----------------------------------------------------


def scenario(home: Path, *, mode: str, minimize: str):
    text = f'name = "x"\npack = "{home / "pack"}"\n[objective]\nminimize = "{minimize}"\n'
    return parse_scenario(text + (f'[travel]\nmode = "{mode}"\n' if mode else ""))


def test_the_objective_counts_the_money_of_the_mode(home: Path) -> None:
    pack = read_pack(home / "pack")
    asked = scenario(home, mode="mixed", minimize="travel_cost")
    problem = build(pack, asked)
    travel = travel_times(pack, "great_circle", "mixed")
    assert (problem.impedance == travel.kes).all()
    assert (problem.trip_kes == travel.kes).all()
    assert (return_trip_kes(pack, problem) == travel.kes).all()
    assert (problem.minutes == travel.minutes).all()
    assert problem.travel.mode == "mixed"
    total = build(pack, scenario(home, mode="mixed", minimize="total_cost"))
    assert (total.impedance == travel.kes).all()


def test_a_mode_is_another_question_and_none_is_as_before(home: Path) -> None:
    pack = read_pack(home / "pack")
    prints = {
        name: build(pack, scenario(home, mode=name, minimize="travel_time")).fingerprint
        for name in ("", "bus", "foot", "car", "mixed")
    }
    assert prints["bus"] == prints[""]  # by the travel model's own minutes
    assert len(set(prints.values())) == 4
    without = read_pack(home / "without")
    plain = scenario(home, mode="", minimize="travel_time")
    assert build(without, plain).fingerprint == prints[""]
    assert build(pack, plain).trip_kes is None


def test_a_price_in_minutes_is_turned_into_money_as_without_a_mode(home: Path) -> None:
    pack = read_pack(home / "pack")
    prices = {
        build(pack, scenario(home, mode=name, minimize="travel_cost")).rules.duplicates_price
        for name in ("", "bus", "mixed")
    }
    assert prices == {0.1 * kes_per_minute(pack.travel)}


def test_only_the_figures_of_the_mode_in_force_vary(home: Path) -> None:
    """The tiny pack's fare by bus and speed on foot have ranges, nothing else of its modes."""
    pack = read_pack(home / "pack")

    def keys(mode: str | None) -> list[str]:
        return [each.key for each in assumptions(pack, mode) if each.key.startswith("modes")]

    assert keys(None) == []
    assert keys("bus") == ["modes.bus.fare_kes_per_km"]
    assert keys("mixed") == ["modes.bus.fare_kes_per_km", "modes.foot.speed_kmh"]
    (fare,) = (each for each in assumptions(pack, "bus") if each.key.startswith("modes"))
    assert fare.apply(pack, 7).modes[0].fare_kes_per_km.value == 7


def test_every_uncertain_figure_of_a_mode_is_one_place() -> None:
    """Also where it is called like one of [travel], and for each group its own."""
    pack = read_pack(find_pack("immigration"))
    found = [each for each in assumptions(pack, "mixed") if each.key.startswith("modes")]
    given = [
        figure
        for mode in pack.modes
        for figure in (
            *(getattr(mode, name) for name in FIGURES),
            *(use.share for use in mode.users),
        )
        if figure is not None and figure.low < figure.high
    ]
    assert [each.figure for each in found] == given
    assert all(len(each.places) == 1 for each in found)
    assert len({each.key for each in found}) == len(found)
    told = labels(found, owner_names(pack))
    assert told["modes.car.users.urban.share"] == "users (Own car, In towns)"
    assert told["modes.on_foot.max_km"] == "max_km (On foot)"


def test_the_built_in_scenario_by_mode() -> None:
    """By its modes nobody fares worse than by bus, which is what no mode counts."""
    pack = read_pack(find_pack("immigration"))
    asked = read_scenario(find_pack("immigration") / "scenarios" / "best-14-more-mixed.toml")
    assert (asked.travel.mode, asked.objective.minimize) == ("mixed", "travel_cost")
    some = replace(pack, sites=pack.sites[:10])
    plain = measured_times(some, "great_circle")
    mixed, bus = (by_mode(some, plain, name) for name in ("mixed", "matatu"))
    assert (mixed.kes <= bus.kes + 1e-6).all()
    assert (mixed.kes < bus.kes - 1).any()
    assert (bus.minutes == plain.minutes).all()
    assert plain.kes is None
