"""The layers of a plan for map programs: the export's own tables, each row with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import PlannerError
from planner.export import tables
from planner.export.sheets import Sheet, sheet_of
from planner.insight.catchments import catchments
from planner.pack.types import DemandPoint, Site
from planner.present.maps.tints import tints
from planner.present.words import Words
from planner.runs import StoredRun

Kind = Literal["Point", "LineString", "MultiPolygon"]


@dataclass(frozen=True, slots=True, eq=False)
class MapLayer:
    """A table whose rows have places, in degrees (EPSG:4326); None where a row has none."""

    key: str
    kind: Kind
    sheet: Sheet
    geometry: tuple[BaseGeometry | None, ...]


def map_layers(run: StoredRun, sheets: Sequence[Sheet], w: Words) -> tuple[MapLayer, ...]:
    """Every layer of a plan, the lowest first.

    Args:
        run: A run with a plan.
        sheets: Its tables, as `plan_sheets` makes them.
        w: The words of the export.

    Raises:
        PlannerError: Places are in metres or not known: no map program would find them.
    """
    plan = run.report.plan
    if plan is None:
        raise ValueError(run.report.status)
    require_places(run)
    of = {sheet.key: sheet for sheet in sheets}
    pack = run.pack
    areas = {area.code: area.outline for area in pack.areas}
    sites = {site.id: _point(site) for site in pack.sites}
    points = {point.id: _point(point) for point in pack.demand_points}
    land = catchments(pack, run.problem, plan)
    fills = tints([each.outline for each in land])
    found = sheet_of(tables.catchments(pack, land, fills), run, w)
    lines = sheet_of(tables.lines(of["assignment"].rows, of["assignment"].columns), run, w)
    return (
        _layer("areas", "MultiPolygon", of["areas"], "area", areas.get),
        MapLayer("catchments", "MultiPolygon", found, tuple(_many(each.outline) for each in land)),
        _layer("demand_points", "Point", of["points"], "demand_point", points.get),
        _joined("assignment_lines", lines, "demand_point", points, "site", sites),
        _joined("duplicates", of["duplicates"], "site_a", sites, "site_b", sites),
        _layer("branches", "Point", of["branches"], "site", sites.get),
    )


def require_places(run: StoredRun) -> None:
    """Refuse a plan whose branches or demand points have no latitude and longitude.

    Raises:
        PlannerError: With how many there are.
    """
    plan = run.report.plan
    opened = [
        site
        for site, is_open in zip(run.pack.sites, plan.is_open if plan else (), strict=False)
        if is_open
    ]
    for entries, what in ((opened, "branches"), (run.pack.demand_points, "demand points")):
        placeless = sum(_point(each) is None for each in entries)
        if placeless:
            message = (
                f"Map layers need latitude and longitude, which {placeless} of {len(entries)} "
                f"{what} do not have (the pack's places are in metres, or not given). "
                "Export csv, xlsx or json."
            )
            raise PlannerError(message)


def _point(each: Site | DemandPoint) -> shapely.Point | None:
    if each.lat is None or each.lon is None:
        return None
    return shapely.Point(each.lon, each.lat)


def _layer(
    key: str, kind: Kind, sheet: Sheet, column: str, place: Callable[[str], BaseGeometry | None]
) -> MapLayer:
    found = (place(str(name)) for name in sheet.column(column))
    return MapLayer(key, kind, sheet, tuple(map(_many, found) if kind == "MultiPolygon" else found))


def _many(outline: BaseGeometry | None) -> BaseGeometry | None:
    """An outline as several polygons, its rings turned as GeoJSON asks."""
    if outline is None or outline.is_empty:
        return None
    parts = [each for each in getattr(outline, "geoms", [outline]) if each.geom_type == "Polygon"]
    return shapely.orient_polygons(shapely.MultiPolygon(parts))


def _joined(
    key: str,
    sheet: Sheet,
    first: str,
    starts: Mapping[str, shapely.Point | None],
    second: str,
    ends: Mapping[str, shapely.Point | None],
) -> MapLayer:
    lines = (
        _line(starts[str(a)], ends[str(b)])
        for a, b in zip(sheet.column(first), sheet.column(second), strict=True)
    )
    return MapLayer(key, "LineString", sheet, tuple(lines))


def _line(start: shapely.Point | None, end: shapely.Point | None) -> BaseGeometry | None:
    return None if start is None or end is None else shapely.LineString([start, end])
