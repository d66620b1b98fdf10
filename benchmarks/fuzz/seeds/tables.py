"""First inputs of the readers of tables."""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.fuzz import catalogue, parts
from benchmarks.fuzz.seeds.ground import BY_KIND, RECORDS, Seeds, pack_in
from tests.pack import files, tiny


def _kind(kinds: tuple[str, ...], kind: str) -> bytes:
    return bytes([ord("a") + kinds.index(kind)])


def _csv(place: Path) -> Seeds:
    pack_in(place)
    for kind, texts in BY_KIND.items():
        for text in texts:
            yield _kind(catalogue.KINDS, kind) + text.encode()
    sites = tiny.FILES["sites.csv"]
    for text in (
        sites.replace(",", ";"), "sep=\t\n" + sites.replace(",", "\t"), "Sites of 2024\n\n" + sites,
        sites.replace("\n", "\r\n"), sites + "Total,,,,,,,900000\n",
    ):  # fmt: skip
        yield _kind(catalogue.KINDS, "sites") + text.encode()
    yield _kind(catalogue.KINDS, "sites") + sites.encode("utf-16")


def _rows(text: str) -> list[list[object]]:
    return [[_typed(cell) for cell in row] for row in csv.reader(text.splitlines())]


def _typed(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def _undated(book: bytes) -> bytes:
    """A workbook without the moments at which its parts were written."""
    return parts.zipped(parts.unzipped(book), zipfile.ZIP_DEFLATED)


def _workbook(place: Path) -> Seeds:
    pack_in(place)
    given = files.workbook(place / "a.xlsx", _rows(tiny.FILES["sites.csv"])).read_bytes()
    parts.unpacked(parts.unzipped(given), place / "book")
    for kind, texts in BY_KIND.items():
        sheets = [_rows(text) for text in texts]
        content = files.workbook(place / "a.xlsx", *sheets).read_bytes()
        shown = {
            name: part
            for name, part in parts.unzipped(content).items()
            if name.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/workbook.xml"))
        }
        yield _kind(catalogue.KINDS, kind) + parts.IN_PARTS + parts.joined(shown)
        if kind == "visits":
            yield _kind(catalogue.KINDS, kind) + parts.AS_IT_IS + _undated(content)
    sheet = "xl/worksheets/sheet1.xml"
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>'
        'lat</t></is></c><c r="C1" t="inlineStr"><is><t>lon</t></is></c></row>'
        '<row r="2" hidden="1"><c r="A2" t="str"><f>"a"&amp;1</f><v>a1</v></c>'
        '<c r="B2"><f>1/0</f></c><c r="C2" t="e"><v>#DIV/0!</v></c></row>'
        '<row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="d"><v>2024-01-02</v></c>'
        '<c r="C3"><v>1e5</v></c></row>'
    )
    more = b'<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells></worksheet>'
    content = files.sheet_xml(cells).replace(b"</worksheet>", more)
    yield _kind(catalogue.KINDS, "towns") + parts.IN_PARTS + parts.joined({sheet: content})


def _geojson(place: Path) -> Seeds:
    pack_in(place)
    areas = json.loads(tiny.FILES["areas.geojson"])
    bow = [[36, -1], [37, 0], [37, -1], [36, 0], [36, -1]]
    crs = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::21037"}}}
    yield b"a" + json.dumps(areas).encode()
    areas["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [bow]}
    areas["features"][1]["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[[*bow[:4], bow[0]]]],
    }
    yield b"a" + json.dumps(areas | crs).encode()
    for letter, name in ((b"b", "demand_points"), (b"c", "sites")):
        head, *rows = csv.reader(tiny.FILES[f"{name}.csv"].splitlines())
        points = [dict(zip(head, row, strict=True)) for row in rows]
        features = [
            {"type": "Feature", "properties": each,
             "geometry": {"type": "Point", "coordinates": [float(each.pop("lon")),
                                                           float(each.pop("lat"))]}}
            for each in points
        ]  # fmt: skip
        collection = {"type": "FeatureCollection", "features": features}
        yield letter + json.dumps(collection).encode()
        yield letter + json.dumps(features[0], indent=1).encode("utf-16")


def _geopackage(place: Path) -> Seeds:
    pack_in(place)
    path = place / "base.gpkg"
    files.SQUARES.to_file(path, layer="areas")
    base = sqlite3.connect(path)
    for statement in (
        "PRAGMA journal_mode=DELETE", "PRAGMA page_size=512",
        "DELETE FROM gpkg_spatial_ref_sys WHERE srs_id > 0 AND srs_id <> 4326", "VACUUM",
    ):  # fmt: skip
        base.execute(statement)
        base.commit()
    base.close()
    yield parts.AS_IT_IS + path.read_bytes()
    for script in (
        "UPDATE areas SET name = 'Wéśt', code = '003' WHERE fid = 1;",
        "UPDATE areas SET geom = zeroblob(40) WHERE fid = 2; DELETE FROM areas WHERE fid = 1;",
        "INSERT INTO areas (geom, code, name) SELECT geom, '1e5', NULL FROM areas;",
        "UPDATE gpkg_contents SET srs_id = 0, table_name = 'AREAS', data_type = 'attributes';",
        "CREATE VIEW v AS SELECT 1 AS a; UPDATE gpkg_geometry_columns SET z = 1, m = 2;",
        "CREATE VIRTUAL TABLE t USING rtree(a, b, c); ALTER TABLE areas ADD COLUMN lat REAL;",
        "UPDATE gpkg_spatial_ref_sys SET organization = 'x', definition = 'GEOGCS[]';",
        "UPDATE areas SET code = x'ff00', name = 9e999; DROP TABLE gpkg_geometry_columns;",
        "ALTER TABLE areas ADD COLUMN \"d\" DATE; UPDATE areas SET d = '2024-01-02T03:04:05Z';",
    ):
        yield parts.IN_PARTS + script.encode()


def _shapefile(place: Path) -> Seeds:
    pack_in(place)
    members = files.shapefile(place / "shapes", files.SQUARES)
    short = {f"a{name[-4:]}": content for name, content in members.items()}
    yield parts.IN_PARTS + parts.joined(short)
    yield parts.IN_PARTS + parts.joined({k: v for k, v in short.items() if k != "a.prj"})
    yield parts.AS_IT_IS + parts.zipped(members)


def _zip(place: Path) -> Seeds:
    yield from (b"a" + each[1:] for each in _shapefile(place) if each[:1] == parts.AS_IT_IS)
    book = files.workbook(place / "a.xlsx", _rows(tiny.FILES["sites.csv"])).read_bytes()
    yield b"b" + _undated(book)
    yield b"b" + parts.zipped({"a.csv": b"id\n", "mimetype": b"text"})
    pack = {f"mine/{name}": text.encode() for name, text in tiny.FILES.items()}
    yield b"c" + parts.zipped(pack | {"mine/scenarios/a.toml": b'pack = ".."'})
    yield b"a" + parts.zipped({"../a.shp": b"", "/b": b"", "xl/workbook.bin": b""})


def _records(place: Path) -> Seeds:
    pack_in(place)
    yield RECORDS.encode()
    yield "day,office,served\n2024-01-02,s1,5\n2024-01-03,s1,0\n".encode("utf-8-sig")


SEEDS: Mapping[str, Callable[[Path], Seeds]] = {
    "csv": _csv,
    "workbook": _workbook,
    "geojson": _geojson,
    "geopackage": _geopackage,
    "shapefile": _shapefile,
    "zip": _zip,
    "records": _records,
}
