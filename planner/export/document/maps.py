"""The drawings of the plan document: the whole network, and one area; each with its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import wrap

from planner.export.document.facts import Told
from planner.export.document.model import Picture
from planner.present.escape import html_text
from planner.present.maps.classes import Classes, quantile_classes
from planner.present.maps.gains import (
    BETTER_BLUE,
    NEAR_MIN,
    UNCHANGED,
    WORSE_ORANGE,
    area_changes,
    change_fill,
    gain_breaks,
)
from planner.present.place import place_map
from planner.present.place.place_facts import changes, name_of, used, wards
from planner.present.place.place_map import Box
from planner.present.plans.plans_ground import (
    LAND_EDGE,
    PAPER,
    SYMBOLS,
    Land,
    Sheet,
    box_svg,
    land_of,
    place_of,
    shape_svg,
    svg_of,
)
from planner.present.view import status_of
from planner.runs.table import clean_text

WIDTH, KEY_WIDTH = 400.0, 250.0  # pixels: of the land, and of the key beside it
_ROW = 20.0  # pixels between rows of a key
_SIZE, _LETTER = 4.5, 11.0  # pixels: half a symbol; letters of a key
_MOST_LETTERS = 44  # of a row of a key
_HIGHEST = 290.0  # pixels: of the map of one area

KeyRow = tuple[str, str]  # a drawing of 16 by 16, and what it means


# -- the whole network ---------------------------------------------------------------------


def plan_map(told: Told) -> Picture | None:
    """The land by its change against today, with the plan's branches; None without any places."""
    land = land_of(told.run.pack, WIDTH)
    if land is None:
        return None
    sheet = land.sheet
    rows = [*_change_rows(told), *_symbol_rows(told)]
    high = max(sheet.height, 60 + _ROW * len(rows))
    parts = [
        f'<rect width="{sheet.width:g}" height="{sheet.height:g}" fill="{PAPER}"/>',
        *_land(told, land),
        *_network(told, land),
        place_map.scale_bar(sheet),
        *_key(told.view.heading(told.w("legend.change")), rows, sheet.width + 18, 0.0),
    ]
    alt = _alt(told)
    svg = svg_of(parts, sheet.width + KEY_WIDTH, high)
    return Picture(svg, alt, told.w("document.map_caption"))


def _land(told: Told, land: Land) -> Iterator[str]:
    found = area_changes(told.score, told.before)
    breaks = gain_breaks(found)
    fills = dict(zip(told.view.problem.area_codes, found, strict=True))
    for code, path in land.paths:
        fill = change_fill(fills.get(code), breaks)
        yield f'<path d="{path}" fill="{fill}" stroke="{LAND_EDGE}" stroke-width="0.7"/>'


def _network(told: Told, land: Land) -> Iterator[str]:
    """The branches, and those that close; names where there is room, those of changes first."""
    sheet, plan, problem = land.sheet, told.plan, told.view.problem
    taken: list[Box] = [(0.0, sheet.height - 26, sheet.width / 4 + 16, sheet.height)]  # the scale
    names: list[tuple[bool, str, float, float]] = []
    for j, site in enumerate(told.run.pack.sites):
        at = place_of(site, is_metres=sheet.is_metres)
        is_open = bool(plan.is_open[j])
        if at is None or not (is_open or problem.existing[j]):
            continue
        status = status_of(site) if is_open else "closed"
        shape, colour = SYMBOLS[status]
        x, y = sheet.at(*at)
        yield shape_svg(shape, x, y, _SIZE, colour)
        taken.append((x - _SIZE, y - _SIZE, x + _SIZE, y + _SIZE))
        names.append((status == "existing", clean_text(site.name), x, y))
    for _, name, x, y in sorted(names):
        yield place_map.label(name, x, y, sheet, taken)


def _change_rows(told: Told) -> Iterator[KeyRow]:
    w, found = told.w, area_changes(told.score, told.before)
    if any(change is not None and change > NEAR_MIN for change in found):
        yield box_svg(WORSE_ORANGE), w("legend.longer")
    if any(change is not None for change in found):
        yield box_svg(UNCHANGED), w("change.none")
    low, high = gain_breaks(found)
    if high > 0:
        small, large = w.minutes(low), w.minutes(high)
        texts = (
            w("legend.up_to", v=small),
            f"{small} \N{EN DASH} {large}",
            w("legend.over", v=large),
        )
        yield from ((box_svg(fill), text) for fill, text in zip(BETTER_BLUE, texts, strict=True))


def _symbol_rows(told: Told) -> Iterator[KeyRow]:
    """What the symbols mean, as far as there are such branches, with their numbers."""
    w = told.w
    for status, n in _counts(told).items():
        shape, colour = SYMBOLS[status]
        named = w("plans.closed") if status == "closed" else w(f"status.{status}")
        yield shape_svg(shape, 8, 8, 5, colour), f"{named} ({w.count(n)})"


def _counts(told: Told) -> dict[str, int]:
    counts = dict.fromkeys(SYMBOLS, 0)
    for j, site in enumerate(told.run.pack.sites):
        if told.plan.is_open[j]:
            counts[status_of(site)] += 1
        elif told.view.problem.existing[j]:
            counts["closed"] += 1
    return {status: n for status, n in counts.items() if n}


def _alt(told: Told) -> str:
    w = told.w
    what = [w(f"plans.alt_{status}", n=w.count(n)) for status, n in _counts(told).items()]
    text = w("document.map_alt", name=told.run.scenario.name, what=", ".join(what))
    found = area_changes(told.score, told.before)
    known = [(change, k) for k, change in enumerate(found) if change is not None]
    if known and min(known)[0] < -NEAR_MIN:
        change, k = min(known)
        area = told.view.area_name(told.score.areas[k].area)
        text += " " + w("plans.alt_most", area=area, v=w.minutes(-change))
    return text


# -- one area ------------------------------------------------------------------------------


def place_classes(told: Told) -> Classes:
    """One scale of minutes for the maps of all areas."""
    minutes = told.score.point_min.tolist()
    return quantile_classes(minutes)


def place_picture(told: Told, code: str, classes: Classes) -> Picture | None:
    """An area: its small places by minutes, and who goes to which branch; None without places."""
    side, w = told.side, told.w
    shared = place_map.drawn([side], code)
    if shared is None:
        return None
    shared = replace(shared, classes=classes, sheet=_lower(shared.sheet))
    sheet = shared.sheet
    rows = [*_class_rows(told, classes), *_place_symbols(told, code)]
    high = max(sheet.height, 60 + _ROW * len(rows))
    parts = [
        *place_map.map_parts(side, shared),
        *_key(told.view.heading(w("indicator.minutes")), rows, sheet.width + 18, 0.0),
    ]
    alt = w(
        "document.place_alt",
        area=name_of(side, code),
        wards=len(wards(side, code)),
        branches=len(used(side, code)),
    )
    caption = " ".join(
        each for each in (w("place.leaflet_map"), place_map.outside(side, shared)) if each
    )
    wide = place_map.WIDTH + KEY_WIDTH  # the same for all areas, so that letters are as large
    return Picture(svg_of(parts, wide, high), alt, caption)


def _lower(sheet: Sheet) -> Sheet:
    """The sheet, made smaller where it is too high for a page that holds more than a map."""
    share = min(1.0, _HIGHEST / sheet.height)
    return replace(
        sheet,
        scale=sheet.scale * share,
        width=round(sheet.width * share, 1),
        height=round(sheet.height * share, 1),
    )


def _class_rows(told: Told, classes: Classes) -> Iterator[KeyRow]:
    w = told.w
    for low, high, colour in zip(classes.lows, classes.highs, classes.colours, strict=True):
        first, last = w.minutes(low), w.minutes(high)
        text = first if first == last else f"{first} \N{EN DASH} {last}"
        yield box_svg(colour), text
    if classes.missing:
        yield box_svg(classes.colour(None)), w("unit.none")


def _place_symbols(told: Told, code: str) -> Iterator[KeyRow]:
    w = told.w
    sites = {each.site for each in used(told.side, code)} | {*changes(told.side, code).opened}
    seen = {status_of(told.run.pack.sites[j]) for j in sites}
    for status, (shape, colour) in SYMBOLS.items():
        if status in seen:
            yield shape_svg(shape, 8, 8, 5, colour), w(f"status.{status}")
    if changes(told.side, code).closed:
        yield shape_svg(SYMBOLS["closed"][0], 8, 8, 5, SYMBOLS["closed"][1]), w("plans.closed")


# -- keys ----------------------------------------------------------------------------------


def _key(title: str, rows: Sequence[KeyRow], x: float, y: float) -> Iterator[str]:
    """A key: its title, then a row for each drawing."""
    lines = wrap(title, _MOST_LETTERS - 4)
    for n, line in enumerate(lines):
        yield _text(line, x, y + 14 + 15 * n, bold=True)
    for n, (drawing, text) in enumerate(rows):
        top = y + 9 + 15 * len(lines) + _ROW * n
        yield f'<g transform="translate({x:.1f} {top:.1f})">{drawing}</g>'
        yield _text(text, x + 22, top + 12)


def _text(text: str, x: float, y: float, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    shown = text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{_LETTER:g}" fill="#1c2624"{weight}>'
        f"{html_text(clean_text(shown))}</text>"
    )
