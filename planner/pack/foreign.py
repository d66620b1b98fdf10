"""What the reading child understands: one order in, plain rows out."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

UPLOAD = Path("upload")


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """The file is refused; `answer` is what the parent is told."""

    def __init__(
        self,
        found: str,
        expected: str,
        message: str = "",
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(found)
        self.answer: dict[str, Any] = {
            "faults": [
                {
                    "row": row,
                    "column": column,
                    "found": found,
                    "expected": expected,
                    "message": message,
                }
            ]
        }


def read(order: dict[str, Any]) -> dict[str, Any]:
    """Reads `upload` as the order says; each format loads its library only when asked for.

    Outlines that cross themselves are repaired here too: it can take very much time and memory.
    """
    told = _read(order)
    if order.get("outlines") and "geometries" in told:
        rows = [number for number, _ in told["records"][1:]]
        told["repairs"] = {
            number: new
            for number, shape in zip(rows, told["geometries"], strict=True)
            if (new := _mended(shape)) is not _SOUND
        }
    return told


_SOUND = object()


def _mended(shape: str | None) -> object:
    """The repaired outline as text, None when none is left, `_SOUND` when there is no need."""
    import shapely  # noqa: PLC0415

    from planner.pack.geo import outline_fault, repaired  # noqa: PLC0415

    outline = None if shape is None else shapely.from_wkb(bytes.fromhex(shape))
    if outline is None or outline_fault(outline) is not None or outline.is_valid:
        return _SOUND
    new = repaired(outline)
    return None if new is None else new.wkb_hex


def _read(order: dict[str, Any]) -> dict[str, Any]:
    form = order["form"]
    if order.get("roads"):
        from planner.pack.road_reader import read_roads  # noqa: PLC0415

        return read_roads(UPLOAD, order)
    if form == "geojson":
        return _read_geojson()
    if form == "repair":
        return {"repaired": [_mended(shape) for shape in json.loads(UPLOAD.read_bytes())]}
    if form == "parquet":
        return _read_parquet(order)
    if form == "gpkg":
        from planner.pack.gis_file import read_geopackage  # noqa: PLC0415

        return read_geopackage(UPLOAD, order)
    from planner.pack.archive import open_archive  # noqa: PLC0415

    archive, kind = open_archive(UPLOAD)
    with archive:
        if kind == "xlsx":
            from planner.pack.sheet import read_workbook  # noqa: PLC0415

            return read_workbook(UPLOAD, archive, order)
        from planner.pack.gis_file import read_zipped_shapefile  # noqa: PLC0415

        return read_zipped_shapefile(archive, order)


def plain(value: object) -> str | int | float | None:
    """A value as JSON can carry it: dates as text, no number as none."""
    if value is None or isinstance(value, (str, int)):
        return ("TRUE" if value else "FALSE") if isinstance(value, bool) else value
    if isinstance(value, float):
        return None if math.isnan(value) else str(value) if math.isinf(value) else value
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ";".join(str(part) for part in value)
    return str(value)


def _read_geojson() -> dict[str, Any]:
    from planner.pack.faults import Findings  # noqa: PLC0415
    from planner.pack.geo import declared_crs, read_geojson_grid  # noqa: PLC0415
    from planner.pack.text_table import decode  # noqa: PLC0415

    findings = Findings(keeps_all=True)
    text = decode(UPLOAD.read_bytes(), "", findings)
    grid = None if text is None else read_geojson_grid(text, "", findings)
    if grid is None or text is None:
        return {"faults": [fault.as_dict() for fault in findings.faults]}
    crs = declared_crs(json.loads(text)) if '"crs"' in text else ""
    geometries = [(grid.geometries or {}).get(record.number) for record in grid.records[1:]]
    warnings = [warning.removeprefix(": ") for warning in findings.warnings]
    if crs:
        from planner.pack.gis_file import to_degrees  # noqa: PLC0415

        geometries = to_degrees(geometries, crs)
        warnings.append(f"coordinates converted from {crs} to EPSG:4326")
    return {
        "faults": [fault.as_dict() for fault in findings.faults],
        "whole": grid.whole,
        "bad": [[*at, why] for at, why in grid.bad.items()],
        "records": [[record.number, list(record.cells)] for record in grid.records],
        "geometries": [None if each is None else each.wkb_hex for each in geometries],
        "warnings": warnings,
    }


def _read_parquet(order: dict[str, Any]) -> dict[str, Any]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(UPLOAD, memory_map=False) as file:
        names = list(file.schema_arrow.names)
        if file.metadata.num_rows > order["most_rows"] or len(names) > order["most_columns"]:
            raise Refused(
                f"{file.metadata.num_rows} rows, {len(names)} columns",
                f"at most {order['most_rows']} rows, {order['most_columns']} columns",
            )
        columns = file.read().columns
        return {
            "names": names,
            "columns": [_parquet_column(at, each) for at, each in enumerate(columns)],
        }


def _parquet_column(at: int, column: Any) -> list[Any] | dict[str, Any] | str:
    """A column as plain values; floating numbers and the places of texts are left as arrays."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_float64(column.type) or pa.types.is_float32(column.type):
        numbers = column.to_numpy().astype(np.float64)
        if not np.isinf(numbers).any():  # they are shown as text
            numbers.tofile(UPLOAD.with_name(f"numbers{at}.bin"))
            return "numbers"
    if pa.types.is_nested(column.type):
        return {"nested": [None if cell is None else _parts(cell) for cell in column.to_pylist()]}
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        column = _text(column)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return [plain(cell) for cell in column.to_pylist()]
    coded = column.cast(kind).combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    codes.astype(np.int32).tofile(UPLOAD.with_name(f"codes{at}.bin"))
    return {"values": coded.dictionary.to_pylist()}


def _text(column: Any) -> Any:
    """A column of bytes as the text that they are."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        raise Refused(
            "a column of bytes that are no text", "texts and numbers", "Leave that column out"
        ) from None


def _parts(cell: object) -> list[str | int | float | None]:
    """The parts of a cell that holds several values, or of one that holds names and values."""
    return [plain(part) for part in cell] if isinstance(cell, (list, tuple)) else [plain(cell)]
