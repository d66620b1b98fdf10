"""Which questions are looser than another: what no plan of theirs beats, none of the other does.

A bound of one question is one of another that allows no other plans and counts none of them lower.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from planner.optimize.formulation import has_soft_rules
from planner.problem import PlanningProblem, Rules, Standard

# Every rule that may differ, as none of it would stand; all others must be the same.
ANY: dict[str, Any] = {
    "tail_share": 0.0,
    "tail_beta": 0.1,
    "branches_min": None,
    "branches_max": None,
    "new_max": None,
    "capital_max_kes": None,
    "annual_max_kes": None,
    "division_capital_max_kes": None,
    "division_annual_max_kes": None,
    "existing": "may_close",
    "floor_branches": 0,
    "floor_areas": None,
    "floor_services": None,
    "standards": (),
    "duplicates": "allow",
    "duplicates_max": 0,
    "duplicates_price": 0.0,
    "locked_open": frozenset(),
    "locked_closed": frozenset(),
    "locked_offered": frozenset(),
    "locked_withheld": frozenset(),
    "locked_format": None,
}
FREEDOM = ("keep", "may_change", "may_close")  # of existing branches, each more than the last


def bound_from(
    problem: PlanningProblem, solved: Sequence[tuple[PlanningProblem, float]]
) -> float | None:
    """The best bound that carries over from solved questions; None where none does.

    Args:
        problem: The question.
        solved: Other questions, each with a proved lower bound of its objective.
    """
    known = sorted(((bound, n) for n, (_, bound) in enumerate(solved)), reverse=True)
    for bound, n in known:
        if math.isfinite(bound) and is_looser(solved[n][0], problem):
            return float(bound)
    return None


def is_looser(looser: PlanningProblem, problem: PlanningProblem) -> bool:
    """Whether a question allows every plan of another, and counts none of them as more.

    True only where it is proved rule by rule; two of the same rules are looser than each other.
    Where rules are soft it is never proved: what may fall short depends on the best plan.

    Args:
        looser: The question that may be looser.
        problem: The other one.
    """
    one, other = looser.rules, problem.rules
    if replace(one, **ANY) != replace(other, **ANY):
        return False
    return (
        not has_soft_rules(looser)
        and not has_soft_rules(problem)
        and _limits_are_looser(one, other)
        and _floors_are_looser(one, other, len(problem.area_codes))
        and _standards_are_looser(one.standards, other.standards)
        and _tail_is_looser(one, other)
        and _locks_are_looser(one, other)
        and _existing_is_looser(looser, one, other)
        and _duplicates_are_looser(one, other)
        and _same_inputs(looser, problem)
    )


def _same_inputs(looser: PlanningProblem, problem: PlanningProblem) -> bool:
    """Whether everything but the rules is the same."""
    for name in problem.inputs():
        if name == "rules":
            continue
        here, there = getattr(looser, name), getattr(problem, name)
        if isinstance(here, np.ndarray):
            if here is not there and not np.array_equal(here, there):
                return False
        elif here != there:
            return False
    return True


def _limits_are_looser(one: Rules, other: Rules) -> bool:
    """Counts and budgets: a limit that is not given is none."""
    if (one.branches_min or 0) > (other.branches_min or 0):
        return False
    names = ("branches_max", "new_max", "capital_max_kes", "annual_max_kes")
    if not all(_most(getattr(one, name)) >= _most(getattr(other, name)) for name in names):
        return False
    divisions = ("division_capital_max_kes", "division_annual_max_kes")
    return all(_budgets_are_looser(getattr(one, name), getattr(other, name)) for name in divisions)


def _most(limit: int | None) -> float:
    return math.inf if limit is None else limit


def _budgets_are_looser(one: Mapping[int, int] | None, other: Mapping[int, int] | None) -> bool:
    given = other or {}
    return all(limit >= _most(given.get(d)) for d, limit in (one or {}).items())


def _floors_are_looser(one: Rules, other: Rules, areas: int) -> bool:
    """What each area has at least, and each service in every area."""
    if any(_floor(one, c) > _floor(other, c) for c in range(areas)):
        return False
    asked, given = one.floor_services or {}, other.floor_services or {}
    return all(least <= given.get(s, 0) for s, least in asked.items() if least > 0)


def _floor(rules: Rules, area: int) -> int:
    return (rules.floor_areas or {}).get(area, rules.floor_branches)


def _standards_are_looser(one: tuple[Standard, ...], other: tuple[Standard, ...]) -> bool:
    """Each standard follows from one that asks for as large a share within as few minutes."""
    return all(
        any(
            (given.service, given.area) == (asked.service, asked.area)
            and given.share >= asked.share
            and given.within_min <= asked.within_min
            for given in other
        )
        for asked in one
    )


def _tail_is_looser(one: Rules, other: Rules) -> bool:
    """The worst-served mean is at least the mean of all, and larger of fewer.

    So the objective (1 - w) mean + w worst mean never falls as w rises, nor as the worst are fewer.
    """
    if one.tail_share > other.tail_share:
        return False
    return one.tail_share <= 0 or one.tail_beta >= other.tail_beta


def _locks_are_looser(one: Rules, other: Rules) -> bool:
    """More locks allow fewer plans; a site locked both open and closed is not looked into."""
    if other.locked_open & other.locked_closed:
        return False
    sets = ("locked_open", "locked_closed", "locked_offered", "locked_withheld")
    if not all(getattr(one, name) <= getattr(other, name) for name in sets):
        return False
    formats = other.locked_format or {}
    return all(formats.get(j) == f for j, f in (one.locked_format or {}).items())


def _existing_is_looser(problem: PlanningProblem, one: Rules, other: Rules) -> bool:
    """Today's branches may do more, and only where they may close, a lock may close one of them.

    Where they are kept, what they offer is no duplicate, which allows more and costs less. So who
    does not keep them is looser only without any duplicates counted.
    """
    if FREEDOM.index(one.existing) < FREEDOM.index(other.existing):
        return False
    if other.existing == "keep" and one.existing != "keep" and not _counts_none(one):
        return False
    closed = sorted(other.locked_closed - one.locked_closed)
    return one.existing == "may_close" or not problem.existing[closed].any()


def _counts_none(rules: Rules) -> bool:
    """Whether duplicates are neither limited nor priced."""
    if rules.duplicates == "price":
        return rules.duplicates_price <= 0
    return rules.duplicates == "allow"


def _duplicates_are_looser(one: Rules, other: Rules) -> bool:
    """Fewer are allowed, or each costs more: with the same ones counted."""
    if _counts_none(one):
        return True
    limit = _most_duplicates(other)
    if one.duplicates != "price":
        return _most_duplicates(one) >= limit
    return limit <= 0 or (
        other.duplicates == "price" and one.duplicates_price <= other.duplicates_price
    )


def _most_duplicates(rules: Rules) -> float:
    return {"forbid": 0, "cap": rules.duplicates_max}.get(rules.duplicates, math.inf)
