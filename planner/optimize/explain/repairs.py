"""The least change of one rule that makes a plan possible, with figures that were solved for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.optimize.explain.arithmetic import best_minutes, best_share, floor_of
from planner.optimize.explain.case import Case, smallest
from planner.optimize.explain.groups import OFF, STANDARDS, with_rules, without
from planner.optimize.explain.phrases import many, money, names, percent
from planner.optimize.explain.proofs import Holds, can_hold, least, most_share
from planner.optimize.explain.watch import Watch
from planner.optimize.sets import model_sets
from planner.optimize.standards import visits_needed
from planner.problem import PlanningProblem, Rules, Standard

OR = " Or: "
NOT_ALONE = "this alone does not help, because other rules clash as well"
FLOORS = "rules.branches_per_area"
PROBE_SECONDS = 1.0
PROBE_SHARE = 0.15  # of the time that is left, for one number
TRIED = 6  # changes of one kind that are tried one by one


# -- numbers of branches and money ---------------------------------------------------------


def count(case: Case) -> str:
    """Which numbers are possible with the other rules, and how many branches must be new."""
    rules = case.problem.rules
    helps = []
    if rules.new_max is not None:
        new = least(with_rules(case.problem, new_max=None), "new", case.watch)
        if new.value is not None and new.value > rules.new_max:
            more = new.value - rules.new_max
            helps.append(
                f"Allow {many(new.value, 'new branch')}, {more} more (rules.branches.new_max)."
            )
    counts = {"branches_min": None, "branches_max": None}
    for changes in (counts, {**counts, "new_max": None}):
        free = with_rules(case.problem, **changes)
        fewest = least(free, "fewest", case.watch)
        most = least(free, "most", case.watch)
        if fewest.value is None or most.value is None:
            continue
        few, top = fewest.value, -most.value
        span = f"{few} to {top}" if few != top else f"{few}"
        helps.append(
            f"With the other rules the number of branches can be {span}{_by(rules, few, top)}."
        )
        break
    if (
        not helps
        and least(without(case.problem, ("rules.branches",)), "fewest", case.watch).holds == "no"
    ):
        return f"Of the number of branches, {NOT_ALONE}."
    return OR.join(helps)


def _by(rules: Rules, few: int, top: int) -> str:
    """How far the limits are from what is possible."""
    if rules.branches_max is not None and rules.branches_max < few:
        return f": {few - rules.branches_max} more"
    if rules.branches_min is not None and rules.branches_min > top:
        return f": {rules.branches_min - top} fewer"
    return ""


def budget(case: Case, group: str, what: str) -> str:
    """The least money that the other rules need."""
    need = least(without(case.problem, (group,)), what, case.watch)
    if need.value is not None:
        return (
            f"{money(need.value, case.problem.currency)} is enough for the other rules ({group})."
        )
    if need.holds == "unknown":
        return f"Raise it ({group})."
    need = least(without(case.clash, (group,)), what, case.watch)
    least_cost = "" if need.value is None else money(need.value, case.problem.currency)
    more = f"At least {least_cost} is needed; " if least_cost else ""
    return f"{more}more money alone does not help, because other rules clash as well."


# -- floors --------------------------------------------------------------------------------


def floor(case: Case, short: dict[int, int]) -> str:
    """Lower floors that are enough, and sites that are missing where there are too few.

    Args:
        case: The case.
        short: Sites that could be a branch, in areas with fewer of them than the floor.
    """
    problem = case.problem
    helps = []
    if short:
        needed = [f"{floor_of(problem, c) - sites} in {case.area(c)}" for c, sites in short.items()]
        helps.append(f"Add candidate sites, at least {names(needed)}.")
    if can_hold(without(problem, (FLOORS,)), case.watch) == "no":
        helps.append(f"Lower the floor ({FLOORS}); {NOT_ALONE}.")
        return OR.join(helps)
    lower = next(_lower_floors(case), None)
    helps += [lower] if lower else []
    return OR.join(helps) or f"Lower the floor ({FLOORS})."


def _lower_floors(case: Case) -> Iterator[str]:
    rules = case.problem.rules
    named = dict(rules.floor_areas or {})
    for c in case.areas[:TRIED]:
        now = named.get(c, rules.floor_branches)
        for lower in range(now - 1, -1, -1):
            if case.holds(floor_areas={**named, c: lower}) == "yes":
                yield (
                    f"A floor of {lower} instead of {now} in {case.area(c)} is enough "
                    "(rules.branches_per_area.areas)."
                )
                break
    if rules.floor_branches:
        now = rules.floor_branches
        for lower in range(now - 1, -1, -1):
            if case.holds(floor_branches=lower) == "yes":
                yield f"A floor of {lower} instead of {now} is enough (rules.branches_per_area)."
                break
    for s, now in sorted((rules.floor_services or {}).items()):
        for lower in range(now - 1, -1, -1):
            if case.holds(floor_services={**(rules.floor_services or {}), s: lower}) == "yes":
                service = case.problem.service_ids[s]
                yield (
                    f"A floor of {lower} instead of {now} for {service} is enough "
                    "(rules.branches_per_area.services)."
                )
                break


# -- capacity ------------------------------------------------------------------------------


def capacity(case: Case) -> str:
    """By how much every branch's capacity must grow, and the rule that lets it be missed."""
    soft = "Let capacity be missed where it must (rules.capacity = soft)"
    if case.holds(capacity="soft") == "no":
        return f"{soft}; {NOT_ALONE}."
    grown = _first(
        lambda more, watch: can_hold(_grown(case.problem, more), watch), 1, 1000, case.watch
    )
    if grown is None:
        return f"{soft}."
    more = f"{grown.value} % more capacity at every site is enough{grown.words}"
    return f"{soft}.{OR}{more}."


def _grown(problem: PlanningProblem, percent_more: int) -> PlanningProblem:
    """The problem with more capacity at every site, in visits and in counter minutes."""
    factor = 1 + percent_more / 100
    return replace(
        problem,
        capacity_visits=problem.capacity_visits * factor,
        counter_minutes_per_year=problem.counter_minutes_per_year * factor,
    )


def assignment(case: Case) -> str:
    """Visits that may be split."""
    more = "" if case.holds(assignment="split") != "no" else f"; {NOT_ALONE}"
    return f"Let visits be split over branches (rules.assignment = split){more}."


# -- standards -----------------------------------------------------------------------------


def standard(case: Case, group: str, cause: Sequence[Standard]) -> str:
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
        return f"Lower the share or allow more minutes ({group}); {NOT_ALONE}."
    if free == "unknown" or not cause:
        return f"Lower the share or allow more minutes ({group})."
    helps = []
    share = _largest_share(case.timed(0.5), cause)
    now = max(each.share for each in cause)
    if share is not None and share.value < 1000:
        largest = percent(1 - share.value / 1000)
        helps.append(f"{largest} instead of {percent(now)} ({group}.share{share.words})")
    minutes = _fewest_minutes(case, cause)
    limit = max(each.within_min for each in cause)
    if minutes is not None:
        told = f"{minutes.value} min instead of {limit:g} ({group}.within_min{minutes.words})"
        helps.append(told)
    if not helps:
        return f"Lower the share or allow more minutes ({group})."
    return f"Enough for {service}: {', or '.join(helps)}."


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


def _largest_share(case: Case, cause: Sequence[Standard]) -> _Found | None:
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
    return _first(holds, first, 1000, case.watch)


def _fewest_minutes(case: Case, cause: Sequence[Standard]) -> _Found | None:
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

    return _first(holds, first, longest, case.watch)


@dataclass(frozen=True, slots=True)
class _Found:
    """A number that makes a plan possible; `is_least` where the one before is proved not to."""

    value: int
    is_least: bool

    @property
    def words(self) -> str:
        """What must be said where it may not be the least change."""
        return "" if self.is_least else ", perhaps a smaller change would do"


def _first(
    holds: Callable[[int, Watch], Holds], low: int, high: int, watch: Watch
) -> _Found | None:
    """The first number from `low` to `high` that makes a plan possible; None where none is known.

    What holds for a number holds for every larger one. What is not answered in a part of the
    time is passed over, and the number found is then not called the least.
    """
    if low > high or holds(high, watch) != "yes":
        return None
    is_least, is_hard, step = True, False, 1
    while low < high and watch.left > 0:
        # near the beginning as a rule: steps that double; halves where an answer takes long
        probe = (low + high) // 2 if is_hard else min(low + step - 1, high - 1)
        answer = holds(probe, watch.part(PROBE_SHARE, least=PROBE_SECONDS))
        if answer == "yes":
            high, step = probe, max(1, (probe - low + 1) // 2)
        else:
            is_least, is_hard = answer == "no", is_hard or answer == "unknown"
            low, step = probe + 1, min(2 * step, max(1, (high - probe) // 2))
    is_least = is_least and low >= high
    return _Found(high, is_least)


# -- duplicates ----------------------------------------------------------------------------


def duplicates(case: Case) -> str:
    """How many duplicates are needed, and a separation that needs none."""
    need = least(without(case.problem, ("duplicates.rule",)), "duplicates", case.watch)
    if need.value is None:
        more = f"; {NOT_ALONE}" if need.holds == "no" else ""
        return f"Price or allow duplicates (duplicates.rule), or use a smaller separation{more}."
    said = "one duplicate" if need.value == 1 else f"{need.value} duplicates"
    helps = [f"Allow {said} (duplicates.rule = cap, max = {need.value}), or give them a price."]
    near = _separation(case)
    helps += [] if near is None else [near]
    return OR.join(helps)


def _separation(case: Case) -> str | None:
    """The largest whole number of kilometres that is possible, where one holds everywhere."""
    problem = case.problem
    stated = problem.separation_km[problem.separation_km >= 0]
    if stated.size == 0 or stated.min() != stated.max() or (problem.separation_min >= 0).any():
        return None
    now = math.ceil(float(stated.max()))

    def holds(less: int, watch: Watch) -> Holds:
        nearer = np.minimum(problem.separation_km, now - less)
        return can_hold(replace(problem, separation_km=nearer), watch)

    less = _first(holds, 1, now, case.watch)
    return (
        None if less is None else (f"A separation of {now - less.value} km is enough{less.words}.")
    )


# -- sites ---------------------------------------------------------------------------------


def locks(case: Case) -> str:
    """The locks that clash, and those of them of which one is enough to take back."""
    timed = case.watch.part(0.5)
    cause = smallest(
        list(_locks(case.clash.rules)),
        lambda fewer: _hold_with(case.clash, fewer, timed, case.areas) == "no",
    )
    every = list(_locks(case.problem.rules))
    if can_hold(without(case.problem, ("sites",)), case.watch) == "no":
        told = names([_lock(case.problem, lock) for lock in cause])
        return f"Unlock some of: {told}; {NOT_ALONE}."
    single = [
        lock
        for lock in cause[:TRIED]
        if _hold_with(case.problem, [each for each in every if each != lock], case.watch) == "yes"
    ]
    if single:
        told = " or ".join(_lock(case.problem, lock) for lock in single)
        return f"Unlock {told}."
    if len(cause) < len(every):
        return f"Unlock some of: {names([_lock(case.problem, lock) for lock in cause])}."
    return "Unlock some of them (sites)."


Lock = tuple[str, Any]  # the rule that holds it, and site, site and service, or site and format


def _locks(rules: Rules) -> Iterator[Lock]:
    for key in OFF["sites"]:
        held = getattr(rules, key) or ()
        each = held.items() if isinstance(held, Mapping) else held
        yield from ((key, where) for where in sorted(each))


def _hold_with(
    problem: PlanningProblem,
    left: Sequence[Lock],
    watch: Watch,
    areas: tuple[int, ...] = (),
) -> Holds:
    """Whether a plan is possible with only these locks."""
    changes: dict[str, Any] = {
        key: frozenset(each for name, each in left if name == key) for key in OFF["sites"]
    }
    changes["locked_format"] = dict(changes["locked_format"]) or None
    return can_hold(with_rules(problem, **changes), watch, floor_areas=areas or None)


def _lock(problem: PlanningProblem, lock: Lock) -> str:
    key, where = lock
    if key in ("locked_open", "locked_closed"):
        return f"{problem.site_ids[where]} (sites.{key.removeprefix('locked_')})"
    site, other = where
    if key == "locked_format":
        return f"the format of {problem.site_ids[site]} (sites.formats)"
    kind = "offer" if key == "locked_offered" else "withhold"
    return f"{problem.service_ids[other]} at {problem.site_ids[site]} (sites.{kind})"


def mix(case: Case) -> str:
    """Services that the plan may choose."""
    more = f"; {NOT_ALONE}" if case.holds(mix="free") == "no" else ""
    return f"Let the plan choose the services (rules.mix = free){more}."


def existing(case: Case, cause: Sequence[int]) -> str:
    """Branches of which one is enough to close, or the rule that lets them change or close."""
    rules, ids = case.problem.rules, case.problem.site_ids
    close = "Let existing branches close (rules.existing = may_close)"
    may_close = case.holds(existing="may_close")
    if may_close == "no":
        return f"{close}; {NOT_ALONE}."
    helps = []
    single = [
        ids[j]
        for j in list(cause)[:TRIED]
        if case.holds(locked_closed=rules.locked_closed | {j}, locked_open=rules.locked_open - {j})
        == "yes"
    ]
    if single:
        helps.append(f"Close {' or '.join(single)} (sites.closed).")
    if rules.existing == "keep" and case.holds(existing="may_change") == "yes":
        helps.append("Let existing branches change their services (rules.existing = may_change).")
    return OR.join([*helps, f"{close}."])
