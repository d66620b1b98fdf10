"""A pack's land as SVG paths on a sheet of some width: for small maps that load nothing."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner.pack.types import Area, DemandPoint, Pack, Site
from planner.present.escape import html_text

FINE_PX = 0.9  # a small map shows nothing finer
PAPER, LAND_EDGE = "#e6ecee", "#a9b3af"
TALLEST = 1.6  # of the width: longer land is drawn smaller
SYMBOLS: Mapping[str, tuple[str, str]] = {  # shape and colour both tell it
    "existing": ("square", "#17211f"),
    "proposed": ("diamond", "#b25c00"),
    "new": ("circle", "#b3005e"),
    "closed": ("cross", "#9c1c1c"),
}
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Sheet:
    """How places come onto a sheet: `at` gives pixels from its upper left corner.

    Places are (east, north): degrees, or metres of a projected pack. `squeeze` is the width of one
    unit east against one unit north; `scale` pixels for a unit north.
    """

    west: float
    north: float
    squeeze: float
    scale: float
    width: float
    height: float
    is_metres: bool = False

    def at(self, east: float, north: float) -> tuple[float, float]:
        """A place in pixels."""
        return (
            (east - self.west) * self.squeeze * self.scale,
            (self.north - north) * self.scale,
        )

    def holds(self, east: float, north: float, margin: float = 0.0) -> bool:
        """Whether a place lies on the sheet, so many pixels from its edges."""
        x, y = self.at(east, north)
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    @property
    def px_per_km(self) -> float:
        """Pixels for a kilometre, near enough for a scale bar."""
        return self.scale * 1000 if self.is_metres else self.scale / _KM_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Land:
    """The areas of a pack, drawn: the sheet, and a path for each area that has an outline."""

    sheet: Sheet
    paths: tuple[tuple[str, str], ...]  # area code, path data


def place_of(thing: Site | DemandPoint, *, is_metres: bool) -> tuple[float, float] | None:
    """(east, north) of a site or a demand point; None where it has no place."""
    east, north = (thing.x, thing.y) if is_metres else (thing.lon, thing.lat)
    return None if east is None or north is None else (float(east), float(north))


def land_of(pack: Pack, width: float) -> Land | None:
    """The areas of a pack on one sheet; None where nothing of the pack has a place.

    A projected pack has no outlines in metres: its sheet holds its sites and demand points.
    """
    if pack.projected:
        things: list[Site | DemandPoint] = [*pack.sites, *pack.demand_points]
        known = [each for t in things if (each := place_of(t, is_metres=True)) is not None]
        return Land(sheet_round(known, width, is_metres=True), ()) if known else None
    return _land(pack.areas, width)


@lru_cache(maxsize=8)
def _land(areas: tuple[Area, ...], width: float) -> Land | None:
    drawn = {area.code: area.outline for area in areas if area.outline is not None}
    if not drawn:
        return None
    whole = [*drawn.values()]
    west, south, east, north = shapely.total_bounds(whole).tolist()
    sheet = sheet_round([(west, south), (east, north)], width)
    light = shapely.coverage_simplify(whole, FINE_PX / sheet.scale)
    pairs = ((code, path_of(each, sheet)) for code, each in zip(drawn, light, strict=True))
    return Land(sheet, tuple(pairs))


def sheet_round(
    places: Sequence[tuple[float, float]],
    width: float,
    *,
    margin: float = 0.04,
    is_metres: bool = False,
) -> Sheet:
    """A sheet that holds all these places with a margin, at most `TALLEST` times as high as wide.

    Args:
        places: (east, north), at least one.
        width: Pixels.
        margin: Share of the larger side on each side.
        is_metres: Metres in place of degrees.
    """
    easts, norths = zip(*places, strict=True)
    middle = (min(norths) + max(norths)) / 2
    squeeze = 1.0 if is_metres else max(0.05, math.cos(math.radians(middle)))
    least = 1000.0 if is_metres else 0.01  # one place alone still has land round it
    wide = max((max(easts) - min(easts)) * squeeze, least)
    high = max(max(norths) - min(norths), least)
    edge = margin * max(wide, high)
    wide, high = wide + 2 * edge, high + 2 * edge
    wide = max(wide, high / TALLEST)
    scale = width / wide
    centre = (min(easts) + max(easts)) / 2
    return Sheet(
        west=centre - wide / squeeze / 2,
        north=middle + high / 2,
        squeeze=squeeze,
        scale=scale,
        width=width,
        height=round(high * scale, 1),
        is_metres=is_metres,
    )


def path_of(outline: BaseGeometry, sheet: Sheet) -> str:
    """Path data of an outline, a decimal fine."""
    parts: Iterable[Any] = getattr(outline, "geoms", (outline,))
    rings: list[str] = []
    for part in parts:
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        rings += [_ring(ring.coords, sheet) for ring in (part.exterior, *part.interiors)]
    return "".join(rings)


def _ring(coordinates: Iterable[Sequence[float]], sheet: Sheet) -> str:
    """A ring in tenths of a pixel, each place by its step from the one before."""
    steps: list[str] = []
    before: tuple[int, int] | None = None
    for place in coordinates:
        x, y = (round(value * 10) for value in sheet.at(place[0], place[1]))
        if before is None:
            steps.append(f"M{_tenths(x)} {_tenths(y)}l")
        elif (x, y) != before:
            steps.append(f"{_tenths(x - before[0])} {_tenths(y - before[1])}")
        before = (x, y)
    return f"{steps[0]}{' '.join(steps[1:])}Z" if len(steps) > 3 else ""


def _tenths(value: int) -> str:
    return f"{value / 10:g}"


def picture_html(svg: str, alt: str) -> str:
    """A drawing as a picture that a page's HTML may hold; its text is told to who cannot see it."""
    content = base64.b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{content}" alt="{html_text(alt)}">'


def svg_of(parts: Iterable[str], width: float, height: float, alt: str = "") -> str:
    """A drawing of its own size; with a name where it stands in a page without `picture_html`."""
    named = f' role="img" aria-label="{html_text(alt)}"' if alt else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="sans-serif"{named}>'
        f"{''.join(parts)}</svg>"
    )


def key_html(rows: Iterable[tuple[str, str]], title: str) -> str:
    """A legend as a list: each row a drawing of 16 by 16 and what it means."""
    items = "".join(
        f"<li>{picture_html(svg_of([drawing], 16, 16), '')}{html_text(text)}</li>"
        for drawing, text in rows
    )
    named = html_text(title)
    return f'<ul class="ug-plan-legend" aria-label="{named}"><li>{named}:</li>{items}</ul>'


def box_svg(colour: str) -> str:
    """A colour of a legend."""
    return f'<rect x="1" y="3" width="14" height="10" fill="{colour}" stroke="#7d8784"/>'


def shape_svg(shape: str, x: float, y: float, r: float, fill: str) -> str:
    """A symbol: square, diamond, circle, or a cross for what closes; told apart without colour."""
    edge = f'stroke="#fff" stroke-width="{max(0.8, r / 5):.1f}"'
    if shape == "square":
        side = 2 * r
        body = f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{side:.1f}" height="{side:.1f}"'
    elif shape == "diamond":
        d = 1.35 * r
        body = f'<path d="M{x:.1f} {y - d:.1f}l{d:.1f} {d:.1f}l{-d:.1f} {d:.1f}l{-d:.1f} {-d:.1f}Z"'
    elif shape == "cross":
        body = (
            f'<path d="M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}'
            f'l{-2 * r:.1f} {2 * r:.1f}"'
        )
        return f'{body} fill="none" stroke="{fill}" stroke-width="{r / 2:.1f}"/>'
    else:
        body = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1.1 * r:.1f}"'
    return f'{body} fill="{fill}" {edge}/>'
