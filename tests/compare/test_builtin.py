"""Runs on the built-in pack, made of networks as listed: every number is the run files' own."""

from __future__ import annotations

import csv
import time

import numpy as np
import pytest

from planner.compare import MOST_PLACES, THRESHOLD_MIN, compare
from planner.evaluate import listed_network, score
from planner.pack import find_pack, read_pack
from planner.plan import SolveReport
from planner.runs import judge_and_write
from planner.runs.record import read_record, today_of
from planner.scenario import build, read_scenario


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The announced offices, and half of them under another rule."""
    place = tmp_path_factory.mktemp("builtin")
    pack = read_pack(find_pack("immigration"))
    made = []
    for name, every in (("proposal-2025", 1), ("no-duplicates-60km", 2)):
        scenario = read_scenario(find_pack("immigration") / "scenarios" / f"{name}.toml")
        problem = build(pack, scenario)
        proposed = np.flatnonzero(problem.proposed)[::every]
        is_open = problem.existing.copy()
        is_open[proposed] = True
        plan = listed_network(problem, is_open)
        report = SolveReport(
            problem=problem,
            status="feasible",
            plan=plan,
            objective=score(problem, plan).objective.total,
            bound=None,
            gap=None,
            solver="highs",
            seconds=1.0,
            seconds_by_stage={},
            peak_memory_mb=1.0,
        )
        made.append(judge_and_write(report, pack, scenario, place / name))
    return made


@pytest.fixture(scope="module")
def found(folders):
    first, second = map(read_record, folders)
    return compare([first, second, today_of(first)])


def rows_of(folder, name, key):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def number(cell):
    return float(cell) if cell else None


def test_areas_are_those_of_the_files(folders, found):
    tables = [rows_of(folder, "areas.csv", "area") for folder in folders]
    assert [area.code for area in found.areas] == list(tables[0])
    for area in found.areas:
        first, second, today = area.cells
        for cell, table in ((first, tables[0]), (second, tables[1])):
            assert cell.mean_min == number(table[area.code]["mean_min"])
            assert cell.within_standard == number(table[area.code]["within_standard"])
            assert cell.branches == int(table[area.code]["branches"])
        assert today.mean_min == number(tables[0][area.code]["today_mean_min"])
        assert second.difference == second.mean_min - first.mean_min


def test_people_are_those_of_the_files(folders, found):
    before, after = (rows_of(folder, "points.csv", "demand_point") for folder in folders)
    groups = {"shorter": 0.0, "longer": 0.0, "unchanged": 0.0}
    worst = 0.0
    for point, row in before.items():
        then, now = number(row["mean_min"]), number(after[point]["mean_min"])
        difference = 0.0 if then is None or now is None else now - then
        worst = max(worst, difference)
        group = "unchanged" if abs(difference) <= THRESHOLD_MIN else "longer"
        groups["shorter" if difference < -THRESHOLD_MIN else group] += float(row["population"])
    count = found.people[1].count
    for key, people in groups.items():
        assert getattr(count, key) == pytest.approx(people)
    assert count.total == pytest.approx(sum(groups.values()))
    assert len(found.people[1].losses) == MOST_PLACES
    assert found.people[1].losses[0].difference == worst


def test_branches_are_those_of_the_files(folders, found):
    before, after = (rows_of(folder, "branches.csv", "site") for folder in folders)
    moves = found.moves[1]
    assert {move.site for move in moves.moves if move.kind == "closed"} == {*before} - {*after}
    assert moves.closed == 7
    assert {use.site for use in found.branches.in_all} == {
        branch["site"] for branch in read_record(folders[0]).info["baseline_branches"]
    }


def test_it_is_quick(folders):
    """The goal is half a second for the whole process: see benchmarks/compare.py."""
    records = list(map(read_record, folders))
    begin = time.process_time()
    compare(records)
    assert time.process_time() - begin < 0.5
    begin = time.process_time()
    read_record(folders[0])
    assert time.process_time() - begin < 0.25
