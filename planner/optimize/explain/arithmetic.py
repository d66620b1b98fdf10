"""Clashes that sums alone show, in milliseconds, with their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.optimize.cliques import counter_minutes
from planner.optimize.explain.groups import STANDARDS
from planner.optimize.explain.phrases import many, money, names, percent, whole_visits
from planner.optimize.money import capital_by_format
from planner.optimize.sets import ModelSets, model_sets
from planner.optimize.standards import people_counted, visits_needed
from planner.problem import PlanningProblem, Standard

ROUNDING = 1e-9  # relative


@dataclass(frozen=True, slots=True)
class Sum:
    """A clash that needs no solver: the groups that cannot hold together, and why, in words.

    `groups` may hold more than the clash needs; the first is the one the sentence belongs to.
    """

    groups: tuple[str, ...]
    text: str


def sums(problem: PlanningProblem) -> Iterator[Sum]:
    """Every clash that sums alone show, the plainest first; each is exact."""
    sets = model_sets(problem)
    for check in _CHECKS:
        yield from check(problem, sets)


def floor_of(problem: PlanningProblem, area: int) -> int:
    """Least branches in an area by the floors; a floor of a service is one of branches too."""
    rules = problem.rules
    services = max((rules.floor_services or {}).values(), default=0)
    return max((rules.floor_areas or {}).get(area, rules.floor_branches), services)


FLOORS, SITES, EXISTING = "rules.branches_per_area", "sites", "rules.existing"
FIXED = (SITES, "rules.mix", EXISTING)  # what opens, closes or limits sites before any choice


def _locks(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    """What must be and cannot."""
    for j in np.flatnonzero(sets.least_open & ~sets.most_open).tolist():
        text = f"{problem.site_ids[j]} must be open, and nothing that may be open is left there."
        yield Sum(FIXED, text)
    for j, s in np.argwhere(sets.least_offered & ~sets.most_offered).tolist():
        if sets.most_open[j]:
            service = problem.service_ids[s]
            yield Sum(FIXED, f"{problem.site_ids[j]} must offer {service}, and may not.")


def _sites_for_floors(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    usable = np.bincount(problem.site_area[sets.most_open], minlength=len(problem.area_codes))
    floors = [floor_of(problem, c) for c in range(usable.size)]
    short = [c for c, floor in enumerate(floors) if usable[c] < floor]
    if short:
        told = [f"{_area(problem, c)} ({usable[c]} of {floors[c]})" for c in short]
        yield Sum((FLOORS, *FIXED), f"Too few sites could be a branch in {names(told)}.")


def _count_for_floors(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    """Branches that must be there already exceed the number that may be."""
    rules = problem.rules
    certain = np.bincount(problem.site_area[sets.least_open], minlength=len(problem.area_codes))
    floors = [floor_of(problem, c) for c in range(certain.size)]
    needed = sum(max(floor, int(there)) for floor, there in zip(floors, certain, strict=True))
    if rules.branches_max is not None and needed > rules.branches_max:
        text = f"What must be open and the floors come to {many(needed, 'branch')} at the least."
        yield Sum(("rules.branches", FLOORS, *FIXED), text)
    usable = int(sets.most_open.sum())
    if rules.branches_min is not None and usable < rules.branches_min:
        yield Sum(("rules.branches", *FIXED), f"Only {many(usable, 'site')} could be a branch.")


def _money_for_floors(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    """The least that certain branches, floors and the least number of branches cost."""
    rules = problem.rules
    capital = capital_by_format(problem)
    begins = problem.offering_capital_kes
    given_up = int(problem.closing_kes[problem.existing & ~sets.most_open].sum())
    for group, limit, costs, offering, constant, when in (
        ("rules.annual_kes", rules.annual_max_kes, problem.branch_annual_kes,
         problem.offering_annual_kes, 0, "a year"),
        ("rules.capital_kes", rules.capital_max_kes, capital, begins, given_up, "once"),
    ):  # fmt: skip
        if limit is None:
            continue
        needed = constant + _least_cost(problem, sets, costs, offering)
        if needed > limit:
            cost = money(needed, problem.currency)
            text = f"What the other rules ask for costs {cost} {when} at the least."
            counted = ("rules.branches",) if rules.branches_min else ()
            yield Sum((group, *counted, FLOORS, *FIXED), text)


def _least_cost(
    problem: PlanningProblem,
    sets: ModelSets,
    costs: NDArray[np.int64],
    offering: NDArray[np.int64],
) -> int:
    """What a network that keeps floors and the least number of branches costs, or less."""
    free = offering.copy()
    if offering is problem.offering_capital_kes:
        free = np.where(problem.today & problem.existing[:, None], 0, offering)
    by_format = np.where(sets.most_format, costs, np.iinfo(np.int64).max)
    branch = by_format.min(axis=1, initial=np.iinfo(np.int64).max)
    certain = np.where(sets.least_offered, free, 0).sum(axis=1)
    could = np.where(sets.most_offered, free, np.iinfo(np.int64).max)
    some = np.where(sets.least_offered.any(axis=1), certain, could.min(axis=1, initial=0))
    each = np.where(sets.most_open, branch.clip(max=10**17) + some.clip(max=10**17), 10**18)
    total, taken = 0, sets.least_open.copy()
    total += int(each[taken & sets.most_open].sum())
    for c in range(len(problem.area_codes)):
        inside = problem.site_area == c
        more = floor_of(problem, c) - int((taken & inside).sum())
        cheapest = np.flatnonzero(inside & ~taken & sets.most_open)
        cheapest = cheapest[np.argsort(each[cheapest], kind="stable")][: max(0, more)]
        taken[cheapest] = True
        total += int(each[cheapest].sum())
    more = (problem.rules.branches_min or 0) - int(taken.sum())
    cheapest = np.sort(each[~taken & sets.most_open])[: max(0, more)]
    return total + int(cheapest.sum())


def quickest(
    problem: PlanningProblem, sets: ModelSets, standard: Standard
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Minutes to the nearest site that could serve each visit of a standard, and the visits.

    Both of shape (I * B,), quickest first; inf where there is none.
    """
    counted = np.where(people_counted(problem, standard), problem.visits, 0.0)
    minutes = np.where(np.isfinite(problem.impedance), problem.minutes, np.inf)
    nearest = np.full(counted.shape, np.inf)
    for b in range(len(problem.visit_type_ids)):
        able = sets.able(tuple(np.flatnonzero(problem.needs[b]).tolist()))
        nearest[:, b] = minutes[:, able].min(axis=1, initial=np.inf)
    order = np.argsort(nearest, axis=None, kind="stable")
    return nearest.ravel()[order], counted.ravel()[order]


def best_share(problem: PlanningProblem, sets: ModelSets, standard: Standard) -> float:
    """The share of a standard's visits that have any site near enough."""
    minutes, visits = quickest(problem, sets, standard)
    return float(visits[minutes <= standard.within_min].sum()) / float(visits.sum())


def best_minutes(problem: PlanningProblem, sets: ModelSets, standard: Standard) -> float:
    """Minutes within which the share of a standard has any site; inf where it never has."""
    minutes, visits = quickest(problem, sets, standard)
    enough = np.cumsum(visits) >= standard.share * visits.sum() * (1 - ROUNDING)
    return float(minutes[enough.argmax()]) if enough.any() else np.inf


def out_of_reach(problem: PlanningProblem, standards: Iterable[Standard]) -> Iterator[Standard]:
    """The hard ones of some standards that even all sites together cannot keep."""
    sets = model_sets(problem)
    for each in standards:
        if each.is_hard and visits_needed(problem, each) > 0:
            share = best_share(problem, sets, each)
            if share < each.share * (1 - ROUNDING):
                yield each


def _near_enough(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    """Standards that even all sites together cannot reach."""
    short: dict[tuple[int, float], list[str]] = {}
    for each in out_of_reach(problem, problem.rules.standards):
        where = "" if each.area is None else f" in {_area(problem, each.area)}"
        told = short.setdefault((each.service, each.within_min), [])
        told.append(f"{percent(best_share(problem, sets, each))}{where}")
    for (s, within), shares in short.items():
        service = problem.service_ids[s]
        yield Sum(
            (STANDARDS + service, *FIXED),
            f"Of the {service} visits, only {names(shares)} have any site within {within:g} min "
            "that could serve them.",
        )


def _neighbours_with_floors(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    """Two areas that both need a service, and all whose sites are duplicates of one another."""
    rules = problem.rules
    if rules.duplicates not in ("forbid", "cap"):
        return
    if rules.duplicates == "cap" and rules.duplicates_max > 0:
        return
    allowed = {(each.service, each.sites): each.allowed for each in sets.cliques}
    for s in range(len(problem.service_ids)):
        alone = len(problem.service_ids) == 1
        areas = [
            c
            for c in range(len(problem.area_codes))
            if ((rules.floor_services or {}).get(s, 0) or (alone and floor_of(problem, c)))
        ]
        where = {
            c: np.flatnonzero((problem.site_area == c) & sets.most_open & sets.most_offered[:, s])
            for c in areas
        }
        for n, c in enumerate(areas):
            for d in areas[n + 1 :]:
                both = {*where[c].tolist(), *where[d].tolist()}
                told = where[c].size and where[d].size
                if told and any(
                    service == s and most == 1 and both <= set(sites)
                    for (service, sites), most in allowed.items()
                ):
                    text = (
                        f"All sites for {problem.service_ids[s]} in {_area(problem, c)} and "
                        f"{_area(problem, d)} are duplicates of one another, and both areas "
                        "must have one."
                    )
                    yield Sum((FLOORS, "duplicates.rule", *FIXED), text)


def _capacity(problem: PlanningProblem, sets: ModelSets) -> Iterator[Sum]:
    """Visits and counter minutes asked for, and what all branches, or the most allowed, serve."""
    rules = problem.rules
    if rules.capacity != "hard":
        return
    reach = np.isfinite(problem.impedance)
    demanded = np.zeros_like(problem.visits)
    for b in range(len(problem.visit_type_ids)):
        could = sets.could_complete(tuple(np.flatnonzero(problem.needs[b]).tolist()))
        demanded[:, b] = problem.visits[:, b] * (reach & could).any(axis=1)
    most = int(sets.most_open.sum())
    if rules.branches_max is not None:
        most = min(most, rules.branches_max)
    minutes = counter_minutes(problem)
    for what, asked, limit, show in (
        ("visits", float(demanded.sum()), problem.capacity_visits, whole_visits),
        ("counter minutes", float((demanded @ problem.visit_minutes).sum()), minutes, whole_visits),
    ):
        each = np.where(sets.most_format, limit, 0.0).max(axis=1)
        each = np.where(sets.most_open, each, 0.0)
        for count, who in (
            (each.size, "All sites together"),
            (most, f"The {most} largest of the sites, as many as may be open,"),
        ):
            served = float(np.sort(each)[::-1][:count].sum())
            if served < asked * (1 - ROUNDING):
                few = () if count == each.size else ("rules.branches",)
                yield Sum(
                    ("rules.capacity", *few, *FIXED),
                    f"{who} can serve {show(served)} {what} a year; {show(asked)} are asked for.",
                )
                break


def _area(problem: PlanningProblem, area: int) -> str:
    return (problem.area_names or problem.area_codes)[area]


_CHECKS: tuple[Callable[[PlanningProblem, ModelSets], Iterator[Sum]], ...] = (
    _locks,
    _sites_for_floors,
    _near_enough,
    _capacity,
    _money_for_floors,
    _count_for_floors,
    _neighbours_with_floors,
)
