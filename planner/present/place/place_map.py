"""A map of one area without any script: its small places by minutes, and who goes to which branch.

All networks share one sheet and one scale of colours, so that their maps can be read together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from planner.present.escape import html_text
from planner.present.maps.classes import Classes, quantile_classes
from planner.present.place.place_facts import Side, name_of, used, wards
from planner.present.place.place_land import land_of_points
from planner.present.plans.plans_ground import (
    FINE_PX,
    PAPER,
    SYMBOLS,
    Sheet,
    path_of,
    place_of,
    shape_svg,
    sheet_round,
    svg_of,
)
from planner.present.view import status_of

WIDTH = 420.0
_LEAST_SHARE = 0.1  # of the visits: a branch of so many is drawn though it lies outside
_FAR = 0.8  # of the area's own size: farther branches are only named
_OTHER_LAND, _EDGE, _INNER = "#f4f2ea", "#39443f", "#ffffff"
_LETTER, _SYMBOL = 6.6, 6.0  # pixels: a letter of a name, about; half a symbol

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What the maps of an area share.

    `land`: of its demand points by id, where outlines are known; `classes`: of minutes.
    """

    code: str
    sheet: Sheet
    outlines: tuple[tuple[str, BaseGeometry], ...]
    land: Mapping[str, BaseGeometry]
    classes: Classes


def drawn(sides: Sequence[Side], code: str) -> Drawn | None:
    """What the maps share; None where no demand point of the area has a place."""
    pack = sides[0].view.pack
    is_metres = pack.projected
    own = [point for point in pack.demand_points if point.area == code]
    places = [at for point in own if (at := place_of(point, is_metres=is_metres)) is not None]
    if not places:
        return None
    outlines = {area.code: area.outline for area in pack.areas if area.outline is not None}
    outline = None if is_metres else outlines.get(code)
    if outline is not None:
        west, south, east, north = outline.bounds
        places = [(west, south), (east, north)]
    places += _branches_near(sides, code, places, is_metres=is_metres)
    minutes = [each.minutes for side in sides for each in wards(side, code)]
    return Drawn(
        code=code,
        sheet=sheet_round(places, WIDTH, is_metres=is_metres),
        outlines=() if is_metres else tuple(outlines.items()),
        land={} if outline is None else land_of_points(pack, code, outline, own),
        classes=quantile_classes(minutes),
    )


def _branches_near(
    sides: Sequence[Side], code: str, places: Sequence[tuple[float, float]], *, is_metres: bool
) -> list[tuple[float, float]]:
    """The branches outside that many go to, as far as they do not make the area small."""
    box = sheet_round(places, WIDTH, margin=_FAR, is_metres=is_metres)
    found = []
    for side in sides:
        for each in used(side, code):
            at = place_of(side.view.pack.sites[each.site], is_metres=is_metres)
            if at is not None and each.share >= _LEAST_SHARE and box.holds(*at):
                found.append(at)
    return found


# -- one map -------------------------------------------------------------------------------


def area_map(side: Side, shared: Drawn) -> str:
    """The map under one network, as SVG with a description."""
    sheet = shared.sheet
    parts = map_parts(side, shared)
    return svg_of(parts, sheet.width, sheet.height, description(side, shared.code))


def map_parts(side: Side, shared: Drawn) -> list[str]:
    """What the map under one network is drawn of, on its sheet from 0, 0."""
    sheet = shared.sheet
    return [
        f'<rect width="{sheet.width:g}" height="{sheet.height:g}" fill="{PAPER}"/>',
        *_ground(shared),
        *_wards(side, shared),
        *_outline(shared),
        *_branches(side, shared),
        scale_bar(sheet),
    ]


def description(side: Side, code: str) -> str:
    """The map in a sentence."""
    w = side.view.words
    return w(
        "place.alt",
        area=name_of(side, code),
        name=side.name,
        wards=len(wards(side, code)),
        branches=len(used(side, code)),
    )


def _light(outline: BaseGeometry, sheet: Sheet) -> BaseGeometry:
    return shapely.simplify(outline, FINE_PX / sheet.scale / 2)


def _ground(shared: Drawn) -> Iterator[str]:
    """The areas round it, as far as they are on the sheet."""
    sheet = shared.sheet
    east = sheet.west + sheet.width / sheet.scale / sheet.squeeze
    south = sheet.north - sheet.height / sheet.scale
    for _, outline in shared.outlines:
        seen = shapely.clip_by_rect(outline, sheet.west, south, east, sheet.north)
        path = path_of(_light(seen, sheet), sheet)
        if path:
            yield f'<path d="{path}" fill="{_OTHER_LAND}" stroke="#b9c1bd" stroke-width="0.8"/>'


def _wards(side: Side, shared: Drawn) -> Iterator[str]:
    """Land or dots by minutes, each with its name; then a line from each to its branch."""
    sheet, view = shared.sheet, side.view
    lines = []
    for ward in wards(side, shared.code):
        point = view.pack.demand_points[ward.point]
        fill = shared.classes.colour(ward.minutes)
        tip = html_text(tip_of(side, point.name, ward.site, ward.minutes))
        land = shared.land.get(point.id)
        at = place_of(point, is_metres=sheet.is_metres)
        if land is not None:
            path = path_of(land, sheet)
            yield (
                f'<path d="{path}" fill="{fill}" stroke="{_INNER}" stroke-width="0.7">'
                f"<title>{tip}</title></path>"
            )
        if at is None:
            continue
        x, y = sheet.at(*at)
        if land is None:
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="#717d79">'
                f"<title>{tip}</title></circle>"
            )
        if ward.site >= 0:
            site = place_of(view.pack.sites[ward.site], is_metres=sheet.is_metres)
            if site is not None:
                a, b = sheet.at(*site)
                lines.append(f"M{x:.1f} {y:.1f}L{a:.1f} {b:.1f}")
    if lines:
        yield (
            f'<path d="{"".join(lines)}" fill="none" stroke="#1c2624" stroke-opacity="0.45" '
            'stroke-width="0.9"/>'
        )


def tip_of(side: Side, name: str, site: int, minutes: float | None) -> str:
    """A small place in a line: where its people go, and how long."""
    view = side.view
    w = view.words
    if site < 0:
        return f"{name}: {w('place.nowhere')}"
    return w("place.tip", ward=name, site=view.site_name(site), v=w.minutes(minutes))


def _outline(shared: Drawn) -> Iterator[str]:
    own = dict(shared.outlines).get(shared.code)
    if own is not None:
        path = path_of(_light(own, shared.sheet), shared.sheet)
        yield f'<path d="{path}" fill="none" stroke="{_EDGE}" stroke-width="1.6"/>'


def _branches(side: Side, shared: Drawn) -> Iterator[str]:
    """The network's branches on the sheet; in the area also those that close. Then their names.

    Names of branches that more people of the area go to have the better place; one that finds
    none is left out: it stands in the tables.
    """
    view, sheet = side.view, shared.sheet
    here = side.position(shared.code)
    taken: list[Box] = [(0.0, sheet.height - 26, sheet.width / 4 + 16, sheet.height)]  # the scale
    names: list[tuple[float, str, float, float]] = []
    visits = {each.site: each.visits for each in used(side, shared.code)}
    for j, site in enumerate(view.pack.sites):
        at = place_of(site, is_metres=sheet.is_metres)
        if at is None or not sheet.holds(*at):
            continue
        is_open = bool(side.plan.is_open[j])
        closes = bool(view.problem.existing[j]) and int(view.problem.site_area[j]) == here
        if not is_open and not closes:
            continue
        shape, colour = SYMBOLS[status_of(site) if is_open else "closed"]
        x, y = sheet.at(*at)
        yield shape_svg(shape, x, y, _SYMBOL, colour)
        taken.append((x - _SYMBOL, y - _SYMBOL, x + _SYMBOL, y + _SYMBOL))
        names.append((-visits.get(j, 0.0), site.name, x, y))
    for _, name, x, y in sorted(names):
        yield label(name, x, y, sheet, taken)


def label(name: str, x: float, y: float, sheet: Sheet, taken: list[Box]) -> str:
    """A name where there is room: right of its symbol, left of it, below or above."""
    wide, gap = _LETTER * len(name), _SYMBOL + 3
    for left, base, anchor in (
        (x + gap, y + 4, "start"),
        (x - gap - wide, y + 4, "end"),
        (x - wide / 2, y + gap + 9, "middle"),
        (x - wide / 2, y - gap, "middle"),
    ):
        box = (left, base - 10, left + wide, base + 2)
        is_inside = box[0] >= 0 and box[2] <= sheet.width and box[1] >= 0 and box[3] <= sheet.height
        if is_inside and not any(_meets(box, other) for other in taken):
            taken.append(box)
            at = {"start": left, "middle": left + wide / 2, "end": left + wide}[anchor]
            return (
                f'<text x="{at:.1f}" y="{base:.1f}" text-anchor="{anchor}" font-size="12" '
                f'font-weight="600" fill="#1c2624" stroke="#ffffff" stroke-width="3" '
                f'paint-order="stroke">{html_text(name)}</text>'
            )
    return ""


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def scale_bar(sheet: Sheet) -> str:
    """A bar of a round number of kilometres."""
    most = sheet.width / 4 / sheet.px_per_km
    km = next((n for n in (500, 200, 100, 50, 20, 10, 5, 2, 1) if n <= most), 1)
    wide, y = km * sheet.px_per_km, sheet.height - 8
    return (
        f'<path d="M8 {y - 5:.1f}v5h{wide:.1f}v-5" fill="none" stroke="#1c2624"/>'
        f'<text x="12" y="{y - 4:.1f}" font-size="10" fill="#1c2624" stroke="#ffffff" '
        f'stroke-width="2.5" paint-order="stroke">{km} km</text>'
    )


def outside(side: Side, shared: Drawn) -> str:
    """The branches that people of the area go to and that lie outside its map; '' for none."""
    view = side.view
    names = []
    for each in used(side, shared.code):
        at = place_of(view.pack.sites[each.site], is_metres=shared.sheet.is_metres)
        if at is None or not shared.sheet.holds(*at):
            names.append(f"{view.site_name(each.site)} ({view.words.km(each.km)})")
    return view.words("place.outside", names="; ".join(names)) if names else ""
