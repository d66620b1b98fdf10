"""Who goes where, (1), (2) and (10) of the model: shares, what they cost, and the worst-served."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.arcs import Arcs
from planner.optimize.rows import Rows
from planner.optimize.sets import ModelSets
from planner.problem import PlanningProblem

Able = list[list[pulp.LpVariable | None]]
Cost = list[tuple[pulp.LpVariable, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The shares x_ibj, one per arc, and x_ib0, one per row of the arcs; None for nothing there.

    `weight`: yearly visits of each row, shape (R,).
    """

    arcs: Arcs
    x: list[pulp.LpVariable]
    rest: list[pulp.LpVariable | None]
    weight: NDArray[np.float64]


def add_shares(rows: Rows, sets: ModelSets, arcs: Arcs, able: Able, *, whole: bool) -> Shares:
    """(1) every visit is somewhere; (2) only where it can be completed, arc by arc.

    Args:
        rows: The model.
        sets: The sets.
        arcs: Who may go where.
        able: a_jb by class and site.
        whole: All visits of a row go to one branch.
    """
    x: list[pulp.LpVariable] = []
    rest: list[pulp.LpVariable | None] = []
    start, site = arcs.start.tolist(), arcs.site.tolist()
    has_rest = np.isfinite(arcs.rest_cost).tolist()
    for r, (i, b) in enumerate(zip(arcs.point.tolist(), arcs.demand_class.tolist(), strict=True)):
        everywhere: list[tuple[pulp.LpVariable, float]] = []
        for arc in range(start[r], start[r + 1]):
            j = site[arc]
            share = rows.share(f"x_{i}_{b}_{j}", whole=whole)
            x.append(share)
            everywhere.append((share, 1))
            can = able[b][j]
            if can is not None and can.lowBound < 1:
                row = [(share, 1), (can, -1)]
                rows.add(row, "<=", 0, f"served_where_able__{i}_{b}_{j}")
        rest.append(rows.share(f"o_{i}_{b}", whole=whole) if has_rest[r] else None)
        if rest[-1] is not None:
            everywhere.append((rest[-1], 1))
        if everywhere:
            rows.add(everywhere, "==", 1, f"served_once__{i}_{b}")
    return Shares(arcs, x, rest, arcs.weight(sets.classes))


def travel_cost(shares: Shares, scale: float) -> Cost:
    """Impedance of all visits, divided by `scale`."""
    arcs, weight = shares.arcs, shares.weight / scale
    cost = list(zip(shares.x, (weight[arcs.row] * arcs.cost).tolist(), strict=True))
    beyond = zip(shares.rest, weight.tolist(), arcs.rest_cost.tolist(), strict=True)
    return cost + [(variable, w * c) for variable, w, c in beyond if variable is not None]


def add_tail(rows: Rows, problem: PlanningProblem, shares: Shares, scale: float) -> Cost:
    """(10): the mean of the worst-served visits times all visits, divided by `scale`."""
    arcs, weight = shares.arcs, shares.weight
    bounded = np.where(np.isfinite(arcs.rest_cost), arcs.rest_cost, 0.0)
    longest = float(max(arcs.cost.max(initial=0.0), bounded.max(initial=0.0)))
    served = (np.diff(arcs.start) > 0) | np.isfinite(arcs.rest_cost)
    visits = np.bincount(arcs.point[served], weights=weight[served], minlength=arcs.point.size)
    edge = rows.share("eta", longest)
    cost: Cost = [(edge, float(weight[served].sum()) / scale)]
    start, impedance = arcs.start.tolist(), arcs.cost.tolist()
    by_point: dict[int, list[int]] = {}
    for r in np.flatnonzero(served).tolist():
        by_point.setdefault(int(arcs.point[r]), []).append(r)
    for i, own in sorted(by_point.items()):
        above = rows.share(f"xi_{i}", longest)
        cost.append((above, float(visits[i]) / problem.rules.tail_beta / scale))
        terms: Cost = [(above, 1), (edge, 1)]
        for r in own:
            part = float(weight[r] / visits[i])
            arcs_of_row = range(start[r], start[r + 1])
            terms += [(shares.x[arc], -part * impedance[arc]) for arc in arcs_of_row]
            beyond = shares.rest[r]
            if beyond is not None and math.isfinite(float(arcs.rest_cost[r])):
                terms.append((beyond, -part * float(arcs.rest_cost[r])))
        rows.add(terms, ">=", 0, f"worst_served__{i}")
    return cost
