"""Straight lines: on the globe led round obstacles and made longer, in the plane as they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import listed
from planner.pack.travel_types import TravelParameters
from planner.pack.types import Pack
from planner.travel.great_circle import great_circle_km
from planner.travel.led_round import WaysRound, ways_round
from planner.travel.obstacles import obstacles_of
from planner.travel.places import Places

Array = NDArray[np.float64]
KEPT_PAIRS = 1_000_000  # 8 MB


@dataclass(frozen=True, slots=True, eq=False)
class StraightWays:
    """Straight lines led round obstacles, times circuity, at the speed of where a trip starts.

    Attributes:
        figures: What the pack says of travel.
        round: What is in the way; None where nothing is.
        sources: Where the figures come from.
        notes: What was led round.
    """

    figures: TravelParameters
    round: WaysRound | None
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def between(self, start: Places, end: Places) -> tuple[Array, Array]:
        """Kilometres and minutes, each (n, m)."""
        straight = straight_km(self.round, start, end)
        here, there = circuities(self.figures, start), circuities(self.figures, end)
        km = straight * (here[:, None] + there[None, :]) / 2
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
    """The great-circle model of a pack.

    Raises:
        InputError: The file of lakes cannot be read.
    """
    figures = (pack.travel.circuity, pack.travel.circuity_slow)
    sources = [figure.mark.source for figure in figures if figure is not None]
    obstacles = obstacles_of(pack)
    notes = list(obstacles.notes)
    if obstacles.any:
        notes.insert(0, f"Straight lines are led round the {' and the '.join(obstacles.avoided)}.")
    if obstacles.cut_off:
        notes.append(
            "Cut off by water or the border, joined by the shortest crossing:"
            f" {listed(obstacles.cut_off)}."
        )
    return StraightWays(
        pack.travel,
        ways_round(obstacles) if obstacles.any else None,
        tuple(dict.fromkeys(sources)),
        tuple(notes),
    )


def straight_km(ways: WaysRound | None, start: Places, end: Places) -> Array:
    """Straight kilometres, led round what is in the way, from each start to each end, (n, m)."""
    if ways is None:
        return great_circle_km(start.north, start.east, end.north, end.east)
    if len(start) * len(end) > KEPT_PAIRS:
        return ways.between(start.north, start.east, end.north, end.east)
    axes = (start.north, start.east, end.north, end.east)
    return _kept_km(ways, *(axis.tobytes() for axis in axes))


@lru_cache(maxsize=8)  # other circuity, same lines: a study of what is uncertain asks often
def _kept_km(ways: WaysRound, *axes: bytes) -> Array:
    km = ways.between(*(np.frombuffer(axis) for axis in axes))
    km.setflags(write=False)
    return km


def plane_ways(pack: Pack) -> PlaneWays:
    """The Euclidean model of a projected pack."""
    return PlaneWays(pack.travel, (pack.travel.speed_kmh.mark.source,))


def speeds(figures: TravelParameters, start: Places) -> Array:
    """Kilometres an hour for trips that start at each place, shape (n,)."""
    return np.where(start.slow, figures.speed_slow_kmh.value, figures.speed_kmh.value)


def circuities(figures: TravelParameters, places: Places) -> Array:
    """Road kilometres per straight kilometre at each place, shape (n,)."""
    slow = figures.circuity if figures.circuity_slow is None else figures.circuity_slow
    return np.where(places.slow, slow.value, figures.circuity.value)
