"""python -m benchmarks.store [--runs N] [--times N] [--store URL]

Measures a store with a thousand runs of the built-in pack: opening it and listing all runs,
keeping one more, unpacking and opening one, taking a workspace out and bringing it into an empty
store. The runs differ in their moment and name alone. Of some times the least and the middle one
are told, and the least work of the processor, which a busy machine hardly changes, beside the
goal.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.timing import line, seconds
from planner.evaluate import listed_network, score
from planner.pack import find_pack, read_pack
from planner.plan import SolveReport
from planner.runs import judge_and_write
from planner.runs.store import Store, open_store
from planner.runs.store.workspace import export_workspace, import_workspace
from planner.scenario import build, read_scenario

ROOT = Path(__file__).parents[1]
GOALS_S = {
    "open the store and list all runs": 0.3,
    "the process `planner runs`": 1.0,
    "keep a run": 0.2,
    "a run's folder, first": 0.2,
    "a run's folder, again": 0.05,
    "open a run": 2.0,
    "the newest 20 runs": 0.05,
    "take a workspace out": 60.0,
    "bring a workspace in": 120.0,
}
HEAD = "| what | least, s | middle, s | work of the processor, s | goal, s |\n" + "|---" * 5 + "|"
_FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--store", help="the URL of an empty store; a file when left out")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        os.environ["UGATUZI_HOME"] = str(Path(place) / "home")
        if options.store:
            os.environ["UGATUZI_STORE"] = options.store
        made = copies(a_run(Path(place)), Path(place) / "copies")
        print(f"Load of the machine before: {os.getloadavg()[0]:.1f}")
        begin = time.perf_counter()
        with open_store() as store:
            for _ in range(options.runs):
                last = store.runs.keep(next(made))
        print(
            f"{options.runs} runs kept in {time.perf_counter() - begin:.1f} s{_size(Path(place))}"
        )
        print(HEAD)
        with open_store() as store:
            for what, work in _works(store, made, last, Path(place)).items():
                times = 1 if "workspace" in what else options.times
                found = [seconds(work) for _ in range(times)]
                print(line(what, found, GOALS_S[what]), flush=True)
    return 0


def _works(
    store: Store, made: Iterator[Path], run_id: str, place: Path
) -> dict[str, Callable[[], object]]:
    folder, zipped = store.runs.folder(run_id), place / "work.zip"
    store.packs.read(store.runs.get(run_id).pack)  # reads the code it needs

    def listed() -> None:
        with open_store() as opened:
            opened.runs.list()

    def first() -> None:
        shutil.rmtree(folder)
        store.runs.folder(run_id)

    def brought() -> None:
        with open_store(str(place / "other.sqlite")) as other:
            import_workspace(other, zipped)

    argv = [sys.executable, "-m", "planner", "runs", "--json"]
    return {
        "open the store and list all runs": listed,
        "the newest 20 runs": lambda: store.runs.list(limit=20),
        "the process `planner runs`": lambda: subprocess.run(
            argv, cwd=ROOT, check=True, capture_output=True
        ),
        "keep a run": lambda: store.runs.keep(next(made)),
        "a run's folder, first": first,
        "a run's folder, again": lambda: store.runs.folder(run_id),
        "open a run": lambda: store.runs.open(run_id),
        "take a workspace out": lambda: export_workspace(store, zipped),
        "bring a workspace in": brought,
    }


def _size(place: Path) -> str:
    found = place / "home" / "store.sqlite"
    return f", {found.stat().st_size / 2**20:,.0f} MB" if found.exists() else ""


def a_run(place: Path) -> Path:
    """A run on the built-in pack: the network as it is announced, each visit to the nearest."""
    folder = find_pack("immigration")
    pack = read_pack(folder)
    scenario = read_scenario(folder / "scenarios" / "proposal-2025.toml")
    problem = build(pack, scenario)
    plan = listed_network(problem, problem.existing | problem.proposed)
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
    return judge_and_write(report, pack, scenario, place / "run")


def copies(run: Path, place: Path) -> Iterator[Path]:
    """Runs that differ in their moment and their name alone, one after the other in one folder."""
    shutil.copytree(run, place)
    info = json.loads((run / "run.json").read_bytes())
    number = 0
    while True:
        number += 1
        created = (_FIRST + timedelta(minutes=number)).isoformat()
        told = {**info, "created": created, "name": f"{info['name']}, copy {number}"}
        (place / "run.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        yield place


if __name__ == "__main__":
    raise SystemExit(main())
