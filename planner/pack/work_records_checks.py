"""What daily records say twice, leave out, or say of branches that cannot have done it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from planner.pack.customer_types import CHANNELS, Opening, WorkRecords
from planner.pack.faults import Findings, listed, shown
from planner.pack.open_days import dated, gaps, is_open, span_of
from planner.pack.types import Site, VisitType

FEWEST_DAYS = 20  # recorded days of a branch, below which a warning stands


def check_doubled(
    records: WorkRecords,
    sound: NDArray[np.bool_],
    findings: Findings,
) -> None:
    """Two records of one day, branch, visit type, channel, origin and kind of visit are faults.

    Args:
        records: The records.
        sound: The rows without a cell at fault, shape (R,); others are left aside.
        findings: Takes the faults, each of which names both rows.
    """
    key = (records.day, records.site, records.visit_type, records.channel, records.origin,
           records.first_visit, records.complete)  # fmt: skip
    for first, again in _repeated(np.column_stack(key), sound):
        findings.fault(
            records.file, int(records.row[again]), "date",
            "a second record of the same day, branch, service, channel, origin and kind of"
            " visit",
            "one record",
            f"Row {records.row[first]} is the first; remove one of them or sum them yourself",
        )  # fmt: skip


def check_staff(records: WorkRecords, sound: NDArray[np.bool_], findings: Findings) -> None:
    """Sound rows of one day, branch, visit type and channel must name the same staff."""
    key = np.column_stack((records.day, records.site, records.visit_type, records.channel))
    given = sound & ~np.isnan(records.staff)
    for first, again in _repeated(key, given):
        if records.staff[first] != records.staff[again]:
            findings.fault(
                records.file, int(records.row[again]), "staff", f"{records.staff[again]:g}",
                f"{records.staff[first]:g}, as in row {records.row[first]}",
                "Staff is that of the day, branch, service and channel; rows that part its"
                " customers name the same staff",
            )  # fmt: skip


def _repeated(keys: NDArray[np.int64], which: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Places in the file of equal keys: the first one, and each that follows."""
    places = np.flatnonzero(which)
    if places.size < 2:
        return
    chosen = keys[places]
    order = np.lexsort((*chosen.T[::-1], places)[::-1])  # by key; equal ones stay in file order
    same = (chosen[order][1:] == chosen[order][:-1]).all(axis=1)
    first = -1
    for at in np.flatnonzero(same):
        if first < 0 or not same[at - 1]:
            first = int(places[order[at]])
        yield first, int(places[order[at + 1]])


def warn_of(
    records: WorkRecords,
    names: Sequence[str],
    sites: Sequence[Site] | None,
    visit_types: Sequence[VisitType] | None,
    opening: Opening,
    findings: Findings,
) -> None:
    """Names every gap, closed day and branch that a reader of the records should know of.

    A day is recorded where something served at the branch was; the other channels count only for
    branches that have no such record.

    Args:
        records: Sound records.
        names: What each branch position is called.
        sites: The pack's sites; None where they were not given.
        visit_types: Its visit types, likewise.
        opening: On which days counters serve.
        findings: Takes the warnings.
    """
    few = []
    for j in np.unique(records.site).tolist():
        name = shown(names[j])
        mine = np.flatnonzero(_of_branch(records, j))
        days = np.unique(records.day[mine])
        opened = is_open(days, opening)
        _warn_gaps(records, mine, name, opening, findings)
        closed = days[~opened]
        if closed.size:
            noun = "closed day" if closed.size == 1 else "closed days"
            findings.warn(
                f"{records.file}: {name} has records on {closed.size} {noun}, which count in no"
                f" mean: {listed(_with_rows(records, mine, closed))}"
            )
        if days.size - closed.size < FEWEST_DAYS:
            few.append(f"{name} ({days.size - closed.size})")
    if few:
        findings.warn(
            f"{records.file}: fewer than {FEWEST_DAYS} recorded days, so its means say little:"
            f" {listed(few)}"
        )
    if sites is not None and visit_types is not None:
        _warn_partly(records, sites, visit_types, opening, findings)
        _warn_joins(records, sites, visit_types, findings)


def _of_branch(records: WorkRecords, j: int) -> NDArray[np.bool_]:
    """The rows that make the days of a branch: those served there, else all of it."""
    mine = np.asarray(records.site == j, dtype=np.bool_)
    here = mine & (records.channel == CHANNELS.index("branch"))
    return here if here.any() else mine


def _warn_gaps(
    records: WorkRecords,
    mine: NDArray[np.int64],
    name: str,
    opening: Opening,
    findings: Findings,
) -> None:
    """Names the working days of one branch that have no record, and the rows on either side."""
    days = records.day[mine]
    found = gaps(np.unique(days), opening)
    if not found:
        return

    def row(day: int, which: int) -> int:
        return int(records.row[mine[days == day]][which])

    told = [
        f"{span_of(gap.first, gap.last)} (between rows {row(gap.before.toordinal(), -1)}"
        f" and {row(gap.after.toordinal(), 0)})"
        for gap in found[:10]
    ]
    more = f" and {len(found) - 10} more gaps" if len(found) > 10 else ""
    total = sum(gap.days for gap in found)
    is_here = (records.channel[mine] == CHANNELS.index("branch")).all()
    where = "of what was served there " if is_here else ""
    findings.warn(
        f"{records.file}: {name} has no record {where}on {total} working"
        f" {'day' if total == 1 else 'days'}: {', '.join(told)}{more}"
    )


def _warn_partly(
    records: WorkRecords,
    sites: Sequence[Site],
    visit_types: Sequence[VisitType],
    opening: Opening,
    findings: Findings,
) -> None:
    """Names visit types that a branch records on some of its recorded days only."""
    partly = []
    for j in np.unique(records.site).tolist():
        mine = _of_branch(records, j)
        days = np.unique(records.day[mine])
        of_branch = int(is_open(days, opening).sum())
        for b in np.unique(records.visit_type[mine]).tolist():
            days = np.unique(records.day[mine & (records.visit_type == b)])
            count = int(is_open(days, opening).sum())
            if count < of_branch:
                partly.append(f"{sites[j].id} {visit_types[b].id} on {count} of {of_branch}")
    if partly:
        findings.warn(
            f"{records.file}: not recorded on every recorded day of the branch: {listed(partly)}."
            " A day without a record is not taken for a day without customers; write 0 for that"
        )


def _warn_joins(
    records: WorkRecords,
    sites: Sequence[Site],
    visit_types: Sequence[VisitType],
    findings: Findings,
) -> None:
    """Names what the records do not cover, and where they do not fit the sites of today."""
    here = set(np.unique(records.site).tolist())
    left_out = [e.id for j, e in enumerate(sites) if e.status == "existing" and j not in here]
    if left_out:
        findings.warn(
            f"{records.file}: no record of {len(left_out)}"
            f" {'branch' if len(left_out) == 1 else 'branches'} open today, where visits stay as"
            f" the model has them: {listed(left_out)}"
        )
    kinds = set(np.unique(records.visit_type).tolist())
    unsaid = [each.id for b, each in enumerate(visit_types) if b not in kinds]
    if unsaid:
        findings.warn(
            f"{records.file}: no record of {len(unsaid)} visit"
            f" {'type' if len(unsaid) == 1 else 'types'}, whose visits stay as the model has them:"
            f" {listed(unsaid)}"
        )
    for j in sorted(here):
        mine = records.site == j
        site = sites[j]
        if site.status != "existing":
            rows = listed(map(str, records.row[mine].tolist()))
            findings.warn(
                f"{records.file}: {site.id} ({shown(site.name)}) is {site.status} and not open"
                f" today, so that its records change no demand: rows {rows}"
            )
            continue
        lacking = [
            f"{visit_types[b].id} (row {records.row[mine & (records.visit_type == b)][0]})"
            for b in np.unique(records.visit_type[mine]).tolist()
            if set(visit_types[b].services) - set(site.services_today)
        ]
        if lacking:
            findings.warn(
                f"{records.file}: {site.id} has records of visits that its services_today do not"
                f" allow, so that they change no demand: {listed(lacking)}"
            )


def _with_rows(records: WorkRecords, mine: NDArray[np.int64], days: NDArray[np.int64]) -> list[str]:
    told = []
    for day, text in zip(days.tolist(), dated(days.tolist()), strict=True):
        told.append(f"{text} (row {records.row[mine[records.day[mine] == day]][0]})")
    return told
