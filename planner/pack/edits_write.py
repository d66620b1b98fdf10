"""Writes a pack with its changes: a whole copy in which nothing but the changed cells differs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.errors import Fault, InputError
from planner.pack.columns import SCHEMAS, Column
from planner.pack.edits import (
    Cells,
    Edit,
    EditedTables,
    GivenTable,
    apply_in_memory,
    column_of,
    given_tables,
    marked,
    marked_new,
)
from planner.pack.edits_book import edit_workbook, is_workbook
from planner.pack.edits_text import edit_text_table
from planner.pack.faults import Findings
from planner.pack.geo import place_of
from planner.pack.grid import header_key, text_of
from planner.pack.header import find_header
from planner.pack.number_grammar import NotANumber, read_numbers
from planner.pack.opening import form_of, open_grid
from planner.pack.own import copy_pack
from planner.pack.packfile import read_pack_into


def apply_edits(folder: Path, edits: Iterable[Edit], into: Path) -> Path:
    """Writes the pack in `folder` with edits, as a whole pack of its own.

    In text tables and workbooks only changed cells and the `source` and `confidence` of their rows
    differ; a map layer, or a workbook with formulas, is written as CSV in its place.

    Args:
        folder: The pack's folder; it stays as it is.
        edits: The changes, in order.
        into: A folder that is not there yet, or empty.

    Returns:
        The folder of the new `pack.toml`, below `into`. It may be at fault: `read_pack` says.

    Raises:
        InputError: An edit cannot be made, or a file of the pack cannot be copied or written so
            that it reads as what was meant; with every fault.
        OSError: The disk refuses.
    """
    before = given_tables(folder)
    after = apply_in_memory(before, edits)
    own = copy_pack(folder, into)
    tables = given_tables(own)
    for kind, table in tables.items():
        changed = after.changes_of(kind)
        rows = {
            key: marked(before[kind].rows[key], cells) for key, cells in changed.items()
        }  # fmt: skip
        added = [
            marked_new(edit, after.rows[kind][key])
            for key, edit in after.added.items()
            if kind == "sites"
        ]
        if rows or added:
            _write(table, rows, added, own)
    _require_as_meant(own, after)
    return own


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a changed pack says: every fault, and what was remarked."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()


def check_edits(folder: Path, edits: Iterable[Edit], into: Path) -> Checked:
    """What the pack with edits reads as; `into` takes its files.

    Raises:
        OSError: The disk refuses.
    """
    try:
        own = apply_edits(folder, edits, into)
    except InputError as error:
        return Checked(error.faults)
    findings = Findings()
    read_pack_into(own, findings)
    return Checked(tuple(findings.faults), tuple(findings.warnings))


def _write(table: GivenTable, rows: Mapping[str, Cells], added: Sequence[Cells], own: Path) -> None:
    schema = SCHEMAS[table.kind]
    content = table.path.read_bytes()
    changed = {table.numbers[key]: cells for key, cells in rows.items()}
    if is_workbook(content):
        book = edit_workbook(content, schema, table.numbers, changed, added)
        if book is not None:
            table.path.write_bytes(book)
            return
    if form_of(content) != "text":
        table = _as_text(table, own)
        changed = {table.numbers[key]: cells for key, cells in rows.items()}
        content = table.path.read_bytes()
    below = max(table.numbers.values())
    text = edit_text_table(content, table.path.name, schema, changed, added, below)
    table.path.write_bytes(text)


def _as_text(table: GivenTable, own: Path) -> GivenTable:
    """The table as CSV in place of its file, with every column that it has."""
    schema, findings = SCHEMAS[table.kind], Findings()
    grid = open_grid(table.path, schema, findings)
    if grid is None:
        raise InputError(findings.faults)
    start = find_header(grid, schema)
    heads = [text_of(cell) for cell in grid.records[start].cells]
    has_place = {"lat", "lon"} <= {header_key(head) for head in heads}
    geometries = {} if has_place else grid.geometries or {}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*heads, "lat", "lon"] if geometries else heads)
    for record in grid.records[start + 1 :]:
        cells = [text_of(cell) for cell in record.cells[: len(heads)]]
        cells += [""] * (len(heads) - len(cells))
        if geometries:
            geometry = geometries.get(record.number)
            cells += map(str, (None if geometry is None else place_of(geometry)) or ("", ""))
        writer.writerow(cells)
    table.path.unlink()
    (own / f"{table.kind}.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    return given_tables(own)[table.kind]


def _require_as_meant(own: Path, after: EditedTables) -> None:
    """Every cell must read back as what it was before or as what was put there.

    A table at fault is left to the reader of packs, which says what is wrong with which cell.
    """
    try:
        read = given_tables(own)
    except InputError:
        return
    faults = []
    for kind, rows in after.rows.items():
        there, touched = read[kind].rows, after.changes_of(kind)
        for key, cells in rows.items():
            if key not in there:
                faults.append(_otherwise(read[kind], key, "id", "no such row", key))
                continue
            for name, cell in cells.items():
                is_own = name in {"source", "confidence"} and (key in touched or key in after.added)
                if not is_own and not _same(kind, name, there[key].get(name, ""), cell):
                    faults.append(_otherwise(read[kind], key, name, there[key].get(name, ""), cell))
        if kind == "sites":
            lost = there.keys() - rows.keys()
            faults += [_otherwise(read[kind], key, "id", key, "no such row") for key in lost]
    if faults:
        raise InputError(faults)


def _otherwise(table: GivenTable, key: str, column: str, found: str, meant: str) -> Fault:
    return Fault(
        table.path.name, table.numbers.get(key), column, found or "a blank cell", meant or "blank",
        "The file would not read back as what was meant; write it in another way",
    )  # fmt: skip


def _same(kind: str, name: str, found: str, meant: str) -> bool:
    """Whether two cells say the same: numbers by value, ids one by one, texts by their letters."""
    if found == meant:
        return True
    column = column_of(kind, name)
    if column is None or not column.numeric:
        return _words(column, found) == _words(column, meant)
    numbers = read_numbers([found, meant], "measure")
    values = [each for each in numbers if not isinstance(each, NotANumber) and each is not None]
    return len(values) == 2 and math.isclose(values[0], values[1], rel_tol=1e-12)


def _words(column: Column | None, cell: str) -> list[str]:
    """What a cell of texts says: ids one by one, a word without its capitals."""
    if column is not None and column.kind == "ids":
        return [each.strip() for each in cell.split(";") if each.strip()]
    return [cell.casefold() if column is not None and column.kind == "word" else cell]
