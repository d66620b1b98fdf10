"""What a planner can change: groups of rules by their scenario key, and problems without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from planner.optimize.sets import has_capacity
from planner.problem import PlanningProblem

# What the rules are without a group, in the order in which clashes are told. Divisions' budgets
# and standards are groups of their own each: see `groups`.
OFF: Mapping[str, Mapping[str, Any]] = {
    "rules.branches": {"branches_min": None, "branches_max": None, "new_max": None},
    "rules.capital_kes": {"capital_max_kes": None},
    "rules.annual_kes": {"annual_max_kes": None},
    "rules.branches_per_area": {"floor_branches": 0, "floor_areas": None, "floor_services": None},
    "rules.capacity": {"capacity": "off"},
    "rules.assignment": {"assignment": "split"},
    "duplicates.rule": {"duplicates": "allow"},
    "sites": {
        "locked_open": frozenset(),
        "locked_closed": frozenset(),
        "locked_offered": frozenset(),
        "locked_withheld": frozenset(),
        "locked_format": None,
    },
    "rules.mix": {"mix": "free"},
    "rules.existing": {"existing": "may_close"},
}
DIVISIONS: Mapping[str, str] = {
    "rules.capital_kes.divisions.": "division_capital_max_kes",
    "rules.annual_kes.divisions.": "division_annual_max_kes",
}
STANDARDS = "standards."
# What needs the assignment to be proved is left out first, so that the rest is quick.
HEAVY = ("rules.assignment", "rules.capacity")


def groups(problem: PlanningProblem) -> tuple[str, ...]:
    """The groups that ask for anything that cannot be missed, as scenario keys."""
    told: list[str] = []
    for group in OFF:
        if _is_stated(problem, group):
            told.append(group)
        if group == "rules.annual_kes":
            told += [
                before + problem.division_ids[d]
                for before, key in DIVISIONS.items()
                for d in sorted(getattr(problem.rules, key) or {})
            ]
        if group == "rules.assignment":
            hard = {each.service for each in problem.rules.standards if each.is_hard}
            told += [STANDARDS + problem.service_ids[s] for s in sorted(hard)]
    return tuple(told)


def _is_stated(problem: PlanningProblem, group: str) -> bool:
    """Whether a group asks for anything that could make plans impossible."""
    rules = problem.rules
    if group in HEAVY:
        hard = rules.capacity == "hard" and has_capacity(problem)
        return hard and (group == "rules.capacity" or rules.assignment == "single")
    if group == "rules.existing" and not problem.existing.any():
        return False
    if group == "duplicates.rule" and rules.duplicates == "price":
        return False
    return any(getattr(rules, key) not in (off, None, {}) for key, off in OFF[group].items())


def without(problem: PlanningProblem, dropped: Iterable[str]) -> PlanningProblem:
    """The same problem with groups of rules taken back."""
    rules = problem.rules
    for group in dropped:
        if group in OFF:
            rules = replace(rules, **OFF[group])
        elif group.startswith(STANDARDS):
            service = service_of(problem, group)
            left = tuple(each for each in rules.standards if each.service != service)
            rules = replace(rules, standards=left)
        else:
            key, division = division_of(problem, group)
            budgets = {d: most for d, most in getattr(rules, key).items() if d != division}
            change: dict[str, Any] = {key: budgets or None}
            rules = replace(rules, **change)
    return replace(problem, rules=rules)


def service_of(problem: PlanningProblem, group: str) -> int:
    """The service whose standards a group is."""
    return problem.service_ids.index(group.removeprefix(STANDARDS))


def division_of(problem: PlanningProblem, group: str) -> tuple[str, int]:
    """The rule that holds a division's budget, and the division."""
    before = next(start for start in DIVISIONS if group.startswith(start))
    return DIVISIONS[before], problem.division_ids.index(group.removeprefix(before))


def with_rules(problem: PlanningProblem, **changes: Any) -> PlanningProblem:
    """The same problem under other rules."""
    return replace(problem, rules=replace(problem.rules, **changes))
