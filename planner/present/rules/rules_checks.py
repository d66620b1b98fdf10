"""What simple arithmetic sees of rules before any search: certain clashes, and likely ones.

A check is certain only where no plan at all can keep the rules: every figure in it is a bound that
favours a plan (the cheapest sites, the largest formats, every site open at once).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.present.rules.rules_ground import Bools, Ground, Ints
from planner.problem import PlanningProblem, Standard

_CLOSE_TO_ALL = 0.02  # a standard so near to what all sites together reach
_NEARLY_FULL = 0.85


@dataclass(frozen=True, slots=True)
class Check:
    """What a check has found.

    Attributes:
        name: Of its sentence, which says what would help.
        is_certain: No plan can keep the rules; else a plan is only unlikely, or a hard search.
        money: Amounts that the sentence names; likewise `counts` and `shares`.
        areas: Positions of areas; likewise `services` and `sites`.
    """

    name: str
    is_certain: bool
    money: Mapping[str, int]
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    areas: tuple[int, ...] = ()
    services: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()


def _found(name: str, *, certain: bool = True, **told: Any) -> Check:
    """A check; amounts end in `_kes`, shares in `_share`."""
    places = {key: told.pop(key) for key in ("areas", "services", "sites") if key in told}
    money = {key: told.pop(key) for key in list(told) if key.endswith("_kes")}
    shares = {key: told.pop(key) for key in list(told) if key.endswith("_share")}
    return Check(name, certain, money, told, shares, **places)


def checks(problem: PlanningProblem) -> tuple[Check, ...]:
    """Every check that has something to say of a problem's rules, certain ones first."""
    ground = Ground(problem)
    found = [
        *_counts(ground),
        *_floors(ground),
        *_money(ground),
        *_divisions(ground),
        *_standards(ground),
        *_capacity(ground),
        *_locked_duplicates(ground),
        *_near_areas(ground),
    ]
    return tuple(sorted(found, key=lambda each: not each.is_certain))


def _counts(ground: Ground) -> Iterator[Check]:
    rules, room = ground.problem.rules, int(ground.could_open.sum())
    if rules.branches_max is not None and ground.least > rules.branches_max:
        yield _found("count", least=ground.least, count=rules.branches_max)
    elif ground.least > room:
        yield _found("room", least=ground.least, count=room)
    if rules.new_max is not None and ground.least_new > rules.new_max:
        yield _found("new", least=ground.least_new, count=rules.new_max)
    shut = np.flatnonzero(ground.must & ~ground.could_open)
    if shut.size:
        yield _found("shut", sites=tuple(shut.tolist()))


def _floors(ground: Ground) -> Iterator[Check]:
    room = ground.by_area(ground.could_open)
    if (short := np.flatnonzero(room < ground.floor)).size:
        yield _found("no_site", floor=int(ground.floor[short].max()), areas=tuple(short.tolist()))
    for s, floor in (ground.problem.rules.floor_services or {}).items():
        able = ground.by_area(ground.could_offer[:, s])
        if (short := np.flatnonzero(able < floor)).size:
            yield _found("no_offer", floor=floor, areas=tuple(short.tolist()), services=(s,))


# -- money ---------------------------------------------------------------------------------


def _money(ground: Ground) -> Iterator[Check]:
    problem, rules = ground.problem, ground.problem.rules
    for name, most, branch, offering in (
        ("annual", rules.annual_max_kes, problem.branch_annual_kes, problem.offering_annual_kes),
        ("capital", rules.capital_max_kes, problem.capital_kes, problem.offering_capital_kes),
    ):
        if most is None:
            continue
        sites = ground.cheapest(branch)
        there = int(sites[ground.must].sum() + offering[ground.offered].sum())
        if name == "capital":
            there += int(problem.closing_kes[problem.existing & ground.closed].sum())
        told: dict[str, Any] = {"n": ground.least_new, "most_kes": most}
        extra = _new_cost(ground, sites, offering)
        if there > most:
            yield _found(f"{name}_today", cost_kes=there, **told)
        elif there + extra > most:
            yield _found(f"{name}_new", cost_kes=there + extra, **told)
        elif ground.least_new and (typical := _typical(ground, branch, offering)):
            cost = there + typical * ground.least_new
            if cost > most:
                yield _found(
                    f"{name}_tight", certain=False, cost_kes=cost, each_kes=typical, **told
                )


def _new_cost(ground: Ground, sites: Ints, offering: Ints) -> int:
    """What the new branches cost at least that a plan has beyond those that are locked open."""
    free = ground.fresh & ~ground.must
    more = ground.least_new - int((ground.must & ~ground.problem.existing).sum())
    if more <= 0 or not free.any():
        return 0
    one = np.where(ground.could_offer, offering, np.iinfo(np.int64).max)[free].min(axis=1)
    return int(np.sort(sites[free] + one)[:more].sum())


def _typical(ground: Ground, branch: Ints, offering: Ints) -> int:
    """What a new branch costs in the middle with what is asked for most."""
    if not ground.fresh.any():
        return 0
    problem = ground.problem
    most = int(problem.visits.sum(axis=0).argmax())
    cost = ground.cheapest(branch) + offering[:, problem.needs[most]].sum(axis=1)
    return int(np.median(cost[ground.fresh]))


def _divisions(ground: Ground) -> Iterator[Check]:
    problem, rules = ground.problem, ground.problem.rules
    for name, budgets, offering in (
        ("annual", rules.division_annual_max_kes, problem.offering_annual_kes),
        ("capital", rules.division_capital_max_kes, problem.offering_capital_kes),
    ):
        for division, most in (budgets or {}).items():
            theirs = problem.service_division == division
            cost = int(np.where(ground.offered, offering, 0)[:, theirs].sum())
            if cost > most:
                services = tuple(np.flatnonzero(theirs).tolist())
                yield _found(f"division_{name}", cost_kes=cost, most_kes=most, services=services)


# -- standards and capacity ----------------------------------------------------------------


def reachable(ground: Ground, standard: Standard) -> float | None:
    """The share of a standard's visits that would be in time with every site open; None for none.

    A bound for every plan: each visit needs a site that may offer all it asks for.
    """
    problem = ground.problem
    kinds = np.flatnonzero(problem.does[:, standard.service])
    here = np.ones(len(problem.point_ids), dtype=np.bool_)
    if standard.area is not None:
        here = problem.point_area == standard.area
    near = problem.minutes[here] <= standard.within_min
    total = reached = 0.0
    for b in kinds.tolist():
        able = ground.could_offer[:, problem.needs[b]].all(axis=1)
        visits = problem.visits[here, b]
        total += float(visits.sum())
        reached += float(visits[near[:, able].any(axis=1)].sum())
    return reached / total if total > 0 else None


def _standards(ground: Ground) -> Iterator[Check]:
    beyond: dict[tuple[int, bool], list[tuple[Standard, float]]] = {}
    for standard in ground.problem.rules.standards:
        best = reachable(ground, standard)
        if best is None or best >= standard.share + _CLOSE_TO_ALL:
            continue
        is_certain = standard.is_hard and best < standard.share * (1 - 1e-9)
        if is_certain or best < 1.0:
            beyond.setdefault((standard.service, is_certain), []).append((standard, best))
    for (service, is_certain), found in beyond.items():
        worst, best = min(found, key=lambda each: each[1] - each[0].share)
        areas = tuple(each.area for each, _ in found if each.area is not None)
        kind = "standard_far" if is_certain else "standard_near" if worst.is_hard else "soft_far"
        yield _found(
            kind,
            certain=is_certain,
            best_share=best,
            asked_share=worst.share,
            minutes=round(worst.within_min),
            services=(service,),
            areas=areas,
        )


def room_and_load(ground: Ground) -> tuple[float, float]:
    """What all branches of a plan can serve a year at most, and what comes, in the scarcer unit.

    Counter minutes where every site has counters, else visits; infinite room where neither is
    given.
    """
    problem, rules = ground.problem, ground.problem.rules
    counters, year = ground.largest(problem.counters), problem.counter_minutes_per_year
    minutes = np.where(np.isfinite(counters), counters, 0.0) * year
    minutes[~np.isfinite(counters)] = np.inf  # not known: it limits nothing
    visits = ground.largest(problem.capacity_visits)
    pairs = (
        (minutes, float(problem.visits.sum(axis=0) @ problem.visit_minutes)),
        (visits, float(problem.visits.sum())),
    )
    found = []
    for size, load in pairs:
        most = np.sort(np.where(ground.could_open, size, 0.0))[::-1]
        if rules.branches_max is not None:
            most = most[: rules.branches_max]
        found.append((float(most.sum()), load))
    return min(found, key=lambda each: each[0] / each[1] if each[1] else np.inf)


def _capacity(ground: Ground) -> Iterator[Check]:
    if ground.problem.rules.capacity == "off":
        return
    room, load = room_and_load(ground)
    if not np.isfinite(room) or load <= room * _NEARLY_FULL:
        return
    is_short, is_hard = load > room * (1 + 1e-9), ground.problem.rules.capacity == "hard"
    name = "capacity_short" if is_short else "capacity_full"
    share = load / room if room else np.inf
    yield _found(name, certain=is_short and is_hard, load_share=share)


# -- the same service close by -------------------------------------------------------------


def _near(problem: PlanningProblem) -> Bools:
    """Pairs of sites that are too near for a service, shape (S, J, J)."""
    near = (problem.site_km <= problem.separation_km) & (problem.separation_km >= 0)
    return np.asarray(
        near | ((problem.site_min <= problem.separation_min) & (problem.separation_min >= 0))
    )


def _locked_duplicates(ground: Ground) -> Iterator[Check]:
    """Two sites that must offer the same service too near one another; today's pairs may stay."""
    problem, rules = ground.problem, ground.problem.rules
    is_forbidden = rules.duplicates == "forbid" or (
        rules.duplicates == "cap" and rules.duplicates_max == 0
    )
    if not is_forbidden:
        return
    near, stand = _near(problem), problem.today & ground.stays[:, None]
    for s in range(len(problem.service_ids)):
        must = np.flatnonzero(ground.offered[:, s])
        pairs = near[s][np.ix_(must, must)] & ~np.outer(stand[must, s], stand[must, s])
        one, other = np.nonzero(np.triu(pairs, 1))
        if one.size:
            sites = (int(must[one[0]]), int(must[other[0]]))
            certain = not rules.justified_by_load
            yield _found("locked_near", certain=certain, sites=sites, services=(s,))


def _near_areas(ground: Ground) -> Iterator[Check]:
    """Areas that must each have a branch, and no two of whose sites are far enough apart."""
    problem, rules = ground.problem, ground.problem.rules
    if rules.duplicates != "forbid" or not (ground.floor > 0).any():
        return
    near = _near(problem).all(axis=0)
    inside = (problem.site_area[:, None] == np.arange(len(problem.area_codes))) & (
        ground.could_open[:, None]
    )
    too_near = inside.T.astype(np.int64) @ near.astype(np.int64) @ inside.astype(np.int64)
    size = inside.sum(axis=0)
    asked = (ground.floor > 0) & (size > 0)
    pairs = (too_near == np.outer(size, size)) & np.outer(asked, asked)
    one, other = np.nonzero(np.triu(pairs, 1))
    if one.size:
        areas = (int(one[0]), int(other[0]))
        yield _found("floors_near", certain=False, n=int(one.size), areas=areas)
