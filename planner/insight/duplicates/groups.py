"""Branches that double one another, answered together: which are needed, by load and else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from planner.evaluate import DuplicatePair
from planner.insight.duplicates.carrying import Carrying, gathered
from planner.insight.duplicates.ground import Ground, Ints
from planner.insight.duplicates.pairs import advice_of, breaks_floor, required
from planner.insight.duplicates.questions import questions_of
from planner.insight.duplicates.smallest import EXACT, Kept, Smallest, number_at, smallest
from planner.insight.duplicates.stopping import stop_of
from planner.insight.duplicates.types import GroupAudit, MemberAudit, Reason

LOADS = (0.8, 1.25, 1.5, 2.0)
"""The load may be other than the model says: what would be needed at so many times of it."""


def groups_of(ground: Ground, pairs: Sequence[DuplicatePair]) -> tuple[GroupAudit, ...]:
    """Every group, the largest load first.

    Services that are needed by the same visits and doubled at the same branches are one question:
    neither is of use there without the other. A group is all branches that are joined by pairs,
    directly or by others of the group.
    """
    found = []
    for services, own in questions_of(ground, pairs).items():
        graph: nx.Graph[int] = nx.Graph((pair.site_a, pair.site_b) for pair in own)
        for part in nx.connected_components(graph):
            members = tuple(sorted(part, key=lambda j: ground.problem.site_ids[j]))
            inside = sum(pair.site_a in part for pair in own)
            found.append(_Group(ground, services, members).judged(inside * len(services)))
    found.sort(key=lambda group: (-group.visits, group.services, group.members[0].site))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Why a member stays, with what it saves customers beside those that were named before it."""

    reason: Reason
    gain_kes: float | None = None
    gain_min: float | None = None


class _Group:
    """The answer for one group is built up member by member, in a told order."""

    def __init__(self, ground: Ground, services: tuple[int, ...], members: Kept) -> None:
        self.ground, self.services, self.members = ground, services, members
        self.rows = ground.rows(members, services)
        self.sent = ground.sent[self.rows]
        self.own = ground.plan.assignment.site[self.rows]
        self.kinds = ground.plan.assignment.visit_type[self.rows]
        self.points = ground.plan.assignment.point[self.rows]
        self.standard = ground.standard(services)

    # -- what a set of members that stay means -------------------------------------------------

    def _goes(self, gone: frozenset[int]) -> Ints:
        """Where each row goes once some members are gone: on as now, else to the nearest."""
        leaves = np.isin(self.own, list(gone))
        goes = self.own.copy()
        goes[leaves] = self.ground.without(self.rows[leaves], gone)
        return goes

    def _gone(self, kept: Kept) -> frozenset[int]:
        """The members, by site, that are not among some positions in the group."""
        return frozenset(self.members) - {self.members[n] for n in kept}

    def _customers(self, gone: frozenset[int]) -> tuple[float, float]:
        """Money and minutes one way a year of all who have somewhere to go; inf for the others."""
        goes = self._goes(gone)
        if (goes < 0).any():
            return math.inf, math.inf
        money = self.ground.kes[self.points, goes]
        minutes = self.ground.problem.minutes[self.points, goes]
        return float((self.sent * money).sum()), float((self.sent * minutes).sum())

    def _overfull(self, gone: frozenset[int]) -> float:
        """Visits above what branches shall take, once all went to the nearest."""
        goes, ground = self._goes(gone), self.ground
        size = ground.visits_at.size
        now = np.bincount(self.own, weights=self.sent, minlength=size)
        then = np.bincount(goes[goes >= 0], weights=self.sent[goes >= 0], minlength=size)
        after, over = ground.visits_at - now + then, 0.0
        for j in np.flatnonzero(then > 0).tolist():
            most = ground.most_visits(j, int(ground.plan.format[j]))
            over += max(0.0, float(after[j]) - max(most, float(ground.visits_at[j])))
        return over

    def _backup(self, gone: frozenset[int]) -> float:
        """Share of the group's visits with another branch in time."""
        total = float(self.sent.sum())
        if total <= 0:
            return 1.0
        ground, goes = self.ground, self._goes(gone)
        second = np.full(self.rows.size, -1, dtype=np.int64)
        for j in np.unique(goes[goes >= 0]).tolist():
            at = np.flatnonzero(goes == j)
            second[at] = ground.without(self.rows[at], gone | {j})
        first = ground.minutes_to(self.rows, goes)
        there = ground.minutes_to(self.rows, second)
        in_time = (goes >= 0) & ground.in_time(there, first, self.standard)
        return float(self.sent[in_time].sum()) / total

    def _overlap(self, site: int, gone: frozenset[int]) -> float:
        """Share of a member's visits that another branch that stays could complete in time."""
        at = np.flatnonzero(self.own == site)
        total = float(self.sent[at].sum())
        if total <= 0:
            return 1.0
        ground = self.ground
        there = ground.minutes_to(self.rows[at], ground.without(self.rows[at], gone | {site}))
        near = ground.in_time(there, ground.now(self.rows[at]), self.standard)
        return float(self.sent[at][near].sum()) / total

    # -- the load -------------------------------------------------------------------------------

    def _load(self, formats: Sequence[int]) -> Carrying:
        """The group's visits and the members' rooms for them, in some formats."""
        ground = self.ground
        each = ground.problem.visit_minutes
        sites = np.array(self.members, dtype=np.int64)
        near = np.isfinite(ground.problem.minutes[np.ix_(self.points, sites)])
        may = ground.able[np.ix_(sites, self.kinds)].T & near
        may |= self.own[:, None] == sites[None, :]
        visits, work = [], []
        for j, form in zip(self.members, formats, strict=True):
            here = self.own == j
            other = ground.visits_at[j] - float(self.sent[here].sum())
            busy = ground.work_at[j] - float((self.sent[here] * each[self.kinds[here]]).sum())
            visits.append(max(0.0, ground.most_visits(j, form) - other))
            work.append(max(0.0, ground.most_work(j, form) - busy))
        rooms = (np.array(visits), np.array(work))
        return Carrying(gathered(self.sent, each[self.kinds], may, *rooms))

    def _allowed(self, kept: Kept) -> bool:
        return not breaks_floor(self.ground, self._gone(kept), self.services)

    def _order(self) -> Kept:
        """The members with the fewest visits first."""
        size = self.ground.visits_at.size
        load = np.bincount(self.own, weights=self.sent, minlength=size)[list(self.members)]
        return tuple(np.argsort(load, kind="stable").tolist())

    def _cost(self, kept: Kept) -> tuple[float, float]:
        gone = self._gone(kept)
        return self._overfull(gone), self._customers(gone)[1]

    # -- the answer -----------------------------------------------------------------------------

    def judged(self, pairs: int) -> GroupAudit:
        """Who is wanted, who carries the load, who else is worth it, who is a backup."""
        ground, members = self.ground, self.members
        asked = {j: required(ground, j, self.services) for j in members}
        forced = frozenset(n for n, j in enumerate(members) if asked[j] in ("listed", "locked"))
        own = [int(ground.plan.format[j]) for j in members]
        load = self._load(own)
        found = smallest(load, forced, self._allowed, self._cost, self._order())
        kept: dict[int, _Kept] = {}
        for n in found.best:
            kept[members[n]] = _Kept(self._by_load(n, asked[members[n]], found, load))
        self._keep_own_customers(kept)
        self._keep_worth(kept)
        self._keep_backup(kept)
        gone = frozenset(members) - kept.keys()
        large = [ground.largest(j) for j in members]
        enlarged = load if large == own else self._load(large)
        return self._told(pairs, found, kept, gone, load, forced, enlarged)

    def _by_load(self, n: int, asked: Reason | None, found: Smallest, load: Carrying) -> Reason:
        """Why a member of the smallest set is needed."""
        if asked in ("listed", "locked"):
            return asked
        may = load.cells.may
        if (may[may.sum(axis=1) == 1, n]).any():  # some have no way to another member
            return "stranded"
        return "load" if found.most > 1 else "base"

    def _keep_own_customers(self, kept: dict[int, _Kept]) -> None:
        """Members stay whose customers are too few to have another branch in time; worst first."""
        while True:
            gone = frozenset(self.members) - kept.keys()
            share = {j: self._overlap(j, gone) for j in gone}
            few = [j for j in gone if share[j] < self.ground.limits.overlap]
            if not few:
                break
            ids = self.ground.problem.site_ids
            worst = min(few, key=lambda j: (share[j], ids[j]))
            kept[worst] = _Kept("own_customers", *self._gain(worst, gone))
        for j in sorted(frozenset(self.members) - kept.keys()):
            gone = frozenset(self.members) - kept.keys()
            if stop_of(self.ground, j, self.services, gone).stranded > 0:
                kept[j] = _Kept("stranded", *self._gain(j, gone))

    def _gain(self, site: int, gone: frozenset[int]) -> tuple[float, float]:
        """Money and minutes one way a year that customers save if one of those gone stays."""
        before, after = self._customers(gone), self._customers(gone - {site})
        return _difference(before[0], after[0]), _difference(before[1], after[1])

    def _keep_worth(self, kept: dict[int, _Kept]) -> None:
        """Members stay that save customers more than they cost; the one that saves most first."""
        ids, ratio = self.ground.problem.site_ids, self.ground.limits.worth
        cost = {j: stop_of(self.ground, j, self.services).saved_kes for j in self.members}
        while gone := frozenset(self.members) - kept.keys():
            gain = {j: self._gain(j, gone) for j in gone}
            pays = [j for j in gone if gain[j][0] > 0 and gain[j][0] >= ratio * cost[j]]
            if not pays:
                return
            best = min(pays, key=lambda j: (-(gain[j][0] - ratio * cost[j]), ids[j]))
            kept[best] = _Kept("worth", *gain[best])

    def _keep_backup(self, kept: dict[int, _Kept]) -> None:
        """Members stay until enough visits have a second branch; the one that helps most first."""
        ids, wanted = self.ground.problem.site_ids, self.ground.limits.backup
        while gone := frozenset(self.members) - kept.keys():
            share = self._backup(gone)
            if share >= wanted:
                return
            with_it = {j: self._backup(gone - {j}) for j in gone}
            best = min(gone, key=lambda j: (-with_it[j], ids[j]))
            if with_it[best] <= share:
                return
            kept[best] = _Kept("backup", *self._gain(best, gone))

    def _told(
        self,
        pairs: int,
        found: Smallest,
        kept: dict[int, _Kept],
        gone: frozenset[int],
        load: Carrying,
        forced: frozenset[int],
        enlarged: Carrying,
    ) -> GroupAudit:
        before, after = self._customers(frozenset()), self._customers(gone)
        together = [stop_of(self.ground, j, self.services, gone) for j in sorted(gone)]
        moved = sum(each.visits - each.stranded for each in together)
        longer = sum(each.extra_min_per_year for each in together)
        times = load.times(found.best)
        return GroupAudit(
            services=self.services,
            members=tuple(
                self._member(n, j, found, kept, gone) for n, j in enumerate(self.members)
            ),
            pairs=pairs,
            visits=float(self.sent.sum()),
            least=found.least,
            most=found.most,
            carries=found.carried,
            least_enlarged=smallest(
                enlarged, forced, self._allowed, self._cost, self._order()
            ).most,
            sets=found.sets,
            spare=times if math.isfinite(times) else None,
            by_load=tuple(
                (many, number_at(load, forced, self._allowed, many))
                for many in LOADS
                if len(self.members) <= EXACT
            ),
            overfull=self._overfull(self._gone(found.best)),
            backup_now=self._backup(frozenset()),
            backup_after=self._backup(gone),
            saved_kes=sum(each.saved_kes for each in together),
            customers_kes=_difference(after[0], before[0]),
            extra_min_per_visit=longer / moved if moved > 0 else None,
        )

    def _member(
        self, n: int, site: int, found: Smallest, kept: dict[int, _Kept], gone: frozenset[int]
    ) -> MemberAudit:
        ground = self.ground
        why = kept.get(site) or _Kept("unnecessary", *self._gain(site, gone))
        stop = stop_of(ground, site, self.services, gone)
        return MemberAudit(
            site=site,
            visits=float(self.sent[self.own == site].sum()),
            capacity=float(ground.problem.capacity_visits[site, ground.plan.format[site]]),
            reason=why.reason,
            advice=advice_of(ground, stop, why.reason),
            stop=stop,
            is_in_all=None if found.in_all is None else n in found.in_all,
            gain_kes=why.gain_kes,
            gain_min=why.gain_min,
        )


def _difference(more: float, less: float) -> float:
    """A difference in which being left with nowhere to go counts as without end."""
    return 0.0 if more == less else more - less
