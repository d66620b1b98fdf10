"""Who may go where: N_ib of the model, every demand point's sites for every class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.optimize.sets import DemandClass, ModelSets, nearest_is_best
from planner.problem import PlanningProblem

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LISTED_ARCS = 60_000  # beyond this many, only the nearest sites of each point are listed
LISTED_ARCS_OF_PARTS = 300_000  # the same for models with most choices already made


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """The sites that demand point i may use for class b, nearest first: N_ib of the model.

    Attributes:
        point: Demand point of each row (i, b) with visits, shape (R,).
        demand_class: Its class, shape (R,).
        start: Row r owns the arcs start[r]:start[r + 1], shape (R + 1,).
        site: Site of each arc.
        cost: Impedance of each arc.
        minutes: Minutes of each arc.
        rest_cost: What a visit costs that uses no listed site, shape (R,). Exact where it goes
            to a branch that is certain; else a valid lower bound (the first site left out);
            inf where there is nothing beyond the listed sites.
        rest_minutes: The least minutes beyond the listed sites, shape (R,), inf for none.
        exact: Whether rest_cost is exact or inf, shape (R,).
    """

    point: Ints
    demand_class: Ints
    start: Ints
    site: Ints
    cost: Floats
    minutes: Floats
    rest_cost: Floats
    rest_minutes: Floats
    exact: Bools

    @property
    def row(self) -> Ints:
        """The row of each arc."""
        return np.repeat(np.arange(self.point.size), np.diff(self.start))

    def weight(self, classes: tuple[DemandClass, ...]) -> Floats:
        """Yearly visits of each row, shape (R,)."""
        visits = np.stack([entry.visits for entry in classes]) if classes else np.zeros((1, 0))
        return np.asarray(visits[self.demand_class, self.point], dtype=np.float64)


def model_arcs(
    problem: PlanningProblem,
    sets: ModelSets,
    wider: Mapping[tuple[int, int], int] | None = None,
    *,
    most: int | None = None,
) -> Arcs:
    """The listed sites of every demand point and class.

    Where the nearest branch is always best, a site farther than the nearest one that is certain
    to complete the visit is left out: exact. If still too many arcs remain, only the nearest
    sites are listed, and what is left out is bounded from below by the first site left out.

    Args:
        problem: The problem.
        sets: Its sets.
        wider: For (point, class), how many sites to list at least; used after a solution
            reached beyond the list.
        most: How many arcs may be listed before lists are shortened; `LISTED_ARCS` by default.
    """
    most = LISTED_ARCS if most is None else most
    cut = nearest_is_best(problem)
    useful = [_Useful.of(problem, sets, entry, cut=cut) for entry in sets.classes]
    rows = sum(part.point.size for part in useful)
    many = sum(int(part.count.sum()) for part in useful) > most
    nearest = max(8, most // max(1, rows)) if many else len(problem.site_ids)
    least = [np.full(len(problem.point_ids), nearest) for _ in useful]
    for (i, b), size in (wider or {}).items():
        least[b][i] = max(nearest, size)
    lists = [
        part.listed(problem, length[part.point]) for part, length in zip(useful, least, strict=True)
    ]
    sizes = np.concatenate([np.zeros(0, np.int64), *(entry.size for entry in lists)])
    none, nowhere = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Arcs(
        point=np.concatenate([nowhere, *(part.point for part in useful)]),
        demand_class=np.repeat(np.arange(len(useful)), [part.point.size for part in useful]),
        start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        site=np.concatenate([nowhere, *(entry.site for entry in lists)]),
        cost=np.concatenate([none, *(entry.cost for entry in lists)]),
        minutes=np.concatenate([none, *(entry.minutes for entry in lists)]),
        rest_cost=np.concatenate([none, *(entry.rest_cost for entry in lists)]),
        rest_minutes=np.concatenate([none, *(entry.rest_minutes for entry in lists)]),
        exact=np.concatenate([np.zeros(0, np.bool_), *(entry.exact for entry in lists)]),
    )


def arc_count(problem: PlanningProblem, sets: ModelSets) -> int:
    """How many arcs there are when every list is whole."""
    cut = nearest_is_best(problem)
    return sum(int(_Useful.of(problem, sets, entry, cut=cut).count.sum()) for entry in sets.classes)


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """The lists of one class: arcs one point after the other, and figures by point."""

    size: Ints
    site: Ints
    cost: Floats
    minutes: Floats
    rest_cost: Floats
    rest_minutes: Floats
    exact: Bools


@dataclass(frozen=True, slots=True, eq=False)
class _Useful:
    """The points of one class, the sites they could use, and the nearest that is certain.

    point: (P,); able: (A,); count: how many of the sites each point has use for, (P,); reach and
    reach_minutes: impedance and minutes to the nearest certain branch, (P,), inf for none.
    """

    point: Ints
    able: Ints
    count: Ints
    reach: Floats
    reach_minutes: Floats

    @classmethod
    def of(
        cls, problem: PlanningProblem, sets: ModelSets, entry: DemandClass, *, cut: bool
    ) -> _Useful:
        point = np.flatnonzero(entry.visits > 0)
        able = sets.able(entry.needs)
        reach = np.full(point.size, np.inf)
        reach_minutes = reach.copy()
        certain = sets.certain(entry.needs)
        if cut and certain.any():
            able = able & ~certain
            known = problem.impedance[np.ix_(point, np.flatnonzero(certain))]
            reach = known.min(axis=1)
            where = np.flatnonzero(certain)[known.argmin(axis=1)]
            reach_minutes = problem.minutes[point, where]
        sites = np.flatnonzero(able)
        near = problem.impedance[np.ix_(point, sites)]
        count = (near < reach[:, None]).sum(axis=1)
        return cls(point, sites, count, reach, reach_minutes)

    def listed(self, problem: PlanningProblem, least: Ints) -> _Lists:
        """The nearest sites of each point, so many of them."""
        size = np.minimum(self.count, least)
        near = problem.impedance[np.ix_(self.point, self.able)]
        order = np.argsort(near, axis=1, kind="stable")
        near = np.take_along_axis(near, order, axis=1)
        minutes = problem.minutes[self.point[:, None], self.able[order]]
        place = np.arange(self.able.size)[None, :]
        inside = place < size[:, None]
        exact = size == self.count
        beyond = ~inside & (place < self.count[:, None])
        first = np.where(beyond, near, np.inf).min(axis=1, initial=np.inf)
        soonest = np.where(beyond, minutes, np.inf).min(axis=1, initial=np.inf)
        return _Lists(
            size=size,
            site=self.able[order[inside]],
            cost=near[inside],
            minutes=minutes[inside],
            rest_cost=np.where(exact, self.reach, first),
            rest_minutes=np.minimum(soonest, self.reach_minutes),
            exact=exact,
        )
