"""GIS files, read in the child: only the GDAL driver that is needed is left on."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.pack.foreign import Refused, plain
from planner.pack.geo import HEIGHTS
from planner.pack.gis_stored import geopackage_cells, shapefile_cells, texts_are
from planner.pack.grid import header_key

if TYPE_CHECKING:
    import pyproj

_DRIVERS = {"gpkg": "GPKG", "zip": "ESRI Shapefile", "pbf": "OSM"}
_SKIPPED = (
    "GPKG,ESRI Shapefile,"
    "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,EEDAI,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,"
    "VRT,CSV,GML,GPX,LIBKML,KML,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,SQLite,WAsP,"
    "OpenFileGDB,DXF,FlatGeobuf,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,"
    "ODS,XLSX,Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,"
    "PMTiles,JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP,WMS,WCS,WMTS,PostgreSQL,"
    "PostGISRaster,MySQL,Parquet,Arrow,netCDF,HDF5,Zarr,STACIT,STACTA,DAAS,PLMosaic"
)
_QUIET = {
    "GDAL_DRIVER_PATH": "disable",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_NUM_THREADS": "1",
    "PROJ_NETWORK": "OFF",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
}
_LANGUAGE_BYTE = 29
_NO_LANGUAGE = (0x00, 0x03, 0x57)  # none, Windows ANSI, and the ANSI of the machine at hand
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_UTF_8 = re.compile(rb"utf-?8|65001", re.IGNORECASE)
_VIRTUAL_ALLOWED = "rtree"
_SHP_CODE = 9994
_SYSTEM = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:)?\w+:[\w.]*:?\w+|https?://www\.opengis\.net/[\w./-]+|[A-Z_]+\[.*",
    re.DOTALL,
)


class OtherDriversError(RuntimeError):
    """This GDAL knows drivers that are not in the list of those to skip: start again without."""

    def __init__(self, drivers: set[str]) -> None:
        super().__init__("other drivers are on")
        self.skip = ",".join([os.environ["GDAL_SKIP"], *sorted(drivers)])


def read_geopackage(path: Path, order: dict[str, Any]) -> dict[str, Any]:
    """The features of the layer that fits best.

    Raises:
        Refused: When it is no GeoPackage, has no layer, or a layer is a view or a virtual table.
    """
    named, chosen, warnings = geopackage_layer(path, order)
    told = _read_layer(named, chosen, order)
    told["warnings"] += warnings
    return told


def geopackage_layer(path: Path, order: dict[str, Any]) -> tuple[Path, str, list[str]]:
    """The file under its new name, the layer that fits best, and what is said of other layers.

    Raises:
        Refused: When it is no GeoPackage, has no layer, or a layer is a view or a virtual table.
    """
    named = path.with_name("upload.gpkg")
    if path.exists():
        path.rename(named)
    layers = _geopackage_layers(named)
    fitting = [name for name, columns in layers if _fits(columns, order)]
    chosen = fitting[0] if fitting else layers[0][0]
    others = [name for name, _ in layers if name != chosen]
    told = f"layer {chosen} was read; other layers were not: {', '.join(others[:10])}"
    return named, chosen, [told] if others else []


_UNDEFINED = (-1, 0)  # as the standard of GeoPackage has them
_NO_PRJ = "no .prj file, so no coordinate system: taken as degrees (EPSG:4326)"
_NO_CRS = "no coordinate system is declared: taken as degrees (EPSG:4326)"


def read_zipped_shapefile(archive: zipfile.ZipFile, order: dict[str, Any]) -> dict[str, Any]:
    """The features of the one Shapefile in a zip.

    Raises:
        Refused: When there is none or more than one, a part is missing, or it is cut off.
    """
    path = unpacked_shapefile(archive)
    return _read_layer(path, path.stem, order)


def unpacked_shapefile(archive: zipfile.ZipFile) -> Path:
    """The one Shapefile in a zip, unpacked beside it under a name of our own.

    Raises:
        Refused: When there is none or more than one, a part is missing, or it is cut off.
    """
    names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    shapes = [name for name in names if name.lower().endswith(".shp")]
    if not shapes:
        raise Refused("a zip without a Shapefile", "a zipped Shapefile, or a workbook (.xlsx)")
    if len(shapes) > 1:
        listed = ", ".join(sorted(PurePosixPath(name).name for name in shapes)[:10])
        raise Refused(f"{len(shapes)} Shapefiles: {listed}", "one Shapefile", "Zip only one")
    stem = shapes[0][:-4]
    by_ending = {name[-4:].lower(): name for name in names if name[:-4] == stem}
    for ending in (".shx", ".dbf"):
        if ending not in by_ending:
            raise Refused(
                f"a Shapefile without its {ending} file",
                "a zip with .shp, .shx, .dbf and .prj",
                "Zip all its files together",
            )
    parts = {end: archive.read(by_ending[end]) for end in _PARTS if end in by_ending}
    _check_whole(parts)
    for ending, content in parts.items():
        Path(f"upload{ending}").write_bytes(content)
    return Path("upload.shp")


def _without_system(path: Path, layer: str) -> str:
    """What is told of a layer without a coordinate system.

    Raises:
        Refused: When a file says which it is, but not in a way that can be understood.
    """
    if path.suffix == ".gpkg":
        if not _is_undefined(path, layer):
            raise _unknown_system()
        return _NO_CRS
    declared = path.with_suffix(".prj")
    if declared.exists() and declared.read_bytes().strip():
        raise _unknown_system()
    return _NO_PRJ


def _is_undefined(path: Path, layer: str) -> bool:
    """Whether a GeoPackage says that a layer has no system, or only one that nobody knows."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as base:
        found = base.execute(
            "SELECT columns.srs_id, definition FROM gpkg_geometry_columns AS columns"
            " LEFT JOIN gpkg_spatial_ref_sys AS systems ON systems.srs_id = columns.srs_id"
            " WHERE lower(table_name) = lower(?)", (layer,),
        ).fetchone()  # fmt: skip
    number, definition = found or (0, None)
    return number in _UNDEFINED or "undefined" in str(definition).lower()  # the last: GDAL's own


def _unknown_system() -> Refused:
    return Refused("an unknown coordinate system", "EPSG:4326", "Export it in degrees (EPSG:4326)")


def start_gdal(form: str) -> None:
    """Starts GDAL with the one driver of a form.

    Raises:
        OtherDriversError: When this GDAL knows drivers that are not in the list of those to skip.
    """
    driver = _DRIVERS[form]
    os.environ.update(_QUIET)
    os.environ.setdefault(
        "GDAL_SKIP", ",".join(each for each in _SKIPPED.split(",") if each != driver)
    )
    import pyogrio  # noqa: PLC0415 - GDAL must start with its drivers off

    others = set(pyogrio.list_drivers()) - {driver}
    if others:
        raise OtherDriversError(others)


def to_degrees(geometries: Sequence[BaseGeometry | None], crs: str) -> list[BaseGeometry | None]:
    """Geometries in EPSG:4326.

    Raises:
        Refused: When the coordinate system is not known.
    """
    turn = from_system(crs)

    def move(places: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = turn.transform(places[:, 0], places[:, 1])
        return np.column_stack([east, north])

    turned = [None if each is None else shapely.transform(each, move) for each in geometries]
    for each in turned:
        if each is not None:
            refuse_endless(shapely.get_coordinates(each))
    return turned


def from_system(crs: str) -> pyproj.Transformer:
    """What turns places of a coordinate system, east before north, into degrees.

    Raises:
        Refused: When the coordinate system is not known.
    """
    import pyproj  # noqa: PLC0415 - only in the child

    if not _SYSTEM.fullmatch(crs):  # a path or a list of steps would be read as such
        raise _unknown_system()
    try:
        return pyproj.Transformer.from_crs(crs, 4326, always_xy=True, allow_ballpark=True)
    except pyproj.exceptions.ProjError:
        raise _unknown_system() from None


def refuse_endless(places: NDArray[np.float64]) -> None:
    """Refuses places that their coordinate system does not reach."""
    if not np.isfinite(places).all():
        raise Refused(
            "places outside the declared coordinate system", "EPSG:4326", "Export it in degrees"
        )


def _geopackage_layers(path: Path) -> list[tuple[str, list[str]]]:
    """The feature layers and their columns, after a look for what a layer must not be."""
    expected = "a GeoPackage with a layer of features"
    try:
        base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            things = base.execute("SELECT type, lower(name), sql FROM sqlite_master").fetchall()
            kinds = {name: kind for kind, name, _ in things}
            if kinds.get("gpkg_contents") != "table":
                raise Refused("a database that is no GeoPackage", expected)
            for kind, _, sql in things:
                text = " ".join(str(sql or "").lower().split())
                if kind == "table" and "create virtual table" in text:
                    using = text.partition(" using ")[2]
                    if not using.startswith(_VIRTUAL_ALLOWED):
                        raise Refused("a GeoPackage with a virtual table", "plain tables")
            rows = base.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
            ).fetchall()
            layers = []
            for (name,) in rows:
                if kinds.get(str(name).lower()) != "table":
                    raise Refused(
                        "a layer that is not a plain table", "plain tables", "Save it as a new file"
                    )
                columns = base.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
                layers.append((str(name), [str(column) for (column,) in columns]))
        finally:
            base.close()
    except sqlite3.Error:
        raise Refused("a damaged GeoPackage", expected, "Export it again") from None
    if not layers:
        raise Refused("no layer of features", expected)
    return layers


def _fits(columns: list[str], order: dict[str, Any]) -> bool:
    keys = {header_key(name) for name in columns}
    return all(keys & set(group) for group in order["groups"])


def _check_whole(parts: dict[str, bytes]) -> None:
    """A Shapefile's own counts must fit its size."""
    cut = Refused("a Shapefile that is cut off or damaged", "a whole Shapefile", "Export it again")
    shp, shx, dbf = parts[".shp"], parts[".shx"], parts[".dbf"]
    if len(shp) < 100 or len(shx) < 100 or len(dbf) < 32:
        raise cut
    code, words = struct.unpack(">i", shp[:4])[0], struct.unpack(">i", shp[24:28])[0]
    records, header, length = struct.unpack("<IHH", dbf[4:12])
    if code != _SHP_CODE or words * 2 > len(shp):
        raise cut
    if header + records * length > len(dbf) + 1 or (len(shx) - 100) // 8 != records:
        raise cut


def _encoding_unsaid(path: Path) -> str | None:
    """The encoding of a Shapefile's texts where it says none, or only that of some Windows.

    Its letters decide between UTF-8 and Windows-1252; None where all are plain, or where it says.

    Raises:
        Refused: When it says UTF-8 and is not.
    """
    if path.suffix != ".shp":
        return None
    said = path.with_suffix(".cpg")
    if said.exists():
        if _UTF_8.fullmatch(said.read_bytes().strip()) and not texts_are(path, "utf-8"):
            raise Refused(
                "texts that are not in UTF-8, as the .cpg file says they are",
                "texts in UTF-8",
                "Export it again in UTF-8, or zip it without the .cpg file",
            )
        return None
    table = path.with_suffix(".dbf").read_bytes()
    cells = table[int.from_bytes(table[8:10], "little") :]
    if cells.isascii() or table[_LANGUAGE_BYTE] not in _NO_LANGUAGE:
        return None
    try:
        cells.decode()
    except UnicodeDecodeError:
        return "CP1252"
    return "UTF-8"


def _read_layer(path: Path, layer: str, order: dict[str, Any]) -> dict[str, Any]:
    start_gdal(order["form"])
    import pyogrio  # noqa: PLC0415 - only once its drivers are off

    most = order["most_rows"]
    encoding = _encoding_unsaid(path)
    meta, table = pyogrio.raw.read_arrow(
        str(path.resolve()), layer=layer, encoding=encoding, max_features=most + 1
    )
    if table.num_rows > most or table.num_columns > order["most_columns"]:
        raise Refused(
            f"{table.num_rows} features, {table.num_columns} columns",
            f"at most {most} features, {order['most_columns']} columns",
        )
    name = meta["geometry_name"] or "wkb_geometry"
    if name not in table.column_names:
        raise Refused("a layer without geometry", "a layer of features")
    solid = shapely.from_wkb(table.column(name).to_pylist(), on_invalid="ignore")
    shapes = shapely.force_2d(solid)
    if any(each is None and wkb for each, wkb in zip(shapes, table.column(name), strict=True)
           if wkb.is_valid):  # fmt: skip
        raise Refused("a damaged geometry", "sound geometries", "Export it again")
    table = table.drop_columns([name])
    columns = list(table.column_names)
    cells = {each: table.column(each).to_pylist() for each in columns}
    warnings = [HEIGHTS] if shapely.has_z(solid).any() else []
    if path.suffix == ".gpkg":
        cells |= geopackage_cells(path, layer, table)
    else:
        stored, told = shapefile_cells(path, table, cells)
        cells |= stored
        warnings += told
    records: list[list[Any]] = [[1, columns]]
    records.extend(
        [place + 2, [plain(cells[each][place]) for each in columns]]
        for place in range(table.num_rows)
    )
    geometries: list[BaseGeometry | None] = list(shapes)
    if encoding is not None:
        warnings.append(f"the Shapefile does not say its encoding: read as {encoding}")
    crs = meta["crs"]
    if not crs:
        warnings.append(_without_system(path, layer))
    if crs and str(crs).upper() not in {"EPSG:4326", "OGC:CRS84"}:
        geometries = to_degrees(geometries, str(crs))
        short = str(crs) if len(str(crs)) < 40 else "its own coordinate system"
        warnings.append(f"coordinates converted from {short} to EPSG:4326")
    return {
        "records": records,
        "geometries": [None if each is None else each.wkb_hex for each in geometries],
        "warnings": warnings,
    }
