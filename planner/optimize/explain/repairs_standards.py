"""The largest share and the fewest minutes of a standard that make a plan possible."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from planner.optimize.explain.arithmetic import best_minutes, best_share
from planner.optimize.explain.case import Case
from planner.optimize.explain.finding import Found, first_that
from planner.optimize.explain.groups import STANDARDS, with_rules, without
from planner.optimize.explain.helping import NOT_ALONE, Help, change
from planner.optimize.explain.phrases import percent
from planner.optimize.explain.proofs import Holds, can_hold, most_share
from planner.optimize.explain.watch import Watch
from planner.optimize.sets import model_sets
from planner.optimize.standards import visits_needed
from planner.plan import Change
from planner.problem import PlanningProblem, Standard


def standard(case: Case, group: str, cause: Sequence[Standard]) -> Help:
    """The largest share and the fewest minutes that the other rules allow.

    Args:
        case: The case.
        group: The service's standards.
        cause: Those of them that clash already.
    """
    problem = case.problem
    service = group.removeprefix(STANDARDS)
    free = can_hold(without(problem, (group,)), case.watch)
    if free == "no":
        return Help(f"Lower the share or allow more minutes ({group}); {NOT_ALONE}.")
    if free == "unknown" or not cause:
        return Help(f"Lower the share or allow more minutes ({group}).")
    helps: list[str] = []
    changes: tuple[Change, ...] = ()
    share = _largest_share(case.timed(0.5), cause)
    now = max(each.share for each in cause)
    if share is not None and share.value < 1000:
        largest = percent(1 - share.value / 1000)
        helps.append(f"{largest} instead of {percent(now)} ({group}.share{share.words})")
        changes += change("share", service=service, to=round(1 - share.value / 1000, 3))
    minutes = _fewest_minutes(case, cause)
    limit = max(each.within_min for each in cause)
    if minutes is not None:
        told = f"{minutes.value} min instead of {limit:g} ({group}.within_min{minutes.words})"
        helps.append(told)
        changes += change("minutes", service=service, to=minutes.value)
    if not helps:
        return Help(f"Lower the share or allow more minutes ({group}).")
    return Help(f"Enough for {service}: {', or '.join(helps)}.", changes)


def _with_standards(
    problem: PlanningProblem, old: Sequence[Standard], change: Callable[[Standard], Standard]
) -> PlanningProblem:
    """The problem with those standards changed that speak of the services of some others."""
    services = {each.service for each in old}
    changed = tuple(
        change(each) if each.service in services and each.is_hard else each
        for each in problem.rules.standards
    )
    return with_rules(problem, standards=changed)


def _of(problem: PlanningProblem, cause: Sequence[Standard]) -> list[Standard]:
    """The hard standards of the services that some standards speak of, where anybody counts."""
    services = {each.service for each in cause}
    return [
        each
        for each in problem.rules.standards
        if each.is_hard
        and each.service in services
        and visits_needed(problem, replace(each, share=1.0)) > 0
    ]


def _largest_share(case: Case, cause: Sequence[Standard]) -> Found | None:
    """By how many thousandths below 1 a share must lie that is possible in place of larger ones."""

    def holds(lower_by: int, watch: Watch) -> Holds:
        most = 1 - lower_by / 1000
        asked = _with_standards(
            case.problem, cause, lambda each: replace(each, share=min(each.share, most))
        )
        return can_hold(asked, watch)

    sets = model_sets(case.problem)
    bounds = [best_share(case.problem, sets, each) for each in _of(case.problem, cause)]
    first = max(1, 1000 - math.floor(min(bounds) * 1000 + 1e-6))
    alike = _of(case.problem, cause)
    if len(alike) == 1:
        rest = tuple(each for each in case.problem.rules.standards if each not in alike)
        free = with_rules(case.problem, standards=rest)
        known, most = most_share(free, alike, case.watch.part(0.5))
        if known == "yes":
            first = max(first, 1000 - math.floor(most * 1000 + 1e-6))
    return first_that(holds, first, 1000, case.watch)


def _fewest_minutes(case: Case, cause: Sequence[Standard]) -> Found | None:
    """The fewest whole minutes that are possible in place of all fewer ones."""
    minutes = case.problem.minutes
    longest = math.ceil(float(minutes[np.isfinite(minutes)].max(initial=0.0)))
    sets = model_sets(case.problem)
    bounds = [best_minutes(case.problem, sets, each) for each in _of(case.problem, cause)]
    now = math.floor(min(each.within_min for each in cause))
    if not np.isfinite(bounds).all():
        return None
    first = max(now + 1, math.ceil(max(bounds) - 1e-9))

    def holds(within: int, watch: Watch) -> Holds:
        asked = _with_standards(
            case.problem,
            cause,
            lambda each: replace(each, within_min=max(each.within_min, float(within))),
        )
        return can_hold(asked, watch)

    return first_that(holds, first, longest, case.watch)
