"""A tiny pack to sweep, a crew in this process, and every plan there is, tried one by one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np

from planner.evaluate import nearest_assignment, score
from planner.evaluate.cliques import excess_offers
from planner.pack import read_pack
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem
from planner.runs.sweeps.ground import Ground, solve_point
from planner.runs.sweeps.run import Asked, Swept, prepare, sweep
from planner.runs.sweeps.types import Axis
from planner.scenario import Scenario
from tests.runs import cases

# Both services anywhere; 021-town lies between the others, so that money and separations matter.
SEPARATION = 250


def pack(folder: Path) -> Pack:
    return read_pack(cases.write_pack(folder / "tiny"))


def scenario(folder: Path, **changes) -> Scenario:
    data = {
        "rules": {"existing": "may_close", "branches": {"max": 3}},
        "duplicates": {"rule": "allow", "separation_km": SEPARATION, "justified_by_load": False},
        "solve": {"gap": 0.0, "time_limit_s": 60.0},
    }
    return cases.scenario(str(folder / "tiny"), **{**data, **changes})


class Here:
    """A crew of one, in this process; it notes in which order points were given."""

    def __init__(self, ground: Ground, points: Path) -> None:
        self.size, self.remarks = 1, ()
        self.given: list[int] = []
        self.seeds: dict[int, int] = {}
        self._ground, self._points, self._done = ground, points, []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    @property
    def free(self) -> int:
        return self.size - len(self._done)

    def give(self, task) -> None:
        number = task.point.number
        self.given.append(number)
        self.seeds[number] = len(task.seeds)
        self._done.append(solve_point(self._ground, task, self._points / f"{number:03d}"))

    def take(self, seconds: float):
        done, self._done = self._done, []
        return done


def swept(folder: Path, rules: Scenario, asked: Asked, **options) -> Swept:
    """A sweep in this process, into `folder / "out"`."""
    prepared = prepare(read_pack(folder / "tiny"), rules, asked)
    crew = options.pop("crew", None)
    make = crew or (lambda kept: Here(prepared.ground, kept.points))
    return sweep(prepared, folder / "out", make, **options)


def money(*values: int) -> Asked:
    return Asked((Axis("rules.annual_kes.max", values),))


def every_plan(problem: PlanningProblem):
    """Every choice of what is offered where, each visit at the nearest branch that can serve it."""
    size = problem.today.size
    for bits in itertools.product((False, True), repeat=size):
        offers = np.array(bits).reshape(problem.today.shape)
        is_open = offers.any(axis=1)
        plan = Plan(is_open, offers, nearest_assignment(problem, is_open, offers))
        judged = score(problem, plan)
        if not judged.violations:
            yield plan, judged


def best(problem: PlanningProblem) -> float:
    """The least objective of all plans that keep the rules; inf where none does."""
    return min((judged.objective.total for _, judged in every_plan(problem)), default=np.inf)


def excess(problem: PlanningProblem, plan: Plan) -> int:
    capped = replace(problem, rules=replace(problem.rules, duplicates="cap"))
    return sum(entry.excess for entry in excess_offers(capped, plan))
