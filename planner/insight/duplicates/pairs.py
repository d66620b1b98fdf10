"""Each service at two branches close by: overlap, load, backup, worth, and the class they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.evaluate import DuplicatePair
from planner.insight.duplicates.ground import Ground, Ints
from planner.insight.duplicates.stopping import moved_rows, stop_of, useless_without
from planner.insight.duplicates.types import (
    ORDER,
    VERDICTS,
    Advice,
    GroupAudit,
    PairAudit,
    Reason,
    Stop,
)

_MOST_DAYS = 4.0  # a branch that could do with so many is open on fewer days


@dataclass(frozen=True, slots=True)
class _Room:
    """How the one that stays takes both: its use in its format, and the format that is enough."""

    used: float | None
    enlarged: int | None
    enlarged_kes: int
    is_enough: bool


class Pairs:
    """Judges pairs of one network; what is asked of a branch once is kept."""

    def __init__(self, ground: Ground, groups: Sequence[GroupAudit]) -> None:
        self._ground = ground
        self._members = {
            (s, each.site): each
            for group in groups
            for s in group.services
            for each in group.members
        }
        self._stops: dict[tuple[int, int], Stop] = {}

    def judged(self, pair: DuplicatePair) -> PairAudit:
        """The pair seen from the branch that could rather stop.

        That is the one that its group needs less; of equals the one that by itself passes more of
        the questions of `ORDER`, then where fewer are stranded, then where less travel is added,
        then where more money is saved, then the first by id.
        """
        ids = self._ground.problem.site_ids
        found = [
            self._one(pair, x, y)
            for x, y in ((pair.site_a, pair.site_b), (pair.site_b, pair.site_a))
        ]
        return min(
            found,
            key=lambda each: (
                -VERDICTS.index(each.verdict),
                -ORDER.index(each.reason),
                each.stop.stranded,
                each.stop.extra_min_per_year,
                -each.saved_kes,
                ids[each.stop.site],
            ),
        )

    def _one(self, pair: DuplicatePair, stops: int, stays: int) -> PairAudit:
        ground, s = self._ground, pair.service
        found = self._stops.get((s, stops))
        if found is None:
            with_it = useless_without(ground, stops, s)
            found = self._stops[s, stops] = stop_of(ground, stops, with_it)
        services = useless_without(ground, stops, s)
        room = self._room(stops, stays, services)
        overlap = self._overlap(stops, stays, s)
        before, after = self._backup(stops, stays, s)
        saved = found.saved_kes - room.enlarged_kes
        reason = (
            required(ground, stops, services)
            or _of_figures(ground, found, overlap, room)
            or of_worth(ground, found, saved)
            or of_backup(ground, after)
        )
        problem, form = ground.problem, ground.plan.format
        own, other = (float(ground.sent[ground.rows([j], [s])].sum()) for j in (stops, stays))
        member = self._members[s, stops]
        return PairAudit(
            service=s,
            stop=found,
            stays=stays,
            km=pair.km,
            minutes=pair.minutes,
            visits_stop=own,
            visits_stays=other,
            capacity_stop=float(problem.capacity_visits[stops, form[stops]]),
            capacity_stays=float(problem.capacity_visits[stays, form[stays]]),
            load_after=room.used,
            enlarged=room.enlarged,
            enlarged_kes=room.enlarged_kes,
            overlap=overlap,
            backup_now=before,
            backup_after=after,
            saved_kes=saved,
            reason=reason,
            verdict=member.verdict,
            advice=member.advice,
            services=services,
            separation_km=pair.separation_km,
            separation_min=pair.separation_min,
        )

    def _overlap(self, a: int, b: int, service: int) -> float:
        """Share of the smaller one's visits of the service that could be made at the other."""
        ground = self._ground
        rows = {j: ground.rows([j], [service]) for j in (a, b)}
        ids, load = ground.problem.site_ids, {j: float(ground.sent[rows[j]].sum()) for j in rows}
        small = min((a, b), key=lambda j: (load[j], ids[j]))
        other = b if small == a else a
        own = rows[small]
        if load[small] <= 0:
            return 1.0
        able = ground.able[other, ground.plan.assignment.visit_type[own]]
        there = ground.minutes_to(own, np.full(own.size, other))
        near = able & ground.in_time(there, ground.now(own), ground.standard((service,)))
        return float(ground.sent[own][near].sum()) / load[small]

    def _room(self, stops: int, stays: int, services: tuple[int, ...]) -> _Room:
        """Whether the one that stays has room for all of both, in its format or a larger one."""
        ground, problem = self._ground, self._ground.problem
        rows = moved_rows(ground, stops, services)
        kinds = ground.plan.assignment.visit_type[rows]
        visits = float(ground.visits_at[stays] + ground.sent[rows].sum())
        moved = float((ground.sent[rows] * problem.visit_minutes[kinds]).sum())
        work = float(ground.work_at[stays]) + moved
        own = int(ground.plan.format[stays])
        form = ground.fits(stays, visits, work, ground.formats(stays))
        used = ground.used(stays, visits, work)
        if form is None or form == own:
            return _Room(used, None, 0, form is not None)
        cost = problem.branch_annual_kes[stays]
        return _Room(used, form, int(cost[form]) - int(cost[own]), is_enough=True)

    def _backup(self, stops: int, stays: int, service: int) -> tuple[float, float]:
        """Share of both one's visits with another branch in time: now, and after the stop."""
        ground = self._ground
        rows = ground.rows((stops, stays), (service,))
        total = float(ground.sent[rows].sum())
        if total <= 0:
            return 1.0, 1.0
        standard, now = ground.standard((service,)), ground.now(rows)
        own = ground.plan.assignment.site[rows]
        first = ground.next_of(rows, own)
        before = ground.in_time(ground.minutes_to(rows, first), now, standard)
        goes = np.where(own == stops, first, own)
        second = ground.next_of(rows, stops, goes)
        then = np.where(goes >= 0, ground.minutes_to(rows, goes), np.inf)
        after = (goes >= 0) & ground.in_time(ground.minutes_to(rows, second), then, standard)
        return _share(ground, rows, before, total), _share(ground, rows, after, total)


def _share(ground: Ground, rows: Ints, which: np.ndarray, total: float) -> float:
    return float(ground.sent[rows][which].sum()) / total


# -- the questions, in the order of ORDER ---------------------------------------------------


def required(ground: Ground, site: int, services: tuple[int, ...]) -> Reason | None:
    """Whether the reader or the rules want the services at a branch, and which of them.

    That a site is always open lists it and is no such rule; neither is it that today's branches
    keep what they offer: both are what an audit looks at.
    """
    ids = ground.problem.site_ids[site]
    names = {ids, *(f"{ids}:{ground.problem.service_ids[s]}" for s in services)}
    if names & ground.limits.wanted:
        return "listed"
    if any((site, s) in ground.problem.rules.locked_offered for s in services):
        return "locked"
    return "floor" if breaks_floor(ground, frozenset({site}), services) else None


def breaks_floor(ground: Ground, sites: frozenset[int], services: tuple[int, ...]) -> bool:
    """Whether an area has fewer branches than the rules ask for once some sites stop."""
    problem, rules = ground.problem, ground.problem.rules
    area, gone = problem.site_area, np.isin(np.arange(len(problem.site_ids)), list(sites))
    left = ground.offers.copy()
    left &= ~(gone[:, None] & np.isin(np.arange(left.shape[1]), services)[None, :])
    for c in np.unique(area[gone]).tolist():
        here = area == c
        floors = rules.floor_areas or {}
        least = floors.get(c, rules.floor_branches)
        if (left[here].any(axis=1)).sum() < least <= ground.offers[here].any(axis=1).sum():
            return True
        for s, need in (rules.floor_services or {}).items():
            if left[here, s].sum() < need <= ground.offers[here, s].sum():
                return True
    return False


def _of_figures(ground: Ground, stop: Stop, overlap: float, room: _Room) -> Reason | None:
    if stop.stranded > 0:
        return "stranded"
    if overlap < ground.limits.overlap:
        return "own_customers"
    return None if room.is_enough else "load"


def of_worth(ground: Ground, stop: Stop, saved: int) -> Reason | None:
    """Whether customers would lose so much more than is saved that stopping does not pay."""
    loses = stop.customers_kes > 0 and stop.customers_kes >= ground.limits.worth * saved
    return "worth" if loses else None


def of_backup(ground: Ground, after: float) -> Reason:
    """Whether too few would keep a second branch; else nothing speaks for the doubling."""
    return "backup" if after < ground.limits.backup else "unnecessary"


def advice_of(ground: Ground, stop: Stop, reason: Reason) -> Advice:
    """What is proposed: keep what is needed; else by how far people go and how little work it is.

    Where people go little farther it is merged; else the branch works on fewer days, or by outreach
    where there is work for next to none. A backup may work on fewer days too, as far as its own
    work allows.
    """
    days = stop.days_a_week
    is_part_time = days is not None and days <= _MOST_DAYS
    if reason == "backup":
        return "fewer_days" if is_part_time else "keep"
    if reason != "unnecessary":
        return "keep"
    if stop.extra_min_mean is None or stop.extra_min_mean <= ground.limits.merge_min:
        return "merge"
    if days is not None and days <= ground.limits.outreach_days:
        return "outreach"
    return "fewer_days" if is_part_time else "merge"
