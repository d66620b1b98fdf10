"""What a matrix is joined to, its pairs as they stand, and what a reading of it gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.joins import Routes
from planner.pack.matrix_units import MatrixPlaces, places_of_rows
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MatrixJoin:
    """What a matrix is joined to; None where it was not given.

    Attributes:
        points: The ids of the demand points in the pack's order; `sites` likewise.
        sites: The ids of the sites.
        places: Where both lie.
        is_ordered: Whether the order of the ids is the pack's, so that positions can be told.
    """

    points: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None
    places: MatrixPlaces | None = None
    is_ordered: bool = True


def join_of_pack(pack: Pack) -> MatrixJoin:
    """All that a sound pack gives to join to."""
    points, sites = (
        [{"lat": each.lat, "lon": each.lon, "x": each.x, "y": each.y} for each in entries]
        for entries in (pack.demand_points, pack.sites)
    )
    return MatrixJoin(
        tuple(each.id for each in pack.demand_points),
        tuple(each.id for each in pack.sites),
        places_of_rows(points, sites, pack.travel.circuity.value),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The pairs of a matrix as they stand, parallel arrays of shape (P,).

    Attributes:
        starts: Where trips start, each text once; `start` is the place of each pair's among them.
        start: See `starts`.
        ends: Where they end, likewise.
        end: See `ends`.
        time: As it stands, nan where missing; `distance` and `kes` likewise.
        distance: See `time`.
        kes: See `time`.
        rows: The row of each pair as a spreadsheet shows it; None where it is not known.
        is_wide: Whether the ends stand in the header, so that a row holds many pairs.
    """

    starts: tuple[str, ...]
    start: Whole
    ends: tuple[str, ...]
    end: Whole
    time: Array
    distance: Array
    kes: Array
    rows: Whole | None = None
    is_wide: bool = False

    def row(self, at: int) -> int | None:
        """The row of one pair."""
        return None if self.rows is None else int(self.rows[at])

    def only(self, kept: NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        arrays = {
            name: getattr(self, name)[kept] for name in ("start", "end", "time", "distance", "kes")
        }
        return replace(self, **arrays, rows=None if self.rows is None else self.rows[kept])


@dataclass(frozen=True, slots=True, eq=False)
class MatrixReading:
    """A matrix that was read and joined.

    Attributes:
        row_count: The pairs that were read, with or without a route.
        matrix: Those that have one.
        points: The ids that its positions mean; `sites` likewise.
        sites: See `points`.
        rows: The row of each pair of the matrix as a spreadsheet shows it; None if not known.
    """

    row_count: int
    matrix: TravelMatrix
    points: tuple[str, ...]
    sites: tuple[str, ...]
    rows: Whole | None = None

    def as_rows(self) -> list[dict[str, Any]]:
        """The pairs as plain values, None where a figure is missing."""
        matrix = self.matrix
        rows = [None] * matrix.point.size if self.rows is None else self.rows.tolist()
        return [
            {
                "row": row,
                "demand_point": self.points[i],
                "site": self.sites[j],
                "minutes": None if math.isnan(minutes) else minutes,
                "km": None if math.isnan(km) else km,
            }
            for row, i, j, minutes, km in zip(
                rows,
                matrix.point.tolist(),
                matrix.site.tolist(),
                matrix.minutes.tolist(),
                matrix.km.tolist(),
                strict=True,
            )
        ]


def routes_of_matrix(matrix: TravelMatrix, points: Sequence[str], sites: Sequence[str]) -> Routes:
    """The routes of a matrix between the points and sites with these ids, in its order."""
    reached = (
        frozenset(ids[at] for at in np.unique(places).tolist())
        for ids, places in ((points, matrix.point), (sites, matrix.site))
    )
    return Routes(matrix.file, matrix.point.size, *reached)
