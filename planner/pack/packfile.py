"""Reads a whole data pack: every fault of every file at once, or a checked `Pack`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.errors import InputError
from planner.pack import (
    customers_file,
    demand_file,
    facts_file,
    journeys_file,
    modes_file,
    records,
    voices_tables,
    work_records_file,
)
from planner.pack.areas_used import check_area_lists, check_areas_used
from planner.pack.columns import SCHEMAS
from planner.pack.customer_types import Customers, StationCounts, WorkRecords
from planner.pack.customers_joins import Joins
from planner.pack.faults import Findings, listed
from planner.pack.figures import Mark
from planner.pack.format_joins import check_formats, warn_counter_minutes
from planner.pack.joins import (
    TOWN,
    Routes,
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
from planner.pack.journey_types import Journey
from planner.pack.lakes_file import read_lakes
from planner.pack.manifest import FILE, Manifest, read_manifest
from planner.pack.matrix_file import read_matrix
from planner.pack.matrix_programs import MatrixChoices
from planner.pack.matrix_table import read_by_rows
from planner.pack.matrix_types import MatrixJoin, MatrixReading, routes_of_matrix
from planner.pack.matrix_units import places_of_rows, warn_units
from planner.pack.memory import lightly
from planner.pack.names import AreaNames
from planner.pack.opening import is_file, open_table
from planner.pack.ranges import check_ranges
from planner.pack.road_changes_file import changes_of
from planner.pack.road_layer_file import read_road_layer
from planner.pack.road_place import extent_of_rows
from planner.pack.row_order import in_order
from planner.pack.spread import shared_equally, spread_population
from planner.pack.stations_file import read_stations
from planner.pack.tables import Row, Table
from planner.pack.travel_types import KnownRoad, RoadChange, TravelMatrix, TravelMode
from planner.pack.types import (
    Area,
    DemandPoint,
    DemandRates,
    Pack,
    Service,
    Site,
    VisitRow,
    VisitType,
)
from planner.pack.voice_types import Voices
from planner.pack.voices_doubt import as_far_as_read
from planner.pack.voices_file import read_voices_toml, with_tables

ENDINGS = (".csv", ".xlsx", ".geojson", ".gpkg", ".zip", ".parquet")
_JOINED_TO = ("demand_points", "sites", "services", "visit_types", "formats")


def read_pack(folder: Path, *, as_filed: bool = False) -> Pack:
    """Reads and checks the pack in a folder.

    Args:
        folder: The pack's folder.
        as_filed: Whether rows and roads stand as in the files, not in the pack's own order.

    Raises:
        InputError: With every fault of all its files; joins are not judged against a table whose
            own ids could not all be read.
    """
    findings = Findings()
    pack = read_pack_into(Path(folder), findings, as_filed=as_filed).pack
    if findings.faults or pack is None:
        raise InputError(findings.faults)
    return pack


@dataclass(frozen=True, slots=True)
class PackReading:
    """What one reading of a pack gave.

    Attributes:
        pack: The pack, None when there are faults.
        row_count: The data rows that were read from its tables.
        areas: The areas, None when they could not all be read.
        ids: The ids of each kind of table whose ids could all be read.
        manifest: What `pack.toml` says; None where there is none.
    """

    pack: Pack | None = None
    row_count: int = 0
    areas: tuple[Area, ...] | None = None
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    manifest: Manifest | None = None


def read_pack_with_matrix(folder: Path, file: Path, choices: MatrixChoices) -> Pack:
    """Reads and checks the pack in a folder with a travel matrix in place of its own.

    Raises:
        InputError: With every fault of the matrix and of the pack's other files.
    """
    findings = Findings()
    pack = read_pack_into(Path(folder), findings, (Path(file), choices)).pack
    if findings.faults or pack is None:
        raise InputError(findings.faults)
    return pack


@lightly()
def read_pack_into(
    folder: Path,
    findings: Findings,
    travel: tuple[Path, MatrixChoices] | None = None,
    *,
    as_filed: bool = False,
) -> PackReading:
    """Reads a pack and notes all that was found; the pack is None when there are faults.

    `travel` is a matrix to read in place of the pack's own, with what a person says of it.
    """
    if not is_file(folder / FILE, findings):
        if not findings.faults:
            findings.fault(
                FILE, None, None, "no pack.toml", f"{FILE} in the pack's folder",
                "Name a pack's folder",
            )  # fmt: skip
        return PackReading()
    reading = _Reading(folder, findings, travel=travel)
    manifest = read_manifest(folder, findings)
    pack = reading.pack(manifest)
    if pack is not None:
        pack = replace(pack, as_filed=True) if as_filed else in_order(pack)
    tables = [each for each in reading.tables.values() if each is not None]
    ids = {kind: reading.known(kind) for kind in _JOINED_TO}
    if "formats" not in reading.tables:
        ids["formats"] = set()
    return PackReading(
        pack,
        sum(len(table.rows) for table in tables)
        + (0 if reading.matrix is None else reading.matrix.row_count),
        reading.areas,
        {kind: frozenset(each) for kind, each in ids.items() if each is not None},
        manifest,
    )


@dataclass(slots=True)
class _Reading:
    """The tables of one pack while they are read and joined; it ends with the reading."""

    folder: Path
    findings: Findings
    tables: dict[str, Table | None] = field(default_factory=dict)
    areas: tuple[Area, ...] | None = None
    matrix: MatrixReading | None = None
    travel: tuple[Path, MatrixChoices] | None = None
    facts: dict[Path, facts_file.Facts | None] = field(default_factory=dict)

    def pack(self, manifest: Manifest) -> Pack | None:
        for kind in ("demand_points", "sites", "services", "visit_types"):
            self._read(kind, required=True)
        for kind in ("visits", "area_demand", "formats", "towns", *voices_tables.KINDS):
            self._read(kind)
        travel_files = [self.travel[0]] if self.travel else self._files("travel")
        self._read("road_changes")
        areas = self.areas = self._areas(manifest)
        names = AreaNames(areas or ())
        point_area = self._area_codes("demand_points", areas, names)
        site_area = self._area_codes("sites", areas, names)
        demand_area = self._area_codes("area_demand", areas, names)
        self._check_geography(areas or (), point_area, site_area, has_matrix=bool(travel_files))
        self._read_travel(travel_files, manifest)
        self._check_ids()
        self._check_formats(manifest)
        voices = self._voices()
        check_area_lists(manifest, areas, self.findings)
        facts = self._facts(manifest)
        rates = self._rates(facts, point_area)
        customers = self._customers(facts, point_area)
        modes = self._modes(customers)
        work_records = self._work_records(areas, customers)
        journeys = self._journeys()
        stations = self._stations(manifest)
        self._check_demand()
        table = self._table("area_demand")
        if table is not None:
            check_area_demand(table, demand_area, self.findings)
        for kind in ("visits", "area_demand"):
            if (told := self._table(kind)) is not None:
                check_ranges(told, self.findings)
        if areas is not None:
            check_areas_used(
                self._table("demand_points"),
                self._table("area_demand"),
                areas,
                point_area,
                demand_area,
                self.findings,
            )
        known_roads = self._known_roads(manifest)
        road_changes = self._road_changes()
        if manifest.lakes is not None:
            read_lakes(manifest.lakes, self.findings)
        self._check_coarse_roads(manifest)
        if self.findings.faults or areas is None:
            rows = self._rows("demand_points")
            self._warn_routes({row.text("id") for row in rows if not row.values.get("population")})
            return None
        points = self._points(point_area, demand_area)
        area_demand = self._area_visits(demand_area)
        table = self._table("visits")
        visits = None if table is None else records.visit_rows(table)
        equally = shared_equally(points, rates, area_demand)
        if equally:
            file = demand_file.FILE if rates is not None else "area_demand.csv"
            shared = [area.name for area in areas if area.code in equally]
            self.findings.warn(
                f"{file}: visits shared equally over an area's demand points, as none of them has"
                f" people: {listed(shared)}"
            )
        asked = {row.demand_point for row in visits or () if row.visits_per_year}
        matrix = self._travel_matrix(manifest)
        if matrix is not None and matrix.has_costs_only:
            self.findings.warn("travel: costs only; minutes and km are unknown and shown as 0")
        if matrix is not None and all(
            point.lat is not None or point.x is not None for point in points
        ):
            self.findings.warn(
                'travel: used by scenarios with travel.model = "matrix"; where that is left out, '
                "travel is measured between the places"
            )
        self._warn_routes(
            {
                point.id
                for point in points
                if not point.population and point.id not in asked and point.area not in equally
            }
        )
        return Pack(
            id=manifest.id,
            name=manifest.name,
            folder=self.folder,
            currency=manifest.currency,
            year=manifest.year,
            area_label=manifest.area_label,
            area_label_sw=manifest.area_label_sw,
            first_scenario=manifest.first_scenario,
            first_start=manifest.first_start,
            limits=manifest.limits,
            limits_sw=manifest.limits_sw,
            attribution=manifest.attribution,
            areas=areas,
            demand_points=points,
            services=self._services(),
            visit_types=self._visit_types(),
            sites=self._sites(site_area),
            visits=visits,
            rates=rates,
            area_demand=area_demand,
            travel=manifest.travel,
            counter_minutes_per_year=manifest.counter_minutes_per_year,
            formats=tuple(records.format_of(row) for row in self._rows("formats")),
            travel_matrix=matrix,
            known_roads=known_roads,
            road_changes=road_changes,
            towns=tuple(records.town(row) for row in self._rows("towns")),
            modes=modes,
            dense_areas=frozenset(manifest.dense_areas),
            area_facts={} if facts is None else facts.values,
            voices=voices,
            customers=customers,
            work_records=work_records,
            journeys=journeys,
            stations=stations,
            lakes=manifest.lakes,
            roads=manifest.roads,
            road_layer=manifest.road_layer,
            warnings=tuple(self.findings.warnings),
        )

    # -- files ------------------------------------------------------------------------------

    def _files(self, kind: str) -> list[Path]:
        """The file of a kind, under whichever ending it is there; two are a fault."""
        endings = (*ENDINGS, ".json") if kind == "travel" else ENDINGS
        there = [self.folder / f"{kind}{end}" for end in endings]
        there = [path for path in there if is_file(path, self.findings)]
        if len(there) > 1:
            self.findings.fault(
                there[1].name, None, None, f"also {there[0].name}", "one file for each table", ""
            )
        return there

    def _read_travel(self, there: Sequence[Path], manifest: Manifest) -> None:
        """Reads the matrix by columns where that is possible, else row by row."""
        if not there:
            return
        choices = MatrixChoices() if self.travel is None else self.travel[1]
        join = self._matrix_join(manifest)
        if len(there) == 1:
            self.matrix = read_matrix(there[0], join, choices, self.findings)
        if self.matrix is None:
            read = read_by_rows(there[0], join, choices, self.findings)
            if isinstance(read, MatrixReading):
                self.matrix = read
            else:
                self.tables["travel"] = read

    def _matrix_join(self, manifest: Manifest) -> MatrixJoin:
        """The ids and places that a matrix is joined to, as far as they could be read."""
        ids = {
            kind: None if self.known(kind) is None else tuple(self._ids(kind))
            for kind in ("demand_points", "sites")
        }
        places = places_of_rows(
            [row.values for row in self._rows("demand_points")],
            [row.values for row in self._rows("sites")],
            manifest.travel.circuity.value,
        )
        whole = all(each is not None for each in ids.values())
        return MatrixJoin(ids["demand_points"], ids["sites"], places if whole else None)

    def _ids(self, kind: str) -> list[str]:
        return [row.text("id") for row in self._rows(kind)]

    def _travel_matrix(self, manifest: Manifest) -> TravelMatrix | None:
        table = self._table("travel")
        if self.matrix is not None:
            matrix = self.matrix.matrix
        elif table is not None:
            matrix = records.travel_matrix(table, self._ids("demand_points"), self._ids("sites"))
        else:
            return None
        places = self._matrix_join(manifest).places
        if places is not None and not matrix.words:
            warn_units(matrix, places, self.findings)
        return matrix

    def _read(self, kind: str, *, required: bool = False) -> None:
        """Reads the table of a kind."""
        there = self._files(kind)
        if there:
            self.tables[kind] = open_table(there[0], SCHEMAS[kind], self.findings)
        elif required:
            self.tables[kind] = None
            if self.findings.places_in(f"{kind}.csv"):
                return  # what stands there is no file, which has been said
            self.findings.fault(
                f"{kind}.csv", None, None, "no such file", f"a table of {kind}",
                f"Columns: {listed(each.name for each in SCHEMAS[kind].columns if each.required)}",
            )  # fmt: skip

    def _table(self, kind: str) -> Table | None:
        return self.tables.get(kind)

    def _clean(self, *kinds: str) -> bool:
        """Whether these tables are there without a fault, so that what they lack can be noted."""
        at_fault = {fault.file for fault in self.findings.faults}
        tables = [self.tables.get(kind) for kind in kinds]
        return all(each is not None and each.file not in at_fault for each in tables)

    def _voices(self) -> Voices:
        sites, services = (
            {row.text("id"): row.text("name") for row in self._rows(kind)}
            if self._readable(kind, "id", "name")
            else None
            for kind in ("sites", "services")
        )
        voices = read_voices_toml(self.folder, sites, services, self.findings)
        divisions = self._divisions()
        tables = {kind: each for kind in voices_tables.KINDS if (each := self._table(kind))}
        known = voices_tables.names_of(
            voices,
            sites,
            services,
            divisions,
            None if self.areas is None else {each.code: each.name for each in self.areas},
        )
        known = as_far_as_read(known, voices, self.findings)
        return with_tables(voices, tables, known, self.findings)

    def _divisions(self) -> list[str]:
        """The division of each service, else its name; none where they could not all be read."""
        if not self._readable("services", "id", "name", "division"):
            return []
        return [row.text("division") or row.text("name") for row in self._rows("services")]

    def _facts(self, manifest: Manifest) -> facts_file.Facts | None:
        if manifest.area_facts is None:
            return facts_file.NO_FACTS
        return self._read_facts(manifest.area_facts)

    def _read_facts(self, path: Path) -> facts_file.Facts | None:
        """A table of facts, read once however many files name it."""
        if path not in self.facts:
            self.facts[path] = facts_file.read_facts(path, self.findings)
        return self.facts[path]

    def _known_roads(self, manifest: Manifest) -> tuple[KnownRoad, ...]:
        if manifest.known_roads is None:
            return ()
        table = open_table(manifest.known_roads, SCHEMAS["known_roads"], self.findings)
        return () if table is None else tuple(records.known_road(row) for row in table.rows)

    def _check_coarse_roads(self, manifest: Manifest) -> None:
        """The faults of roads that travel is measured on; as a picture they may be anything."""
        if manifest.roads is None or manifest.travel.model != "network":
            return
        found = Findings()  # its warnings speak of roads alone, and links join what these leave
        read_road_layer(manifest.roads, {}, found, needs_speed=False)
        self.findings.take_faults(found)

    def _road_changes(self) -> tuple[RoadChange, ...]:
        table = self._table("road_changes")
        places = [row.values for kind in ("demand_points", "sites") for row in self._rows(kind)]
        return () if table is None else changes_of(table, self.findings, extent_of_rows(places))

    def _stations(self, manifest: Manifest) -> StationCounts | None:
        if manifest.stations is None:
            return None
        known = self.known("sites"), self.known("visit_types")
        return read_stations(manifest.stations, *known, self.findings)

    def _work_records(
        self, areas: tuple[Area, ...] | None, customers: Customers
    ) -> WorkRecords | None:
        there = self._files("work_records")
        if not there:
            return None
        done = ("services", "services_done")
        known = work_records_file.Known(
            self._sites({}) if self._readable("sites", "id", "name") else None,
            self._services() if self._readable("services", "id", "name", "division") else None,
            self._visit_types() if self._readable("visit_types", "id", "name", *done) else None,
            areas,
            customers.opening,
        )
        reading = work_records_file.read_work_records(there[0], known, self.findings)
        self.tables["work_records"] = None if reading is None else reading.table
        return None if reading is None else reading.records

    # -- areas ------------------------------------------------------------------------------

    def _areas(self, manifest: Manifest) -> tuple[Area, ...] | None:
        """The areas of the file, or of the labels in the tables; None when they are at fault."""
        path = manifest.areas
        usual = self.folder / "areas.geojson"
        if path is None and is_file(usual, self.findings):
            path = usual
        if path is not None:
            table = open_table(path, SCHEMAS["areas"], self.findings)
            self.tables["areas"] = table
            if table is None:
                return None
            areas = read_areas(table, self.findings)
            return areas if self._readable("areas", "code", "name") else None
        if any(
            each.file == FILE and (each.column == "areas" or each.column is None)
            for each in self.findings.faults
        ):
            return None
        labels: dict[str, None] = {}
        for kind in ("demand_points", "sites"):
            table = self._table(kind)
            if table is None or not table.complete("area"):
                return None
            labels.update(dict.fromkeys(row.text("area") for row in table.rows))
        return tuple(Area(label, label) for label in labels if label)

    def _area_codes(
        self, kind: str, areas: tuple[Area, ...] | None, names: AreaNames
    ) -> dict[int, str]:
        table = self._table(kind)
        if table is None or areas is None:
            return {}
        return find_areas(table, names, self.findings)

    def _check_geography(
        self,
        areas: Sequence[Area],
        point_area: Mapping[int, str],
        site_area: Mapping[int, str],
        *,
        has_matrix: bool,
    ) -> None:
        if (towns := self._table("towns")) is not None:
            check_turned(towns, areas, TOWN, self.findings)
        systems: dict[str, str] = {}
        for kind, codes in (("demand_points", point_area), ("sites", site_area)):
            table = self._table(kind)
            if table is None:
                continue
            table = places_from_points(table, self.findings)
            self.tables[kind] = table
            systems[kind] = check_places(table, self.findings)
            require_places(table, systems[kind], self.findings)
            if systems[kind] in {"degrees", "metres"}:
                check_inside(table, areas, codes, self.findings, strict=kind == "sites")
        if len(systems) < 2 or "mixed" in systems.values():
            return
        points, sites = systems["demand_points"], systems["sites"]
        if points != sites:
            words = {"degrees": "lat, lon", "metres": "x, y", "none": "no places"}
            self.findings.fault(
                "sites.csv", None, None, words[sites], words[points],
                "Demand points and sites must give their places in the same way",
            )  # fmt: skip
        elif points == "none" and not has_matrix:
            self.findings.fault(
                "demand_points.csv", 1, "lat", "no places and no travel matrix",
                "lat and lon, or x and y, or travel.csv",
                "Without places, travel must be given for each pair",
            )  # fmt: skip

    # -- joins ------------------------------------------------------------------------------

    def known(self, kind: str) -> set[str] | None:
        """The ids of a table, None when they could not all be read."""
        if not self._readable(kind, "id"):
            return None
        return {row.text("id") for row in self._rows(kind)}

    def _readable(self, kind: str, *columns: str) -> bool:
        """Whether no row was lost and none is at fault in these columns, so joins can be judged.

        Of two rows with one id one means another, so that no id can be called unknown.
        """
        table = self._table(kind)
        if table is None or not table.rows or not table.complete(columns[0]):
            return False
        at_fault = {fault.column for fault in self.findings.faults if fault.file == table.file}
        return not at_fault.intersection(columns)

    def _check_ids(self) -> None:
        """Every id that a table names must be known, and services must be of some use."""
        for kind, column, target, noun in (
            ("visit_types", "services", "services", "service"),
            ("visit_types", "services_done", "services", "service"),
            ("sites", "services_today", "services", "service"),
            ("sites", "formats", "formats", "format"),
            ("sites", "format_today", "formats", "format"),
            ("formats", "services", "services", "service"),
            ("visits", "demand_point", "demand_points", "demand point"),
            ("visits", "visit_type", "visit_types", "visit type"),
            ("area_demand", "visit_type", "visit_types", "visit type"),
            ("travel", "demand_point", "demand_points", "demand point"),
            ("travel", "site", "sites", "site"),
        ):
            table, known = self._table(kind), self.known(target)
            if table is None or column not in table.columns:
                continue
            if known is not None:
                join(table, column, known, noun, self.findings)
            elif target in self.tables:
                self.findings.warn(
                    f"{table.file}: {column} not checked, as not every id of {target} could be read"
                )
        travel = self._table("travel")
        if travel is not None:
            check_costs(travel, self.findings)
        self._check_services_used()
        sites = self._table("sites")
        if sites is not None:
            warn_status(sites, self.findings)

    def _check_formats(self, manifest: Manifest) -> None:
        sites, formats = self._table("sites"), self._table("formats")
        check_formats(
            sites,
            formats,
            self._table("services"),
            self.findings,
            is_format_file_there="formats" in self.tables,
        )
        warn_counter_minutes(manifest, sites, formats, self.findings)

    def _check_services_used(self) -> None:
        types, services = self._table("visit_types"), self._table("services")
        if types is None:
            return
        for row in types.rows:
            needed = row.ids("services")
            extra = [each for each in row.ids("services_done") if each not in needed]
            if extra and needed:
                self.findings.fault(
                    types.file, row.number, "services_done", listed(extra),
                    "services that are also in services", "Add them to services",
                )  # fmt: skip
        if services is None or not self._clean("visit_types", "services"):
            return
        used = {each for row in types.rows for each in row.ids("services")}
        idle = [row.text("id") for row in services.rows if row.text("id") not in used]
        if idle:
            self.findings.warn(f"services in no visit type, asked for by nobody: {listed(idle)}")

    def _rates(
        self, facts: facts_file.Facts | None, point_area: Mapping[int, str]
    ) -> DemandRates | None:
        if not is_file(self.folder / demand_file.FILE, self.findings):
            return None
        read = demand_file.read_rates(self.folder, facts, self._read_facts, self.findings)
        if read is None:
            return None
        rates, used_facts = read
        if used_facts is not None:  # else told already
            demand_file.check_facts(
                rates, used_facts, sorted(set(point_area.values())), self.findings
            )
        known = self.known("visit_types")
        if known is not None:
            for rate in rates.rates:
                if rate.visit_type not in known:
                    self.findings.fault(
                        demand_file.FILE, None, "visit_types", rate.visit_type,
                        "the id of a visit type", f"Known: {listed(sorted(known))}",
                    )  # fmt: skip
        at_fault = {fault.file for fault in self.findings.faults}
        if known is not None and self._clean("visit_types") and demand_file.FILE not in at_fault:
            self._warn_unasked(known, {rate.visit_type for rate in rates.rates})
        return rates

    def _customers(
        self,
        facts: facts_file.Facts | None,
        point_area: Mapping[int, str],
    ) -> Customers:
        if not is_file(self.folder / customers_file.FILE, self.findings):
            return Customers()
        joins = Joins(
            self.known("visit_types"),
            self.known("sites"),
            frozenset(point_area.values()),
            {area.code: area.name for area in self.areas or ()},
        )
        return customers_file.read_customers(
            self.folder, facts, self._read_facts, joins, self.findings
        )

    def _modes(self, customers: Customers) -> tuple[TravelMode, ...]:
        if not is_file(self.folder / modes_file.FILE, self.findings):
            return ()
        at_fault = {fault.file for fault in self.findings.faults}
        segments = None if customers_file.FILE in at_fault else customers.segments
        return modes_file.read_modes(self.folder, segments, self.findings)

    def _warn_unasked(self, known: set[str], asked: set[str]) -> None:
        idle = sorted(known - asked)
        if idle:
            self.findings.warn(f"visit types without any visits: {listed(idle)}")

    def _check_demand(self) -> None:
        """Exactly one file says how many visits there are."""
        table = self._table("area_demand")
        by_area = table is not None and "visits_per_year" in table.columns
        given = [
            name
            for name, there in (
                ("visits.csv", "visits" in self.tables),
                ("demand.toml", is_file(self.folder / demand_file.FILE)),
                ("area_demand.csv with visits_per_year", by_area),
            )
            if there
        ]
        if len(given) > 1:
            self.findings.fault(
                given[1].split()[0], None, None, " and ".join(given), "one of them",
                "Visits must come from one file only; remove the others",
            )  # fmt: skip
        unread = "area_demand" in self.tables and (
            table is None or not {"visits_per_year", "population"} & table.columns
        )
        if not given and not unread:
            self.findings.fault(
                "visits.csv", None, None, "no demand",
                "visits.csv, demand.toml, or area_demand.csv with visits_per_year",
                "area_demand.csv gives population only" if table is not None else "",
            )  # fmt: skip
        known = self.known("visit_types")
        for kind in ("visits", "area_demand"):
            told = self._table(kind)
            if told is None or "visit_type" not in told.columns or known is None:
                continue
            if not self._clean(kind, "visit_types"):
                continue
            if len(given) == 1:
                self._warn_unasked(known, {row.text("visit_type") for row in told.rows} & known)
        points = self._table("demand_points")
        visits = self._table("visits")
        if visits is not None and points is not None and self._clean("visits", "demand_points"):
            asked = {row.text("demand_point") for row in visits.rows}
            idle = [row.text("name") for row in points.rows if row.text("id") not in asked]
            if idle:
                self.findings.warn(f"demand points without any visits: {listed(idle)}")

    def _warn_routes(self, idle: Collection[str]) -> None:
        """Says what a matrix leaves without a route.

        Args:
            idle: The demand points that nobody travels from.
        """
        points, sites = (
            {row.text("id"): row.text("name") for row in self._rows(kind)}
            for kind in ("demand_points", "sites")
        )
        routes = self._routes(points, sites)
        if routes is not None:
            warn_routes(routes, points, sites, self.findings, idle)

    def _routes(self, points: Mapping[str, str], sites: Mapping[str, str]) -> Routes | None:
        """What the matrix gives a route; None where faults could be the reason that it has none."""
        if self.matrix is not None and self._clean("demand_points", "sites"):
            return routes_of_matrix(self.matrix.matrix, tuple(points), tuple(sites))
        table = self._table("travel")
        if table is None or not self._clean("travel", "demand_points", "sites"):
            return None
        return routes_of(table, points, sites)

    def _journeys(self) -> tuple[Journey, ...]:
        if not is_file(self.folder / journeys_file.FILE, self.findings):
            return ()
        read = journeys_file.read_journeys(
            self.folder,
            self.known("visit_types"),
            self.findings,
            {each for row in self._rows("services") if (each := row.text("division"))} or None
            if self._readable("services", "id", "division")
            else None,
        )
        if not self.findings.faults:
            journeys_file.warn_visits(read, self._visit_types(), self.findings)
        return read

    # -- records ----------------------------------------------------------------------------

    def _rows(self, kind: str) -> tuple[Row, ...]:
        table = self._table(kind)
        return () if table is None else table.rows

    def _services(self) -> tuple[Service, ...]:
        return tuple(records.service(row) for row in self._rows("services"))

    def _visit_types(self) -> tuple[VisitType, ...]:
        return tuple(records.visit_type(row) for row in self._rows("visit_types"))

    def _sites(self, codes: Mapping[int, str]) -> tuple[Site, ...]:
        return tuple(records.site(row, codes.get(row.number, "")) for row in self._rows("sites"))

    def _points(
        self, codes: Mapping[int, str], demand_area: Mapping[int, str]
    ) -> tuple[DemandPoint, ...]:
        points = tuple(
            records.demand_point(row, codes[row.number]) for row in self._rows("demand_points")
        )
        table = self._table("area_demand")
        if table is None or "population" not in table.columns:
            return points
        totals: dict[str, tuple[float, Mark]] = {}
        for row in table.rows:
            population = row.number_or_none("population")
            if population is not None:
                totals[demand_area[row.number]] = (float(population), records.mark_of(row))
        return spread_population(points, totals, table.file, self.findings)

    def _area_visits(self, codes: Mapping[int, str]) -> tuple[VisitRow, ...] | None:
        table = self._table("area_demand")
        if table is None or "visits_per_year" not in table.columns:
            return None
        return records.area_visit_rows(table, codes)
