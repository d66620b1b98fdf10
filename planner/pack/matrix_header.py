"""Recognises a matrix with a row for each pair by its headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.pack.faults import Findings, listed, shown
from planner.pack.grid import Record, header_key, is_blank, text_of
from planner.pack.matrix_programs import (
    BY_NAME,
    DISTANCES,
    ENDS,
    IN_KM,
    IN_MINUTES,
    OWN,
    PERCENTILE,
    PROGRAMS,
    STARTS,
    STATED,
    TIMES,
    MatrixChoices,
    MatrixForm,
    Measured,
    Program,
    unit_named,
)

_SEVERAL_ROWS = ("option", "segment")


def long_form(
    header: Record, choices: MatrixChoices, file: str, findings: Findings
) -> MatrixForm | None:
    """The form of a table with a row for each pair; None where it is the planner's own, or none.

    What is open, such as which of several percentiles counts, is a fault that says how to state it.
    """
    headings = {header_key(cell): text_of(cell) for cell in header.cells if not is_blank(cell)}
    start, end = _first(headings, STARTS), _first(headings, ENDS)
    if not start or not end:
        return None
    if _is_own(headings, start, end) and not choices.column:
        return None
    before = len(findings.faults)
    program = _program_of(headings, start, end)
    if start == "from_id":
        _refuse_details(headings, header, file, findings)
    notes: list[str] = []
    time = _time_column(headings, program, choices, header, file, findings, notes)
    distance = _distance_column(headings, program, choices)
    kes = headings.get(_first(headings, OWN["kes"]), "")
    used = [headings[start], headings[end], kes]
    used += [each.heading for each in (time, distance) if each is not None]
    _refuse_doubles(header, used, file, findings)
    if time is None and distance is None and not kes and len(findings.faults) == before:
        findings.fault(
            file, header.number, None, "no column of times or distances",
            "duration, time, travel_time or distance", f"Found: {listed(headings.values(), 40)}",
        )  # fmt: skip
    return MatrixForm(
        "" if program is None else program.name,
        headings[start],
        headings[end],
        time,
        distance,
        kes,
        program is not None and program.is_numbered,
        notes=tuple(notes),
    )


def _first(headings: Mapping[str, str], names: Sequence[str]) -> str:
    return next((name for name in names if name in headings), "")


def _is_own(headings: Mapping[str, str], start: str, end: str) -> bool:
    """Whether the planner's own names, or other words for them, are all that is needed."""
    has_own = any(_first(headings, OWN[name]) for name in ("minutes", "km", "kes"))
    foreign = any(
        key in (*TIMES, *DISTANCES) or PERCENTILE.fullmatch(key) or _unit_suffixed(key)
        for key in headings
    )
    own_ids = start in OWN["demand_point"] and end in OWN["site"]
    return own_ids and (has_own or not foreign)


def _unit_suffixed(key: str) -> bool:
    return unit_named(key) is not None and key not in (*OWN["minutes"], *OWN["km"])


def _program_of(headings: Mapping[str, str], start: str, end: str) -> Program | None:
    for program in PROGRAMS:
        named = not program.starts or (start in program.starts and end in program.ends)
        columns = {*program.times, *program.distances} & headings.keys()
        if program.name == "r5py":
            columns = {key for key in headings if key in program.times or PERCENTILE.fullmatch(key)}
        if named and columns:
            return program
    return None


def _refuse_doubles(header: Record, used: Sequence[str], file: str, findings: Findings) -> None:
    """A column that counts and stands there twice is a fault."""
    keys = [header_key(cell) for cell in header.cells]
    for heading in used:
        if heading and keys.count(header_key(heading)) > 1:
            findings.fault(
                file, header.number, heading, "the column twice", "each column once",
                "Remove or rename one of them",
            )  # fmt: skip


def _refuse_details(
    headings: Mapping[str, str], header: Record, file: str, findings: Findings
) -> None:
    found = [name for name in _SEVERAL_ROWS if name in headings]
    if found:
        findings.fault(
            file, header.number, headings[found[0]], "itineraries with several rows for a pair",
            "one row for each pair",
            "Use the travel time matrix, or sum the segments of one option of each pair yourself",
        )  # fmt: skip


def _time_column(
    headings: Mapping[str, str],
    program: Program | None,
    choices: MatrixChoices,
    header: Record,
    file: str,
    findings: Findings,
    notes: list[str],
) -> Measured | None:
    own = _first(headings, OWN["minutes"])
    by_unit = [key for key in headings if unit_named(key) in IN_MINUTES and key != own]
    percentiles = [key for key in headings if PERCENTILE.fullmatch(key)]
    times = () if program is None else program.times
    conventional = [key for key in times if key in headings]
    plain = [key for key in TIMES if key in headings and key not in conventional]
    key = ""
    if choices.column:
        key = header_key(choices.column)
        if key not in headings:
            findings.fault(
                file, header.number, None, f"no column {shown(choices.column)}",
                "the name of a column of times", f"Found: {listed(headings.values(), 40)}",
            )  # fmt: skip
            return None
    else:
        for group in ([own] if own else [], by_unit, conventional, percentiles, plain):
            if group == percentiles and len(group) > 1 and "travel_time_p50" in group:
                key = "travel_time_p50"
            elif len(group) == 1:
                key = group[0]
            elif group:
                findings.fault(
                    file, header.number, headings[group[0]],
                    f"{len(group)} columns of times: {listed(headings[each] for each in group)}",
                    "one of them", f"State which to planner matrix: --column {headings[group[-1]]}",
                )  # fmt: skip
                return None
            if key:
                break
    if not key:
        return None
    if match := PERCENTILE.fullmatch(key):
        others = [headings[each] for each in percentiles if each != key]
        told = "the median" if match[1] == "50" else f"the {int(match[1])}th percentile"
        beside = f"; not used: {listed(others)}" if others else ""
        notes.append(f"times are {told} of the departures ({headings[key]}){beside}")
    return _measured(headings[key], key, program, choices.time_unit, IN_MINUTES)


def _distance_column(
    headings: Mapping[str, str], program: Program | None, choices: MatrixChoices
) -> Measured | None:
    own = _first(headings, OWN["km"])
    by_unit = [key for key in headings if unit_named(key) in IN_KM]
    key = own or next(iter(by_unit), "") or _first(headings, DISTANCES)
    if not key:
        return None
    return _measured(headings[key], key, program, choices.distance_unit, IN_KM)


def _measured(
    heading: str,
    key: str,
    program: Program | None,
    unit: str | None,
    units: Mapping[str, float],
) -> Measured:
    """The column with its unit: as stated, as its name says, or by the program's convention."""
    if unit is not None:
        return Measured(heading, unit, STATED, is_sure=True)
    named = unit_named(key)
    if named in units:
        return Measured(heading, named, BY_NAME, is_sure=True)
    if program is not None:
        conventions = {**program.times, **program.distances}
        unit = "min" if PERCENTILE.fullmatch(key) else conventions.get(key)
        if unit is not None:
            return Measured(heading, unit, program.whose)
    return Measured(heading, None)
