"""How often each service is offered against how often it is needed; branches beside the head."""

from __future__ import annotations

import math

import numpy as np

from planner.insight.duplicates.cover import fewest
from planner.insight.duplicates.ground import Ground
from planner.insight.duplicates.types import BranchAudit, ServiceAudit

_ROUNDING = 1e-9


def services_of(ground: Ground) -> tuple[ServiceAudit, ...]:
    """Every service that a branch offers or somebody needs, in the pack's order."""
    found = []
    for s in range(len(ground.problem.service_ids)):
        kinds = ground.problem.needs[:, s]
        if ground.offers[:, s].any() or (ground.problem.visits[:, kinds] > 0).any():
            found.append(_service(ground, s))
    return tuple(found)


def _service(ground: Ground, service: int) -> ServiceAudit:
    problem = ground.problem
    kinds = np.flatnonzero(problem.needs[:, service])
    visits = problem.visits[:, kinds]
    total, count = float(visits.sum()), int(ground.offers[:, service].sum())
    standard = ground.standard((service,))
    within = second = by_standard = None
    proved = True
    if total > 0:
        second = sum(second_in_time(ground, b, standard) for b in kinds.tolist()) / total
    if total > 0 and math.isfinite(standard):
        sets, weight = _reached(ground, service, standard)
        within = sum(weight) / total
        by_standard, proved = fewest(sets)
    by_load = _by_load(ground, service)
    needed = max(1, by_load or 0, by_standard or 0)
    return ServiceAudit(
        service=service,
        branches=count,
        visits=total,
        within=within,
        second=second,
        by_load=by_load,
        by_standard=by_standard,
        is_proved=proved,
        index=None if total <= 0 else count / needed if by_load is not None else None,
    )


def second_in_time(ground: Ground, kind: int, standard: float) -> float:
    """Yearly visits of a type that have a second branch in time beside the nearest."""
    first, second = (ground.near(kind)[:, n] for n in (0, 1))
    points = np.arange(first.size)
    there = np.where(second >= 0, ground.problem.minutes[points, second], np.inf)
    now = np.where(first >= 0, ground.problem.minutes[points, first], np.inf)
    in_time = (second >= 0) & ground.in_time(there, now, standard)
    return float(ground.problem.visits[in_time, kind].sum())


def _reached(
    ground: Ground, service: int, standard: float
) -> tuple[set[frozenset[int]], list[float]]:
    """For each place and visit type with a branch within the standard: which branches these are."""
    problem, sets, weight = ground.problem, set(), []
    for b in np.flatnonzero(problem.needs[:, service]).tolist():
        sites = np.flatnonzero(ground.able[:, b])
        who = np.flatnonzero(problem.visits[:, b] > 0)
        near = problem.minutes[np.ix_(who, sites)] <= standard
        has = near.any(axis=1)
        weight.append(float(problem.visits[who[has], b].sum()))
        kinds = np.unique(near[has], axis=0)
        sets |= {frozenset(sites[row].tolist()) for row in kinds}
    return sets, weight


def _by_load(ground: Ground, service: int) -> int | None:
    """So many of the largest free rooms are needed; a bound that does not ask who lives where."""
    problem, rooms, works = ground.problem, [], []
    minutes = problem.visit_minutes
    for j in np.flatnonzero(ground.offers[:, service]).tolist():
        rows = ground.rows([j], [service])
        own = float(ground.sent[rows].sum())
        work = float((ground.sent[rows] * minutes[ground.plan.assignment.visit_type[rows]]).sum())
        form = int(ground.plan.format[j])
        rooms.append(max(0.0, ground.most_visits(j, form) - (ground.visits_at[j] - own)))
        works.append(max(0.0, ground.most_work(j, form) - (ground.work_at[j] - work)))
    kinds = problem.needs[:, service]
    total = float(problem.visits[:, kinds].sum())
    work = float((problem.visits[:, kinds] @ minutes[kinds]).sum())
    needed = [_first(room, all_of) for room, all_of in ((rooms, total), (works, work))]
    return None if None in needed else max(n for n in needed if n is not None)


def _first(rooms: list[float], total: float) -> int | None:
    if total <= 0:
        return 0
    summed = np.cumsum(sorted(rooms, reverse=True))
    found = int(np.searchsorted(summed, total * (1 - _ROUNDING))) + 1
    return found if found <= len(rooms) else None


def head_office(ground: Ground) -> int | None:
    """The site that the reader names, where it is open; else the branch with most services.

    Of equals the one with most visits, then the first by id.
    """
    problem = ground.problem
    opened = np.flatnonzero(ground.offers.any(axis=1)).tolist()
    named = ground.limits.head_office
    if named in problem.site_ids and problem.site_ids.index(named) in opened:
        return problem.site_ids.index(named)
    return min(
        opened,
        key=lambda j: (
            -int(ground.offers[j].sum()), -float(ground.visits_at[j]), problem.site_ids[j],
        ),
        default=None,
    )  # fmt: skip


def branches_of(ground: Ground, head: int | None) -> tuple[BranchAudit, ...]:
    """Every other branch: how many of the head office's services it offers; the most first."""
    if head is None:
        return ()
    own = ground.offers[head]
    found = [
        BranchAudit(
            site=j,
            services=int(ground.offers[j].sum()),
            shared=int((ground.offers[j] & own).sum()),
            share=float((ground.offers[j] & own).sum() / own.sum()),
        )
        for j in np.flatnonzero(ground.offers.any(axis=1)).tolist()
        if j != head
    ]
    ids = ground.problem.site_ids
    return tuple(sorted(found, key=lambda each: (-each.share, -each.services, ids[each.site])))
