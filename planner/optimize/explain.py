"""Why no plan exists: a smallest set of rules that clash, in words, with what would help."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pulp

from planner.optimize.formulation import annual_terms, capital_terms, formulate
from planner.optimize.sets import model_sets
from planner.optimize.solvers import Controls, solve_model
from planner.plan import Clash
from planner.problem import PlanningProblem

# What a planner can change, as scenario keys, and what the rules are without it. The first that
# can be left out without making a plan possible is left out first.
GROUPS: Mapping[str, Mapping[str, Any]] = {
    "rules.branches": {"branches_min": None, "branches_max": None, "new_max": None},
    "rules.capital_kes": {"capital_max_kes": None},
    "rules.annual_kes": {"annual_max_kes": None},
    "rules.branches_per_area": {"floor_branches": 0, "floor_services": None},
    "duplicates.rule": {"duplicates": "allow"},
    "sites": {"locked_open": frozenset(), "locked_closed": frozenset()},
    "rules.mix": {"mix": "free"},
    "rules.existing": {"existing": "may_close"},
}


@dataclass(frozen=True, slots=True)
class Watch:
    """How long an explanation may take: until a moment of `time.monotonic`, or a stop."""

    until: float
    asked_to_stop: Callable[[], bool] | None = None

    @property
    def left(self) -> float:
        """Seconds left; none once a stop was asked for."""
        if self.asked_to_stop is not None and self.asked_to_stop():
            return 0.0
        return self.until - time.monotonic()


def explain(problem: PlanningProblem, watch: Watch) -> tuple[Clash, ...]:
    """The rules that cannot hold together, of a problem that is proved to have no plan.

    Rules are dropped group by group: what can be left out without making a plan possible is
    not needed for the clash (a deletion filter, Chinneck & Dravnieks 1991). When time runs out
    the set still clashes; it may not be the smallest.
    """
    core = [group for group in GROUPS if _is_stated(problem, group)]
    dropped: list[str] = []
    for group in tuple(core):
        if _is_impossible(without(problem, (*dropped, group)), watch):
            dropped.append(group)
            core.remove(group)
    clash = without(problem, dropped)
    areas = _areas_in_clash(clash, watch) if "rules.branches_per_area" in core else ()
    case = _Case(problem, clash, areas, watch)
    words = {
        "rules.branches": _count_words,
        "rules.capital_kes": _capital_words,
        "rules.annual_kes": _annual_words,
        "rules.branches_per_area": _floor_words,
        "duplicates.rule": _duplicate_words,
        "sites": _site_words,
        "rules.mix": _mix_words,
        "rules.existing": _existing_words,
    }
    return tuple(Clash(group, *words[group](case)) for group in core)


@dataclass(frozen=True, slots=True)
class _Case:
    """A question without an answer, the part of it that already clashes, and the time.

    `clash` has only the rules that clash; `areas` are those whose floors do.
    """

    problem: PlanningProblem
    clash: PlanningProblem
    areas: tuple[int, ...]
    watch: Watch


def _is_stated(problem: PlanningProblem, group: str) -> bool:
    """Whether a group asks for anything."""
    rules = problem.rules
    if group == "rules.existing" and not problem.existing.any():
        return False
    return any(getattr(rules, key) not in (off, {}) for key, off in GROUPS[group].items())


def without(problem: PlanningProblem, groups: Iterable[str]) -> PlanningProblem:
    """The same problem with groups of rules (of `GROUPS`) taken back."""
    changes = {key: value for group in groups for key, value in GROUPS[group].items()}
    return replace(problem, rules=replace(problem.rules, **changes))


def _is_impossible(
    problem: PlanningProblem,
    watch: Watch,
    *,
    floor_areas: tuple[int, ...] | None = None,
    kept: tuple[int, ...] | None = None,
) -> bool:
    """Whether the rules alone are proved to clash, with floors in some areas or some kept."""
    sets = model_sets(problem)
    if kept is not None:
        free = problem.existing.copy()
        free[[*kept, *problem.rules.locked_open]] = False
        sets = replace(
            sets,
            least_open=sets.least_open & ~free,
            least_offered=sets.least_offered & ~free[:, None],
        )
    form = formulate(problem, sets, None, floor_areas=floor_areas)
    return solve_model(form.model, "highs", _controls(watch)).outcome == "infeasible"


def _controls(watch: Watch) -> Controls:
    return Controls(watch.left, 0.0, 1, 0, should_stop=watch.asked_to_stop)


def _areas_in_clash(problem: PlanningProblem, watch: Watch) -> tuple[int, ...]:
    """A smallest set of areas whose floors already clash with the other rules."""
    return _smallest(
        list(range(len(problem.area_codes))),
        lambda fewer: _is_impossible(problem, watch, floor_areas=fewer),
    )


def _branches_in_clash(case: _Case) -> tuple[int, ...]:
    """A smallest set of today's branches whose keeping already clashes with the other rules."""
    closed = case.clash.rules.locked_closed
    kept = [j for j in np.flatnonzero(case.clash.existing).tolist() if j not in closed]
    areas = case.areas or None
    return _smallest(
        kept,
        lambda fewer: _is_impossible(case.clash, case.watch, floor_areas=areas, kept=fewer),
    )


def _smallest(items: list[int], still_clash: Callable[[tuple[int, ...]], bool]) -> tuple[int, ...]:
    """Drop items, many at a time and then one by one, as long as the rest still clash."""
    step = max(1, len(items) // 4)
    while step >= 1:
        position = 0
        while position < len(items):
            fewer = items[:position] + items[position + step :]
            if still_clash(tuple(fewer)):
                items = fewer
            else:
                position += step
        step //= 2
    return tuple(items)


# -- words: what is asked for, and what would help -------------------------------------------

Words = tuple[str, str]


def _count_words(case: _Case) -> Words:
    rules = case.problem.rules
    parts = []
    if rules.branches_min is not None and rules.branches_min == rules.branches_max:
        parts.append(f"exactly {rules.branches_min}")
    else:
        parts += [f"at least {rules.branches_min}"] if rules.branches_min else []
        parts += [f"at most {rules.branches_max}"] if rules.branches_max is not None else []
    parts += [f"at most {rules.new_max} new"] if rules.new_max is not None else []
    return f"Number of branches: {', '.join(parts)}.", _count_repair(case)


def _count_repair(case: _Case) -> str:
    """Which numbers are possible with the other rules, and how many branches must be new."""
    counts = {"branches_min": None, "branches_max": None}
    helps = []
    if case.problem.rules.new_max is not None:
        new = least_needed(_changed(case.problem, new_max=None), "new", case.watch)
        helps += [] if new is None else [f"Allow {new} new branches (rules.branches.new_max)."]
    for changes in (counts, {**counts, "new_max": None}):
        free = _changed(case.problem, **changes)
        fewest = least_needed(free, "fewest", case.watch)
        most = least_needed(free, "most", case.watch)
        if fewest is not None and most is not None:
            few = f"{fewest} to {-most}" if fewest != -most else f"{fewest}"
            helps.append(f"With the other rules the number of branches can be {few}.")
            break
    return " Or: ".join(helps)


def _annual_words(case: _Case) -> Words:
    limit = case.problem.rules.annual_max_kes
    return f"At most KES {limit:,} a year.", _money_repair(case, "rules.annual_kes", "annual")


def _capital_words(case: _Case) -> Words:
    limit = case.problem.rules.capital_max_kes
    text = f"At most KES {limit:,} of capital for new branches."
    return text, _money_repair(case, "rules.capital_kes", "capital")


def _money_repair(case: _Case, group: str, what: str) -> str:
    need = least_needed(without(case.problem, (group,)), what, case.watch)
    if need is not None:
        return f"KES {need:,} is enough for the other rules ({group})."
    need = least_needed(without(case.clash, (group,)), what, case.watch)
    more = "" if need is None else f"At least KES {need:,} is needed; "
    return f"{more}more money alone does not help, because other rules clash as well."


def _floor_words(case: _Case) -> Words:
    problem, rules = case.problem, case.problem.rules
    areas = case.areas
    parts = [f"at least {rules.floor_branches} in every area"] if rules.floor_branches else []
    parts += [
        f"at least {least} with {problem.service_ids[s]} in every area"
        for s, least in sorted((rules.floor_services or {}).items())
        if least
    ]
    called = problem.area_names or problem.area_codes
    names = ", ".join(called[c] for c in areas)
    text = f"Branches: {' and '.join(parts)}. Where this clashes already: {names}."
    most = max([rules.floor_branches, *(rules.floor_services or {}).values()])
    usable = model_sets(case.problem).most_open
    sites = {c: int((usable & (problem.site_area == c)).sum()) for c in areas}
    short = [f"{called[c]} ({count})" for c, count in sites.items() if count < most]
    if short:
        text += f" Sites that could be a branch there: {', '.join(short)}."
        return text, "Add candidate sites there, or lower the floor (rules.branches_per_area)."
    return text, "Lower the floor (rules.branches_per_area)."


def _duplicate_words(case: _Case) -> Words:
    problem, rules = case.problem, case.problem.rules
    separation = problem.separation_km[problem.separation_km >= 0]
    least, most = separation.min(), separation.max()
    distance = f"{least:g} km" if least == most else f"{least:g} to {most:g} km, by service,"
    if rules.duplicates == "forbid":
        text = f"No service at two branches within {distance} by road."
    else:
        most_allowed = rules.duplicates_max
        text = f"At most {most_allowed} duplicates: the same service within {distance} by road."
    capped = _changed(case.problem, duplicates="cap", duplicates_max=len(problem.site_ids) ** 3)
    need = least_needed(capped, "duplicates", case.watch)
    if need is None:
        return text, "Price or allow duplicates (duplicates.rule), or use a smaller separation."
    many = "one duplicate" if need == 1 else f"{need} duplicates"
    return text, (
        f"Allow {many} (duplicates.rule = cap, max = {need}), or give them a price, "
        "or use a smaller separation."
    )


def _site_words(case: _Case) -> Words:
    ids, rules = case.problem.site_ids, case.problem.rules
    opened = ", ".join(ids[j] for j in sorted(rules.locked_open))
    closed = ", ".join(ids[j] for j in sorted(rules.locked_closed))
    parts = [f"must be open: {opened}"] if opened else []
    parts += [f"must stay closed: {closed}"] if closed else []
    return f"Sites that {'; '.join(parts)}.", "Unlock some of them (sites.open, sites.closed)."


def _mix_words(case: _Case) -> Words:
    del case
    text = "Every branch offers exactly what is listed for it; other sites cannot open."
    return text, "Let the plan choose the services (rules.mix = free)."


def _existing_words(case: _Case) -> Words:
    many = int(case.problem.existing.sum())
    text = f"Today's {many} branches and their services are kept."
    cause = _branches_in_clash(case)
    if len(cause) < many:
        names = ", ".join(case.problem.site_ids[j] for j in cause)
        text += f" Where this clashes already: {names}."
    return text, "Let existing branches close (rules.existing = may_close)."


# -- figures -------------------------------------------------------------------------------


def _changed(problem: PlanningProblem, **changes: Any) -> PlanningProblem:
    return replace(problem, rules=replace(problem.rules, **changes))


def least_needed(problem: PlanningProblem, what: str, watch: Watch) -> int | None:
    """The least of something that the rules need; None when they clash or time runs out.

    Args:
        problem: The question.
        what: `annual` or `capital` money, `duplicates` in excess, `new` or `fewest` branches,
            or `most` branches (negative).
        watch: The time.
    """
    form = formulate(problem, model_sets(problem), None)
    terms: list[tuple[pulp.LpVariable, int]]
    if what == "annual":
        terms = annual_terms(problem, form.y, form.z)
    elif what == "capital":
        terms = capital_terms(problem, form.y)
    elif what == "duplicates":
        terms = [(v, 1) for v in form.excess]
    elif what == "new":
        terms = [(v, 1) for v, old in zip(form.y, problem.existing, strict=True) if not old]
    else:
        terms = [(v, 1 if what == "fewest" else -1) for v in form.y]
    unit = max((abs(amount) for _, amount in terms), default=1)
    form.model.setObjective(pulp.LpAffineExpression([(v, c / unit) for v, c in terms]))
    if solve_model(form.model, "highs", _controls(watch)).outcome != "solved":
        return None
    return sum(round(variable.varValue or 0.0) * amount for variable, amount in terms)
