"""Who the people are: the share of each segment by area, of its visits, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from planner.pack.customer_types import AreaShare, Dimension, Segment
from planner.pack.types import Pack

Array = NDArray[np.float64]


def dimensions(pack: Pack) -> tuple[str, ...]:
    """The dimensions in which the pack tells its people apart, in its order."""
    return tuple(dict.fromkeys(each.dimension for each in pack.customers.segments))


def dimension_of(pack: Pack, dimension: str) -> Dimension:
    """A dimension with its name; one that the pack does not name is called by its id."""
    named = {each.id: each for each in pack.customers.dimensions}
    return named.get(dimension, Dimension(dimension, dimension.replace("_", " ")))


def segments_of(pack: Pack, dimension: str) -> tuple[Segment, ...]:
    """The segments of one dimension, in the pack's order."""
    return tuple(each for each in pack.customers.segments if each.dimension == dimension)


def segment_shares(pack: Pack) -> Array:
    """The share of each segment of an area's people, shape (C, G), in the pack's order.

    The shares of a dimension sum to 1. Areas without demand points may have 0.
    """
    segments = pack.customers.segments
    shares = np.stack([_given(pack, each.share) for each in segments], axis=1) if segments else None
    if shares is None:
        return np.zeros((len(pack.areas), 0))
    for dimension in dimensions(pack):
        own = [g for g, each in enumerate(segments) if each.dimension == dimension]
        rest = [g for g in own if segments[g].share is None]
        if rest:
            told = shares[:, [g for g in own if g not in rest]]
            left = np.maximum(0.0, 1.0 - told.sum(axis=1))
            shares[:, rest[0]] = left
    return np.nan_to_num(shares, nan=0.0)


def area_shares(pack: Pack, share: AreaShare) -> Array:
    """A share in every area, shape (C,), NaN where the area has no demand points."""
    facts = pack.customers.facts
    used = {point.area for point in pack.demand_points}  # only their facts were checked
    return np.array(
        [share.value(facts[area.code]) if area.code in used else np.nan for area in pack.areas]
    )


def _given(pack: Pack, share: AreaShare | float | None) -> Array:
    if isinstance(share, AreaShare):
        return area_shares(pack, share)
    return np.full(len(pack.areas), 0.0 if share is None else share)


def segment_split(pack: Pack, dimension: str) -> Array:
    """How the visits of an area are split over the segments of a dimension, shape (C, B, G).

    In proportion to the segment's share of the people times its rate of visits of that type;
    where that is nothing for a whole area, by the share of the people. Sums to 1 over the G
    segments of `segments_of`, in an area with demand points.
    """
    every = pack.customers.segments
    own = [g for g, each in enumerate(every) if each.dimension == dimension]
    shares = segment_shares(pack)[:, own]
    rates = np.array(
        [[_rate(every[g], kind.id) for g in own] for kind in pack.visit_types], dtype=np.float64
    )
    weight = shares[:, None, :] * rates[None, :, :]
    weight = np.where(weight.sum(axis=2, keepdims=True) > 0, weight, shares[:, None, :])
    total = weight.sum(axis=2, keepdims=True)
    split = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return np.asarray(split, dtype=np.float64)


def _rate(segment: Segment, visit_type: str) -> float:
    figure = segment.rates.get(visit_type)
    return 1.0 if figure is None else figure.value


def need_weights(pack: Pack, asked: Iterable[str]) -> Array:
    """How much a minute of a person counts at each demand point, shape (I,).

    In each asked dimension the mean of the segments' need weights over the people of the area;
    the dimensions are multiplied. 1 where no dimension is asked.
    """
    shares = segment_shares(pack)
    weight = np.ones(len(pack.areas))
    for dimension in asked:
        own = [g for g, e in enumerate(pack.customers.segments) if e.dimension == dimension]
        weights = np.array([pack.customers.segments[g].need_weight.value for g in own])
        total = shares[:, own].sum(axis=1)
        mean = np.divide(shares[:, own] @ weights, total, out=np.ones_like(total), where=total > 0)
        weight *= mean
    return np.asarray(weight[area_of_points(pack)], dtype=np.float64)


def area_of_points(pack: Pack) -> NDArray[np.int64]:
    """The position of each demand point's area, shape (I,)."""
    position = {area.code: c for c, area in enumerate(pack.areas)}
    return np.array([position[point.area] for point in pack.demand_points], dtype=np.int64)
