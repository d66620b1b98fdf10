"""Where a new site would stand and what it would have: told before it is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.pack.edits import AddSite
from planner.pack.joins import OUTSIDE_KM
from planner.pack.new_site import (
    SNAP_KM,
    area_at,
    free_site_id,
    nearest_place,
    nearest_row,
    usual_cells,
)
from planner.pack.number_grammar import number_text
from planner.present.sites import sites_state
from planner.present.sites.sites import Desk

_DECIMALS = 5  # about a metre
_SAME_KM = 0.05


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a new site would stand.

    Attributes:
        lat: Degrees north; likewise `lon` east.
        name: What the pack calls the place; empty for nothing.
        area: The code of its area; empty where the pack has no outlines.
        told: How that was found, in sentences.
        refusal: Why no site can stand there; empty where it can.
    """

    lat: float
    lon: float
    name: str
    area: str
    told: tuple[str, ...]
    refusal: str = ""


def standing(desk: Desk, place: tuple[float, float], *, is_exact: bool) -> Standing:
    """Where a site stands that somebody wants at a place: at the nearest town, or exactly there."""
    w, pack = desk.words, desk.view.pack
    refusal = _outside(desk, place)
    if refusal:
        return Standing(*place, "", "", (), refusal)
    known = nearest_place(pack, *place)
    at, name = place, ""
    if known is None:
        told = [w("sites.no_place", km=w.km(SNAP_KM))]
    else:
        kind = w("sites.town" if known.is_town else "sites.point")
        km, name = w.km(known.km), known.name
        key = "sites.exact_at" if is_exact else "sites.snapped"
        told = [w(key, kind=kind, name=name, km=km)]
        at = place if is_exact else (known.lat, known.lon)
    refusal = _outside(desk, at)
    near = area_at(pack.areas, *at)
    if near is not None and not refusal:
        key = "sites.in_area" if near.km == 0 else "sites.beside_area"
        told.append(w(key, name=near.area.name, km=w.km(near.km)))
    other = nearest_row(desk.sites, *at)
    if other is not None:
        text = "sites.same_place" if other[1] < _SAME_KM else "sites.nearest"
        told.append(w(text, name=desk.site_name(other[0]), km=w.km(other[1])))
    return Standing(*at, name, near.area.code if near else "", tuple(told), refusal)


def mark_at(
    desk: Desk, place: tuple[float, float], *, is_exact: bool
) -> tuple[float, float] | None:
    """Where the map marks the new site; nowhere if none can stand there."""
    there = standing(desk, place, is_exact=is_exact)
    return None if there.refusal else (there.lat, there.lon)


def _outside(desk: Desk, at: tuple[float, float]) -> str:
    near = area_at(desk.view.pack.areas, *at)
    if near is None or near.km <= OUTSIDE_KM:
        return ""
    return desk.words("sites.outside", km=desk.words.km(near.km), name=near.area.name)


def usual(desk: Desk, area: str) -> tuple[dict[str, str], str]:
    """What a new site in an area usually has, by column, and where that is taken from."""
    found = usual_cells(desk.view.pack, area, desk.sites)
    name = desk.area_names.get(area, "")
    told = desk.words(f"sites.usual_{found.like}", n=found.count, area=name)
    return dict(found.cells), told


def place_cells(lat: float, lon: float) -> dict[str, str]:
    """Coordinates as cells, to about a metre."""
    return {name: number_text(round(value, _DECIMALS))
            for name, value in (("lat", lat), ("lon", lon))}  # fmt: skip


def moved_cells(desk: Desk, lat: float, lon: float) -> tuple[dict[str, str], str]:
    """The cells of a site that moves, with its area where outlines tell it; or why it cannot."""
    refusal = _outside(desk, (lat, lon))
    near = area_at(desk.view.pack.areas, lat, lon)
    area = {} if near is None else {"area": near.area.code}
    return {**place_cells(lat, lon), **area}, refusal


def new_site(desk: Desk, cells: Mapping[str, str]) -> AddSite:
    """The edit that adds a site with these cells under a free id."""
    key = free_site_id(cells["name"], cells.get("area", ""), desk.sites)
    given = tuple((name, text) for name, text in cells.items() if text)
    return AddSite(key, given, sites_state.today(), sites_state.author())
