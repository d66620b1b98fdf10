"""python -m benchmarks.compare [--times N] [RUN RUN ...]

Measures a comparison of two runs on the built-in pack (made of networks as listed; others when
named): reading a run without its pack, comparing, and the whole process as a shell sees it. Of
some times the least and the middle one are told, and the least work of the processor, which a
busy machine hardly changes, beside the goal.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.timing import line, seconds
from planner.compare import compare
from planner.evaluate import listed_network, score
from planner.pack import find_pack, read_pack
from planner.plan import SolveReport
from planner.runs import judge_and_write
from planner.runs.record import read_record, today_of
from planner.scenario import build, read_scenario

ROOT = Path(__file__).parents[1]
GOALS_S = {"read a run": 0.05, "compare two runs": 0.5, "compare six": 0.5, "the process": 0.5}
HEAD = "| what | least, s | middle, s | work of the processor, s | goal, s |\n" + "|---" * 5 + "|"


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("runs", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folders = options.runs or _listed(Path(place))
        print(f"Load of the machine before: {os.getloadavg()[0]:.1f}")
        print(HEAD)
        for what, work in _works(folders).items():
            found = [seconds(work) for _ in range(options.times)]
            print(line(what, found, GOALS_S[what]), flush=True)
    return 0


def _works(folders: Sequence[Path]) -> dict[str, Callable[[], object]]:
    records = [read_record(folder) for folder in folders]
    six = [*(records * 3)[:5], today_of(records[0])]
    argv = [sys.executable, "-m", "planner", "compare", *map(str, folders), "--json"]
    return {
        "read a run": lambda: read_record(folders[0]),
        "compare two runs": lambda: compare([read_record(each) for each in folders]),
        "compare six": lambda: compare(six),
        "the process": lambda: subprocess.run(argv, cwd=ROOT, check=True, capture_output=True),
    }


def _listed(place: Path) -> list[Path]:
    """Two runs on the built-in pack: the announced offices, and today's."""
    folder = find_pack("immigration")
    pack = read_pack(folder)
    found = []
    for name in ("proposal-2025", "today"):
        scenario = read_scenario(folder / "scenarios" / f"{name}.toml")
        problem = build(pack, scenario)
        is_open = problem.existing | problem.proposed if name != "today" else problem.existing
        plan = listed_network(problem, is_open)
        report = SolveReport(
            problem=problem,
            status="feasible",
            plan=plan,
            objective=score(problem, plan).objective.total,
            bound=None,
            gap=None,
            solver=scenario.solve.solver,
            seconds=0.0,
            seconds_by_stage={},
            peak_memory_mb=0.0,
        )
        found.append(judge_and_write(report, pack, scenario, place / name))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
