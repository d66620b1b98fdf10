"""From the pairs of another program's matrix to those of the pack: ids, units, doubles, routes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import nearest
from planner.pack.faults import Findings, listed
from planner.pack.joins import Routes
from planner.pack.matrix_ids import Named, Sides, resolve
from planner.pack.matrix_programs import MatrixChoices, MatrixForm
from planner.pack.matrix_units import MatrixPlaces, in_own_units, places_of_rows
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Pack

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
_MOST_HINTS = 100
OTHER_WAY = "the way from the site to the demand point is taken for the way there"


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


def joined(
    pairs: Pairs,
    form: MatrixForm,
    join: MatrixJoin,
    choices: MatrixChoices,
    file: str,
    findings: Findings,
) -> MatrixReading | None:
    """The pairs between the pack's demand points and sites, in minutes and kilometres.

    Pairs without any figure have no route. Equal doubles are counted once and told; those that
    differ are faults, as are unknown ids, and units or ids that may be read in two ways.
    """
    before, row_count = len(findings.faults), pairs.start.size
    points = join.points if join.points is not None else _own_texts(pairs, choices, at_start=True)
    sites = join.sites if join.sites is not None else _own_texts(pairs, choices, at_start=False)
    sides = _sides(pairs, form, (points, sites), join, choices, file, findings)
    if sides is None:
        return None
    start, end, words = sides
    at = np.column_stack([start[pairs.start], end[pairs.end]])
    if choices.from_sites:
        at = at[:, ::-1]
    sound = np.asarray((at >= 0).all(axis=1))
    pairs, at = pairs.only(sound), at[sound]
    kept = _once(pairs, at, file, findings)
    pairs, at = pairs.only(kept), at[kept]
    straight, circuity = None, 1.0
    if join.places is not None:
        straight, circuity = join.places.straight_km(at[:, 0], at[:, 1]), join.places.circuity
    units = in_own_units(form, pairs.time, pairs.distance, straight, circuity, file, findings)
    _check_costs(pairs, file, findings)
    if units is None or len(findings.faults) > before:
        return None
    minutes, km, unit_words = units
    told = (*form.notes, *unit_words, *words)
    for each in told:
        findings.warn(f"{file}: {each}")
    routed = ~np.isnan([minutes, km, pairs.kes]).all(axis=0)
    point, site = (np.ascontiguousarray(side[routed]) for side in at.T)
    matrix = TravelMatrix(
        point,
        site,
        minutes[routed],
        km[routed],
        pairs.kes[routed],
        file,
        form.program,
        form.units,
        told,
    )
    rows = None if pairs.rows is None else pairs.rows[routed]
    return MatrixReading(row_count, matrix, points, sites, rows)


def _sides(
    pairs: Pairs,
    form: MatrixForm,
    ids: tuple[tuple[str, ...], tuple[str, ...]],
    join: MatrixJoin,
    choices: MatrixChoices,
    file: str,
    findings: Findings,
) -> tuple[Whole, Whole, list[str]] | None:
    """The position in the pack of each text of both sides, -1 where unknown (a fault)."""
    points, sites = ids
    kinds = [(points, "demand point"), (sites, "site")]
    if choices.from_sites:
        kinds.reverse()
    (start_ids, start_noun), (end_ids, end_noun) = kinds
    start = Named(pairs.starts, start_ids, form.start, start_noun)
    end = Named(pairs.ends, end_ids, form.end, end_noun)
    if not choices.from_sites and _is_other_way(pairs, set(points), set(sites)):
        findings.fault(
            file, None, form.start, f"sites such as {pairs.starts[0]}", "ids of demand points",
            "The matrix leads from sites to demand points, the other direction of travel. If that"
            " will do, state it to planner matrix: --direction from_sites",
        )  # fmt: skip
        return None
    if join.is_ordered:
        choice = "positions" if form.names_nothing else choices.ids
        sides = resolve(start, end, choice, file, findings, is_numbered=form.is_numbered)
    else:
        sides = Sides(_known(start), _known(end))
    if sides is None:
        return None
    _unknown(pairs, start, sides.start, pairs.start, set(end_ids), file, findings)
    _unknown(pairs, end, sides.end, pairs.end, set(start_ids), file, findings)
    words = [sides.words] if sides.words else []
    if choices.from_sites:
        words.append(OTHER_WAY)
    return _array(sides.start), _array(sides.end), words


def _array(at: Sequence[int | None]) -> Whole:
    return np.array([-1 if each is None else each for each in at], dtype=np.int64)


def _own_texts(pairs: Pairs, choices: MatrixChoices, *, at_start: bool) -> tuple[str, ...]:
    """The texts of the matrix itself, where nothing is given to join to."""
    return pairs.starts if at_start != choices.from_sites else pairs.ends


def _known(side: Named) -> tuple[int | None, ...]:
    place = {each: at for at, each in enumerate(side.ids)}
    return tuple(place.get(text) for text in side.texts)


def _is_other_way(pairs: Pairs, points: set[str], sites: set[str]) -> bool:
    starts, ends = set(pairs.starts), set(pairs.ends)
    return starts <= sites and ends <= points and not (starts <= points and ends <= sites)


def _unknown(
    pairs: Pairs,
    side: Named,
    at: Sequence[int | None],
    codes: Whole,
    others: set[str],
    file: str,
    findings: Findings,
) -> None:
    """Names the rows whose place the pack does not have, or has on the other side only."""
    lost = np.array([each is None for each in at], dtype=np.bool_)
    if not lost.any():
        return
    swapped = np.array([text in others for text in side.texts], dtype=np.bool_) & lost
    if swapped.any():
        there = np.flatnonzero(swapped[codes])
        names = listed((side.texts[i] for i in np.flatnonzero(swapped)), 3)
        findings.fault(
            file, pairs.row(int(there[0])), side.heading,
            f"{there.size:,} rows with {names}", f"the id of a {side.noun}",
            "Leave out all rows but those from demand points to sites",
        )  # fmt: skip
    hints: dict[int, str] = {}
    for pair in np.flatnonzero((lost & ~swapped)[codes]):
        code = int(codes[pair])
        if pairs.is_wide and code in hints:
            continue
        text = side.texts[code]
        if code not in hints:
            near = nearest(text, side.ids) if len(hints) < _MOST_HINTS else []
            hints[code] = f"Did you mean {near[0]}?" if near else ""
        row = 1 if pairs.is_wide and codes is pairs.end else pairs.row(int(pair))
        findings.fault(
            file, row, side.heading or None, text, f"the id of a {side.noun}", hints[code]
        )


def _once(pairs: Pairs, at: Whole, file: str, findings: Findings) -> NDArray[np.bool_]:
    """Which pairs to keep: each once. Doubles that differ are faults."""
    kept = np.ones(len(at), dtype=np.bool_)
    if not len(at):
        return kept
    key = at[:, 0] * (at[:, 1].max() + 1) + at[:, 1]
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1]) + 1
    first = order.copy()
    for place in again:
        first[place] = first[place - 1]
    equal = 0
    for place in again:
        one, other = int(first[place]), int(order[place])
        figures = [(each[one], each[other]) for each in (pairs.time, pairs.distance, pairs.kes)]
        kept[other] = False
        if all(a == b or (np.isnan(a) and np.isnan(b)) for a, b in figures):
            equal += 1
            continue
        name = f"{pairs.starts[pairs.start[other]]} + {pairs.ends[pairs.end[other]]}"
        findings.fault(
            file, pairs.row(other), None, name, "each pair once",
            f"It is already in row {pairs.row(one)}, with other figures; remove one of them",
        )  # fmt: skip
    if equal:
        findings.warn(f"{file}: {equal:,} pairs are there again with the same figures")
    return kept


def _check_costs(pairs: Pairs, file: str, findings: Findings) -> None:
    """A pair with a cost alone, where others have minutes or km, is a fault."""
    timed = ~(np.isnan(pairs.time) & np.isnan(pairs.distance))
    alone = np.flatnonzero(~np.isnan(pairs.kes) & ~timed) if timed.any() else np.empty(0, np.int64)
    for at in alone:
        findings.fault(
            file, pairs.row(int(at)), "kes", "a cost alone", "minutes or km as well",
            "Other pairs have them; give them for every pair, or for none",
        )  # fmt: skip


def routes_of_matrix(matrix: TravelMatrix, points: Sequence[str], sites: Sequence[str]) -> Routes:
    """The routes of a matrix between the points and sites with these ids, in its order."""
    reached = (
        frozenset(ids[at] for at in np.unique(places).tolist())
        for ids, places in ((points, matrix.point), (sites, matrix.site))
    )
    return Routes(matrix.file, matrix.point.size, *reached)
