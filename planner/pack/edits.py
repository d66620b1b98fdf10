"""Changes to a pack's sites, services and formats: a list with undo, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from planner.errors import InputError, nearest
from planner.pack.columns import SCHEMAS, Column
from planner.pack.faults import Findings
from planner.pack.joins import places_from_points
from planner.pack.number_grammar import number_text
from planner.pack.opening import is_file, open_table
from planner.pack.packfile import ENDINGS
from planner.pack.tables import Value

KINDS = ("sites", "services", "formats")
MARKS = frozenset({"source", "confidence", "note"})
_FILE = "changes"
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetCells:
    """Sets cells of one row, such as both coordinates of a site that moves; blank empties one."""

    kind: str
    id: str
    cells: tuple[tuple[str, str], ...]
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class AddSite:
    """Puts a new site below the others."""

    id: str
    cells: tuple[tuple[str, str], ...]
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class RemoveSite:
    """Takes out a site that an earlier change has added; those of the pack stay."""

    id: str
    on: date
    by: str = ""


Edit = SetCells | AddSite | RemoveSite


@dataclass(frozen=True, slots=True)
class Draft:
    """Edits in their order, and those taken back that can be done again."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()

    def do(self, edit: Edit) -> Draft:
        """The draft with one edit more; what was taken back before is forgotten."""
        return Draft((*self.done, edit))

    def undo(self) -> Draft:
        """The draft without its last edit; itself where there is none."""
        return Draft(self.done[:-1], (*self.undone, self.done[-1])) if self.done else self

    def redo(self) -> Draft:
        """The draft with the edit that was taken back last; itself where there is none."""
        return Draft((*self.done, self.undone[-1]), self.undone[:-1]) if self.undone else self


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A table of the pack as its file has it.

    Attributes:
        kind: One of `KINDS`.
        path: Its file.
        columns: The columns of the format that are there.
        rows: The cells of each row as text, by id.
        numbers: The row of each id as a spreadsheet shows it.
    """

    kind: str
    path: Path
    columns: frozenset[str]
    rows: Mapping[str, Cells]
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs from the pack, with who changed it last and when."""

    kind: str
    id: str
    column: str
    before: str
    after: str
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class EditedTables:
    """The tables after all edits.

    Attributes:
        rows: The cells of each row by kind and id, added sites last.
        added: The edit that added each new site, by id.
        changes: Every cell of the pack's own rows that differs, in the order of the tables.
    """

    rows: Mapping[str, Mapping[str, Cells]]
    added: Mapping[str, AddSite] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    def changes_of(self, kind: str) -> dict[str, dict[str, Change]]:
        """The changed cells of a table by id and column."""
        found: dict[str, dict[str, Change]] = {}
        for change in self.changes:
            if change.kind == kind:
                found.setdefault(change.id, {})[change.column] = change
        return found


def given_tables(folder: Path) -> dict[str, GivenTable]:
    """The tables of a pack that can be changed, as far as the pack has them.

    Raises:
        InputError: A table is at fault; with every fault.
    """
    findings = Findings()
    found = {}
    for kind in KINDS:
        paths = [folder / f"{kind}{ending}" for ending in ENDINGS]
        path = next((each for each in paths if is_file(each, findings)), None)
        table = None if path is None else open_table(path, SCHEMAS[kind], findings)
        if path is None or table is None:
            continue
        table = places_from_points(table, findings)
        found[kind] = GivenTable(
            kind,
            path,
            table.columns,
            {
                row.text("id"): {name: cell_text(value) for name, value in row.values.items()}
                for row in table.rows
            },
            {row.text("id"): row.number for row in table.rows},
        )
    if findings.faults:
        raise InputError(findings.faults)
    return found


def cell_text(value: Value) -> str:
    """A value of a table as the text that reads as the same value."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    return value if isinstance(value, str) else number_text(value)


def column_of(kind: str, name: str) -> Column | None:
    """A column of the format; None where a table of this kind has none of that name."""
    return next((each for each in SCHEMAS[kind].columns if each.name == name), None)


def apply_in_memory(given: Mapping[str, GivenTable], edits: Iterable[Edit]) -> EditedTables:
    """The tables after edits; cells set back to what the pack has count as not changed.

    Raises:
        InputError: An edit names a table, a row or a column that is not there, an id that is
            taken, or would take out a site of the pack; with every such fault.
    """
    findings = Findings()
    rows = {kind: {key: dict(cells) for key, cells in table.rows.items()}
            for kind, table in given.items()}  # fmt: skip
    added: dict[str, AddSite] = {}
    last: dict[tuple[str, str, str], Edit] = {}
    for number, edit in enumerate(edits, start=1):
        if isinstance(edit, AddSite):
            if _may_add(edit, number, rows, findings):
                added[edit.id] = edit
                rows["sites"][edit.id] = {"id": edit.id, **_trimmed(edit.cells)}
        elif isinstance(edit, RemoveSite):
            if edit.id not in added:
                _fault(findings, number, "id", edit.id, "a site that was added here",
                       "A site of the pack stays; forbid it in the rules instead")  # fmt: skip
                continue
            del added[edit.id], rows["sites"][edit.id]
        elif _may_set(edit, number, rows, findings):
            rows[edit.kind][edit.id] |= _trimmed(edit.cells)
            last |= {(edit.kind, edit.id, name): edit for name, _ in edit.cells}
    if findings.faults:
        raise InputError(findings.faults)
    changes = [
        Change(kind, key, name, before.get(name, ""), after, edit.on, edit.by)
        for kind, table in given.items()
        for key, before in table.rows.items()
        for name, after in rows[kind][key].items()
        if after != before.get(name, "") and (edit := last[kind, key, name])
    ]
    return EditedTables(rows, added, tuple(changes))


def _trimmed(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: " ".join(text.split()) for name, text in cells}


def _may_add(
    edit: AddSite, number: int, rows: Mapping[str, Mapping[str, Cells]], findings: Findings
) -> bool:
    if edit.id in rows["sites"] or not edit.id:
        _fault(findings, number, "id", edit.id, "an id that no site has", "Choose another id")
        return False
    return _columns_known("sites", edit.cells, number, findings)


def _may_set(
    edit: SetCells, number: int, rows: Mapping[str, Mapping[str, Cells]], findings: Findings
) -> bool:
    if edit.kind not in rows:
        _fault(findings, number, "kind", edit.kind, f"a table of the pack: {', '.join(rows)}")
        return False
    if edit.id not in rows[edit.kind]:
        near = nearest(edit.id, rows[edit.kind])
        hint = f"Did you mean {near[0]}?" if near else ""
        _fault(findings, number, "id", edit.id, f"the id of a row of {edit.kind}", hint)
        return False
    return _columns_known(edit.kind, edit.cells, number, findings)


def _columns_known(
    kind: str, cells: Iterable[tuple[str, str]], number: int, findings: Findings
) -> bool:
    known = [each.name for each in SCHEMAS[kind].columns if each.name not in SCHEMAS[kind].key]
    unknown = [name for name, _ in cells if name not in known]
    for name in unknown:
        _fault(findings, number, name, name, f"a column of {kind} other than the id")
    return not unknown


def _fault(
    findings: Findings, number: int, column: str, found: str, expected: str, message: str = ""
) -> None:
    findings.fault(_FILE, number, column, found or "nothing", expected, message)


def taken_back(change: Change, *, on: date, by: str = "") -> SetCells:
    """The edit that gives a changed cell what the pack has."""
    return SetCells(change.kind, change.id, ((change.column, change.before),), on, by)


def marked(cells: Cells, changed: Mapping[str, Change]) -> dict[str, str]:
    """The cells of a row to write: what was changed, and who stands for it.

    What was changed is told after the row's own source. The row is then an assumption, unless
    nothing but names and remarks was changed; what it was before is told too. A source or a mark
    that a person gave stays as given.
    """
    new = {name: change.after for name, change in changed.items()}
    figures = [name for name in changed if name not in MARKS]
    if not figures:
        return new
    newest = max((changed[name] for name in figures), key=lambda each: each.on)
    told = f"{', '.join(figures)}: {signed('changed', newest.on, newest.by)}"
    mark = cells.get("confidence", "")
    is_figure = any(name not in {"name", "name_sw"} for name in figures)
    if is_figure and "confidence" not in new:
        new["confidence"] = "assumption"
        told += f", the other cells as before ({mark})" if mark and mark != "assumption" else ""
    if "source" not in new:
        new["source"] = "; ".join(each for each in (cells.get("source", ""), told) if each)
    return new


def marked_new(edit: AddSite, cells: Cells) -> dict[str, str]:
    """The cells of an added site, with who stands for them where that was not given."""
    own = {"source": signed("added", edit.on, edit.by), "confidence": "assumption"}
    return {**own, **{name: text for name, text in cells.items() if text}}


def signed(what: str, on: date, by: str) -> str:
    """Who did something in the planner, and when."""
    return f"{what} in the planner on {on.isoformat()}{f' by {by}' if by else ''}"


def renamed(edit: Edit, by: str) -> Edit:
    """An edit under another name of its author."""
    return replace(edit, by=by)
