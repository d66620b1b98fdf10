"""Geometry of areas and places: GeoJSON read without GDAL, outlines repaired and said so."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from planner.pack.faults import Findings, shown
from planner.pack.grid import Cell, Grid, Record

_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "Polygon": 2,
    "MultiLineString": 2,
    "MultiPolygon": 3,
}
_DEGREES = re.compile(r"(CRS:?84|EPSG:{1,2}4326)$", re.IGNORECASE)
_KM_PER_DEGREE = 111.195
_SMALLEST_RING = 4


class GeometryError(ValueError):
    """A geometry that cannot be used; its text says why."""


def read_geojson_grid(text: str, file: str, findings: Findings) -> Grid | None:
    """The features of a GeoJSON file as rows: feature 1 is row 2, as in an attribute table.

    None when it is no such file; what is wrong is said in `findings`.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        findings.fault(file, None, None, "JSON nested too deeply", "a GeoJSON file", "")
        return None
    except ValueError as error:
        line = getattr(error, "lineno", None)
        findings.fault(
            file, line, None, "damaged JSON", "a GeoJSON file", "It may be cut off; export it again"
        )
        return None
    if not is_geojson(content):
        findings.fault(
            file, None, "type", _type_of(content), "a GeoJSON Feature or FeatureCollection", ""
        )
        return None
    features = content.get("features", []) if content["type"] != "Feature" else [content]
    if not isinstance(features, list):
        findings.fault(file, None, "features", "no list", "a list of features", "")
        return None
    return features_grid(features, file, findings)


def is_geojson(content: object) -> bool:
    """Whether parsed JSON is a GeoJSON feature or collection of them."""
    return isinstance(content, dict) and content.get("type") in {"Feature", "FeatureCollection"}


def declared_crs(content: Mapping[str, Any]) -> str:
    """The name of the coordinate system a GeoJSON file declares, empty when it is degrees."""
    crs = content.get("crs")
    if not isinstance(crs, dict):
        return ""
    properties = crs.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or _DEGREES.search(name):
        return ""
    return name


def features_grid(features: Sequence[object], file: str, findings: Findings) -> Grid | None:
    """GeoJSON features as a grid whose first row holds the property names."""
    columns: dict[str, None] = {}
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(properties, dict):
            columns.update(dict.fromkeys(properties))
    records: list[Record] = []
    geometries: dict[int, BaseGeometry | None] = {}
    whole = True
    for row, feature in enumerate(features, start=2):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            findings.fault(file, row, None, _type_of(feature), "a Feature", "")
            whole = False
            continue
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        try:
            geometries[row] = read_geometry(feature.get("geometry"))
        except GeometryError as error:
            findings.fault(file, row, "geometry", str(error), "a sound geometry", "")
            geometries[row] = None
        cells = tuple(_cell(properties.get(name)) for name in columns)
        records.append(Record(row, cells))
    header = Record(1, tuple(columns))
    return Grid(file, (header, *records), geometries=geometries, whole=whole)


def read_geometry(content: object) -> BaseGeometry | None:
    """A GeoJSON geometry in two dimensions, None where it is null.

    Raises:
        GeometryError: When it is none, or its coordinates are not numbers.
    """
    if content is None:
        return None
    if not isinstance(content, dict) or content.get("type") not in _DEPTH:
        raise GeometryError(_type_of(content))
    kind = content["type"]
    coordinates = _positions(content.get("coordinates"), _DEPTH[kind])
    if kind in {"Polygon", "MultiPolygon"}:
        parts = [coordinates] if kind == "Polygon" else coordinates
        rings = [ring for part in parts for ring in part]
        for ring in rings:
            if len(ring) < _SMALLEST_RING or ring[0] != ring[-1]:
                raise GeometryError("a ring that is not closed")
    try:
        return shape({"type": kind, "coordinates": coordinates})
    except (ValueError, TypeError, shapely.errors.GEOSException):
        raise GeometryError("a damaged geometry") from None


def place_of(geometry: BaseGeometry) -> tuple[float, float] | None:
    """The (lat, lon) of a point, None when it is no single point."""
    parts = list(getattr(geometry, "geoms", [geometry]))
    if len(parts) == 1 and isinstance(parts[0], Point) and not parts[0].is_empty:
        return float(parts[0].y), float(parts[0].x)
    return None


def outline_of(
    geometry: BaseGeometry | None, file: str, row: int, name: str, findings: Findings
) -> BaseGeometry | None:
    """The outline of an area, repaired where it crosses itself; faults and repairs are said."""
    if geometry is None or geometry.is_empty:
        findings.fault(file, row, "geometry", "no geometry", "a polygon", f"Area {shown(name)}")
        return None
    if not isinstance(geometry, (Polygon, MultiPolygon)):
        findings.fault(
            file, row, "geometry", geometry.geom_type, "a polygon", f"Area {shown(name)}"
        )
        return None
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        findings.fault(
            file,
            row,
            "geometry",
            f"coordinates from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}",
            "degrees (EPSG:4326)",
            "They look like metres; declare their coordinate system, or export as EPSG:4326",
        )
        return None
    if geometry.is_valid:
        return geometry
    repaired = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    polygons = [
        part
        for part in getattr(repaired, "geoms", [repaired])
        if isinstance(part, (Polygon, MultiPolygon)) and not part.is_empty
    ]
    whole = shapely.union_all(polygons) if polygons else None
    if whole is None or whole.is_empty or not whole.area:
        findings.fault(file, row, "geometry", "no area", "a polygon", f"Area {shown(name)}")
        return None
    change = abs(whole.area - geometry.area) / geometry.area * 100 if geometry.area else 100.0
    findings.warn(
        f"{file}: the outline of {shown(name)} crossed itself and was repaired"
        f" (area changed by {change:.2f} %)"
    )
    return whole


def km_outside(outline: BaseGeometry, lat: float, lon: float) -> float:
    """How many km a place lies outside an outline; 0 inside (flat-earth, good near the outline)."""
    if outline.covers(Point(lon, lat)):
        return 0.0
    east = math.cos(math.radians(lat)) * _KM_PER_DEGREE

    def in_km(places: NDArray[np.float64]) -> NDArray[np.float64]:
        return (places - (lon, lat)) * (east, _KM_PER_DEGREE)

    return float(shapely.transform(outline, in_km).distance(Point(0, 0)))


def _positions(content: object, depth: int) -> Any:
    if not isinstance(content, list) or not content:
        raise GeometryError("no coordinates")
    if depth:
        return [_positions(part, depth - 1) for part in content]
    if len(content) < 2 or not all(_is_number(part) for part in content):
        raise GeometryError(f"coordinates {shown(json.dumps(content)[:60])}")
    return (float(content[0]), float(content[1]))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, list) and all(isinstance(part, (str, int)) for part in value):
        return ";".join(str(part) for part in value)
    return json.dumps(value, ensure_ascii=False)


def _type_of(content: object) -> str:
    if isinstance(content, dict):
        return f"type {shown(content.get('type', 'missing'))}"
    return "a list" if isinstance(content, list) else "no GeoJSON object"


def _no_constant(name: str) -> float:
    raise ValueError(name)
