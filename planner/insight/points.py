"""What the people of each demand point get under a plan: to which branch, how far, who too far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import row_visits, unserved_visits
from planner.evaluate.means import group_means
from planner.plan import Plan
from planner.problem import PlanningProblem

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Who goes where: one row a demand point and branch, by point, then site; shape (n,).

    Attributes:
        point: Position of the demand point.
        site: Position of the branch.
        visits: A year, above 0.
        within: Those of them whose travel keeps every standard of the services done.
    """

    point: Positions
    site: Positions
    visits: Floats
    within: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PointFigures:
    """What each demand point's visits get a year; shape (I,).

    Attributes:
        visits: All visits, served or not.
        minutes: Mean minutes one way of those that are served, nan where none is.
        km: Mean kilometres likewise.
        within: Share of those served whose travel keeps every standard, nan where none is.
        far: Visits served beyond a standard.
        unserved: Visits that have no branch to go to.
        site: Position of the branch that most visits go to, -1 where none goes anywhere.
    """

    visits: Floats
    minutes: Floats
    km: Floats
    within: Floats
    far: Floats
    unserved: Floats
    site: Positions


def kinds_with(problem: PlanningProblem, service: int | None) -> tuple[int, ...]:
    """Positions of the visit types that a service is part of; None: of all visit types."""
    if service is None:
        return tuple(range(len(problem.visit_type_ids)))
    return tuple(np.flatnonzero(problem.does[:, service]).tolist())


def trips(problem: PlanningProblem, plan: Plan, kinds: Sequence[int]) -> Trips:
    """The visits of some types, added up by demand point and branch.

    Args:
        problem: The problem.
        plan: Who goes where.
        kinds: Positions of visit types.
    """
    rows, size = plan.assignment, len(problem.site_ids)
    sent = row_visits(problem, rows)
    used = (sent > 0) & np.isin(rows.visit_type, kinds)
    strictest = np.where(problem.does, problem.standard_min, np.inf).min(axis=1, initial=np.inf)
    keeps = problem.minutes[rows.point, rows.site] <= strictest[rows.visit_type]
    pair, row = np.unique(rows.point[used] * size + rows.site[used], return_inverse=True)
    return Trips(
        point=pair // size,
        site=pair % size,
        visits=_summed(row, sent[used], pair.size),
        within=_summed(row, (sent * keeps)[used], pair.size),
    )


def _summed(row: Positions, weights: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(row, weights=weights, minlength=size), dtype=np.float64)


def main_branch(point: Positions, site: Positions, sent: Floats, points: int) -> Positions:
    """The branch that most of each point's visits go to, shape (I,), -1 where none goes anywhere.

    Of equals the first site.

    Args:
        point: Of each row; a point and a branch may stand in several.
        site: Likewise.
        sent: Visits of each row, above 0.
        points: How many demand points there are.
    """
    found = np.full(points, -1, dtype=np.int64)
    size = int(site.max(initial=0)) + 1
    pair, row = np.unique(point * size + site, return_inverse=True)
    total = np.bincount(row, weights=sent, minlength=pair.size)
    order = np.lexsort((pair % size, -total, pair // size))
    owner, first = np.unique(pair[order] // size, return_index=True)
    found[owner] = (pair % size)[order][first]
    return found


def point_figures(problem: PlanningProblem, plan: Plan, kinds: Sequence[int]) -> PointFigures:
    """What the visits of some types get at each demand point.

    Args:
        problem: The problem.
        plan: Who goes where.
        kinds: Positions of visit types.
    """
    count, found, chosen = len(problem.point_ids), trips(problem, plan, kinds), list(kinds)
    at = (found.point, found.site)
    served = np.bincount(found.point, weights=found.visits, minlength=count)
    kept = np.bincount(found.point, weights=found.within, minlength=count)
    within = np.full(count, np.nan)
    np.divide(kept, served, out=within, where=served > 0)
    return PointFigures(
        visits=problem.visits[:, chosen].sum(axis=1),
        minutes=group_means(found.point, problem.minutes[at], found.visits, count),
        km=group_means(found.point, problem.km[at], found.visits, count),
        within=within,
        far=np.maximum(served - kept, 0.0),
        unserved=unserved_visits(problem, plan.assignment)[:, chosen].sum(axis=1),
        site=main_branch(found.point, found.site, found.visits, count),
    )
