"""Rebuild the generated files of the built-in data pack from its source tables.

Read: ``data/counties`` (counties.geojson, county_facts.csv), ``data/immigration/sources``, and the
hand-written ``services.csv``, ``visit_types.csv`` and ``demand.toml`` of the pack.
Written: ``demand_points.csv``, ``sites.csv``, ``formats.csv``, ``towns.csv``, ``reference/*.csv``
of the pack and ``data/counties/roads.geojson``. The same input gives the same bytes.

    python tools/make_pack.py           rebuild
    python tools/make_pack.py --check   exit status 1 if a committed file differs
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import re
import string
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shapely import affinity
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).resolve().parent.parent / "data"
EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180

MERGE_KM = 1.0  # places of one county this near are one site
OUTSIDE_KM = 5.0  # a point farther than this from its county is wrong
TOWN_POPULATION = 10_000
FULL_COUNTERS = 12  # counters of the full format
BUILDING_SHARE = 0.70  # of a format's capital; the rest is kit
BUILDING_YEARS, KIT_YEARS, INTEREST = 20, 5, 0.10
OFFICERS_PER_COUNTER = 1.3
BRANCH_ANNUAL_KES = 12_000_000
NEW_MONEY = (
    "Capital: found (Makutano Huduma Centre 2024); yearly cost: assumption; capacity: derived"
)
EXISTING_MONEY = "Yearly cost: assumption; capacity: derived"
HEAD_OFFICE = "047-nyayo-house"

ALL_SIX = (
    "passport_biometrics",
    "passport_collection",
    "passport_problem_cases",
    "alien_registration",
    "citizenship_interviews",
    "temporary_permits",
)
PASSPORTS_ONLY = ALL_SIX[:2]
ALL_SIX_TOWNS = {"Nairobi CBD", "Mombasa", "Kisumu", "Kericho", "Bungoma"}
REPORTED_TOWNS = {"Nairobi CBD", "Kericho", "Bungoma"}  # more than passports is in a source

# The source's point for this town lies in another county, in Nairobi's eastern suburbs.
LEFT_OUT = {("016", "Githunguri")}
# A town over 10,000 that the candidate table left out, though the census table has its point.
ADDED_TOWNS = {("KISII", "SUNEKA"): ("045", "Suneka")}
# Joined by name to a place that is another one.
WRONG_POINTS = {("MACHAKOS", "GITHUNGURI"), ("MACHAKOS", "MAKUTANO (KYUMBI)")}
# The census table's names of counties that are not those of the outlines.
COUNTIES_OF_TOWNS = {
    "NAIROBI CITY": "NAIROBI",
    "TAITA/TAVETA": "TAITA-TAVETA",
    "ELGEYO/MARAKWET": "ELGEYO-MARAKWET",
}
# A town with two GeoNames points 3.4 km apart: one holds the office, one the census town.
RENAMED = {("039", "Bungoma"): "Bungoma town"}

SITE_COLUMNS = (
    "id",
    "name",
    "area",
    "lat",
    "lon",
    "status",
    "services_today",
    "hosts",
    "capital_kes",
    "annual_cost_kes",
    "capacity_visits_per_year",
    "opened",
    "source",
    "confidence",
    "note",
)
POINT_COLUMNS = (
    "id",
    "name",
    "area",
    "lat",
    "lon",
    "population",
    "constituency",
    "source",
    "confidence",
    "note",
)
FORMAT_COLUMNS = (
    "id",
    "name",
    "name_sw",
    "counters",
    "capital_kes",
    "annual_cost_kes",
    "services",
    "source",
    "confidence",
    "note",
)
POINT_SOURCE = (
    "Ward code and centre: package kenya 1.7.1 (electoral commission codes); "
    "population: 2019 census of the county, shared equally over its wards"
)
POINT_NOTES = {
    "ward_centre": "",
    "ward_centre_snapped_to_land": "Centre lay in water, moved to land",
    "constituency_centre": "Centre of the constituency, the ward's own point was not usable",
    "ward_centre_ilemi_outside_polygon": "In northern Ilemi, outside Turkana's outline",
}

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Size:
    """A size of branch; `other_kes` are yearly running costs beside capital and staff."""

    id: str
    name: str
    name_sw: str
    counters: int
    capital: str  # the parameter
    other_kes: int
    services: tuple[str, ...] = ()  # none: all


SIZES = (
    Size(
        "desk",
        "Desk in a host building",
        "Dawati katika jengo la mwenyeji",
        2,
        "cost_huduma_refit",
        1_150_000,
        ("passport_biometrics", "passport_collection", "temporary_permits"),
    ),
    Size("standard", "Standard branch", "Tawi la kawaida", 6, "cost_huduma_mid", 6_700_000),
    Size("full", "Full branch", "Tawi kamili", FULL_COUNTERS, "cost_huduma_full", 14_200_000),
)


@dataclass(slots=True)
class Place:
    """A named point of a source table that may become a site or join one."""

    name: str
    area: str
    lat: str
    lon: str
    source: str
    confidence: str = "found"
    note: str = ""
    own_note: str = ""  # a remark on the point, of use only where the place is its own site
    status: str = "candidate"
    services: tuple[str, ...] = ()
    opened: str = ""


@dataclass(slots=True)
class Site:
    """A place with the places merged into it."""

    place: Place
    hosts: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as CSV text with a header and LF line ends."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def pad(code: str) -> str:
    """Return a county code as three digits."""
    return code.zfill(3)


def plain_quotes(text: str) -> str:
    """Return text with typographic single quotes as the plain apostrophe."""
    return text.replace("\u2019", "'").replace("\u2018", "'")


def slug(text: str) -> str:
    """Return text as lower-case letters and digits joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower().replace("'", "")).strip("-")


def straight_km(lat_1: str, lon_1: str, lat_2: str, lon_2: str) -> float:
    """Return the great-circle distance of two points given as text, by the haversine formula."""
    phi_1, lam_1, phi_2, lam_2 = (math.radians(float(v)) for v in (lat_1, lon_1, lat_2, lon_2))
    half = math.sin((phi_2 - phi_1) / 2) ** 2
    half += math.cos(phi_1) * math.cos(phi_2) * math.sin((lam_2 - lam_1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def outside_km(outline: BaseGeometry, lat: str, lon: str) -> float:
    """Return how far a point lies outside an outline (0 inside), on a local flat map."""
    point = Point(float(lon), float(lat))
    east = KM_PER_DEGREE * math.cos(math.radians(point.y))
    flat = affinity.scale(outline, east, KM_PER_DEGREE, origin=(point.x, point.y))
    return float(flat.distance(point))


def read_outlines(data: Path) -> dict[str, tuple[str, BaseGeometry]]:
    """Return county code -> (name, outline)."""
    layer = json.loads((data / "counties/counties.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"]["code"]: (feature["properties"]["name"], shape(feature["geometry"]))
        for feature in layer["features"]
    }


def point_note(row: Row) -> str:
    """Return a remark when a table says that its point is approximate."""
    text = row.get("coord_source", "")
    if not text.startswith("approximate"):
        return ""
    return text.replace("+-", "±").capitalize()


def office_places(sources: Path) -> list[Place]:
    """Return the open and proposed offices, then the announced one (a candidate)."""
    places = []
    for row in read_rows(sources / "immigration_offices.csv"):
        status = {"open": "existing", "prop": "proposed"}.get(row["status"][:4], "candidate")
        notes = [point_note(row)]
        services: tuple[str, ...] = ()
        if status == "existing":
            services = ALL_SIX if row["town"] in ALL_SIX_TOWNS else PASSPORTS_ONLY
            if services == ALL_SIX and row["town"] not in REPORTED_TOWNS:
                notes.append("Services beyond passports are an assumption")
            if "closed" in row["since"]:
                notes.append("Closed 2014-09 to 2025-02")
        elif status == "proposed":
            services = PASSPORTS_ONLY
            notes.append("Proposed 2025-12, rollout said to start 2026")
        else:
            notes.append("Regional office announced 2024-08 and 2024-11; opening not confirmed")
        if row["daily_capacity"]:
            notes.append(f"Reported load or capacity: {row['daily_capacity']}")
        if row["serves"]:
            notes.append(f"Said to serve {row['serves'].replace(';', ', ')}")
        places.append(
            Place(
                name=row["name"].removesuffix(" (HQ)"),
                area=pad(row["county_code"]),
                lat=row["lat"],
                lon=row["lon"],
                source=row["source"].replace(" ; ", "; "),
                note="; ".join(note for note in notes if note),
                status=status,
                services=services,
                opened=row["since"].split(" ")[0],
            )
        )
    return places


def headquarters_places(facts: Iterable[Row]) -> list[Place]:
    """Return the 47 county headquarters."""
    return [
        Place(
            name=row["hq_town"],
            area=row["code"],
            lat=row["hq_lat"],
            lon=row["hq_lon"],
            source="county headquarters; GeoNames point",
            note=f"Headquarters: {row['hq_note']}" if row["hq_note"] else "",
        )
        for row in facts
    ]


def town_places(sources: Path) -> list[Place]:
    """Return the urban centres over 10,000 people that have a usable point."""
    places = [
        Place(
            name=plain_quotes(row["town"]),
            area=pad(row["county_code"]),
            lat=row["lat"],
            lon=row["lon"],
            source=row["source"],
            note=f"Urban population 2019: {int(row['urban_population_2019']):,}",
        )
        for row in read_rows(sources / "candidate_towns.csv")
        if row["urban_population_2019"] and int(row["urban_population_2019"]) > TOWN_POPULATION
    ]
    places = [place for place in places if (place.area, place.name) not in LEFT_OUT]
    for row in read_rows(sources / "urban_centres.csv"):
        key = (row["county"], row["urban_centre"])
        if key in ADDED_TOWNS:
            area, name = ADDED_TOWNS[key]
            places.append(
                Place(
                    name=name,
                    area=area,
                    lat=row["lat"],
                    lon=row["lon"],
                    source="2019 KPHC Vol II Table 2.5 (rKenyaCensus) + GeoNames point",
                    note=f"Urban population 2019: {int(row['population_2019']):,}",
                )
            )
    return places


def huduma_places(sources: Path) -> list[tuple[Place, str]]:
    """Return the Huduma Centres that have a place, each with the name it has as a host."""
    places = []
    for row in read_rows(sources / "huduma_centres.csv"):
        if not row["lat"]:
            continue
        notes = []
        confidence = "general" if point_note(row) else "found"
        if "assumed" in row["place_confidence"]:
            confidence = "assumption"
            notes.append(f"{row['name']}: county found, town assumed")
        if row["status"] != "open":
            notes.append(f"{row['name']}: {row['status']}")
        town = plain_quotes(row["town"]).removeprefix("Nairobi ")
        if town.startswith("Makutano, Ngobit"):
            town = "Makutano (Ngobit)"
        if row["note"] and confidence != "found":
            notes.append(row["note"])
        place = Place(
            name=town,
            area=pad(row["county_code"]),
            lat=row["lat"],
            lon=row["lon"],
            source=row["source"],
            confidence=confidence,
            note="; ".join(notes),
            own_note=point_note(row),
        )
        places.append((place, row["name"]))
    return places


def site_near(sites: Iterable[Site], place: Place) -> Site | None:
    """Return the nearest site of the place's county within the merging distance, if any."""
    near = [
        (km, index, site)
        for index, site in enumerate(sites)
        if site.place.area == place.area
        and (km := straight_km(place.lat, place.lon, site.place.lat, site.place.lon)) <= MERGE_KM
    ]
    return min(near)[2] if near else None


def join(sites: list[Site], place: Place, host: str | None = None) -> None:
    """Merge a place into the site near it, or make it a site of its own."""
    site = site_near(sites, place)
    if site is None:
        site = Site(place, notes=[place.own_note] if place.own_note else [])
        sites.append(site)
    host = host or place.name
    if host not in (site.place.name, *site.hosts):
        site.hosts.append(host)
    if place.source not in site.sources:
        site.sources.append(place.source)
    if place.note and place.note not in site.notes:
        site.notes.append(place.note)


def merged_sites(sources: Path, facts: Iterable[Row]) -> list[Site]:
    """Return offices and proposals as they are, with every other place merged or added."""
    offices = office_places(sources)
    sites = [
        Site(place, sources=[place.source], notes=[place.note] if place.note else [])
        for place in offices
        if place.status != "candidate"
    ]
    for place in offices:
        if place.status == "candidate":
            join(sites, place)
    for place in headquarters_places(facts):
        join(sites, place)
    for place in town_places(sources):
        join(sites, place)
    for place, host in huduma_places(sources):
        join(sites, place, host)
    return sites


def parameter(sources: Path, name: str) -> float:
    """Return one value of the table of parameters."""
    rows = read_rows(sources / "parameters.csv")
    return float(next(row["value"] for row in rows if row["parameter"] == name))


def yearly_totals(pack: Path) -> dict[str, int]:
    """Return the national yearly visits of each visit type: the chain's modes, rounded."""
    rates = tomllib.loads((pack / "demand.toml").read_text(encoding="utf-8"))
    totals = {}
    for rate in rates["visit_types"]:
        product = math.prod(link["mode"] for link in rate["chain"])
        totals[rate["id"]] = round(product / rate["round_to"]) * rate["round_to"]
    return totals


def mean_counter_minutes(pack: Path) -> float:
    """Return the counter minutes of a visit, averaged over the national mix of visits."""
    minutes = {
        row["id"]: float(row["counter_min_per_visit"]) for row in read_rows(pack / "services.csv")
    }
    totals = yearly_totals(pack)
    work = sum(
        totals[row["id"]] * sum(minutes[service] for service in row["services_done"].split(";"))
        for row in read_rows(pack / "visit_types.csv")
    )
    return work / sum(totals.values())


def counter_minutes(sources: Path) -> float:
    """Return the minutes a year that one counter serves customers, at the target utilisation."""
    hours = parameter(sources, "working_days") * parameter(sources, "counter_hours")
    return hours * 60 * parameter(sources, "utilisation_target")


def visits_per_counter(pack: Path) -> float:
    """Return the visits one counter can take in a year at the target utilisation."""
    return counter_minutes(pack / "sources") / mean_counter_minutes(pack)


def annuity(capital: float, years: int) -> float:
    """Return the yearly payment that pays a capital back over some years at the interest rate."""
    return capital * INTEREST / (1 - (1 + INTEREST) ** -years)


def yearly_cost(sources: Path, size: Size) -> float:
    """Return what a branch of a size costs a year: capital spread over its life, staff, other."""
    capital = parameter(sources, size.capital)
    spread = annuity(capital * BUILDING_SHARE, BUILDING_YEARS)
    spread += annuity(capital * (1 - BUILDING_SHARE), KIT_YEARS)
    officer = (
        parameter(sources, "staff_gross_month") * 12 * (1 + parameter(sources, "staff_oncost"))
    )
    return spread + size.counters * OFFICERS_PER_COUNTER * officer + size.other_kes


def format_rows(pack: Path) -> list[dict[str, object]]:
    """Return the rows of formats.csv."""
    sources = pack / "sources"
    origin = {row["parameter"]: row["source"] for row in read_rows(sources / "parameters.csv")}
    return [
        {
            "id": size.id,
            "name": size.name,
            "name_sw": size.name_sw,
            "counters": size.counters,
            "capital_kes": round(parameter(sources, size.capital)),
            "annual_cost_kes": round(yearly_cost(sources, size) / 500_000) * 500_000,
            "services": ";".join(size.services),
            "source": f"Capital: {origin[size.capital]}; staff pay: {origin['staff_gross_month']}",
            "confidence": "derived",
            "note": (
                "Capital: found. Counters: assumption. Yearly cost: derived, to half a million:"
                f" the capital as an annuity at {INTEREST:.0%} ({BUILDING_SHARE:.0%} building over"
                f" {BUILDING_YEARS} years, the rest kit over {KIT_YEARS}),"
                f" {OFFICERS_PER_COUNTER} officers a counter, and KES"
                f" {size.other_kes / 1e6:.2f} million of other costs (assumption)"
                + (". Services: assumption" if size.services else "")
            ),
        }
        for size in SIZES
    ]


def border_note(place: Place, outlines: Mapping[str, tuple[str, BaseGeometry]]) -> str:
    """Return a remark when a point lies a little outside its county; refuse a larger error."""
    name, outline = outlines[place.area]
    km = outside_km(outline, place.lat, place.lon)
    if km > OUTSIDE_KM:
        raise ValueError(f"{place.name} lies {km:.1f} km outside {name}: mend it or leave it out")
    if km > 0:
        return f"Point lies {km:.1f} km outside {name}'s outline; kept with the source's county"
    return ""


def site_rows(data: Path) -> list[dict[str, object]]:
    """Return the rows of sites.csv: existing, proposed, then candidates by county and name."""
    pack = data / "immigration"
    sources = pack / "sources"
    outlines = read_outlines(data)
    per_counter = visits_per_counter(pack)
    capital = round(parameter(sources, "cost_huduma_mid"))
    rows: list[dict[str, object]] = []
    for site in merged_sites(sources, read_rows(data / "counties/county_facts.csv")):
        place = site.place
        name = place.name
        if place.status == "candidate":
            name = RENAMED.get((place.area, name), name)
        identity = f"{place.area}-{slug(name.split(' (Ardhi')[0])}"
        head = identity == HEAD_OFFICE
        counters = parameter(sources, "nyayo_counters") if head else FULL_COUNTERS
        notes = [*site.notes, border_note(place, outlines)]
        notes.append(EXISTING_MONEY if place.status == "existing" else NEW_MONEY)
        if name != place.name:
            notes.insert(0, "Same town as the office, by a second GeoNames point 3.4 km away")
        rows.append(
            {
                "id": identity,
                "name": name,
                "area": place.area,
                "lat": place.lat,
                "lon": place.lon,
                "status": place.status,
                "services_today": ";".join(place.services),
                "hosts": ";".join(site.hosts),
                "capital_kes": 0 if place.status == "existing" else capital,
                "annual_cost_kes": BRANCH_ANNUAL_KES,
                "capacity_visits_per_year": round(counters * per_counter / 100) * 100,
                "opened": place.opened if place.status == "existing" else "",
                "source": "; ".join(site.sources),
                "confidence": place.confidence,
                "note": "; ".join(note for note in notes if note),
            }
        )
    order = {"existing": 0, "proposed": 1, "candidate": 2}
    rows[:] = [
        row
        for _, row in sorted(
            enumerate(rows),
            key=lambda item: (
                order[str(item[1]["status"])],
                str(item[1]["id"]) if item[1]["status"] == "candidate" else "",
                item[0],
            ),
        )
    ]
    return rows


def demand_point_rows(pack: Path) -> list[dict[str, object]]:
    """Return the rows of demand_points.csv, one a ward."""
    return [
        {
            "id": row["ward_code"].zfill(4),
            "name": row["ward"],
            "area": pad(row["county_code"]),
            "lat": row["lat"],
            "lon": row["lon"],
            "population": row["population"],
            "constituency": row["constituency"],
            "source": POINT_SOURCE,
            "confidence": "derived",
            "note": POINT_NOTES[row["coord_quality"]],
        }
        for row in read_rows(pack / "sources/wards.csv")
    ]


def circuity_text(pack: Path) -> str:
    """Return the road distances between towns with the towns' points."""
    alias = {"Loki": "Lokichokio"}
    towns = {row["town"]: row for row in read_rows(pack / "sources/candidate_towns.csv")}
    columns = (
        "from_town",
        "from_lat",
        "from_lon",
        "to_town",
        "to_lat",
        "to_lon",
        "straight_km",
        "road_km",
        "circuity",
        "source",
        "confidence",
    )
    rows = []
    for row in read_rows(pack / "sources/circuity_pairs.csv"):
        out: dict[str, object] = {**row, "confidence": "found"}
        for end in ("from", "to"):
            town = towns.get(alias.get(row[f"{end}_town"], row[f"{end}_town"]))
            out[f"{end}_lat"] = town["lat"] if town else ""
            out[f"{end}_lon"] = town["lon"] if town else ""
        rows.append(out)
    return csv_text(columns, rows)


def station_text(pack: Path, sites: Iterable[Mapping[str, object]]) -> str:
    """Return the passports dispatched by station on 2 October 2023."""
    ids = {str(site["name"]): site["id"] for site in sites if site["status"] == "existing"}
    rows = [
        {
            "site": ids[row["name"].removesuffix(" (HQ)")],
            "name": row["name"].removesuffix(" (HQ)"),
            "count": row["dispatched_oct2023"],
            "source": "allafrica 202310030023",
            "confidence": "found",
        }
        for row in read_rows(pack / "sources/immigration_offices.csv")
        if row["dispatched_oct2023"]
    ]
    return csv_text(("site", "name", "count", "source", "confidence"), rows)


def town_text(data: Path) -> str:
    """Return the urban centres whose point lies in their county, or in one of two."""
    outlines = {name.upper(): outline for name, outline in read_outlines(data).values()}
    columns = ("name", "lat", "lon", "population", "source", "confidence")
    rows = []
    for row in read_rows(data / "immigration/sources/urban_centres.csv"):
        if not row["lat"] or (row["county"], row["urban_centre"]) in WRONG_POINTS:
            continue
        counties = COUNTIES_OF_TOWNS.get(row["county"], row["county"]).split("/")
        outside = (outside_km(outlines[name], row["lat"], row["lon"]) for name in counties)
        if min(outside) > OUTSIDE_KM:
            continue
        rows.append(
            {
                "name": string.capwords(row["urban_centre"]),
                "lat": row["lat"],
                "lon": row["lon"],
                "population": row["population_2019"],
                "source": "2019 KPHC Vol II Table 2.5 (rKenyaCensus) + GeoNames point",
                "confidence": "found",
            }
        )
    return csv_text(columns, rows)


def roads_text(sources: Path) -> str:
    """Return the trunk roads, one line for each edge of the source, with its road kilometres."""
    nodes = {
        row["node"]: [float(row["lon"]), float(row["lat"])]
        for row in read_rows(sources / "trunk_nodes.csv")
    }
    layer = {
        "type": "FeatureCollection",
        "name": "kenya_trunk_roads",
        "attribution": "© OpenStreetMap contributors, ODbL 1.0",
        "features": [
            {
                "type": "Feature",
                "properties": {"class": "trunk", "km": float(row["km"])},
                "geometry": {
                    "type": "LineString",
                    "coordinates": [nodes[row["from"]], nodes[row["to"]]],
                },
            }
            for row in read_rows(sources / "trunk_edges.csv")
        ],
    }
    text = json.dumps(layer, ensure_ascii=False, separators=(",", ":"))
    return text.replace('"features":[', '"features":[\n').replace("},{", "},\n{") + "\n"


def build(data: Path) -> dict[Path, str]:
    """Return every generated file: path -> text."""
    pack = data / "immigration"
    sites = site_rows(data)
    return {
        pack / "demand_points.csv": csv_text(POINT_COLUMNS, demand_point_rows(pack)),
        pack / "sites.csv": csv_text(SITE_COLUMNS, sites),
        pack / "formats.csv": csv_text(FORMAT_COLUMNS, format_rows(pack)),
        pack / "towns.csv": town_text(data),
        pack / "reference/circuity_pairs.csv": circuity_text(pack),
        pack / "reference/stations_2023-10-02.csv": station_text(pack, sites),
        data / "counties/roads.geojson": roads_text(pack / "sources"),
    }


def differing(files: Mapping[Path, str]) -> list[Path]:
    """Return the files whose bytes on disk are not the built ones."""
    return [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_bytes() != text.encode("utf-8")
    ]


def rebuild(
    build: Callable[[Path], Mapping[Path, str]], words: str, arguments: Sequence[str] | None
) -> int:
    """Write the files that differ, or only name them with --check; return the exit status."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--check", action="store_true", help="compare only; 1 if a file differs")
    options = parser.parse_args(arguments)
    files = build(DATA)
    changed = differing(files)
    for path in changed:
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path].encode("utf-8"))
        print(f"{'differs' if options.check else 'written'}: {path.relative_to(DATA.parent)}")
    if not changed:
        print(f"{len(files)} files as built")
    return 1 if options.check and changed else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the generated files of the data pack, or compare them with --check."""
    words = "Rebuild the generated files of the data pack."
    return rebuild(build, words, arguments)


if __name__ == "__main__":
    sys.exit(main())
