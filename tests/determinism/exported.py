"""Exports a run in every format: in a process of its own, or of a pack in another order."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from planner.evaluate import score, todays_network
from planner.export import FORMATS, export_run
from planner.pack import find_pack, read_pack
from planner.runs import write_run
from planner.scenario import Scenario, read_scenario
from planner.solve import solve
from tests.determinism.packs import shuffled
from tests.runs import cases

BuiltIn = tuple[str, str, str | None]

ROOT = Path(__file__).parents[2]
BUILT_IN: tuple[BuiltIn, ...] = (  # pack, scenario, travel model
    ("one-stop", "ten-more-centres", "great_circle"),
    ("one-stop", "ten-more-centres", "network"),
    ("immigration", "best-14-more", None),
)
SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Chatham", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
)


def in_surroundings(number: int, *arguments: object) -> str:
    """What a program of the tests prints, with another hash seed, time zone and language."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **SURROUNDINGS[number]},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return done.stdout


def export_in_surroundings(number: int, run: Path, out: Path) -> dict[str, bytes]:
    """Every file of a run, exported there, by name."""
    in_surroundings(number, "tests.determinism.exported", run, out)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def run_of(folder: Path, scenario: Scenario) -> Path:
    """A run of a pack, as the commands write it, by a clock that stands still."""
    pack = read_pack(folder)
    report = solve(pack, scenario)
    report = replace(report, seconds=0.0, seconds_by_stage={}, peak_memory_mb=0.0)
    problem = report.problem
    kept = score(problem, report.plan), score(problem, todays_network(problem))
    run = folder.parent / "run"
    return write_run(report, *kept, pack, scenario, run, created=cases.CREATED)


def exported_of(folder: Path, scenario: Scenario) -> dict[str, object]:
    """All that is handed on of a plan, by name; of a pack's files only their names, no digest."""
    run = run_of(folder, scenario)
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


def exported_of_both_orders(
    case: BuiltIn, place: Path, seed: int
) -> tuple[dict[str, object], dict[str, object]]:
    """What is handed on of a plan of a built-in pack, and of the same with every row elsewhere."""
    pack, name, model = case
    here = find_pack(pack)
    for each in (here, here.parent / "counties"):
        shutil.copytree(each, place / "a" / each.name)
    folder = place / "a" / pack
    other = shuffled(folder, place / "b" / pack, seed)
    scenario = read_scenario(here / "scenarios" / f"{name}.toml")
    travel = scenario.travel.model_copy(update={"model": model})
    scenario = scenario.model_copy(update={"pack": pack, "travel": travel})
    return exported_of(folder, scenario), exported_of(other, scenario)


if __name__ == "__main__":
    export_run(Path(sys.argv[1]), FORMATS, Path(sys.argv[2]))
