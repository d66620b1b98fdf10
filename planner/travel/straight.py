"""Straight lines made longer: on the globe by circuity, in the plane as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.travel_types import TravelParameters
from planner.pack.types import Pack
from planner.travel.great_circle import great_circle_km
from planner.travel.places import Places

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StraightWays:
    """Great-circle distance times circuity, at the speed of the area where a trip starts."""

    figures: TravelParameters
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def between(self, start: Places, end: Places) -> tuple[Array, Array]:
        """Kilometres and minutes, each (n, m)."""
        straight = great_circle_km(start.north, start.east, end.north, end.east)
        km = straight * self.figures.circuity.value
        return km, km / speeds(self.figures, start)[:, None] * 60


@dataclass(frozen=True, slots=True)
class PlaneWays:
    """Straight lines between places in metres; a projected pack brings no circuity of its own."""

    figures: TravelParameters
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def between(self, start: Places, end: Places) -> tuple[Array, Array]:
        """Kilometres and minutes, each (n, m)."""
        km = (
            np.hypot(
                start.north[:, None] - end.north[None, :], start.east[:, None] - end.east[None, :]
            )
            / 1000
        )
        return km, km / speeds(self.figures, start)[:, None] * 60


def straight_ways(pack: Pack) -> StraightWays:
    """The great-circle model of a pack."""
    return StraightWays(pack.travel, (pack.travel.circuity.mark.source,))


def plane_ways(pack: Pack) -> PlaneWays:
    """The Euclidean model of a projected pack."""
    return PlaneWays(pack.travel, (pack.travel.speed_kmh.mark.source,))


def speeds(figures: TravelParameters, start: Places) -> Array:
    """Kilometres an hour for trips that start at each place, shape (n,)."""
    return np.where(start.slow, figures.speed_slow_kmh.value, figures.speed_kmh.value)
