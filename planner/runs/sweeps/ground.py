"""What every point of a sweep stands on: the pack and its travel, read once a process."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.demand import Visits, yearly_visits
from planner.evaluate import Score, score
from planner.evaluate.cliques import excess_offers
from planner.evaluate.objective import objective_parts
from planner.pack.fingerprint import print_of
from planner.pack.types import Pack
from planner.plan import Assignment, Known, Plan, SolveReport
from planner.problem import PlanningProblem
from planner.runs.content import objective_unit, plain
from planner.runs.folder import judge_and_write
from planner.runs.sweeps.types import Done, Found, Seed, Task
from planner.scenario import Scenario, build
from planner.scenario.travel import model_of, travel_of
from planner.travel import TravelTimes

_MOST_TRAVEL = 3  # travel models or modes held at once


class Ground:
    """A pack with the travel that was measured on it.

    Args:
        pack: The pack.
        travel: Travel that is known already, by model and mode.
    """

    def __init__(
        self, pack: Pack, travel: Mapping[tuple[str, str | None], TravelTimes] | None = None
    ) -> None:
        self.pack = pack
        self.made_of = print_of(pack.folder)
        self._travel = OrderedDict(travel or {})
        self._visits: Visits = yearly_visits(pack)

    def problem(self, scenario: Scenario) -> PlanningProblem:
        """The question that a scenario asks of the pack.

        Raises:
            InputError: The scenario does not fit the pack.
        """
        return build(self.pack, scenario, visits=self._visits, travel=self.travel(scenario))

    def travel(self, scenario: Scenario) -> TravelTimes:
        """The travel of a scenario, measured once."""
        key = key_of(self.pack, scenario)
        if key not in self._travel:
            self._travel[key] = travel_of(self.pack, scenario)
            if len(self._travel) > _MOST_TRAVEL:
                self._travel.popitem(last=False)
        self._travel.move_to_end(key)
        return self._travel[key]


def key_of(pack: Pack, scenario: Scenario) -> tuple[str, str | None]:
    """What two scenarios with the same travel have in common: the model and the mode."""
    return model_of(pack, scenario), scenario.travel.mode


def solve_point(
    ground: Ground,
    task: Task,
    out: Path,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> Done:
    """Solve one point and write its run folder.

    Raises:
        InputError, ContradictionError: As `planner.solve` does; nothing was written.
    """
    began = time.monotonic()
    report = answer_point(ground, task, should_stop=should_stop)
    return keep_point(ground, task, report, out, began)


def answer_point(
    ground: Ground, task: Task, *, should_stop: Callable[[], bool] | None = None
) -> SolveReport:
    """Solve one point from what its neighbours know.

    Raises:
        InputError, ContradictionError: As `planner.solve` does.
    """
    from planner.solve import (  # noqa: PLC0415 - loads the solvers
        limits_of,
        matrix_words,
        solve_problem,
    )

    scenario = task.point.scenario
    problem = ground.problem(scenario)
    known = _known(ground, problem, task)
    report = solve_problem(problem, limits_of(scenario), known=known, should_stop=should_stop)
    return replace(report, notes=(*report.notes, *matrix_words(ground.pack, scenario)))


def keep_point(ground: Ground, task: Task, report: SolveReport, out: Path, began: float) -> Done:
    """Write the run folder of a point's answer, and tell what is known of it.

    `began`: when work on the point began, by this process's `time.monotonic`.
    """
    problem, scenario = report.problem, task.point.scenario
    judge_and_write(report, ground.pack, scenario, out, made_of=ground.made_of)
    judged = None if report.plan is None else score(problem, report.plan)
    found = replace(
        found_of(task.point.number, report, judged, ground.pack),
        seconds=time.monotonic() - began,
        peak_memory_mb=report.peak_memory_mb,
        worker=str(os.getpid()),
    )
    return Done(found, seed_of(scenario, report))


def found_of(number: int, report: SolveReport, judged: Score | None, pack: Pack) -> Found:
    """What a sweep tells of an answer."""
    told: dict[str, Any] = {}
    if report.plan is not None and judged is not None:
        told = {
            "kpis": plain(judged.kpis.as_dict()),
            **_measured(report.problem, judged, report.plan),
        }
    return Found(
        number=number,
        status=report.status,
        fingerprint=report.problem.fingerprint,
        objective=_number(report.objective),
        bound=_number(report.bound),
        gap=_number(report.gap),
        unit=objective_unit(report.problem, pack),
        seconds=report.seconds,
        message=_message(report),
        **told,
    )


def seed_of(scenario: Scenario, report: SolveReport) -> Seed:
    """What an answer hands to its neighbours."""
    plan = report.plan
    if plan is None:
        return Seed(scenario, None)
    bound = _number(report.bound)
    return Seed(scenario, bound, plan.is_open, plan.offers, plan.format, report.prices)


def _known(ground: Ground, problem: PlanningProblem, task: Task) -> Known | None:
    """What the neighbours know, as the search takes it."""
    from planner.optimize.looser import bound_from  # noqa: PLC0415

    if not task.seeds:
        return None
    nobody = np.zeros(0, dtype=np.int64)
    nowhere = Assignment(nobody, nobody, nobody, np.zeros(0))
    plans, solved = [], []
    for seed in task.seeds:
        if seed.is_open is not None and seed.offers is not None and seed.format is not None:
            plans.append(Plan(seed.is_open, seed.offers, nowhere, seed.format))
        if seed.bound is not None:
            solved.append((ground.problem(seed.scenario), seed.bound))
    prices = next((seed.prices for seed in task.seeds if seed.prices is not None), None)
    return Known(tuple(plans), bound_from(problem, solved), prices)


def _measured(problem: PlanningProblem, judged: Score, plan: Plan) -> dict[str, Any]:
    """Figures of a plan that its run does not hold, whatever its own objective counts."""
    both = replace(problem, rules=replace(problem.rules, tail_share=0.5, duplicates="cap"))
    parts = objective_parts(both, plan)
    rows = plan.assignment
    visits = float((rows.share * problem.visits[rows.point, rows.visit_type]).sum())
    per_visit = 1.0 / visits if visits > 0 else math.nan
    extra = judged.objective.duplicates + judged.objective.branches
    return {
        "excess": sum(entry.excess for entry in excess_offers(both, plan)),
        "mean": _number(2.0 * parts.travel * per_visit),  # each counts half
        "tail": _number(2.0 * parts.tail * per_visit),
        "extra": _number(extra * per_visit),
        "visits": visits,
    }


def _message(report: SolveReport) -> str:
    if report.status == "infeasible":
        told = " ".join(f"{clash.text} {clash.repair}".strip() for clash in report.clashes)
        return told or "No plan can keep these rules together."
    if report.status == "unknown":
        return "No plan was found in the time given."
    return ""


def _number(value: float | None) -> float | None:
    with contextlib.suppress(TypeError):
        if value is not None and math.isfinite(value):
            return float(value)
    return None
