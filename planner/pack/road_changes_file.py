"""Reads ferries, new links and closed roads: what road data leave out, or have too much."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from planner.pack.cells import Cells, yes_no
from planner.pack.columns import SCHEMAS
from planner.pack.faults import Findings
from planner.pack.globe import pair_km
from planner.pack.opening import open_table
from planner.pack.records import mark_of
from planner.pack.road_place import Extent
from planner.pack.road_words import MOST_KMH
from planner.pack.tables import Row, Table
from planner.pack.travel_types import Change, RoadChange

KIND = "road_changes"
_ENDS = ("from_lat", "from_lon", "to_lat", "to_lon")
_ROUNDING = 0.98


def read_road_changes(
    path: Path, findings: Findings, places: Extent | None = None
) -> tuple[RoadChange, ...]:
    """The changes of a file; what is at fault is said in `findings`.

    Args:
        path: A table of the columns of `road_changes`.
        findings: Takes the faults and warnings.
        places: Where the pack's places lie; None where they are not known.
    """
    table = open_table(path, SCHEMAS[KIND], findings)
    return () if table is None else changes_of(table, findings, places)


def changes_of(
    table: Table, findings: Findings, places: Extent | None = None
) -> tuple[RoadChange, ...]:
    """The changes of a table, those without a fault; the faults are said in `findings`."""
    cells = Cells(table, findings)
    both = yes_no(cells, "both_ways")
    changes = []
    for row, both_ways in zip(table.rows, both.tolist(), strict=True):
        change = _change(row, table.file, is_both_ways=both_ways != 0)
        if change is not None and _is_sound(change, row, cells, places):
            changes.append(change)
    _tell_assumed(cells, changes)
    return tuple(changes)


def _change(row: Row, file: str, *, is_both_ways: bool) -> RoadChange | None:
    """One change; None where its kind or an end could not be read (said already)."""
    given = {name: row.number_or_none(name) for name in _ENDS}
    ends = {name: float(each) for name, each in given.items() if each is not None}
    kind = row.text("kind")
    if not kind or len(ends) < len(_ENDS):
        return None
    km, minutes = row.number_or_none("km"), row.number_or_none("minutes")
    return RoadChange(
        kind=cast("Change", kind),
        **ends,
        km=None if km is None else float(km),
        minutes=None if minutes is None else float(minutes),
        both_ways=is_both_ways,
        name=row.text("name"),
        mark=mark_of(row),
        file=file,
        row=row.number,
    )


def _is_sound(change: RoadChange, row: Row, cells: Cells, places: Extent | None) -> bool:
    """Whether a change can be made; if not, why is said."""
    before = len(cells.findings.faults)
    ends = (change.from_lat, change.from_lon), (change.to_lat, change.to_lon)
    straight = float(pair_km(*ends[0], *ends[1]))
    if straight == 0:
        cells.fault(row.number, "to_lat", "the same place as from", "another place",
                    "A change leads from one place to another")  # fmt: skip
    for (lat, lon), column in zip(ends, ("from_lat", "to_lat"), strict=True):
        place = Extent(lat, lon, lat, lon)
        if places is not None and not place.is_near(places):
            hint = "Latitude and longitude look exchanged" if place.swapped.is_near(places) else ""
            cells.fault(row.number, column, f"{lat:g}, {lon:g}",
                        f"a place near the pack's, {places}", hint)  # fmt: skip
    km, minutes = change.km, change.minutes
    if change.kind == "closed" and not change.both_ways:
        cells.fault(row.number, "both_ways", row.text("both_ways"), "yes, or blank",
                    "A road is closed both ways")  # fmt: skip
    if change.kind == "ferry" and km is None and minutes is None:
        cells.fault(row.number, "minutes", "neither minutes nor km", "minutes, or km",
                    "Give the minutes of the crossing with its waiting")  # fmt: skip
    if km is not None and km < straight * _ROUNDING:
        cells.fault(row.number, "km", f"{km:g}", f"at least the straight line, {straight:.3g} km",
                    "Correct the km or the places")  # fmt: skip
    elif minutes is not None and (km or straight) / minutes * 60 > MOST_KMH:
        cells.fault(row.number, "minutes", f"{minutes:g}",
                    f"a time at no more than {MOST_KMH:g} km/h over {km or straight:.3g} km",
                    "Correct the minutes or the places")  # fmt: skip
    return len(cells.findings.faults) == before


def _tell_assumed(cells: Cells, changes: list[RoadChange]) -> None:
    slow = [change.name or "a ferry" for change in changes
            if change.kind == "ferry" and change.minutes is None]  # fmt: skip
    if slow:
        cells.warn(
            f"ferries without minutes go at the speed of roads and nobody waits for them, an"
            f" assumption: {', '.join(slow[:10])}"
        )
    idle = sum(
        1
        for change in changes
        if change.kind == "closed" and (change.km is not None or change.minutes is not None)
    )
    if idle:
        cells.warn(f"km and minutes of closed roads mean nothing: {idle} rows")
