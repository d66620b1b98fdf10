"""How other programs write their travel matrices: their columns, units and ways to number places.

Sources, as their documentation says: OSRM 5.18 and later (table service: durations in seconds,
distances in metres), openrouteservice 7 to 9 (matrix: the same, distances also in km or miles where
asked), Valhalla 3 (sources_to_targets: time in seconds, distance in km, or miles where asked),
r5py 1 and r5r 2 (travel_time in minutes, one column for each percentile; distance in metres).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from planner.pack.columns import TRAVEL, Schema
from planner.pack.grid import Cell, header_key

TimeUnit = Literal["s", "min", "h"]
DistanceUnit = Literal["m", "km", "mi"]
IdsAs = Literal["ids", "positions", "positions_from_1"]
IN_MINUTES: Mapping[str, float] = {"s": 1 / 60, "min": 1.0, "h": 60.0}
IN_KM: Mapping[str, float] = {"m": 0.001, "km": 1.0, "mi": 1.609344}
UNIT_WORDS = {
    "s": "seconds", "min": "minutes", "h": "hours",
    "m": "metres", "km": "kilometres", "mi": "miles",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatrixChoices:
    """What a person says of a matrix where its file alone leaves it open.

    Attributes:
        time_unit: What its times are in; None: as the program or the column's name has it.
        distance_unit: What its distances are in, likewise.
        ids: Whether places are named by ids or numbered from 0 or from 1; None: as they look.
        column: The column of times, where there are several.
        from_sites: Whether it leads from sites to demand points, and that will do.
    """

    time_unit: TimeUnit | None = None
    distance_unit: DistanceUnit | None = None
    ids: IdsAs | None = None
    column: str = ""
    from_sites: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A column of times or of distances: its heading, its unit, and who says so."""

    heading: str
    unit: str | None
    why: str = ""
    is_sure: bool = False  # said by a person or by its own name: evidence only warns


@dataclass(frozen=True, slots=True)
class MatrixForm:
    """What the heading of a matrix of another program was understood as.

    Attributes:
        program: The program; empty where only the headings are known.
        start: The heading of where trips start; `end` likewise. Empty for forms without headings.
        time: The times; None where it has none. `distance` likewise.
        kes: The heading of costs.
        is_numbered: Whether the program numbers places from 0.
        names_nothing: Whether it names no places at all, only their order.
        notes: What must be told of the choice of columns.
    """

    program: str = ""
    start: str = ""
    end: str = ""
    time: Measured | None = None
    distance: Measured | None = None
    kes: str = ""
    is_numbered: bool = False
    names_nothing: bool = False
    notes: tuple[str, ...] = ()

    @property
    def units(self) -> str:
        """What the columns are in, in a line."""
        return ", ".join(
            f"{each.heading} in {UNIT_WORDS[each.unit]}"
            for each in (self.time, self.distance)
            if each is not None and each.unit is not None
        )

    @property
    def headings(self) -> dict[str, str]:
        """The headings of its columns by the planner's own names; empty where it has none."""
        time, distance = (
            "" if each is None else each.heading for each in (self.time, self.distance)
        )
        return {
            "demand_point": self.start, "site": self.end,
            "minutes": time, "km": distance, "kes": self.kes,
        }  # fmt: skip

    @property
    def schema(self) -> Schema:
        """The table of this form, its columns under the planner's own names."""
        given = self.headings
        columns = [
            replace(each, aliases=(header_key(given[each.name]),))
            for each in TRAVEL.columns
            if given[each.name]
        ]
        return Schema("travel", tuple(columns), key=())


@dataclass(frozen=True, slots=True)
class Program:
    """What one program calls things; `whose` says so of its units."""

    name: str
    whose: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    times: Mapping[str, TimeUnit]
    distances: Mapping[str, DistanceUnit]
    is_numbered: bool = False


PERCENTILE = re.compile(r"travel_time_p([0-9]{1,3})")
PROGRAMS = (
    Program(
        "Valhalla", "Valhalla's convention", ("from_index",), ("to_index",),
        {"time": "s"}, {"distance": "km"}, is_numbered=True,
    ),
    Program(
        "OSRM or openrouteservice", "the convention of OSRM and openrouteservice",
        ("source", "source_id", "source_index"),
        ("destination", "destination_id", "destination_index"),
        {"duration": "s", "durations": "s"}, {"distance": "m", "distances": "m"},
    ),
    Program(
        "r5py", "the convention of r5py and r5r", (), (), {"travel_time": "min"}, {"distance": "m"}
    ),
)  # fmt: skip
_COLUMN = {column.name: column for column in TRAVEL.columns}
OWN = {name: (name, *column.aliases) for name, column in _COLUMN.items()}
STARTS = (
    *OWN["demand_point"], "from_index", "source", "source_id", "source_index", "from",
    "origin_id", "origin_index", "from_point",
)  # fmt: skip
ENDS = (
    *OWN["site"], "to_index", "destination_id", "destination_index", "target", "target_id",
    "target_index", "to", "to_site",
)  # fmt: skip
UNIT_NAMES = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m",
    "km": "km", "kms": "km", "kilometre": "km", "kilometres": "km", "kilometers": "km",
    "mi": "mi", "mile": "mi", "miles": "mi",
}  # fmt: skip
TIMES = ("time", "duration", "durations", "travel_time", "travel_duration", "drive_time")
DISTANCES = ("distance", "distances", "dist", "length", "travel_distance", "road_distance")
_MISSING = frozenset({"null", "none", "nan", "na"})  # as programs write that there is no route
BY_NAME = "as its name says"
STATED = "as stated"

# Names under which any of these forms may stand, to find headers, separators and sheets by.
ANY_FORM = replace(
    TRAVEL,
    columns=(
        replace(_COLUMN["demand_point"], aliases=STARTS),
        replace(_COLUMN["site"], aliases=ENDS),
        replace(
            _COLUMN["minutes"],
            aliases=(
                *OWN["minutes"],
                *TIMES,
                *(f"{t}_{u}" for t in TIMES for u in UNIT_NAMES),
                *(f"travel_time_p{p}" for p in range(1, 100)),
            ),
        ),
        replace(
            _COLUMN["km"],
            aliases=(
                *OWN["km"],
                *DISTANCES,
                *(f"{d}_{u}" for d in DISTANCES for u in UNIT_NAMES),
            ),
        ),
        _COLUMN["kes"],
    ),
)


def unit_named(text: str) -> str | None:
    """The unit that a heading names: `duration_s`, `minutes`, `km`; None where it names none."""
    key = header_key(text)
    for name in ("minutes", "km"):
        if key in OWN[name]:
            return "min" if name == "minutes" else "km"
    if key in UNIT_NAMES and len(key) > 1:  # one letter alone may be anything
        return UNIT_NAMES[key]
    base, _, last = key.rpartition("_")
    unit = UNIT_NAMES.get(last, "")
    fits = (base in TIMES and unit in IN_MINUTES) or (base in DISTANCES and unit in IN_KM)
    return unit if fits else None


def missing_blanked(cell: Cell) -> Cell:
    """A cell, None where a program has written that there is no figure."""
    return None if isinstance(cell, str) and cell.strip().casefold() in _MISSING else cell


def stated(measured: Measured, unit: str | None) -> Measured:
    """The column in the unit that a person states, where one is stated."""
    return measured if unit is None else replace(measured, unit=unit, why=STATED, is_sure=True)
