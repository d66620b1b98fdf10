"""From table rows to the pack's records, each cell as it was understood."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from planner.pack.figures import Confidence, Mark
from planner.pack.tables import Row, Table
from planner.pack.travel_types import KnownRoad, Town, TravelMatrix
from planner.pack.types import DemandPoint, Format, Service, Site, SiteStatus, VisitRow, VisitType


def mark_of(row: Row) -> Mark:
    """The row's source, confidence and note."""
    word = row.text("confidence")
    return Mark(row.text("source"), cast("Confidence", word) if word else None, row.text("note"))


def _float(row: Row, column: str) -> float | None:
    value = row.number_or_none(column)
    return None if value is None else float(value)


def _whole(row: Row, column: str) -> int | None:
    value = row.number_or_none(column)
    return None if value is None else int(value)


def _money(row: Row, column: str) -> int:
    """A cost in whole units; blank where there is none."""
    return int(row.number_or_none(column) or 0)


def demand_point(row: Row, area: str) -> DemandPoint:
    """One demand point; `area` is the code its text means."""
    return DemandPoint(
        id=row.text("id"),
        name=row.text("name"),
        area=area,
        lat=_float(row, "lat"),
        lon=_float(row, "lon"),
        population=float(row.number_or_none("population") or 0),
        x=_float(row, "x"),
        y=_float(row, "y"),
        mark=mark_of(row),
    )


def service(row: Row) -> Service:
    """One service."""
    return Service(
        id=row.text("id"),
        name=row.text("name"),
        division=row.text("division"),
        standard_min=_float(row, "standard_min"),
        separation_km=_float(row, "separation_km"),
        separation_dense_km=_float(row, "separation_dense_km"),
        separation_min=_float(row, "separation_min"),
        separation_dense_min=_float(row, "separation_dense_min"),
        counter_min_per_visit=_float(row, "counter_min_per_visit"),
        annual_cost_kes=_money(row, "annual_cost_kes"),
        capital_kes=_money(row, "capital_kes"),
        closing_kes=_money(row, "closing_kes"),
        order=_whole(row, "order"),
        name_sw=row.text("name_sw"),
        mark=mark_of(row),
    )


def format_of(row: Row) -> Format:
    """One size of branch."""
    return Format(
        id=row.text("id"),
        name=row.text("name"),
        counters=_whole(row, "counters"),
        capital_kes=_money(row, "capital_kes"),
        annual_cost_kes=_money(row, "annual_cost_kes"),
        services=row.ids("services"),
        name_sw=row.text("name_sw"),
        mark=mark_of(row),
    )


def visit_type(row: Row) -> VisitType:
    """One visit type; what is done on the trip is all its services unless said otherwise."""
    per_case = _float(row, "visits_per_case")
    return VisitType(
        id=row.text("id"),
        name=row.text("name"),
        services=row.ids("services"),
        services_done=row.ids("services_done") or row.ids("services"),
        visits_per_case=1.0 if per_case is None else per_case,
        order=_whole(row, "order"),
        name_sw=row.text("name_sw"),
        mark=mark_of(row),
    )


def known_road(row: Row) -> KnownRoad:
    """One road distance that is known."""
    lat_lon = {
        name: _float(row, name) or 0.0 for name in ("from_lat", "from_lon", "to_lat", "to_lon")
    }
    return KnownRoad(
        from_town=row.text("from_town"),
        to_town=row.text("to_town"),
        road_km=_float(row, "road_km") or 0.0,
        mark=mark_of(row),
        **lat_lon,
    )


def town(row: Row) -> Town:
    """One place that people travel through."""
    return Town(
        name=row.text("name"),
        lat=_float(row, "lat") or 0.0,
        lon=_float(row, "lon") or 0.0,
        population=_float(row, "population"),
        mark=mark_of(row),
    )


def site(row: Row, area: str) -> Site:
    """One candidate site; `area` is the code its text means."""
    return Site(
        id=row.text("id"),
        name=row.text("name"),
        area=area,
        lat=_float(row, "lat"),
        lon=_float(row, "lon"),
        status=cast("SiteStatus", row.text("status") or "candidate"),
        services_today=row.ids("services_today"),
        hosts=row.ids("hosts"),
        formats=row.ids("formats"),
        format_today=_format_today(row),
        capital_kes=_money(row, "capital_kes"),
        annual_cost_kes=_money(row, "annual_cost_kes"),
        closing_kes=_money(row, "closing_kes"),
        counters=_whole(row, "counters"),
        capacity_visits_per_year=_float(row, "capacity_visits_per_year"),
        opened=row.text("opened"),
        x=_float(row, "x"),
        y=_float(row, "y"),
        mark=mark_of(row),
    )


def _format_today(row: Row) -> str:
    """The format of an existing branch: the first of its formats where it does not say."""
    if row.text("status") != "existing" or row.text("format_today"):
        return row.text("format_today")
    return next(iter(row.ids("formats")), "")


def visit_rows(table: Table) -> tuple[VisitRow, ...]:
    """The explicit visits of a sound table."""
    return tuple(
        VisitRow(
            row.text("demand_point"),
            row.text("visit_type"),
            float(row.number_or_none("visits_per_year") or 0),
            mark_of(row),
            _float(row, "low"),
            _float(row, "high"),
        )
        for row in table.rows
    )


def area_visit_rows(table: Table, codes: Mapping[int, str]) -> tuple[VisitRow, ...]:
    """The visits of whole areas; `codes` gives the area code of each row number."""
    return tuple(
        VisitRow(
            codes[row.number],
            row.text("visit_type"),
            float(row.number_or_none("visits_per_year") or 0),
            mark_of(row),
            _float(row, "low"),
            _float(row, "high"),
        )
        for row in table.rows
        if row.number_or_none("visits_per_year") is not None
    )


def travel_matrix(table: Table, points: Sequence[str], sites: Sequence[str]) -> TravelMatrix:
    """The pairs of a sound table that have a route; ids in the pack's order."""
    point = {each: i for i, each in enumerate(points)}
    site = {each: j for j, each in enumerate(sites)}
    at = [(point[row.text("demand_point")], site[row.text("site")]) for row in table.rows]
    pairs = np.array(at, dtype=np.int64).reshape(-1, 2)
    units = np.array(
        [[_or_nan(row, name) for name in ("minutes", "km", "kes")] for row in table.rows]
    ).reshape(-1, 3)
    routed = ~np.isnan(units).all(axis=1)
    point, site = pairs[routed].T.copy()
    minutes, km, kes = units[routed].T.copy()
    return TravelMatrix(point, site, minutes, km, kes, table.file)


def _or_nan(row: Row, column: str) -> float:
    value = row.number_or_none(column)
    return math.nan if value is None else float(value)
