"""One-way travel of a pack, what is told of its source, and what a trip costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.pack.travel_types import TravelModel, TravelParameters

DECIMALS = 9  # of minutes and kilometres: what is below is rounding, not distance
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TravelTold:
    """What stands beside every travel figure.

    Attributes:
        model: The travel model.
        mode: The mode of the scenario, or `mixed`; empty: the model's own door-to-door speeds.
        sources: Where the roads and figures come from, for the line under a map.
        error: How far the model is off on the pack's known roads, as a share: the median; None
            where nothing is known to hold it against.
        worst: The largest such share likewise.
        known_count: On how many known roads that was measured.
        notes: What was assumed, left out or led round, in sentences.
    """

    model: TravelModel
    mode: str = ""
    sources: tuple[str, ...] = ()
    error: float | None = None
    worst: float | None = None
    known_count: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """One-way travel of a pack.

    Attributes:
        minutes: From point i to site j, shape (I, J), inf where there is no route.
        km: Kilometres likewise.
        site_km: Between sites, the smaller of both directions, shape (J, J); inf when unknown.
        site_min: Minutes likewise.
        kes: What a return trip costs, shape (I, J), inf where there is no route; None where it
            follows from minutes and kilometres (`trip_cost_kes`).
        notes: What was assumed where the source was silent.
        unknown: Units that no source gives (`minutes`, `km`); they stand as 0 where there is a
            route, and nothing may be judged by them.
        told: Model, sources and error; None for arrays that were made by hand.
    """

    minutes: Array
    km: Array
    site_km: Array
    site_min: Array
    kes: Array | None = None
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    told: TravelTold | None = None

    def __post_init__(self) -> None:
        """Round to 1e-9, so that 31 minutes is 31 and "within" includes equality; read-only."""
        for name in ("minutes", "km", "site_km", "site_min", "kes"):
            given = getattr(self, name)
            if given is not None:
                array = np.round(given, DECIMALS)
                array.setflags(write=False)
                object.__setattr__(self, name, array)


def trip_cost_kes(minutes: Array, km: Array, parameters: TravelParameters) -> Array:
    """What one return trip costs: 2 x (fare by km + local leg + the value of the time)."""
    one_way = (
        km * parameters.fare_kes_per_km.value
        + parameters.local_leg_kes.value
        + minutes / 60 * parameters.value_of_time_kes_per_hour.value
    )
    return np.asarray(2 * one_way, dtype=np.float64)


def kes_per_minute(parameters: TravelParameters) -> float:
    """What one more minute one way costs on a return trip, at the ordinary speed."""
    km = parameters.speed_kmh.value / 60
    fare = km * parameters.fare_kes_per_km.value
    return 2 * (fare + parameters.value_of_time_kes_per_hour.value / 60)
