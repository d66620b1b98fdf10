"""The least change about duplicates, locks and today's branches that makes a plan possible."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from planner.optimize.explain.case import Case, smallest
from planner.optimize.explain.finding import first_that
from planner.optimize.explain.groups import OFF, with_rules, without
from planner.optimize.explain.helping import NOT_ALONE, Help, alone, change, either
from planner.optimize.explain.phrases import names
from planner.optimize.explain.proofs import Holds, can_hold, least
from planner.optimize.explain.watch import Watch
from planner.plan import Change
from planner.problem import PlanningProblem, Rules

TRIED = 6  # changes of one kind that are tried one by one


# -- duplicates ----------------------------------------------------------------------------


def duplicates(case: Case) -> Help:
    """How many duplicates are needed, and a separation that needs none."""
    need = least(without(case.problem, ("duplicates.rule",)), "duplicates", case.watch)
    if need.value is None:
        more = f"; {NOT_ALONE}" if need.holds == "no" else ""
        return Help(
            f"Price or allow duplicates (duplicates.rule), or use a smaller separation{more}."
        )
    said = "one duplicate" if need.value == 1 else f"{need.value} duplicates"
    text = f"Allow {said} (duplicates.rule = cap, max = {need.value}), or give them a price."
    near = _separation(case)
    allowed = Help(text, (*change("cap", to=need.value), *change("price")))
    return either([allowed] if near is None else [allowed, near])


def _separation(case: Case) -> Help | None:
    """The largest whole number of kilometres that is possible, where one holds everywhere."""
    problem = case.problem
    stated = problem.separation_km[problem.separation_km >= 0]
    if stated.size == 0 or stated.min() != stated.max() or (problem.separation_min >= 0).any():
        return None
    now = math.ceil(float(stated.max()))

    def holds(less: int, watch: Watch) -> Holds:
        nearer = np.minimum(problem.separation_km, now - less)
        return can_hold(replace(problem, separation_km=nearer), watch)

    less = first_that(holds, 1, now, case.watch)
    if less is None:
        return None
    km = now - less.value
    is_everywhere = stated.size == problem.separation_km.size
    text = f"A separation of {km} km is enough{less.words}."
    return Help(text, change("separation", to=km) if is_everywhere and km > 0 else ())


# -- sites ---------------------------------------------------------------------------------


def locks(case: Case) -> Help:
    """The locks that clash, and those of them of which one is enough to take back."""
    timed = case.watch.part(0.5)
    cause = smallest(
        list(_locks(case.clash.rules)),
        lambda fewer: _hold_with(case.clash, fewer, timed, case.areas) == "no",
    )
    every = list(_locks(case.problem.rules))
    if can_hold(without(case.problem, ("sites",)), case.watch) == "no":
        told = names([_lock(case.problem, lock) for lock in cause])
        return Help(f"Unlock some of: {told}; {NOT_ALONE}.")
    single = [
        lock
        for lock in cause[:TRIED]
        if _hold_with(case.problem, [each for each in every if each != lock], case.watch) == "yes"
    ]
    if single:
        told = " or ".join(_lock(case.problem, lock) for lock in single)
        taken = tuple(each for lock in single for each in _unlocked(case.problem, lock))
        return Help(f"Unlock {told}.", taken)
    if len(cause) < len(every):
        return Help(f"Unlock some of: {names([_lock(case.problem, lock) for lock in cause])}.")
    return Help("Unlock some of them (sites).")


def _unlocked(problem: PlanningProblem, lock: Lock) -> tuple[Change, ...]:
    """The change that takes one lock back."""
    key, where = lock
    if key in ("locked_open", "locked_closed"):
        return change("unlock", rule=key.removeprefix("locked_"), site=problem.site_ids[where])
    site, other = where
    if key == "locked_format":
        return change("unlock", rule="formats", site=problem.site_ids[site])
    rule = "offer" if key == "locked_offered" else "withhold"
    names_of = {"site": problem.site_ids[site], "service": problem.service_ids[other]}
    return change("unlock", rule=rule, **names_of)


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


def mix(case: Case) -> Help:
    """Services that the plan may choose."""
    text = "Let the plan choose the services (rules.mix = free)"
    return alone(case.holds(mix="free"), text, change("mix", to="free"))


def existing(case: Case, cause: Sequence[int]) -> Help:
    """Branches of which one is enough to close, or the rule that lets them change or close."""
    rules, ids = case.problem.rules, case.problem.site_ids
    close = "Let existing branches close (rules.existing = may_close)"
    may_close = case.holds(existing="may_close")
    if may_close == "no":
        return Help(f"{close}; {NOT_ALONE}.")
    helps = []
    single = [
        ids[j]
        for j in list(cause)[:TRIED]
        if case.holds(locked_closed=rules.locked_closed | {j}, locked_open=rules.locked_open - {j})
        == "yes"
    ]
    if single:
        taken = tuple(each for site in single for each in change("close", site=site))
        helps.append(Help(f"Close {' or '.join(single)} (sites.closed).", taken))
    if rules.existing == "keep" and case.holds(existing="may_change") == "yes":
        text = "Let existing branches change their services (rules.existing = may_change)."
        helps.append(Help(text, change("existing", to="may_change")))
    return either([*helps, alone(may_close, close, change("existing", to="may_close"))])
