"""`planner travel`: over a road layer, of fewer pairs, and what is wrong told all at once."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from command_line import run
from pack.tiny import write

from benchmarks.roads import generated_roads, write_country, write_roads
from planner.pack import find_pack, read_pack
from planner.terminal import Paced
from planner.travel import places_of, travel_times, ways_of
from travel.layers import DEGREE, roads_file

ROADS = [
    ([(-0.5, 36.5), (-0.5, 37), (-0.5, 37.5)], {"maxspeed": 60, "oneway": "no"}),
    ([(-0.5, 36.5), (-0.2, 36.2)], {"maxspeed": 30, "oneway": "no"}),
]
CHANGES = "kind,from_lat,from_lon,to_lat,to_lon,km,minutes,name\n"
KNOWN = (
    "from_town,from_lat,from_lon,to_town,to_lat,to_lon,road_km\n"
    "Alpha,-0.5,36.5,Gamma,-0.5,37.5,120\n"
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    write(tmp_path / "pack")
    roads_file(tmp_path / "roads.geojson", ROADS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    return tmp_path


def run_json(capsys, *argv):
    status, out, _ = run(capsys, *argv, "--json")
    return status, json.loads(out)


def travel(capsys, *more, pack="pack", out="t.csv"):
    status, told = run_json(capsys, "travel", pack, "--out", out, *more)
    assert status == 0, told
    return told


def table(path="t.csv"):
    read = pd.read_csv if str(path).endswith("csv") else pd.read_parquet
    return read(path).set_index(["demand_point", "site"])


# -- over a road layer ---------------------------------------------------------------------


def test_all_pairs_over_a_road_layer(home, capsys):
    """p1 at s1 on the road; p2 at the end of the slow one; Gamma one degree east."""
    told = travel(capsys, "--roads", "roads.geojson")
    assert (told["model"], told["rows"], told["kept"], told["no_route"]) == ("roads", 6, "all", 0)
    assert told["points_without_route"] == []
    roads = told["roads"]
    assert (roads["edges"], roads["directed_edges"], roads["edges_on_islands"]) == (2, 4, 0)
    assert roads["snapping_km"]["worst"] == 0
    assert set(told["seconds"]) == {"ready", "search"}
    pairs = table()
    assert pairs.km["p1", "s2"] == pytest.approx(DEGREE, rel=1e-4)
    assert pairs.minutes["p1", "s2"] == pytest.approx(DEGREE, rel=1e-4)
    slant = 0.3 * np.sqrt(2) * DEGREE
    assert pairs.minutes["p2", "s2"] == pytest.approx(DEGREE + slant * 2, rel=1e-4)
    status, _, err = run(capsys, "travel", "pack", "--roads", "roads.geojson", "--out", "t.csv")
    assert status == 0
    assert "6 pairs by the roads model, one way." in err
    assert "roads.geojson: 2 edges (4 counting both directions)" in err
    assert "From 5 places to the nearest roads they could join" in err


def test_waiting_is_added_once(home, capsys):
    before = travel(capsys, "--roads", "roads.geojson") and table()
    toml = home / "pack" / "pack.toml"
    figure = 'value = 7\nlow = 7\nhigh = 7\nunit = "u"\nsource = "s"\nconfidence = "assumption"\n'
    toml.write_text(toml.read_text() + f"[travel.wait_min]\n{figure}[travel.local_min]\n{figure}")
    for more in ((), ("--within", "500"), ("--nearest", "2")):
        travel(capsys, "--roads", "roads.geojson", *more)
        assert (table().minutes - before.minutes).tolist() == pytest.approx([14] * 6)
    travel(capsys, "--roads", "roads.geojson", "--nearest", "1", "--within", "13.9")
    assert sorted(table().index) == [("p1", "s1"), ("p2", "s1"), ("p3", "s1"), ("p3", "s2")]
    travel(capsys, "--roads", "roads.geojson", "--nearest", "1", "--within", "126")
    assert len(table()) == 5


def test_the_error_on_known_roads_is_that_of_the_layer(home, capsys):
    (home / "pack" / "known.csv").write_text(KNOWN)
    toml = home / "pack" / "pack.toml"
    toml.write_text('known_roads = "known.csv"\n' + toml.read_text())
    error = travel(capsys, "--roads", "roads.geojson")["known_roads"]
    assert error["worst"]["modelled_km"] == pytest.approx(DEGREE, rel=1e-4)
    assert error["median"] == pytest.approx(1 - DEGREE / 120, rel=1e-3)


def test_an_island_is_told_with_who_is_cut_off(home, capsys):
    """Gamma's roads are an island 55 km from the others: p3 reaches s2 alone, nobody else does."""
    island = ([(-0.5, 37.4), (-0.5, 37.5)], {"maxspeed": 60, "oneway": "no"})
    short = ([(-0.5, 36.5), (-0.5, 37)], {"maxspeed": 60, "oneway": "no"})
    roads_file(home / "roads.geojson", [short, ROADS[1], island])
    told = travel(capsys, "--roads", "roads.geojson")
    assert (told["rows"], told["no_route"]) == (3, 3)
    assert told["roads"]["on_islands"] == ["Gamma", "Gamma town"]
    sites = home / "pack" / "sites.csv"
    sites.write_text("\n".join(sites.read_text().splitlines()[:2]) + "\n")
    for more in ((), ("--nearest", "1")):
        told = travel(capsys, "--roads", "roads.geojson", *more)
        assert told["points_without_route"] == ["Gamma"]
        status, _, err = run(
            capsys, "travel", "pack", "--roads", "roads.geojson", "--out", "t.csv", *more
        )
        assert status == 0
        assert "From 1 demand points no road leads to a site: Gamma." in err


def test_changes_from_a_file(home, capsys):
    """The road between is closed, and a link twice as long as straight stands for it."""
    parts = [([(-0.5, a), (-0.5, b)], ROADS[0][1]) for a, b in ((36.5, 37), (37, 37.5))]
    roads_file(home / "roads.geojson", [*parts, ROADS[1]])
    (home / "changes.csv").write_text(
        CHANGES + "closed,-0.6,36.9,-0.4,36.9,,,Slide\nlink,-0.5,36.5,-0.5,37.5,240,300,Round\n"
    )
    told = travel(capsys, "--roads", "roads.geojson", "--changes", "changes.csv")
    assert any("Slide closed: 1 edges" in note for note in told["notes"])
    assert table().loc[("p1", "s2")].tolist() == pytest.approx([300, 240], rel=1e-4)


def test_a_change_that_does_nothing_is_told_with_the_file_that_was_given_and_its_row(home, capsys):
    (home / "mine.csv").write_text(CHANGES + "closed,-0.1,36.9,-0.2,36.9,,,Slide\n")
    status, _, err = run(
        capsys, "travel", "pack", "--roads", "roads.geojson", "--changes", "mine.csv",
        "--out", "t.csv",
    )  # fmt: skip
    assert status == 1
    assert "mine.csv row 2, kind: found closed, Slide: no road there" in err


# -- from a matrix to a plan ---------------------------------------------------------------

SCENARIO = """name = "Roads"
pack = "{pack}"
[rules]
branches = {{ exactly = 3 }}
[travel]
model = "{model}"
"""


def test_roads_and_their_matrix_give_the_same_plan(tmp_path, capsys, monkeypatch):
    """A country of 30 points and 8 sites over generated roads with one-way links."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    by_roads = write_country(tmp_path / "by_roads", 30, 8, 2, 240)
    write_roads(generated_roads(20, 3), by_roads / "roads.gpkg")
    toml = by_roads / "pack.toml"
    toml.write_text('road_layer = "roads.gpkg"\n' + toml.read_text() + "[travel]\n")
    by_matrix = tmp_path / "by_matrix"
    shutil.copytree(by_roads, by_matrix)
    told = travel(capsys, "--model", "roads", pack="by_roads", out="by_matrix/travel.parquet")
    assert told["rows"] == 30 * 8
    status, checked = run_json(capsys, "check", "by_matrix")
    assert (status, checked["faults"]) == (0, [])
    one = travel_times(read_pack(by_roads), "roads")
    other = travel_times(read_pack(by_matrix), "matrix")
    assert np.array_equal(one.minutes, other.minutes)
    assert np.array_equal(one.km, other.km)
    runs = []
    for pack, model in (("by_roads", "roads"), ("by_matrix", "matrix")):
        scenario = tmp_path / f"{model}.toml"
        scenario.write_text(SCENARIO.format(pack=f"./{pack}", model=model))
        status, run_told = run_json(capsys, "solve", scenario, "--out", f"run_{model}", "--gap", 0)
        assert status == 0, run_told
        runs.append(run_told)
    assert runs[0]["kpis"]["mean_min"] == runs[1]["kpis"]["mean_min"] > 30
    assert [each["site"] for each in runs[0]["branches"]] == [
        each["site"] for each in runs[1]["branches"]
    ]


def test_generated_roads_below_the_places_of_the_built_in_pack(tmp_path, capsys, monkeypatch):
    """Every ward reaches every site; two that are kept by rule are as among all pairs."""
    monkeypatch.chdir(tmp_path)
    pack = read_pack(find_pack("immigration"))
    write_roads(generated_roads(40, 5, (33.8, -4.8, 42.0, 5.1)), tmp_path / "roads.gpkg")
    told = travel(capsys, "--roads", "roads.gpkg", pack="immigration", out="all.parquet")
    size = len(pack.demand_points) * len(pack.sites)
    assert (told["rows"], told["no_route"]) == (size, 0)
    assert told["known_roads"]["count"] == len(pack.known_roads)
    assert told["known_roads"]["roads"][0]["modelled_km"] > 0
    near = travel(
        capsys, "--roads", "roads.gpkg", "--nearest", "3", "--within", "60", pack="immigration",
        out="near.parquet",
    )  # fmt: skip
    assert near["kept"]["nearest"] == 3
    every, kept = table("all.parquet"), table("near.parquet")
    assert len(kept) == near["rows"] < size / 2
    same = every.loc[kept.index]
    assert np.array_equal(same.minutes, kept.minutes)
    assert np.array_equal(same.km, kept.km)
    assert (
        every.groupby("demand_point")
        .minutes.min()
        .equals(kept.groupby("demand_point").minutes.min())
    )
    assert (every.minutes <= 60).sum() == (kept.minutes <= 60).sum()


# -- fewer pairs by any model --------------------------------------------------------------


def test_fewer_pairs_by_the_great_circle(home, capsys):
    """s1 exists; s2 is the nearest of p3, and nobody else's within 100 minutes."""
    told = travel(capsys, "--nearest", "1", "--within", "100", "--model", "great_circle")
    assert told["kept"] == {"within_min": 100, "nearest": 1, "existing_sites": 1}
    assert told["no_route"] is None
    assert sorted(table().index) == [("p1", "s1"), ("p2", "s1"), ("p3", "s1"), ("p3", "s2")]
    full = travel_times(read_pack(home / "pack"), "great_circle")
    assert table().minutes["p3", "s1"] == full.minutes[2, 0]
    assert travel(capsys, "--within", "100")["rows"] == 6  # and the 10 nearest, which are all


def test_the_rule_without_options_where_pairs_are_too_many(home, capsys, monkeypatch):
    """The longest standard is 120 minutes; with two allowed all pairs would be too many."""
    monkeypatch.setattr("planner.travel_table.MOST_TRAVEL_ROWS", 5)
    monkeypatch.setattr("planner.travel_table.NEAREST", 1)
    told = travel(capsys, "--roads", "roads.geojson")
    assert told["kept"] == {"within_min": 120, "nearest": 1, "existing_sites": 1}
    assert told["rows"] == 5  # p1 and p3 within 112 minutes of both, p2 of its own alone
    monkeypatch.setattr("planner.commands.travel_lines.MOST_TRAVEL_ROWS", 4)
    _, _, err = run(capsys, "travel", "pack", "--roads", "roads.geojson", "--out", "t.csv")
    assert "Of 6 pairs those within 120 minutes, the 1 nearest sites of each point" in err
    assert "A pack takes at most 4 pairs" in err


# -- what is wrong -------------------------------------------------------------------------


def test_every_fault_of_layer_and_changes_at_once(home, capsys):
    roads_file(
        home / "roads.geojson",
        [ROADS[0], ([(-0.5, 36.5), (-0.2, 36.2)], {"maxspeed": 999, "oneway": "perhaps"})],
    )
    (home / "changes.csv").write_text(CHANGES + "tunnel,-0.5,36.5,-0.5,37.5,,,\n")
    status, told = run_json(
        capsys, "travel", "pack", "--roads", "roads.geojson", "--changes", "changes.csv",
        "--out", "t.csv",
    )  # fmt: skip
    assert status == 1
    found = {(fault["file"], fault["row"], fault["column"]) for fault in told["faults"]}
    assert {each[0] for each in found} == {"roads.geojson", "changes.csv"}
    assert len([each for each in found if each[0] == "roads.geojson"]) == 2
    assert not (home / "t.csv").exists()


def test_a_change_that_changes_nothing_and_a_layer_that_is_not_there(home, capsys):
    (home / "changes.csv").write_text(CHANGES + "closed,-0.6,36,-0.4,36,,,Wrong\n")
    command = "travel", "pack", "--out", "t.csv", "--changes", "changes.csv", "--roads"
    status, told = run_json(capsys, *command, "roads.geojson")
    assert status == 1
    assert "Wrong" in told["faults"][0]["found"]
    status, told = run_json(capsys, *command, "none.gpkg")
    assert status == 1
    assert told["faults"][0]["file"] == "none.gpkg"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--roads roads.geojson --model network", "--roads and --changes go with the model roads"),
        ("--changes c.csv --model great_circle", "go with the model roads"),
        ("--nearest 0", "a whole number from 1"),
        ("--within never", "minutes, from 0"),
        ("--within nan", "minutes, from 0"),
        ("--model bus", "invalid choice"),
        ("--judge --nearest 3", "--out does not go with --judge"),
    ],
)
def test_wrong_usage(home, capsys, words, told):
    status, _, err = run(capsys, "travel", "pack", "--out", "t.csv", *words.split())
    assert status == 2
    assert told in err


def test_a_matrix_of_costs_alone_has_no_near_pairs(home, capsys):
    (home / "pack" / "travel.csv").write_text("demand_point,site,kes\np1,s1,5\np2,s1,6\np3,s1,7\n")
    status, _, err = run(
        capsys, "travel", "pack", "--model", "matrix", "--nearest", "1", "--out", "t.csv"
    )
    assert status == 2
    assert "the matrix gives costs only" in err
    told = travel(capsys, "--model", "matrix")
    assert (told["rows"], told["known_roads"]) == (3, None)
    assert table().kes.tolist() == [5, 6, 7]


def test_a_model_that_the_pack_lacks(home, capsys):
    status, told = run_json(capsys, "travel", "pack", "--model", "roads", "--out", "t.csv")
    assert status == 1
    assert "road_layer" in told["error"]
    assert ways_of(read_pack(home / "pack"), "great_circle").between(
        *[places_of(read_pack(home / "pack"), read_pack(home / "pack").sites)] * 2
    )[0].shape == (2, 2)


def test_long_work_is_told_every_five_seconds(capsys, monkeypatch):
    clock = iter([0, 3, 5, 9.9, 10, 11])
    monkeypatch.setattr("planner.terminal.time.monotonic", lambda: next(clock))
    paced = Paced()
    for done in range(5):
        paced(f"{done} searches")
    assert capsys.readouterr().err.splitlines() == ["    5 s: 1 searches", "   10 s: 3 searches"]
