"""From the pairs of another program's matrix to those of the pack: ids, units, doubles, routes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planner.errors import nearest
from planner.pack.faults import Findings, listed
from planner.pack.matrix_ids import Named, Sides, resolve
from planner.pack.matrix_programs import MatrixChoices, MatrixForm
from planner.pack.matrix_types import MatrixJoin, MatrixReading, Pairs, Whole
from planner.pack.matrix_units import in_own_units
from planner.pack.travel_types import TravelMatrix

_MOST_HINTS = 100
OTHER_WAY = "the way from the site to the demand point is taken for the way there"


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
    if row_count and np.isnan([pairs.time, pairs.distance, pairs.kes]).all():
        if len(findings.faults) == before:
            findings.fault(
                file, None, None, "no figures", "minutes or km of some pair",
                "No pair has a route in it: check what the program was asked",
            )  # fmt: skip
        return None
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
