"""First inputs of the readers of packs and of what is joined to them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.fuzz import parts
from benchmarks.fuzz.seeds.ground import AREA_DEMAND, RECORDS, TOWNS, TRAVEL, Seeds, pack_in
from planner.pack import builtin_packs, find_pack
from tests.pack import (
    matrices,
    osm,
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
from tests.test_scenario import FULL


def _manifest(place: Path) -> Seeds:
    pack = pack_in(place)
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
    pack_in(place)
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
    pack_in(place)
    given = {
        "voices.toml": test_voices.VOICES, "survey.csv": test_voices.SURVEY,
        "audit.csv": test_voices.AUDIT, "actions.csv": test_voices.ACTIONS,
        "comments.csv": test_voices.COMMENTS,
    }  # fmt: skip
    for name, text in given.items():
        yield parts.joined({name: text.encode()})
    yield parts.joined({name: text.encode() for name, text in given.items()})


def _travel(place: Path) -> Seeds:
    pack_in(place)
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


def _roads(place: Path) -> Seeds:
    pack_in(place)
    one_way = {"highway": "primary", "oneway": "yes", "maxspeed": "50 mph", "length": 11.1}
    for features in (
        [road(A, B, C, highway="primary"), road(B, D, highway="track", surface="dirt")],
        [road(A, B, **one_way), road(C, D, **(one_way | {"oneway": "-1", "length": "12 km"}))],
        [road(A, B, **{"class": "trunk", "speed_kmh": 80, "minutes": 9.5, "name": "A1"}), road()],
    ):
        text = json.dumps({"type": "FeatureCollection", "features": features})
        yield text.encode()


def _parquet(place: Path) -> Seeds:
    pack_in(place)
    for table in (matrices.osrm, matrices.valhalla, matrices.r5py, matrices.own):
        columns = pa.table(table())
        for plain in (True, False):
            out = io.BytesIO()
            pq.write_table(columns, out, compression="none", use_dictionary=not plain)
            yield b"a" + out.getvalue()


def _extract(place: Path) -> Seeds:
    pack_in(place)
    nodes = dict(enumerate((A, B, C, D), start=1))
    for number, ways in enumerate((
        {1: ([1, 2, 3], {"highway": "primary"}), 2: ([2, 4], {"highway": "track"})},
        {7: ([1, 2], {"highway": "trunk", "oneway": "-1", "maxspeed": "50 mph", "ferry": "no"})},
        {1: ([1, 2, 9], {"highway": "service", "surface": "dirt"}), 2: ([], {"highway": "path"})},
    )):  # fmt: skip
        yield osm.extract(place / f"{number}.osm.pbf", nodes, ways).read_bytes()


def _scenario(place: Path) -> Seeds:
    pack_in(place)
    yield FULL.encode()
    for pack in builtin_packs():
        for path in sorted((find_pack(pack) / "scenarios").glob("*.toml")):
            yield path.read_bytes()


SEEDS: Mapping[str, Callable[[Path], Seeds]] = {
    "pack.toml": _manifest,
    "pack": _pack,
    "voices": _voices,
    "travel": _travel,
    "parquet": _parquet,
    "roads": _roads,
    "pbf": _extract,
    "scenario": _scenario,
}
