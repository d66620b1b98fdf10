"""Service areas: the land around the demand points that a branch serves, as polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from planner.evaluate.flows import row_visits
from planner.evaluate.means import mean
from planner.evaluate.within import two_nearest
from planner.insight.land import (
    Ground,
    Positions,
    faces,
    grounds,
    inside,
    joined,
    points_in_degrees,
    squeeze,
)
from planner.insight.points import main_branch
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Catchment:
    """The service area of a branch.

    Attributes:
        site: Position of the branch; None for land that no branch serves.
        outline: Polygons in degrees.
        points: How many demand points lie in it.
        people: Who live there.
        visits: Their visits a year; `own_share` is the part of them that goes to this branch.
        mean_min: Minutes one way of those visits, wherever they go; None where none goes anywhere.
    """

    site: int | None
    outline: BaseGeometry
    points: int
    people: float
    visits: float
    own_share: float | None
    mean_min: float | None


def catchments(
    pack: Pack, problem: PlanningProblem, plan: Plan, kind: int | None = None
) -> tuple[Catchment, ...]:
    """Every branch's service area, in the pack's order; last what no branch serves.

    The land nearest to a demand point, within the outline of its area (Voronoi cells), belongs to
    the branch that serves most of the point's visits. Together they tile the areas that have
    demand points. A branch that serves most of no point's visits has none.

    Args:
        pack: The pack.
        problem: The problem, made of the pack.
        plan: The network with who goes where.
        kind: Position of a visit type; None: all visits together.

    Raises:
        PlannerError: The demand points have no degrees.
    """
    site = serving(problem, plan, kind)
    label, outlines = tiles(pack, site)
    kinds = slice(None) if kind is None else slice(kind, kind + 1)
    visits = problem.visits[:, kinds].sum(axis=1)
    people = np.array([point.population for point in pack.demand_points])
    point, to, sent, minutes = _trips(problem, plan, kind)
    found = []
    for j, outline in zip(label, outlines, strict=True):
        here = site == j
        mine = here[point]
        total = float(visits[here].sum())
        own = float(sent[mine & (to == j)].sum()) / total if total > 0 else None
        found.append(
            Catchment(
                site=None if j < 0 else j,
                outline=outline,
                points=int(here.sum()),
                people=float(people[here].sum()),
                visits=total,
                own_share=None if own is None else round(own, 9),
                mean_min=mean(minutes[mine], sent[mine]),
            )
        )
    return tuple(found)


def serving(problem: PlanningProblem, plan: Plan, kind: int | None = None) -> Positions:
    """The branch that most of each point's visits go to, shape (I,), -1 where there is none.

    Of equals the first site. A point that sends nobody anywhere counts for the nearest open
    branch that could serve it.
    """
    point, site, sent, _ = _trips(problem, plan, kind)
    found = main_branch(point, site, sent, len(problem.point_ids))
    return np.where(found >= 0, found, _nearest(problem, plan, kind))


def _trips(
    problem: PlanningProblem, plan: Plan, kind: int | None
) -> tuple[Positions, Positions, Floats, Floats]:
    """Point, branch, yearly visits and minutes of every row that carries visits."""
    rows = plan.assignment
    sent = row_visits(problem, rows)
    minutes = problem.minutes[rows.point, rows.site]
    used = (sent > 0) & np.isfinite(minutes)
    if kind is not None:
        used &= rows.visit_type == kind
    return rows.point[used], rows.site[used], sent[used], minutes[used]


def _nearest(problem: PlanningProblem, plan: Plan, kind: int | None) -> Positions:
    near = two_nearest(problem, plan)
    if kind is not None:
        return near.site[:, kind].copy()
    best = near.minutes.argmin(axis=1)
    return np.asarray(near.site[np.arange(best.size), best])


def tiles(pack: Pack, site: Positions) -> tuple[list[int], list[BaseGeometry]]:
    """The land nearest to each demand point within its area, joined by what the points share.

    Args:
        pack: The pack.
        site: What each point belongs to, shape (I,), such as a branch; -1 is nothing.

    Returns:
        What has land, -1 last, and its land in degrees; parts that touch share their edges.

    Raises:
        PlannerError: The demand points have no degrees.
    """
    parts = grounds(pack)
    places = points_in_degrees(pack)
    narrow = squeeze(places)
    at = np.column_stack([places.east * narrow, places.north])
    lines = [shapely.boundary(part.outline) for part in parts]
    lines += [_borders(part, at, site, narrow) for part in parts]
    pieces = faces(lines)
    lon, lat = inside(pieces)
    tree = shapely.STRtree([part.outline for part in parts])
    of_piece = np.full(pieces.size, -1, dtype=np.int64)
    piece, ground = tree.query(shapely.points(lon, lat), predicate="intersects")
    of_piece[piece] = ground
    owner = np.full(pieces.size, -1, dtype=np.int64)
    has_land = of_piece >= 0
    for k, part in enumerate(parts):
        here = np.flatnonzero(of_piece == k)
        if here.size:
            _, near = KDTree(at[part.points]).query(
                np.column_stack([lon[here] * narrow, lat[here]])
            )
            owner[here] = site[part.points[near]]
    used = sorted(set(owner[has_land].tolist()), key=lambda j: (j < 0, j))
    label = np.full(pieces.size, -1, dtype=np.int64)
    for k, j in enumerate(used):
        label[has_land & (owner == j)] = k
    return used, joined(pieces, label, len(used))


def _borders(part: Ground, at: Floats, site: Positions, narrow: float) -> BaseGeometry:
    """The lines between the cells of one area's points, within its outline, in degrees."""
    places, where = np.unique(at[part.points], axis=0, return_index=True)
    if len(places) < 2 or np.unique(site[part.points[where]]).size < 2:
        return shapely.MultiLineString()
    flat = shapely.transform(part.outline, lambda xy: xy * (narrow, 1.0))
    edges = shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=flat, only_edges=True)
    return shapely.transform(edges, lambda xy: xy / (narrow, 1.0)).intersection(part.outline)
