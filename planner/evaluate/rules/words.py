"""Names and figures in the sentences about broken rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.flows import Bools
from planner.plan import Plan
from planner.problem import PlanningProblem


def row_words(problem: PlanningProblem, plan: Plan, row: int) -> str:
    """The beginning of a sentence about one row of the assignment."""
    rows = plan.assignment
    i, b, j = int(rows.point[row]), int(rows.visit_type[row]), int(rows.site[row])
    sent = figure(float(problem.visits[i, b] * rows.share[row]))
    return (
        f"Demand point {problem.point_ids[i]} sends {sent} visits a year of type "
        f"{problem.visit_type_ids[b]} (share {rows.share[row]:.9g}) to {site_words(problem, j)}"
    )


def visits_words(problem: PlanningProblem, point: int, kind: int, *, start: bool = True) -> str:
    """The visits of one type from one demand point."""
    visits = figure(float(problem.visits[point, kind]))
    return (
        f"{'The' if start else 'the'} {visits} visits a year of type "
        f"{problem.visit_type_ids[kind]} from demand point {problem.point_ids[point]}"
    )


def site_words(problem: PlanningProblem, site: int) -> str:
    """A site and the area it lies in."""
    area = problem.area_codes[int(problem.site_area[site])]
    return f"{problem.site_ids[site]} (area {area})"


def format_words(problem: PlanningProblem, position: int) -> str:
    """A format's name; the first has none."""
    return problem.format_ids[position] or "plain"


def names(ids: tuple[str, ...], positions: NDArray[np.int64] | list[int]) -> str:
    """Ids in a list that reads well."""
    return joined([ids[position] for position in list(positions)])


def joined(parts: list[str]) -> str:
    """Parts with commas, and the last with an and."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def branch_count(count: int, kind: str = "") -> str:
    """A number of branches."""
    number = f"{count:,}" if count else "no"
    return f"{number} {kind}{'branch' if count < 2 else 'branches'}"


def figure(value: float) -> str:
    """A number of visits or minutes: whole, or with as many places as tell it from nothing."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.3f}" if abs(value) >= 0.001 else f"{value:.1g}"


def site_mask(problem: PlanningProblem, positions: frozenset[int]) -> Bools:
    """Whether a site is among the positions, shape (J,)."""
    mask = np.zeros(len(problem.site_ids), dtype=np.bool_)
    mask[sorted(positions)] = True
    return mask
