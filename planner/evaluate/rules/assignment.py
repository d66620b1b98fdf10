"""Who goes where: to open branches that can complete the visit, once, and nobody left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import SHARE_TOLERANCE, Bools, live_offers, served_share
from planner.evaluate.rules.words import figure, names, row_words, site_words, visits_words
from planner.plan import Plan
from planner.problem import PlanningProblem

MOST_ROUNDED_VISITS = 0.5  # a year over the whole plan: rounding may not hide one visit


def _closed_branch_serves(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rows = plan.assignment
    for row in np.flatnonzero((rows.share != 0) & ~plan.is_open[rows.site]).tolist():
        yield f"{row_words(problem, plan, row)}, which is not open."


def _service_missing(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rows = plan.assignment
    lacks = problem.needs[rows.visit_type] & ~plan.offers[rows.site]
    wrong = (rows.share != 0) & plan.is_open[rows.site] & lacks.any(axis=1)
    for row in np.flatnonzero(wrong).tolist():
        missing = names(problem.service_ids, np.flatnonzero(lacks[row]))
        yield f"{row_words(problem, plan, row)}, which does not offer {missing}."


def _no_route(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    rows = plan.assignment
    reached = np.isfinite(problem.impedance[rows.point, rows.site])
    for row in np.flatnonzero((rows.share != 0) & ~reached).tolist():
        yield f"{row_words(problem, plan, row)}, to which there is no route."


def _share_out_of_range(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    share = plan.assignment.share
    wrong = (share < -SHARE_TOLERANCE) | (share > 1 + SHARE_TOLERANCE)
    for row in np.flatnonzero(wrong).tolist():
        yield f"{row_words(problem, plan, row)}: the share must lie between 0 and 1."


def _served_twice(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    served = served_share(problem, plan.assignment)
    for i, b in np.argwhere(served > 1 + SHARE_TOLERANCE).tolist():
        yield (
            f"{visits_words(problem, i, b)} are served more than once: "
            f"their shares add up to {served[i, b]:.9g}, expected 1."
        )


def _visits_lost(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Visits that an open branch could complete, and that go nowhere."""
    served, short = _short(problem, plan)
    offers = live_offers(plan)
    for b in np.flatnonzero(short.any(axis=0)).tolist():
        able = np.flatnonzero(plan.is_open & offers[:, problem.needs[b]].all(axis=1))
        who = np.flatnonzero(short[:, b])
        for i, j in _nearest_of(problem, who, able):
            if j is not None:
                yield (
                    f"{visits_words(problem, i, b)} are not all served: their shares add up to "
                    f"{served[i, b]:.9g}, expected 1; {site_words(problem, j)} could serve them."
                )


def _nobody_serves(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Visits that no open branch can complete though some site could, locked closed or not."""
    _, short = _short(problem, plan)
    offers = live_offers(plan)
    for b in np.flatnonzero(short.any(axis=0)).tolist():
        needs = problem.needs[b]
        able = np.flatnonzero(plan.is_open & offers[:, needs].all(axis=1))
        could = np.flatnonzero(_could_complete(problem, needs))
        who = np.flatnonzero(short[:, b])
        stranded = np.array([i for i, j in _nearest_of(problem, who, able) if j is None], int)
        for i, j in _nearest_of(problem, stranded, could):
            if j is not None:
                yield (
                    f"Nobody serves {visits_words(problem, i, b, start=False)}: no open branch "
                    f"offers {names(problem.service_ids, np.flatnonzero(needs))} with a route from "
                    f"there; the nearest site that could is {site_words(problem, j)}."
                )


def _could_complete(problem: PlanningProblem, needs: Bools) -> Bools:
    """Sites that could do all of this in one format, as far as pack and mix allow, shape (J,)."""
    if problem.rules.mix != "as_listed":
        covers = problem.format_services[:, needs].all(axis=1)
        return np.asarray((problem.format_allowed & covers).any(axis=1))
    fits = ~(problem.today[:, None, :] & ~problem.format_services[None, :, :]).any(axis=2)
    listed = problem.today[:, needs].all(axis=1)
    return np.asarray(listed & (problem.format_allowed & fits).any(axis=1))


def _lost_by_rounding(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Shares that are each right but for rounding, and together miss visits or make them up."""
    rows = plan.assignment
    off = np.abs(served_share(problem, rows) - 1.0)
    total = float((problem.visits * np.where(off <= SHARE_TOLERANCE, off, 0.0)).sum())
    below = np.where(rows.share >= -SHARE_TOLERANCE, np.maximum(-rows.share, 0.0), 0.0)
    total += float((problem.visits[rows.point, rows.visit_type] * below).sum())
    if total > MOST_ROUNDED_VISITS:
        yield (
            f"The shares do not add up to 1, each by very little: {figure(total)} visits a year "
            "together."
        )


def _split(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    """Visits of one type from one place at several branches, where they must go to one."""
    if problem.rules.assignment != "single":
        return
    rows, kinds = plan.assignment, len(problem.visit_type_ids)
    counts = (problem.visits[rows.point, rows.visit_type] > 0) & (rows.share > SHARE_TOLERANCE)
    cell = rows.point[counts] * kinds + rows.visit_type[counts]
    pairs = np.unique(np.column_stack([cell, rows.site[counts]]), axis=0)
    several, number = np.unique(pairs[:, 0], return_counts=True)
    for where in several[number > 1].tolist():
        sites = pairs[pairs[:, 0] == where, 1]
        yield (
            f"{visits_words(problem, where // kinds, where % kinds)} are split between "
            f"{names(problem.site_ids, sites)}; they must all go to one branch."
        )


def _short(problem: PlanningProblem, plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    served = served_share(problem, plan.assignment)
    return served, (problem.visits > 0) & (served < 1 - SHARE_TOLERANCE)


def _nearest_of(
    problem: PlanningProblem, who: NDArray[np.int64], sites: NDArray[np.int64]
) -> Iterator[tuple[int, int | None]]:
    """Each point with the nearest of the sites, None where none has a route."""
    if sites.size == 0:
        yield from ((i, None) for i in who.tolist())
        return
    reach = problem.impedance[np.ix_(who, sites)]
    best = reach.argmin(axis=1)
    for position, i in enumerate(who.tolist()):
        found = np.isfinite(reach[position, best[position]])
        yield i, int(sites[best[position]]) if found else None


CHECKS = (
    ("assignment.closed", _closed_branch_serves),
    ("assignment.missing_service", _service_missing),
    ("assignment.no_route", _no_route),
    ("assignment.share", _share_out_of_range),
    ("assignment.twice", _served_twice),
    ("assignment.lost", _visits_lost),
    ("assignment.nobody", _nobody_serves),
    ("assignment.rounding", _lost_by_rounding),
    ("rules.assignment", _split),
)
