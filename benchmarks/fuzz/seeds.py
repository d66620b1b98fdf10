"""The project's own small files as first inputs: python -m benchmarks.fuzz.seeds FOLDER READER ...

A process of its own, as a process that writes GIS files cannot read them as the child does.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from benchmarks.fuzz import catalogue, parts
from planner.export import export_run
from planner.pack import builtin_packs, find_pack, read_pack
from planner.runs import judge_and_write, read_run
from planner.runs.store import open_store
from planner.runs.store.workspace import export_workspace
from tests.export.test_returned import Book
from tests.pack import (
    files,
    matrices,
    test_customers,
    test_formats,
    test_journeys,
    test_modes,
    test_road_changes,
    test_stations_file,
    test_voices,
    tiny,
)
from tests.pack.test_road_layer import A, B, C, D, road
from tests.runs import cases
from tests.test_scenario import FULL

Seeds = Iterable[bytes]
TOWNS = (
    "name,lat,lon,population,source,confidence\nBig,-0.4,36.4,4000,s,found\nSmall,-0.3,37.2,,,\n"
)
AREA_DEMAND = "area,visit_type,visits_per_year,low,high\nWest,get_card,10,8,12\n002,get_deed,3,,\n"
FRAME = "stratum,population,person\nnorth,120,\nsouth,60,\n"
PEOPLE = "stratum,person\nnorth,a1\nnorth,a2\nsouth,b1\n"
RECORDS = (
    "date,branch,division,service,channel,served,turned_away,wait_min,service_min,staff,"
    "origin_area,first_visit,complete,source,confidence\n"
    "2024-01-02,s1,,Get a card,branch,12,3,20.5,8,2,West,yes,no,book,found\n"
    "03/01/2024,Alpha town,,get_card,outreach,7,,,,,001,ndiyo,0,,\n"
)
TRAVEL = "demand_point,site,minutes,km,kes\np1,s1,0,0,0\np1,s2,131.5,141,\np2,s1,60,61.25,100\n"
DONE = (
    "site,name,service,work,phase,due,opened,closed,capital_kes,visits,visits_from,visits_to,lat,"
    "lon,source,confidence,note\n"
    "021-town,Town,,open,1,2026-03-31,2026-04-02,,9500000,120,2026-04-02,2026-04-30,,,office,"
    "found,\n028-iten,,permit,,,2026-05-01,3/4/2026,,,,,,,,,,late\n"
    "900-new,A new one,,,,,2026-01-02,,1000,,,,0.5,36.2,,,\n"
)
BY_KIND = {
    "area_demand": [AREA_DEMAND, "county;population\nWest;1,200\nEast;900\nTotal;2,100\n"],
    "demand_points": [tiny.FILES["demand_points.csv"]],
    "sites": [tiny.FILES["sites.csv"], test_formats.SITES],
    "formats": [test_formats.FORMATS],
    "visits": [tiny.FILES["visits.csv"]],
    "travel": [TRAVEL],
    "areas": ["code,name\n001,West\n002,East\n"],
    "towns": [TOWNS],
    "work_records": [RECORDS],
    "survey": [test_voices.SURVEY],
    "audit": [test_voices.AUDIT],
    "actions": [test_voices.ACTIONS],
    "comments": [test_voices.COMMENTS],
    "survey_frame": [FRAME, PEOPLE],
    "station_counts": [test_stations_file.COUNTS],
    "road_changes": [test_road_changes.HEADER + test_road_changes.FERRY],
}


def _unpacked(members: Mapping[str, bytes], folder: Path) -> None:
    """The files that stand around those of an input."""
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _kind(kinds: tuple[str, ...], kind: str) -> bytes:
    return bytes([ord("a") + kinds.index(kind)])


def _ground(place: Path) -> Path:
    """The pack that tables are joined to."""
    return tiny.write(
        place / "pack", voices_toml=test_voices.VOICES, formats_csv=test_formats.FORMATS,
        sites_csv=test_formats.SITES, services_csv=test_formats.SERVICES,
    )  # fmt: skip


def _csv(place: Path) -> Seeds:
    _ground(place)
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


def _workbook(place: Path) -> Seeds:
    _ground(place)
    given = files.workbook(place / "a.xlsx", _rows(tiny.FILES["sites.csv"])).read_bytes()
    _unpacked(parts.unzipped(given), place / "book")
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
            yield _kind(catalogue.KINDS, kind) + parts.AS_IT_IS + content
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
    _ground(place)
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
    _ground(place)
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
    _ground(place)
    members = files.shapefile(place / "shapes", files.SQUARES)
    short = {f"a{name[-4:]}": content for name, content in members.items()}
    yield parts.IN_PARTS + parts.joined(short)
    yield parts.IN_PARTS + parts.joined({k: v for k, v in short.items() if k != "a.prj"})
    yield parts.AS_IT_IS + parts.zipped(members)


def _zip(place: Path) -> Seeds:
    yield from (b"a" + each[1:] for each in _shapefile(place) if each[:1] == parts.AS_IT_IS)
    book = files.workbook(place / "a.xlsx", _rows(tiny.FILES["sites.csv"])).read_bytes()
    yield b"b" + book
    yield b"b" + parts.zipped({"a.csv": b"id\n", "mimetype": b"text"})
    yield b"a" + parts.zipped({"../a.shp": b"", "/b": b"", "xl/workbook.bin": b""})


def _manifest(place: Path) -> Seeds:
    pack = _ground(place)
    (pack / "counts.csv").write_text(test_stations_file.COUNTS)
    (pack / "facts.csv").write_text(tiny.FACTS)
    yield tiny.FILES["pack.toml"].encode()
    yield (tiny.PACK + tiny.TRAVEL + test_stations_file.KEYS + test_formats.CAPACITY).encode()
    more = (
        'currency = "KES"\narea_label_sw = "kaunti"\nlimits = ["a"]\nlimits_sw = ["b"]\n'
        'first_scenario = "x"\nlakes = "lakes.geojson"\nroads = "roads.geojson"\n'
        'area_facts = "facts.csv"\nroad_layer = "r.gpkg"\nknown_roads = "k.csv"\n'
    )
    head = tiny.PACK.replace("[travel]", more + "[travel]\nmodel = 'straight'\navoid = ['lakes']")
    yield (head + tiny.TRAVEL + '[first_start]\nscenarios = ["x"]\nfrontier = "money"\n').encode()


def _pack(place: Path) -> Seeds:
    _ground(place)
    own = {"sites.csv": tiny.FILES["sites.csv"], "services.csv": tiny.FILES["services.csv"]}
    for given in (
        {"demand.toml": tiny.DEMAND, "facts.csv": tiny.FACTS},
        {"customers.toml": test_customers.CUSTOMERS, "customer_facts.csv": test_customers.FACTS},
        {"modes.toml": test_modes.SOUND, "customers.toml": test_modes.PEOPLE},
        {"journeys.toml": test_journeys.SOUND},
        {"towns.csv": TOWNS, "area_demand.csv": AREA_DEMAND, "travel.csv": TRAVEL},
        {"road_changes.csv": test_road_changes.HEADER + test_road_changes.FERRY, **own},
        {"work_records.csv": RECORDS, "visit_types.csv": tiny.FILES["visit_types.csv"]},
    ):
        yield parts.joined({name: text.encode() for name, text in given.items()})


def _voices(place: Path) -> Seeds:
    _ground(place)
    given = {
        "voices.toml": test_voices.VOICES, "survey.csv": test_voices.SURVEY,
        "audit.csv": test_voices.AUDIT, "actions.csv": test_voices.ACTIONS,
        "comments.csv": test_voices.COMMENTS,
    }  # fmt: skip
    for name, text in given.items():
        yield parts.joined({name: text.encode()})
    yield parts.joined({name: text.encode() for name, text in given.items()})


def _records(place: Path) -> Seeds:
    _ground(place)
    yield RECORDS.encode()
    yield "day,office,served\n2024-01-02,s1,5\n2024-01-03,s1,0\n".encode("utf-8-sig")


def _travel(place: Path) -> Seeds:
    _ground(place)
    tables = (matrices.osrm, matrices.valhalla, matrices.r5py, matrices.own)
    for table in tables:
        columns = table()
        rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        yield b"a" + "\n".join(lines).encode()
    for corner in ("", "minutes", "id"):
        yield b"a" + matrices.wide(corner).encode()
    answers = (
        matrices.osrm_json(), matrices.ors_json(), matrices.ors_json("km", 1),
        matrices.valhalla_json(slim=True), matrices.valhalla_json(slim=False),
    )  # fmt: skip
    yield from (b"b" + each.encode() for each in answers)


def _scenario(place: Path) -> Seeds:
    _ground(place)
    yield FULL.encode()
    for pack in builtin_packs():
        for path in sorted((find_pack(pack) / "scenarios").glob("*.toml")):
            yield path.read_bytes()


def _run(place: Path) -> Path:
    return cases.write_answer(place)


def _run_json(place: Path) -> Seeds:
    run = _run(place)
    yield (run / "run.json").read_bytes()
    pack, rules = read_pack(place / "tiny"), cases.scenario(str(place / "tiny"))
    none = judge_and_write(cases.no_answer(pack, rules), pack, rules, place / "none")
    yield (none / "run.json").read_bytes()


def _run_tables(place: Path) -> Seeds:
    run = _run(place)
    found = {path.name: path.read_bytes() for path in sorted(run.iterdir())}
    for name, content in found.items():
        if name != "run.json":
            yield parts.joined({name: content})
    yield parts.joined({name: content for name, content in found.items() if name != "run.json"})


def _returned(place: Path) -> Seeds:
    run = read_run(_run(place))
    for language in ("en", "sw"):
        book = Book(run, place / language, language)
        (place / language / "edited").mkdir(parents=True)
        book.put("028-iten", note="new wing").drop("099-voi").read(run)
        yield from _sheet(book.path, place)
    table = next(path for path in export_run(run, "csv", place / "csv") if "branches" in path.name)
    yield b"T" + table.read_bytes()


def _sheet(path: Path, place: Path) -> Seeds:
    members = parts.unzipped(path.read_bytes())
    _unpacked(members, place / "book")
    names = sorted(name for name in members if name.startswith("xl/worksheets/sheet"))
    strings = {name: each for name, each in members.items() if name.startswith("xl/sharedStrings")}
    for name in names:
        yield parts.IN_PARTS + parts.joined({name: members[name]})
    yield parts.IN_PARTS + parts.joined(strings)


def _workspace(place: Path) -> Seeds:
    os.environ["UGATUZI_HOME"] = str(place / "first")
    run = _run(place)
    pack = read_pack(place / "tiny")
    with open_store() as store:
        saved = store.scenarios.create(cases.scenario(str(pack.folder)), pack=str(pack.folder))
        store.runs.keep(run, scenario=saved)
        path = place / "work.zip"
        export_workspace(store, path)
    content = path.read_bytes()
    yield parts.AS_IT_IS + content
    members = parts.unzipped(content)
    _unpacked(members, place / "book")
    for name, part in members.items():
        yield parts.IN_PARTS + parts.joined({name: part})


def _tracking(place: Path) -> Seeds:
    _run(place)
    yield DONE.encode()
    yield "branch;opened\n028-iten;2026-01-31\nTotal;\n".encode("utf-16")


def _roads(place: Path) -> Seeds:
    _ground(place)
    one_way = {"highway": "primary", "oneway": "yes", "maxspeed": "50 mph", "length": 11.1}
    for features in (
        [road(A, B, C, highway="primary"), road(B, D, highway="track", surface="dirt")],
        [road(A, B, **one_way), road(C, D, **(one_way | {"oneway": "-1", "length": "12 km"}))],
        [road(A, B, **{"class": "trunk", "speed_kmh": 80, "minutes": 9.5, "name": "A1"}), road()],
    ):
        text = json.dumps({"type": "FeatureCollection", "features": features})
        yield text.encode()


SEEDS: Mapping[str, Callable[[Path], Seeds]] = {
    "csv": _csv,
    "workbook": _workbook,
    "geojson": _geojson,
    "geopackage": _geopackage,
    "shapefile": _shapefile,
    "zip": _zip,
    "pack.toml": _manifest,
    "pack": _pack,
    "voices": _voices,
    "records": _records,
    "travel": _travel,
    "roads": _roads,
    "scenario": _scenario,
    "run.json": _run_json,
    "run": _run_tables,
    "returned": _returned,
    "tracking": _tracking,
    "workspace": _workspace,
}


def write_seeds(name: str, place: Path) -> Path:
    """Write a reader's first inputs, and the files that it needs beside them; their folder."""
    folder = place / "seeds"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, content in enumerate(SEEDS[name](place)):
        (folder / f"{number:03d}").write_bytes(content)
    return folder


if __name__ == "__main__":
    for reader in sys.argv[2:]:
        write_seeds(reader, Path(sys.argv[1]) / reader)
