"""Holds the travel model against road distances that are known, and says how far off it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.pack.travel_types import KnownRoad
from planner.pack.types import Pack
from planner.travel.great_circle import great_circle_km


@dataclass(frozen=True, slots=True)
class RoadError:
    """One known road: modelled kilometres, and the error as a share of the known ones."""

    road: KnownRoad
    modelled_km: float
    error: float


@dataclass(frozen=True, slots=True)
class TravelError:
    """How far the great-circle model is off on the known roads; shares of the known distance."""

    median: float
    mean: float
    worst: RoadError
    roads: tuple[RoadError, ...]


def great_circle_error(pack: Pack) -> TravelError | None:
    """The error of the pack's great-circle model on its known roads; None without any."""
    roads = pack.known_roads
    if not roads:
        return None
    circuity = pack.travel.circuity.value
    judged = []
    for road in roads:
        start = [road.from_lat], [road.from_lon]
        km = float(great_circle_km(*start, [road.to_lat], [road.to_lon])[0, 0]) * circuity
        judged.append(RoadError(road, km, km / road.road_km - 1))
    size = np.array([abs(entry.error) for entry in judged])
    worst = judged[int(size.argmax())]
    return TravelError(float(np.median(size)), float(size.mean()), worst, tuple(judged))
