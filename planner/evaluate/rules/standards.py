"""Standards of travel that are hard rules."""

from __future__ import annotations

from collections.abc import Iterator

from planner.evaluate.rules.words import figure
from planner.evaluate.standards import standard_scores
from planner.plan import Plan
from planner.problem import PlanningProblem


def _standards(problem: PlanningProblem, plan: Plan) -> Iterator[str]:
    for entry in standard_scores(problem, plan):
        if not entry.is_hard or not entry.visits_short:
            continue
        where = "" if entry.area is None else f" from area {problem.area_codes[entry.area]}"
        yield (
            f"Only {figure(entry.visits_within)} of {figure(entry.visits)} visits a year for "
            f"{problem.service_ids[entry.service]}{where} travel no longer than "
            f"{entry.within_min:g} minutes; {entry.share_asked:.9g} of them must: "
            f"{figure(entry.visits_short)} too few."
        )


CHECKS = (("rules.standards", _standards),)
