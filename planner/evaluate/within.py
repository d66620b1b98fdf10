"""How far a branch is for any part of the visits: the nearest, the next, and as assigned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.evaluate.doors import able_branches
from planner.evaluate.flows import Floats
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

Positions = NDArray[np.int64]
_ROUNDING = 1e-9  # of a share


@dataclass(frozen=True, slots=True, eq=False)
class TwoNearest:
    """The nearest open branch that can complete each visit, and the next.

    Attributes:
        minutes: Minutes one way to the nearest, shape (I, B), inf where there is none.
        site: Its position, shape (I, B), -1 where there is none.
        second_minutes: Of the next nearest likewise; `second_site` likewise.
    """

    minutes: Floats
    site: Positions
    second_minutes: Floats
    second_site: Positions


@dataclass(frozen=True, slots=True)
class Within:
    """How far a branch is, one way, of a part of the visits or the people.

    `shares`: part of all that is within each threshold. `standard`: part whose travel keeps every
    standard of the services done. `none`: part that has no such branch. `mean_min`: of those that
    have one. All None where there is nothing to count.
    """

    mean_min: float | None
    shares: tuple[float | None, ...]
    standard: float | None
    none: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a year's visits and what it reaches.

    `people`: those of places that have such visits. `nearest`: of the visits, to the nearest open
    branch that can complete them; `people_nearest`: the same of the people. `assigned`: of the
    visits, to where the plan sends them. `second`: to the next nearest that can complete them.
    `extra_min`: what a visit takes longer if the nearest branch stops for a day, of the visits
    that have a second.
    """

    visits: float
    people: float
    nearest: Within
    people_nearest: Within
    assigned: Within
    second: Within
    extra_min: float | None


def two_nearest(problem: PlanningProblem, plan: Plan) -> TwoNearest:
    """The two nearest open branches that can complete each visit, by minutes.

    Of equally near ones the site that comes first; visits that nobody makes are looked at too.
    """
    able = able_branches(problem, plan)
    shape = problem.visits.shape
    found = TwoNearest(
        np.full(shape, np.inf),
        np.full(shape, -1, dtype=np.int64),
        np.full(shape, np.inf),
        np.full(shape, -1, dtype=np.int64),
    )
    every = np.arange(shape[0])
    for b in range(shape[1]):
        sites = np.flatnonzero(able[:, b])
        left = problem.minutes[:, sites].copy()
        for minutes, site in (
            (found.minutes, found.site),
            (found.second_minutes, found.second_site),
        ):
            if left.shape[1] == 0:
                break
            best = left.argmin(axis=1)
            minutes[:, b] = left[every, best]
            site[:, b] = np.where(np.isfinite(minutes[:, b]), sites[best], -1)
            left[every, best] = np.inf
    return found


# -- sums over places and visit types ------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Trips:
    """Of each place and visit type: the share that has a branch, its minutes, and within what.

    `within` has the thresholds first, shape (T + 1, I, B); the last is the standard.
    """

    has: Floats
    minutes: Floats
    within: Floats


class Cells:
    """What places and visit types reach, ready to be summed over any part of them."""

    def __init__(
        self,
        pack: Pack,
        problem: PlanningProblem,
        plan: Plan,
        within_min: tuple[float, ...],
        kinds: tuple[int, ...],
    ) -> None:
        self.within_min = within_min
        self.kinds = list(kinds)
        self.visits = problem.visits[:, self.kinds]
        self.people = np.array([point.population for point in pack.demand_points])
        strictest = np.where(problem.does, problem.standard_min, np.inf).min(axis=1, initial=np.inf)
        limits = [np.full(len(kinds), limit) for limit in within_min] + [strictest[self.kinds]]
        near = two_nearest(problem, plan)
        first, second = (m[:, self.kinds] for m in (near.minutes, near.second_minutes))
        self.nearest = _to(first, limits)
        self.second = _to(second, limits)
        self.assigned = _as_assigned(problem, plan, [*within_min], strictest, self.kinds)
        with np.errstate(invalid="ignore"):  # inf - inf where there is neither
            self.extra = np.where(np.isfinite(second), second - first, 0.0)

    def part(
        self,
        points: Positions,
        only: int | None = None,
        share: Floats | None = None,
        people_share: Floats | None = None,
    ) -> Part:
        """The sums over some points, one visit type, or a group with its shares there."""
        kinds = slice(None) if only is None else slice(only, only + 1)
        at = (points, kinds)
        visits = self.visits[at] if share is None else self.visits[at] * share[at]
        living = self.people[points] * (1.0 if people_share is None else people_share[points])
        total = visits.sum(axis=1, keepdims=True)
        mix = np.divide(visits, total, out=np.zeros_like(visits), where=total > 0)
        people = living[:, None] * mix
        backed = float((visits * self.second.has[at]).sum())
        return Part(
            visits=float(visits.sum()),
            people=float(people.sum()),
            nearest=_told(self.nearest, at, visits),
            people_nearest=_told(self.nearest, at, people),
            assigned=_told(self.assigned, at, visits),
            second=_told(self.second, at, visits),
            extra_min=float((visits * self.extra[at]).sum()) / backed if backed > 0 else None,
        )


def _to(minutes: Floats, limits: Sequence[Floats]) -> _Trips:
    """Every visit of a place and type to one branch; inf is none."""
    has = np.isfinite(minutes)
    within = np.stack([has & (minutes <= limit) for limit in limits])
    return _Trips(has.astype(float), np.where(has, minutes, 0.0), within.astype(float))


def _as_assigned(
    problem: PlanningProblem,
    plan: Plan,
    within_min: Sequence[float],
    strictest: Floats,
    kinds: list[int],
) -> _Trips:
    """As the plan shares visits out: a place's visits of one type may go to several branches."""
    rows, shape = plan.assignment, problem.visits.shape
    minutes = problem.minutes[rows.point, rows.site]
    goes = np.isfinite(minutes)
    cell = rows.point * shape[1] + rows.visit_type

    def summed(weights: Floats) -> Floats:
        whole = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
        return np.asarray(whole.reshape(shape)[:, kinds], dtype=np.float64)

    limits = [np.full(minutes.size, limit) for limit in within_min] + [strictest[rows.visit_type]]
    return _Trips(
        summed(goes * rows.share),
        summed(np.where(goes, minutes, 0.0) * rows.share),
        np.stack([summed((goes & (minutes <= limit)) * rows.share) for limit in limits]),
    )


def _told(trips: _Trips, at: tuple[Positions, slice], weight: Floats) -> Within:
    total = float(weight.sum())
    if total <= 0:
        return Within(None, (None,) * (len(trips.within) - 1), None, None)
    has = float((weight * trips.has[at]).sum())
    shares = [min(1.0, float((weight * part[at]).sum()) / total) for part in trips.within]
    none = 1.0 - has / total
    return Within(
        mean_min=float((weight * trips.minutes[at]).sum()) / has if has > 0 else None,
        shares=tuple(shares[:-1]),
        standard=shares[-1],
        none=none if none > _ROUNDING else 0.0,
    )
