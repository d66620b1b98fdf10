"""Checks a pack or one table before it is taken in, and reports in a form programs can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from planner.errors import Fault, UsageError, in_full, nearest
from planner.pack import voices_tables, work_records_file
from planner.pack.columns import SCHEMAS, Schema
from planner.pack.faults import Findings, listed
from planner.pack.format_joins import check_formats
from planner.pack.frame_file import frame_of
from planner.pack.header import count_known, find_header
from planner.pack.joins import (
    TOWN,
    check_area_demand,
    check_costs,
    check_inside,
    check_places,
    check_turned,
    find_areas,
    join,
    places_from_points,
    read_areas,
    require_places,
    routes_of,
    warn_routes,
    warn_status,
)
from planner.pack.locate import data_root
from planner.pack.matrix_file import read_matrix
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.matrix_table import read_by_rows
from planner.pack.matrix_types import MatrixJoin, MatrixReading, join_of_pack, routes_of_matrix
from planner.pack.matrix_units import warn_units
from planner.pack.memory import lightly
from planner.pack.names import AreaNames, name_key
from planner.pack.number_grammar import total_of
from planner.pack.opening import MOST_UPLOAD_BYTES, open_grid, open_table, read_bytes
from planner.pack.packfile import PackReading, read_pack_into
from planner.pack.ranges import check_ranges
from planner.pack.records import travel_matrix
from planner.pack.road_changes_file import changes_of
from planner.pack.road_layer_file import extent_of_pack, read_roads, road_totals
from planner.pack.stations_file import check_counts
from planner.pack.tables import Row, Table, Value
from planner.pack.travel_types import TravelMatrix
from planner.pack.types import Area, Pack
from planner.pack.voice_types import Voices
from planner.pack.voices_file import with_tables
from planner.pack.voices_tables import VoiceNames, names_of_pack

ROADS = "roads"  # no table: `read_roads` reads it
KINDS = (
    "area_demand",
    "demand_points",
    "sites",
    "formats",
    "visits",
    "travel",
    "areas",
    "towns",
    "work_records",
    *voices_tables.KINDS,
    "survey_frame",
    "station_counts",
    "road_changes",
    ROADS,
)
Verdict = Literal["accept", "warn", "refuse"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        verdict: `refuse` when there are faults, `warn` when there are warnings, else `accept`.
        row_count: The data rows that were read.
        totals: The sums of the columns that count something.
        faults: Every fault.
        warnings: What was understood, left out or looks odd.
        table: The rows as they were understood, each with its row number; None when not asked for.
    """

    verdict: Verdict
    row_count: int
    totals: Mapping[str, float]
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    table: tuple[Mapping[str, Any], ...] | None = None

    def as_json_dict(self) -> dict[str, Any]:
        """The report as plain values; of a thousand faults of one kind the rest is counted."""
        told: dict[str, Any] = {
            "verdict": self.verdict,
            "row_count": self.row_count,
            "totals": dict(self.totals),
            "faults": [fault.as_dict() for fault in in_full(self.faults)],
            "warnings": list(self.warnings),
        }
        if self.table is not None:
            told["table"] = [dict(row) for row in self.table]
        return told


def check_pack(folder: Path) -> CheckReport:
    """Checks every file of a pack and the joins between them."""
    findings = Findings()
    reading = read_pack_into(Path(folder), findings)
    pack = reading.pack
    roads = _check_road_layer(reading, findings)
    if pack is None or findings.faults:
        return _report(findings, reading.row_count, {}, None)
    totals: dict[str, float] = {
        "areas": len(pack.areas),
        "demand_points": len(pack.demand_points),
        "services": len(pack.services),
        "visit_types": len(pack.visit_types),
        "sites": len(pack.sites),
        "population": total_of([_tidy(point.population) for point in pack.demand_points]),
        "capital_kes": sum(site.capital_kes for site in pack.sites),
        "annual_cost_kes": sum(site.annual_cost_kes for site in pack.sites),
    }
    visits = pack.visits or pack.area_demand
    if visits is not None:
        totals["visits_per_year"] = total_of([_tidy(row.visits_per_year) for row in visits])
    totals |= roads
    return _report(findings, reading.row_count, totals, None)


@lightly()
def check_table(
    file: Path,
    kind: str,
    with_files: Sequence[Path] = (),
    rows: bool = False,
    pack: Pack | None = None,
) -> CheckReport:
    """Checks one table before it is taken into a pack.

    Args:
        file: The table: CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile, at most 20 MB.
        kind: One of `KINDS`; hyphens are as good as underscores. `roads` is a road layer, of any
            size that can be read.
        with_files: Tables (or folders of packs) that it must join to; their kind is recognised.
        rows: Whether the rows as understood are part of the report.
        pack: A pack that it must join to.

    Raises:
        UsageError: When there is no such kind, or rows are asked for of a road layer.
    """
    name = _kind(kind)
    findings = Findings()
    known = _Known() if pack is None else _known_of(pack)
    for each in with_files:
        known = _with_file(known, Path(each), findings)
    if name == ROADS:
        if rows:
            raise UsageError("A road layer has no rows to list; leave out --rows.")
        return _check_roads(Path(file), known.pack, findings)
    schema = SCHEMAS[name]
    if read_bytes(Path(file), findings, MOST_UPLOAD_BYTES) is None:
        return _report(findings, 0, {}, [] if rows else None)
    if schema.kind == "work_records":
        return _check_records(Path(file), known.pack, findings, rows)
    if schema.kind == "travel":
        join_to, said = _matrix_join(known), MatrixChoices()
        quick = None if rows else read_matrix(Path(file), join_to, said, findings)
        read = quick or read_by_rows(Path(file), join_to, said, findings)
        if isinstance(read, MatrixReading):
            return _check_matrix(read, known, findings, rows)
        table = read
    else:
        table = open_table(Path(file), schema, findings)
    if table is None:
        return _report(findings, 0, {}, [] if rows else None)
    codes: dict[int, str] = {}
    if schema.geometry == "point":
        table = places_from_points(table, findings)
        system = check_places(table, findings)
        if system == "none":
            _missing_places(table, findings)
        require_places(table, system, findings)
    if schema.kind in {"area_demand", "demand_points", "sites"}:
        codes = _join_areas(table, known, findings)
    if schema.kind == "areas":
        read_areas(table, findings)
        if not table.mapped:
            findings.warn(f"{table.file}: areas without outlines, so places cannot be checked")
    if schema.kind == "sites":
        warn_status(table, findings)
        check_formats(table, None, None, findings, is_format_file_there=True)
    if schema.kind == "towns" and known.areas is not None:
        check_turned(table, known.areas, TOWN, findings)
    if schema.kind == "area_demand":
        check_area_demand(table, codes, findings)
    if schema.kind in {"area_demand", "visits"}:
        check_ranges(table, findings)
    if schema.kind == "station_counts":
        check_counts(table, findings)
    if schema.kind == "road_changes":
        changes_of(table, findings, None if known.pack is None else extent_of_pack(known.pack))
    if schema.kind == "survey_frame":
        frame_of(table, findings)
    if schema.kind in voices_tables.KINDS:
        voices = Voices() if known.pack is None else known.pack.voices
        with_tables(voices, {schema.kind: table}, _voice_names(known), findings)
    _join_ids(table, known, findings)
    understood = None
    if rows:
        understood = [_understood(table, schema, row, codes) for row in table.rows]
    return _report(findings, len(table.rows), table.totals(schema), understood)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a table can be joined to; None where it was not given.

    `pack` is all of it, where a whole pack without faults was given.
    """

    areas: tuple[Area, ...] | None = None
    demand_points: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    services: frozenset[str] | None = None
    visit_types: frozenset[str] | None = None
    formats: frozenset[str] | None = None
    pack: Pack | None = None


def _voice_names(known: _Known) -> VoiceNames:
    """What tables of voices are joined to: a pack's names, else the ids of the tables given."""
    if known.pack is not None:
        return names_of_pack(known.pack)
    return VoiceNames(
        None if known.sites is None else {each: each for each in known.sites},
        None if known.services is None else {each: each for each in known.services},
        areas=None if known.areas is None else {each.code: each.name for each in known.areas},
    )


def _kind(kind: str) -> str:
    name = kind.strip().lower().replace("-", "_")
    if name not in KINDS:
        near = nearest(name, KINDS)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no table of kind {kind}. Known: {', '.join(KINDS)}.{hint}")
    return name


def _check_roads(file: Path, pack: Pack | None, findings: Findings) -> CheckReport:
    """A road layer; with a pack its speeds by class count, and its places tell where to look."""
    if pack is None:
        findings.warn(
            f"{file.name}: whether the roads lie near the places was not checked, as no sound pack"
            " was given to join to"
        )
    speeds = {} if pack is None else pack.travel.class_speed_kmh
    places = None if pack is None else extent_of_pack(pack)
    reading = read_roads(file, speeds, findings, places)
    return _report(findings, reading.road_count, road_totals(reading), None)


def _check_road_layer(reading: PackReading, findings: Findings) -> dict[str, float]:
    """Checks the road layer that a pack names, also where the pack has other faults."""
    manifest = reading.manifest
    if manifest is None or manifest.road_layer is None:
        return {}
    places = None if reading.pack is None else extent_of_pack(reading.pack)
    speeds = manifest.travel.class_speed_kmh
    return road_totals(read_roads(manifest.road_layer, speeds, findings, places))


def _known_of(pack: Pack) -> _Known:
    return _Known(
        areas=pack.areas,
        demand_points=frozenset(point.id for point in pack.demand_points),
        sites=frozenset(site.id for site in pack.sites),
        services=frozenset(service.id for service in pack.services),
        visit_types=frozenset(each.id for each in pack.visit_types),
        formats=frozenset(each.id for each in pack.formats),
        pack=pack,
    )


def _with_file(known: _Known, path: Path, findings: Findings) -> _Known:
    """Adds what a table or a pack names to what is known."""
    if path.is_dir():
        own = Findings()
        reading = read_pack_into(path, own)
        findings.take_faults(own)
        return _Known(areas=reading.areas, **reading.ids, pack=reading.pack)
    schema = _recognise(path, findings)
    if schema is None:
        return known
    own = Findings()
    table = open_table(path, schema, own)
    areas = read_areas(table, own) if table is not None and schema.kind == "areas" else None
    findings.take_faults(own)
    if table is None:
        return known
    if areas is not None:
        return replace(known, areas=areas) if table.complete("code", "name") else known
    if not table.complete("id"):
        return known
    ids = frozenset(row.text("id") for row in table.rows)
    if schema.kind == "demand_points":
        return replace(known, demand_points=ids)
    if schema.kind == "sites":
        return replace(known, sites=ids)
    if schema.kind == "services":
        return replace(known, services=ids)
    if schema.kind == "formats":
        return replace(known, formats=ids)
    return replace(known, visit_types=ids)


def _recognise(path: Path, findings: Findings) -> Schema | None:
    """The kind of a table given to join to: by its name, else by its columns."""
    kinds = ("areas", "demand_points", "sites", "visit_types", "services", "formats")
    stem = path.stem.lower().replace("-", "_")
    for kind in kinds:
        if stem.startswith(kind):
            return SCHEMAS[kind]
    best: tuple[int, Schema] | None = None
    for kind in kinds:
        quiet = Findings()
        grid = open_grid(path, SCHEMAS[kind], quiet)
        if grid is None:
            if kind == kinds[0]:
                findings.take_faults(quiet)
                return None
            continue
        cells = grid.records[find_header(grid, SCHEMAS[kind])].cells
        required = replace(
            SCHEMAS[kind], columns=tuple(each for each in SCHEMAS[kind].columns if each.required)
        )
        complete = count_known(cells, required) >= len(required.columns)
        score = count_known(cells, SCHEMAS[kind]) if complete else 0
        if score and (best is None or score > best[0]):
            best = (score, SCHEMAS[kind])
    if best is None:
        findings.fault(
            path.name, None, None, "a table of no known kind",
            "areas, demand_points, sites, visit_types, services or formats",
            "Name the file after what it holds",
        )  # fmt: skip
        return None
    return best[1]


def _check_records(file: Path, pack: Pack | None, findings: Findings, rows: bool) -> CheckReport:
    """Daily records join to a whole pack: its branches, services, areas and opening days."""
    known = work_records_file.Known()
    if pack is None:
        findings.warn(
            f"{file.name}: branches, services, divisions and areas were not checked, and opening"
            " days are Monday to Friday, as no sound pack was given to join to"
        )
    else:
        known = work_records_file.Known(
            pack.sites, pack.services, pack.visit_types, pack.areas, pack.customers.opening
        )
    reading = work_records_file.read_work_records(file, known, findings)
    if reading is None:
        return _report(findings, 0, {}, [] if rows else None)
    schema, table = SCHEMAS["work_records"], reading.table
    told = None
    if rows:
        read = work_records_file.understood(reading, known)
        told = [_understood(read, schema, row, {}) for row in read.rows]
    return _report(findings, len(table.rows), table.totals(schema), told)


def _matrix_join(known: _Known) -> MatrixJoin:
    """What a matrix is joined to: a pack in its order, else the ids that tables give."""
    if known.pack is not None:
        return join_of_pack(known.pack)
    ids = (_travel_points(known), known.sites)
    start, end = (None if each is None else tuple(sorted(each)) for each in ids)
    return MatrixJoin(start, end, is_ordered=False)


def _travel_points(known: _Known) -> frozenset[str] | None:
    """The ids of demand points; areas stand for them where only those are given."""
    if known.demand_points is None and known.areas is not None:
        return frozenset(area.code for area in known.areas)
    return known.demand_points


def _check_matrix(
    reading: MatrixReading, known: _Known, findings: Findings, rows: bool
) -> CheckReport:
    """A matrix of another program, joined already: what it leaves without a route is told."""
    given = {"demand_point": _travel_points(known), "site": known.sites}
    unchecked = [name for name, ids in given.items() if ids is None]
    if unchecked:
        findings.warn(
            f"{reading.matrix.file}: {', '.join(unchecked)} not checked, as no table was given to"
            " join to"
        )
    points, sites = ({each: each for each in ids} for ids in (reading.points, reading.sites))
    routes = routes_of_matrix(reading.matrix, reading.points, reading.sites)
    warn_routes(routes, points, sites, findings)
    _warn_units(reading.matrix, known, findings)
    return _report(findings, reading.row_count, {}, reading.as_rows() if rows else None)


def _missing_places(table: Table, findings: Findings) -> None:
    for name in ("lat", "lon"):
        findings.fault(
            table.file, 1, name, f"missing column: {name}", f"a column named {name}",
            f"Found: {listed(sorted(table.columns), 40)}. x and y in metres will do too",
        )  # fmt: skip


def _join_areas(table: Table, known: _Known, findings: Findings) -> dict[int, str]:
    """The area of each row; the built-in counties stand in where no areas were given."""
    areas = known.areas
    if areas is None:
        areas = _counties(table)
        if areas is None:
            findings.warn(f"{table.file}: areas were not checked, as none were given to join to")
            return {}
        findings.warn(f"{table.file}: no areas were given; checked against the built-in counties")
    codes = find_areas(table, AreaNames(areas), findings)
    if table.kind != "area_demand":
        strict = table.kind == "sites"
        check_inside(table, areas, codes, findings, strict=strict)
    return codes


def _counties(table: Table) -> tuple[Area, ...] | None:
    """The built-in counties when the table means them: always for demand by area, else by half."""
    path = data_root() / "counties" / "counties.geojson"
    if not path.is_file():
        return None
    quiet = Findings()
    read = open_table(path, SCHEMAS["areas"], quiet)
    if read is None or quiet.faults:
        return None
    areas = read_areas(read, quiet)
    names = AreaNames(areas)
    if table.kind == "area_demand":
        return areas
    given = {row.text("area") for row in table.rows} - {""}
    meant = sum(1 for text in given if not text.isdigit() and names.find(text) is not None)
    coded = sum(1 for text in given if text.isdigit() and names.find(text) is not None)
    keys = [name_key(area.name) for area in areas]
    close = any(nearest(name_key(text), keys) == [name_key(text)] for text in given)
    return areas if given and (2 * (meant + coded) >= len(given) or close) else None


def _join_ids(table: Table, known: _Known, findings: Findings) -> None:
    points = _travel_points(known) if table.kind == "travel" else known.demand_points
    wanted = {
        "sites": (
            ("services_today", known.services, "service"),
            ("formats", known.formats, "format"),
            ("format_today", known.formats, "format"),
        ),
        "formats": (("services", known.services, "service"),),
        "visits": (
            ("demand_point", points, "demand point"),
            ("visit_type", known.visit_types, "visit type"),
        ),
        "area_demand": (("visit_type", known.visit_types, "visit type"),),
        "travel": (("demand_point", points, "demand point"), ("site", known.sites, "site")),
        "station_counts": (("site", known.sites, "site"),),
    }.get(table.kind, ())
    unchecked = []
    for column, ids, noun in wanted:
        if column not in table.columns:
            continue
        if ids is None:
            unchecked.append(column)
        else:
            join(table, column, ids, noun, findings)
    if unchecked:
        findings.warn(
            f"{table.file}: {', '.join(unchecked)} not checked, as no table was given to join to"
        )
    if table.kind == "travel":
        check_costs(table, findings)
        _warn_routes(table, points, known, findings)


def _warn_routes(
    table: Table,
    points: frozenset[str] | None,
    known: _Known,
    findings: Findings,
) -> None:
    """Says what a matrix leaves without a route; not while faults could be the reason."""
    if any(fault.file == table.file for fault in findings.faults):
        return
    given = {row.text("demand_point"): None for row in table.rows} if points is None else points
    sites = known.sites
    to = {row.text("site"): None for row in table.rows} if sites is None else sites
    names = [{each: each for each in sorted(ids)} for ids in (given, to)]
    warn_routes(routes_of(table, given, to), names[0], names[1], findings)
    if known.pack is not None:
        ends = ([each.id for each in known.pack.demand_points], [s.id for s in known.pack.sites])
        _warn_units(travel_matrix(table, *ends), known, findings)


def _warn_units(matrix: TravelMatrix, known: _Known, findings: Findings) -> None:
    """Says what cannot be minutes or kilometres; the form of a program says its units itself."""
    places = None if known.pack is None else join_of_pack(known.pack).places
    if places is not None and not matrix.words:
        warn_units(matrix, places, findings)


def _understood(table: Table, schema: Schema, row: Row, codes: Mapping[int, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"row": row.number}
    for column in schema.columns:
        if column.name in table.columns:
            value: Value = row.values.get(column.name)
            told[column.name] = ";".join(value) if isinstance(value, tuple) else value
    if row.number in codes:
        told["area"] = codes[row.number]
    if schema.kind == "sites" and not row.text("status"):
        told["status"] = "candidate"
    return told


def _report(
    findings: Findings,
    row_count: int,
    totals: Mapping[str, float],
    table: Sequence[Mapping[str, Any]] | None,
) -> CheckReport:
    verdict: Verdict = "refuse" if findings.faults else "warn" if findings.warnings else "accept"
    return CheckReport(
        verdict,
        row_count,
        totals,
        tuple(findings.faults),
        tuple(findings.warnings),
        None if table is None else tuple(table),
    )


def _tidy(value: float) -> float:
    return int(value) if value == int(value) else value
