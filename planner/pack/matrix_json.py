"""Reads the JSON answers of routing programs: OSRM, openrouteservice and Valhalla.

They name no places, only their order; so an answer must have as many rows as the pack has demand
points and as many columns as it has sites, in the order of the rows in its files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.pack.faults import AT_MOST, Findings, shown
from planner.pack.matrix_programs import (
    IN_KM,
    UNIT_NAMES,
    MatrixChoices,
    MatrixForm,
    Measured,
    stated,
)
from planner.pack.matrix_types import Array, MatrixJoin, Pairs
from planner.pack.strict_json import ONCE, TwiceError, told_of
from planner.pack.text_table import decode

MOST_BYTES = 40 * 2**20
BY_ANSWER = "as the answer says"
_EXPECTED = "durations and distances of OSRM or openrouteservice, or sources_to_targets of Valhalla"


@dataclass(frozen=True, slots=True)
class _Answer:
    program: str
    durations: Any
    distances: Any
    time: Measured
    distance: Measured
    estimated: int = 0


def read_answer(
    content: bytes, join: MatrixJoin, choices: MatrixChoices, file: str, findings: Findings
) -> tuple[Pairs, MatrixForm] | None:
    """The pairs of an answer with what its figures are; None where it cannot be read (said)."""
    told = _parsed(content, file, findings)
    answer = None if told is None else _answer_of(told, file, findings)
    if answer is None:
        return None
    if join.points is None or join.sites is None or not join.is_ordered:
        findings.fault(
            file, None, None, "an answer that names no places", "a pack to join it to",
            "Give the pack; its order of demand points and sites is that of the answer",
        )  # fmt: skip
        return None
    shape = len(join.points), len(join.sites)
    if choices.from_sites:
        shape = shape[::-1]
    tables = {
        name: _table(values, name, shape, file, findings, choices)
        for name, values in (("durations", answer.durations), ("distances", answer.distances))
        if values is not None
    }
    if any(each is None for each in tables.values()):
        return None
    nothing = np.full(shape[0] * shape[1], np.nan)
    given = {name: each for name, each in tables.items() if each is not None}
    pairs = Pairs(
        tuple(map(str, range(shape[0]))),
        np.repeat(np.arange(shape[0]), shape[1]),
        tuple(map(str, range(shape[1]))),
        np.tile(np.arange(shape[1]), shape[0]),
        given.get("durations", nothing),
        given.get("distances", nothing),
        nothing,
    )
    notes = (
        (f"{answer.estimated:,} pairs are the program's own straight-line estimates, not routes",)
        if answer.estimated
        else ()
    )
    form = MatrixForm(
        answer.program,
        "rows",
        "columns",
        stated(answer.time, choices.time_unit) if "durations" in given else None,
        stated(answer.distance, choices.distance_unit) if "distances" in given else None,
        names_nothing=True,
        notes=notes,
    )
    return pairs, form


def _parsed(content: bytes, file: str, findings: Findings) -> Mapping[str, Any] | None:
    if len(content) > MOST_BYTES:
        findings.fault(
            file, None, None, f"{len(content) / 2**20:.0f} MB of JSON",
            f"at most {MOST_BYTES // 2**20} MB", "Save it as CSV or Parquet, a row for each pair",
        )  # fmt: skip
        return None
    text = decode(content, file, findings)
    if text is None:
        return None
    try:
        told = ONCE.decode(text)
    except TwiceError as error:
        findings.fault(file, None, *told_of(error))
        return None
    except (ValueError, RecursionError) as error:
        place = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        findings.fault(file, None, None, f"damaged JSON{place}", _EXPECTED, "Save it again")
        return None
    return told if isinstance(told, dict) else {}


def _answer_of(told: Mapping[str, Any], file: str, findings: Findings) -> _Answer | None:
    """Which program's answer it is, with its tables as they stand."""
    refusal = told.get("error", told.get("message", "")) or told.get("error_code", "")
    code = told.get("code", "Ok")
    table = told.get("sources_to_targets")
    if table is not None:
        slim = isinstance(table, dict)
        unit = _unit(told.get("units"), file, findings)
        if unit is None:
            return None
        return _Answer(
            "Valhalla",
            table.get("durations") if slim else _field(table, "time"),
            table.get("distances") if slim else _field(table, "distance"),
            Measured("durations" if slim else "time", "s", "Valhalla's convention"),
            Measured(
                "distances" if slim else "distance",
                unit or "km",
                BY_ANSWER if unit else "Valhalla's convention",
            ),
        )
    if code == "Ok" and ("durations" in told or "distances" in told):
        program = "OSRM" if "code" in told else "openrouteservice"
        whose = f"the convention of {program}"
        unit = _unit(_asked_unit(told), file, findings)
        if unit is None:
            return None
        return _Answer(
            program,
            told.get("durations"),
            told.get("distances"),
            Measured("durations", "s", whose),
            Measured("distances", unit or "m", BY_ANSWER if unit else whose),
            len(told.get("fallback_speed_cells") or ()),
        )
    said = refusal if code == "Ok" else f"{code} {refusal}"
    findings.fault(
        file, None, None,
        f"an answer that says: {shown(said)}" if said else "no answer of a known program",
        _EXPECTED, "Ask the program again" if said else "",
    )  # fmt: skip
    return None


def _asked_unit(told: Mapping[str, Any]) -> Any:
    """The unit of distances that openrouteservice repeats from the request; None where none."""
    asked: Any = told
    for key in ("metadata", "query", "units"):
        asked = asked.get(key) if isinstance(asked, dict) else None
    return asked


def _unit(said: Any, file: str, findings: Findings) -> str | None:
    """The unit of distances that an answer states, '' where none; None for an unknown one."""
    if said is None or said == "":
        return ""
    unit = UNIT_NAMES.get(said.lower(), "") if isinstance(said, str) else ""
    if unit not in IN_KM:
        expected = "one of km, kilometers, mi, miles, m, meters"
        findings.fault(file, None, "units", said, expected, "Ask the program again")
        return None
    return unit


def _field(rows: Any, name: str) -> list[list[Any]] | None:
    """One figure of each object of a table of objects; None where none has it.

    Objects stand in the order of `from_index` and `to_index`; a table where they do not is none.
    """
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return [[rows]]
    table = [
        [
            cell.get(name)
            if isinstance(cell, dict)
            and (cell.get("from_index", i), cell.get("to_index", j)) == (i, j)
            else shown(cell)
            for j, cell in enumerate(row)
        ]
        for i, row in enumerate(rows)
    ]
    return table if any(cell is not None for row in table for cell in row) else None


def _table(
    values: Any,
    name: str,
    shape: tuple[int, int],
    file: str,
    findings: Findings,
    choices: MatrixChoices,
) -> Array | None:
    """The figures of a table, row after row, nan where null; None where one is at fault."""
    before = len(findings.faults)
    is_table = isinstance(values, list) and all(isinstance(row, list) for row in values)
    widths = {len(row) for row in values} if is_table else set()
    if not is_table or len(values) != shape[0] or widths != {shape[1]}:
        found = (
            f"{len(values)} rows of {' or '.join(map(str, sorted(widths))) or 'no'} figures"
            if is_table
            else shown(values)
        )
        swapped = is_table and not choices.from_sites and (len(values), widths) == (
            shape[1], {shape[0]}
        )  # fmt: skip
        findings.fault(
            file, None, name, found, f"{shape[0]} rows of {shape[1]} figures",
            "The matrix leads from sites to demand points, the other direction of travel. If that"
            " will do, state it to planner matrix: --direction from_sites"
            if swapped else
            "Ask for the way from every demand point to every site, both in the order of the pack",
        )  # fmt: skip
        return None
    figures = np.full(shape, np.nan)
    bad = 0
    for i, row in enumerate(values):
        for j, cell in enumerate(row):
            figure = _figure(cell)
            if figure is None or figure < 0 or figure == math.inf:
                bad += 1
                if bad <= AT_MOST:
                    place = f"{name}[{i}][{j}]"
                    findings.fault(file, None, place, cell, "a number >= 0, or null")
            else:
                figures[i, j] = figure
    if bad > AT_MOST:
        more = f"and {bad - AT_MOST:,} more"
        findings.fault(file, None, name, more, "a number >= 0, or null")
    return None if len(findings.faults) > before else figures.ravel()


def _figure(cell: object) -> float | None:
    """A cell as a number, nan where it is null; None where it is none."""
    if cell is None:
        return math.nan
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return None
    try:
        return float(cell)
    except OverflowError:
        return math.inf
