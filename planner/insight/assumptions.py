"""The figures of a pack that are not certain: each can be set anew, wherever it is used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

from planner.demand.visits import marks_of
from planner.pack.figures import Figure, Mark
from planner.pack.modes_file import MIXED
from planner.pack.travel_types import TravelParameters
from planner.pack.types import Pack, VisitRow

Path = tuple[str | int, ...]
_ROOTS: Mapping[str, Path] = {
    "demand": ("rates", "rates"),
    "spreads": ("rates", "spreads"),
    "travel": ("travel",),
    "capacity": ("counter_minutes_per_year",),
    "customers": ("customers",),
    "modes": ("modes",),
}
_ROW_ENDS = ("visits_per_year", "least", "most")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pack keeps a figure: the way there, field by field."""

    path: Path
    figure: Figure


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure with a range, and every place of the pack that varies with it.

    Attributes:
        key: Names it for good: the way to its first place (`travel.circuity`).
        figure: Its name, value, range, unit and mark, as in its first place.
        owners: Ids of the visit types, spreads, segments or sites that it speaks of; none for all.
        places: Where it stands. A place with a range of its own moves in proportion.
        rows: Of given visits the part of the pack whose rows of the owner stand in place of
            `places`: all of them move in proportion, each towards its own ends.
    """

    key: str
    figure: Figure
    owners: tuple[str, ...]
    places: tuple[Place, ...]
    rows: Literal["", "visits", "area_demand"] = ""

    @property
    def name(self) -> str:
        """What the figure is called."""
        return self.figure.name

    @property
    def unit(self) -> str:
        """The unit of its value, low and high."""
        return self.figure.unit

    @property
    def mode(self) -> float:
        """The value that stands in the pack."""
        return self.figure.value

    @property
    def low(self) -> float:
        """The least value that is thought possible."""
        return self.figure.low

    @property
    def high(self) -> float:
        """The greatest value that is thought possible."""
        return self.figure.high

    @property
    def mark(self) -> Mark:
        """Its source and how far that can be trusted."""
        return self.figure.mark

    def apply(self, pack: Pack, value: float) -> Pack:
        """The same pack with the figure at another value, in every place, and certain there.

        Low and high move along, so that a scenario that asks for one end of all figures finds
        this one where it was put.
        """
        for place in self.places:
            at = _moved(value, self.figure, place.figure)
            own = replace(place.figure, value=at, low=at, high=at)
            pack = _with(pack, place.path, own)
        if self.rows:
            moved = tuple(self._row_at(value, row) for row in getattr(pack, self.rows))
            pack = _with(pack, (self.rows,), moved)
        return pack

    def _row_at(self, value: float, row: VisitRow) -> VisitRow:
        if row.visit_type not in self.owners:
            return row
        at = _moved(value, self.figure, _range_of([row]))
        return replace(row, visits_per_year=at, low=at, high=at)


def assumptions(pack: Pack, mode: str | None = None) -> tuple[Assumption, ...]:
    """Every figure of the pack whose low and high differ, in the pack's order.

    Of the modes of travel those in force: `mode` is what a scenario says of it.

    Figures with the same name, value, range, unit and source in the same kind of place are one
    figure and vary together: a total behind three visit types is uncertain once. So do both
    speeds, where the slow one's range is the other's in proportion, to the digit it is given
    with. Which of them matter for a question is found by asking it, not here.
    """
    found: dict[tuple[Any, ...], Assumption] = {}
    for name, root in _ROOTS.items():
        start: Any = pack
        for step in root:
            start = None if start is None else getattr(start, str(step))
        for spot in _spots(start, _Spot(root, (name,), (name,), ())):
            figure, place = spot.figure, Place(spot.path, spot.figure)
            if figure.low == figure.high or not _in_force(spot, mode):
                continue
            alike = (spot.kind, *_identity(figure))
            known = found.get(alike)
            if known is None:
                key = ".".join(dict.fromkeys((*spot.label, figure.name)))
                found[alike] = Assumption(key, figure, spot.owners, (place,))
            else:
                owners = tuple(dict.fromkeys((*known.owners, *spot.owners)))
                found[alike] = replace(known, owners=owners, places=(*known.places, place))
    return (*_given_visits(pack), *_speeds_together(list(found.values()), pack.travel))


def _in_force(spot: _Spot, mode: str | None) -> bool:
    """Whether a figure of a mode counts: all modes are in force, or that one alone."""
    return spot.kind[0] != "modes" or mode == MIXED or (mode is not None and mode in spot.owners)


def _given_visits(pack: Pack) -> Iterator[Assumption]:
    """The visits that rows give with a range, one figure for each visit type."""
    rows = pack.visits or pack.area_demand or ()
    where: Literal["visits", "area_demand"] = "visits" if pack.visits else "area_demand"
    marks = marks_of(rows)
    for kind in pack.visit_types:
        own = [row for row in rows if row.visit_type == kind.id]
        figure = replace(_range_of(own), mark=marks.get(kind.id, Mark()))
        if figure.low < figure.high:
            yield Assumption(f"visits.{kind.id}", figure, (kind.id,), (), where)


def _range_of(rows: Sequence[VisitRow]) -> Figure:
    """What rows of visits sum to, at their ends."""
    mode, low, high = (
        math.fsum(ends) for ends in ((getattr(row, name) for row in rows) for name in _ROW_ENDS)
    )
    return Figure("visits as given", mode, low, high, "visits a year")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place on the way through a pack: `kind` is its path without what tells equals apart."""

    path: Path
    kind: tuple[str, ...]
    label: tuple[str, ...]
    owners: tuple[str, ...]
    figure: Figure = Figure("", 0.0, 0.0, 0.0, "")

    def into(self, step: str | int, kind: str = "", owner: str = "") -> _Spot:
        """One step further."""
        return _Spot(
            (*self.path, step),
            (*self.kind, kind) if kind else self.kind,
            (*self.label, owner or kind) if owner or kind else self.label,
            (*self.owners, owner) if owner else self.owners,
        )


def _spots(value: object, at: _Spot) -> Iterator[_Spot]:
    """Every figure under a value."""
    if isinstance(value, Figure):
        yield replace(at, figure=value)
    elif is_dataclass(value) and not isinstance(value, type):
        for entry in fields(value):
            yield from _spots(getattr(value, entry.name), at.into(entry.name, entry.name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if is_dataclass(item):
                owner = "" if at.kind[-1] == "powers" else str(name)  # a column owns nothing
                yield from _spots(item, at.into(name, owner=owner))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            names = (getattr(item, name, "") for name in ("visit_type", "id", "group"))
            owner = next((name for name in names if name), "")
            yield from _spots(item, at.into(number, owner=owner))


def _identity(figure: Figure) -> tuple[object, ...]:
    return (
        figure.name, figure.value, figure.low, figure.high, figure.unit, figure.mark.source,
    )  # fmt: skip


def _moved(value: float, whole: Figure, own: Figure) -> float:
    """Where a figure stands in its own range when another stands at `value` in that one's."""
    if (whole.low, whole.value, whole.high) == (own.low, own.value, own.high):
        return value
    end, own_end = (whole.low, own.low) if value <= whole.value else (whole.high, own.high)
    span = end - whole.value
    way = (value - whole.value) / span if span else 0.0
    return own.value + way * (own_end - own.value)


def _with(holder: Any, path: Path, figure: object) -> Any:
    """The holder with one part replaced, and all else shared with it."""
    if not path:
        return figure
    step, rest = path[0], path[1:]
    if isinstance(holder, Mapping):
        return {**holder, step: _with(holder[step], rest, figure)}
    if isinstance(holder, tuple):
        at = int(step)
        return (*holder[:at], _with(holder[at], rest, figure), *holder[at + 1 :])
    return replace(holder, **{str(step): _with(getattr(holder, str(step)), rest, figure)})


# -- speeds --------------------------------------------------------------------------------


def _speeds_together(found: list[Assumption], travel: TravelParameters) -> Iterator[Assumption]:
    """Both speeds of [travel] as one figure where they have one range in proportion."""
    tied = _in_proportion(travel.speed_kmh, travel.speed_slow_kmh)
    fast, slow = (("travel", name) for name in ("speed_kmh", "speed_slow_kmh"))
    slower = [place for each in found for place in each.places if place.path == slow]
    for each in found:
        path = each.places[0].path
        if tied and path == fast:
            yield replace(each, places=(*each.places, *slower))
        elif not (tied and path == slow):
            yield each


def _in_proportion(one: Figure, other: Figure) -> bool:
    """Whether the other's range is this one's in proportion, to the last digit of its ends."""
    if one.low == one.high or one.value <= 0:
        return False
    pairs = ((one.low, other.low), (one.high, other.high))
    return all(
        abs(end - other.value * own / one.value) <= 0.5 * 10.0 ** -_decimals(end)
        for own, end in pairs
    )


def _decimals(value: float) -> int:
    """Digits after the point of a number as people write it."""
    return len(f"{value:.9f}".rstrip("0").partition(".")[2])
