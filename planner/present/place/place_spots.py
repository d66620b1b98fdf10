"""Shapes over the picture of an area's map, which are lit together with the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner.present.escape import html_text
from planner.present.place.place_facts import Side, points_of
from planner.present.place.place_map import Drawn
from planner.present.plans.plans_ground import Sheet, place_of

_COARSE_PX = 1.5  # a shape that is lit need not be finer
_ROUND_PX = 9  # half of a shape where nothing is known of the land


def spots_html(side: Side, shared: Drawn) -> str:
    """The land of each demand point, and each branch on the sheet; nothing is seen until it is lit.

    The tables hold the same, so that who hears the page is told nothing of them.
    """
    sheet = shared.sheet
    shapes = "".join([*_points(side, shared), *_branches(side, sheet)])
    ratio = f"aspect-ratio:{sheet.width:g}/{sheet.height:g}"
    name = '<b class="ug-spot-name" hidden></b>'
    return f'<div class="ug-spots" aria-hidden="true" style="{ratio}">{shapes}{name}</div>'


def _points(side: Side, shared: Drawn) -> Iterator[str]:
    sheet, points = shared.sheet, side.view.pack.demand_points
    for i in points_of(side, shared.code).tolist():
        at = place_of(points[i], is_metres=sheet.is_metres)
        if at is None:
            continue
        clip = _clip(shared.land.get(points[i].id), at, sheet)
        yield _spot(
            "point", points[i].id, points[i].name, sheet.at(*at), sheet, f"clip-path:{clip}"
        )


def _branches(side: Side, sheet: Sheet) -> Iterator[str]:
    sites = side.view.pack.sites
    for j in side.plan.is_open.nonzero()[0].tolist():
        at = place_of(sites[j], is_metres=sheet.is_metres)
        if at is None or not sheet.holds(*at):
            continue
        x, y = sheet.at(*at)
        where = f"left:{_share(x, sheet.width)};top:{_share(y, sheet.height)}"
        yield _spot("site", sites[j].id, sites[j].name, (x, y), sheet, where)


def _spot(
    kind: str, its_id: str, name: str, at: tuple[float, float], sheet: Sheet, style: str
) -> str:
    x, y = _share(at[0], sheet.width), _share(at[1], sheet.height)
    return (
        f'<span class="ug-spot" data-{kind}="{html_text(its_id)}" data-name="{html_text(name)}" '
        f'data-x="{x}" data-y="{y}" style="{style}"></span>'
    )


def _clip(land: BaseGeometry | None, at: tuple[float, float], sheet: Sheet) -> str:
    """The largest piece of a point's land as a shape of CSS, or a round one where it is."""
    pieces = [] if land is None else list(getattr(land, "geoms", (land,)))
    pieces = [each for each in pieces if each.geom_type == "Polygon" and not each.is_empty]
    if not pieces:
        x, y = sheet.at(*at)
        where = f"{_share(x, sheet.width)} {_share(y, sheet.height)}"
        return f"circle({_ROUND_PX}px at {where})"
    largest = max(pieces, key=lambda each: each.area)
    light: Any = shapely.simplify(largest, _COARSE_PX / sheet.scale)
    corners = [sheet.at(*place[:2]) for place in light.exterior.coords[:-1]]
    told = (f"{_share(x, sheet.width)} {_share(y, sheet.height)}" for x, y in corners)
    return f"polygon({','.join(told)})"


def _share(pixels: float, whole: float) -> str:
    return f"{100 * pixels / whole:.1f}%"
