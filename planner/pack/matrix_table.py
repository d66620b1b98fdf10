"""Reads any travel matrix row by row and tells every fault with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from planner.pack.columns import TRAVEL
from planner.pack.faults import Findings, each_changed
from planner.pack.grid import Grid, Record, header_key
from planner.pack.header import find_header
from planner.pack.matrix_header import long_form
from planner.pack.matrix_json import read_answer
from planner.pack.matrix_pairs import joined
from planner.pack.matrix_programs import (
    ANY_FORM,
    MatrixChoices,
    MatrixForm,
    missing_blanked,
)
from planner.pack.matrix_types import MatrixJoin, MatrixReading, Pairs
from planner.pack.matrix_wide import corner_of, wide_form, wide_pairs
from planner.pack.opening import form_of, open_grid, read_bytes
from planner.pack.tables import Table, read_table


def read_by_rows(
    path: Path, join: MatrixJoin, choices: MatrixChoices, findings: Findings
) -> Table | MatrixReading | None:
    """The matrix in a file of any form that is known.

    Args:
        path: CSV, XLSX, Parquet, or the JSON answer of a routing program.
        join: The demand points and sites of the pack, as far as they are known.
        choices: What a person says of the matrix.
        findings: Takes every fault and warning.

    Returns:
        A table where its columns are the planner's own, which is still to be joined; a matrix
        where it was written by another program; None where it is at fault.
    """
    before = len(findings.faults)
    if path.suffix.lower() == ".json":
        content = read_bytes(path, Findings())
        if content is not None and form_of(content) == "geojson":
            answer = read_answer(content, join, choices, path.name, findings)
            if answer is None:
                return None
            return joined(*answer, join, choices, path.name, findings)
    grid = open_grid(path, ANY_FORM, findings)
    if grid is None:
        return None
    header = grid.records[find_header(grid, ANY_FORM)]
    form = long_form(header, choices, path.name, findings)
    if len(findings.faults) > before:
        return None
    if form is not None:
        pairs: Pairs | None = _long_pairs(grid, header, form, findings)
    elif (corner := corner_of(grid.records[0], join)) is not None:
        form = wide_form(grid.records[0], corner, choices, path.name, findings)
        if form is None:
            return None
        pairs = wide_pairs(grid, grid.records[0], corner, form, findings)
    else:
        return read_table(grid, TRAVEL, findings)
    if pairs is None:
        return None
    found = joined(pairs, form, join, choices, path.name, findings)
    return None if len(findings.faults) > before else found


def _long_pairs(grid: Grid, header: Record, form: MatrixForm, findings: Findings) -> Pairs:
    """The pairs of a table of another program, as far as they can be read (else said)."""
    schema = form.schema
    names = {alias for column in schema.columns if column.numeric for alias in column.aliases}
    places = {at for at, cell in enumerate(header.cells) if header_key(cell) in names}
    records = tuple(
        record
        if record is header
        else Record(
            record.number,
            tuple(
                missing_blanked(cell) if at in places else cell
                for at, cell in enumerate(record.cells)
            ),
        )
        for record in grid.records
    )
    cleaned = replace(grid, records=records)
    faults, warnings = len(findings.faults), len(findings.warnings)
    table = read_table(cleaned, schema, findings)
    _name_as_in_file(findings, faults, warnings, grid.file, form)
    read = () if table is None else table.rows  # the form was seen by its columns of ids
    rows = [row for row in read if row.text("demand_point") and row.text("site")]
    starts = {text: i for i, text in enumerate(dict.fromkeys(r.text("demand_point") for r in rows))}
    ends = {text: i for i, text in enumerate(dict.fromkeys(r.text("site") for r in rows))}
    minutes, km, kes = (
        np.array(
            [np.nan if (v := row.number_or_none(name)) is None else v for row in rows],
            dtype=np.float64,
        )
        for name in ("minutes", "km", "kes")
    )
    return Pairs(
        tuple(starts),
        np.array([starts[row.text("demand_point")] for row in rows], dtype=np.int64),
        tuple(ends),
        np.array([ends[row.text("site")] for row in rows], dtype=np.int64),
        minutes,
        km,
        kes,
        np.array([row.number for row in rows], dtype=np.int64),
    )


def _name_as_in_file(
    findings: Findings, faults: int, warnings: int, file: str, form: MatrixForm
) -> None:
    """Has what was found from these places on speak of the columns by their headings."""
    headings = form.headings
    findings.faults[faults:] = each_changed(
        findings.faults[faults:],
        lambda fault: replace(fault, column=headings.get(fault.column or "", fault.column)),
    )
    for at in range(warnings, len(findings.warnings)):
        for name, heading in headings.items():
            own, text = f"{file}: {name}: ", findings.warnings[at]
            if heading and text.startswith(own):
                findings.warnings[at] = f"{file}: {heading}: {text.removeprefix(own)}"
                break
