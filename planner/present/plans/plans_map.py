"""A plan as a small map without any script: land by the change against today, and branches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.present.maps.gains import (
    BETTER_BLUE,
    NEAR_MIN,
    UNCHANGED,
    WORSE_ORANGE,
    change_fill,
    gain_breaks,
)
from planner.present.plans.plans import TODAY, Option
from planner.present.plans.plans_ground import (
    LAND_EDGE,
    PAPER,
    SYMBOLS,
    Land,
    box_svg,
    key_html,
    land_of,
    picture_html,
    place_of,
    shape_svg,
    svg_of,
)
from planner.present.view import DASH, View
from planner.runs.record import AreaRow, RunRecord

WIDTH = 240.0
_SIZES = {"existing": 3.0, "proposed": 3.2, "new": 3.4, "closed": 3.6}


def changes(rows: Iterable[AreaRow]) -> dict[str, float | None]:
    """Minutes that each area's mean travel differs from today; None where one is not known."""
    return {
        row.code: None
        if row.figures.mean_min is None or row.today.mean_min is None
        else row.figures.mean_min - row.today.mean_min
        for row in rows
    }


def shared_breaks(options: Iterable[Option]) -> tuple[float, float]:
    """The breaks of gains over all plans together, so that their maps read alike."""
    every: list[float | None] = []
    for option in options:
        if option.id != TODAY:
            every += changes(option.record.areas).values()
    return gain_breaks(every)


def mini_map(view: View, option: Option, breaks: tuple[float, float]) -> str:
    """The map as a picture with a description; '' where the pack has no place to draw."""
    land = land_of(view.pack, WIDTH)
    if land is None:
        return ""
    found = {} if option.id == TODAY else changes(option.record.areas)
    fills = {code: change_fill(change, breaks) for code, change in found.items()}
    drawn = [_areas(land, fills), *_marks(view, option, land)]
    sheet = land.sheet
    paper = f'<rect width="{sheet.width:g}" height="{sheet.height:g}" fill="{PAPER}"/>'
    svg = svg_of([paper, *drawn], sheet.width, sheet.height)
    return picture_html(svg, description(view, option, found))


def _areas(land: Land, fills: Mapping[str, str]) -> str:
    """Areas of one fill as one path."""
    by_fill: dict[str, list[str]] = {}
    for code, path in land.paths:
        by_fill.setdefault(fills.get(code, UNCHANGED), []).append(path)
    return "".join(
        f'<path d="{"".join(paths)}" fill="{fill}" stroke="{LAND_EDGE}" stroke-width="0.6"/>'
        for fill, paths in by_fill.items()
    )


def branches(view: View, record: RunRecord) -> dict[str, list[str]]:
    """Sites of a network by what they are: existing, proposed, new; and today's that are closed."""
    known = {site.id: site for site in view.pack.sites}
    found: dict[str, list[str]] = {name: [] for name in SYMBOLS}
    for row in record.branches:
        status = row.status if row.status in ("existing", "proposed") else "new"
        found[status].append(row.site)
    open_now = {row.site for row in record.branches}
    before = record.branches if record.is_today else record.info.get("baseline_branches", ())
    for told in before:
        name = told.site if not isinstance(told, Mapping) else str(told["site"])
        if name not in open_now:
            found["closed"].append(name)
    return {status: [s for s in sites if s in known] for status, sites in found.items()}


def _marks(view: View, option: Option, land: Land) -> Iterable[str]:
    sites = {site.id: site for site in view.pack.sites}
    for status, names in branches(view, option.record).items():
        shape, colour = SYMBOLS[status]
        for name in names:
            place = place_of(sites[name], is_metres=land.sheet.is_metres)
            if place is not None:
                x, y = land.sheet.at(*place)
                yield shape_svg(shape, x, y, _SIZES[status], colour)


def description(view: View, option: Option, found: Mapping[str, float | None]) -> str:
    """The small map in a sentence."""
    w = view.words
    counts = {status: len(names) for status, names in branches(view, option.record).items()}
    told = [w(f"plans.alt_{status}", n=w.count(count)) for status, count in counts.items() if count]
    text = w("plans.alt", name=option.name, what=", ".join(told))
    known = [(change, code) for code, change in found.items() if change is not None]
    if known and min(known)[0] < 0:
        change, code = min(known)
        names = {area.code: area.name for area in view.pack.areas}
        text += " " + w("plans.alt_most", area=names.get(code, code), v=w.minutes(-change))
    return text


def legend_html(view: View, options: Sequence[Option], breaks: tuple[float, float]) -> str:
    """What symbols and colours of the small maps mean; only those that are there."""
    w = view.words
    used = {
        status
        for option in options
        for status, names in branches(view, option.record).items()
        if names
    }
    rows = []
    every = [change for each in options for change in changes(each.record.areas).values()]
    if breaks[1] > 0:
        low, high = (w.minutes(each) for each in breaks)
        texts = (w("legend.up_to", v=low), f"{low} {DASH} {high}", w("legend.over", v=high))
        rows += [(box_svg(fill), text) for fill, text in zip(BETTER_BLUE, texts, strict=True)]
    if any(change is not None and change > NEAR_MIN for change in every):
        rows.append((box_svg(WORSE_ORANGE), w("legend.longer")))
    for status, (shape, colour) in SYMBOLS.items():
        if status in used:
            named = "plans.closed" if status == "closed" else f"status.{status}"
            rows.append((shape_svg(shape, 8, 8, 5, colour), w(named)))
    return key_html(rows, view.heading(w("legend.change")))
