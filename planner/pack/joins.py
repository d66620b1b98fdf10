"""Joins between tables, checked both ways, so that no point, site or visit is lost unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import cast

import numpy as np
from shapely.geometry.base import BaseGeometry

from planner.errors import nearest
from planner.pack.columns import SCHEMAS
from planner.pack.faults import Findings, listed, shown
from planner.pack.geo import Outline, outline_fault, place_of
from planner.pack.names import AreaNames, Match, name_key
from planner.pack.number_grammar import Number
from planner.pack.opening import repair_outlines
from planner.pack.tables import Row, Table
from planner.pack.types import Area

_PLANE = frozenset({"x", "y"})
OUTSIDE_KM = 5.0
_FAR_OUTSIDE_KM = 50.0
_MOST_HINTS = 50
_BOX_MARGIN_DEGREES = 0.5
_SAME_DEGREES = 0.01  # about a kilometre


def read_areas(table: Table, findings: Findings) -> tuple[Area, ...]:
    """The areas with their outlines, repaired where needed (said); none from a plain table."""
    told = findings.rows_of(table.file, "geometry")
    outlines: dict[int, BaseGeometry] = {}
    for row in table.rows:
        if not table.mapped or row.number in told:
            continue
        fault = outline_fault(row.geometry)
        if fault is not None:
            found, expected, message = fault
            named = message or f"Area {shown(row.text('name'))}"
            findings.fault(table.file, row.number, "geometry", found, expected, named)
        else:
            outlines[row.number] = cast("BaseGeometry", row.geometry)
    _repair(table, outlines, findings)
    _tell_twins(table, outlines, findings)
    return tuple(
        Area(row.text("code"), row.text("name"), outlines.get(row.number)) for row in table.rows
    )


def _tell_twins(table: Table, outlines: Mapping[int, BaseGeometry], findings: Findings) -> None:
    """Says which areas have one name, or one outline, between them."""
    by_name: dict[str, list[str]] = {}
    by_outline: dict[bytes, list[str]] = {}
    for row in table.rows:
        code = row.text("code")
        if row.text("name"):
            by_name.setdefault(name_key(row.text("name")), []).append(code)
        if row.number in outlines:
            by_outline.setdefault(outlines[row.number].wkb, []).append(code)
    for codes in by_name.values():
        if len(codes) > 1:
            findings.warn(
                f"{table.file}: areas {listed(codes)} have one name: only their codes tell them"
                " apart"
            )
    for codes in by_outline.values():
        if len(codes) > 1:
            findings.warn(f"{table.file}: areas {listed(codes)} have the same outline")


def _repair(table: Table, outlines: dict[int, BaseGeometry], findings: Findings) -> None:
    """Replaces outlines that cross themselves, and says by how much their area changed."""
    if table.repairs is not None:
        crossed = {number: outlines[number] for number in table.repairs if number in outlines}
        sound = [table.repairs[number] for number in crossed]
    else:
        crossed = {number: each for number, each in outlines.items() if not each.is_valid}
        mended = repair_outlines(list(crossed.values()), table.file, findings) if crossed else []
        if mended is None:
            return
        sound = mended
    names = {row.number: row.text("name") for row in table.rows}
    for (number, old), new in zip(crossed.items(), sound, strict=True):
        name = shown(names[number])
        if new is None:
            findings.fault(
                table.file, number, "geometry", "an outline that crosses itself", "a polygon",
                f"Area {name}: it cannot be repaired; draw it again",
            )  # fmt: skip
            continue
        outlines[number] = new
        change = abs(new.area - old.area) / old.area * 100 if old.area else 100.0
        findings.warn(
            f"{table.file}: the outline of {name} crossed itself and was repaired"
            f" (area changed by {change:.2f} %)"
        )


def find_areas(table: Table, names: AreaNames, findings: Findings) -> dict[int, str]:
    """The area code of each row number; rows that name no known area are faults."""
    found: dict[int, str] = {}
    hints: dict[str, str] = {}
    understood: dict[str, dict[str, None]] = {"padded": {}, "name": {}}
    matches: dict[str, Match | None] = {}
    for row in table.rows:
        text = row.text("area")
        if not text:
            continue
        if text not in matches:
            matches[text] = names.find(text)
        match = matches[text]
        if match is None:
            if text not in hints and len(hints) < _MOST_HINTS:
                hints[text] = _area_hint(names, text)
            findings.fault(
                table.file,
                row.number,
                "area",
                text,
                "the code or name of an area",
                hints.get(text) or "No area has such a name",
            )
            continue
        found[row.number] = match.code
        if match.by in understood:
            understood[match.by][f"{shown(text)} as {match.code}"] = None
    if understood["padded"]:
        findings.warn(f"{table.file}: area codes understood: {listed(understood['padded'])}")
    if understood["name"]:
        findings.warn(f"{table.file}: area names understood: {listed(understood['name'])}")
    return found


def _area_hint(names: AreaNames, text: str) -> str:
    """What to do about a text that names no single area."""
    if codes := names.twins(text):
        return f"Areas {listed(codes)} have this name; give the code"
    alike = names.suggestions(text)
    return f"Did you mean {' or '.join(alike)}?" if alike else ""


def join(table: Table, column: str, known: Collection[str], what: str, findings: Findings) -> None:
    """Every id in a column must be known; others are faults with the nearest known id."""
    hints: dict[str, str] = {}
    for row in table.rows:
        value = row.values.get(column)
        ids = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
        for each in ids:
            if each in known:
                continue
            if each not in hints and len(hints) < _MOST_HINTS:
                near = nearest(each, known)
                hints[each] = f"Did you mean {near[0]}?" if near else ""
            findings.fault(
                table.file, row.number, column, each, f"the id of a {what}",
                hints.get(each) or f"No {what} has this id",
            )  # fmt: skip


def check_places(table: Table, findings: Findings) -> str:
    """Whether a table gives degrees, metres or no places; half-given ones are faults."""
    degrees = {"lat", "lon"} & table.columns
    metres = {"x", "y"} & table.columns
    if degrees and metres and not any(row.values.get("x") is not None for row in table.rows):
        metres = set()
    if degrees and metres:
        findings.fault(
            table.file, None, "x", "both lat, lon and x, y", "one of the two", "Remove one pair"
        )
        return "mixed"
    if not degrees and not metres:
        return "none"
    pair = ("lat", "lon") if degrees else ("x", "y")
    given = degrees or metres
    for name in pair:
        if name not in given:
            found = ", ".join(sorted(table.columns))
            findings.fault(
                table.file, 1, name, f"missing column: {name}", f"a column named {name}",
                f"Found: {found}",
            )  # fmt: skip
    if len(given) < 2:
        return "mixed"
    return "degrees" if degrees else "metres"


def places_from_points(table: Table, findings: Findings) -> Table:
    """Takes lat and lon from the points of a GIS layer that has no such columns."""
    schema = SCHEMAS[table.kind]
    if schema.geometry != "point" or not table.mapped:
        return table
    if {"lat", "lon"} <= table.columns:
        _check_same_places(table, findings)
        return table
    told = findings.rows_of(table.file, "geometry")
    rows: list[Row] = []
    for row in table.rows:
        if row.number in told:
            rows.append(row)
            continue
        place = None if row.geometry is None else place_of(row.geometry)
        if place is None:
            kind = "no geometry" if row.geometry is None else row.geometry.geom_type
            findings.fault(
                table.file,
                row.number,
                "geometry",
                kind,
                "a point",
                "Export each place as one point",
            )
            rows.append(row)
            continue
        lat, lon = place
        if abs(lat) > 90 or abs(lon) > 180:
            findings.fault(
                table.file, row.number, "geometry", f"{lon:.6g}, {lat:.6g}",
                "degrees (EPSG:4326)", "They look like metres; export as EPSG:4326",
            )  # fmt: skip
            rows.append(row)
            continue
        own = {name: each for name, each in row.values.items() if name not in _PLANE}
        rows.append(Row(row.number, {**own, "lat": lat, "lon": lon}, row.geometry))
    if _PLANE & table.columns:
        findings.warn(f"{table.file}: columns x and y not used: the points of the map count")
    columns = (table.columns | {"lat", "lon"}) - _PLANE
    return replace(table, columns=columns, rows=tuple(rows))


def _check_same_places(table: Table, findings: Findings) -> None:
    """A layer that has a place in its columns too must not say two different ones."""
    for row in table.rows:
        place = None if row.geometry is None else place_of(row.geometry)
        lat, lon = row.number_or_none("lat"), row.number_or_none("lon")
        if place is None or lat is None or lon is None:
            continue
        if max(abs(place[0] - lat), abs(place[1] - lon)) > _SAME_DEGREES:
            findings.fault(
                table.file, row.number, "geometry",
                f"lat {lat:.6g}, lon {lon:.6g} in its columns, {place[0]:.6g}, {place[1]:.6g} on"
                " the map", "one place", "Remove the columns, or move the point",
            )  # fmt: skip


def require_places(table: Table, system: str, findings: Findings) -> None:
    """Where a table has places, every row must have its own."""
    names = {"degrees": ("lat", "lon"), "metres": ("x", "y")}.get(system, ())
    told = findings.places_in(table.file)
    for row in table.rows:
        for name in names:
            if row.values.get(name) is not None:
                continue
            if not told & {(row.number, name), (row.number, "geometry")}:
                findings.fault(
                    table.file, row.number, name, "a blank cell", "a number",
                    "Blank means missing, never 0",
                )  # fmt: skip


def check_inside(
    table: Table,
    areas: Sequence[Area],
    codes: Mapping[int, str],
    findings: Findings,
    *,
    strict: bool,
) -> None:
    """Places must lie in their area's outline.

    Farther than 5 km outside is a fault where `strict`, else farther than 50; nearer, it is a
    warning with the names. Degrees that are called x and y, as GIS programs do, are a fault.
    Swapped coordinates and a lost minus sign are recognised. Places are not held against an area
    that has no outline, or that is there twice.
    """
    count = Counter(area.code for area in areas)
    outlines = {
        area.code: Outline(area.outline)
        for area in areas
        if area.outline is not None and count[area.code] == 1
    }
    if not outlines:
        return
    _refuse_degrees_as_metres(table, findings)
    most_km = OUTSIDE_KM if strict else _FAR_OUTSIDE_KM
    mapped_whole = len(outlines) == len(areas)
    box = _box([area.outline for area in areas if area.outline is not None])
    names = {area.code: area.name for area in areas}
    near: list[str] = []
    inside = _rows_inside(table, outlines, codes)
    for row in table.rows:
        if row.number in inside:
            continue
        lat, lon = row.number_or_none("lat"), row.number_or_none("lon")
        if lat is None or lon is None:
            continue
        code = codes.get(row.number, "")
        outline = outlines.get(code)
        if outline is None and not mapped_whole:
            continue
        if not _in_box(box, lat, lon) and _in_box(box, lon, lat):
            findings.fault(
                table.file, row.number, "lat", f"lat {lat}, lon {lon}", "a place in the areas",
                "It looks like latitude and longitude are swapped",
            )  # fmt: skip
            continue
        if outline is None:
            continue
        is_near = outline.within(lat, lon, OUTSIDE_KM)
        if not is_near and outline.covers(-lat, lon):
            findings.fault(
                table.file, row.number, "lat", lat, f"a place in {names[code]}",
                f"It looks like a minus sign is lost or wrong: {-lat} would lie inside",
            )  # fmt: skip
        elif not (is_near or outline.within(lat, lon, most_km)):
            findings.fault(
                table.file, row.number, "lat", f"lat {lat}, lon {lon}",
                f"a place in {names[code]}",
                f"It lies more than {most_km:g} km outside; check the coordinates and the area",
            )  # fmt: skip
        elif len(near) < _MOST_HINTS:
            far = outline.km_outside(lat, lon)
            near.append(f"{shown(row.text('name'))} ({far:.1f} km outside {names[code]})")
        else:
            near.append(shown(row.text("name")))
    if near:
        noun = "place lies" if len(near) == 1 else "places lie"
        findings.warn(
            f"{table.file}: {len(near)} {noun} outside the area's outline: {listed(near)}"
        )


def _refuse_degrees_as_metres(table: Table, findings: Findings) -> None:
    """Beside outlines in degrees no two places are so near to the middle of a plane in metres."""
    places = [(row.number_or_none("x"), row.number_or_none("y")) for row in table.rows]
    given = [(x, y) for x, y in places if x is not None and y is not None]
    if given and all(abs(x) <= 180 and abs(y) <= 90 for x, y in given):
        findings.fault(
            table.file, None, "x", f"x {given[0][0]}, y {given[0][1]}", "metres",
            "They look like degrees; call the columns lon and lat",
        )  # fmt: skip


TOWN = "a place of a town"


def check_turned(table: Table, areas: Sequence[Area], expected: str, findings: Findings) -> None:
    """Places may lie anywhere; one outside all areas whose turned place is inside is a fault."""
    outlines = [Outline(area.outline) for area in areas if area.outline is not None]
    if len(outlines) < len(areas):
        return
    for row in table.rows:
        lat, lon = row.number_or_none("lat"), row.number_or_none("lon")
        if lat is None or lon is None or any(each.covers(lat, lon) for each in outlines):
            continue
        if any(each.covers(lon, lat) for each in outlines):
            what = "It looks like latitude and longitude are swapped"
        elif any(each.within(lat, lon, OUTSIDE_KM) for each in outlines):
            continue
        elif any(each.covers(-lat, lon) for each in outlines):
            what = f"It looks like a minus sign is lost or wrong: {-lat} would lie inside"
        else:
            continue
        findings.fault(table.file, row.number, "lat", f"lat {lat}, lon {lon}", expected, what)


def _rows_inside(
    table: Table, outlines: Mapping[str, Outline], codes: Mapping[int, str]
) -> set[int]:
    """The numbers of the rows whose place lies in the outline of their area."""
    by_area: dict[str, list[tuple[int, Number, Number]]] = {}
    for row in table.rows:
        lat, lon = row.number_or_none("lat"), row.number_or_none("lon")
        code = codes.get(row.number, "")
        if lat is not None and lon is not None and code in outlines:
            by_area.setdefault(code, []).append((row.number, lat, lon))
    found: set[int] = set()
    for code, places in by_area.items():
        numbers, lats, lons = zip(*places, strict=True)
        is_inside = outlines[code].covers_each(np.array(lats, float), np.array(lons, float))
        found.update(compress(numbers, is_inside))
    return found


def check_area_demand(table: Table, codes: Mapping[int, str], findings: Findings) -> None:
    """Each area once whatever its spelling, and each row with a figure that says what it is for.

    Args:
        table: The `area_demand` table.
        codes: The area code of each row number, where it is known.
        findings: Takes the faults.
    """
    by_visits = "visits_per_year" in table.columns
    if by_visits and "visit_type" not in table.columns:
        findings.fault(
            table.file, 1, "visit_type", "missing column: visit_type", "a column named visit_type",
            "Visits must say what they are for",
        )  # fmt: skip
    told = findings.places_in(table.file)
    seen: dict[tuple[str, str], Row] = {}
    for row in table.rows:
        figures = [name for name in ("population", "visits_per_year") if name in table.columns]
        spoilt = any((row.number, name) in told for name in figures)
        if figures and all(row.values.get(name) is None for name in figures) and not spoilt:
            findings.fault(
                table.file, row.number, figures[0], "a blank cell", "a number >= 0",
                "Blank means missing, never 0; write 0 or leave the row out",
            )  # fmt: skip
        elif (
            by_visits
            and "visit_type" in table.columns
            and row.values.get("visits_per_year") is not None
            and not row.text("visit_type")
        ):
            findings.fault(
                table.file, row.number, "visit_type", "a blank cell", "the id of a visit type",
                "Visits must say what they are for",
            )  # fmt: skip
        code = codes.get(row.number)
        if code is None or (row.number_or_none("visits_per_year") and not row.text("visit_type")):
            continue
        first = seen.setdefault((code, row.text("visit_type")), row)
        if first is not row and first.text("area") != row.text("area"):
            findings.fault(
                table.file, row.number, "area", row.text("area"), "each area once",
                f"Row {first.number} ({shown(first.text('area'))}) is the same area {code}",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Routes:
    """What a matrix gives a route: how many pairs, and the ids on either side."""

    file: str
    pairs: int
    points: frozenset[str]
    sites: frozenset[str]


def check_costs(table: Table, findings: Findings) -> None:
    """A pair of a `travel` table with a cost alone, where others have minutes or km, is a fault."""
    if "kes" not in table.columns or not any(_is_timed(row) for row in table.rows):
        return
    for row in table.rows:
        if row.values.get("kes") is not None and not _is_timed(row):
            findings.fault(
                table.file, row.number, "minutes", "a cost alone", "minutes or km as well",
                "Other pairs have them; give them for every pair, or for none",
            )  # fmt: skip


def routes_of(table: Table, points: Collection[str], sites: Collection[str]) -> Routes:
    """The routes of a `travel` table between the points and sites with these ids."""
    pairs = [
        (row.text("demand_point"), row.text("site"))
        for row in table.rows
        if _is_timed(row) or row.values.get("kes") is not None
    ]
    return Routes(
        table.file,
        sum(1 for point, site in pairs if point in points and site in sites),
        frozenset(point for point, _ in pairs),
        frozenset(site for _, site in pairs),
    )


def _is_timed(row: Row) -> bool:
    return row.values.get("minutes") is not None or row.values.get("km") is not None


def warn_routes(
    routes: Routes,
    points: Mapping[str, str],
    sites: Mapping[str, str],
    findings: Findings,
    idle: Collection[str] = (),
) -> None:
    """Counts the pairs of a matrix that have no route, and names what has none at all.

    Args:
        routes: What has a route.
        points: The name of each demand point by its id.
        sites: The name of each site by its id.
        findings: Takes the warnings.
        idle: The ids of demand points that nobody travels from, which need no route.
    """
    pairs = len(points) * len(sites)
    if routes.pairs < pairs:
        findings.warn(f"{routes.file}: {pairs - routes.pairs:,} of {pairs:,} pairs have no route")
    for reached, names, one, many in (
        (routes.points, points, "demand point has no route to any site",
         "demand points have no route to any site"),
        (routes.sites, sites, "site cannot be reached from any demand point",
         "sites cannot be reached from any demand point"),
    ):  # fmt: skip
        lost = [name for each, name in names.items() if each not in reached and each not in idle]
        if lost:
            noun = one if len(lost) == 1 else many
            findings.warn(f"{routes.file}: {len(lost):,} {noun}: {listed(lost)}")


def warn_status(table: Table, findings: Findings) -> None:
    """Counts the sites that do not say whether they exist."""
    told = findings.rows_of(table.file, "status")
    blank = sum(1 for row in table.rows if not row.text("status") and row.number not in told)
    if blank and told <= {row.number for row in table.rows}:
        findings.warn(
            f"{table.file}: {blank} of {len(table.rows)} sites without status: taken as candidate"
        )


_Box = tuple[float, float, float, float]


def _box(outlines: Sequence[BaseGeometry]) -> _Box:
    """The box around all outlines, with a margin."""
    bounds = [outline.bounds for outline in outlines]
    margin = _BOX_MARGIN_DEGREES
    return (
        min(each[0] for each in bounds) - margin,
        min(each[1] for each in bounds) - margin,
        max(each[2] for each in bounds) + margin,
        max(each[3] for each in bounds) + margin,
    )


def _in_box(box: _Box, lat: float, lon: float) -> bool:
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north
