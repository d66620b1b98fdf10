"""Why no plan exists: a smallest set of rules that clash, in words, with what would help."""

from __future__ import annotations

import numpy as np
import pulp

from planner.optimize.formulation import GROUPS, Formulation, formulate
from planner.optimize.sets import ModelSets
from planner.optimize.solvers import Controls, Solved, solve_model
from planner.plan import Clash
from planner.problem import PlanningProblem

SECONDS = 10.0
_QUIET = Controls(SECONDS, 0.0, 1, 0)


def explain(problem: PlanningProblem, sets: ModelSets) -> tuple[Clash, ...]:
    """The rules that cannot hold together; empty when a second solver does not confirm it.

    Rules are dropped group by group: what can be left out without making a plan possible is
    not needed for the clash (a deletion filter, Chinneck & Dravnieks 1991).
    """
    if _possible(problem, sets, (), "cbc"):
        return ()
    dropped: list[str] = []
    for group in GROUPS:
        if not _possible(problem, sets, (*dropped, group)):
            dropped.append(group)
    core = [group for group in GROUPS if group not in dropped]
    if not core:
        text = "No site can complete every visit type with the services listed for it."
        return (Clash("pack", text, "Allow more services, or set rules.mix to free."),)
    areas: tuple[int, ...] = ()
    if "rules.branches_per_area" in core:
        areas = _areas_in_clash(problem, sets, tuple(dropped))
    return tuple(_in_words(problem, sets, group, tuple(dropped), areas) for group in core)


def _possible(
    problem: PlanningProblem,
    sets: ModelSets,
    leave_out: tuple[str, ...],
    solver: str = "highs",
    floor_areas: tuple[int, ...] | None = None,
) -> bool:
    form = formulate(problem, sets, None, leave_out=leave_out, floor_areas=floor_areas)
    return _solve(form, solver).outcome != "infeasible"


def _solve(form: Formulation, solver: str = "highs") -> Solved:
    return solve_model(form.model, "cbc" if solver == "cbc" else "highs", _QUIET)


def _areas_in_clash(
    problem: PlanningProblem, sets: ModelSets, leave_out: tuple[str, ...]
) -> tuple[int, ...]:
    """A smallest set of areas whose floors already clash with the other rules."""
    areas = list(range(len(problem.area_codes)))
    step = max(1, len(areas) // 4)
    while step >= 1:
        position = 0
        while position < len(areas):
            fewer = areas[:position] + areas[position + step :]
            if not _possible(problem, sets, leave_out, "highs", tuple(fewer)):
                areas = fewer
            else:
                position += step
        step //= 2
    return tuple(areas)


# -- words ---------------------------------------------------------------------------------


def _in_words(
    problem: PlanningProblem,
    sets: ModelSets,
    group: str,
    dropped: tuple[str, ...],
    areas: tuple[int, ...],
) -> Clash:
    rules = problem.rules
    if group == "rules.branches_per_area":
        return _floor_words(problem, areas)
    if group == "duplicates.rule":
        most = problem.separation_km.max()
        least = problem.separation_km[problem.separation_km >= 0].min()
        distance = f"{least:g} km" if least == most else f"{least:g} to {most:g} km by service"
        text = f"Duplicates: {rules.duplicates} within the separation ({distance} by road)."
        return Clash(group, text, "Price or allow duplicates, or use a smaller separation.")
    if group == "rules.annual_kes":
        need = least_needed(problem, sets, "annual", (*dropped, group))
        text = f"At most KES {rules.annual_max_kes:,} a year."
        repair = f"With the other rules at least KES {need:,} a year is needed." if need else ""
        return Clash(group, text, repair)
    if group == "rules.capital_kes":
        need = least_needed(problem, sets, "capital", (*dropped, group))
        text = f"At most KES {rules.capital_max_kes:,} of capital."
        repair = f"With the other rules at least KES {need:,} is needed." if need else ""
        return Clash(group, text, repair)
    if group == "rules.branches":
        return Clash(group, _count_words(problem), _count_repair(problem, sets, dropped))
    if group == "sites":
        opened = ", ".join(problem.site_ids[j] for j in sorted(rules.locked_open)) or "none"
        closed = ", ".join(problem.site_ids[j] for j in sorted(rules.locked_closed)) or "none"
        text = f"Sites locked open: {opened}; closed: {closed}."
        return Clash(group, text, "Unlock one of them.")
    text = f"Today's {int(problem.existing.sum())} branches and their services are kept."
    return Clash(group, text, "Let existing branches close (rules.existing = may_close).")


def _floor_words(problem: PlanningProblem, areas: tuple[int, ...]) -> Clash:
    rules = problem.rules
    parts = [f"at least {rules.floor_branches} in every area"] if rules.floor_branches else []
    parts += [
        f"at least {least} with {problem.service_ids[s]} in every area"
        for s, least in sorted((rules.floor_services or {}).items())
    ]
    called = problem.area_names or problem.area_codes
    names = ", ".join(called[c] for c in areas)
    nowhere = [called[c] for c in areas if not (problem.site_area == c).any()]
    text = f"Branches: {' and '.join(parts)}. Areas that already clash: {names}."
    if nowhere:
        text += f" Without any site: {', '.join(nowhere)}."
    return Clash("rules.branches_per_area", text, "Lower the floor, or leave these areas out.")


def _count_words(problem: PlanningProblem) -> str:
    rules = problem.rules
    parts = []
    if rules.branches_min is not None and rules.branches_min == rules.branches_max:
        parts.append(f"exactly {rules.branches_min} branches")
    else:
        parts += [f"at least {rules.branches_min} branches"] if rules.branches_min else []
        if rules.branches_max is not None:
            parts.append(f"at most {rules.branches_max} branches")
    if rules.new_max is not None:
        parts.append(f"at most {rules.new_max} new")
    return "Count: " + ", ".join(parts) + "."


def _count_repair(problem: PlanningProblem, sets: ModelSets, dropped: tuple[str, ...]) -> str:
    leave_out = (*dropped, "rules.branches")
    fewest = least_needed(problem, sets, "fewest", leave_out)
    most = least_needed(problem, sets, "most", leave_out)
    if fewest is None or most is None:
        return ""
    return f"With the other rules between {fewest} and {-most} branches are possible."


def least_needed(
    problem: PlanningProblem, sets: ModelSets, what: str, leave_out: tuple[str, ...]
) -> int | None:
    """The least of something that the other rules need; None when they clash by themselves.

    Args:
        problem: The question.
        sets: Its sets.
        what: `annual` or `capital` money, `fewest` branches, or `most` (negative).
        leave_out: Groups not to state.
    """
    form = formulate(problem, sets, None, leave_out=leave_out)
    terms: list[tuple[pulp.LpVariable, float]] = []
    if what == "annual":
        terms += [(v, float(c)) for v, c in zip(form.y, problem.branch_annual_kes, strict=True)]
        for row, costs in zip(form.z, problem.offering_annual_kes, strict=True):
            terms += [(v, float(c)) for v, c in zip(row, costs, strict=True)]
    elif what == "capital":
        spent = zip(form.y, problem.capital_kes, problem.existing, strict=True)
        terms += [(v, float(c)) for v, c, old in spent if not old]
    else:
        sign = 1.0 if what == "fewest" else -1.0
        terms += [(v, sign) for v in form.y]
    unit = max((abs(c) for _, c in terms), default=1.0) or 1.0
    form.model.setObjective(pulp.LpAffineExpression([(v, c / unit) for v, c in terms]))
    if _solve(form).outcome != "solved":
        return None
    chosen = np.array([round(v.varValue or 0) for v, _ in terms])
    return round(float(chosen @ np.array([c for _, c in terms])))
