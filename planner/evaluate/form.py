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
    if not faults:
        faults = [*_formats(problem, plan), *_counters(problem, plan)]
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


def by_service(problem: PlanningProblem) -> bool:
    """Whether a plan must say how many counters it sets aside for each service."""
    return problem.rules.counters == "by_service" and problem.rules.capacity != "off"


def _formats(problem: PlanningProblem, plan: Plan) -> list[str]:
    """Faults of the plan's format: one for each open branch, -1 where nothing is open."""
    formats, shape = np.asarray(plan.format), plan.is_open.shape
    if formats.shape != shape:
        return [f"The plan's format has shape {formats.shape}; expected {shape}."]
    if formats.dtype.kind not in "iu":
        return [f"The plan's format must be whole positions; found {formats.dtype}."]
    last = len(problem.format_ids) - 1
    wrong = np.where(plan.is_open, (formats < 0) | (formats > last), formats != -1)
    bad = np.flatnonzero(wrong)
    if bad.size == 0:
        return []
    j = int(bad[0])
    expected = f"0 to {last}, as it is open" if plan.is_open[j] else "-1, as it is closed"
    text = (
        f"The plan's format is wrong at {bad.size:,} of {formats.size:,} sites; the first is "
        f"{problem.site_ids[j]}: {formats[j]}, expected {expected}."
    )
    return [text]


def _counters(problem: PlanningProblem, plan: Plan) -> list[str]:
    """Faults of the counters by service, which stand there where the rules ask for them."""
    if not by_service(problem):
        if plan.counters is None:
            return []
        return ["The plan sets counters aside by service, which the rules do not ask for."]
    if plan.counters is None:
        return ["The plan does not say how many counters it sets aside for each service."]
    counters, shape = np.asarray(plan.counters), plan.offers.shape
    if counters.shape != shape:
        return [f"The plan's counters has shape {counters.shape}; expected {shape}."]
    if counters.dtype.kind not in "iu":
        return [f"The plan's counters must be whole numbers; found {counters.dtype}."]
    bad = np.argwhere(counters < 0)
    if bad.size == 0:
        return []
    j, s = bad[0].tolist()
    text = (
        f"The plan's counters are below 0 in {len(bad):,} places; the first is "
        f"{problem.service_ids[s]} at {problem.site_ids[j]}: {counters[j, s]}."
    )
    return [text]


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
