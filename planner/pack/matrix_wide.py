"""Reads a matrix that stands as one: origins down the side, destinations along the top."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from planner.pack.faults import Findings
from planner.pack.grid import Cell, Grid, Record, is_blank, text_of
from planner.pack.matrix_programs import (
    BY_NAME,
    IN_KM,
    IN_MINUTES,
    STATED,
    MatrixChoices,
    MatrixForm,
    Measured,
    missing_blanked,
    unit_named,
)
from planner.pack.matrix_types import MatrixJoin, Pairs
from planner.pack.number_grammar import NotANumber, read_numbers

_WHOLE = re.compile(r"[0-9]{1,9}")


def corner_of(header: Record, join: MatrixJoin) -> int | None:
    """Where the column of origins stands, if all others are headed by places; else None.

    Half the headings must be ids of the pack, of sites or, the other way round, of demand points;
    or all of them positions, as many as there are.
    """
    texts = [text_of(cell) for cell in header.cells]
    for ids in (join.sites, join.points):
        if ids is None or len(texts) < 2:
            continue
        known = [text in ids for text in texts]
        others = [at for at, each in enumerate(known) if not each]
        if sum(known) * 2 >= len(texts) - 1 and others and any(known):
            return others[0] if len(others) == 1 else 0
        numbers = [bool(_WHOLE.fullmatch(text)) for text in texts]
        odd = [at for at, each in enumerate(numbers) if not each]
        if len(odd) == 1 and len(texts) - 1 == len(ids):
            return odd[0]
    return None


def wide_form(
    header: Record, corner: int, choices: MatrixChoices, file: str, findings: Findings
) -> MatrixForm | None:
    """What the figures are: as the first cell names their unit, or as a person states it."""
    heading = text_of(header.cells[corner])
    given = [unit for unit in (choices.time_unit, choices.distance_unit) if unit is not None]
    named = unit_named(heading)
    unit, why = (given[0], STATED) if len(given) == 1 else (named, BY_NAME)
    if unit is None or len(given) > 1:
        findings.fault(
            file, header.number, heading or None, "a matrix of figures without a unit",
            "one unit for all of them",
            "State it to planner matrix: --units minutes=s|min|h or km=m|km|mi; or write it in the"
            " first cell: minutes, seconds, km or metres",
        )  # fmt: skip
        return None
    figures = Measured("figures", unit, why, is_sure=True)
    return MatrixForm(
        start=heading,
        time=figures if unit in IN_MINUTES else None,
        distance=figures if unit in IN_KM else None,
    )


def wide_pairs(
    grid: Grid, header: Record, corner: int, form: MatrixForm, findings: Findings
) -> Pairs | None:
    """The pairs of the grid below its header, row after row; cells at fault (said) have none."""
    before = len(findings.faults)
    width = len(header.cells)
    records = [each for each in grid.records if each.number > header.number]
    sound = []
    for record in records:
        length = len(record.cells)
        if grid.ragged and length != width:
            findings.fault(
                grid.file, record.number, None, f"{length} fields",
                f"{width} fields, as in the header",
                'Look for a missing or extra separator; put text that contains one in "…"',
            )  # fmt: skip
        elif corner >= length or is_blank(record.cells[corner]):
            findings.fault(grid.file, record.number, form.start or None, "a blank cell", "text")
        else:
            padding = (None,) * (width - length)
            sound.append(Record(record.number, (*record.cells[:width], *padding)))
    places = [at for at in range(width) if at != corner]
    figures = np.full((len(sound), len(places)), np.nan)
    for column, at in enumerate(places):
        cells = [missing_blanked(record.cells[at]) for record in sound]
        under = [None if is_blank(cell) else cell for cell in cells]
        rows = [record.number for record in sound]
        heading = text_of(header.cells[at])
        figures[:, column] = _numbers(grid, rows, heading, under, findings)
    ends = [text_of(header.cells[at]) for at in places]
    for twice in (text for text, count in Counter(ends).items() if count > 1):
        findings.fault(grid.file, header.number, twice, "the column twice", "each column once")
    if not sound:
        if len(findings.faults) == before:
            findings.fault(grid.file, header.number, None, "no rows", "rows below the header")
        return None
    starts = [text_of(record.cells[corner]) for record in sound]
    unique = {text: i for i, text in enumerate(dict.fromkeys(starts))}
    start = np.repeat([unique[text] for text in starts], len(ends))
    end = np.tile(np.arange(len(ends)), len(starts))
    values, nothing = figures.ravel(), np.full(figures.size, np.nan)
    return Pairs(
        tuple(unique),
        start,
        tuple(ends),
        end,
        values if form.time is not None else nothing,
        values if form.distance is not None else nothing,
        nothing,
        np.repeat([record.number for record in sound], len(ends)),
        is_wide=True,
    )


def _numbers(
    grid: Grid,
    rows: list[int],
    heading: str,
    cells: list[Cell],
    findings: Findings,
) -> list[float]:
    """The figures of a column, nan where blank or at fault; a fault for each that is none."""
    values = []
    read = read_numbers(cells, "measure", grid.separator)
    for row, cell, value in zip(rows, cells, read, strict=True):
        if isinstance(value, NotANumber):
            findings.fault(grid.file, row, heading, text_of(cell), value.expected, value.message)
        elif value is not None and value < 0:
            findings.fault(grid.file, row, heading, text_of(cell), "a number >= 0")
        values.append(float(value) if isinstance(value, (int, float)) and value >= 0 else np.nan)
    return values
