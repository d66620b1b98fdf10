"""Travel by a matrix that the pack brings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.errors import Fault, InputError
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack
from planner.travel.places import places_of
from planner.travel.straight import plane_ways, speeds, straight_ways
from planner.travel.times import TravelTimes, TravelTold, trip_cost_kes

Array = NDArray[np.float64]


def matrix_times(pack: Pack) -> TravelTimes:
    """The travel of a pack's own matrix.

    Raises:
        InputError: The pack brings none.
    """
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
    speed = speeds(pack.travel, places_of(pack, pack.demand_points))[matrix.point]
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
    between, between_min = _beside_matrix(pack, notes)
    return TravelTimes(
        _spread_out(pack, matrix, minutes),
        _spread_out(pack, matrix, km),
        between,
        between_min,
        None if kes is None else _spread_out(pack, matrix, kes),
        tuple(notes),
        unknown,
        TravelTold("matrix"),
    )


def _spread_out(pack: Pack, matrix: TravelMatrix, values: Array) -> Array:
    """The figures of the pairs as a table of points and sites, inf where there is no route."""
    table = np.full((len(pack.demand_points), len(pack.sites)), np.inf)
    table[matrix.point, matrix.site] = values
    return table


def _beside_matrix(pack: Pack, notes: list[str]) -> tuple[Array, Array]:
    """Kilometres and minutes between sites, which a point-to-site matrix does not hold."""
    placed = pack.projected or all(site.lat is not None for site in pack.sites)
    if not placed:
        notes.append("Distances between sites are unknown: duplicates cannot be judged.")
        unknown = np.full((len(pack.sites), len(pack.sites)), np.inf)
        np.fill_diagonal(unknown, 0.0)
        return unknown, unknown
    notes.append("Distances between sites are the straight-line model's; the matrix has none.")
    ways = plane_ways(pack) if pack.projected else straight_ways(pack)
    sites = places_of(pack, pack.sites)
    km, minutes = ways.between(sites, sites)
    return np.minimum(km, km.T), np.minimum(minutes, minutes.T)
