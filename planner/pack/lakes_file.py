"""The lakes of a pack: GeoJSON outlines that straight lines are led round."""

from __future__ import annotations

import json
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from planner.pack.faults import Findings
from planner.pack.geo import declared_crs, outline_fault, read_geojson_grid, repaired
from planner.pack.opening import form_of, read_bytes
from planner.pack.text_table import decode


def read_lakes(path: Path, findings: Findings) -> BaseGeometry | None:
    """All lakes of a file as one outline in degrees; None when it is at fault, as `findings` say.

    Args:
        path: A GeoJSON file of polygons, EPSG:4326.
        findings: Where every fault goes; feature 1 is row 2.
    """
    content = read_bytes(path, findings)
    if content is None:
        return None
    expected = "a GeoJSON file of polygons in degrees (EPSG:4326)"
    if form_of(content) != "geojson":
        findings.fault(path.name, None, None, "another kind of file", expected)
        return None
    before = len(findings.faults)
    text = decode(content, path.name, findings)
    grid = None if text is None else read_geojson_grid(text, path.name, findings)
    if text is None or grid is None or grid.geometries is None:
        return None
    if crs := declared_crs(json.loads(text)):
        findings.fault(path.name, None, "crs", crs, expected, "Export it as EPSG:4326")
        return None
    sound = []
    for row, outline in grid.geometries.items():
        fault = outline_fault(outline)
        whole = repaired(outline) if fault is None and outline is not None else None
        if fault is not None:
            findings.fault(path.name, row, "geometry", *fault)
        elif whole is None:
            findings.fault(path.name, row, "geometry", "an outline without any area", "a polygon")
        else:
            sound.append(whole)
    return None if len(findings.faults) > before else shapely.union_all(sound).normalize()
