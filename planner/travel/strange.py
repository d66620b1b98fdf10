"""Holds an imported matrix against the pack's own model, and finds its strangest pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from planner.pack.globe import pair_km
from planner.pack.travel_types import TravelMatrix, TravelModel
from planner.pack.types import Pack
from planner.travel.model import measuring_model, ways_of
from planner.travel.obstacles import obstacles_of
from planner.travel.places import Places, places_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Reason = Literal["faster", "shorter", "over_water", "roundabout", "slow", "fast", "disagrees"]
REASONS: tuple[Reason, ...] = get_args(Reason)

TOP_KMH = 120.0  # nothing on a road goes faster in a straight line
SLOWEST_KMH, FASTEST_KMH = 3.0, 130.0  # along the matrix's own kilometres
ROUNDABOUT = 3.0  # road km per straight km
NEAR_STRAIGHT = 1.05  # so near the straight line that a lake in its way was not gone round
SHORTER = 0.99  # of the straight line, less SNAP_KM: ends are moved to the nearest road
SNAP_KM = 0.2
APART_KM = 1.0  # nearer pairs say nothing of speed or circuity
DISAGREES = 2.0  # times longer or shorter than the model, the usual ratio taken off


@dataclass(frozen=True, slots=True)
class StrangePair:
    """One pair of the matrix that looks wrong, and why; nan where a figure is not known.

    Attributes:
        point: Position of the demand point; `site` likewise.
        reasons: Why it looks wrong.
        straight_km: The straight line.
        km: Kilometres of the matrix; `minutes` likewise.
        model_km: Kilometres of the pack's own model; `model_minutes` likewise.
    """

    point: int
    site: int
    reasons: tuple[Reason, ...]
    straight_km: float
    km: float
    minutes: float
    model_km: float
    model_minutes: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a matrix and the pack's own model agree, over the pairs that both give a route.

    Attributes:
        pairs: How many pairs.
        median: Minutes of the matrix per minute of the model, the median pair.
        low: The same, a tenth of the pairs lies below; `high`: a tenth above.
        correlation: Of both minutes; None where one of them does not vary.
    """

    pairs: int
    median: float
    low: float
    high: float
    correlation: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """An imported matrix held against a model that measures.

    Attributes:
        model: The model; None where places have no coordinates.
        likeness: How minutes agree; None where no pair can be compared.
        km_likeness: The same of kilometres.
        counts: How many pairs look wrong for each reason, those of none left out.
        strange: The worst of each reason, a pair once with all its reasons.
        unlike: Those whose minutes are furthest from the model's, the usual ratio taken off,
            whether they look wrong or not; the furthest first.
    """

    model: TravelModel | None
    likeness: Likeness | None
    km_likeness: Likeness | None
    counts: Mapping[Reason, int]
    strange: tuple[StrangePair, ...] = ()
    unlike: tuple[StrangePair, ...] = ()


def compared(pack: Pack, matrix: TravelMatrix, most: int = 5) -> Comparison:
    """Holds a matrix against the pack's own model.

    Args:
        pack: The pack.
        matrix: Its pairs, in the pack's positions.
        most: How many pairs to name for each reason.

    Raises:
        InputError: The pack lacks what its own model needs.
    """
    model = measuring_model(pack)
    if model is None:
        return Comparison(None, None, None, {})
    points, sites = places_of(pack, pack.demand_points), places_of(pack, pack.sites)
    km, minutes = (
        table[matrix.point, matrix.site] for table in ways_of(pack, model).between(points, sites)
    )
    straight = _straight(pack, points, sites, matrix)
    unlike = _unlike(matrix.minutes, minutes, straight)
    strangeness = _strangeness(matrix, straight, unlike)
    strangeness["over_water"] = _over_water(pack, points, sites, matrix, straight)
    counts = {
        reason: count for reason in REASONS if (count := int((strangeness[reason] > 0).sum()))
    }
    return Comparison(
        model,
        _likeness(matrix.minutes, minutes),
        _likeness(matrix.km, km),
        counts,
        _pairs(matrix, straight, km, minutes, strangeness, _worst(strangeness, most)),
        _pairs(matrix, straight, km, minutes, strangeness, _most(unlike, most)),
    )


def _straight(pack: Pack, points: Places, sites: Places, matrix: TravelMatrix) -> Array:
    i, j = matrix.point, matrix.site
    if pack.projected:
        north, east = points.north[i] - sites.north[j], points.east[i] - sites.east[j]
        return np.asarray(np.hypot(north, east) / 1000, dtype=np.float64)
    return pair_km(points.north[i], points.east[i], sites.north[j], sites.east[j])


def _unlike(minutes: Array, model: Array, straight: Array) -> Array:
    """How far the ratio of minutes is from its median, as a logarithm; 0 where it is not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((straight >= APART_KM) & (minutes > 0) & (model > 0), minutes / model, 0)
        known = (ratio > 0) & np.isfinite(ratio)
        unlike = np.zeros(ratio.size)
        if known.any():
            unlike[known] = np.abs(np.log(ratio[known] / np.median(ratio[known])))
    return unlike


def _strangeness(matrix: TravelMatrix, straight: Array, unlike: Array) -> dict[Reason, Array]:
    """How strange each pair is for each reason but water; 0 where it is not."""
    km, minutes = matrix.km, matrix.minutes
    far = straight >= APART_KM
    with np.errstate(divide="ignore", invalid="ignore"):
        straight_kmh = straight / minutes * 60
        kmh = km / minutes * 60
        circuity = km / straight
        slowness = 1 / kmh
    found: dict[Reason, tuple[Array, Flags]] = {
        "faster": (straight_kmh, far & (straight_kmh > TOP_KMH)),
        "shorter": (straight - km, km < SHORTER * straight - SNAP_KM),
        "roundabout": (circuity, far & (circuity > ROUNDABOUT)),
        "slow": (slowness, far & (kmh < SLOWEST_KMH)),
        "fast": (kmh, far & (kmh > FASTEST_KMH)),
        "disagrees": (unlike, unlike > np.log(DISAGREES)),
    }
    return {reason: np.where(flags, size, 0.0) for reason, (size, flags) in found.items()}


def _over_water(
    pack: Pack, points: Places, sites: Places, matrix: TravelMatrix, straight: Array
) -> Array:
    """The straight km of pairs whose way is as good as straight although a lake lies in it."""
    size = np.zeros(straight.size)
    if pack.projected or pack.lakes is None:
        return size
    near = np.flatnonzero((straight >= APART_KM) & (matrix.km < NEAR_STRAIGHT * straight))
    lakes = obstacles_of(replace(pack, travel=replace(pack.travel, avoid=("lakes",))))
    i, j = matrix.point[near], matrix.site[near]
    wet = lakes.crosses(points.north[i], points.east[i], sites.north[j], sites.east[j])
    size[near[wet]] = straight[near[wet]]
    return size


def _likeness(given: Array, model: Array) -> Likeness | None:
    both = np.isfinite(given) & np.isfinite(model) & (model > 0)
    if not both.any():
        return None
    one, other = given[both], model[both]
    low, median, high = np.quantile(one / other, [0.1, 0.5, 0.9])
    varied = one.size > 1 and np.ptp(one) > 0 and np.ptp(other) > 0
    correlation = float(np.corrcoef(one, other)[0, 1]) if varied else None
    return Likeness(int(both.sum()), float(median), float(low), float(high), correlation)


def _most(size: Array, most: int) -> list[int]:
    """Where the largest figures above 0 stand, largest first."""
    order = np.argsort(-size, kind="stable")[:most]
    return [int(at) for at in order if size[at] > 0]


def _worst(strangeness: Mapping[Reason, Array], most: int) -> list[int]:
    """The worst pairs of each reason, each once."""
    return list(dict.fromkeys(at for r in REASONS for at in _most(strangeness[r], most)))


def _pairs(
    matrix: TravelMatrix,
    straight: Array,
    km: Array,
    minutes: Array,
    strangeness: Mapping[Reason, Array],
    chosen: Sequence[int],
) -> tuple[StrangePair, ...]:
    return tuple(
        StrangePair(
            int(matrix.point[at]),
            int(matrix.site[at]),
            tuple(reason for reason in REASONS if strangeness[reason][at] > 0),
            float(straight[at]),
            float(matrix.km[at]),
            float(matrix.minutes[at]),
            float(km[at]),
            float(minutes[at]),
        )
        for at in chosen
    )
