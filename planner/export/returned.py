"""The sheet of branches of an export, edited by hand, comes back: what it changes, every fault."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from planner.errors import Fault, PlannerError, nearest
from planner.export.columns import code_words, columns
from planner.export.sheets import words_for
from planner.export.summary import unbroken
from planner.pack.columns import Column, Schema
from planner.pack.edits import AddSite, Edit, SetCells, given_tables
from planner.pack.faults import Findings, listed, shown
from planner.pack.grid import header_key
from planner.pack.number_grammar import number_text
from planner.pack.opening import open_table
from planner.pack.tables import Row
from planner.pack.types import Site
from planner.present import travel
from planner.present.words import LANGUAGES
from planner.runs import StoredRun
from planner.runs.as_pack import Branch, branches_of
from planner.runs.content import run_tables
from planner.runs.table import Cell, clean_text
from planner.scenario.names import formats_of

EDITABLE = (
    *("name", "format", "services", "lat", "lon", "x_m", "y_m"),
    *("counters", "capacity_visits_per_year", "source", "confidence", "note"),
)
"""The columns that may be edited; the others are computed, and must stay as they are or be blank.

Counters and capacity are a site's own where it has no format; else they are the format's.
"""
_IN_PACK = {"x_m": "x", "y_m": "y"}
_IN_SHEET = {"services_today": "services", "format_today": "format", "x": "x_m", "y": "y_m"}
_OF_FORMAT = frozenset({"counters", "capacity_visits_per_year"})
_CODES = ("status", "confidence")
_PLACES = (("lat", "lon"), ("x_m", "y_m"))


@dataclass(frozen=True, slots=True)
class Edited:
    """One cell that is otherwise than in the export; `row` as a spreadsheet shows it.

    A branch that was taken out, or put in, has the column `site`; the row of one that was taken
    out is None.
    """

    row: int | None
    site: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What an edited sheet of branches says.

    Attributes:
        file: Its name.
        branches: The branches by site.
        more: Changes of sites beside format and services; sites that are new.
        edited: Every cell that differs, in the order of the sheet, then what was taken out.
        rows: The row of each site in the sheet.
    """

    file: str
    branches: Mapping[str, Branch]
    more: tuple[Edit, ...]
    edited: tuple[Edited, ...]
    rows: Mapping[str, int]


def read_branches(
    path: Path, run: StoredRun, findings: Findings, *, on: date, by: str = ""
) -> Returned | None:
    """Read an edited sheet of branches against the run that was exported.

    Args:
        path: The workbook, or the table of branches as CSV; in either language.
        run: The run it was made of.
        findings: Takes every fault with its row and column.
        on: The day of the changes.
        by: Who made them.

    Returns:
        What it says; sound only where no fault was noted. None where it cannot be read at all.

    Raises:
        PlannerError: The run found no plan.
    """
    stored = _stored(run)
    table = open_table(path, _schema(run, tuple(stored)), findings)
    if table is None:
        return None
    reader = _Reader(table.file, run, stored, findings, on, by)
    for row in table.rows:
        reader.take(row)
    if table.whole and not findings.faults:
        reader.miss()
    return Returned(
        table.file, reader.branches, tuple(reader.more), tuple(reader.edited), reader.rows
    )


def placed_in_sheet(
    faults: Iterable[Fault], returned: Returned, run: StoredRun
) -> tuple[Fault, ...]:
    """Faults of the new pack's sites, told at the rows of the sheet that they come from."""
    numbers = given_tables(run.pack.folder)["sites"].numbers
    last = max(numbers.values(), default=1)
    site_at = {row: site for site, row in numbers.items()}
    added = [each.id for each in returned.more if isinstance(each, AddSite)]
    site_at |= {last + at: site for at, site in enumerate(added, 1)}
    placed = []
    for fault in faults:
        site = site_at.get(fault.row or 0)
        if site is None or not fault.file.startswith("sites.") or site not in returned.rows:
            placed.append(fault)
            continue
        column = _IN_SHEET.get(fault.column or "", fault.column)
        placed.append(replace(fault, file=returned.file, row=returned.rows[site], column=column))
    return tuple(placed)


def _stored(run: StoredRun) -> dict[str, dict[str, Cell]]:
    """The exported cells of each column by site."""
    if run.report.plan is None or run.score is None:
        raise PlannerError(f"This run has no plan to adopt: its status is {run.report.status}.")
    tables = run_tables(run.report.plan, run.problem, run.score, run.baseline, run.pack)
    table = next(each for each in tables if each.name == "branches")
    at = table.columns.index("site")
    return {
        name: {str(row[at]): row[k] for row in table.rows} for k, name in enumerate(table.columns)
    }


def _schema(run: StoredRun, keys: tuple[str, ...]) -> Schema:
    """The columns by their keys, and by their headings in every language."""
    names: dict[str, list[str]] = {key: [] for key in keys}
    for language in LANGUAGES:
        w = words_for(run, language)
        error = unbroken(travel.error_text(w, run.problem.travel))
        for column in columns(keys, w, error):
            names[column.key] += [header_key(column.header), header_key(column.label)]
    both = names["area"] + names["area_name"]
    names |= {"area": both, "area_name": both}  # "Area" heads codes in one file, names in another
    kinds = {"site": "id", "services": "ids", "services_added": "ids"}
    numeric = {
        name for name, cells in _stored(run).items()
        if any(isinstance(cell, int | float) for cell in cells.values())
    } | {"lat", "lon", "x_m", "y_m", *_OF_FORMAT}  # fmt: skip
    made = tuple(
        Column(
            key,
            "measure" if key in numeric else kinds.get(key, "text"),  # type: ignore[arg-type]
            required=key == "site",
            aliases=tuple(dict.fromkeys(each for each in names[key] if each != key)),
        )
        for key in keys
    )
    return Schema("branches", made, key=("site",), one_of=(("format", "services"),))


class _Reader:
    """Takes the sheet row by row."""

    def __init__(
        self,
        file: str,
        run: StoredRun,
        stored: Mapping[str, Mapping[str, Cell]],
        findings: Findings,
        on: date,
        by: str,
    ) -> None:
        self.file, self.run, self.findings = file, run, findings
        self.stored = stored
        self.on, self.by = on, by
        self.planned = branches_of(run)
        self.sites = {site.id: site for site in run.pack.sites}
        self.formats = {each.id: each for each in run.pack.formats}
        self.services = [each.id for each in run.pack.services]
        self.words = [words_for(run, each) for each in LANGUAGES]
        self.branches: dict[str, Branch] = {}
        self.more: list[Edit] = []
        self.edited: list[Edited] = []
        self.rows: dict[str, int] = {}

    def take(self, row: Row) -> None:
        name = row.text("site")
        if not name:
            return  # said by the table's reader
        self.rows[name] = row.number
        site = self.sites.get(name)
        branch = self._branch(row, site)
        if site is None and not self._is_new(row, name):
            return
        self.branches[name] = branch
        if site is None:
            self.edited.append(Edited(row.number, name, "site", "", name))
            self.more.append(AddSite(name, tuple(self._own_cells(row, branch)), self.on, self.by))
            self.findings.warn(
                f"{self.file}: row {row.number}: {name} is new and costs nothing yet but what its"
                " format and services cost; put its own costs into the new pack"
            )
            return
        self._computed(row, name)
        cells = self._changed(row, site)
        if cells:
            self.more.append(SetCells("sites", name, tuple(cells), self.on, self.by))
        before = self.planned.get(name)
        if before is None:
            self.edited.append(Edited(row.number, name, "site", "", name))
            return
        for column in ("format", "services"):
            was, now = _text(getattr(before, column)), _text(getattr(branch, column))
            if was != now:
                self.edited.append(Edited(row.number, name, column, was, now))

    def miss(self) -> None:
        """The branches of the plan that are not in the sheet: they were taken out."""
        for name in self.planned:
            if name not in self.rows:
                self.edited.append(Edited(None, name, "site", name, ""))

    def _fault(self, row: Row, column: str, found: object, expected: str, message: str) -> None:
        self.findings.fault(self.file, row.number, column, found, expected, message)

    def _is_new(self, row: Row, name: str) -> bool:
        """Whether the row tells enough of a site that the pack does not have."""
        has_area = any(_shown(row.values.get(key)) for key in ("area", "area_name"))
        keys = [*(() if row.text("name") else ("name",)), *(() if has_area else ("area",))]
        has_place = any(all(row.number_or_none(key) is not None for key in two) for two in _PLACES)
        if not keys and has_place and self._area(row) is not None:
            return True
        alike = nearest(name, self.sites)
        hint = f"Did you mean {alike[0]}? " if alike else ""
        missing = listed([*keys, *(() if has_place else ("lat and lon",))])
        self._fault(
            row, "site", name, "the id of a site of the pack",
            f"{hint}A new site needs its name, its area and its place"
            + (f"; missing: {missing}" if missing else "; the area is not known"),
        )  # fmt: skip
        return False

    def _area(self, row: Row) -> str | None:
        told = {_shown(row.values.get(key)) for key in ("area", "area_name")}
        found = [each.code for each in self.run.pack.areas if {each.code, each.name} & told]
        return found[0] if len(found) == 1 else None

    def _own_cells(self, row: Row, branch: Branch) -> list[tuple[str, str]]:
        """The cells of a site that is new, as the branch that stands there."""
        cells = [
            ("area", self._area(row) or ""),
            ("status", "existing"),
            ("services_today", ";".join(branch.services)),
        ]
        if branch.format:
            cells += [("formats", branch.format), ("format_today", branch.format)]
        for key in EDITABLE:
            value = row.values.get(key)
            if key not in {"format", "services"} and value is not None:
                cells.append((_IN_PACK.get(key, key), self._code(key, _shown(value))))
        return cells

    def _branch(self, row: Row, site: Site | None) -> Branch:
        services = row.ids("services")
        unknown = [each for each in services if each not in self.services]
        for each in unknown:
            alike = nearest(each, self.services)
            hint = f"Did you mean {alike[0]}?" if alike else f"Known: {listed(self.services)}"
            self._fault(row, "services", each, "ids of services, joined by ;", hint)
        form = row.text("format")
        rules = self.run.scenario.rules
        before = self.planned.get(row.text("site"))
        able = (
            (*(() if rules.formats == "off" else rules.formats or ()), *(self.formats))
            if site is None
            else formats_of(site, rules)
        )
        if before is not None and form == before.format:
            pass  # as the plan has it
        elif form and form not in able:
            expected = listed(able) if able else "a blank cell"
            self._fault(row, "format", form, expected, "This site may take no other format")
        elif not form and able and site is not None:
            self._fault(row, "format", "a blank cell", listed(able), "This site needs a format")
        may = self.formats[form].services if form in self.formats else ()
        beyond = [each for each in services if may and each not in may and each not in unknown]
        if beyond:
            self._fault(
                row, "services", listed(beyond), f"services that format {form} may offer",
                f"It may offer {listed(may, 30)}; change the services or the format",
            )  # fmt: skip
        order = [each for each in self.services if each in services]
        return Branch(form, tuple(order))

    def _changed(self, row: Row, site: Site) -> list[tuple[str, str]]:
        """The cells of a site's own facts that differ from what was exported."""
        cells = []
        for key in EDITABLE:
            if key in {"format", "services"} or key not in row.values:
                continue
            if key in _OF_FORMAT and row.text("format"):
                continue  # the format's; held among those that are computed
            before = self._before(site, key)
            now = self._code(key, _shown(row.values[key]))
            if not now and site.id not in self.planned:
                continue  # put in by its id: what is left blank is as the pack has it
            if not _alike(before, now):
                cells.append((_IN_PACK.get(key, key), now))
                self.edited.append(Edited(row.number, site.id, key, before, now))
        return cells

    def _before(self, site: Site, key: str) -> str:
        if key in {"source", "confidence", "note"}:
            return clean_text(str(getattr(site.mark, key)))
        return clean_text(_shown(getattr(site, _IN_PACK.get(key, key))))

    def _code(self, key: str, text: str) -> str:
        """A code said in words, in any language, as the code itself."""
        if key not in _CODES or not text:
            return text
        known = ("existing", "proposed", "candidate", "found", "derived", "general", "assumption")
        said = {code_words(w, key, code).casefold(): code for w in self.words for code in known}
        return said.get(text.casefold(), text)

    def _computed(self, row: Row, name: str) -> None:
        """What the planner computes must stay, or be blank: changing it would change nothing."""
        for key, cells in self.stored.items():
            is_own = key in EDITABLE and not (key in _OF_FORMAT and row.text("format"))
            value = row.values.get(key)
            if is_own or key == "site" or value is None:
                continue
            before = cells.get(name)
            if name not in cells:  # a branch that the plan does not have has no figures yet
                if key in {"area", "area_name", "status"}:
                    continue
                message = "The planner computes it; leave it blank for a branch that you add"
                self._fault(row, key, _shown(value), "a blank cell", message)
                continue
            if key in {"area", "area_name"}:
                same = self._area(row) == self.sites[name].area
            else:
                same = _alike(clean_text(_shown(before)), self._code(key, _shown(value)))
            if not same:
                message = "The planner computes it; put it back or leave it blank. Columns that"
                message += f" may be edited: {', '.join(EDITABLE)}"
                self._fault(row, key, _shown(value), f"{_shown(before)}, as exported", message)


def _text(value: object) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _shown(value: object) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ";".join(map(str, value))
    if isinstance(value, int | float):
        return number_text(value) if math.isfinite(value) else ""
    return str(value)


def _alike(one: str, other: str) -> bool:
    """Whether two cells say the same: numbers by value (a workbook keeps 15 digits), else texts."""
    if one == other or " ".join(one.split()) == " ".join(other.split()):
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False


def edited_lines(edited: Sequence[Edited]) -> list[str]:
    """What was changed, a line each, for the terminal."""
    lines = []
    for each in edited:
        if each.column == "site" and not each.after:
            lines.append(f"taken out: {each.site}")
        elif each.column == "site":
            lines.append(f"row {each.row}: put in: {each.site}")
        else:
            was, now = shown(each.before) or "blank", shown(each.after) or "blank"
            lines.append(f"row {each.row}: {each.site}, {each.column}: {was} -> {now}")
    return lines
