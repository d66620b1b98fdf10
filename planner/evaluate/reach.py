"""Reach: who has a branch within so many minutes, by visit type, area, group and kind of area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.demand.segments import (
    area_shares,
    dimensions,
    segment_shares,
    segment_split,
    segments_of,
)
from planner.errors import PlannerError
from planner.evaluate.flows import Floats
from planner.evaluate.within import Cells, Part, Positions
from planner.pack.customer_types import AreaShare
from planner.pack.types import Pack
from planner.plan import Plan
from planner.problem import PlanningProblem

WITHIN_MIN = (30.0, 60.0, 120.0)
BANDS = 3
_ROUNDING = 1e-9  # of a share


@dataclass(frozen=True, slots=True)
class Group:
    """A segment of the people and what it reaches."""

    dimension: str
    segment: str
    part: Part


@dataclass(frozen=True, slots=True)
class Band:
    """Areas alike in a fact, with what they reach.

    `fact`: a dimension of segments, or a column of area facts; `segment`: whose share it is, empty
    for a column. `low` and `high` are the ends of the band, both of real areas.
    """

    fact: str
    segment: str
    low: float
    high: float
    areas: tuple[int, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class Reach:
    """Who reaches a branch in time, in one network.

    `within_min`: the thresholds. `kinds`: positions of the visit types counted. `by_type` and
    `by_area` are in the order of `kinds` and of the pack's areas. `not_apart`: dimensions whose
    segments have the same share of the visits everywhere, so that nothing tells their reach apart;
    they are not in `by_group`.
    """

    within_min: tuple[float, ...]
    kinds: tuple[int, ...]
    all: Part
    by_type: tuple[Part, ...]
    by_area: tuple[Part, ...]
    by_group: tuple[Group, ...]
    not_apart: tuple[str, ...]
    by_band: tuple[Band, ...]


def reach(
    pack: Pack,
    problem: PlanningProblem,
    plan: Plan,
    within_min: Sequence[float] = WITHIN_MIN,
    kinds: Sequence[int] | None = None,
    facts: Sequence[str] = (),
) -> Reach:
    """Who reaches a branch within each of some minutes (<=), one way.

    Near is by minutes, whatever the objective counts. A group of people counts in a place by its
    share of the visits of the area (`segment_split`), as its own places are not known; so groups
    differ by less here than in truth. A person counts once, with the mix of visits of the place.

    Args:
        pack: The pack.
        problem: The problem, made of the pack.
        plan: The network with who goes where.
        within_min: Minutes, in rising order.
        kinds: Positions of the visit types that count; None: all.
        facts: Columns of area facts by which to band the areas, beside the shares of segments.

    Raises:
        PlannerError: Travel is a matrix of costs alone, which tells no minutes.
    """
    require_minutes(pack, problem)
    counted = tuple(range(len(problem.visit_type_ids))) if kinds is None else tuple(kinds)
    cells = Cells(pack, problem, plan, tuple(within_min), counted)
    everywhere = np.arange(len(problem.point_ids))
    apart = {
        name: split
        for name in dimensions(pack)
        if (split := _split(pack, problem, name)) is not None
    }
    of_area = [np.flatnonzero(problem.point_area == c) for c in range(len(problem.area_codes))]
    return Reach(
        within_min=cells.within_min,
        kinds=counted,
        all=cells.part(everywhere),
        by_type=tuple(cells.part(everywhere, only=k) for k in range(len(counted))),
        by_area=tuple(cells.part(points) for points in of_area),
        by_group=tuple(_groups(pack, problem, cells, apart)),
        not_apart=tuple(name for name in dimensions(pack) if name not in apart),
        by_band=tuple(_bands(pack, problem, cells, facts)),
    )


def require_minutes(pack: Pack, problem: PlanningProblem) -> None:
    """Refuse a problem whose minutes are not known.

    Raises:
        PlannerError: Travel is a matrix of costs alone.
    """
    given = pack.travel_matrix
    is_matrix = problem.travel is not None and problem.travel.model == "matrix"
    if is_matrix and given is not None and given.has_costs_only:
        raise PlannerError(
            "The pack's matrix tells what trips cost, but neither minutes nor kilometres: who is "
            "within so many minutes cannot be told."
        )


# -- groups of people, and areas alike -----------------------------------------------------


def _split(pack: Pack, problem: PlanningProblem, dimension: str) -> Floats | None:
    """The segments' shares of the visits, shape (I, B, G); None where they nowhere differ."""
    split = segment_split(pack, dimension)[problem.point_area]
    first = split[:1, :1]
    return None if np.allclose(split, first, rtol=0, atol=_ROUNDING) else split


def _groups(
    pack: Pack, problem: PlanningProblem, cells: Cells, apart: Mapping[str, Floats]
) -> Iterator[Group]:
    """Every segment of the dimensions that tell people apart, in the pack's order."""
    living = segment_shares(pack)[problem.point_area]
    position = {(each.dimension, each.id): g for g, each in enumerate(pack.customers.segments)}
    everywhere = np.arange(len(problem.point_ids))
    for dimension, split in apart.items():
        for at, segment in enumerate(segments_of(pack, dimension)):
            own, people = split[:, cells.kinds, at], living[:, position[dimension, segment.id]]
            yield Group(dimension, segment.id, cells.part(everywhere, None, own, people))


def _bands(
    pack: Pack, problem: PlanningProblem, cells: Cells, facts: Sequence[str]
) -> Iterator[Band]:
    """Bands of areas, by the first share of each dimension that differs by area, and by facts."""
    people = np.zeros(len(problem.area_codes))
    np.add.at(people, problem.point_area, cells.people)
    for fact, segment, values in _banded_by(pack, facts):
        for areas in alike(values, people):
            points = np.flatnonzero(np.isin(problem.point_area, areas))
            ends = (float(values[areas].min()), float(values[areas].max()))
            yield Band(fact, segment, *ends, tuple(areas.tolist()), cells.part(points))


def _banded_by(pack: Pack, facts: Sequence[str]) -> Iterator[tuple[str, str, Floats]]:
    for dimension in dimensions(pack):
        for segment in segments_of(pack, dimension):
            if isinstance(segment.share, AreaShare):
                yield dimension, segment.id, area_shares(pack, segment.share)
                break
    for column in facts:
        given = [pack.area_facts.get(area.code, {}).get(column, np.nan) for area in pack.areas]
        yield column, "", np.array(given, dtype=np.float64)


def alike(values: Floats, people: Floats, count: int = BANDS) -> list[Positions]:
    """Areas in bands of about equally many people, the lowest values first.

    Equal values share a band. Areas without a value or without people are in none; where fewer
    values differ there are fewer bands.

    Args:
        values: A value of each area, shape (C,), nan where not known.
        people: People of each area, shape (C,).
        count: The most bands.
    """
    known = np.flatnonzero(np.isfinite(values) & (people > 0))
    if known.size == 0:
        return []
    _, value = np.unique(values[known], return_inverse=True)
    held = np.bincount(value, weights=people[known])
    middle = (np.cumsum(held) - held / 2) / held.sum()
    band = np.minimum((middle * count).astype(np.int64), count - 1)[value]
    return [known[band == k] for k in range(count) if (band == k).any()]
