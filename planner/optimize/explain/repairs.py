"""The least change of numbers, money, floors and capacity that makes a plan possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.optimize.explain.arithmetic import floor_of
from planner.optimize.explain.case import Case
from planner.optimize.explain.finding import first_that
from planner.optimize.explain.groups import with_rules, without
from planner.optimize.explain.helping import NOT_ALONE, OR, Help, alone, change, either
from planner.optimize.explain.phrases import many, money, names
from planner.optimize.explain.proofs import can_hold, least
from planner.plan import Change
from planner.problem import PlanningProblem, Rules

FLOORS = "rules.branches_per_area"
TRIED = 6  # changes of one kind that are tried one by one


# -- numbers of branches and money ---------------------------------------------------------


def count(case: Case) -> Help:
    """Which numbers are possible with the other rules, and how many branches must be new."""
    rules = case.problem.rules
    helps = []
    if rules.new_max is not None:
        new = least(with_rules(case.problem, new_max=None), "new", case.watch)
        if new.value is not None and new.value > rules.new_max:
            more = new.value - rules.new_max
            text = f"Allow {many(new.value, 'new branch')}, {more} more (rules.branches.new_max)."
            helps.append(Help(text, change("new", to=new.value)))
    counts = {"branches_min": None, "branches_max": None}
    for changes in (counts, {**counts, "new_max": None}):
        free = with_rules(case.problem, **changes)
        fewest = least(free, "fewest", case.watch)
        most = least(free, "most", case.watch)
        if fewest.value is None or most.value is None:
            continue
        few, top = fewest.value, -most.value
        span = f"{few} to {top}" if few != top else f"{few}"
        text = f"With the other rules the number of branches can be {span}{_by(rules, few, top)}."
        helps.append(Help(text, _count_change(rules, few, top, is_new_free=changes is not counts)))
        break
    if (
        not helps
        and least(without(case.problem, ("rules.branches",)), "fewest", case.watch).holds == "no"
    ):
        return Help(f"Of the number of branches, {NOT_ALONE}.")
    return either(helps)


def _count_change(rules: Rules, few: int, top: int, *, is_new_free: bool) -> tuple[Change, ...]:
    """The number nearest to what is asked for; nothing where that is not what is in the way."""
    if rules.branches_max is not None and rules.branches_max < few:
        to = few
    elif rules.branches_min is not None and rules.branches_min > top:
        to = top
    else:
        return ()
    return change("branches", to=to, is_new_free=is_new_free)


def _by(rules: Rules, few: int, top: int) -> str:
    """How far the limits are from what is possible."""
    if rules.branches_max is not None and rules.branches_max < few:
        return f": {few - rules.branches_max} more"
    if rules.branches_min is not None and rules.branches_min > top:
        return f": {rules.branches_min - top} fewer"
    return ""


def budget(case: Case, group: str, what: str) -> Help:
    """The least money that the other rules need."""
    need = least(without(case.problem, (group,)), what, case.watch)
    if need.value is not None:
        return Help(
            f"{money(need.value, case.problem.currency)} is enough for the other rules ({group}).",
            change("budget", rule=group, to=need.value),
        )
    if need.holds == "unknown":
        return Help(f"Raise it ({group}).")
    need = least(without(case.clash, (group,)), what, case.watch)
    least_cost = "" if need.value is None else money(need.value, case.problem.currency)
    more = f"At least {least_cost} is needed; " if least_cost else ""
    return Help(f"{more}more money alone does not help, because other rules clash as well.")


# -- floors --------------------------------------------------------------------------------


def floor(case: Case, short: dict[int, int]) -> Help:
    """Lower floors that are enough, and sites that are missing where there are too few.

    Args:
        case: The case.
        short: Sites that could be a branch, in areas with fewer of them than the floor.
    """
    problem = case.problem
    helps = []
    if short:
        needed = [f"{floor_of(problem, c) - sites} in {case.area(c)}" for c, sites in short.items()]
        helps.append(Help(f"Add candidate sites, at least {names(needed)}."))
    if can_hold(without(problem, (FLOORS,)), case.watch) == "no":
        helps.append(Help(f"Lower the floor ({FLOORS}); {NOT_ALONE}."))
        return either(helps)
    lower = next(_lower_floors(case), None)
    helps += [lower] if lower else []
    return either(helps, f"Lower the floor ({FLOORS}).")


def _lower_floors(case: Case) -> Iterator[Help]:
    rules = case.problem.rules
    named = dict(rules.floor_areas or {})
    for c in case.areas[:TRIED]:
        now = named.get(c, rules.floor_branches)
        for lower in range(now - 1, -1, -1):
            if case.holds(floor_areas={**named, c: lower}) == "yes":
                yield Help(
                    f"A floor of {lower} instead of {now} in {case.area(c)} is enough "
                    "(rules.branches_per_area.areas).",
                    change("floor_area", area=case.problem.area_codes[c], to=lower),
                )
                break
    if rules.floor_branches:
        now = rules.floor_branches
        for lower in range(now - 1, -1, -1):
            if case.holds(floor_branches=lower) == "yes":
                yield Help(
                    f"A floor of {lower} instead of {now} is enough (rules.branches_per_area).",
                    change("floor", to=lower),
                )
                break
    for s, now in sorted((rules.floor_services or {}).items()):
        for lower in range(now - 1, -1, -1):
            if case.holds(floor_services={**(rules.floor_services or {}), s: lower}) == "yes":
                service = case.problem.service_ids[s]
                yield Help(
                    f"A floor of {lower} instead of {now} for {service} is enough "
                    "(rules.branches_per_area.services).",
                    change("floor_service", service=service, to=lower),
                )
                break


# -- capacity ------------------------------------------------------------------------------


def capacity(case: Case) -> Help:
    """By how much every branch's capacity must grow, and the rule that lets it be missed."""
    soft = "Let capacity be missed where it must (rules.capacity = soft)"
    is_enough = case.holds(capacity="soft")
    if is_enough == "no":
        return Help(f"{soft}; {NOT_ALONE}.")
    changes = change("capacity", to="soft") if is_enough == "yes" else ()
    grown = first_that(
        lambda more, watch: can_hold(_grown(case.problem, more), watch), 1, 1000, case.watch
    )
    if grown is None:
        return Help(f"{soft}.", changes)
    more = f"{grown.value} % more capacity at every site is enough{grown.words}"
    return Help(f"{soft}.{OR}{more}.", changes)


def _grown(problem: PlanningProblem, percent_more: int) -> PlanningProblem:
    """The problem with more capacity at every site, in visits and in counter minutes."""
    factor = 1 + percent_more / 100
    return replace(
        problem,
        capacity_visits=problem.capacity_visits * factor,
        counter_minutes_per_year=problem.counter_minutes_per_year * factor,
    )


def assignment(case: Case) -> Help:
    """Visits that may be split."""
    text = "Let visits be split over branches (rules.assignment = split)"
    return alone(case.holds(assignment="split"), text, change("assignment", to="split"))
