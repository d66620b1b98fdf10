"""What a pack knows of a place where a site may be put: the town there, its area, usual costs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median_low
from typing import Literal

import numpy as np

from planner.pack.edits import Cells
from planner.pack.geo import Outline
from planner.pack.globe import pair_km
from planner.pack.names import AreaNames
from planner.pack.number_grammar import number_text
from planner.pack.types import Area, Pack

SNAP_KM = 15.0  # a town farther away is another place
FEW = 3  # as many sites of one area are taken as a guide before those of all areas
FIGURES = ("capital_kes", "annual_cost_kes", "counters", "capacity_visits_per_year")
_LONGEST_ID = 40

Like = Literal["area", "all", "none"]


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place that the pack names, and how many straight km it lies from where was asked."""

    name: str
    lat: float
    lon: float
    km: float
    is_town: bool


@dataclass(frozen=True, slots=True)
class NearArea:
    """The area at a place, or the nearest one and how many straight km away its outline is."""

    area: Area
    km: float = 0.0


@dataclass(frozen=True, slots=True)
class Usual:
    """What a new site would usually have, and which sites of the pack that is taken from.

    Attributes:
        cells: By column, as text.
        like: Possible and announced sites of the same area, of all areas, or none there are.
        count: How many they are.
    """

    cells: Mapping[str, str]
    like: Like
    count: int


def nearest_place(pack: Pack, lat: float, lon: float) -> KnownPlace | None:
    """The nearest town of the pack within 15 km, else the nearest demand point; None if too far.

    Args:
        pack: A pack with degrees.
        lat: Degrees north of the place asked for.
        lon: Degrees east of it.
    """
    towns = [(each.name, each.lat, each.lon) for each in pack.towns]
    points = [
        (each.name, each.lat, each.lon)
        for each in pack.demand_points
        if each.lat is not None and each.lon is not None
    ]
    for places, is_town in ((towns, True), (points, False)):
        found = _nearest(places, lat, lon)
        if found is not None and found[1] <= SNAP_KM:
            (name, at_lat, at_lon), km = found
            return KnownPlace(name, at_lat, at_lon, km, is_town)
    return None


def _nearest(
    places: Sequence[tuple[str, float, float]], lat: float, lon: float
) -> tuple[tuple[str, float, float], float] | None:
    if not places:
        return None
    km = pair_km([each[1] for each in places], [each[2] for each in places], lat, lon)
    nearest = int(np.argmin(km))
    return places[nearest], float(km[nearest])


def nearest_row(
    rows: Mapping[str, Cells], lat: float, lon: float, *, but: str = ""
) -> tuple[str, float] | None:
    """The id of the nearest row of sites in degrees and its straight km; None for no other."""
    places = [
        (key, float(cells["lat"]), float(cells["lon"]))
        for key, cells in rows.items()
        if key != but and is_place(cells)
    ]
    found = _nearest(places, lat, lon)
    return None if found is None else (found[0][0], found[1])


def is_place(cells: Cells) -> bool:
    """Whether a row's `lat` and `lon` are numbers that a map has room for."""
    try:
        return abs(float(cells["lat"])) <= 90 and abs(float(cells["lon"])) <= 180
    except (KeyError, ValueError):
        return False


def area_at(areas: tuple[Area, ...], lat: float, lon: float) -> NearArea | None:
    """The area whose outline covers a place, else the nearest one; None without outlines."""
    drawn = _outlines(areas)
    for area, outline in drawn:
        if outline.covers(lat, lon):
            return NearArea(area)
    if not drawn:
        return None
    km, area = min(
        ((outline.km_outside(lat, lon), area) for area, outline in drawn), key=lambda each: each[0]
    )
    return NearArea(area, km)


@lru_cache(maxsize=4)
def _outlines(areas: tuple[Area, ...]) -> tuple[tuple[Area, Outline], ...]:
    return tuple((area, Outline(area.outline)) for area in areas if area.outline is not None)


def area_code(areas: Iterable[Area], text: str) -> str:
    """The code of the area that a cell names; empty where it names none."""
    found = AreaNames(areas).find(text) if text else None
    return "" if found is None else found.code


def usual_cells(pack: Pack, area: str, rows: Mapping[str, Cells]) -> Usual:
    """What sites like a new one have: their commonest formats and the middle of each figure.

    Taken from possible and announced sites, as a branch of today is no longer to be built: those
    of the area where there are at least three, else all. With formats, costs are theirs.

    Args:
        pack: Whose areas the rows name.
        area: The code of the area of the new site.
        rows: The sites by id, with the changes made so far.
    """
    names = AreaNames(pack.areas)
    open_to = [cells for cells in rows.values() if cells.get("status") != "existing"]
    here = [
        cells
        for cells in open_to
        if (found := names.find(cells.get("area", ""))) is not None and found.code == area
    ]
    like: Like = "area" if len(here) >= FEW else "all" if open_to else "none"
    taken = here if like == "area" else open_to
    formats = Counter(cells["formats"] for cells in taken if cells.get("formats"))
    if formats:
        return Usual({"formats": formats.most_common(1)[0][0]}, like, len(taken))
    figures: dict[str, str] = {}
    for name in FIGURES:
        given = [
            number for cells in taken if (number := number_of(cells.get(name, ""))) is not None
        ]
        if given:
            figures[name] = number_text(median_low(given))
    return Usual(figures, like, len(taken))


def number_of(text: str) -> float | None:
    """A cell of digits as a number; None where it is blank or none."""
    try:
        return float(text)
    except ValueError:
        return None


def free_site_id(name: str, area: str, taken: Collection[str]) -> str:
    """An id made of the area's code and the name that no site has."""
    plain = unicodedata.normalize("NFKD", f"{area} {name}").encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_ID].strip("-") or "site"
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found
