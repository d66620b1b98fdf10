"""A draft of changes to sites and costs as values: its tables, and what they come to in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.pack.columns import SCHEMAS
from planner.pack.edits import KINDS, Cells, Draft, EditedTables, GivenTable
from planner.pack.new_site import area_code, number_of
from planner.pack.types import STATUSES
from planner.present.cards import Card, Tone
from planner.present.view import View
from planner.present.words import Words
from planner.travel import default_model

MONEY = ("capital_kes", "annual_cost_kes", "closing_kes")


@dataclass(frozen=True)
class Desk:
    """A visitor's draft on a pack: the tables as given and as they are with the changes."""

    view: View
    given: Mapping[str, GivenTable]
    draft: Draft
    tables: EditedTables

    @property
    def words(self) -> Words:
        """The words of the page."""
        return self.view.words

    @property
    def sites(self) -> Mapping[str, Cells]:
        """The sites by id with their cells."""
        return self.tables.rows["sites"]

    @cached_property
    def area_of(self) -> dict[str, str]:
        """The code of each site's area, by the site's id; empty where the cell names none."""
        codes = {text: area_code(self.view.pack.areas, text)
                 for text in {cells.get("area", "") for cells in self.sites.values()}}  # fmt: skip
        return {key: codes[cells.get("area", "")] for key, cells in self.sites.items()}

    @cached_property
    def area_names(self) -> dict[str, str]:
        """The name of each area by its code."""
        return {area.code: area.name for area in self.view.pack.areas}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The tables that the pack has."""
        return tuple(kind for kind in KINDS if kind in self.given)

    @property
    def has_degrees(self) -> bool:
        """Whether sites stand on the map."""
        return {"lat", "lon"} <= self.given["sites"].columns

    @property
    def has_metres(self) -> bool:
        """Whether places are given as x and y."""
        return not self.has_degrees and {"x", "y"} <= self.given["sites"].columns

    @property
    def count(self) -> int:
        """How many changes there are: sites added, and cells that differ."""
        return len(self.tables.added) + len(self.tables.changes)

    def site_name(self, key: str) -> str:
        """The name of a site with its area where they differ."""
        name, area = self.sites[key].get("name") or key, self.area_names.get(self.area_of[key], "")
        return name if not area or area in name or name in area else f"{name} ({area})"

    def row_name(self, kind: str, key: str) -> str:
        """What a row is called."""
        return self.site_name(key) if kind == "sites" else self.tables.rows[kind][key]["name"]

    def named(self, kind: str, ids: str) -> str:
        """Ids of a cell by their names: `a;b` as `A, B`."""
        rows = self.tables.rows.get(kind, {})
        return ", ".join(rows.get(each, {}).get("name", each) for each in ids.split(";") if each)

    def status(self, key: str) -> str:
        """The status of a site; a blank one is a possible site."""
        status = self.sites[key].get("status", "")
        return status if status in STATUSES else "candidate"


def columns_shown(desk: Desk, kind: str) -> list[str]:
    """The columns of a table in the grid: all that the format knows, the id last."""
    given = desk.given[kind].columns
    left_out = set() if kind != "sites" or desk.has_metres else {"x", "y"}
    if kind == "sites":
        left_out |= set() if desk.has_degrees else {"lat", "lon"}
        left_out |= set() if "formats" in desk.given else {"formats", "format_today"}
    names = [column.name for column in SCHEMAS[kind].columns if column.name not in left_out]
    usual = {"sites": _SITE_ORDER, "services": (), "formats": ()}[kind]
    ahead = ["name", *(name for name in usual if name in names)]
    rare = {"hosts", "opened", "name_sw"} - given
    rest = [name for name in names if name not in {*ahead, *rare, "id"}]
    return [*ahead, *rest, "id"]


_SITE_ORDER = (
    "area",
    "status",
    "annual_cost_kes",
    "capital_kes",
    "services_today",
    "formats",
    "format_today",
    "capacity_visits_per_year",
)


# -- what it comes to --------------------------------------------------------------------------


def cheapest(rows: Mapping[str, Mapping[str, Cells]], name: str) -> float | None:
    """The least of a cost among sites where no branch is today; with formats, of their formats."""
    formats = rows.get("formats", {})
    costs = []
    for cells in rows["sites"].values():
        if cells.get("status") == "existing":
            continue
        own = [each for each in cells.get("formats", "").split(";") if each in formats]
        found = [formats[each] for each in own] or [cells]
        costs += [number_of(each.get(name, "")) or 0.0 for each in found]
    return min(costs, default=None)


def yearly_today(rows: Mapping[str, Mapping[str, Cells]]) -> float:
    """What today's branches and the services they offer cost a year."""
    formats, services = rows.get("formats", {}), rows.get("services", {})
    total = 0.0
    for cells in rows["sites"].values():
        if cells.get("status") != "existing":
            continue
        size = cells.get("format_today") or cells.get("formats", "").split(";")[0]
        total += number_of(formats.get(size, cells).get("annual_cost_kes", "")) or 0.0
        for each in cells.get("services_today", "").split(";"):
            total += number_of(services.get(each, {}).get("annual_cost_kes", "")) or 0.0
    return total


def cards(desk: Desk) -> list[Card]:
    """How many sites there are, what today's branches cost, and the cheapest new one."""
    w = desk.words
    before = {kind: table.rows for kind, table in desk.given.items()}
    now = desk.tables.rows
    counts = [sum(desk.status(key) == each for key in desk.sites) for each in STATUSES]
    told = dict(zip(STATUSES, map(w.count, counts), strict=True))
    added = len(desk.tables.added)
    year, was = yearly_today(now), yearly_today(before)
    least, least_was = (cheapest(each, "annual_cost_kes") for each in (now, before))
    once = cheapest(now, "capital_kes")
    return [
        Card(w("sites.card_sites"), w.count(len(desk.sites)), w("sites.card_sites_note", **told),
             change=w("sites.card_added", n=added) if added else ""),
        Card(w("sites.card_today"), w.money(year), w("sites.card_today_note"),
             change=_moved(w, was, year), tone=_tone(was, year)),
        Card(w("sites.card_least"), w.money(least or 0) if least is not None else w("unit.none"),
             w("sites.card_least_note", once=w.money(once or 0)),
             change=_moved(w, least_was or 0, least or 0),
             tone=_tone(least_was or 0, least or 0)),
    ]  # fmt: skip


def _moved(w: Words, before: float, after: float) -> str:
    return "" if before == after else w("sites.card_before", v=w.money(before))


def _tone(before: float, after: float) -> Tone:
    return "same" if before == after else "better" if after < before else "worse"


def summary(desk: Desk) -> str:
    """The draft in a sentence or two."""
    w = desk.words
    if not desk.count:
        return w("sites.summary_none", pack=desk.view.pack.name, n=w.count(len(desk.sites)))
    rows = len({(each.kind, each.id) for each in desk.tables.changes})
    parts = [w("sites.summary_added", n=len(desk.tables.added))] if desk.tables.added else []
    if desk.tables.changes:
        cells = len(desk.tables.changes)
        parts.append(w("sites.summary_changed", cells=cells, rows=rows))
    return w("sites.summary", what="; ".join(parts), pack=desk.view.pack.name)


def matrix_words(desk: Desk) -> str:
    """What travel that is given in a table means for a new site; empty where it is measured."""
    if default_model(desk.view.pack) == "matrix":
        return desk.words("sites.matrix_only")
    return desk.words("sites.matrix_too") if desk.view.pack.travel_matrix is not None else ""


def takes_sites(desk: Desk) -> bool:
    """Whether a new site can be added: its travel can be measured."""
    return default_model(desk.view.pack) != "matrix"
