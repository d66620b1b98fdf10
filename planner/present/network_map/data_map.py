"""The map of a draft: areas, where people live, and sites, before anything is kept."""

from __future__ import annotations

from planner.pack.types import Pack
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import (
    AreaCell,
    Areas,
    Legend,
    LegendRow,
    Shape,
    Shapes,
    SiteMark,
    Sites,
    Status,
)
from planner.present.view import View

PEOPLE = "#0072b2"  # of Okabe and Ito
_LARGEST_SHARE = 150  # of the land's longer side, for the sign of a demand point
_RADIUS = 4.5
_CLEAR, _BORDER = "transparent", "#6b7a75"  # what lies below an area shows


def has_places(pack: Pack) -> bool:
    """Whether there is anything to draw: a pack may be one of distances alone."""
    sites = any(each.lat is not None for each in pack.sites)
    return sites or any(each.lat is not None for each in pack.demand_points)


def map_layers(view: View) -> list[DrawnLayer]:
    """Demand points as small squares under the areas' lines, and sites by their status."""
    w, pack = view.words, view.pack
    marks = [
        SiteMark(
            site.id,
            site.lat,
            site.lon,
            _STATUS[site.status],
            (site.name, w(f"data.count_{site.status}")),
            radius=_RADIUS,
        )
        for site in pack.sites
        if site.lat is not None and site.lon is not None
    ]
    statuses = [name for name in _STATUS if any(each.status == name for each in pack.sites)]
    rows = [LegendRow("symbol", w(f"data.count_{each}"), status=_STATUS[each]) for each in statuses]
    points = _points(pack)
    if points:
        rows.append(LegendRow("fill", w("data.count_points"), colour=PEOPLE))
    description = w("data.map_words", points=len(pack.demand_points), sites=len(marks))
    squares = Shape(PEOPLE, {"type": "MultiPolygon", "coordinates": points})
    cells = {area.code: AreaCell(_CLEAR, (area.name,)) for area in pack.areas}
    areas = Areas(cells, description=description, border=_BORDER)
    return [*([Shapes([squares])] if points else []), areas, Sites(marks), Legend([("", rows)])]


_STATUS: dict[str, Status] = {
    "existing": "existing",
    "proposed": "proposed",
    "candidate": "candidate",
}


def _points(pack: Pack) -> list[list[list[list[float]]]]:
    """A square round each demand point that has a place."""
    return [each for each in squares(pack, _LARGEST_SHARE) if each]


def squares(pack: Pack, share: int) -> list[list[list[list[float]]]]:
    """A square round each demand point, in the pack's order; empty where it has no place.

    `share`: how many of them make the land's longer side.
    """
    places = [(p.lon, p.lat) for p in pack.demand_points if p.lat is not None and p.lon is not None]
    if not places:
        return [[] for _ in pack.demand_points]
    sides = [max(each) - min(each) for each in zip(*places, strict=True)]
    half = max(*sides, 0.1) / share / 2
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [
        []
        if p.lat is None or p.lon is None
        else [[[round(p.lon + x * half, 4), round(p.lat + y * half, 4)] for x, y in corners]]
        for p in pack.demand_points
    ]
