"""Travel by a matrix that the pack brings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.errors import Fault, InputError
from planner.pack.travel_types import TravelMatrix, TravelModel
from planner.pack.types import Pack
from planner.travel.places import places_of
from planner.travel.straight import speeds
from planner.travel.times import TravelTimes, TravelTold, trip_cost_kes
from planner.travel.ways import Ways

Array = NDArray[np.float64]


def matrix_times(pack: Pack, beside: tuple[TravelModel, Ways] | None) -> TravelTimes:
    """The travel of a pack's own matrix.

    Args:
        pack: A pack that brings one.
        beside: The model that measures between sites, made ready; None where none can.

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
    pairs = len(pack.demand_points) * len(pack.sites)
    if lost := pairs - matrix.point.size:
        notes.append(f"{lost:,} of {pairs:,} pairs have no route in the matrix.")
    if matrix.has_costs_only:
        unknown = ("minutes", "km")
        given = dict.fromkeys(unknown, np.zeros(matrix.point.size))
        notes.append("The matrix gives costs only: minutes and kilometres are unknown, shown as 0.")
    for unit, values in given.items():
        if count := int(np.isnan(values).sum()):
            notes.append(
                f"{count:,} pairs of the matrix have no {unit}: taken from the other unit at pack"
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
                f"{int(lacking.sum()):,} pairs of the matrix have no kes: worked out from km and"
                " minutes."
            )
        kes = np.where(lacking, trip_cost_kes(minutes, km, pack.travel), matrix.kes)
    given_min = [name for name in ("wait_min", "local_min") if getattr(pack.travel, name)]
    if given_min and not matrix.has_costs_only:
        notes.append(
            f"{' and '.join(given_min)} of the pack: not added to the minutes of the matrix,"
            " which count as door to door."
        )
    between, between_min = _beside_matrix(pack, beside, notes)
    return TravelTimes(
        _spread_out(pack, matrix, minutes),
        _spread_out(pack, matrix, km),
        between,
        between_min,
        None if kes is None else _spread_out(pack, matrix, kes),
        tuple(notes),
        unknown,
        TravelTold("matrix", sources=(_source(matrix),)),
    )


def _spread_out(pack: Pack, matrix: TravelMatrix, values: Array) -> Array:
    """The figures of the pairs as a table of points and sites, inf where there is no route."""
    table = np.full((len(pack.demand_points), len(pack.sites)), np.inf)
    table[matrix.point, matrix.site] = values
    return table


def _beside_matrix(
    pack: Pack, beside: tuple[TravelModel, Ways] | None, notes: list[str]
) -> tuple[Array, Array]:
    """Kilometres and minutes between sites, which a point-to-site matrix does not hold."""
    if beside is None:
        notes.append("Distances between sites are unknown: duplicates cannot be judged.")
        unknown = np.full((len(pack.sites), len(pack.sites)), np.inf)
        np.fill_diagonal(unknown, 0.0)
        return unknown, unknown
    model, ways = beside
    name = model.replace("_", "-")
    notes.append(f"Distances between sites are those of the {name} model; the matrix has none.")
    sites = places_of(pack, pack.sites)
    km, minutes = ways.between(sites, sites)
    return np.minimum(km, km.T), np.minimum(minutes, minutes.T)


def _source(matrix: TravelMatrix) -> str:
    """The file, who wrote it and in which units, for the line under a map."""
    program = f" of {matrix.program}" if matrix.program else ""
    units = f" ({matrix.units})" if matrix.units else ""
    return f"{matrix.file or 'a matrix'}{program}{units}"
