"""Where a branch that is not needed would do more: the site that saves customers most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.evaluate.cliques import close_sites
from planner.evaluate.flows import Bools, Floats
from planner.insight.duplicates.ground import Ground
from planner.insight.duplicates.types import GroupAudit, MemberAudit, Move


class Places:
    """Finds one place after the other; who is nearer to one is not counted for the next."""

    def __init__(self, ground: Ground, leaves: frozenset[int]) -> None:
        self._ground = ground
        self._stays: Bools = ground.plan.is_open.copy()
        self._stays[list(leaves)] = False
        problem, rules = ground.problem, ground.problem.rules
        self._free: Bools = ~ground.plan.is_open & problem.format_allowed.any(axis=1)
        self._free[sorted(rules.locked_closed)] = False
        self._kes = self._now(ground.kes)
        self._min = self._now(problem.minutes)

    def _now(self, cost: Floats) -> Floats:
        """What a visit of each place and type costs on average as the network stands, (I, B)."""
        ground, who = self._ground, self._ground.plan.assignment
        shape = ground.problem.visits.shape
        total, share = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (who.point, who.visit_type), who.share * cost[who.point, who.site])
        np.add.at(share, (who.point, who.visit_type), who.share)
        return np.where(share > 0, total / np.where(share > 0, share, 1.0), np.nan)

    def best(self, site: int) -> Move | None:
        """Where the branch at a site, with its services, would save customers most money.

        Only where that is at least its yearly cost there, and where it doubles no branch that
        stays. Visits that nobody can make today are not counted.
        """
        ground, problem = self._ground, self._ground.problem
        offers = ground.offers[site]
        able = [b for b in range(len(problem.visit_type_ids)) if offers[problem.needs[b]].all()]
        free = np.flatnonzero(self._free & ~self._doubles(offers))
        ratio = ground.limits.worth
        found: list[tuple[float, int, Move]] = []
        if not able or free.size == 0:
            return None
        visits = problem.visits[:, able]
        gains = np.zeros(free.size)
        for k, b in enumerate(able):
            less = self._kes[:, b][:, None] - ground.kes[:, free]
            gains += visits[:, k] @ np.where(less > 0, less, 0.0)
        for n, j in enumerate(free.tolist()):
            form = self._form(j, offers)
            if form is None:
                continue
            annual = int(problem.branch_annual_kes[j, form])
            annual += int(problem.offering_annual_kes[j, offers].sum())
            capital = int(problem.capital_kes[j, form])
            capital += int(problem.offering_capital_kes[j, offers].sum())
            gain = float(gains[n])
            if gain > 0 and gain >= ratio * annual:
                found.append((gain - ratio * annual, j, Move(j, 0.0, gain, capital, annual)))
        if not found:
            return None
        _, j, move = max(found, key=lambda each: (each[0], -each[1]))
        return self._take(j, able, move)

    def _take(self, site: int, able: list[int], move: Move) -> Move:
        """The place is taken: whoever is nearer to it goes there from now on."""
        ground, problem = self._ground, self._ground.problem
        saved = 0.0
        for b in able:
            nearer = ground.kes[:, site] < self._kes[:, b]  # never where there is no way now
            less = self._min[nearer, b] - problem.minutes[nearer, site]
            saved += float(problem.visits[nearer, b] @ less)
            self._kes[nearer, b] = ground.kes[nearer, site]
            self._min[nearer, b] = problem.minutes[nearer, site]
        self._free[site], self._stays[site] = False, True
        return replace(move, saved_min=saved)

    def _doubles(self, offers: Bools) -> Bools:
        """Sites at which a service would be within its separation of a branch that stays."""
        ground, found = self._ground, np.zeros(self._stays.size, dtype=np.bool_)
        for s in np.flatnonzero(offers).tolist():
            there = np.flatnonzero(self._stays & ground.offers[:, s])
            found |= close_sites(ground.problem, s)[:, there].any(axis=1)
        return found

    def _form(self, site: int, offers: Bools) -> int | None:
        """The cheapest format a year that the site may take and that may offer the services."""
        problem = self._ground.problem
        able = problem.format_allowed[site] & problem.format_services[:, offers].all(axis=1)
        cost = problem.branch_annual_kes[site]
        return min(np.flatnonzero(able).tolist(), key=lambda f: (int(cost[f]), f), default=None)


def with_moves(ground: Ground, groups: tuple[GroupAudit, ...]) -> tuple[GroupAudit, ...]:
    """The groups with a place for every branch that nothing is left for, the largest load first."""
    leaves = frozenset(
        each.site
        for group in groups
        for each in group.members
        if each.verdict == "unnecessary" and each.stop.ends_branch
    )
    places = Places(ground, leaves)

    def moved(member: MemberAudit) -> MemberAudit:
        if member.site not in leaves or member.verdict != "unnecessary":
            return member
        found = places.best(member.site)
        return member if found is None else replace(member, move=found, advice="move")

    return tuple(replace(g, members=tuple(moved(each) for each in g.members)) for g in groups)
