"""GIS files: GeoJSON, GeoPackage and Shapefiles with every usual mistake."""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import geopandas as gpd
from shapely.geometry import LineString, Point, Polygon, box

from battery.case import Case, refused, taken
from battery.workbooks import zipped

CODES = {"code": ["001", "002"], "name": ["West", "East"]}
BOXES = [box(36, -1, 37, 0), box(37, -1, 38, 0)]
WEST = [[[36, -1], [37, -1], [37, 0], [36, 0], [36, -1]]]
EAST = [[[37, -1], [38, -1], [38, 0], [37, 0], [37, -1]]]
BOW = [[[36, -1], [37, 0], [37, -1], [36, 0], [36, -1]]]
NYERI = [36.9476, -0.4201]
ARC_1960 = "urn:ogc:def:crs:EPSG::4210"


def feature(properties: object, geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(rings: object, code: object = "001", name: str = "West") -> dict[str, object]:
    return feature({"code": code, "name": name}, {"type": "Polygon", "coordinates": rings})


def site(place: object, **properties: object) -> dict[str, object]:
    return feature(
        {"id": "a", "name": "A", "area": "Nyeri", **properties},
        {"type": "Point", "coordinates": place},
    )


def collection(*features: object, crs: object = "", **more: object) -> bytes:
    content: dict[str, object] = {"type": "FeatureCollection", "features": list(features), **more}
    if crs:
        content["crs"] = (
            crs if isinstance(crs, dict) else {"type": "name", "properties": {"name": crs}}
        )
    return json.dumps(content).encode()


def areas(why: str, content: bytes, verdict: object, file: str = "areas.geojson") -> Case:
    return Case(why, file, "areas", content, verdict)


def sites(why: str, content: bytes, verdict: object) -> Case:
    return Case(why, "sites.geojson", "sites", content, verdict)


BOTH = (polygon(WEST), polygon(EAST, "002", "East"))
GEOJSON = (
    areas("GeoJSON", collection(*BOTH), taken(2, cells={(2, "code"): "001", (3, "name"): "East"})),
    areas("GeoJSON with a mark", b"\xef\xbb\xbf" + collection(*BOTH), taken(2)),
    areas("GeoJSON in UTF-16", collection(*BOTH).decode().encode("utf-16"), taken(2, "UTF-16")),
    areas("GeoJSON called JSON", collection(*BOTH), taken(2), "areas.json"),
    areas("GeoJSON called CSV", collection(*BOTH), taken(2), "areas.csv"),
    areas("a single feature", json.dumps(BOTH[0]).encode(), taken(1)),
    areas("string coordinates",
          collection(BOTH[0], polygon([[[str(x), str(y)] for x, y in EAST[0]]], "002", "East")),
          refused((3, "geometry", "coordinates"))),
    areas("coordinates that are not numbers",
          b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1",'
          b'"name":"W"},"geometry":{"type":"Polygon","coordinates":[[[NaN,0],[1,0],[1,1],[NaN,0]]]'
          b"}}]}", refused((None, None, "NaN"))),
    areas("coordinates without end",
          collection(polygon([[[36, -1], [1e300, -1], [37, 0], [36, -1]]])),
          refused((2, "geometry", "coordinates"))),
    areas("no geometry", collection(BOTH[0], feature({"code": "002", "name": "East"}, None)),
          refused((3, "geometry", "no geometry"))),
    areas("an outline that crosses itself", collection(polygon(BOW), BOTH[1]),
          taken(2, "crossed itself and was repaired")),
    areas("an outline without area", collection(polygon([[[36, 0], [37, 0], [36, 0], [36, 0]]])),
          refused((2, "geometry", "outline that crosses itself"))),
    areas("heights", collection(polygon([[[*at, 1200.5] for at in WEST[0]]]), BOTH[1]),
          taken(2, "heights")),
    areas("a ring that is open", collection(polygon([WEST[0][:-1]])),
          refused((2, "geometry", "closed"))),
    areas("points for outlines", collection(feature(
        {"code": "1", "name": "W"}, {"type": "Point", "coordinates": [36, 0]})),
          refused((2, "geometry", "polygon"))),
    areas("outlines in metres as degrees", collection(
        polygon([[[250_000, 9_800_000], [260_000, 9_800_000], [260_000, 9_900_000],
                  [250_000, 9_800_000]]])), refused((2, "geometry", "metres"))),
    areas("metres that declare degrees", collection(
        polygon([[[250_000, 9_800_000], [260_000, 9_800_000], [260_000, 9_900_000],
                  [250_000, 9_800_000]]]), crs="urn:ogc:def:crs:OGC:1.3:CRS84"),
          refused((2, "geometry", "metres"))),
    areas("an unknown system", collection(*BOTH, crs="EPSG:999999"),
          refused((None, None, "coordinate system"))),
    areas("a system that is a path", collection(*BOTH, crs="/etc/hostname"),
          refused((None, None, "coordinate system"))),
    areas("a system by a link", collection(*BOTH, crs={
        "type": "link", "properties": {"href": "http://example.org/a.wkt"}}),
          refused((None, None, "coordinate system"))),
    areas("two areas of one name", collection(polygon(WEST), polygon(EAST, "002", "WEST")),
          taken(2, "areas 001, 002 have one name")),
    areas("two areas of one outline", collection(polygon(WEST), polygon(WEST, "002", "East")),
          taken(2, "areas 001, 002 have the same outline")),
    areas("a name with parts of its own",
          collection(feature({"code": "1", "name": {"en": "W"}}, BOTH[0]["geometry"])),
          refused((2, "name", "parts of its own"))),
    areas("parts where nobody looks",
          collection(feature({"code": "1", "name": "W", "more": [[1]]}, BOTH[0]["geometry"])),
          taken(1, "columns not used: more")),
    areas("a doubled code", collection(polygon(WEST), polygon(EAST, "001", "East")),
          refused((3, "code", "already in row 2"))),
    areas("no features", collection(), refused((1, "code", "missing"), (1, "name", "missing"))),
    areas("cut off", collection(*BOTH)[:-30], refused((1, None, "cut off"))),
    areas("JSON of another kind", b'{"type": "Topology", "objects": {}}',
          refused((None, "type", "Topology"))),
    areas("a JSON of nothing", b'{"a": 1}', refused((None, "type", "GeoJSON"))),
    areas("nested without end", b'{"type":' + b"[" * 100_000, refused((None, None, "deeply"))),
    areas("a feature a line", b"\n".join(json.dumps(each).encode() for each in BOTH),
          refused((2, None, "line"))),
    areas("features that are none", collection(BOTH[0], 5, polygon(EAST, "002", "East")),
          refused((3, None, "Feature"))),
    areas("numbers as codes", collection(polygon(WEST, 1, "West")), taken(1, cells={
        (2, "code"): "1"})),
    areas("properties in two spellings", collection(
        feature({"code": "1", "name": "W", "NAME": "X"}, BOTH[0]["geometry"])),
          refused((1, "name", "twice"))),
    areas("a property twice", b'{"type":"FeatureCollection","features":[{"type":"Feature",'
          b'"properties":{"code":"1","code":"2","name":"W"},"geometry":{"type":"Polygon",'
          b'"coordinates":[[[36,-1],[37,-1],[37,0],[36,-1]]]}}]}', refused(
              (None, "code", "twice"))),
    sites("points", collection(site(NYERI)), taken(1, cells={(2, "lat"): -0.4201})),
    sites("swapped points", collection(site(NYERI[::-1])), refused((2, "lat", "swapped"))),
    sites("a lost minus sign of a point", collection(site([36.9476, 0.4201])),
          refused((2, "lat", "minus sign"))),
    sites("metres for points", collection(site([271_000, 9_953_000])),
          refused((2, "geometry", "metres"))),
    sites("points in UTM", collection(site([271_614.6, 9_953_545.0]),
                                      crs="urn:ogc:def:crs:EPSG::32737"),
          taken(1, "converted from urn:ogc:def:crs:EPSG::32737 to EPSG:4326",
                cells={(2, "lat"): -0.42})),
    sites("points in Arc 1960", collection(site(NYERI), crs=ARC_1960),
          taken(1, "converted", cells={(2, "lat"): -0.42284, (2, "lon"): 36.94842})),
    sites("properties that say another place", collection(site(NYERI, lat=-0.35, lon=36.95)),
          refused((2, "geometry", "lat"))),
    sites("properties that say the same place", collection(site(NYERI, lat=-0.4201, lon=36.9476)),
          taken(1, cells={(2, "lon"): 36.9476})),
    sites("several points for one site", collection(feature(
        {"id": "a", "name": "A", "area": "Nyeri"},
        {"type": "MultiPoint", "coordinates": [NYERI, [36.95, -0.42]]})),
          refused((2, "geometry", "point"))),
    Case("a map for a table of visits", "visits.geojson", "visits", collection(*BOTH),
         refused((None, None, "GIS file"))),
)  # fmt: skip


@cache
def gpkg(*layers: tuple[str, gpd.GeoDataFrame]) -> bytes:
    """A GeoPackage of layers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        for name, frame in layers:
            frame.to_file(path, layer=name, driver="GPKG")
        return path.read_bytes()


class _Frame(gpd.GeoDataFrame):
    __hash__ = object.__hash__  # type: ignore[assignment]


def frame(geometry: Sequence[object] = BOXES, crs: object = 4326, **columns: object) -> _Frame:
    return _Frame(columns or CODES, geometry=list(geometry), crs=crs)


def package(why: str, layers: Callable[[], Sequence[tuple[str, _Frame]]], verdict: object,
            change: str = "", kind: str = "areas", file: str = "areas.gpkg") -> Case:  # fmt: skip
    """A case of a GeoPackage, altered by SQL afterwards."""

    def make(path: Path) -> None:
        path.write_bytes(gpkg(*layers()))
        if change:
            base = sqlite3.connect(path)
            base.executescript(change)
            base.commit()
            base.close()

    return Case(why, file, kind, make, verdict)


def plain() -> list[tuple[str, _Frame]]:
    return [("areas", frame())]


ENDLESS = """
ALTER TABLE areas RENAME TO old;
CREATE VIEW areas AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT i AS fid, '001' AS code, 'a' AS name, geom FROM n, old;
"""
PACKAGES = (
    package("GeoPackage", plain, taken(2, cells={(3, "name"): "East"})),
    package("a column FID", lambda: [("areas", frame(**{"FID_1": [5, 6], **CODES}))],
            taken(2, "FID_1")),
    package("two layers", lambda: [("roads", frame(crs=4326, n=[1, 2])), ("areas", frame())],
            taken(2, "layer areas was read", "roads")),
    package("an endless view", plain, refused((None, None, "plain table")), ENDLESS),
    package("a virtual table", plain, refused((None, None, "virtual table")),
            "CREATE VIRTUAL TABLE x USING fts5(a);"),
    package("metres in UTM", lambda: [("areas", frame().to_crs(21037))],
            taken(2, "converted from EPSG:21037 to EPSG:4326")),
    package("a layer without outlines", lambda: [("areas", frame([BOXES[0], None]))],
            refused((3, "geometry", "no geometry"))),
    package("a layer of lines", lambda: [("areas", frame([LineString([(36, 0), (37, 0)])] * 2))],
            refused((2, "geometry", "LineString"), (3, "geometry", "LineString"))),
    package("heights in a layer", lambda: [("areas", frame(
        [Polygon([(x, y, 5) for x, y in each.exterior.coords]) for each in BOXES]))],
        taken(2, "heights")),
    package("a layer that is not listed", plain, refused((None, None, "no layer")),
            "DELETE FROM gpkg_contents;"),
    package("a layer that is not there", plain, refused((None, None, "plain table")),
            "DROP TABLE areas;"),
    package("blobs that are no geometry", plain, refused((None, None, "geometr")),
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update1;"
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update2;"
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update3;"
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update4;"
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update5;"
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update6;"
            "DROP TRIGGER IF EXISTS rtree_areas_geom_update7;"
            "UPDATE areas SET geom = x'4750000100000000010300';"),
    package("points in a layer", lambda: [("sites", frame(
        [Point(*NYERI)], id=["a"], name=["A"], area=["Nyeri"]))],
        taken(1, cells={(2, "lat"): -0.4201}), kind="sites", file="sites.gpkg"),
    package("points with x and y of their own", lambda: [("sites", frame(
        [Point(*NYERI)], id=["a"], name=["A"], area=["Nyeri"], x=[257154.0], y=[9857697.0]))],
        taken(1, "columns x and y not used", cells={(2, "lat"): -0.4201, (2, "x"): None}),
        kind="sites", file="sites.gpkg"),
    package("a system that is not in the file", plain, refused((None, None, "coordinate system")),
            "UPDATE gpkg_geometry_columns SET srs_id = 77777;"),
    package("no system", lambda: [("areas", frame(crs=None))], taken(2, "no coordinate system")),
    Case("a database of something else", "areas.gpkg", "areas",
         lambda path: sqlite3.connect(path).executescript("CREATE TABLE a (b);"),
         refused((None, None, "no GeoPackage"))),
    Case("a GeoPackage cut off", "areas.gpkg", "areas",
         lambda path: path.write_bytes(gpkg(*plain())[:9000]), refused((None, None, "damaged"))),
    Case("text called a GeoPackage", "areas.gpkg", "areas", b"code,name\n1,W\n",
         refused((None, None, "other content"))),
)  # fmt: skip


@cache
def parts(crs: object = 4326) -> Mapping[str, bytes]:
    """The parts of a Shapefile by their endings."""
    with tempfile.TemporaryDirectory() as folder:
        frame().to_crs(crs).to_file(Path(folder) / "areas.shp")
        return {each.suffix: each.read_bytes() for each in Path(folder).iterdir()}


Change = Callable[[dict[str, bytes]], Mapping[str, bytes]]


def shape(why: str, verdict: object, *, folder: str = "", leave: str = "", crs: object = 4326,
          change: Change | None = None) -> Case:  # fmt: skip
    """A case of a zipped Shapefile; `change` alters its members."""

    def make(path: Path) -> None:
        members = {
            f"{folder}areas{ending}": content
            for ending, content in parts(crs).items()
            if ending != leave
        }
        path.write_bytes(zipped(members if change is None else change(members)))

    return Case(why, "areas.zip", "areas", make, verdict)


def cut(ending: str, size: int) -> Callable[[dict[str, bytes]], Mapping[str, bytes]]:
    return lambda members: members | {f"areas{ending}": members[f"areas{ending}"][:-size]}


def wrong_shape(members: dict[str, bytes]) -> Mapping[str, bytes]:
    shp = members["areas.shp"]
    return members | {"areas.shp": shp[:108] + struct.pack("<i", 77) + shp[112:]}


def worded(name: bytes, language: int) -> Callable[[dict[str, bytes]], Mapping[str, bytes]]:
    """Puts other letters in the place of East, and says a language of the table."""

    def change(members: dict[str, bytes]) -> Mapping[str, bytes]:
        dbf = members["areas.dbf"].replace(b"East", name)
        return members | {"areas.dbf": dbf[:29] + bytes([language]) + dbf[30:]}

    return change


SHAPES = (
    shape("Shapefile", taken(2, cells={(3, "name"): "East"})),
    shape("a Shapefile in a folder", taken(2), folder="my data/2024/"),
    shape("a Shapefile of capital endings", taken(2),
          change=lambda members: {name.upper(): each for name, each in members.items()}),
    shape("no .shx", refused((None, None, ".shx")), leave=".shx"),
    shape("no .dbf", refused((None, None, ".dbf")), leave=".dbf"),
    shape("no .prj", taken(2, "no .prj"), leave=".prj"),
    shape("metres without .prj", refused((2, "geometry", "metres"), (3, "geometry", "metres")),
          leave=".prj", crs=32737),
    shape("Arc 1960 in metres", taken(2, "converted"), crs=21037),
    shape("cut .shp", refused((None, None, "cut off")), change=cut(".shp", 40)),
    shape("cut .dbf", refused((None, None, "cut off")), change=cut(".dbf", 60)),
    shape("two Shapefiles", refused((None, None, "2 Shapefiles")), change=lambda members: members
          | {name.replace("areas", "other"): each for name, each in members.items()}),
    shape("an unknown kind of shape", refused((2, "geometry", "no geometry")), change=wrong_shape),
    *(
        shape(f"no .cpg and Windows letters, language {language}",
              taken(2, "read as CP1252", cells={(3, "name"): "Ea\u2019t"}),
              leave=".cpg", change=worded(b"Ea\x92t", language))
        for language in (0, 3, 0x57)
    ),
    shape("no .cpg and UTF-8",
          taken(2, "read as UTF-8", cells={(3, "name"): "\u00c9as"}),
          leave=".cpg", change=worded("\u00c9as".encode(), 0x57)),
    shape("no .cpg and plain letters", taken(2, untold=("encoding",)), leave=".cpg"),
    shape("a .cpg that says Windows letters",
          taken(2, untold=("read as",), cells={(3, "name"): "Ea\u2019t"}),
          change=lambda members: {**worded(b"Ea\x92t", 0)(members), "areas.cpg": b"CP1252"}),
    shape("letters of DOS", taken(2, untold=("read as",), cells={(3, "name"): "\u00e9ast"}),
          leave=".cpg", change=worded(b"\x82ast", 2)),
    shape("rubbish as .prj", refused((None, None, "coordinate system")),
          change=lambda members: members | {"areas.prj": b"rubbish"}),
    shape("what computers add", taken(2), change=lambda members: members
          | {f"__MACOSX/._{name}": b"x" for name in members} | {".DS_Store": b"x"}),
    Case("a part alone", "areas.shp", "areas", lambda path: path.write_bytes(parts()[".shp"]),
         refused((None, None, "Zip .shp"))),
    Case("only a table of a Shapefile", "areas.dbf", "areas",
         lambda path: path.write_bytes(parts()[".dbf"]), refused((None, None, "Shapefile"))),
)  # fmt: skip
CASES = (*GEOJSON, *PACKAGES, *SHAPES)
