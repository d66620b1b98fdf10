"""Holds a travel model against roads whose length is known, and says which lengths are doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.pack.globe import pair_km
from planner.pack.travel_types import KnownRoad
from planner.pack.types import Pack
from planner.travel.places import Places, places_at
from planner.travel.ways import Ways

Array = NDArray[np.float64]
Doubt = Literal["unusual", "detour", "short"]

WITHIN = 0.10  # of the known length: near enough to be called right
FENCE_IQR = 1.5  # Tukey's fences: so many interquartile ranges beyond the quartiles
FENCE_ROADS = 8  # two to a quarter; quartiles of fewer say nothing
DETOUR_SHARE = 0.01  # a shorter way through a third town counts from here on


@dataclass(frozen=True, slots=True)
class Suspect:
    """Why a known length is doubtful.

    Attributes:
        why: `unusual`: its km per straight km lie beyond Tukey's fences (Exploratory Data
            Analysis, 1977) of the table; `detour`: the way through a third town of the table is
            shorter; `short`: it is shorter than the straight line.
        found: Known km per straight km; for `detour` the known km.
        least: The lower fence; for `detour` the km of the way round, for `short` 1.
        most: The upper fence; for the others as `least`.
        through: The town of the detour.
    """

    why: Doubt
    found: float
    least: float
    most: float
    through: str = ""


@dataclass(frozen=True, slots=True)
class RoadError:
    """One known road: modelled kilometres, the error as a share of the known, and its doubts."""

    road: KnownRoad
    modelled_km: float
    error: float
    doubts: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorSize:
    """How large errors are, whatever their sign, as shares of the known lengths.

    Attributes:
        count: Of how many roads.
        median: The middle one; `mean` and `most` likewise.
        within: The share of roads with an error of at most `WITHIN`.
    """

    count: int
    median: float
    mean: float
    most: float
    within: float


@dataclass(frozen=True, slots=True)
class TravelError(ErrorSize):
    """How far a travel model is off on the known roads of a pack, the doubtful ones among them.

    Attributes:
        worst: The road with the largest error.
        roads: Every known road, in the order of the table.
        sound: The same without the doubtful ones; None where all are doubtful.
        least_km: The shortest known length: what is below is not judged.
    """

    worst: RoadError
    roads: tuple[RoadError, ...]
    sound: ErrorSize | None
    least_km: float


def road_errors(pack: Pack, ways: Ways) -> TravelError | None:
    """The error of a travel model on the pack's known roads; None where it has none in degrees.

    Args:
        pack: A checked pack.
        ways: A model made ready for it (`ways_of`).
    """
    roads = pack.known_roads
    if not roads or pack.projected:
        return None
    modelled = modelled_km(pack, ways)
    known = np.array([road.road_km for road in roads])
    error = modelled / known - 1
    doubts = suspects(roads)
    judged = tuple(
        RoadError(road, float(km), float(share), doubt)
        for road, km, share, doubt in zip(roads, modelled, error, doubts, strict=True)
    )
    every = error_size(error)
    sound = np.array([not doubt for doubt in doubts])
    return TravelError(
        every.count,
        every.median,
        every.mean,
        every.most,
        every.within,
        judged[int(np.abs(error).argmax())],
        judged,
        error_size(error[sound]) if sound.any() else None,
        float(known.min()),
    )


def modelled_km(pack: Pack, ways: Ways) -> Array:
    """Kilometres of each known road by a travel model, shape (roads,); inf for no route."""
    ends = {(road.from_lat, road.from_lon): road.from_town for road in pack.known_roads}
    ends |= {(road.to_lat, road.to_lon): road.to_town for road in pack.known_roads}
    number = {degrees: place for place, degrees in enumerate(ends)}
    lat, lon = np.array([*ends], dtype=np.float64).reshape(-1, 2).T
    towns: Places = places_at(pack, lat, lon, [*ends.values()])
    km, _ = ways.between(towns, towns)
    start = [number[road.from_lat, road.from_lon] for road in pack.known_roads]
    end = [number[road.to_lat, road.to_lon] for road in pack.known_roads]
    return np.asarray(km[start, end], dtype=np.float64)


def error_size(error: Array) -> ErrorSize:
    """How large some errors are, shares of the known length of either sign, shape (n,), n > 0."""
    size = np.abs(error)
    return ErrorSize(
        size.size,
        float(np.median(size)),
        float(size.mean()),
        float(size.max()),
        float((size <= WITHIN).mean()),
    )


def suspects(roads: Sequence[KnownRoad]) -> tuple[tuple[Suspect, ...], ...]:
    """What makes each known length doubtful by the table alone; nothing for most.

    A model is shown against them like the others, but never fitted to them.
    """
    known = np.array([road.road_km for road in roads], dtype=np.float64)
    straight = np.array(
        [pair_km(road.from_lat, road.from_lon, road.to_lat, road.to_lon) for road in roads],
        dtype=np.float64,
    )
    per_km = np.divide(known, straight, out=np.full(known.size, np.nan), where=straight > 0)
    low, high = _fences(per_km[~np.isnan(per_km)])
    found: list[tuple[Suspect, ...]] = []
    for road, ratio in zip(roads, per_km.tolist(), strict=True):
        doubts = []
        if ratio < low or ratio > high:
            doubts.append(Suspect("unusual", ratio, low, high))
        if (detour := _detour(road, roads)) is not None:
            doubts.append(detour)
        if ratio < 1:
            doubts.append(Suspect("short", ratio, 1.0, 1.0))
        found.append(tuple(doubts))
    return tuple(found)


def _fences(values: Array) -> tuple[float, float]:
    """Tukey's lower and upper fence; quartiles interpolated between neighbours."""
    if values.size < FENCE_ROADS:
        return -np.inf, np.inf
    first, third = np.percentile(values, [25, 75])
    reach = FENCE_IQR * (third - first)
    return float(first - reach), float(third + reach)


def _detour(road: KnownRoad, roads: Sequence[KnownRoad]) -> Suspect | None:
    """The shortest way through a third town, where it is shorter than the known direct one."""
    start, end = (road.from_lat, road.from_lon), (road.to_lat, road.to_lon)
    from_start, from_end = _known_from(start, roads), _known_from(end, roads)
    ways = [
        (km + from_end[town][0], name)
        for town, (km, name) in from_start.items()
        if town in from_end and town not in {start, end}
    ]
    if not ways:
        return None
    km, through = min(ways)
    if km >= road.road_km * (1 - DETOUR_SHARE):
        return None
    return Suspect("detour", road.road_km, km, km, through)


def _known_from(
    place: tuple[float, float], roads: Sequence[KnownRoad]
) -> dict[tuple[float, float], tuple[float, str]]:
    """The shortest known km from a town to each other, with the other's name."""
    found: dict[tuple[float, float], tuple[float, str]] = {}
    for road in roads:
        start, end = (road.from_lat, road.from_lon), (road.to_lat, road.to_lon)
        for here, there, name in ((start, end, road.to_town), (end, start, road.from_town)):
            if here == place and (there not in found or road.road_km < found[there][0]):
                found[there] = road.road_km, name
    return found
