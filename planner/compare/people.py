"""Whose travel becomes shorter or longer: people of demand points, in all and by area."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from planner.compare.likeness import same_pack, same_points
from planner.compare.types import AreaCell, AreaDifference, People, PeopleCount, PlaceChange
from planner.runs.record import AreaRow, PointRow, RunRecord

THRESHOLD_MIN = 1.0
MOST_PLACES = 10

Fate = Literal[
    "shorter",
    "longer",
    "unchanged",
    "served_anew",
    "no_longer_served",
    "without_visits",
    "unserved",
]


@dataclass(frozen=True, slots=True)
class PointChange:
    """One demand point in the base and in a member; minutes one way, people as in the base."""

    before: PointRow
    after: PointRow
    fate: Fate

    @property
    def difference(self) -> float | None:
        """Minutes more (or less, below 0) than in the base; None where one of them has none."""
        if self.before.mean_min is None or self.after.mean_min is None:
            return None
        return self.after.mean_min - self.before.mean_min


def point_changes(record: RunRecord, base: RunRecord) -> tuple[PointChange, ...] | None:
    """Every demand point against the base, in the base's order.

    None where the two do not tell of the same points (another pack, an older run, no plan).
    """
    if not same_points(record, base):
        return None
    after = {row.point: row for row in record.points}
    return tuple(
        PointChange(row, after[row.point], _fate(row, after[row.point])) for row in base.points
    )


def _fate(before: PointRow, after: PointRow) -> Fate:
    if before.mean_min is None and after.mean_min is None:
        visits = before.visits_per_year or after.visits_per_year
        return "unserved" if visits else "without_visits"
    if before.mean_min is None:
        return "served_anew" if before.visits_per_year else "without_visits"
    if after.mean_min is None:
        return "no_longer_served" if after.visits_per_year else "without_visits"
    difference = after.mean_min - before.mean_min
    if difference < -THRESHOLD_MIN:
        return "shorter"
    return "longer" if difference > THRESHOLD_MIN else "unchanged"


def people_of(changes: Sequence[PointChange], names: dict[str, str]) -> People:
    """The people of all points, and the places with the largest changes.

    Args:
        changes: From `point_changes`.
        names: Areas' names by code.
    """
    moved = [
        PlaceChange(
            point=each.before.point,
            name=each.before.name,
            area=each.before.area,
            area_name=names.get(each.before.area, each.before.area),
            population=each.before.population,
            before_min=each.before.mean_min,
            after_min=each.after.mean_min,
            difference=each.after.mean_min - each.before.mean_min,
        )
        for each in changes
        if each.fate in ("shorter", "longer")
        and each.before.mean_min is not None
        and each.after.mean_min is not None
    ]
    moved.sort(key=lambda place: (-abs(place.difference), -place.population, place.point))
    gains = [place for place in moved if place.difference < 0]
    losses = [place for place in moved if place.difference > 0]
    return People(
        count=_count(changes),
        gains=tuple(gains[:MOST_PLACES]),
        losses=tuple(losses[:MOST_PLACES]),
    )


def _count(changes: Iterable[PointChange]) -> PeopleCount:
    sums = dict.fromkeys(Fate.__args__, 0.0)  # type: ignore[attr-defined]
    total = 0.0
    for each in changes:
        sums[each.fate] += each.before.population
        total += each.before.population
    sums["unchanged"] += sums["without_visits"] + sums["unserved"]
    return PeopleCount(total=total, **sums)


def area_differences(
    records: Sequence[RunRecord],
    base: int,
    changes: Sequence[Sequence[PointChange] | None],
) -> tuple[AreaDifference, ...]:
    """Every area that a member tells of, by code, in the base's order first."""
    tables = [{row.code: row for row in each.areas} for each in records]
    names: dict[str, str] = {}
    for table in (tables[base], *tables):
        for code, row in table.items():
            names.setdefault(code, row.name)
    counts = [_by_area(each) for each in changes]
    return tuple(
        AreaDifference(code, name, tuple(_cells(records, base, tables, counts, code)))
        for code, name in names.items()
    )


def _cells(
    records: Sequence[RunRecord],
    base: int,
    tables: Sequence[dict[str, AreaRow]],
    counts: Sequence[dict[str, PeopleCount]],
    code: str,
) -> Iterator[AreaCell | None]:
    before = tables[base].get(code)
    for n, record in enumerate(records):
        row = tables[n].get(code)
        if row is None:
            yield None
            continue
        now, then = row.figures.mean_min, None if before is None else before.figures.mean_min
        may = now is not None and then is not None and same_pack(record, records[base])
        yield AreaCell(
            mean_min=now,
            within_standard=row.figures.within_standard,
            branches=row.figures.branches,
            difference=now - then if may else None,  # type: ignore[operator]  # both are there
            people=counts[n].get(code),
        )


def _by_area(changes: Sequence[PointChange] | None) -> dict[str, PeopleCount]:
    found: dict[str, list[PointChange]] = {}
    for each in changes or ():
        found.setdefault(each.before.area, []).append(each)
    return {code: _count(here) for code, here in found.items()}
