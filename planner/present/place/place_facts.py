"""One area under one network, as figures: who goes where, what opens or closes, what is spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.evaluate import Score
from planner.evaluate.flows import live_offers, offered_today, row_visits
from planner.evaluate.types import AreaScore
from planner.insight.catchments import serving
from planner.pack.types import Pack
from planner.plan import Plan
from planner.present.view import View
from planner.problem import PlanningProblem

Positions = NDArray[np.int64]
_LEAST_VISITS = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A network as the page about one area sees it.

    `id`: `today`, `proposal` or a run's; `before`: today's network on the same data, None where
    this is today's or the pack has none.
    """

    id: str
    name: str
    view: View
    plan: Plan
    score: Score
    before: Score | None

    @property
    def is_run(self) -> bool:
        """Whether it is a run of the store, and no listed network."""
        return self.id not in ("today", "proposal")

    def position(self, code: str) -> int | None:
        """Where an area stands in this network's own pack; None where it has none such."""
        codes = self.view.problem.area_codes
        return codes.index(code) if code in codes else None

    def area(self, code: str) -> AreaScore:
        """The area's figures."""
        return self.score.areas[self.view.problem.area_codes.index(code)]

    def area_before(self, code: str) -> AreaScore | None:
        """The same under today's network."""
        if self.before is None:
            return None
        return self.before.areas[self.view.problem.area_codes.index(code)]


@dataclass(frozen=True, slots=True)
class Ward:
    """A demand point: the branch that most of its visits go to, and how far all of them go.

    `minutes`: mean of its visits, one way; None where it has none or none is served. `site`: -1
    where nothing of the network can serve it. `others`: how many more branches its visits go to.
    """

    point: int
    minutes: float | None
    site: int
    others: int


@dataclass(frozen=True, slots=True)
class Used:
    """A branch that people of the area go to.

    `share`: of the area's visits that are served; `minutes` and `km`: mean of these, one way.
    `points`: those whose visits mostly go there.
    """

    site: int
    visits: float
    share: float
    minutes: float
    km: float
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise than today at the sites that lie in the area.

    `services`: for branches that stay, what they add and what they no longer offer.
    """

    opened: tuple[int, ...]
    closed: tuple[int, ...]
    services: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]

    @property
    def is_none(self) -> bool:
        """Whether all is as today."""
        return not (self.opened or self.closed or self.services)


@dataclass(frozen=True, slots=True)
class Spent:
    """Money of the branches that lie in the area: a year, and once against today."""

    annual_kes: int
    capital_kes: int


def name_of(side: Side, code: str) -> str:
    """What the area is called."""
    position = side.position(code)
    return code if position is None else side.view.area_name(position)


def points_of(side: Side, code: str) -> Positions:
    """The demand points of an area, in the pack's order."""
    return np.flatnonzero(side.view.problem.point_area == side.position(code))


@lru_cache(maxsize=8)  # pages and documents go over all areas of one network
def _serving(problem: PlanningProblem, plan: Plan, kind: int | None) -> Positions:
    return serving(problem, plan, kind)


def wards(side: Side, code: str) -> tuple[Ward, ...]:
    """The demand points of an area, in the pack's order."""
    problem, rows = side.view.problem, side.plan.assignment
    own = points_of(side, code)
    carries = np.isin(rows.point, own) & (row_visits(problem, rows) > _LEAST_VISITS)
    goes: dict[int, set[int]] = {}
    for i, j in zip(rows.point[carries].tolist(), rows.site[carries].tolist(), strict=True):
        goes.setdefault(i, set()).add(j)
    main = _serving(problem, side.plan, None)
    found = []
    for i in own.tolist():
        minutes = float(side.score.point_min[i])
        known = minutes if np.isfinite(minutes) else None
        others = len(goes.get(i, set()) - {int(main[i])})
        found.append(Ward(i, known, int(main[i]), others))
    return tuple(found)


def used(side: Side, code: str, kind: int | None = None) -> tuple[Used, ...]:
    """The branches that people of an area go to, those of the most visits first.

    Args:
        side: The network.
        code: The area.
        kind: Position of a visit type; None for all visits.
    """
    problem, rows = side.view.problem, side.plan.assignment
    sent = row_visits(problem, rows)
    here = (problem.point_area[rows.point] == side.position(code)) & (sent > _LEAST_VISITS)
    if kind is not None:
        here &= rows.visit_type == kind
    total = float(sent[here].sum())
    mostly = _serving(problem, side.plan, kind)
    own = points_of(side, code)
    found = []
    for j in np.unique(rows.site[here]).tolist():
        mine = here & (rows.site == j)
        weights, points = sent[mine], rows.point[mine]
        visits = float(weights.sum())
        found.append(
            Used(
                site=j,
                visits=visits,
                share=visits / total,
                minutes=float(weights @ problem.minutes[points, j]) / visits,
                km=float(weights @ problem.km[points, j]) / visits,
                points=tuple(own[mostly[own] == j].tolist()),
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.visits, each.site)))


def farthest(side: Side, code: str) -> tuple[int, float] | None:
    """The demand point whose visits travel longest, and its minutes; None where none is served."""
    known = [(each.minutes, each.point) for each in wards(side, code) if each.minutes is not None]
    if not known:
        return None
    minutes, point = max(known, key=lambda pair: (pair[0], -pair[1]))
    return point, minutes


def changes(side: Side, code: str) -> Changes:
    """What opens, closes and changes its services in an area, against today."""
    problem, plan = side.view.problem, side.plan
    here = problem.site_area == side.position(code)
    now, then = live_offers(plan), offered_today(problem)
    opened = np.flatnonzero(here & plan.is_open & ~problem.existing)
    closed = np.flatnonzero(here & problem.existing & ~plan.is_open)
    stays = np.flatnonzero(here & problem.existing & plan.is_open)
    services = []
    for j in stays.tolist():
        added = tuple(np.flatnonzero(now[j] & ~then[j]).tolist())
        ended = tuple(np.flatnonzero(then[j] & ~now[j]).tolist())
        if added or ended:
            services.append((j, added, ended))
    return Changes(tuple(opened.tolist()), tuple(closed.tolist()), tuple(services))


def spent(side: Side, code: str) -> Spent:
    """What the branches of an area cost, as the judge counts each; closures are paid once."""
    areas, here = side.view.problem.site_area, side.position(code)
    own = [each for each in side.score.branches if areas[each.site] == here]
    gone = [each for each in side.score.closed if areas[each.site] == here]
    return Spent(
        annual_kes=sum(each.annual_kes for each in own),
        capital_kes=sum(each.capital_kes for each in own) + sum(each.capital_kes for each in gone),
    )


def neighbours(pack: Pack, code: str) -> list[str]:
    """The areas whose land touches an area's, in the pack's order; none without outlines."""
    drawn = {area.code: area.outline for area in pack.areas if area.outline is not None}
    if code not in drawn:
        return []
    tree = shapely.STRtree([*drawn.values()])
    touching = set(tree.query(drawn[code], predicate="intersects").tolist())
    return [name for k, name in enumerate(drawn) if k in touching and name != code]


def visits_here(side: Side, code: str) -> Iterator[tuple[int, float]]:
    """Every visit type with the yearly visits in person of the area's people."""
    problem = side.view.problem
    total = problem.visits[points_of(side, code)].sum(axis=0)
    yield from enumerate(total.tolist())
