"""The command reach: words, one JSON object, and layers, on a tiny pack and its networks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from command_line import run
from pack.tiny import FACTS, FILES, PACK, TRAVEL, write

from planner.errors import EXIT_DONE, EXIT_INPUT, EXIT_USAGE

SCENARIO = 'name = "Both"\npack = "./pack"\n[rules]\nbranches = { exactly = 2 }\n'
PLACE = (
    'facts = "area_facts.csv"\n'
    '[[dimensions]]\nid = "place"\nname = "Where people live"\n'
    '[[segments]]\nid = "town"\nname = "In towns"\ndimension = "place"\n'
    'share = { column = "net_pct" }\nsource = "s"\nconfidence = "assumption"\n'
    '[[segments]]\nid = "land"\nname = "Elsewhere"\ndimension = "place"\n'
    'source = "s"\nconfidence = "assumption"\n'
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(
        tmp_path / "pack",
        pack_toml=PACK.replace("dense_areas", 'area_facts = "area_facts.csv"\ndense_areas')
        + TRAVEL,
        area_facts_csv=FACTS,
        customers_toml=PLACE,
    )
    (tmp_path / "both.toml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def test_todays_network_in_tables(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """15 cards at the branch or 73 minutes off, 3 cards from the slow area 347; no deeds today."""
    status, out, err = run(capsys, "reach", "pack")
    assert (status, err) == (EXIT_DONE, "")
    every = next(line for line in out.splitlines() if "all visits" in line)
    assert [cell for cell in every.split() if cell.endswith("%")] == [
        "52.6%", "52.6%", "78.9%", "5.3%",
    ]  # fmt: skip
    assert "Where people live: In towns" in out
    assert "error not measured" in out
    assert "worst off of the counties" in out


def test_as_plain_values(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ("reach", "pack", "--within", "200,30,30", "--visit-type", "get_card", "--by", "adults")
    status, out, _ = run(capsys, *argv, "--json")
    assert status == EXIT_DONE
    told = json.loads(out)
    assert (told["name"], told["pack"], told["branches"]) == ("Tiny: today", "tiny", 1)
    assert told["travel"]["model"] == "great_circle"
    assert (told["within_min"], told["visit_types"]) == ([30.0, 200.0], ["get_card"])
    whole = told["all"]
    assert (whole["visits_per_year"], whole["people"]) == (18, 180)
    assert whole["nearest"]["share_within"] == pytest.approx([10 / 18, 15 / 18])
    assert whole["nearest_of_people"]["share_within"] == pytest.approx([100 / 180, 150 / 180])
    assert whole["second"]["share_without"] == 1
    assert whole["extra_min_if_nearest_stops"] is None
    west, east = told["by_area"]
    assert (west["name"], east["nearest"]["share_within"]) == ("West", [0, 0])
    assert [group["segment"] for group in told["by_group"]] == ["town", "land"]
    bands = {(band["name"], band["low"]) for band in told["by_kind_of_area"]}
    assert bands == {
        ("Where people live: In towns", 0.1), ("Where people live: In towns", 0.405),
        ("adults", 20.0), ("adults", 80.0),
    }  # fmt: skip
    assert told["backup_worst"] == ["001", "002"]


def test_a_plan_has_its_own_reach(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "reach", "both.toml", "--json")
    told = json.loads(out)
    assert (status, told["name"], told["branches"]) == (EXIT_DONE, "Both", 2)
    assert told["by_area"][1]["nearest"]["share_within"] == [1, 1, 1]
    assert told["all"]["second"]["mean_min"] is not None
    assert told["all"]["extra_min_if_nearest_stops"] == pytest.approx(
        told["all"]["second"]["mean_min"] - told["all"]["nearest"]["mean_min"], rel=0.3
    )


def test_a_run_is_read_and_not_solved_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "solve", "both.toml", "--out", "run")[0] == EXIT_DONE
    (home / "both.toml").unlink()
    _, of_run, _ = run(capsys, "reach", "run", "--json")
    (home / "both.toml").write_text(SCENARIO)
    _, of_scenario, _ = run(capsys, "reach", "both.toml", "--json")
    assert json.loads(of_run) == json.loads(of_scenario)


def test_layers(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ("--catchments", "out/areas.geojson", "--isochrones", "out/bands.geojson")
    status, out, _ = run(capsys, "reach", "both.toml", *argv)
    assert status == EXIT_DONE
    assert "areas.geojson: service areas of 2 branches" in out
    assert "bands.geojson: bands of minutes from a grid of" in out
    areas = json.loads((home / "out" / "areas.geojson").read_text())
    shapes = [shapely.geometry.shape(each["geometry"]) for each in areas["features"]]
    assert sum(shape.area for shape in shapes) == pytest.approx(2, rel=1e-4)
    assert all(shape.is_valid for shape in shapes)
    assert {each["properties"]["site"] for each in areas["features"]} == {"s1", "s2"}
    assert sum(each["properties"]["people"] for each in areas["features"]) == 180
    assert areas["planner"]["travel"]["model"] == "great_circle"
    assert areas["planner"]["attribution"] == ["nobody"]
    bands = json.loads((home / "out" / "bands.geojson").read_text())
    ends = [(e["properties"]["from_min"], e["properties"]["to_min"]) for e in bands["features"]]
    assert ends == [(0, 30), (30, 60), (60, 120), (120, None)]
    for each in (*areas["features"], *bands["features"]):
        outline = shapely.geometry.shape(each["geometry"])
        for polygon in getattr(outline, "geoms", [outline]):
            assert polygon.exterior.is_ccw  # RFC 7946
    assert "\n" not in json.dumps(bands["planner"]["what"])


def test_a_matrix_draws_no_bands_and_nothing_is_written(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"p{i},s{j},{10 * i + j}\n" for i in (1, 2, 3) for j in (1, 2))
    (home / "pack" / "travel.csv").write_text(f"demand_point,site,minutes\n{rows}")
    (home / "by.toml").write_text(SCENARIO + '[travel]\nmodel = "matrix"\n')
    argv = ("reach", "by.toml", "--catchments", "a.geojson", "--isochrones", "b.geojson")
    with monkeypatch.context() as before_solving:
        before_solving.setattr("planner.commands.reach.ask", lambda *_: pytest.fail("solved"))
        status, out, err = run(capsys, *argv)
    assert (status, out) == (EXIT_INPUT, "")
    assert "knows its own pairs only" in err
    assert not list(home.glob("*.geojson"))
    status, out, _ = run(capsys, *argv[:4])
    assert status == EXIT_DONE
    assert (home / "a.geojson").is_file()


def test_costs_alone_tell_no_reach(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"p{i},s{j},{10 * i + j}\n" for i in (1, 2, 3) for j in (1, 2))
    (home / "pack" / "travel.csv").write_text(f"demand_point,site,kes\n{rows}")
    (home / "by.toml").write_text(
        'name = "t"\npack = "./pack"\n[objective]\nminimize = "travel_cost"\n'
        '[travel]\nmodel = "matrix"\n'
    )
    status, _, err = run(capsys, "reach", "by.toml")
    assert status == EXIT_INPUT
    assert "who is within so many minutes cannot be told" in err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--within", "30,x"), "expected minutes such as 30,60,120"),
        (("--within", "0"), "expected minutes such as 30,60,120"),
        (("--visit-type", "get_crd"), "Did you mean get_card"),
        (("--by", "adult"), "Did you mean adults"),
        (("--catchments", "a.csv"), "expected a name that ends in .geojson"),
    ],
)
def test_wrong_arguments(
    home: Path, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], words: str
) -> None:
    status, _, err = run(capsys, "reach", "pack", *argv)
    assert status == EXIT_USAGE
    assert words in err


def test_a_pack_without_open_branches(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home / "bare", sites_csv=FILES["sites.csv"].replace("existing,c,", "candidate,,"))
    status, _, err = run(capsys, "reach", "bare")
    assert status == EXIT_INPUT
    assert "name a scenario or a run" in err


def test_names_from_data_stay_on_their_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home / "odd", sites_csv=FILES["sites.csv"].replace("Alpha town", "=1+1 <b>"))
    status, _, _ = run(capsys, "reach", "odd", "--catchments", "odd.geojson")
    assert status == EXIT_DONE
    (only, *_) = json.loads((home / "odd.geojson").read_text())["features"]
    assert only["properties"]["name"] == "=1+1 <b>"
