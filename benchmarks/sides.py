"""What is measured, each in a process of its own: `python -m benchmarks.sides SIDE CASE`.

The last line printed is a JSON object: CPU seconds of this process and its children, peak
memory, and what was found and proved. Reading or making the instance is not counted, nor is
loading compiled code.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import instances, readers
from planner.optimize import Limits, arcs, find_plan
from planner.optimize.engine import instance_of, run_engine, warm_up
from planner.optimize.engine.neighbours import Neighbours, from_matrix, from_points
from planner.optimize.engine.one_class import solve_one_class
from planner.optimize.formulation import formulate
from planner.optimize.sets import model_sets
from planner.optimize.solvers import Controls, solve_model
from planner.pack import find_pack, read_pack
from planner.problem import PlanningProblem
from planner.scenario import build, read_scenario

Floats = NDArray[np.float64]
Case = dict[str, Any]
Found = tuple[float | None, float | None]  # objective and proved bound
LISTED_OF_PLANE = 5  # a list in the plane is so many times points / branches long
WHOLE_LISTS = 1_500  # points up to which every point is listed for every other


def measured(side: str, case: Case) -> dict[str, Any]:
    """What a side reaches on a case, in a process of its own; "error" where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sides", side, json.dumps(case)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["ended"])[-1]}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def run_side(side: str, case: Case) -> dict[str, Any]:
    """Solve here and now."""
    is_problem = case["kind"] in ("pack", "services") or _has_capacities(case)
    solve = _problem_side(side, case) if is_problem else _one_class_side(side, case)
    before = _cpu()
    objective, bound = solve()
    seconds = _cpu() - before
    gap = None
    if objective and bound is not None and math.isfinite(bound):
        gap = max(0.0, (objective - bound) / objective)
    peak = sum(resource.getrusage(w).ru_maxrss for w in _WHO) / 1024
    return {
        "cpu_s": seconds,
        "memory_mib": peak,
        "objective": objective,
        "bound": None if gap is None else bound,
        "gap": gap,
    }


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in _WHO]
    return sum(entry.ru_utime + entry.ru_stime for entry in used)


# -- one demand class ----------------------------------------------------------------------


def _one_class_side(side: str, case: Case) -> Callable[[], Found]:
    kind = case["kind"]
    fixed = None
    plane: Floats | None = None
    matrix = np.zeros((0, 0))
    if kind == "plane":
        plane = instances.clustered(case["n"], case["seed"])
    elif kind == "tsp":
        plane = readers.read_tsp(Path(case["path"]))
    elif kind == "graph":
        matrix = instances.random_graph(case["n"], case["seed"])
    elif kind == "pmed":
        read = readers.read_pmed(Path(case["path"]))
        matrix, case = read.distance, {"p": read.count, **case}
    else:
        facilities = readers.read_cap(Path(case["path"]))
        matrix, fixed = facilities.cost, facilities.fixed
    count = (case["p"], case["p"]) if case.get("p") else (0, matrix.shape[1])
    limit = float(case.get("seconds", 120.0))

    def lists() -> Neighbours:
        if plane is None:
            return from_matrix(matrix)
        whole = len(plane) <= WHOLE_LISTS
        nearest = len(plane) if whole else max(40, LISTED_OF_PLANE * len(plane) // count[1])
        return from_points(plane, nearest=nearest, rounding="nearest")

    def ours() -> Found:
        result = solve_one_class(
            lists(), count=count, fixed_cost=fixed, gap=case.get("gap", 0.0), seconds=limit
        )
        return result.upper if result.sites is not None else None, result.lower

    def peer() -> Found:
        return _spopt(side, matrix if plane is None else _rounded(plane), count[0], limit)

    if side != "planner":
        import spopt.locate  # noqa: F401, PLC0415 - so that loading it is not counted
    if side == "planner":
        _warm(np.float32 if plane is not None and len(plane) > 20_000 else np.float64)
        return ours
    return peer


def _rounded(points: Floats) -> Floats:
    return np.asarray(
        np.floor(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 0.5)
    )


def _warm(kind: type) -> None:
    """Load compiled code: a toy of the same precision, proved by each way there is."""
    from dataclasses import replace  # noqa: PLC0415 - only here

    toy = from_matrix(instances.random_graph(60, 1))
    hard = from_matrix(np.random.default_rng(2).random((80, 80)))
    solve_one_class(replace(toy, cost=toy.cost.astype(kind)), count=(4, 4))
    solve_one_class(replace(toy, cost=toy.cost.astype(kind)), count=(0, 60), fixed_cost=np.ones(60))
    solve_one_class(replace(hard, cost=hard.cost.astype(kind)), count=(6, 6), gap=0.05)


def _spopt(side: str, matrix: Floats, count: int, limit: float) -> Found:
    import pulp  # noqa: PLC0415 - only this side needs it
    from spopt.locate import PMedian  # noqa: PLC0415 - as above

    solver = (
        pulp.HiGHS(msg=False, threads=1, timeLimit=limit, gapRel=0.0)
        if side == "spopt-highs"
        else pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=limit, gapRel=0.0)
    )
    model = PMedian.from_cost_matrix(matrix, np.ones(len(matrix)), p_facilities=count)
    model.problem.solve(solver)
    if model.problem.sol_status not in (1, 2):
        return None, None
    value = float(pulp.value(model.problem.objective))
    return value, value if model.problem.sol_status == 1 else None


# -- planning problems ---------------------------------------------------------------------


def _has_capacities(case: Case) -> bool:
    if case["kind"] != "cap":
        return False
    return bool(np.isfinite(readers.read_cap(Path(case["path"])).capacity).any())


def _problem(case: Case) -> PlanningProblem:
    if case["kind"] == "cap":
        read = readers.read_cap(Path(case["path"]))
        return instances.with_capacities(read.cost, read.demand, read.fixed, read.capacity)
    if case["kind"] == "services":
        return instances.many_services(case["points"], case["sites"], case["services"])
    folder = find_pack(case["pack"])
    scenario = read_scenario(folder / "scenarios" / f"{case['scenario']}.toml")
    pack = read_pack(folder)
    # One travel model whatever the pack's is, so that runs can be compared with older ones.
    straight = replace(pack.travel, model="great_circle", avoid=())
    return build(replace(pack, travel=straight), scenario)


def _problem_side(side: str, case: Case) -> Callable[[], Found]:
    problem = _problem(case)
    limits = Limits(seconds=case.get("seconds", 120.0), gap=case.get("gap", 0.0))

    def planner() -> Found:
        answer = find_plan(problem, limits)
        return answer.objective, answer.bound

    def engine() -> Found:
        instance = instance_of(problem, model_sets(problem))
        result = run_engine(instance, seconds=limits.seconds, gap=limits.gap, seed=0)
        return (result.upper if math.isfinite(result.upper) else None), result.lower

    def model() -> Found:
        arcs.LISTED_ARCS = 10**12  # every useful site is listed at once
        known = model_sets(problem)
        form = formulate(problem, known, arcs.model_arcs(problem, known))
        controls = Controls(limits.seconds, limits.gap, 1, 0)
        solved = solve_model(form.model, "highs", controls)
        objective = None if solved.objective is None else solved.objective * form.scale
        return objective, solved.bound * form.scale

    if side != "model":
        warm_up()
    return {"planner": planner, "engine": engine, "model": model}[side]


if __name__ == "__main__":
    print(json.dumps(run_side(sys.argv[1], json.loads(sys.argv[2]))))
