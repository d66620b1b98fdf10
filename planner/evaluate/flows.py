"""What a plan's rows add up to: visits by row, by site and service, and what is left unserved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHARE_TOLERANCE = 1e-6


def row_visits(problem: PlanningProblem, assignment: Assignment) -> Floats:
    """Yearly visits that each row of the assignment sends, shape (rows,)."""
    sent = problem.visits[assignment.point, assignment.visit_type] * assignment.share
    return np.asarray(sent, dtype=np.float64)


def served_share(problem: PlanningProblem, assignment: Assignment) -> Floats:
    """Share of each point's visits of each type that goes somewhere, shape (I, B)."""
    kinds = len(problem.visit_type_ids)
    cell = assignment.point * kinds + assignment.visit_type
    total = np.bincount(cell, weights=assignment.share, minlength=problem.visits.size)
    return np.asarray(total.reshape(problem.visits.shape), dtype=np.float64)


def unserved_visits(problem: PlanningProblem, assignment: Assignment) -> Floats:
    """Yearly visits that go nowhere, shape (I, B); rounding within 1e-9 of a share is none."""
    missing = 1.0 - served_share(problem, assignment)
    return problem.visits * np.where(missing > 1e-9, missing, 0.0)


def site_service_load(problem: PlanningProblem, assignment: Assignment) -> Floats:
    """Yearly visits in which each service is worked on at each site, shape (J, S)."""
    sites, kinds = len(problem.site_ids), len(problem.visit_type_ids)
    cell = assignment.site * kinds + assignment.visit_type
    by_kind = np.bincount(cell, weights=row_visits(problem, assignment), minlength=sites * kinds)
    return np.asarray(by_kind.reshape(sites, kinds) @ problem.does, dtype=np.float64)


def live_offers(plan: Plan) -> Bools:
    """Offerings that really stand: at open branches only, shape (J, S)."""
    return plan.offers & plan.is_open[:, None]


def offered_today(problem: PlanningProblem) -> Bools:
    """What today's branches offer; what is only announced does not count, shape (J, S)."""
    return problem.today & problem.existing[:, None]
