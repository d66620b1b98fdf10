"""Capacity: visits and counter minutes that a branch can serve, where that is a hard rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.evaluate.form import by_service
from planner.evaluate.loads import above, branch_loads
from planner.evaluate.rules.words import figure, format_words, site_words
from planner.plan import Plan
from planner.problem import PlanningProblem


def _visits(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    if problem.rules.capacity != "hard":
        return
    for j, load in branch_loads(problem, plan).items():
        over = above(load.visits, load.capacity_visits)
        if over:
            yield (
                f"{_branch(problem, plan, j)} serves {figure(load.visits)} visits a year; it can "
                f"serve {figure(load.capacity_visits)}: {figure(over)} too many."
            )


def _minutes(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Pooled over the counters, or of each service with the counters set aside for it."""
    if problem.rules.capacity != "hard":
        return
    for j, load in branch_loads(problem, plan).items():
        branch = _branch(problem, plan, j)
        for entry in load.by_service:
            over = above(entry.minutes, entry.available)
            if over:
                yield (
                    f"{branch} needs {figure(entry.minutes)} counter minutes a year for "
                    f"{problem.service_ids[entry.service]}; with {_counters(entry.counters)} set "
                    f"aside for it there are {figure(entry.available)}: {figure(over)} too few."
                )
        over = above(load.minutes, load.capacity_minutes)
        if over and not load.by_service:
            yield (
                f"{branch} needs {figure(load.minutes)} counter minutes a year; with "
                f"{_counters(load.counters)} there are {figure(load.capacity_minutes)}: "
                f"{figure(over)} too few."
            )


def _counters_fit(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """The counters set aside are no more than the format has, also where capacity is soft."""
    if plan.counters is None or not by_service(problem):
        return
    for j in np.flatnonzero(plan.counters.any(axis=1)).tolist():
        told = _counters(int(plan.counters[j].sum()))
        if not plan.is_open[j]:
            yield f"{site_words(problem, j)} is not open and yet sets aside {told}."
        elif plan.counters[j].sum() > problem.counters[j, plan.format[j]]:
            most = figure(float(problem.counters[j, plan.format[j]]))
            yield f"{_branch(problem, plan, j)} sets aside {told}; it has {most}."


def _branch(problem: PlanningProblem, plan: Plan, site: int) -> str:
    f = int(plan.format[site])
    kind = f" of the format {format_words(problem, f)}" if f else ""
    return f"{site_words(problem, site)}{kind}"


def _counters(number: float) -> str:
    return f"{figure(number)} counter{'' if number == 1 else 's'}"


CHECKS = (
    ("capacity.visits", _visits),
    ("capacity.minutes", _minutes),
    ("capacity.counters", _counters_fit),
)
