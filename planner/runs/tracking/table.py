"""The table of what was done: its columns, an empty one to fill in, and every fault of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from planner.errors import nearest
from planner.pack.columns import Column, Schema
from planner.pack.faults import Findings, listed
from planner.pack.figures import MARKS, Mark
from planner.pack.joins import check_turned
from planner.pack.opening import open_table
from planner.pack.records import mark_of
from planner.pack.tables import Row
from planner.pack.types import Pack
from planner.runs.reading import StoredRun
from planner.runs.table import Cell, Table, csv_bytes
from planner.runs.tracking.works import Kind, planned_works

SCHEMA = Schema(
    "done",
    (
        Column("site", "id", required=True, aliases=("site_id", "branch", "branch_id", "tawi")),
        Column("name", aliases=("site_name", "branch_name", "jina")),
        Column("service", "id", aliases=("service_id", "huduma")),
        Column("work", "word", words=get_args(Kind)),
        Column("phase", aliases=("stage", "awamu")),
        Column("due", "date", aliases=("due_on", "planned_on", "deadline", "mwisho")),
        Column(
            "opened", "date", aliases=("opened_on", "begun", "begun_on", "done", "ilifunguliwa")
        ),
        Column("closed", "date", aliases=("closed_on", "ended", "ended_on", "ilifungwa")),
        Column(
            "capital_kes",
            "money",
            low=0,
            total=True,
            aliases=("capital", "cost", "spent", "gharama"),
        ),
        Column(
            "visits", "count", low=0, total=True, aliases=("visits_counted", "customers", "ziara")
        ),
        Column("visits_from", "date", aliases=("counted_from", "from", "kuanzia")),
        Column("visits_to", "date", aliases=("counted_to", "to", "hadi")),
        Column("lat", "degrees", low=-90, high=90, aliases=("latitude",)),
        Column("lon", "degrees", low=-180, high=180, aliases=("longitude",)),
        Column("source"),
        Column("confidence", "word", words=MARKS),
        Column("note"),
    ),
    key=("site", "service"),
    one_of=(("opened",), ("closed",), ("due",)),
)
"""Column `service` blank: the row is of the branch. Days of visits count both ends.

`work` says in the table to fill in what the plan asks for; what counts is the plan itself.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of what was done, joined to the pack.

    `site`: position, None for a branch that the pack does not have; `service`: position, None for
    the branch itself. Visits are those counted on every day from `visits_from` to `visits_to`.
    """

    row: int
    site: int | None
    site_id: str
    name: str
    service: int | None
    phase: str
    due: date | None
    opened: date | None
    closed: date | None
    capital_kes: int | None
    visits: float | None
    visits_from: date | None
    visits_to: date | None
    place: tuple[float, float] | None
    mark: Mark


def read_done(path: Path, pack: Pack, findings: Findings, *, today: date) -> tuple[Entry, ...]:
    """Read a table of what was done.

    Args:
        path: CSV or a workbook.
        pack: The pack of the plan.
        findings: Takes every fault with its row and column.
        today: No day of the table may lie after it, but those that are due.

    Returns:
        The rows; sound only where no fault was noted.
    """
    table = open_table(path, SCHEMA, findings)
    if table is None:
        return ()
    check_turned(table, pack.areas, "a place of a branch", findings)
    reader = _Reader(table.file, pack, findings, today)
    entries = tuple(each for row in table.rows if (each := reader.entry(row)) is not None)
    _check_within_branch(table.file, pack, entries, findings)
    return entries


def _check_within_branch(
    file: str, pack: Pack, entries: Sequence[Entry], findings: Findings
) -> None:
    """A service cannot be there before its branch, nor after it."""
    branches = {each.site_id: each for each in entries if each.service is None}
    for entry in entries:
        branch = branches.get(entry.site_id)
        if entry.service is None or branch is None:
            continue
        stood = entry.site is not None and pack.sites[entry.site].status == "existing"
        if entry.opened and branch.opened and entry.opened < branch.opened and not stood:
            message = f"Row {branch.row} says that its branch opened only then"
            expected = f"a day from {branch.opened} on"
            findings.fault(file, entry.row, "opened", entry.opened, expected, message)
        for column, day in (("opened", entry.opened), ("closed", entry.closed)):
            if day and branch.closed and day > branch.closed:
                message = f"Row {branch.row} says that its branch closed then"
                findings.fault(
                    file, entry.row, column, day, f"a day up to {branch.closed}", message
                )


class _Reader:
    """Joins rows to a pack and holds their days against one another."""

    def __init__(self, file: str, pack: Pack, findings: Findings, today: date) -> None:
        self.file, self.findings, self.today = file, findings, today
        self.sites = {site.id: j for j, site in enumerate(pack.sites)}
        self.names = {site.id: site.name for site in pack.sites}
        self.services = {each.id: s for s, each in enumerate(pack.services)}

    def fault(self, row: Row, column: str, found: object, expected: str, message: str) -> None:
        self.findings.fault(self.file, row.number, column, found, expected, message)

    def entry(self, row: Row) -> Entry | None:
        name, service = row.text("site"), row.text("service")
        if not name:
            return None  # said by the table's reader
        if service and service not in self.services:
            self._unknown(row, "service", service, self.services, "the id of a service")
        called = row.text("name")
        if name not in self.sites and not called:
            expected = "the id of a site of the pack, or a name for one that it has not"
            self._unknown(row, "site", name, self.sites, expected)
        self._days(row)
        self._visits(row)
        lat, lon = row.number_or_none("lat"), row.number_or_none("lon")
        if (lat is None) != (lon is None):
            missing = "lat" if lat is None else "lon"
            self.fault(row, missing, "a blank cell", "both lat and lon", "Or leave both blank")
        capital = row.number_or_none("capital_kes")
        visits = row.number_or_none("visits")
        return Entry(
            row=row.number,
            site=self.sites.get(name),
            site_id=name,
            name=self.names.get(name, called),
            service=self.services.get(service),
            phase=row.text("phase"),
            due=row.day("due"),
            opened=row.day("opened"),
            closed=row.day("closed"),
            capital_kes=None if capital is None else int(capital),
            visits=None if visits is None else float(visits),
            visits_from=row.day("visits_from"),
            visits_to=row.day("visits_to"),
            place=None if lat is None or lon is None else (float(lat), float(lon)),
            mark=mark_of(row),
        )

    def _unknown(
        self, row: Row, column: str, found: str, known: Mapping[str, int], expected: str
    ) -> None:
        alike = nearest(found, known)
        hint = f"Did you mean {alike[0]}?" if alike else f"Known: {listed(known)}"
        self.fault(row, column, found, expected, hint)

    def _days(self, row: Row) -> None:
        """No day in the future, and none that ends before it begins."""
        for column in ("opened", "closed", "visits_to"):
            day = row.day(column)
            if day is not None and day > self.today:
                self.fault(row, column, day, f"a day up to {self.today}",
                           "What is still to come stands under due")  # fmt: skip
        opened, closed = row.day("opened"), row.day("closed")
        if opened and closed and closed < opened:
            self.fault(row, "closed", closed, f"a day from {opened} on", "It opened only then")

    def _visits(self, row: Row) -> None:
        """Visits need the days on which they were counted, and the days their visits."""
        counted = row.number_or_none("visits")
        begin, end = row.day("visits_from"), row.day("visits_to")
        if counted is None:
            for column, day in (("visits_from", begin), ("visits_to", end)):
                if day is not None:
                    self.fault(row, column, day, "a blank cell without visits",
                               "Put in the visits counted, or leave the days blank")  # fmt: skip
            return
        for column, day in (("visits_from", begin), ("visits_to", end)):
            if day is None:
                message = "Visits need the first and the last day on which they were counted"
                self.fault(row, column, "a blank cell", "a day", message)
        if begin and end and end < begin:
            self.fault(row, "visits_to", end, f"a day from {begin} on",
                       "The last day of the count lies before the first")  # fmt: skip
        opened, closed = row.day("opened"), row.day("closed")
        if begin and opened and begin < opened:
            self.fault(row, "visits_from", begin, f"a day from {opened} on",
                       "Nobody came before it opened")  # fmt: skip
        if end and closed and end > closed:
            self.fault(row, "visits_to", end, f"a day up to {closed}",
                       "Nobody came after it closed")  # fmt: skip


def template(run: StoredRun, phases: Mapping[str, str] | None = None) -> bytes:
    """A table to fill in: a row for all that the plan asks for, with blank days, money and visits.

    Args:
        run: A run with a plan.
        phases: The phase of each branch by site, where that is known.
    """
    pack = run.pack
    rows: list[tuple[Cell, ...]] = []
    for work in planned_works(run):
        site = pack.sites[work.site]
        service = "" if work.service is None else pack.services[work.service].id
        head = (site.id, site.name, service, work.kind, (phases or {}).get(site.id, ""))
        rows.append((*head, *([None] * (len(SCHEMA.columns) - len(head)))))
    columns = tuple(column.name for column in SCHEMA.columns)
    return csv_bytes(Table("done", columns, tuple(rows)), mark=True)
