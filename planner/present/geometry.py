"""Outlines for the maps: areas, lakes and roads of a pack as one script, made once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from planner.pack.types import Area, Pack
from planner.present.escape import script_data

SIMPLIFY_DEGREES = 0.004
DECIMALS = 3  # about 110 m, finer than a pixel of a country map


Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
WORLD: Box = (-180.0, -60.0, 180.0, 75.0)  # what is shown of a pack whose places nobody knows
_MARGIN = 0.2  # degrees round single places


def outlines_script(pack: Pack) -> str:
    """A script that gives the map `ugatuzi.geometry`: areas by code, lakes, roads, the extent."""
    return _script(pack.areas, pack.lakes, pack.roads, extent(pack))


def light_areas(areas: Iterable[Area]) -> tuple[Area, ...]:
    """The areas that have an outline, with as few corners as maps need; they share their edges."""
    drawn = [area for area in areas if area.outline is not None]
    whole = [area.outline for area in drawn if area.outline is not None]
    if not whole:
        return ()
    light = shapely.coverage_simplify(whole, SIMPLIFY_DEGREES)  # no gaps
    return tuple(replace(area, outline=line) for area, line in zip(drawn, light, strict=True))


def extent(pack: Pack) -> Box:
    """What holds all outlines, or all places where there are no outlines."""
    outlines = [area.outline for area in pack.areas if area.outline is not None]
    if outlines:
        west, south, east, north = shapely.total_bounds(outlines).tolist()
        return west, south, east, north
    known = [(each.lon, each.lat) for each in pack.demand_points]
    known += [(each.lon, each.lat) for each in pack.sites]
    at = [(lon, lat) for lon, lat in known if lon is not None and lat is not None]
    if not at:
        return WORLD
    lon, lat = [lon for lon, _ in at], [lat for _, lat in at]
    return min(lon) - _MARGIN, min(lat) - _MARGIN, max(lon) + _MARGIN, max(lat) + _MARGIN


@lru_cache(maxsize=4)
def _script(areas: tuple[Area, ...], lakes: Path | None, roads: Path | None, box: Box) -> str:
    west, south, east, north = box
    geometry = {
        "extent": [[south, west], [north, east]],
        "areas": _collection(
            {"code": area.code, "at": _inside(area.outline), "geometry": area.outline}
            for area in light_areas(areas)
            if area.outline is not None
        ),
        "lakes": _file(lakes),
        "roads": _lines(roads),
    }
    content = script_data(geometry)
    return f"window.ugatuzi = window.ugatuzi || {{}};\nwindow.ugatuzi.geometry = {content};\n"


def _file(path: Path | None) -> dict[str, Any]:
    if path is None or not path.is_file():
        return _collection(())
    features = sorted(json.loads(path.read_text(encoding="utf-8"))["features"], key=json.dumps)
    drawn = [(each["properties"], shape(each["geometry"])) for each in features]
    return _collection(
        {"name": str(given.get("name") or ""), "at": _inside(outline), "geometry": outline}
        for given, outline in drawn
    )


def _lines(path: Path | None) -> dict[str, Any]:
    """The roads of a file as one feature: the map tells none of them apart."""
    if path is None or not path.is_file():
        return _collection(())
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    roads = shapely.union_all([shape(each["geometry"]) for each in features])
    return _collection([{"geometry": shapely.line_merge(roads)}])


def _collection(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_feature(dict(row)) for row in rows]}


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    outline = row.pop("geometry")
    return {"type": "Feature", "properties": row, "geometry": _rounded(mapping(outline))}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def _inside(outline: BaseGeometry) -> list[float]:
    """A point for the label: in the widest part of the largest piece."""
    pieces = [each for each in getattr(outline, "geoms", [outline]) if each.geom_type == "Polygon"]
    if pieces:
        place = shapely.maximum_inscribed_circle(max(pieces, key=lambda each: each.area)).centroid
    else:
        place = shapely.point_on_surface(outline)
    return [round(place.y, DECIMALS), round(place.x, DECIMALS)]
