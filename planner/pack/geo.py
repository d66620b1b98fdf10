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
from planner.pack.strict_json import STRICT, NoConstantError, TwiceError, told_of

_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "Polygon": 2,
    "MultiLineString": 2,
    "MultiPolygon": 3,
}
_DEGREES = re.compile(r"(CRS:?84|EPSG:{1,2}4326)$", re.IGNORECASE)
_NO_NAME = "one that is not named"
_KM_PER_DEGREE = 111.195
_SMALLEST_RING = 4
MOST_CORNERS = 250_000  # of one outline: looking whether more cross each other takes too long
_MORE = "Extra data"
HEIGHTS = "heights are left out: places are taken in two dimensions"


class GeometryError(ValueError):
    """A geometry that cannot be used; its text says why, `message` what to do."""

    def __init__(self, found: str, message: str = "Export it again") -> None:
        super().__init__(found)
        self.message = message


def read_geojson_grid(text: str, file: str, findings: Findings) -> Grid | None:
    """The features of a GeoJSON file as rows: feature 1 is row 2, as in an attribute table.

    None when it is no such file; what is wrong is said in `findings`.
    """
    try:
        content = STRICT.decode(text)
    except (NoConstantError, TwiceError) as error:
        findings.fault(file, None, *told_of(error, "a GeoJSON file"))
        return None
    except RecursionError:
        findings.fault(
            file, None, None, "JSON nested too deeply", "a GeoJSON file", "Export it again"
        )
        return None
    except ValueError as error:
        line = getattr(error, "lineno", None)
        if str(error).startswith(_MORE):
            findings.fault(
                file, line, None, "more than one JSON text, perhaps a feature in each line",
                "a GeoJSON file", "Export it as one FeatureCollection",
            )  # fmt: skip
            return None
        findings.fault(
            file, line, None, "damaged JSON", "a GeoJSON file", "It may be cut off; export it again"
        )
        return None
    if not is_geojson(content):
        findings.fault(
            file,
            None,
            "type",
            _type_of(content),
            "a GeoJSON Feature or FeatureCollection",
            "Export it as GeoJSON",
        )
        return None
    features = content.get("features", []) if content["type"] != "Feature" else [content]
    if not isinstance(features, list):
        findings.fault(file, None, "features", "no list", "a list of features", "")
        return None
    return features_grid(features, file, findings)


def is_geojson(content: object) -> bool:
    """Whether parsed JSON is a GeoJSON feature or collection of them."""
    kind = content.get("type") if isinstance(content, dict) else None
    return isinstance(kind, str) and kind in {"Feature", "FeatureCollection"}


def declared_crs(content: Mapping[str, Any]) -> str:
    """The name of the coordinate system a GeoJSON file declares, empty when it is degrees.

    One that is declared in any other way than by its name is not known to anybody.
    """
    crs = content.get("crs")
    if not crs:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else crs
    if not isinstance(name, str):
        return _NO_NAME
    return "" if _DEGREES.search(name) else name


def features_grid(features: Sequence[object], file: str, findings: Findings) -> Grid | None:
    """GeoJSON features as a grid whose first row holds the property names."""
    columns: dict[str, None] = {}
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(properties, dict):
            columns.update(dict.fromkeys(properties))
    records: list[Record] = []
    geometries: dict[int, BaseGeometry | None] = {}
    bad: dict[tuple[int, int], str] = {}
    whole = True
    has_heights = False
    for row, feature in enumerate(features, start=2):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            findings.fault(file, row, None, _type_of(feature), "a Feature", "")
            whole = False
            continue
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        try:
            geometries[row] = read_geometry(feature.get("geometry"))
            has_heights = has_heights or _has_height(feature.get("geometry"))
        except GeometryError as error:
            findings.fault(file, row, "geometry", str(error), "a sound geometry", error.message)
            geometries[row] = None
        for place, name in enumerate(columns):
            if _has_parts(properties.get(name)):
                bad[row, place] = "a value with parts of its own"
        records.append(Record(row, tuple(_cell(properties.get(name)) for name in columns)))
    if has_heights:
        findings.warn(f"{file}: {HEIGHTS}")
    header = Record(1, tuple(columns))
    return Grid(file, (header, *records), geometries=geometries, whole=whole, bad=bad)


def read_geometry(content: object) -> BaseGeometry | None:
    """A GeoJSON geometry in two dimensions, None where it is null.

    Raises:
        GeometryError: When it is none, or its coordinates are not numbers.
    """
    if content is None:
        return None
    kind = content.get("type") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(kind, str) or kind not in _DEPTH:
        raise GeometryError(_type_of(content))
    if kind in {"Polygon", "MultiPolygon"}:
        _require_few(_corners(content.get("coordinates"), _DEPTH[kind]))
    coordinates = _positions(content.get("coordinates"), _DEPTH[kind])
    if kind in {"Polygon", "MultiPolygon"}:
        parts = [coordinates] if kind == "Polygon" else coordinates
        rings = [ring for part in parts for ring in part]
        for ring in rings:
            if len(ring) < _SMALLEST_RING or ring[0] != ring[-1]:
                raise GeometryError("a ring that is not closed", "End each ring where it begins")
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


def outline_fault(geometry: BaseGeometry | None) -> tuple[str, str, str] | None:
    """What keeps a geometry from being an outline: found, expected, message; None when nothing."""
    if geometry is None or geometry.is_empty:
        return "no geometry", "a polygon", "Draw its outline, or take it out"
    if not isinstance(geometry, (Polygon, MultiPolygon)):
        return geometry.geom_type, "a polygon", "Export outlines as polygons"
    corners = int(shapely.get_num_coordinates(geometry))
    if corners > MOST_CORNERS:
        return f"{corners:,} corners", f"at most {MOST_CORNERS:,} corners", "Simplify the outline"
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        return (
            f"coordinates from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}",
            "degrees (EPSG:4326)",
            "They look like metres; declare their coordinate system, or export as EPSG:4326",
        )
    return None


def repaired(geometry: BaseGeometry) -> BaseGeometry | None:
    """A sound outline from one that crosses itself; None when no area is left of it."""
    try:
        sound = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
        polygons = [
            part
            for part in getattr(sound, "geoms", [sound])
            if isinstance(part, (Polygon, MultiPolygon)) and not part.is_empty
        ]
        whole = shapely.union_all(polygons) if polygons else None
    except shapely.errors.GEOSException:
        return None
    return whole if whole is not None and whole.area else None


class Outline:
    """An outline made ready for asking about many places."""

    def __init__(self, outline: BaseGeometry) -> None:
        """Prepares the outline in degrees, and in km around its middle (flat earth)."""
        west, south, east, north = outline.bounds
        self._middle = ((west + east) / 2, (south + north) / 2)
        self._scale = (math.cos(math.radians(self._middle[1])) * _KM_PER_DEGREE, _KM_PER_DEGREE)
        self._degrees = outline
        shapely.prepare(self._degrees)
        self._km: BaseGeometry | None = None

    def covers(self, lat: float, lon: float) -> bool:
        """Whether a place lies inside."""
        return bool(shapely.intersects_xy(self._degrees, lon, lat))

    def covers_each(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of many places lie inside, arrays of one length; as `covers` tells of each."""
        return np.asarray(shapely.intersects_xy(self._degrees, lon, lat), dtype=np.bool_)

    def within(self, lat: float, lon: float, km: float) -> bool:
        """Whether a place lies at most so many km outside."""
        return bool(shapely.dwithin(self._in_km(), self._place(lat, lon), km))

    def km_outside(self, lat: float, lon: float) -> float:
        """How many km a place lies outside; 0 inside."""
        if self.covers(lat, lon):
            return 0.0
        return float(self._in_km().distance(self._place(lat, lon)))

    def _in_km(self) -> BaseGeometry:
        if self._km is None:
            self._km = shapely.transform(
                self._degrees, lambda at: (at - self._middle) * self._scale
            )
            shapely.prepare(self._km)
        return self._km

    def _place(self, lat: float, lon: float) -> Point:
        east, north = self._scale
        return Point((lon - self._middle[0]) * east, (lat - self._middle[1]) * north)


def _corners(content: object, depth: int) -> int:
    """How many positions there are, without a look at any of them."""
    if not isinstance(content, list):
        return 0
    return sum(_corners(part, depth - 1) for part in content) if depth > 1 else len(content)


def _require_few(corners: int) -> None:
    if corners > MOST_CORNERS:
        raise GeometryError(
            f"an outline of {corners:,} corners, more than {MOST_CORNERS:,}", "Simplify it"
        )


def _positions(content: object, depth: int) -> Any:
    if not isinstance(content, list) or not content:
        raise GeometryError("no coordinates", "Give its place")
    if depth:
        return [_positions(part, depth - 1) for part in content]
    if len(content) < 2 or not all(_is_number(part) for part in content):
        raise GeometryError(
            f"coordinates {shown(json.dumps(content)[:60])}",
            "Write them as numbers, east before north, without quotation marks",
        )
    return (float(content[0]), float(content[1]))


def _has_height(geometry: Any) -> bool:
    """Whether the first position of a sound geometry has more than two numbers."""
    at = None if geometry is None else geometry["coordinates"]
    while isinstance(at, list) and isinstance(at[0], list):
        at = at[0]
    return at is not None and len(at) > 2


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    return None if _has_parts(value) else ";".join(str(part) for part in value)  # type: ignore[attr-defined]


def _has_parts(value: object) -> bool:
    """Whether a value is more than a text, a figure or a plain list of them."""
    if isinstance(value, list):
        return not all(isinstance(part, (str, int)) for part in value)
    return isinstance(value, dict)


def _type_of(content: object) -> str:
    if isinstance(content, dict):
        return f"type {shown(content.get('type', 'missing'))}"
    return "a list" if isinstance(content, list) else "no GeoJSON object"
