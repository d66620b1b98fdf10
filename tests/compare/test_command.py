from __future__ import annotations

import csv
import json
import subprocess
import sys

import pytest

from planner.runs.table import unguard
from tests.command_line import run
from tests.compare import cases
from tests.compare.cases import MEANS, NETWORKS

HEAVY = ("numba", "pandas", "geopandas", "pulp", "highspy", "scipy", "shapely", "streamlit")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three runs by name, and the pack they were made of."""
    folder = tmp_path_factory.mktemp("compared")
    cases.runs(folder, *NETWORKS)
    cases.write_no_plan(folder / "none", folder / "pack")
    return folder


def test_side_by_side_in_words(place, capsys):
    status, out, err = run(capsys, "compare", place / "east", place / "west", "today")
    assert (status, err) == (0, "")
    assert "A  east: feasible, gap 25.000%, 2026-01-02, version" in out
    assert "C  By hand: today's network" in out
    first = next(line for line in out.splitlines() if "Minutes a visit" in line)
    figures = "Minutes a visit, one way 15.7 55.0 (+39.3 worse) 60.0 (+44.3 worse)"
    assert " ".join(first.split()) == figures
    assert "Yearly cost, KES" in out
    assert "+ Beta town [s3], West: card" in out
    assert "* Alpha town [s1], West: + deed" in out
    assert "500 shorter, 2,000 longer, 1,010 unchanged" in out
    assert "10 of the unchanged have no visits" in out
    assert "areas that lose most: East +75.0 min" in out
    assert "C is beaten" not in out


def test_json_holds_the_files_own_numbers(place, capsys):
    status, out, _ = run(capsys, "compare", place / "east", place / "moved", "--json")
    data = json.loads(out)
    assert status == 0
    infos = [json.loads((place / name / "run.json").read_text()) for name in ("east", "moved")]
    kpis = {row["key"]: row["cells"] for row in data["kpis"]}
    for key, cells in kpis.items():
        for info, cell in zip(infos, cells, strict=True):
            value = info if key == "objective" else info["kpis"]
            for part in key.split("."):
                value = value[part]
            assert cell["value"] == value
    assert data["base"] == 0
    assert [each["name"] for each in data["members"]] == ["east", "moved"]


def test_another_base(place, capsys):
    argv = ("compare", place / "east", place / "west", "--base", 2, "--json")
    data = json.loads(run(capsys, *argv)[1])
    cells = next(row["cells"] for row in data["kpis"] if row["key"] == "mean_min")
    assert cells[0]["difference"] == pytest.approx(MEANS["east"] - 55)
    assert (data["base"], data["moves"][1]) == (1, None)


def test_a_pack_is_its_network_of_today_scored_now(place, capsys):
    argv = ("compare", place / "pack", place / "east", "today", "--json")
    data = json.loads(run(capsys, *argv)[1])
    cells = next(row["cells"] for row in data["kpis"] if row["key"] == "mean_min")
    assert [cell["value"] for cell in cells] == pytest.approx([60, MEANS["east"], 60])
    assert [each["kind"] for each in data["members"]] == ["today", "run", "today"]
    assert data["people"][2]["count"]["unchanged"] == 3510
    assert data["warnings"] == []


def test_a_file_that_a_spreadsheet_opens(place, tmp_path, capsys):
    out = tmp_path / "new" / "both.csv"
    status, _, err = run(capsys, "compare", place / "east", place / "west", "--out", out)
    assert (status, err) == (0, "Written: both.csv\n")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["part", "key", "name", "unit", "A", "B", "B less A"]
    by_key = {(row["part"], unguard(row["key"])): row for row in rows}
    mean = by_key["kpi", "mean_min"]
    assert (float(mean["A"]), float(mean["B"])) == (MEANS["east"], 55.0)
    assert float(mean["B less A"]) == 55.0 - MEANS["east"]
    assert by_key["people", "longer"]["B"] == "2000.0"
    assert (by_key["branch", "s2"]["A"], by_key["branch", "s2"]["B"]) == ("yes", "no")
    assert by_key["area", "E"]["B less A"] == "75.0"
    assert by_key["member", "name"]["A"] == "east"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["east"], "2 to 6 members; 1 was given"),
        (["east"] * 7, "2 to 6 members; 7 were given"),
        (["east", "west", "--base", "3"], "one of the 2 members, numbered from 1; found 3"),
        (["east", "west", "--out", "x.xlsx"], "written as .csv; found x.xlsx"),
        (["pack", "today"], "today is today's network of the first run"),
    ],
)
def test_wrong_usage_in_words(place, capsys, argv, words):
    names = {"east", "west", "pack"}
    given = [place / each if each in names else each for each in argv]
    status, out, err = run(capsys, "compare", *given)
    assert (status, out) == (2, "")
    assert words in err


def test_the_faults_of_all_members_at_once(place, tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    status, out, err = run(capsys, "compare", empty, tmp_path / "nowhere", place / "east")
    assert (status, out) == (1, "")
    assert "empty: run.json: found no file" in err
    assert "nowhere: found no run and no pack. Give a run folder" in err
    assert "nowhere: nowhere" not in err


def test_one_folder_twice_is_said(place, capsys):
    status, out, _ = run(capsys, "compare", place / "east", place / "east")
    assert status == 0
    assert "! A and B are the same run: nothing differs between them." in out
    assert "better" not in out
    assert "worse" not in out


def test_no_plan_and_why(place, capsys):
    status, out, _ = run(capsys, "compare", place / "east", place / "none")
    assert status == 0
    assert "! B has no plan: its rules cannot hold together." in out
    assert "B: At least 3 branches. Two are enough." in out
    assert "B: Exactly 3 branches" in out


def test_comparing_folders_loads_nothing_heavy(place):
    code = (
        "import sys; from planner.cli import main; status = main(sys.argv[1:]); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); "
        "sys.exit(status)"
    )
    argv = ["compare", str(place / "east"), str(place / "west"), "today", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert json.loads(done.stdout)["base"] == 0


def test_a_name_that_is_no_command_lists_all_of_them(capsys):
    status, _, err = run(capsys, "comparing")
    assert status == 2
    assert "compare" in err
    assert "solve" in err
