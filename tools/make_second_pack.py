"""Rebuilds the generated tables of the second pack: one-stop service centres."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from make_pack import (
    BUILDING_SHARE,
    BUILDING_YEARS,
    INTEREST,
    KIT_YEARS,
    OFFICERS_PER_COUNTER,
    POINT_SOURCE,
    TOWN_POPULATION,
    Place,
    Row,
    annuity,
    border_note,
    csv_text,
    pad,
    parameter,
    plain_quotes,
    point_note,
    read_outlines,
    read_rows,
    rebuild,
    slug,
    straight_km,
    town_text,
)
from make_pack import LEFT_OUT as WRONG  # towns whose point lies elsewhere

LEFT_OUT = {"Huduma Centre Kilifi (new)"}  # planned, its place in the town is not known
SAME_TOWN_KM = 3.0  # a town this near a centre has one already
ROUND_TO = 1_000  # national visits are known no better than that
REST = "general_help"  # the customers that no other row of volumes.csv counts
FULL, STANDARD, DESK = "full", "standard", "desk"
DESK_SERVICES = ("collection", "general_help", "police_clearance")
LICENCES = "driving_licences"

# What each visit type follows over the counties; birth certificates have counts of their own.
SPREADS = {
    "id_replacement": "adults_18plus_2019",
    "id_collection": "adults_18plus_2019",
    "police_clearance": "age_20_49_2019",
    "licence_biometrics": "age_20_49_2019",
    "licence_collection": "age_20_49_2019",
    "general_help": "adults_18plus_2019",
}
SPREAD_NAMES = {
    "adults_18plus_2019": "adults of 18 and over (2019 census)",
    "age_20_49_2019": "people of 20 to 49 (2019 census)",
}
BIRTHS = ("birth_certificate", "birth_collection")

SIZES: tuple[tuple[str, str, str, int, str, tuple[str, ...]], ...] = (
    (DESK, "Service desk", "Dawati la huduma", 3, "cost_huduma_refit", DESK_SERVICES),
    (STANDARD, "Standard centre", "Kituo cha kawaida", 8, "cost_huduma_mid", ()),
    (FULL, "Full centre", "Kituo kamili", 16, "cost_huduma_full", ()),
)

POINT_COLUMNS = ("id", "name", "area", "lat", "lon", "population", "source", "confidence", "note")
SITE_COLUMNS = (
    *("id", "name", "area", "lat", "lon", "status", "services_today", "hosts", "formats"),
    *("format_today", "opened", "source", "confidence", "note"),
)
FORMAT_COLUMNS = (
    *("id", "name", "name_sw", "counters", "capital_kes", "annual_cost_kes", "services"),
    *("source", "confidence", "note"),
)
DEMAND_COLUMNS = (
    *("area", "visit_type", "visits_per_year", "low", "high", "source", "confidence", "note"),
)


def constituency_rows(wards: Iterable[Row]) -> list[dict[str, object]]:
    """Return the rows of demand_points.csv: each constituency at its most central ward."""
    groups: dict[str, list[Row]] = {}
    for ward in wards:
        groups.setdefault(ward["constituency_code"], []).append(ward)
    rows: list[dict[str, object]] = []
    for code, members in sorted(groups.items(), key=lambda item: int(item[0])):
        centre = min(
            members,
            key=lambda ward: (
                sum(
                    float(each["population"])
                    * straight_km(ward["lat"], ward["lon"], each["lat"], each["lon"])
                    for each in members
                ),
                ward["ward_code"],
            ),
        )
        rows.append(
            {
                "id": f"c{code.zfill(3)}",
                "name": centre["constituency"],
                "area": pad(centre["county_code"]),
                "lat": centre["lat"],
                "lon": centre["lon"],
                "population": sum(int(each["population"]) for each in members),
                "source": POINT_SOURCE,
                "confidence": "derived",
                "note": f"At the ward nearest to all its {len(members)} wards: {centre['ward']}",
            }
        )
    return rows


def centre_rows(
    sources: Path, with_licences: frozenset[str], services: Sequence[str]
) -> list[dict[str, object]]:
    """Return a site for each open, planned or half-built centre that has a place of its own."""
    without = [each for each in services if each != LICENCES]
    rows: list[dict[str, object]] = []
    for row in read_rows(sources / "huduma_centres.csv"):
        name = plain_quotes(row["name"])
        if not row["lat"] or name in LEFT_OUT:
            continue
        is_open = row["status"] == "open"
        size = FULL if row["extended_hours"] == "yes" else STANDARD
        is_assumed = "assumed" in row["place_confidence"]
        notes = [
            "" if is_open else row["status"],
            f"County found, town assumed ({plain_quotes(row['town'])})" if is_assumed else "",
            point_note(row),
            row["note"],
        ]
        if is_open:
            hours = "longer" if size == FULL else "usual"
            notes.append(f"Size: assumption, from {hours} hours")
            notes.append("Services: assumption, but for driving licences")
        else:
            notes.append("Services: assumption")
        rows.append(
            {
                "id": f"{pad(row['county_code'])}-{slug(name.removeprefix('Huduma Centre'))}",
                "name": name,
                "area": pad(row["county_code"]),
                "lat": row["lat"],
                "lon": row["lon"],
                "status": "existing" if is_open else "proposed",
                "services_today": ";".join(services if name in with_licences else without),
                "formats": f"{STANDARD};{FULL}" if is_open else f"{DESK};{STANDARD};{FULL}",
                "format_today": size if is_open else "",
                "opened": row["opened"],
                "source": row["source"],
                "confidence": _place_mark(row, is_assumed=is_assumed),
                "note": "; ".join(note for note in notes if note),
            }
        )
    return rows


def _place_mark(row: Row, *, is_assumed: bool) -> str:
    if is_assumed:
        return "assumption"
    return "general" if point_note(row) else "found"


def town_rows(sources: Path, centres: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return the towns over 10,000 people and headquarters without a centre, as candidates."""
    rows: list[dict[str, object]] = []
    for row in read_rows(sources / "candidate_towns.csv"):
        area, town = pad(row["county_code"]), plain_quotes(row["town"])
        people = int(row["urban_population_2019"] or 0)
        if (people <= TOWN_POPULATION and row["is_county_hq"] != "yes") or (area, town) in WRONG:
            continue
        if any(_near(row, centre) for centre in centres):
            continue
        rows.append(
            {
                "id": f"{area}-{slug(town)}-town",
                "name": town,
                "area": area,
                "lat": row["lat"],
                "lon": row["lon"],
                "status": "candidate",
                "formats": f"{DESK};{STANDARD};{FULL}",
                "source": row["source"],
                "confidence": "found",
                "note": f"Urban population 2019: {people:,}" if people else "County headquarters",
            }
        )
    return sorted(rows, key=lambda row: str(row["id"]))


def _near(town: Row, centre: Mapping[str, object]) -> bool:
    km = straight_km(town["lat"], town["lon"], str(centre["lat"]), str(centre["lon"]))
    return km <= SAME_TOWN_KM


def site_rows(pack: Path, sources: Path, data: Path) -> list[dict[str, object]]:
    """Return the rows of sites.csv: existing, proposed, then candidates."""
    with_licences = frozenset(
        row["centre"] for row in read_rows(pack / "sources/licence_centres.csv")
    )
    services = [row["id"] for row in read_rows(pack / "services.csv")]
    centres = centre_rows(sources, with_licences, services)
    missing = with_licences - {str(row["name"]) for row in centres}
    if missing:
        raise ValueError(f"No such centre: {', '.join(sorted(missing))}")
    centres.sort(key=lambda row: row["status"] != "existing")
    rows = [*centres, *town_rows(sources, centres)]
    outlines = read_outlines(data)
    for row in rows:
        place = Place(str(row["name"]), str(row["area"]), str(row["lat"]), str(row["lon"]), "")
        border = border_note(place, outlines)
        row["note"] = "; ".join(note for note in (str(row["note"]), border) if note)
    return rows


def format_rows(sources: Path) -> list[dict[str, object]]:
    """Return the rows of formats.csv: capital found, counters assumed, yearly cost derived."""
    origin = {row["parameter"]: row["source"] for row in read_rows(sources / "parameters.csv")}
    officer = (
        parameter(sources, "staff_gross_month") * 12 * (1 + parameter(sources, "staff_oncost"))
    )
    rows: list[dict[str, object]] = []
    for identity, name, name_sw, counters, figure, services in SIZES:
        capital = parameter(sources, figure)
        yearly = annuity(capital * BUILDING_SHARE, BUILDING_YEARS)
        yearly += annuity(capital * (1 - BUILDING_SHARE), KIT_YEARS)
        yearly += counters * OFFICERS_PER_COUNTER * officer
        rows.append(
            {
                "id": identity,
                "name": name,
                "name_sw": name_sw,
                "counters": counters,
                "capital_kes": round(capital),
                "annual_cost_kes": round(yearly / 500_000) * 500_000,
                "services": ";".join(services),
                "source": f"Capital: {origin[figure]}; staff pay: {origin['staff_gross_month']}",
                "confidence": "derived",
                "note": (
                    "Capital: found. Counters: assumption. Yearly cost: derived, to half a million:"
                    f" the capital as an annuity at {INTEREST:.0%} ({BUILDING_SHARE:.0%} building"
                    f" over {BUILDING_YEARS} years, the rest kit over {KIT_YEARS}) and"
                    f" {OFFICERS_PER_COUNTER} officers a counter; rent and power are not known and"
                    " left out" + (". Services: assumption" if services else "")
                ),
            }
        )
    return rows


def national_visits(volumes: Sequence[Row]) -> dict[str, tuple[int, int, int]]:
    """Return low, mode and high of the yearly visits of each visit type.

    Links are multiplied and rounded to thousands. The rest is all customers, at the end in
    question, less the other visits at their mode: low and high of everything together would be
    more customers than were ever told.
    """
    low, mode, high = (_products(volumes, column) for column in ("low", "mode", "high"))
    others = sum(each for name, each in mode.items() if name != REST)
    for ends in (low, mode, high):
        ends[REST] -= others
        if ends[REST] < 0:
            raise ValueError(f"More visits are counted than there are customers: {-ends[REST]:,}")
    return {name: (low[name], mode[name], high[name]) for name in mode}


def _products(volumes: Sequence[Row], column: str) -> dict[str, int]:
    products: dict[str, float] = {}
    for row in volumes:
        rule, name = row["kind"], row["visit_type"]
        if rule == "times":
            products[name] = products.get(name, 1.0) * float(row[column])
        elif rule.startswith("same as "):
            products[name] = products[rule.removeprefix("same as ")]
    return {name: round(each / ROUND_TO) * ROUND_TO for name, each in products.items()}


def shared_out(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share a whole number out by weights, by largest remainders; the parts add up."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: math.floor(value) for key, value in exact.items()}
    left = total - sum(parts.values())
    for key in sorted(exact, key=lambda key: (parts[key] - exact[key], key))[:left]:
        parts[key] += 1
    return parts


def certificate_counts(
    pack: Path, facts: Sequence[Row], issued: float
) -> tuple[dict[str, float], frozenset[str]]:
    """Return birth certificates by county, and the counties whose count was found.

    What is left of the national count is shared over the other counties by population.
    """
    found = {
        row["county_code"]: float(row["certificates"])
        for row in read_rows(pack / "sources/birth_certificates_2024.csv")
    }
    others = {row["code"]: float(row["population_2019"]) for row in facts}
    others = {code: people for code, people in others.items() if code not in found}
    rest = issued - sum(found.values())
    whole = sum(others.values())
    spread = {code: rest * people / whole for code, people in others.items()}
    return {**spread, **found}, frozenset(found)


def demand_rows(pack: Path, facts: Sequence[Row]) -> list[dict[str, object]]:
    """Return the rows of area_demand.csv."""
    volumes = read_rows(pack / "sources/volumes.csv")
    issued = next(float(row["mode"]) for row in volumes if row["visit_type"] == BIRTHS[0])
    certificates, found = certificate_counts(pack, facts, issued)
    rows: list[dict[str, object]] = []
    for visit_type, (low, total, high) in national_visits(volumes).items():
        marks = [row["confidence"] for row in volumes if row["visit_type"] == visit_type]
        births = visit_type in BIRTHS
        weights = (
            certificates
            if births
            else {row["code"]: float(row[SPREADS[visit_type]]) for row in facts}
        )
        least, most = shared_out(low, weights), shared_out(high, weights)
        for code, visits in sorted(shared_out(total, weights).items()):
            followed = (
                ("birth certificates issued in 2024" + ("" if code in found else ", estimated"))
                if births
                else SPREAD_NAMES[SPREADS[visit_type]]
            )
            by_count = births and code in found
            rows.append(
                {
                    "area": code,
                    "visit_type": visit_type,
                    "visits_per_year": visits,
                    "low": least[code],
                    "high": most[code],
                    "source": f"{total:,} in the country (sources/volumes.csv), by {followed}",
                    "confidence": (
                        "derived" if by_count and "assumption" not in marks else "assumption"
                    ),
                    "note": (
                        "" if by_count else "That visits follow this measure is an assumption"
                    ),
                }
            )
    return rows


def build(data: Path) -> dict[Path, str]:
    """Return every generated file: path -> text."""
    pack, sources = data / "one-stop", data / "immigration/sources"
    facts = read_rows(data / "counties/county_facts.csv")
    points = constituency_rows(read_rows(sources / "wards.csv"))
    return {
        pack / "demand_points.csv": csv_text(POINT_COLUMNS, points),
        pack / "sites.csv": csv_text(SITE_COLUMNS, site_rows(pack, sources, data)),
        pack / "formats.csv": csv_text(FORMAT_COLUMNS, format_rows(sources)),
        pack / "area_demand.csv": csv_text(DEMAND_COLUMNS, demand_rows(pack, facts)),
        pack / "towns.csv": town_text(data),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the generated files of the second pack, or compare them with --check."""
    words = "Rebuild the generated files of the second pack."
    return rebuild(build, words, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
