"""python -m benchmarks.exports [--times N] [--run FOLDER]

Measures the files of the built-in plan `best-14-more`: each format by itself with its checks and
tables, and everything in one zip. Of some times the least and the middle one are told, and the
least work of the processor, beside the goal for everything.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.timing import seconds
from planner.export import FORMATS, export_files
from planner.pack import find_pack, read_pack
from planner.runs import judge_and_write, read_run
from planner.runs.reading import StoredRun
from planner.scenario import read_scenario
from planner.solve import solve

GOAL_S = 10.0  # everything


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--run", type=Path, help="a run folder, in place of the built-in plan")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        run = read_run(options.run or built_in(Path(place)))
        print("| format | least, s | middle, s | work of the processor, s | size, kB |")
        print("|---" * 5 + "|")
        for name in FORMATS:
            print(measured(run, name, options.times), flush=True)
    print(f"\nGoal for zip, which holds all: {GOAL_S:g} s.")
    return 0


def built_in(place: Path) -> Path:
    """A run of the built-in plan."""
    folder = find_pack("immigration")
    pack = read_pack(folder)
    scenario = read_scenario(folder / "scenarios" / "best-14-more.toml")
    return judge_and_write(solve(pack, scenario), pack, scenario, place / "run")


def measured(run: StoredRun, name: str, times: int) -> str:
    """A row of the table for a format."""
    files: dict[str, bytes] = {}
    found = [seconds(lambda: files.update(export_files(run, name))) for _ in range(times)]
    wall, work = zip(*found, strict=True)
    size = sum(map(len, files.values()))
    told = f"{min(wall):.2f} | {median(wall):.2f} | {min(work):.2f} | {size / 1000:,.0f}"
    return f"| {name} | {told} |"


if __name__ == "__main__":
    raise SystemExit(main())
