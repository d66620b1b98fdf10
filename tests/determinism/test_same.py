"""The same plan over shuffled rows, hash seeds and solvers; the same bytes of every export."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from planner.evaluate import score, todays_network
from planner.export import FORMATS, export_run
from planner.pack import find_pack, read_pack
from planner.runs import write_run
from planner.scenario import Scenario, read_scenario, scenario_toml
from planner.solve import solve
from tests.determinism.exported import ROOT, export_in_surroundings
from tests.determinism.packs import Told, random_pack, rules, shuffled, solved
from tests.runs import cases

PACKS = 30


def alike(told: Told) -> Told:
    """Without the objective's last digits: the same figures added in another order."""
    value = told.get("objective")
    return {**told, "objective": None if value is None else float(f"{value:.9g}")}


@pytest.mark.parametrize("seed", range(PACKS))
def test_both_solvers_and_any_order_of_rows_give_the_same_plan(tmp_path, seed):
    folder = random_pack(tmp_path / "pack", seed)
    first = alike(solved(folder, rules(folder, seed)))
    assert first["status"] == "optimal"
    assert alike(solved(folder, rules(folder, seed, "cbc"))) == first
    other = shuffled(folder, tmp_path / "other", seed)
    assert (other / "sites.csv").read_text() != (folder / "sites.csv").read_text()
    again = alike(solved(other, rules(other, seed)))
    assert again == first


@pytest.mark.parametrize("seed", [3, 4])
def test_any_process_gives_the_same_plan(tmp_path, seed):
    folder = random_pack(tmp_path / "pack", seed)
    scenario = rules(folder, seed)
    (tmp_path / "a.toml").write_text(scenario_toml(scenario))
    told = solved(folder, scenario)
    for number in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.determinism.packs", folder, tmp_path / "a.toml", "highs"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout.splitlines()[-1]) == told


def test_any_process_exports_the_same_bytes(tmp_path):
    run = cases.write_answer(tmp_path)
    one, two = (export_in_surroundings(n, run, tmp_path / str(n)) for n in (0, 1))
    assert len(one) >= len(FORMATS)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def run_of(folder: Path, scenario: Scenario) -> Path:
    """A run of a pack, as the commands write it, by a clock that stands still."""
    pack = read_pack(folder)
    report = solve(pack, scenario)
    report = replace(report, seconds=0.0, seconds_by_stage={}, peak_memory_mb=0.0)
    problem = report.problem
    kept = score(problem, report.plan), score(problem, todays_network(problem))
    run = folder.parent / "run"
    return write_run(report, *kept, pack, scenario, run, created=cases.CREATED)


def exported(run: Path) -> dict[str, object]:
    """All that is handed on, by name; of the files that were read only the names, not the bytes."""
    out = run.parent / "out"
    export_run(run, [each for each in FORMATS if each != "zip"], out)
    files: dict[str, object] = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    for name, content in files.items():
        if name.endswith(("-run.json", "-scenario.json")):
            told = json.loads(content)
            told.get("origin", {}).pop("pack", None)
            if "files" in told.get("pack", ()):
                told["pack"] = [told["pack"]["id"], sorted(told["pack"]["files"])]
            files[name] = told
    return files


def same_files(folder: Path, other: Path, scenario: Scenario) -> int:
    """How many files two packs come to; all of them the same."""
    one, two = exported(run_of(folder, scenario)), exported(run_of(other, scenario))
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    return len(one)


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_rows_gives_the_same_bytes(tmp_path, seed):
    folder = random_pack(tmp_path / "a" / "pack", seed)
    other = shuffled(folder, tmp_path / "b" / "pack", seed)
    assert same_files(folder, other, rules(Path("pack"), seed)) > 20


@pytest.mark.parametrize(
    ("pack", "name"), [("one-stop", "ten-more-centres"), ("immigration", "best-14-more")]
)
def test_a_built_in_pack_in_any_order_gives_the_same_bytes(tmp_path, pack, name):
    here = find_pack(pack)
    for each in (here, here.parent / "counties"):
        shutil.copytree(each, tmp_path / "a" / each.name)
    folder = tmp_path / "a" / pack
    other = shuffled(folder, tmp_path / "b" / pack, 7)
    scenario = read_scenario(here / "scenarios" / f"{name}.toml")
    scenario = scenario.model_copy(update={"pack": pack})
    assert same_files(folder, other, scenario) > 20
