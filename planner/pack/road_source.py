"""The lines and columns of a road file as they came, before anyone knows what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.pack.faults import Findings
from planner.pack.foreign import Refused
from planner.pack.geo import declared_crs
from planner.pack.opening import form_of, is_file, no_permission
from planner.pack.road_columns import WANTED, RoadColumn
from planner.pack.road_geojson import attribution_of, geojson_roads
from planner.pack.road_table import ARRAYS
from planner.pack.sandbox import Limits, read_in_child
from planner.pack.text_table import decode

MOST_ROAD_BYTES = 600 * 2**20
MOST_ROADS = 1_000_000
MOST_VERTICES = 12_000_000
_IN_PROCESS_BYTES = 2**20
_HEAD_BYTES = 4096
_LIMITS = Limits(wall_seconds=180, cpu_seconds=170, data_bytes=1600 * 2**20)
_EXPECTED = "GeoPackage, GeoJSON, a zipped Shapefile or OSM PBF"


@dataclass(frozen=True, slots=True, eq=False)
class RoadSource:
    """F roads with P lines between them; a road may have several lines, or none.

    Attributes:
        file: The file's name, for faults.
        is_osm: Whether it is an extract of OpenStreetMap; then `number` is that of the way.
        number: What to call each road: its row (header = 1) or its way, shape (F,).
        kind: `NOTHING`, `LINE` or `OTHER` of `road_table`, shape (F,).
        road: The road of each line, shape (P,).
        begin: Where the vertices of each line begin, shape (P + 1,).
        xy: Vertices as (lon, lat) in degrees, shape (V, 2).
        columns: The columns that may mean something, by `header_key`.
        headers: The names of all columns.
        notes: What was said of the file when it was opened, in sentences.
        attribution: What a GeoJSON file says of its makers (its member `attribution`).
    """

    file: str
    is_osm: bool
    number: NDArray[np.int64]
    kind: NDArray[np.int8]
    road: NDArray[np.int64]
    begin: NDArray[np.int64]
    xy: NDArray[np.float64]
    columns: Mapping[str, RoadColumn]
    headers: tuple[str, ...]
    notes: tuple[str, ...] = ()
    attribution: str = ""


def open_roads(path: Path, findings: Findings) -> RoadSource | None:
    """The lines of a road file; None when it cannot be read (said in `findings`)."""
    file = path.name
    head = _head_of(path, findings)
    if head is None:
        return None
    form = form_of(head)
    if form not in {"geojson", "gpkg", "zip", "pbf"}:
        findings.fault(
            file, None, None, "no map with lines", _EXPECTED, "Export the roads in one of these"
        )
        return None
    order = {
        "roads": True,
        "wanted": sorted(WANTED),
        "groups": [sorted(WANTED)],
        "most_rows": MOST_ROADS,
        "most_vertices": MOST_VERTICES,
        "arrays": ARRAYS,
    }
    answer = None
    if form == "geojson" and path.stat().st_size <= _IN_PROCESS_BYTES:
        text = decode(path.read_bytes(), file, findings)
        if text is None:
            return None
        try:
            table, members = geojson_roads(text, order)
        except Refused as refusal:
            for fault in refusal.answer["faults"]:
                findings.fault(file, **fault)
            return None
        answer = None if declared_crs(members) else table.done() | attribution_of(members)
    answer = answer or read_in_child(path, form, file, order, findings, _LIMITS)
    return None if answer is None else _source(answer, file, is_osm=form == "pbf")


def _head_of(path: Path, findings: Findings) -> bytes | None:
    """The first bytes of a file; None when it is missing, not to be seen, or too big (said)."""
    before = len(findings.faults)
    try:
        if not is_file(path, findings):
            if len(findings.faults) == before:
                findings.fault(path.name, None, None, "no such file", "a file")
            return None
        size = path.stat().st_size
        if size > MOST_ROAD_BYTES:
            findings.fault(
                path.name, None, None, f"{size / 2**20:.0f} MB",
                f"at most {MOST_ROAD_BYTES // 2**20} MB",
                "Cut out the region and the roads that are needed",
            )  # fmt: skip
            return None
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except PermissionError:
        no_permission(path, findings)
    except OSError:
        findings.fault(path.name, None, None, "a file that cannot be opened", "a file")
    return None


def _source(answer: Mapping[str, Any], file: str, *, is_osm: bool) -> RoadSource:
    arrays = answer["arrays"]
    size = arrays["number"].size
    are_text = ["values" in told for told in answer["columns"]]
    numbers = arrays["numbers"].reshape(are_text.count(False), size)
    codes = arrays["codes"].reshape(are_text.count(True), size)
    columns = {}
    for told in answer["columns"]:
        if "values" in told:
            column = RoadColumn(
                told["header"], values=tuple(told["values"]), codes=codes[told["at"]]
            )
        else:
            column = RoadColumn(told["header"], numbers=numbers[told["at"]])
        columns[told["key"]] = column
    return RoadSource(
        file=file,
        is_osm=is_osm,
        number=arrays["number"],
        kind=arrays["kind"],
        road=arrays["road"],
        begin=np.concatenate([[0], np.cumsum(arrays["size"])]),
        xy=arrays["xy"].reshape(-1, 2),
        columns=columns,
        attribution=answer.get("attribution", ""),
        headers=tuple(answer["headers"]),
        notes=tuple(answer.get("warnings", ())),
    )
