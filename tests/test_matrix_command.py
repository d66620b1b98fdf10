"""The matrix of each routing program: taken, checked, solved with, written in own columns."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from command_line import run
from pack import matrices, tiny

from planner.errors import EXIT_DONE, EXIT_INPUT, EXIT_USAGE
from planner.pack import check_table, read_pack
from planner.scenario import parse_scenario
from planner.solve import solve
from planner.travel import travel_times

SCENARIO = (
    'name = "S"\npack = "tiny"\n[travel]\nmodel = "matrix"\n[rules]\nbranches = { max = 2 }\n'
    "[solve]\ngap = 0.0\n"
)
ORS = matrices.osrm()  # the same columns and units
FORMATS = {"osrm": matrices.osrm(), "ors": ORS, "valhalla": matrices.valhalla(),
           "r5py": matrices.r5py()}  # fmt: skip
EXPECTED = np.array([[np.inf if m is None else m for m in row] for row in matrices.MINUTES])


@pytest.fixture
def given(tmp_path):
    """A pack and OSRM's table of it, numbered."""
    table = tmp_path / "osrm.csv"
    table.write_text(matrices.as_csv(matrices.osrm(**matrices.INDEX)))
    return table, tiny.write(tmp_path / "pack")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("program", FORMATS)
def test_dropped_into_a_pack_it_is_solved_with(tmp_path, program, kind):
    folder = tiny.write(tmp_path / "pack")
    path = folder / f"travel.{kind}"
    if kind == "csv":
        path.write_text(matrices.as_csv(FORMATS[program]))
    else:
        matrices.as_parquet(FORMATS[program], path)
    assert check_table(path, "travel", [folder]).verdict == "warn"
    report = solve(read_pack(folder), parse_scenario(SCENARIO))
    problem = report.problem
    assert np.allclose(problem.minutes, EXPECTED, rtol=0, atol=1e-9)
    assert (problem.travel.model, problem.travel.error) == ("matrix", None)
    (source,) = problem.travel.sources
    assert source.startswith(f"{path.name} of ")
    assert ("travel_time in minutes" if program == "r5py" else "in seconds, distance in") in source
    assert any("1 of 6 pairs have no route" in each for each in problem.travel.notes)
    assert report.status == "optimal"
    # Alpha's 11 visits stay at Alpha town; Beta's 5 take an hour each; Gamma's 3 have no route to
    # their own town, and 137 minutes to Alpha town.
    assert report.objective == pytest.approx(5 * 60 + 3 * 137)


def test_what_was_understood_and_how_it_compares(capsys, given):
    table, folder = given
    status, out, _ = run(capsys, "matrix", table, folder)
    assert status == EXIT_DONE
    assert "osrm.csv, of OSRM or openrouteservice: 5 of 6 pairs have a route." in out
    assert "positions from 0: 0 is p1 and s1" in out
    assert "duration: seconds (the convention of OSRM and openrouteservice" in out
    assert "Held against the great-circle model: minutes are 0.76 times the model's" in out
    assert "No pair looks strange." in out
    assert "Furthest from the model's minutes" in out


def test_one_json_object(capsys, given):
    table, folder = given
    status, out, _ = run(capsys, "matrix", table, folder, "--json", "--worst", "1")
    assert status == EXIT_DONE
    told = json.loads(out)
    assert (told["program"], told["pairs"], told["without_route"]) == (
        "OSRM or openrouteservice", 5, 1,
    )  # fmt: skip
    assert told["points_without_route"] == told["sites_without_route"] == []
    assert told["comparison"]["model"] == "great_circle"
    assert told["comparison"]["minutes_ratio"]["pairs"] == 4
    assert len(told["comparison"]["furthest_from_the_model"]) == 1


def test_strange_pairs_are_named_with_their_figures(capsys, given):
    table, folder = given
    columns = matrices.osrm()
    columns["distance"][1], columns["duration"][1] = 100_000, 60
    table.write_text(matrices.as_csv(columns))
    status, out, _ = run(capsys, "matrix", table, folder)
    assert status == EXIT_DONE
    assert "1 shorter than the straight line" in out
    (line,) = {each for each in out.splitlines() if "Alpha to Gamma town" in each}
    assert "111.2 km straight; matrix 100.0 km, 1.0 min; model 144.5 km, 173.5 min" in line
    assert "faster than 120 km/h in a straight line; shorter than the straight line; faster" in line


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_written_in_the_planners_own_columns_it_reads_as_the_same(
    capsys, tmp_path, given, own_table, ending
):
    table, folder = given
    path = folder / f"travel.{ending}"
    status, _, err = run(capsys, "matrix", table, folder, "--out", path)
    assert status == EXIT_DONE
    assert 'travel.model = "matrix"' in err
    frame = pd.read_csv(path) if ending == "csv" else pd.read_parquet(path)
    assert list(frame.columns) == ["demand_point", "site", "minutes", "km"]
    assert frame.values.tolist() == own_table
    assert read_pack(folder).travel_matrix.words == ()


@pytest.fixture
def own_table():
    """The pairs with a route, as rows."""
    columns = matrices.own().values()
    return [list(row) for row in zip(*columns, strict=True) if row[2] is not None]


def test_a_matrix_in_doubt_in_a_pack_is_settled_in_place(capsys, tmp_path):
    """A pack whose own matrix cannot be read: the command reads it in place of it."""
    table = {name: values for name, values in matrices.osrm().items() if name != "distance"}
    table = {"origin": table["source"], "destination": table["destination"],
             "time": table["duration"]}  # fmt: skip
    folder = tiny.write(tmp_path / "pack", travel_csv=matrices.as_csv(table))
    status, _, err = run(capsys, "check", folder)
    assert status == EXIT_INPUT
    path = folder / "travel.csv"
    status, _, err = run(capsys, "matrix", path, folder)
    assert status == EXIT_INPUT
    assert "--units minutes=s|min|h" in err
    status, _, _ = run(capsys, "matrix", path, folder, "--units", "minutes=s", "--out", path)
    assert status == EXIT_DONE
    status, _, _ = run(capsys, "check", folder)
    assert status == EXIT_DONE


@pytest.mark.parametrize(
    "option",
    [
        ("--units", "minutes=km"),
        ("--units", "hours=2"),
        ("--units", "minutes=s,minutes=min"),
        ("--ids", "names"),
        ("--direction", "back"),
    ],
)
def test_wrong_options(capsys, given, option):
    table, folder = given
    status, out, err = run(capsys, "matrix", table, folder, *option)
    assert (status, out) == (EXIT_USAGE, "")
    assert option[1].split(",")[0] in err or "minutes=min" in err


def test_faults_are_told_as_everywhere(capsys, given):
    table, folder = given
    columns = matrices.osrm()
    columns["source"][2] = "p8"
    table.write_text(matrices.as_csv(columns))
    status, out, err = run(capsys, "matrix", table, folder, "--json")
    assert status == EXIT_INPUT
    assert json.loads(out)["faults"][0]["row"] == 4
    assert "osrm.csv row 4, source: found p8; expected the id of a demand point" in err
    status, _, err = run(capsys, "matrix", table.with_name("none.csv"), folder)
    assert status == EXIT_INPUT
    assert "no such file" in err


def test_a_pack_without_places_takes_a_matrix_too(capsys, tmp_path):
    table = tmp_path / "osrm.csv"
    table.write_text(matrices.as_csv(matrices.osrm()))
    folder = tiny.write(
        tmp_path / "pack",
        areas_geojson=None,
        demand_points_csv="id,name,area,population\np1,A,1,9\np2,B,1,9\np3,C,1,9\n",
        sites_csv="id,name,area,status\ns1,A,1,existing\ns2,B,1,candidate\n",
        pack_toml='id = "t"\nname = "T"\n',
    )
    status, out, _ = run(capsys, "matrix", table, folder)
    assert status == EXIT_DONE
    assert "Held against no model" in out


def test_waiting_is_not_added_to_a_matrix_and_that_is_told(capsys, tmp_path):
    """What planner travel writes holds it already."""
    figure = 'value = 7\nlow = 7\nhigh = 7\nunit = "u"\nsource = "s"\nconfidence = "assumption"\n'
    folder = tiny.write(tmp_path / "pack")
    toml = folder / "pack.toml"
    toml.write_text(toml.read_text() + f"[travel.wait_min]\n{figure}")
    model = ("travel", folder, "--model", "great_circle", "--nearest", "9", "--out")
    assert run(capsys, *model, folder / "travel.csv")[0] == EXIT_DONE
    pack = read_pack(folder)
    held = travel_times(pack, "matrix")
    assert np.allclose(held.minutes, travel_times(pack, "great_circle").minutes, atol=0.01)
    (note,) = [each for each in held.notes if "not added" in each]
    assert note.startswith("wait_min of the pack")


def test_a_number_of_pairs_to_name_is_one_or_more(given, capsys):
    table, folder = given
    status, out, err = run(capsys, "matrix", table, folder, "--worst", "-1")
    assert (status, out) == (EXIT_USAGE, "")
    assert "expected a whole number from 1" in err
