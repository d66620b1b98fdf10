"""The table of a roadmap: branches by phases, with money and travel, by hand."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from command_line import run
from evaluate.tiny import tiny_plan, tiny_problem
from pack.tiny import write

from planner.errors import EXIT_DONE
from planner.evaluate import score
from planner.insight.roadmap import Roadmap, Stage
from planner.insight.roadmap_told import roadmap_told
from planner.insight.roadmap_words import gantt_lines
from planner.pack.types import Area, Site
from planner.plan import SolveReport
from planner.problem import Rules
from planner.runs.roadmap_folder import gantt_table
from tests.insight.test_commands import PHASES


class OfTowns:
    """What the table needs of a pack."""

    id = "towns"
    currency = "KES"
    areas = (Area("001", "All"),)
    sites = tuple(Site(f"{name}", f"Town {name}", "001", 0.0, 0.0, "candidate") for name in "ABCD")


def stage(problem, name: str, branches) -> Stage:
    plan = tiny_plan(problem, branches)
    value = score(problem, plan).objective.total
    report = SolveReport(
        problem=problem,
        status="feasible",
        plan=plan,
        objective=value,
        bound=value - 30,
        gap=0.0,
        solver="highs",
        seconds=0.0,
        seconds_by_stage={},
        peak_memory_mb=0.0,
    )
    return Stage(name, report, report)


@pytest.fixture
def told():
    """A and D are there today, D closes; C opens first, then B, and C gains a service."""
    problem = tiny_problem(
        [0, 100],
        [0, 50, 100, 10],
        services=("id", "permit"),
        visits=[[10, 0], [10, 0]],
        existing=[0, 3],
        today={0: ["id"], 3: ["id"]},
        capital_kes=[[0], [500], [700], [0]],
        branch_annual_kes=[[10], [20], [30], [5]],
        rules=Rules(existing="may_close", duplicates="allow"),
    )
    first = stage(problem, "=First", {"A": ["id", "permit"], "C": ["id"]})
    second = stage(problem, "Then", {"A": ["id", "permit"], "B": ["id"], "C": ["id", "permit"]})
    return roadmap_told(Roadmap((first, second), 1.0, 1.0, 0.0, 1), OfTowns())


def test_cells_of_branches_and_services(told):
    rows = {row["site"]: row for row in told["gantt"]["rows"]}
    assert list(rows) == ["A", "D", "C", "B"]  # in the order in which they come
    assert [cell["state"] for cell in rows["A"]["cells"]] == ["gains", "stays"]
    assert rows["A"]["cells"][0]["gains"] == ["permit"]
    assert [cell["state"] for cell in rows["D"]["cells"]] == ["closes", ""]
    assert [cell["state"] for cell in rows["C"]["cells"]] == ["opens", "gains"]
    assert [cell["state"] for cell in rows["B"]["cells"]] == ["", "opens"]
    assert [cell["services"] for cell in rows["C"]["cells"]] == [1, 2]
    services = {each["service"]: each["cells"] for each in rows["C"]["services"]}
    assert services == {"id": ["starts", "stays"], "permit": ["", "starts"]}
    assert rows["D"]["services"] == [{"service": "id", "cells": ["stops", ""]}]


def test_money_and_travel_of_each_phase(told):
    gantt = told["gantt"]
    assert gantt["today"] == {"branches": 2, "mean_min": pytest.approx(45.0), "annual_kes": 15}
    first, second = gantt["phases"]
    assert (first["capital_kes"], first["capital_more_kes"]) == (700, 700)
    assert (second["capital_kes"], second["capital_more_kes"]) == (1200, 500)
    assert (first["annual_kes"], first["annual_more_kes"]) == (40, 25)
    assert (second["annual_kes"], second["annual_more_kes"]) == (60, 20)
    assert (first["branches"], first["mean_min"]) == (2, 0.0)
    assert (first["nesting_low_per_visit"], first["nesting_high_per_visit"]) == (0.0, 1.5)


def test_the_table_in_words_and_as_rows(told):
    lines = list(gantt_lines(told["gantt"], "KES"))
    assert lines[0].split() == ["=First", "Then"]
    assert lines[1].split() == ["Town", "A", "(All)", "+", "+1", "-"]
    assert lines[3].split() == ["Town", "C", "(All)", "O", "1", "services", "+", "+1"]
    table = gantt_table(told)
    assert table.columns == ("site", "name", "area", "service", "'=First", "Then")
    assert table.rows[0] == ("A", "Town A", "All", None, "gains", "stays")
    assert table.rows[1] == ("A", "Town A", "All", "id", "stays", "stays")
    assert ("D", "Town D", "All", None, "closes", None) in table.rows
    assert all(len(row) == 6 for row in table.rows)


def test_the_command_writes_it(tmp_path, monkeypatch, capsys):
    write(tmp_path / "pack")
    (tmp_path / "steps.toml").write_text(PHASES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path / "home"))
    status, out, _ = run(capsys, "roadmap", "steps.toml", "--out", "road")
    assert status == EXIT_DONE
    assert "O opens, - stays" in out
    told = json.loads((tmp_path / "road" / "roadmap.json").read_text())
    with (tmp_path / "road" / "gantt.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    branches = [row for row in rows if not row["service"]]
    assert [row["site"] for row in branches] == [row["site"] for row in told["gantt"]["rows"]]
    assert [row["Then"] for row in branches] == [
        row["cells"][1]["state"] for row in told["gantt"]["rows"]
    ]
    with (tmp_path / "road" / "phases.csv").open(newline="") as file:
        phases = list(csv.DictReader(file))
    spent = np.cumsum([float(phase["capital_more_kes"]) for phase in phases])
    assert spent.tolist() == [float(phase["capital_kes"]) for phase in phases]
