"""Bounds that carry over: from questions that allow every plan of another and count none as more.

So do two together on either side of a question's tail share, or of its price of duplicates: what a
plan costs is a straight line in either, so the least of all plans lies above every chord.
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
    own = problem.rules
    found, by_tail, by_price = [], [], []
    for other, bound in solved:
        stands = _in_the_way(other, problem) if math.isfinite(bound) else None
        if stands is None:
            continue
        if not stands:
            found.append(bound)
        if stands <= {"tail_share"}:
            by_tail.append((other.rules.tail_share, bound))
        if stands <= {"duplicates_price"} and other.rules.duplicates == own.duplicates == "price":
            by_price.append((other.rules.duplicates_price, bound))
    found += _chords(by_tail, own.tail_share) + _chords(by_price, own.duplicates_price)
    return max(map(float, found), default=None)


def _chords(known: list[tuple[float, float]], at: float) -> list[float]:
    """The values at a place of all straight lines between known ones on either side of it."""
    return [
        low + (high - low) * (at - left) / (right - left)
        for left, low in known
        for right, high in known
        if left < at < right
    ]


def is_looser(looser: PlanningProblem, problem: PlanningProblem) -> bool:
    """Whether a question allows every plan of another, and counts none of them as more.

    True only where it is proved rule by rule; two of the same rules are looser than each other.
    Where rules are soft it is never proved: what may fall short depends on the best plan.

    Args:
        looser: The question that may be looser.
        problem: The other one.
    """
    stands = _in_the_way(looser, problem)
    return stands is not None and not stands


def _in_the_way(looser: PlanningProblem, problem: PlanningProblem) -> set[str] | None:
    """Which of tail share and price alone make plans count as more; None where more is unlike."""
    one, other = looser.rules, problem.rules
    if replace(one, **ANY) != replace(other, **ANY):
        return None
    priced = replace(one, duplicates_price=min(one.duplicates_price, other.duplicates_price))
    if (
        has_soft_rules(looser)
        or has_soft_rules(problem)
        or not _limits_are_looser(one, other)
        or not _floors_are_looser(one, other, len(problem.area_codes))
        or not _standards_are_looser(one.standards, other.standards)
        or not _locks_are_looser(one, other)
        or not _existing_is_looser(looser, one, other)
        or not _duplicates_are_looser(priced, other)
        or not _tail_is_as_wide(one, other)
        or not _same_inputs(looser, problem)
    ):
        return None
    stands = {"tail_share"} if one.tail_share > other.tail_share else set()
    return stands if _duplicates_are_looser(one, other) else stands | {"duplicates_price"}


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


def _tail_is_as_wide(one: Rules, other: Rules) -> bool:
    """The fewer are the worst served, the larger is their mean, and never below the mean of all.

    So (1 - w) mean + w worst mean never falls as w rises, nor as the worst are fewer.
    """
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
