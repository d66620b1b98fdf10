"""Reads `work_records.csv`: what was served day by day, each cell joined to the pack or a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from planner.pack.cells import Cells, Positions, UnknownText, filled, finder, named, yes_no
from planner.pack.columns import WORK_RECORDS
from planner.pack.customer_types import CHANNELS, Opening, WorkRecords
from planner.pack.faults import Findings, shown
from planner.pack.figures import Mark
from planner.pack.names import AreaNames
from planner.pack.opening import open_table
from planner.pack.records import mark_of
from planner.pack.tables import Table
from planner.pack.types import Area, Service, Site, VisitType
from planner.pack.work_records_checks import check_doubled, check_staff, warn_of

FILE = "work_records.csv"


@dataclass(frozen=True, slots=True)
class Known:
    """What records join to; None where it was not given or could not be read."""

    sites: tuple[Site, ...] | None = None
    services: tuple[Service, ...] | None = None
    visit_types: tuple[VisitType, ...] | None = None
    areas: tuple[Area, ...] | None = None
    opening: Opening = Opening()


@dataclass(frozen=True, slots=True)
class RecordsReading:
    """The table as it was read, and its records where nothing is at fault and all of it joins."""

    table: Table
    records: WorkRecords | None


def read_work_records(path: Path, known: Known, findings: Findings) -> RecordsReading | None:
    """Reads daily records and joins them to a pack.

    A record may name its service by a visit type or by a service; a service stands for the one
    visit type in which it is worked on. Nothing is filled in: days without a record are told.

    Args:
        path: The table, of any kind that tables may have.
        known: What they join to.
        findings: Takes every fault with its row, and the warnings.

    Returns:
        The reading; None when the table cannot be read at all.
    """
    table = open_table(path, WORK_RECORDS, findings)
    if table is None:
        return None
    before = len(findings.faults)
    told = findings.places_in(table.file)
    cells = Cells(table, findings)
    day = _days(cells)
    site = cells.positions("branch", _site_finder(known), "the id or name of a branch")
    if known.sites is not None:
        cells.tell_understood("branch", site, [each.id for each in known.sites])
    visit_type, service = _services(cells, known)
    _check_divisions(cells, known, visit_type, service)
    origin = _origins(cells, known)
    channel = _channels(cells)
    mark, marks = _marks(table)
    records = WorkRecords(
        file=table.file,
        row=np.array([row.number for row in table.rows], dtype=np.int64),
        day=day,
        site=site,
        visit_type=visit_type,
        service=service,
        channel=channel,
        served=cells.numbers("served"),
        turned_away=cells.numbers("turned_away"),
        wait_min=cells.numbers("wait_min"),
        service_min=cells.numbers("service_min"),
        staff=cells.numbers("staff"),
        origin=origin,
        first_visit=yes_no(cells, "first_visit"),
        complete=yes_no(cells, "complete"),
        mark=mark,
        marks=marks,
    )
    at_fault = {row for row, _ in findings.places_in(table.file)}
    sound = np.array([row.number not in at_fault for row in table.rows], dtype=np.bool_)
    check_doubled(records, sound, findings)
    check_staff(records, sound, findings)
    if told or len(findings.faults) > before or not table.whole:
        return RecordsReading(table, None)
    names = list(dict.fromkeys(cells.texts("branch")))
    if known.sites is not None:
        names = [each.id for each in known.sites]
    warn_of(records, names, known.sites, known.visit_types, known.opening, findings)
    parts = (known.sites, known.services, known.visit_types, known.areas)
    return RecordsReading(table, None if None in parts else records)


def understood(reading: RecordsReading, known: Known) -> Table:
    """The table with its cells as they were understood; as it came where it was at fault."""
    records, table = reading.records, reading.table
    if records is None:
        return table
    sites, kinds, areas = known.sites or (), known.visit_types or (), known.areas or ()
    rows = []
    for n, row in enumerate(table.rows):
        values = {
            **row.values,
            "date": str(date.fromordinal(int(records.day[n]))),
            "branch": sites[records.site[n]].id,
            "service": kinds[records.visit_type[n]].id,
            "channel": CHANNELS[records.channel[n]],
        }
        if records.origin[n] >= 0:
            values["origin_area"] = areas[records.origin[n]].code
        for name in ("first_visit", "complete"):
            answer = int(getattr(records, name)[n])
            values[name] = None if answer < 0 else answer
        rows.append(replace(row, values=values))
    columns = table.columns | {"channel"}
    return replace(table, rows=tuple(rows), columns=columns)


def _days(cells: Cells) -> Positions:
    """The ordinal day of each row, -1 where at fault."""
    return filled(cells.each("date", lambda text: date.fromisoformat(text).toordinal(), ""))


def _site_finder(known: Known) -> Callable[[str], int] | None:
    if known.sites is None:
        return None
    ids = {site.id: j for j, site in enumerate(known.sites)}
    return finder("branch", ids, named((site.name, j) for j, site in enumerate(known.sites)))


def _services(cells: Cells, known: Known) -> tuple[Positions, Positions]:
    """The visit type of each row, and the service where the row names one; -1 where none."""
    if known.visit_types is None or known.services is None:
        return cells.positions("service", None, ""), np.full(len(cells.table.rows), -1)
    kinds, services = known.visit_types, known.services
    count = len(kinds)  # services follow the visit types in one numbering
    find = finder(
        "visit type or service",
        {each.id: b for b, each in enumerate(kinds)},
        {each.id: count + s for s, each in enumerate(services)},
        named((name, b) for b, e in enumerate(kinds) for name in (e.name, e.name_sw)),
        named((name, count + s) for s, e in enumerate(services) for name in (e.name, e.name_sw)),
    )

    def read(text: str) -> tuple[int, int]:
        at = find(text)
        if at < count:
            return at, -1
        service = services[at - count]
        works = [b for b, each in enumerate(kinds) if service.id in each.services_done]
        if len(works) == 1:
            return works[0], at - count
        if not works:
            raise UnknownText(f"No visit type works on {shown(service.id)}", "a visit type")
        raise UnknownText(
            f"{shown(service.id)} is worked on in several visit types; say which",
            " or ".join(kinds[b].id for b in works),
        )

    meant = cells.each("service", read, "the id or name of a visit type or service")
    visit_type = filled(None if each is None else each[0] for each in meant)
    cells.tell_understood("service", visit_type, [each.id for each in kinds])
    return visit_type, filled(None if each is None else each[1] for each in meant)


def _check_divisions(cells: Cells, known: Known, visit_type: Positions, service: Positions) -> None:
    """A division that a record names must be known, and that of its service."""
    if "division" not in cells.table.columns or known.services is None or not known.visit_types:
        return
    names = list(dict.fromkeys(each.division for each in known.services if each.division))
    if not names:
        cells.warn("division: not checked, as the pack's services name no divisions")
        return
    find = finder("division", {name: at for at, name in enumerate(names)})
    given = filled(cells.each("division", find, "the name of a division"))
    by_service = {each.id: each for each in known.services}
    for n in np.flatnonzero((given >= 0) & (visit_type >= 0)):
        kind = known.visit_types[visit_type[n]]
        done = [by_service[each] for each in kind.services_done if each in by_service]
        if service[n] >= 0:
            done = [known.services[service[n]]]
        right = {each.division for each in done}
        if names[given[n]] not in right:
            row = cells.table.rows[n]
            cells.fault(
                row.number, "division", row.text("division"),
                " or ".join(sorted(each for each in right if each)) or "a blank cell",
                f"That is the division of {shown(row.text('service'))}",
            )  # fmt: skip


def _origins(cells: Cells, known: Known) -> Positions:
    if "origin_area" not in cells.table.columns:
        return np.full(len(cells.table.rows), -1, dtype=np.int64)
    if known.areas is None:
        texts = cells.positions("origin_area", None, "")
        return np.where([bool(each) for each in cells.texts("origin_area")], texts, -1)
    names = AreaNames(known.areas)
    at = {area.code: c for c, area in enumerate(known.areas)}

    def read(text: str) -> int:
        match = names.find(text)
        if match is not None:
            return at[match.code]
        alike = names.suggestions(text)
        hint = f"Did you mean {' or '.join(alike)}?" if alike else "No area has such a name."
        raise UnknownText(f"{hint} Leave the cell blank where it is not known")

    origin = cells.positions("origin_area", read, "the code or name of an area")
    cells.tell_understood("origin_area", origin, [area.code for area in known.areas])
    return origin


def _channels(cells: Cells) -> Positions:
    """The channel of each row; blank means at the branch, which is told."""
    texts = cells.texts("channel")
    blank = sum(1 for each in texts if not each)
    if "channel" not in cells.table.columns:
        cells.warn("no column channel: every record is taken as served at the branch")
    elif blank:
        cells.warn(f"channel: blank in {blank:,} rows: taken as served at the branch")
    return np.array([CHANNELS.index(each) if each else 0 for each in texts], dtype=np.int64)


def _marks(table: Table) -> tuple[Positions, tuple[Mark, ...]]:
    """The mark of each row by its position among the different ones."""
    places: dict[Mark, int] = {}
    mark = [places.setdefault(mark_of(row), len(places)) for row in table.rows]
    return np.array(mark, dtype=np.int64), tuple(places)


def template() -> str:
    """An empty table of daily records: the header, and no row."""
    return ",".join(column.name for column in WORK_RECORDS.columns) + "\n"
