"""Standards of travel, (8) of the model: how many visits of an area must be near enough."""

from __future__ import annotations

import numpy as np
import pulp
from numpy.typing import NDArray

from planner.optimize.rows import Rows
from planner.optimize.serving import Able, Shares
from planner.optimize.sets import ModelSets
from planner.problem import PlanningProblem, Standard

ROUNDING = 1e-9  # relative
ROUNDING_VISITS = 1e-6  # a millionth of a visit a year is rounding
ADDED_UP = 1e-13  # relative: figures added in another order


def add_standards(
    rows: Rows,
    problem: PlanningProblem,
    sets: ModelSets,
    shares: Shares,
    *,
    may_fall_short: bool,
) -> list[pulp.LpVariable]:
    """(8); returns the shortfalls of the soft standards, in visits."""
    arcs = shares.arcs
    shortfalls = []
    weight = shares.weight.tolist()
    for n, standard in enumerate(problem.rules.standards):
        need = visits_needed(problem, standard)
        if need <= 0:
            continue
        counts = _rows_that_count(problem, sets, shares, standard)
        near = counts[arcs.row] & (arcs.minutes <= standard.within_min)
        row = arcs.row
        terms = [(shares.x[arc], weight[row[arc]]) for arc in np.flatnonzero(near).tolist()]
        for r in np.flatnonzero(counts & (arcs.rest_minutes <= standard.within_min)).tolist():
            beyond = shares.rest[r]
            if beyond is not None:
                terms.append((beyond, weight[r]))
        if may_fall_short and not standard.is_hard:
            shortfalls.append(rows.share(f"u_{n}", need))
            terms.append((shortfalls[-1], 1.0))
        rows.add(terms, ">=", need * (1 - ADDED_UP), f"standard__{n}")
    return shortfalls


def add_coverage(
    rows: Rows,
    problem: PlanningProblem,
    sets: ModelSets,
    able: Able,
    *,
    may_fall_short: bool,
) -> list[pulp.LpVariable]:
    """(8) without travel: visits can be near enough only where a branch near enough serves them.

    True of every plan; where everybody goes to the nearest branch it is all that (8) says. Maximal
    covering (Church & ReVelle 1974); points that see the same sites are counted together. Returns
    the shortfalls of the soft standards, in visits.
    """
    covered: dict[tuple[int, float, bytes], pulp.LpVariable] = {}
    shortfalls = []
    for n, standard in enumerate(problem.rules.standards):
        need = visits_needed(problem, standard)
        if need <= 0:
            continue
        counts = people_counted(problem, standard)
        amounts: dict[pulp.LpVariable, float] = {}
        for b, entry in enumerate(sets.classes):
            who = np.flatnonzero(counts[:, entry.kinds[0]] & (entry.visits > 0))
            near = sets.able(entry.needs) & np.isfinite(problem.impedance[who])
            near &= problem.minutes[who] <= standard.within_min
            for i, sites in zip(who.tolist(), near, strict=True):
                key = (b, standard.within_min, sites.tobytes())
                if not sites.any():
                    continue
                if key not in covered:
                    covered[key] = rows.share(f"c_{len(covered)}")
                    terms = [(able[b][j], -1) for j in np.flatnonzero(sites).tolist()]
                    row = [(covered[key], 1), *terms]
                    rows.add(row, "<=", 0, f"covered__{len(covered) - 1}")
                variable = covered[key]
                amounts[variable] = amounts.get(variable, 0.0) + float(entry.visits[i])
        if may_fall_short and not standard.is_hard:
            shortfalls.append(rows.share(f"u_{n}", need))
            amounts[shortfalls[-1]] = 1.0
        rows.add(amounts.items(), ">=", need * (1 - ADDED_UP), f"coverage__{n}")
    return shortfalls


def visits_needed(problem: PlanningProblem, standard: Standard) -> float:
    """How many yearly visits a standard wants to be near enough, also those no site reaches."""
    counted = problem.visits[:, problem.does[:, standard.service]]
    return standard.share * float(counted[_people(problem, standard)].sum())


def people_counted(problem: PlanningProblem, standard: Standard) -> NDArray[np.bool_]:
    """Whether a demand point's visits of a type count for a standard, shape (I, B)."""
    return _people(problem, standard)[:, None] & problem.does[:, standard.service]


def _people(problem: PlanningProblem, standard: Standard) -> NDArray[np.bool_]:
    if standard.area is None:
        return np.ones(len(problem.point_ids), dtype=np.bool_)
    return np.asarray(problem.point_area == standard.area)


def _rows_that_count(
    problem: PlanningProblem, sets: ModelSets, shares: Shares, standard: Standard
) -> NDArray[np.bool_]:
    arcs = shares.arcs
    worked_on = np.array(
        [bool(problem.does[entry.kinds[0], standard.service]) for entry in sets.classes],
        dtype=np.bool_,
    )
    if not worked_on.size:
        return np.zeros(arcs.point.size, dtype=np.bool_)
    return _people(problem, standard)[arcs.point] & worked_on[arcs.demand_class]
