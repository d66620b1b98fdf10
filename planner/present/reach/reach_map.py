"""The map of reach: bands of minutes or service areas under the areas, and the branches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LinearRing, mapping
from shapely.geometry.base import BaseGeometry

from planner.insight.catchments import Catchment
from planner.insight.land import lighter
from planner.present.maps.classes import RAMP
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
from planner.present.maps.tints import tints
from planner.present.reach.reach import DASH, Reached
from planner.present.view import View

CLEAR = "transparent"  # an area's own fill: what lies below shows
BETWEEN = {True: "rgba(140, 150, 150, 0.8)", False: "rgba(60, 70, 68, 0.35)"}  # bands, areas
EDGE = "#2f3a38"  # round a service area
NOBODY = "#ffffff"
LIGHTER = 0.008  # degrees, a pixel or two of a country map
ISLET = 5e-4  # square degrees, about 6 km2
DECIMALS = 3
RADIUS, SMALL, ROOMY = 5.5, 3.5, 24  # of branches, pixels; small over bands and where more
STATUSES: tuple[Status, ...] = ("existing", "proposed", "new")


def band_layer(found: Reached) -> Shapes:
    """Bands of minutes: the darker the farther."""
    if found.bands is None:
        return Shapes(())
    colours = band_colours(len(found.bands.bands))
    return Shapes(
        [
            Shape(colour, _light(band))
            for colour, band in zip(colours, found.bands.bands, strict=True)
            if not band.is_empty
        ]
    )


def band_colours(count: int) -> tuple[str, ...]:
    """As many colours from light to dark as there are bands; at most five."""
    return tuple(RAMP[round(k * (len(RAMP) - 1) / max(1, count - 1))] for k in range(count))


def catchment_layer(found: Reached) -> Shapes:
    """Service areas; two that touch never have the same colour."""
    areas = found.areas or ()
    outlines = plainer(lighter([each.outline for each in areas], LIGHTER))
    colours = tints(outlines)
    return Shapes(
        [
            Shape(NOBODY if each.site is None else colour, _light(outline), EDGE)
            for each, colour, outline in zip(areas, colours, outlines, strict=True)
        ]
    )


def plainer(outlines: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Without islets, and without holes that hold nothing of the others: lakes are drawn anyway."""
    tree = shapely.STRtree(list(outlines))

    def is_held(ring: LinearRing) -> bool:
        inside = shapely.Polygon(ring).representative_point()
        return bool(tree.query(inside, predicate="intersects").size)

    found: list[BaseGeometry] = []
    for outline in outlines:
        parts = [
            shapely.Polygon(part.exterior, [ring for ring in part.interiors if is_held(ring)])
            for part in getattr(outline, "geoms", [outline])
        ]
        large = [part for part in parts if part.area >= ISLET] or parts
        found.append(large[0] if len(large) == 1 else shapely.MultiPolygon(large))
    return found


def _light(outline: BaseGeometry) -> dict[str, object]:
    rounded = shapely.transform(outline, lambda xy: np.round(xy, DECIMALS))
    return dict(mapping(rounded))


def area_layer(view: View, found: Reached, *, of_bands: bool) -> Areas:
    """Areas without a fill of their own; each tells what its people reach."""
    w, cells = view.words, {}
    for c, area in enumerate(view.pack.areas):
        part = found.reach.by_area[c]
        lines = [area.name]
        if part.visits > 0:
            lines.append(w("reach.map_mean", minutes=view.minutes(part.nearest.mean_min)))
            lines += [
                w("reach.map_within", minutes=w.minutes(limit), share=w.share(share))
                for limit, share in zip(found.reach.within_min, part.nearest.shares, strict=True)
            ]
            if part.second.mean_min is not None:
                lines.append(w("reach.map_second", minutes=view.minutes(part.second.mean_min)))
        cells[area.code] = AreaCell(CLEAR, tuple(lines))
    key = "reach.description_bands" if of_bands else "reach.description_areas"
    text = w(key, areas=len(view.pack.areas), n=len(found.branches))
    return Areas(cells, description=text, border=BETWEEN[of_bands])


def branch_layer(view: View, found: Reached, *, of_bands: bool) -> Sites:
    """Open branches; each tells its service area. Small over bands, which they would hide."""
    own = {each.site: each for each in found.areas or ()}
    radius = SMALL if of_bands or len(found.branches) > ROOMY else RADIUS
    marks = []
    for j in found.branches:
        site = view.pack.sites[j]
        if site.lat is None or site.lon is None:
            continue
        lines = (view.site_name(j), *_area_lines(view, own.get(j)))
        marks.append(SiteMark(site.id, site.lat, site.lon, _status(view, j), lines, radius))
    return Sites(marks)


def _area_lines(view: View, area: Catchment | None) -> list[str]:
    w = view.words
    if area is None:
        return [w("reach.map_no_area")]
    said = [w("reach.map_people", people=w.count(area.people), visits=w.count(area.visits))]
    if area.own_share is not None and area.own_share < 1:
        said.append(w("reach.map_own", share=w.share(area.own_share)))
    if area.mean_min is not None:
        said.append(w("reach.map_mean_own", minutes=view.minutes(area.mean_min)))
    return said


def _status(view: View, site: int) -> Status:
    if view.problem.existing[site]:
        return "existing"
    return "proposed" if view.pack.sites[site].status == "proposed" else "new"


def legend(view: View, found: Reached, *, of_bands: bool) -> Legend:
    """What the colours and the symbols mean."""
    w = view.words
    there = {_status(view, j) for j in found.branches}
    symbols = [LegendRow("symbol", w(f"status.{s}"), status=s) for s in STATUSES if s in there]
    first = (
        (view.heading(w("reach.legend_bands")), band_rows(view, found))
        if of_bands
        else (w("reach.legend_areas"), _nobody_rows(view, found))
    )
    return Legend([first, (w("reach.legend_branches"), symbols)])


def band_rows(view: View, found: Reached) -> list[LegendRow]:
    """A line for each band: up to 30 min, 30 min to 1 h, over 2 h or no route."""
    w, limits = view.words, found.reach.within_min
    texts = [w("reach.band_first", to=w.minutes(limits[0]))]
    texts += [f"{w.minutes(a)} {DASH} {w.minutes(b)}" for a, b in pairwise(limits)]
    texts.append(w("reach.band_last", from_min=w.minutes(limits[-1])))
    colours = band_colours(len(texts))
    return [LegendRow("fill", text, colour=c) for text, c in zip(texts, colours, strict=True)]


def _nobody_rows(view: View, found: Reached) -> list[LegendRow]:
    if all(each.site is not None for each in found.areas or ()):
        return []
    return [LegendRow("fill", view.words("reach.legend_nobody"), colour=NOBODY)]
