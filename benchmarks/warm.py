"""python -m benchmarks.warm [NAME ...] [--gap G ...] [--points N] [--seconds S] [--each]

Measures sweeps of a built-in scenario: each point solved by itself (cold), and each given what
those before it found (warm: plans, bounds that carry over, prices). The pack and the travel times
are read once, and compiled code is loaded, before a clock is started. Seconds are those of the
processor, of one process with one thread; time limits are of the wall clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from planner.optimize import Limits
from planner.optimize.looser import bound_from
from planner.pack import find_pack, read_pack
from planner.plan import Known, SolveReport
from planner.problem import PlanningProblem, Rules
from planner.scenario import build, read_scenario
from planner.solve import solve_problem

PACK, SCENARIO = "immigration", "best-14-more"
HEAD = (
    "| sweep | gap | points | cold, s | hardest, s | warm, s | warm / cold | warm / hardest |"
    " at the limit, cold, warm |\n" + "|---" * 9 + "|"
)
Points = Callable[[Rules, int], Iterator[Rules]]


def annual(rules: Rules, count: int) -> Iterator[Rules]:
    """Money a year, with as many branches as it pays for."""
    free = replace(rules, branches_min=None, branches_max=None)
    for limit in np.linspace(330e6, 700e6, count):
        yield replace(free, annual_max_kes=int(limit))


def new_most(rules: Rules, count: int) -> Iterator[Rules]:
    """New branches, with money free."""
    free = replace(rules, annual_max_kes=None, branches_min=None, branches_max=None)
    for most in range(count):
        yield replace(free, new_max=most)


def cap(rules: Rules, count: int) -> Iterator[Rules]:
    """Duplicates allowed."""
    for most in range(count):
        yield replace(rules, duplicates="cap", duplicates_max=most)


def price(rules: Rules, count: int) -> Iterator[Rules]:
    """The price of duplicates."""
    for each in np.linspace(0, 2 * rules.duplicates_price, count):
        yield replace(rules, duplicates_price=float(each))


def tail(rules: Rules, count: int) -> Iterator[Rules]:
    """The weight of the worst served: the ends, then always the middles."""
    order: list[int] = [0, count - 1]
    step = count - 1
    while len(order) < count:
        step = max(1, step // 2)
        order += [k for k in range(step, count, step) if k not in order]
    for k in order[:count]:
        yield replace(rules, tail_share=k / max(1, count - 1))


SWEEPS: dict[str, Points] = {
    "annual": annual,
    "new_max": new_most,
    "cap": cap,
    "price": price,
    "tail": tail,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm", description=__doc__)
    parser.add_argument("names", nargs="*", help="sweeps; all but tail")
    parser.add_argument("--gap", type=float, nargs="+", default=[0.005, 0.001])
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120.0, help="time limit of a point")
    parser.add_argument("--each", action="store_true", help="a line for each point")
    options = parser.parse_args(arguments)
    problem = problem_of(PACK, SCENARIO)
    solve_problem(problem, Limits(60.0, 0.05))
    print(HEAD, flush=True)
    for name in options.names or [name for name in SWEEPS if name != "tail"]:
        for gap in options.gap:
            points = [
                replace(problem, rules=rules)
                for rules in SWEEPS[name](problem.rules, options.points)
            ]
            limits = Limits(options.seconds, gap)
            told = measured(points, limits, each=options.each)
            print(f"| {name} | {100 * gap:g} % | {len(points)} | {told}", flush=True)
    return 0


def problem_of(pack_name: str, scenario_name: str) -> PlanningProblem:
    """The question of a built-in scenario."""
    folder = find_pack(pack_name)
    scenario = read_scenario(folder / "scenarios" / f"{scenario_name}.toml")
    return build(read_pack(folder), scenario)


def measured(points: list[PlanningProblem], limits: Limits, *, each: bool) -> str:
    """The rest of a sweep's line."""
    cold, warm = [], []
    late = [0, 0]
    solved: list[SolveReport] = []
    for problem in points:
        begin = time.process_time()
        alone = solve_problem(problem, limits)
        middle = time.process_time()
        answer = solve_problem(problem, limits, known=known_of(problem, solved))
        end = time.process_time()
        solved.append(answer)
        cold.append(middle - begin)
        warm.append(end - middle)
        late[0] += alone.status in ("feasible", "unknown")
        late[1] += answer.status in ("feasible", "unknown")
        if each:
            print(f"{cold[-1]:8.2f} {told(alone)} | {warm[-1]:8.2f} {told(answer)}", flush=True)
    total, hardest = sum(warm), max(cold)
    return (
        f"{sum(cold):.1f} | {hardest:.1f} | {total:.1f} | {total / sum(cold):.2f} |"
        f" {total / hardest:.1f} | {late[0]}, {late[1]} |"
    )


def known_of(problem: PlanningProblem, solved: list[SolveReport]) -> Known:
    """What the points before hand on, the last one first."""
    bounds = [(one.problem, one.bound) for one in solved if one.bound is not None]
    plans = tuple(one.plan for one in reversed(solved) if one.plan is not None)
    prices = next((one.prices for one in reversed(solved) if one.prices is not None), None)
    return Known(plans, bound_from(problem, bounds), prices)


def told(report: SolveReport) -> str:
    """An answer in short."""
    if report.objective is None or report.gap is None:
        return report.status
    return f"{report.status} {report.objective:,.0f} {100 * report.gap:.3f} %"


if __name__ == "__main__":
    raise SystemExit(main())
