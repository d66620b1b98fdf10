"""Roads of foreign GIS files, read in the child process and handed over as arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.pack.foreign import Refused
from planner.pack.gis_stored import refuse_mixed_columns
from planner.pack.road_geojson import attribution_of, geojson_roads
from planner.pack.road_table import LINE, NOTHING, OTHER, RoadTable, refuse_too_many

_BATCH = 50_000
_PART = 500_000
_LINES, _MANY_LINES = 1, 5  # type ids of shapely


def read_roads(upload: Path, order: dict[str, Any]) -> dict[str, Any]:
    """The roads of a file as JSON carries them; the arrays are left beside the upload.

    Raises:
        Refused: When the file has no lines that can be read.
    """
    told = _geojson(upload, order) if order["form"] == "geojson" else _by_gdal(upload, order)
    for name, array in told.pop("arrays").items():
        array.tofile(upload.with_name(f"{name}.bin"))
    return told


def _geojson(upload: Path, order: dict[str, Any]) -> dict[str, Any]:
    from planner.pack.faults import Findings  # noqa: PLC0415
    from planner.pack.geo import declared_crs  # noqa: PLC0415
    from planner.pack.text_table import decode  # noqa: PLC0415

    findings = Findings(keeps_all=True)
    text = decode(upload.read_bytes(), "", findings)
    if text is None:
        return {"faults": [fault.as_dict() for fault in findings.faults], "arrays": {}}
    table, members = geojson_roads(text, order)
    del text
    return _in_degrees(table.done(), declared_crs(members)) | attribution_of(members)


def _by_gdal(upload: Path, order: dict[str, Any]) -> dict[str, Any]:
    from planner.pack import gis_file, gis_stored  # noqa: PLC0415
    from planner.pack.archive import open_archive  # noqa: PLC0415

    warnings: list[str] = []
    if order["form"] == "gpkg":
        path, layer, others = gis_file.geopackage_layer(upload, order)
        warnings += [f"{each[0].upper()}{each[1:]}." for each in others]
    elif order["form"] == "pbf":
        path, layer = upload.rename(upload.with_name("upload.osm.pbf")), "lines"
    else:
        archive, kind = open_archive(upload)
        with archive:
            if kind == "xlsx":
                raise Refused("a workbook", "a zipped Shapefile")
            path, layer = gis_file.unpacked_shapefile(archive), "upload"
    gis_file.start_gdal(order["form"])
    read = _ways if order["form"] == "pbf" else _features
    table, crs = read(str(path.resolve()), layer, order)
    told = _in_degrees(table.done(), crs)
    if order["form"] == "zip":
        deleted = gis_stored.refuse_odd_numbers(path, [*table.kept.values()])
        warnings += [f"{each[0].upper()}{each[1:]}." for each in deleted]
    if not crs:
        warnings.append("No coordinate system is declared: taken as degrees (EPSG:4326).")
    told["warnings"] = [*warnings, *told.get("warnings", [])]
    return told


def _ways(path: str, layer: str, order: dict[str, Any]) -> tuple[RoadTable, str]:
    """The ways with a highway, not by batches: a damaged end would go unnoticed there."""
    import pyogrio  # noqa: PLC0415 - GDAL must start with its drivers off

    headers = [str(each) for each in pyogrio.read_info(path, layer=layer)["fields"]]
    table = RoadTable(order["wanted"], headers)
    meta, _, wkb, fields = pyogrio.raw.read(
        path,
        layer=layer,
        columns=["osm_id", *table.kept.values()],
        where="highway IS NOT NULL",
        max_features=order["most_rows"] + 1,
    )
    cells = dict(zip(meta["fields"], fields, strict=True))
    for key, header in table.kept.items():
        table.add_cells(key, cells[header])
    _add(table, wkb, cells["osm_id"].astype(np.int64))
    refuse_too_many(table, order)
    return table, str(meta["crs"] or "")


def _features(path: str, layer: str, order: dict[str, Any]) -> tuple[RoadTable, str]:
    """The features of a layer, batch by batch, so that little room is needed."""
    import pyogrio  # noqa: PLC0415 - GDAL must start with its drivers off

    info = pyogrio.read_info(path, layer=layer, force_feature_count=True)
    table = RoadTable(order["wanted"], [str(each) for each in info["fields"]])
    with pyogrio.raw.open_arrow(
        path, layer=layer, columns=list(table.kept.values()), batch_size=_BATCH, use_pyarrow=True
    ) as (meta, reader):
        if path.endswith(".gpkg"):
            refuse_mixed_columns(Path(path), layer, reader.schema)
        for batch in reader:
            _add_cells(table, batch)
            wkb = np.array(batch.column(meta["geometry_name"] or "wkb_geometry").to_pylist(), "O")
            _add(table, wkb, np.arange(table.roads + 2, table.roads + 2 + wkb.size))
            refuse_too_many(table, order)
    if table.roads != info["features"]:
        raise Refused(
            f"{table.roads:,} of {info['features']:,} features", "a whole file", "Export it again"
        )
    return table, str(meta["crs"] or "")


def _add_cells(table: RoadTable, batch: Any) -> None:
    import pyarrow as pa  # noqa: PLC0415

    for key, header in table.kept.items():
        cells = batch.column(header)
        if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
            table.add_numbers(key, cells.cast(pa.float64()).to_numpy(zero_copy_only=False))
        elif pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
            coded = cells.dictionary_encode()
            codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            table.add_texts(key, coded.dictionary.to_pylist(), codes.astype(np.int32))
        else:
            table.add_cells(key, cells.to_pylist())


def _add(table: RoadTable, wkb: NDArray[Any], number: NDArray[np.int64]) -> None:
    """Adds the lines of features, whose cells are in."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    kinds = shapely.get_type_id(shapes)
    is_line = (kinds == _LINES) | (kinds == _MANY_LINES)
    kind = np.where(is_line, LINE, OTHER).astype(np.int8)
    kind[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = NOTHING
    at = np.flatnonzero(kind == LINE)
    lines, of = shapely.get_parts(shapes[at], return_index=True)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    table.add(number, kind, at[of], np.bincount(line, minlength=len(lines)), xy)


def _in_degrees(told: dict[str, Any], crs: str) -> dict[str, Any]:
    """The roads in EPSG:4326, with a word on it where they were not."""
    if not crs or crs.upper() in {"EPSG:4326", "OGC:CRS84"}:
        return told
    from planner.pack.gis_file import from_system, refuse_endless  # noqa: PLC0415

    turn = from_system(crs)
    xy: NDArray[np.float64] = told["arrays"]["xy"].reshape(-1, 2)
    _refuse_degrees(xy, crs)
    for begin in range(0, len(xy), _PART):
        part = xy[begin : begin + _PART]
        given = np.isfinite(part).all(axis=1)
        part[given] = np.column_stack(turn.transform(part[given, 0], part[given, 1]))
        refuse_endless(part[given])
    told["arrays"]["xy"] = xy.reshape(-1)
    short = crs if len(crs) < 40 else "its own coordinate system"
    told["warnings"] = [f"Coordinates were converted from {short} to EPSG:4326."]
    return told


def _refuse_degrees(xy: NDArray[np.float64], crs: str) -> None:
    """Refuses degrees that are declared as metres; no region is so small and so near to 0, 0."""
    import pyproj  # noqa: PLC0415

    is_small = np.nanmax(np.abs(xy), initial=0) <= 180
    if xy.size and is_small and pyproj.CRS.from_user_input(crs).is_projected:
        raise Refused(
            f"coordinates that look like degrees, declared as {crs[:40]}",
            "the coordinate system that they are in",
            "Declare EPSG:4326",
        )
