"""Who goes where in a network that is given: the nearest branch, or what the rules make best."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planner.evaluate import nearest_assignment
from planner.insight.effort import Effort
from planner.optimize.formulation import Aim, has_soft_rules
from planner.optimize.network import Network
from planner.optimize.serve import serve
from planner.optimize.sets import ModelSets, nearest_is_best
from planner.plan import Plan
from planner.problem import PlanningProblem


def assigned(
    problem: PlanningProblem,
    sets: ModelSets,
    is_open: NDArray[np.bool_],
    offers: NDArray[np.bool_],
    formats: NDArray[np.int64],
    *,
    effort: Effort,
) -> Plan | None:
    """The best assignment to a given network, exact.

    Everybody goes to the nearest branch, except where capacity or standards make it a question
    of its own; None where these cannot be kept, somebody would be stranded by it, or the time is
    over.

    Args:
        problem: The question.
        sets: Its sets.
        is_open: Shape (J,).
        offers: Shape (J, S).
        formats: Shape (J,), -1 where closed.
        effort: The time.
    """
    if nearest_is_best(problem):
        return Plan(is_open, offers, nearest_assignment(problem, is_open, offers), formats)
    network = Network(is_open, offers, formats)
    aims = [Aim()]
    if has_soft_rules(problem):
        aims.insert(0, Aim("shortfall"))
    served = None
    for aim in aims:
        most = math.inf if served is None else served.shortfall
        asked = Aim(aim.what, most)
        left = max(0.0, effort.left)
        served = serve(problem, sets, network, asked, seconds=left, should_stop=effort.should_stop)
        if served is None:
            return None
    if served is None:
        return None
    return Plan(is_open, offers, served.assignment, formats, served.counters)
