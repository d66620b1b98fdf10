"""Whether a plan can be read at all: shapes, kinds of number, positions that exist."""

from __future__ import annotations

import numpy as np

from planner.plan import Plan
from planner.problem import PlanningProblem


def form_faults(problem: PlanningProblem, plan: Plan) -> tuple[str, ...]:
    """What keeps a plan from being read, in words; empty when it is well formed."""
    points, kinds = problem.visits.shape
    sites, services = len(problem.site_ids), len(problem.service_ids)
    faults = [
        *_table("is_open", plan.is_open, (sites,)),
        *_table("offers", plan.offers, (sites, services)),
    ]
    rows = plan.assignment
    columns = {
        "point": (rows.point, points),
        "visit_type": (rows.visit_type, kinds),
        "site": (rows.site, sites),
    }
    shapes = {name: np.shape(column) for name, (column, _) in columns.items()}
    shapes["share"] = np.shape(rows.share)
    if len(set(shapes.values())) > 1 or len(shapes["share"]) != 1:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        return (*faults, f"The assignment's columns must be equally long lists; found {told}.")
    for name, (column, size) in columns.items():
        faults.extend(_positions(name, np.asarray(column), size))
    share = np.asarray(rows.share)
    if share.dtype.kind not in "fiu":
        faults.append(f"The assignment's share must be numbers; found {share.dtype}.")
    else:
        bad = np.flatnonzero(~np.isfinite(share))
        if bad.size:
            faults.append(
                f"The assignment's share is not a finite number in {bad.size:,} of "
                f"{share.size:,} rows; the first is row {bad[0]}: {share[bad[0]]}."
            )
    return tuple(faults)


def _table(name: str, values: object, shape: tuple[int, ...]) -> list[str]:
    found = np.asarray(values)
    if found.shape != shape:
        return [f"The plan's {name} has shape {found.shape}; expected {shape}."]
    if found.dtype != np.bool_:
        return [f"The plan's {name} must say true or false; found {found.dtype}."]
    return []


def _positions(name: str, column: np.ndarray, size: int) -> list[str]:
    if column.size == 0:
        return []
    if column.dtype.kind not in "iu":
        return [f"The assignment's {name} must be whole positions; found {column.dtype}."]
    bad = np.flatnonzero((column < 0) | (column >= size))
    if bad.size == 0:
        return []
    text = (
        f"The assignment's {name} names what is not there in {bad.size:,} of {column.size:,} "
        f"rows; the first is row {bad[0]}: {column[bad[0]]}, expected 0 to {size - 1}."
    )
    return [text]
