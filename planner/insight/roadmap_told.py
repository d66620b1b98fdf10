"""A roadmap as plain values: each phase, what is new in it, and a table of branches by phases."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import score, todays_network
from planner.insight.roadmap import Roadmap
from planner.insight.told import mixes, served_visits, unit_of
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem


def roadmap_told(found: Roadmap, pack: Pack) -> dict[str, Any]:
    """A roadmap: each phase, what is new in it, what nesting costs, and the table of branches."""
    return {
        "unit": unit_of(found.stages[0].own.problem, pack.currency),
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "grown_from": None if found.anchor is None else found.stages[found.anchor].name,
        "phases": list(_phases(found)),
        "gantt": None if found.objective is None else gantt_told(found, pack),
    }


def _phases(found: Roadmap) -> Iterator[dict[str, Any]]:
    before: Plan | None = None
    for stage in found.stages:
        plan, problem = stage.report.plan, stage.report.problem
        entry: dict[str, Any] = {
            "phase": stage.name,
            "status": stage.report.status,
            "objective": stage.report.objective,
            "own_best": stage.own.objective,
            "bound": stage.own.bound,
            "gap": stage.report.gap,
            "clashes": [f"{clash.rule}: {clash.text}" for clash in stage.own.clashes],
        }
        if plan is not None and stage.price is not None:
            visits = served_visits(stage.report)
            kpis = score(problem, plan).kpis
            low, high = stage.price
            value = stage.report.objective or 0.0
            opened = plan.is_open if before is None else plan.is_open & ~before.is_open
            new = opened & ~problem.existing
            entry |= {
                "branches": kpis.branches,
                "mean_min": kpis.mean_min,
                "annual_kes": kpis.annual_kes,
                "capital_kes": kpis.capital_kes,
                "opens": [problem.site_ids[j] for j in np.flatnonzero(new).tolist()],
                "services": mixes(problem, plan),
                "nesting_low_per_visit": low / visits,
                "nesting_high_per_visit": _known(high / visits),
                "nesting_low_share": low / value if value > 0 else 0.0,
                "nesting_high_share": _known(high / value) if value > 0 else 0.0,
            }
            before = plan
        yield entry


# -- the table -----------------------------------------------------------------------------


def gantt_told(found: Roadmap, pack: Pack) -> dict[str, Any]:
    """One row a branch, and under it one a service; one cell a phase; money and travel below.

    Capital counts from today on, so that of a phase is what it adds to the phase before; the
    yearly cost is that of the whole network in the phase. Phases have names, not dates.

    A cell of a branch says: opens, stays, gains (services that it did not offer before), loses
    (services that it did), closes; nothing where it is not there. A cell of a service: starts,
    stays, stops.
    """
    plans = [stage.report.plan for stage in found.stages if stage.report.plan is not None]
    problem = found.stages[0].report.problem
    offers = [_offered_today(problem), *(plan.offers & plan.is_open[:, None] for plan in plans)]
    formats = [plan.format for plan in plans]
    rows = [_row(problem, pack, j, offers, formats) for j in _order(offers)]
    return {"today": _today(problem), "phases": _money(found), "rows": rows}


def _offered_today(problem: PlanningProblem) -> NDArray[np.bool_]:
    return np.asarray(problem.today & problem.existing[:, None], dtype=np.bool_)


def _order(offers: Sequence[NDArray[np.bool_]]) -> list[int]:
    """Branches in the order in which they come, then that of the sites."""
    there = np.array([each.any(axis=1) for each in offers])
    first = np.where(there.any(axis=0), there.argmax(axis=0), len(offers))
    return [j for j in np.argsort(first, kind="stable").tolist() if first[j] < len(offers)]


def _row(
    problem: PlanningProblem,
    pack: Pack,
    j: int,
    offers: Sequence[NDArray[np.bool_]],
    formats: Sequence[NDArray[np.int64]],
) -> dict[str, Any]:
    ids = problem.service_ids
    cells = []
    for p, (before, after) in enumerate(pairwise(offers)):
        gains = np.flatnonzero(after[j] & ~before[j]).tolist()
        drops = np.flatnonzero(before[j] & ~after[j]).tolist()
        cells.append(
            {
                "state": _branch_state(before[j], after[j]),
                "services": int(after[j].sum()),
                "gains": [ids[s] for s in gains],
                "drops": [ids[s] for s in drops],
                "format": _format(problem, int(formats[p][j])),
            }
        )
    some = np.any([each[j] for each in offers], axis=0)
    return {
        "site": problem.site_ids[j],
        "name": pack.sites[j].name,
        "area": pack.areas[int(problem.site_area[j])].name,
        "is_existing": bool(problem.existing[j]),
        "cells": cells,
        "services": [
            {
                "service": ids[s],
                "cells": [
                    _service_state(before=bool(before[j, s]), after=bool(after[j, s]))
                    for before, after in pairwise(offers)
                ],
            }
            for s in np.flatnonzero(some).tolist()
        ],
    }


def _format(problem: PlanningProblem, at: int) -> str | None:
    """A format's id; None where the branch is plain or not there."""
    return problem.format_ids[at] or None if at >= 0 else None


def _branch_state(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> str:
    if not after.any():
        return "closes" if before.any() else ""
    if not before.any():
        return "opens"
    if (after & ~before).any():
        return "gains"
    return "loses" if (before & ~after).any() else "stays"


def _service_state(*, before: bool, after: bool) -> str:
    if after:
        return "stays" if before else "starts"
    return "stops" if before else ""


def _today(problem: PlanningProblem) -> dict[str, Any] | None:
    plan = todays_network(problem)
    if plan is None:
        return None
    kpis = score(problem, plan).kpis
    return {"branches": kpis.branches, "mean_min": kpis.mean_min, "annual_kes": kpis.annual_kes}


def _money(found: Roadmap) -> list[dict[str, Any]]:
    """Each phase's branches, travel and money; money also as what the phase adds."""
    today = _today(found.stages[0].report.problem)
    capital, annual = 0, 0 if today is None else today["annual_kes"]
    told = []
    for phase in _phases(found):
        told.append(
            {
                "phase": phase["phase"],
                "branches": phase["branches"],
                "mean_min": phase["mean_min"],
                "capital_kes": phase["capital_kes"],
                "capital_more_kes": phase["capital_kes"] - capital,
                "annual_kes": phase["annual_kes"],
                "annual_more_kes": phase["annual_kes"] - annual,
                "nesting_low_per_visit": phase["nesting_low_per_visit"],
                "nesting_high_per_visit": phase["nesting_high_per_visit"],
            }
        )
        capital, annual = phase["capital_kes"], phase["annual_kes"]
    return told


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
