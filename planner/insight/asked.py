"""A question of a plan as plain values: why here or why not, with the answer it was solved for."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.insight.effort import Effort
from planner.insight.told import use_told, why_told
from planner.insight.why import WhyHere, use_of, why_here, why_not
from planner.pack.types import Pack
from planner.plan import SolveReport


def site_told(
    report: SolveReport, pack: Pack, site: int, service: int | None, *, effort: Effort
) -> tuple[dict[str, Any], SolveReport]:
    """Why a site, or a service there, is in a plan or not, with the price of the contrary.

    Args:
        report: An answer with a plan, and its question.
        pack: Its pack.
        site: Position of the site.
        service: Position of the service; None for the branch as a whole.
        effort: The time for one solve more.

    Returns:
        Plain values, see `why_told`; and the best plan without it, or with it.
    """
    plan = report.plan
    if plan is None:
        raise ValueError("the answer has no plan to ask about")
    is_there = plan.is_open[site] if service is None else plan.offers[site, service]
    found = (
        why_here(report, site, service, effort=effort, people=people_of(pack))
        if is_there
        else why_not(report, site, service, effort=effort)
    )
    answer = found.without if isinstance(found, WhyHere) else found.with_it
    return why_told(report, found), answer


def uses_told(
    report: SolveReport, pack: Pack, service: int | None, *, effort: Effort
) -> list[dict[str, Any]]:
    """The use of every branch, or of every one that offers a service; the most saved first."""
    plan = report.plan
    if plan is None:
        raise ValueError("the answer has no plan to ask about")
    there = plan.is_open if service is None else plan.offers[:, service]
    people = people_of(pack)
    uses = [
        use_told(report.problem, use_of(report, j, service, effort=effort, people=people))
        for j in np.flatnonzero(there).tolist()
    ]
    return sorted(uses, key=lambda use: -(use["minutes_saved_per_year"] or float("inf")))


def people_of(pack: Pack) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Population of each demand point, shape (I,)."""
    return np.array([point.population for point in pack.demand_points], dtype=np.float64)
