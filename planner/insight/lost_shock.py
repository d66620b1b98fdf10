"""A branch that closes tomorrow, with nothing built in its place: where its customers go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import nearest_assignment
from planner.evaluate.flows import row_visits
from planner.evaluate.loads import branch_loads
from planner.insight.lost import network_without
from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Move:
    """Customers of a lost branch who go to another one.

    `visits` a year; `minutes` is what one of them takes one way now, `before_min` what it took.
    """

    site: int
    visits: float
    minutes: float
    before_min: float


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """What happens when a branch closes tomorrow and nothing is built in its place.

    Its customers go to the nearest branch left that can complete their visit; all others stay
    where they are.

    Attributes:
        site: The branch.
        visits: Visits a year that went there.
        moves: Where they go, the most visits first.
        extra_min: Minutes one way that they travel more a year, over those that still find one.
        stranded: Visits a year that no branch left can complete.
        services: Services that no branch offers any more.
        worst_area: Position of the area whose people travel most more a visit; None where nobody
            travels more.
        worst_area_min: By how many minutes one way, on the mean over all its visits.
        mean_min: Mean minutes of all visits that are still served; None without any.
        overrun: Visits a year by which branches are fuller than they can be, more than before; at
            most those that move, as minutes are told as visits of the mean length.
        overfull: Branches that are fuller than they can be now and were not before.
        network: The network that is left, with who goes where.
    """

    site: int
    visits: float
    moves: tuple[Move, ...]
    extra_min: float
    stranded: float
    services: tuple[int, ...]
    worst_area: int | None
    worst_area_min: float
    mean_min: float | None
    overrun: float
    overfull: tuple[int, ...]
    network: Plan

    @property
    def moved(self) -> float:
        """Visits a year that go to another branch."""
        return sum(move.visits for move in self.moves)

    @property
    def extra_min_per_visit(self) -> float | None:
        """Minutes one way that a visit of theirs takes longer; None where nobody moves."""
        return self.extra_min / self.moved if self.moved > 0 else None


def shocks(problem: PlanningProblem, plan: Plan) -> tuple[Shock, ...]:
    """The loss of each open branch, in the order of the sites."""
    over = _over(problem, plan)
    return tuple(_shock(problem, plan, j, over) for j in np.flatnonzero(plan.is_open).tolist())


def hurts_most(found: Sequence[Shock]) -> Shock | None:
    """The branch whose loss strands most visits, and then costs most travel."""
    return max(found, key=lambda each: (round(each.stranded, 6), each.extra_min), default=None)


def _over(problem: PlanningProblem, plan: Plan) -> dict[int, float]:
    """By how many visits each open branch is fuller than it can be."""
    return {j: load.visits_over for j, load in branch_loads(problem, plan).items()}


def _mean_min(problem: PlanningProblem, plan: Plan) -> float | None:
    rows = plan.assignment
    sent = row_visits(problem, rows)
    used = sent > 0
    total = float(sent[used].sum())
    spent = float(sent[used] @ problem.minutes[rows.point[used], rows.site[used]])
    return spent / total if total > 0 else None


def _shock(problem: PlanningProblem, plan: Plan, site: int, before: dict[int, float]) -> Shock:
    rows, sent = plan.assignment, row_visits(problem, plan.assignment)
    there = rows.site == site
    left = network_without(plan, site)
    to, stranded = _nearest(problem, left, rows, there)
    goes = to >= 0
    stays = ~there
    after = Assignment(
        np.concatenate([rows.point[stays], rows.point[there][goes]]),
        np.concatenate([rows.visit_type[stays], rows.visit_type[there][goes]]),
        np.concatenate([rows.site[stays], to[goes]]),
        np.concatenate([rows.share[stays], rows.share[there][goes]]),
    )
    network = replace(left, assignment=_merged(problem, after), counters=_counters(plan, site))
    points, visits = rows.point[there][goes], sent[there][goes]
    was, now = problem.minutes[points, site], problem.minutes[points, to[goes]]
    extra = float(visits @ (now - was))
    area, area_min = _worst_area(problem, network, points, visits * (now - was))
    over = _over(problem, network)
    more = {j: value - before[j] for j, value in over.items()}
    return Shock(
        site=site,
        visits=float(sent[there].sum()),
        moves=_moves(to[goes], visits, was, now),
        extra_min=extra,
        stranded=float(stranded.sum()),
        services=tuple(np.flatnonzero(plan.offers.any(axis=0) & ~left.offers.any(axis=0)).tolist()),
        worst_area=area,
        worst_area_min=area_min,
        mean_min=_mean_min(problem, network),
        overrun=float(np.clip(sum(more.values()), 0.0, visits.sum())),
        overfull=tuple(j for j in over if over[j] > 0 and before[j] <= 0),
        network=network,
    )


def _nearest(
    problem: PlanningProblem, left: Plan, rows: Assignment, there: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where each of the rows goes now, -1 for nowhere; and the visits stranded by point."""
    nearest = nearest_assignment(problem, left.is_open, left.offers)
    goes = np.full(problem.visits.shape, -1, dtype=np.int64)
    goes[nearest.point, nearest.visit_type] = nearest.site
    point, kind = rows.point[there], rows.visit_type[there]
    to = goes[point, kind]
    stranded = np.zeros(len(problem.point_ids))
    lost = to < 0
    np.add.at(stranded, point[lost], row_visits(problem, rows)[there][lost])
    return to, stranded


def _merged(problem: PlanningProblem, rows: Assignment) -> Assignment:
    """The same with one row for each point, visit type and site."""
    shape = (*problem.visits.shape, len(problem.site_ids))
    cell = np.ravel_multi_index((rows.point, rows.visit_type, rows.site), shape)
    cells, where = np.unique(cell, return_inverse=True)
    point, kind, site = np.unravel_index(cells, shape)
    share = np.zeros(cells.size)
    np.add.at(share, where, rows.share)
    return Assignment(point.astype(np.int64), kind.astype(np.int64), site.astype(np.int64), share)


def _counters(plan: Plan, site: int) -> NDArray[np.int64] | None:
    if plan.counters is None:
        return None
    counters = plan.counters.copy()
    counters[site] = 0
    return counters


def _moves(
    to: NDArray[np.int64],
    visits: NDArray[np.float64],
    was: NDArray[np.float64],
    now: NDArray[np.float64],
) -> tuple[Move, ...]:
    found = []
    for k in np.unique(to).tolist():
        here = to == k
        total = float(visits[here].sum())
        if total > 0:
            minutes = float(visits[here] @ now[here]) / total
            found.append(Move(k, total, minutes, float(visits[here] @ was[here]) / total))
    return tuple(sorted(found, key=lambda move: -move.visits))


def _worst_area(
    problem: PlanningProblem,
    network: Plan,
    points: NDArray[np.int64],
    more: NDArray[np.float64],
) -> tuple[int | None, float]:
    """The area whose people travel most more, by the mean over its visits that are served."""
    areas = len(problem.area_codes)
    extra = np.bincount(problem.point_area[points], weights=more, minlength=areas)
    rows = network.assignment
    home = problem.point_area[rows.point]
    served = np.bincount(home, weights=row_visits(problem, rows), minlength=areas)
    mean = np.divide(extra, served, out=np.zeros(areas), where=served > 0)
    worst = int(mean.argmax()) if areas else 0
    return (worst, float(mean[worst])) if areas and mean[worst] > 0 else (None, 0.0)
