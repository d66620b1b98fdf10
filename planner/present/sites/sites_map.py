"""The map of a draft: areas as ground, every site with what it is or what was done to it."""

from __future__ import annotations

from collections.abc import Iterable

from planner.pack.edits import Cells
from planner.pack.new_site import is_place, number_of
from planner.present.maps.area_layers import LAND, LAND_BORDER
from planner.present.maps.layers import AreaCell, Areas, Legend, LegendRow, SiteMark, Sites, Status
from planner.present.sites.sites import Desk
from planner.present.words import Words

NEW = "new"  # in place of an id: the site that is about to be added
_CHOSEN, _RADIUS, _SMALL = 9.0, 7.0, 5.0
_DECIMALS = 4  # about ten metres, finer than a symbol
_STATUS: dict[str, Status] = {"existing": "existing", "proposed": "proposed"}


def area_layer(desk: Desk) -> Areas:
    """The areas as ground, each with how many sites it has."""
    w = desk.words
    count: dict[str, int] = {}
    for code in desk.area_of.values():
        count[code] = count.get(code, 0) + 1
    cells = {
        area.code: AreaCell(LAND, (area.name, w("sites.area_sites", n=count.get(area.code, 0))))
        for area in desk.view.pack.areas
    }
    text = w("sites.map_description", n=w.count(len(desk.sites)), added=len(desk.tables.added))
    return Areas(cells, description=text, border=LAND_BORDER)


def site_layer(desk: Desk, chosen: str, place: tuple[float, float] | None) -> Sites:
    """Every site with what it is or what was done to it; the chosen one is larger.

    Args:
        desk: The draft.
        chosen: The id of the site that is being changed; empty for none.
        place: Where a new site is about to stand, in degrees.
    """
    w, marks = desk.words, []
    changed = desk.tables.changes_of("sites")
    for key, cells in desk.sites.items():
        if not is_place(cells):
            continue
        status = mark_status(desk, key, changed)
        offers = bool(cells.get("services_today")) and status != "candidate"
        radius = _SMALL if status == "candidate" else _RADIUS
        marks.append(
            SiteMark(
                key,
                round(float(cells["lat"]), _DECIMALS),
                round(float(cells["lon"]), _DECIMALS),
                status,
                (desk.site_name(key), *_what(desk, key, status), *_told(desk, cells)),
                radius=_CHOSEN if key == chosen else radius,
                number=len(cells.get("services_today", "").split(";")) if offers else 0,
            )
        )
    if place is not None:
        lines = (w("sites.new_here"), w("sites.new_here_note"))
        marks.append(SiteMark(NEW, *place, "opened", lines, radius=_CHOSEN))
    return Sites(marks)


def mark_status(desk: Desk, key: str, changed: Iterable[str]) -> Status:
    """What the map shows of a site: added, changed, else its status."""
    if key in desk.tables.added:
        return "new"
    if key in changed:
        return "changed"
    return _STATUS.get(desk.status(key), "candidate")


def status_words(w: Words, status: Status) -> str:
    """What a symbol of this page's map means."""
    own = {"new", "changed", "opened"}
    return w(f"sites.mark_{status}") if status in own else w(f"status.{status}")


def _what(desk: Desk, key: str, shown: Status) -> list[str]:
    """What a site is, after what was done to it."""
    kept, own = desk.words(f"status.{desk.status(key)}"), status_words(desk.words, shown)
    return [own] if own == kept else [own, kept]


def _told(desk: Desk, cells: Cells) -> list[str]:
    w = desk.words
    cost = number_of(cells.get("annual_cost_kes", ""))
    if cells.get("formats"):
        return [w("sites.tip_formats", names=desk.named("formats", cells["formats"]))]
    if cost is None:
        return []
    once = number_of(cells.get("capital_kes", "")) or 0
    return [w("sites.tip_costs", year=w.money(cost), once=w.money(once))]


def legend(desk: Desk, *, with_place: bool) -> Legend:
    """What the symbols mean."""
    w = desk.words
    changed = desk.tables.changes_of("sites")
    there = {mark_status(desk, key, changed) for key in desk.sites} | (
        {"opened"} if with_place else set()
    )
    order: tuple[Status, ...] = (
        "existing", "proposed", "candidate", "new", "changed", "opened",
    )  # fmt: skip
    rows = [LegendRow("symbol", status_words(w, s), status=s) for s in order if s in there]
    blocks: list[tuple[str, list[LegendRow]]] = [(w("legend.sites"), rows)]
    if {"existing", "proposed"} & there:
        blocks.append((w("legend.number"), []))
    return Legend(blocks)
