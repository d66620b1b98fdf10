"""Standards of travel: how many visits keep them, and how many are missing."""

from __future__ import annotations

import numpy as np

from planner.evaluate.flows import row_visits
from planner.evaluate.loads import above
from planner.evaluate.types import StandardScore
from planner.plan import Plan
from planner.problem import PlanningProblem


def standard_scores(problem: PlanningProblem, plan: Plan) -> tuple[StandardScore, ...]:
    """Every standard of the rules in their order, with what the plan reaches.

    Counted are all visits of the area's people in which the service is worked on, also those
    that go nowhere; travel of exactly the standard's minutes keeps it.
    """
    rows = plan.assignment
    sent = row_visits(problem, rows)
    counts = (sent != 0) & np.isfinite(problem.minutes[rows.point, rows.site])
    minutes = problem.minutes[rows.point, rows.site]
    scores = []
    for standard in problem.rules.standards:
        kinds = problem.does[:, standard.service]
        here = np.ones(len(problem.point_ids), dtype=np.bool_)
        if standard.area is not None:
            here = problem.point_area == standard.area
        total = float(problem.visits[here][:, kinds].sum())
        near = counts & kinds[rows.visit_type] & here[rows.point]
        near &= minutes <= standard.within_min
        reached = float(sent[near].sum())
        scores.append(
            StandardScore(
                service=standard.service,
                area=standard.area,
                within_min=standard.within_min,
                is_hard=standard.is_hard,
                share_asked=standard.share,
                share_reached=reached / total if total > 0 else None,
                visits=total,
                visits_within=reached,
                visits_short=above(standard.share * total, reached),
            )
        )
    return tuple(scores)
