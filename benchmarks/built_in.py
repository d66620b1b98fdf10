"""Solves the built-in scenarios beside the plain model, and prints ratios of one run.

python benchmarks/built_in.py [SCENARIO ...]     default: best-14-more

Both sides state the same equations in PuLP and hand them to HiGHS on one thread. The plain side
lets HiGHS do all the work; the planner's side is what users get. Each runs in a process of its
own, so that memory is told apart. Single times depend on the machine: read the ratios.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

from planner.optimize import Limits, arcs, find_plan
from planner.optimize.formulation import formulate
from planner.optimize.sets import model_sets
from planner.optimize.solvers import Controls, solve_model
from planner.pack import find_pack, read_pack
from planner.scenario import build, read_scenario

LIMIT_S = 120.0
GAP = 0.001


def measured(side: str, name: str) -> dict[str, float | str | None]:
    """What one side reached, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--side", side, name],
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, float | str | None] = json.loads(done.stdout.splitlines()[-1])
    return result


def run_side(side: str, name: str) -> dict[str, float | str | None]:
    """Solve here and now."""

    folder = find_pack("immigration")
    pack = read_pack(folder)
    problem = build(pack, read_scenario(folder / "scenarios" / f"{name}.toml"))
    begin = time.process_time()
    if side == "planner":
        answer = find_plan(problem, Limits(seconds=LIMIT_S, gap=GAP))
        objective, bound = answer.objective, answer.bound
    else:
        arcs.LISTED_ARCS = 10**9  # every useful site is listed at once
        known = model_sets(problem)
        form = formulate(problem, known, arcs.model_arcs(problem, known))
        solved = solve_model(form.model, "highs", Controls(LIMIT_S, GAP, 1, 0))
        objective = None if solved.objective is None else solved.objective * form.scale
        bound = solved.bound * form.scale
    seconds = time.process_time() - begin
    gap = None if objective is None or bound is None else (objective - bound) / objective
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_s": seconds, "gap": gap, "memory_mib": memory, "objective": objective}


def main() -> None:
    """Compare both sides for each scenario named."""
    for name in sys.argv[1:] or ["best-14-more"]:
        ours, plain = measured("planner", name), measured("plain", name)
        print(name)
        for key in ("cpu_s", "memory_mib", "gap", "objective"):
            a, b = ours[key], plain[key]
            told = [f"{float(v):,.5g}" if v is not None else "none" for v in (a, b)]
            ratio = f"{float(b) / float(a):.2f}" if a and b else "-"
            print(
                f"  {key:<11} planner {told[0]:>14}   plain {told[1]:>14}   plain/planner {ratio}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        print(json.dumps(run_side(sys.argv[2], sys.argv[3])))
    else:
        main()
