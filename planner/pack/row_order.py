"""Puts a pack in an order of its own, so that the order of rows in its files decides nothing.

Plans, figures and exports follow the pack; so they are the same, to the last digit, for the same
rows in any order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.pack.customer_types import StationCounts, WorkRecords
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Format, Pack, Service, VisitRow, VisitType

_DIGITS = re.compile(r"([0-9]+)")
_LAST = 2**62
_T = TypeVar("_T")
Key = tuple[Any, ...]


def in_order(pack: Pack) -> Pack:
    """The same pack, each list in the order of its ids.

    Services and visit types stand in the order that they are given, formats by their size; then by
    id. What holds positions is renumbered, and pairs and daily records are sorted.
    """
    areas, area = _sorted(pack.areas, lambda each: id_key(each.code))
    points, point = _sorted(pack.demand_points, lambda each: id_key(each.id))
    services, service = _sorted(pack.services, _given)
    visit_types, visit_type = _sorted(pack.visit_types, _given)
    sites, site = _sorted(pack.sites, lambda each: id_key(each.id))
    return replace(
        pack,
        areas=areas,
        demand_points=points,
        services=services,
        visit_types=visit_types,
        sites=sites,
        formats=_sorted(pack.formats, _size)[0],
        visits=_visits(pack.visits),
        area_demand=_visits(pack.area_demand),
        area_facts=dict(sorted(pack.area_facts.items())),
        towns=tuple(sorted(pack.towns, key=_all)),
        known_roads=tuple(sorted(pack.known_roads, key=_all)),
        road_changes=tuple(sorted(pack.road_changes, key=_all)),
        travel_matrix=_matrix(pack.travel_matrix, point, site),
        work_records=_records(pack.work_records, site, visit_type, service, area),
        stations=_stations(pack.stations),
        as_filed=False,
    )


def id_key(text: str) -> Key:
    """The place of an id among others: `s2` before `s10`; no two ids share one."""
    parts = _DIGITS.split(text)
    numbers = [each.lstrip("0") for each in parts[1::2]]
    return (
        parts[0],
        [(len(number), number, after) for number, after in zip(numbers, parts[2::2], strict=True)],
        text,
    )


def _given(each: Service | VisitType) -> Key:
    return (_LAST if each.order is None else each.order, id_key(each.id))


def _size(each: Format) -> Key:
    counters = _LAST if each.counters is None else each.counters
    return (counters, each.capital_kes, each.annual_cost_kes, id_key(each.id))


def _all(each: Any) -> Key:
    """Everything that a row says, but not where it stands."""
    return tuple(repr(getattr(each, part.name)) for part in fields(each) if part.compare)


def _sorted(
    values: Sequence[_T], key: Callable[[_T], Key]
) -> tuple[tuple[_T, ...], NDArray[np.int64]]:
    """The values in order, and where each now stands; -1 stays -1, behind the last."""
    order = sorted(range(len(values)), key=lambda at: key(values[at]))
    now = np.full(len(values) + 1, -1, dtype=np.int64)
    now[order] = np.arange(len(values))
    return tuple(values[at] for at in order), now


def _visits(rows: tuple[VisitRow, ...] | None) -> tuple[VisitRow, ...] | None:
    if rows is None:
        return None
    return tuple(sorted(rows, key=lambda row: (id_key(row.demand_point), id_key(row.visit_type))))


def _matrix(
    matrix: TravelMatrix | None, point: NDArray[np.int64], site: NDArray[np.int64]
) -> TravelMatrix | None:
    if matrix is None:
        return None
    moved = {"point": point[matrix.point], "site": site[matrix.site]}
    order = np.lexsort((moved["site"], moved["point"]))
    rest = {name: getattr(matrix, name) for name in ("minutes", "km", "kes")}
    return replace(matrix, **{name: each[order] for name, each in (moved | rest).items()})


def _records(
    records: WorkRecords | None,
    site: NDArray[np.int64],
    visit_type: NDArray[np.int64],
    service: NDArray[np.int64],
    area: NDArray[np.int64],
) -> WorkRecords | None:
    if records is None:
        return None
    marks, mark = _sorted(records.marks, _all)
    new = {"site": site, "visit_type": visit_type, "service": service, "origin": area, "mark": mark}
    columns: dict[str, NDArray[Any]] = {}
    for part in fields(records):
        column = getattr(records, part.name)
        if isinstance(column, np.ndarray):
            columns[part.name] = new[part.name][column] if part.name in new else column
    by = [each for name, each in columns.items() if name != "row"]
    order = np.lexsort(tuple(reversed(by)))
    moved: dict[str, Any] = {name: each[order] for name, each in columns.items()}
    return replace(records, marks=marks, **moved)


def _stations(stations: StationCounts | None) -> StationCounts | None:
    if stations is None:
        return None
    return replace(
        stations,
        counts=tuple(sorted(stations.counts, key=lambda each: (-each.count, id_key(each.site)))),
    )
