"""Which pairs of many places are worth keeping: near ones, the nearest, and those of today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.travel.road_graph import Array, Nodes
from planner.travel.trips import Trips

NEAREST = 10
_FIRST_MIN = 60.0  # how far the nearest are looked for first, where nothing says it
_TIMES = (2, 4, 8)  # then so many times as far, and at last as far as roads lead

Tell = Callable[[int, int], None]  # searches done and to do


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sites are kept for a point.

    Attributes:
        within_min: Those within so many minutes; below 0: none.
        nearest: And so many nearest in time, however far.
        always: And these, shape (m,).
    """

    within_min: float
    nearest: int
    always: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of points and sites that have a route, ordered by point, then site, shape (P,).

    Attributes:
        point: Position of the demand point; `site` likewise.
        minutes: One way; `km` likewise.
    """

    point: NDArray[np.int32]
    site: NDArray[np.int32]
    minutes: Array
    km: Array


def all_pairs(minutes: Array, km: Array) -> Pairs:
    """Every pair of a table of points and sites, (n, m), that has a route."""
    point, site = np.nonzero(np.isfinite(minutes))
    return Pairs(
        point.astype(np.int32), site.astype(np.int32), minutes[point, site], km[point, site]
    )


def kept_pairs(minutes: Array, km: Array, wanted: Wanted) -> Pairs:
    """The wanted pairs of a table of points and sites, (n, m), that have a route."""
    kept = (minutes <= wanted.within_min) | wanted.always
    count = min(wanted.nearest, minutes.shape[1])
    nearest = np.argsort(minutes, axis=1, kind="stable")[:, :count]
    np.put_along_axis(kept, nearest, values=True, axis=1)
    return all_pairs(np.where(kept, minutes, np.inf), km)


def road_pairs(trips: Trips, wanted: Wanted, tell: Tell) -> Pairs:
    """The wanted pairs over the roads, without looking at the others.

    A search from each site as far as is asked for, and all the way for those that are kept always.
    For points that lack their nearest sites, searches twice, four and eight times as far, then all
    the way: from these points or from the sites, whichever are fewer.

    Args:
        trips: From the points to the sites.
        wanted: What to keep.
        tell: Told now and then how far it is.
    """
    gathered = _Gathered()
    always, others = np.flatnonzero(wanted.always), np.flatnonzero(~wanted.always)
    points, sites = trips.start.node.size, trips.end.node.size
    near = np.zeros(points, dtype=np.int64)
    for limit, chosen in ((np.inf, always), (wanted.within_min, others)):
        if limit < 0:
            continue
        for at, (km, minutes) in enumerate(trips.to_ends(chosen, limit)):
            gathered.add_column(int(chosen[at]), minutes, km)
            near += minutes <= wanted.within_min
            tell(at, chosen.size)
    count = min(wanted.nearest, sites)
    first = wanted.within_min if 0 < wanted.within_min < np.inf else _FIRST_MIN
    lacking = np.flatnonzero(near < count)
    for limit in [first * times for times in _TIMES] + [np.inf]:
        if not lacking.size:
            break
        by_site = lacking.size > sites
        search = _nearest_by_site if by_site else _nearest_by_point
        best = search(trips, lacking, count, limit, tell)
        done = np.isfinite(best.minutes[:, -1]) | np.isinf(limit)
        gathered.add_best(lacking, best, done, wanted)
        lacking = lacking[~done]
    return gathered.pairs()


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The nearest sites of some points, the nearest first, each (points, count); inf: none."""

    site: Nodes
    minutes: Array
    km: Array


def _nearest_by_point(trips: Trips, points: Nodes, count: int, limit: float, tell: Tell) -> _Best:
    best = _no_sites(points.size, count)
    for at, (km, minutes) in enumerate(trips.from_starts(points, limit)):
        order = np.argsort(minutes, kind="stable")[:count]
        best.site[at], best.minutes[at], best.km[at] = order, minutes[order], km[order]
        tell(at, points.size)
    return best


def _nearest_by_site(trips: Trips, points: Nodes, count: int, limit: float, tell: Tell) -> _Best:
    best = _no_sites(points.size, count + 1)
    sites = trips.end.node.size
    for site, (km, minutes) in enumerate(trips.to_ends(within_min=limit)):
        at = np.flatnonzero(minutes[points] < best.minutes[:, -2])
        best.site[at, -1], best.minutes[at, -1] = site, minutes[points[at]]
        best.km[at, -1] = km[points[at]]
        order = np.argsort(best.minutes[at], axis=1, kind="stable")
        for table in (best.site, best.minutes, best.km):
            table[at] = np.take_along_axis(table[at], order, axis=1)
        tell(site, sites)
    return _Best(best.site[:, :-1], best.minutes[:, :-1], best.km[:, :-1])


def _no_sites(points: int, count: int) -> _Best:
    never = np.full((points, count), np.inf)
    return _Best(np.zeros((points, count), dtype=np.int64), never, never.copy())


@dataclass(slots=True)
class _Gathered:
    """Pairs as they are found."""

    point: list[NDArray[np.int32]] = field(default_factory=list)
    site: list[NDArray[np.int32]] = field(default_factory=list)
    minutes: list[Array] = field(default_factory=list)
    km: list[Array] = field(default_factory=list)

    def add_column(self, site: int, minutes: Array, km: Array) -> None:
        """All points with a route to a site."""
        at = np.flatnonzero(np.isfinite(minutes))
        self._add(at, np.full(at.size, site), minutes[at], km[at])

    def add_best(self, points: Nodes, best: _Best, done: NDArray[np.bool_], wanted: Wanted) -> None:
        """The nearest sites of points that are done, but for those that are there already."""
        seen = wanted.always[best.site] | (best.minutes <= wanted.within_min)
        row, rank = np.nonzero(np.isfinite(best.minutes) & ~seen & done[:, None])
        found = row, rank
        self._add(points[row], best.site[found], best.minutes[found], best.km[found])

    def _add(self, point: Nodes, site: Nodes, minutes: Array, km: Array) -> None:
        self.point.append(point.astype(np.int32))
        self.site.append(site.astype(np.int32))
        self.minutes.append(minutes)
        self.km.append(km)

    def pairs(self) -> Pairs:
        """All of them, in order."""
        point, site = np.concatenate(self.point), np.concatenate(self.site)
        order = np.lexsort((site, point))
        minutes, km = np.concatenate(self.minutes), np.concatenate(self.km)
        return Pairs(point[order], site[order], minutes[order], km[order])
