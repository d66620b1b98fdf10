"""python -m benchmarks.sweep [--points N] [--gap G] [--workers N] [--frontier KIND]

Measures `planner sweep` of a built-in scenario as a user starts it: whole time and processor time
of all its processes, the memory of parent and workers; and beside it each point solved by itself
in this process, one after the other, with nothing handed on (pack, travel and compiled code loaded
before the clock starts). The goal: a sweep of 20 points takes no more than 5 times what its
hardest point takes alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from planner.pack import find_pack, read_pack
from planner.runs.sweeps.ground import Ground
from planner.scenario import parse_scenario
from planner.scenario.change import with_keys
from planner.solve import limits_of, solve_problem

PACK, SCENARIO = "immigration", "best-14-more"


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    options = _options().parse_args(arguments)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        told, wall, cpu, memory = _swept(options, Path(folder) / "out")
    alone = _alone(told)
    hardest = max(alone, key=lambda each: each[1])
    points = told["points"]
    print(f"{len(points)} points, {options.workers} workers, gap {options.gap:.2%}, {SCENARIO}")
    print(f"load average before: {before:.1f}")
    print(f"whole sweep: {wall:.1f} s by the clock, {cpu:.1f} s of processors")
    print("  " + ", ".join(f"{name} {value:.1f} s" for name, value in told["seconds"].items()))
    print(f"hardest point alone: {hardest[1]:.1f} s by the clock, {hardest[2]:.1f} s of processors")
    total = [sum(each[n] for each in alone) for n in (1, 2)]
    print(f"all points alone: {total[0]:.1f} s by the clock, {total[1]:.1f} s of processors")
    print(f"sweep / hardest: {wall / hardest[1]:.2f} by the clock (goal 5)")
    share = cpu / options.workers / hardest[2]
    print(f"  {share:.2f} by processors, were they shared evenly by the workers")
    print("memory, peak MB: " + ", ".join(f"{name} {most:.0f}" for name, most in memory.items()))
    worse = [
        point["number"]
        for point, (objective, *_) in zip(points, alone, strict=True)
        if objective is not None
        and point["objective"] is not None
        and point["bound"] > objective * (1 + 1e-9)
    ]
    print(f"bounds that a plan found alone contradicts: {worse or 'none'}")
    return 1 if worse else 0


def _swept(options: argparse.Namespace, out: Path) -> tuple[dict, float, float, dict[str, float]]:
    command = [
        *(sys.executable, "-m", "planner", "sweep", SCENARIO, "--json", "--out", str(out)),
        *("--gap", str(options.gap), "--workers", str(options.workers)),
    ]
    if options.frontier:
        command += ["--frontier", options.frontier, "--points", str(options.points)]
    else:
        command += ["--vary", f"rules.annual_kes.max=360e6..500e6:{options.points}"]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    memory: dict[str, float] = {}
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, memory, over), daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    wall = time.monotonic() - began
    over.set()
    watcher.join()
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return json.loads(printed), wall, cpu, memory


def _watch(pid: int, memory: dict[str, float], over: threading.Event) -> None:
    """The most that the parent, one worker, and all together have held."""
    while not over.wait(0.1):
        try:
            parent = psutil.Process(pid)
            sizes = [each.memory_info().rss / 1e6 for each in parent.children(recursive=True)]
            own = parent.memory_info().rss / 1e6
        except psutil.Error:
            continue
        now = {"parent": own, "largest worker": max(sizes, default=0.0), "all": own + sum(sizes)}
        for name, size in now.items():
            memory[name] = max(memory.get(name, 0.0), size)


def _alone(told: dict) -> list[tuple[float | None, float, float]]:
    """Objective, seconds by the clock and of the processor of each point, solved by itself."""
    base = parse_scenario(told["scenario"])
    ground = Ground(read_pack(find_pack(PACK)))
    warm = ground.problem(base)
    solve_problem(warm, limits_of(base))
    found = []
    for point in told["points"]:
        problem = ground.problem(with_keys(base, point["values"]))
        clock, cpu = time.monotonic(), time.process_time()
        report = solve_problem(problem, limits_of(base))
        took = time.monotonic() - clock, time.process_time() - cpu
        found.append((report.objective, *took))
    return found


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--frontier", choices=("money", "capital", "branches", "duplicates"))
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
