"""The files that a pack can be made of: of which kind each is, and where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.pack import (
    customers_file,
    demand_file,
    journeys_file,
    manifest,
    modes_file,
    voices_file,
    voices_tables,
    work_records_file,
)
from planner.pack.columns import SCHEMAS, Schema
from planner.pack.faults import Findings
from planner.pack.header import count_known, find_header
from planner.pack.opening import form_of, is_file, open_grid
from planner.pack.packfile import ENDINGS
from planner.pack.safe_names import unsafe

TABLES = (
    "demand_points",
    "services",
    "visit_types",
    "sites",
    "visits",
    "area_demand",
    "formats",
    "towns",
    "travel",
    "road_changes",
    "work_records",
    *voices_tables.KINDS,
)
NAMED = ("areas", "area_facts", "lakes", "roads", "road_layer", "known_roads", "station_counts")
TEXTS: Mapping[str, str] = {
    "pack": manifest.FILE,
    "demand": demand_file.FILE,
    "customers": customers_file.FILE,
    "journeys": journeys_file.FILE,
    "modes": modes_file.FILE,
    "voices": voices_file.FILE,
}
PARTS = (*TABLES, *NAMED, *TEXTS)  # every kind of file
NEEDED = ("pack", "demand_points", "services", "visit_types", "sites")  # without these, no pack
_ENDINGS = {
    **dict.fromkeys(TABLES, ENDINGS),
    "travel": (*ENDINGS, ".json"),
    "work_records": (Path(work_records_file.FILE).suffix,),
}
_BY_FORM = {"gpkg": ".gpkg", "geojson": ".geojson", "parquet": ".parquet", "pbf": ".osm.pbf"}


def schema_of(kind: str) -> Schema | None:
    """The columns of a kind of file; None for one that is no table."""
    return SCHEMAS.get(kind)


def files_by_kind(folder: Path) -> dict[str, Path]:
    """The files of a pack by their kind, in the order of `PARTS`; those that are not there, not."""
    told = _manifest(folder)
    found: dict[str, Path] = {}
    for kind in PARTS:
        path = _place_now(folder, kind, told)
        if path is not None:
            found[kind] = path
    return found


def place_for(folder: Path, kind: str, content: bytes, name: str) -> Path:
    """Where a file of a kind goes in a pack's folder, by what it holds and what it is called."""
    told = _manifest(folder)
    if kind in TEXTS:
        return folder / TEXTS[kind]
    if kind == "work_records":
        return folder / work_records_file.FILE
    if kind == "station_counts":
        named = _named(told, kind)
        return folder / (named if unsafe(named) is None else "station_counts.csv")
    return folder / f"{kind}{_ending(kind, content, name)}"


def kind_of_file(path: Path) -> str | None:
    """The kind of a file, by its name, else by the columns of its table; None for no known one."""
    stem = path.stem.lower().replace("-", "_").replace(" ", "_")
    if path.suffix.lower() == ".toml":
        return stem if stem in TEXTS else None
    named = [kind for kind in (*TABLES, *NAMED) if stem.startswith(kind)]
    if named:
        return max(named, key=len)
    best: tuple[int, str] | None = None
    for kind in TABLES:
        schema = SCHEMAS[kind]
        grid = open_grid(path, schema, Findings())
        if grid is None or not grid.records:
            continue
        cells = grid.records[find_header(grid, schema)].cells
        known = count_known(cells, schema)
        needed = [each for each in schema.columns if each.required]
        whole = count_known(cells, Schema(kind, tuple(needed), ())) == len(needed)
        if whole and known > 1 and (best is None or known > best[0]):
            best = (known, kind)
    return None if best is None else best[1]


def _place_now(folder: Path, kind: str, told: Mapping[str, Any]) -> Path | None:
    if kind in TEXTS:
        paths = [folder / TEXTS[kind]]
    elif kind in NAMED:
        named = _named(told, kind)
        usual = [folder / "areas.geojson"] if kind == "areas" else []
        paths = [folder / named] if named else usual
    else:
        paths = [folder / f"{kind}{ending}" for ending in _ENDINGS[kind]]
    return next((path.resolve() for path in paths if is_file(path)), None)


def _named(told: Mapping[str, Any], kind: str) -> str:
    value = told.get(kind)
    if kind == "station_counts":
        value = value.get("file") if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _ending(kind: str, content: bytes, name: str) -> str:
    """The ending by which the reader finds a file of this kind."""
    form, given = form_of(content), Path(name).suffix.lower()
    if form in _BY_FORM and not (kind == "travel" and given == ".json"):
        return _BY_FORM[form]
    known = _ENDINGS.get(kind, ENDINGS)
    if given in known:
        return given
    return ".zip" if form == "zip" else ".csv"


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / manifest.FILE).read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}  # the reader of packs says what is wrong with it
