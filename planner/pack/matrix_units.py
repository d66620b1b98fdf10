"""The units of a matrix: by convention or as stated, and confirmed by how far places are apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import Findings
from planner.pack.globe import pair_km
from planner.pack.matrix_programs import (
    IN_KM,
    IN_MINUTES,
    STATED,
    UNIT_WORDS,
    MatrixForm,
    Measured,
)
from planner.pack.travel_types import TravelMatrix

Array = NDArray[np.float64]
Positions = NDArray[np.int64]
LEAST_KM = 1.0  # pairs nearer than this say little of units
SPEEDS_KMH = (3.0, 120.0)  # a median between walking and a fast road is plausible
CIRCUITY = (0.98, 3.0)  # likewise road km per straight km; straight lines are 1
FAR_OFF = 10.0  # so many times outside these a unit does not count, whoever states it


@dataclass(frozen=True, slots=True, eq=False)
class MatrixPlaces:
    """Where the demand points and sites lie: latitudes and longitudes, or y and x in metres.

    `circuity` is the pack's: road km per straight km where a matrix gives no kilometres.
    """

    points: tuple[Array, Array]
    sites: tuple[Array, Array]
    circuity: float
    projected: bool = False

    def straight_km(self, point: Positions, site: Positions) -> Array:
        """Straight kilometres of pairs, shape (n,), nan where a place has no coordinates."""
        start, end = ([axis[at] for axis in each] for each, at in
                      ((self.points, point), (self.sites, site)))  # fmt: skip
        if self.projected:
            flat = np.hypot(start[0] - end[0], start[1] - end[1]) / 1000
            return np.asarray(flat, dtype=np.float64)
        return pair_km(*start, *end)


def places_of_rows(
    points: Sequence[Mapping[str, Any]], sites: Sequence[Mapping[str, Any]], circuity: float
) -> MatrixPlaces | None:
    """The places of rows with lat and lon, else x and y; None where a side has neither."""
    for axes in (("lat", "lon"), ("y", "x")):
        sides = [[_axis(rows, axis) for axis in axes] for rows in (points, sites)]
        if not any(np.isnan(axis).all() for side in sides for axis in side):
            (north, east), (to_north, to_east) = sides
            projected = axes == ("y", "x")
            factor = 1.0 if projected else circuity
            return MatrixPlaces((north, east), (to_north, to_east), factor, projected)
    return None


def _axis(rows: Sequence[Mapping[str, Any]], name: str) -> Array:
    return np.array(
        [np.nan if row.get(name) is None else row[name] for row in rows], dtype=np.float64
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """The medians over the pairs that are far enough apart; None where they are not given.

    Attributes:
        pairs: How many such pairs there are.
        minutes: Minutes one way.
        km: Kilometres one way.
        speed_kmh: Kilometres (else the straight ones times circuity) an hour.
        circuity: Kilometres per straight kilometre.
    """

    pairs: int
    minutes: float | None = None
    km: float | None = None
    speed_kmh: float | None = None
    circuity: float | None = None

    @property
    def is_time_plausible(self) -> bool:
        """Whether trips are as fast as trips can be."""
        return self.speed_kmh is not None and SPEEDS_KMH[0] <= self.speed_kmh <= SPEEDS_KMH[1]

    @property
    def is_distance_plausible(self) -> bool:
        """Whether roads are as long as roads can be."""
        return self.circuity is not None and CIRCUITY[0] <= self.circuity <= CIRCUITY[1]

    @property
    def time_words(self) -> str:
        """The median minutes and speed."""
        return f"median {_short(self.minutes)} min at {_short(self.speed_kmh)} km/h"

    @property
    def distance_words(self) -> str:
        """The median kilometres and circuity."""
        return f"median {_short(self.km)} km, {_short(self.circuity)} x the straight line"


def evidence_of(minutes: Array, km: Array, straight: Array, circuity: float) -> Evidence:
    """What the distances between places say of a matrix, arrays of shape (n,), nan where missing.

    Minutes are held against the matrix's own kilometres where those are plausible, else against
    straight kilometres times circuity.
    """
    far = straight >= LEAST_KM
    pairs = int(far.sum())
    longer = _median((km / np.where(far, straight, np.nan))[far])
    road = km
    if longer is None or not CIRCUITY[0] <= longer <= CIRCUITY[1]:
        road = straight * circuity
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = _median((road / minutes * 60)[far])
    return Evidence(pairs, _median(minutes[far]), _median(km[far]), speed, longer)


def in_own_units(
    form: MatrixForm,
    time: Array,
    distance: Array,
    straight: Array | None,
    circuity: float,
    file: str,
    findings: Findings,
) -> tuple[Array, Array, tuple[str, ...]] | None:
    """Minutes, kilometres and what was understood; None where the units are in doubt (a fault).

    Args:
        form: What the columns are.
        time: Times as they stand, shape (P,), nan where missing; `distance` likewise.
        distance: Distances.
        straight: Straight kilometres of the pairs; None where places are not known.
        circuity: The pack's.
        file: The file's name, for faults.
        findings: Takes the faults and warnings.
    """
    apart = np.full(time.size, np.nan) if straight is None else straight
    km, km_words = _distance_in_km(form.distance, distance, apart, file, findings)
    minutes, time_words = _time_in_minutes(form.time, time, km, apart, circuity, file, findings)
    if km is None or minutes is None:
        return None
    return minutes, km, tuple(each for each in (time_words, km_words) if each)


def warn_units(matrix: TravelMatrix, places: MatrixPlaces, findings: Findings) -> None:
    """Says where minutes or kilometres of the planner's own columns cannot be in these units."""
    straight = places.straight_km(matrix.point, matrix.site)
    found = evidence_of(matrix.minutes, matrix.km, straight, places.circuity)
    if found.circuity is not None and not found.is_distance_plausible:
        findings.warn(f"{matrix.file}: km: {found.distance_words}: are they kilometres?")
    if found.speed_kmh is not None and not found.is_time_plausible:
        findings.warn(f"{matrix.file}: minutes: {found.time_words}: are they minutes?")


def _distance_in_km(
    column: Measured | None, distance: Array, straight: Array, file: str, findings: Findings
) -> tuple[Array | None, str]:
    """Kilometres, None where their unit is in doubt, and what was understood."""
    if column is None:
        return np.full(distance.size, np.nan), ""
    found = {
        unit: evidence_of(np.full_like(distance, np.nan), distance * factor, straight, 1.0)
        for unit, factor in IN_KM.items()
    }
    fitting = [unit for unit, each in found.items() if each.is_distance_plausible]
    told = {unit: each.distance_words for unit, each in found.items() if each.circuity is not None}
    own = None if column.unit is None else found[column.unit].circuity
    words = _judged(
        column, told, fitting, "km", file, findings, is_far_off=_is_far_off(own, CIRCUITY)
    )
    if words is None or column.unit is None:
        return None, ""
    return distance * IN_KM[column.unit], words


def _time_in_minutes(
    column: Measured | None,
    time: Array,
    km: Array | None,
    straight: Array,
    circuity: float,
    file: str,
    findings: Findings,
) -> tuple[Array | None, str]:
    """Minutes likewise."""
    if column is None:
        return np.full(time.size, np.nan), ""
    road = np.full(time.size, np.nan) if km is None else km
    found = {
        unit: evidence_of(time * factor, road, straight, circuity)
        for unit, factor in IN_MINUTES.items()
    }
    fitting = [unit for unit, each in found.items() if each.is_time_plausible]
    told = {unit: each.time_words for unit, each in found.items() if each.speed_kmh is not None}
    own = None if column.unit is None else found[column.unit].speed_kmh
    words = _judged(
        column, told, fitting, "minutes", file, findings, is_far_off=_is_far_off(own, SPEEDS_KMH)
    )
    if words is None or column.unit is None:
        return None, ""
    return time * IN_MINUTES[column.unit], words


def _judged(
    column: Measured,
    told: Mapping[str, str],
    fitting: list[str],
    option: str,
    file: str,
    findings: Findings,
    *,
    is_far_off: bool,
) -> str | None:
    """What a column was understood as; None, with a fault, where that is in doubt.

    Args:
        column: The column.
        told: The medians by unit; none where nothing is known to hold them against.
        fitting: The units that are plausible.
        option: What a person states the unit of: `minutes` or `km`.
        file: The file's name.
        findings: Takes the fault, or the warning.
        is_far_off: Whether its unit is so wrong that it does not count even where it is stated.
    """
    units = IN_MINUTES if option == "minutes" else IN_KM
    how = (
        f"State it to planner matrix: --units {option}={'|'.join(units)}; or name the column"
        f" {'duration_s or duration_min' if option == 'minutes' else 'distance_m or distance_km'}"
    )
    near = ", ".join(f"{UNIT_WORDS[unit]} ({told[unit]})" for unit in fitting)
    likely = f"It may be {near}. " if near else ""
    if told and not near:
        likely = "No unit makes it plausible: check that each row names the right places. "
    if column.unit is None:
        findings.fault(
            file, 1, column.heading, "no unit",
            "seconds, minutes or hours" if option == "minutes" else "metres, kilometres or miles",
            likely + how,
        )  # fmt: skip
        return None
    words = f"{column.heading}: {UNIT_WORDS[column.unit]} ({column.why}"
    if column.unit not in told:
        return f"{words}; not confirmed: no places are known to hold it against)"
    if column.unit in fitting:
        return f"{words}; {told[column.unit]}: plausible)"
    if column.is_sure and not (column.why == STATED and is_far_off):
        told_so = f"{words}; {told[column.unit]}: NOT plausible)"
        findings.warn(f"{file}: {told_so}")
        return told_so
    findings.fault(
        file, 1, column.heading, f"{told[column.unit]}, as {UNIT_WORDS[column.unit]}",
        f"{SPEEDS_KMH[0]:g} to {SPEEDS_KMH[1]:g} km/h" if option == "minutes"
        else f"{CIRCUITY[0]:g} to {CIRCUITY[1]:g} x the straight line",
        f"{UNIT_WORDS[column.unit].capitalize()} are {column.why}. {likely}"
        f"A file in doubt is not written. {how}",
    )  # fmt: skip
    return None


def _is_far_off(value: float | None, plausible: tuple[float, float]) -> bool:
    """Whether a median lies beyond a factor of ten of what is plausible."""
    low, high = plausible
    return value is not None and not low / FAR_OFF <= value <= high * FAR_OFF


def _short(value: float | None) -> str:
    """A figure with three digits, and thousands written out."""
    if value is None:
        return "unknown"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _median(values: Array) -> float | None:
    given = values[~np.isnan(values)]
    return float(np.median(given)) if given.size else None
