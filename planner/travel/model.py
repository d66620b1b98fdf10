"""The travel models: great-circle, Euclidean, and an imported matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.errors import Fault, InputError
from planner.pack.types import DemandPoint, Pack, Site, TravelMatrix, TravelParameters
from planner.travel.great_circle import great_circle_km

DECIMALS = 9  # of minutes and kilometres: what is below is rounding, not distance
TravelModel = Literal["great_circle", "matrix", "euclidean"]
Array = NDArray[np.float64]


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
    """

    minutes: Array
    km: Array
    site_km: Array
    site_min: Array
    kes: Array | None = None
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Round to 1e-9, so that 31 minutes is 31 and "within" includes equality; read-only."""
        for name in ("minutes", "km", "site_km", "site_min", "kes"):
            given = getattr(self, name)
            if given is not None:
                array = np.round(given, DECIMALS)
                array.setflags(write=False)
                object.__setattr__(self, name, array)


def default_model(pack: Pack) -> TravelModel:
    """Great-circle where places have degrees, Euclidean for metres, else the pack's matrix."""
    if pack.projected:
        return "euclidean"
    if any(site.lat is None for site in pack.sites):
        return "matrix"
    return "great_circle"


def travel_times(pack: Pack, model: TravelModel) -> TravelTimes:
    """Travel between every demand point and every site, and between sites.

    Args:
        pack: A checked pack.
        model: Which model to use; it must suit what the pack gives.

    Raises:
        InputError: The pack lacks what the model needs.
    """
    if model == "matrix":
        return _from_matrix(pack)
    if (model == "euclidean") != pack.projected or default_model(pack) == "matrix":
        raise InputError(
            [
                Fault(
                    "scenario",
                    None,
                    "travel.model",
                    model,
                    default_model(pack),
                    "The pack's places do not have the coordinates that this model needs.",
                )
            ]
        )
    distance = _euclidean_km if model == "euclidean" else _road_km
    km = distance(pack.demand_points, pack.sites, pack.travel)
    between = distance(pack.sites, pack.sites, pack.travel)
    minutes = km / _speed(pack, pack.demand_points)[:, None] * 60
    return TravelTimes(minutes, km, np.minimum(between, between.T), _between_minutes(pack, between))


def _between_minutes(pack: Pack, between_km: Array) -> Array:
    """Minutes between sites, the smaller of both directions."""
    minutes = between_km / _speed(pack, pack.sites)[:, None] * 60
    return np.minimum(minutes, minutes.T)


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


Places = Sequence[DemandPoint] | Sequence[Site]


def _speed(pack: Pack, start: Places) -> Array:
    """Kilometres an hour for trips that start at each place, shape (places,)."""
    slow = pack.travel.speed_slow_kmh.value
    ordinary = pack.travel.speed_kmh.value
    return np.array([slow if p.area in pack.travel.slow_areas else ordinary for p in start])


def _road_km(start: Places, end: Places, parameters: TravelParameters) -> Array:
    straight = great_circle_km(
        _coordinates(start, "lat"),
        _coordinates(start, "lon"),
        _coordinates(end, "lat"),
        _coordinates(end, "lon"),
    )
    return np.asarray(straight * parameters.circuity.value, dtype=np.float64)


def _coordinates(places: Places, axis: str) -> Array:
    return np.array([getattr(place, axis) for place in places], dtype=np.float64)


def _euclidean_km(start: Places, end: Places, parameters: TravelParameters) -> Array:
    """Straight lines in the plane; projected packs bring no circuity of their own."""
    del parameters
    x1, y1 = (_coordinates(start, axis) for axis in "xy")
    x2, y2 = (_coordinates(end, axis) for axis in "xy")
    return np.asarray(
        np.hypot(x1[:, None] - x2[None, :], y1[:, None] - y2[None, :]) / 1000, dtype=np.float64
    )


def _from_matrix(pack: Pack) -> TravelTimes:
    if pack.travel_matrix is None:
        message = "The pack brings no travel.csv or travel.parquet."
        raise InputError([Fault("scenario", None, "travel.model", "matrix", "", message)])
    matrix = pack.travel_matrix
    given = {"minutes": matrix.minutes, "km": matrix.km}
    has_costs = not np.isnan(matrix.kes).all()
    unknown: tuple[str, ...] = ()
    notes = []
    if matrix.has_costs_only:
        unknown = ("minutes", "km")
        given = dict.fromkeys(unknown, np.zeros(matrix.point.size))
        notes.append("The matrix gives costs only: minutes and kilometres are unknown, shown as 0.")
    for unit, values in given.items():
        if count := int(np.isnan(values).sum()):
            notes.append(
                f"{count} pairs of the matrix have no {unit}: taken from the other unit at pack"
                " speeds."
            )
    speed = _speed(pack, pack.demand_points)[matrix.point]
    km = np.where(np.isnan(given["km"]), given["minutes"] * speed / 60, given["km"])
    minutes = np.where(np.isnan(given["minutes"]), km / speed * 60, given["minutes"])
    kes = None
    if has_costs:
        lacking = np.isnan(matrix.kes)
        if lacking.any():
            notes.append(
                f"{int(lacking.sum())} pairs of the matrix have no kes: worked out from km and"
                " minutes."
            )
        kes = np.where(lacking, trip_cost_kes(minutes, km, pack.travel), matrix.kes)
    between = _site_km_beside_matrix(pack, notes)
    return TravelTimes(
        _spread_out(pack, matrix, minutes),
        _spread_out(pack, matrix, km),
        between,
        _between_minutes(pack, between),
        None if kes is None else _spread_out(pack, matrix, kes),
        tuple(notes),
        unknown,
    )


def _spread_out(pack: Pack, matrix: TravelMatrix, values: Array) -> Array:
    """The figures of the pairs as a table of points and sites, inf where there is no route."""
    table = np.full((len(pack.demand_points), len(pack.sites)), np.inf)
    table[matrix.point, matrix.site] = values
    return table


def _site_km_beside_matrix(pack: Pack, notes: list[str]) -> Array:
    """Distances between sites, which a point-to-site matrix does not hold."""
    if pack.projected:
        between = _euclidean_km(pack.sites, pack.sites, pack.travel)
    elif all(site.lat is not None for site in pack.sites):
        between = _road_km(pack.sites, pack.sites, pack.travel)
    else:
        notes.append("Distances between sites are unknown: duplicates cannot be judged.")
        between = np.full((len(pack.sites), len(pack.sites)), np.inf)
        np.fill_diagonal(between, 0.0)
        return between
    notes.append("Distances between sites are the straight-line model's; the matrix has none.")
    return between
