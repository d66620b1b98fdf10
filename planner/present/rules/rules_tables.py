"""The tables of rules: standards, least branches by area and by service, budgets of divisions."""

from __future__ import annotations

from collections.abc import Mapping

from planner.present.rules.rules_field import MILLION
from planner.present.rules.rules_grids import Cell, Cells, Column, Grid
from planner.present.view import View
from planner.scenario import Scenario
from planner.scenario.change import dotted

NEW_SHARE = 0.9  # of a standard that is begun by its minutes


def standard_grid(view: View) -> Grid:
    """A travel standard for each service."""
    w, pack = view.words, view.pack
    columns = {
        "share": Column(w("rules.standards_share"), most=100, step=0.1),
        "within_min": Column(w("rules.standards_within")),
        "mode": Column(
            w("rules.standards_mode"), {each: w(f"standards.{each}") for each in ("hard", "soft")}
        ),
        "scope": Column(
            w("rules.standards_scope"),
            {each: w(f"rules.scope_{each}") for each in ("national", "area")},
        ),
    }

    def cells(rules: Scenario) -> Cells:
        return {
            service: {
                "share": None if rule.share is None else round(rule.share * 100, 6),
                "within_min": rule.within_min,
                "mode": rule.mode,
                "scope": rule.scope,
            }
            for service, rule in rules.standards.items()
        }

    def write(service: str, column: str, value: Cell, rules: Scenario) -> Mapping[str, object]:
        key, there = dotted("standards", service), rules.standards.get(service)
        if column == "share":
            if value is None and (there is None or not there.areas):
                return {key: None}
            value = None if value is None else round(float(value) / 100, 9)
        if column in ("mode", "scope") and value is None:
            return {}
        begun: dict[str, object] = {}
        if there is None and column != "share":
            begun = {f"{key}.share": NEW_SHARE}
        return begun | {f"{key}.{column}": value}

    own = [w.minutes(each.standard_min) for each in pack.services]
    return Grid(
        "standards",
        w("rules.standards_title"),
        w("column.service"),
        {each.id: w.name(each) for each in pack.services},
        columns,
        ("standards",),
        cells,
        write,
        "standard",
        {w("rules.standards_own"): own},
    )


def _whole(value: Cell) -> int | None:
    return None if value is None else round(float(value))


def floor_area_grid(view: View) -> Grid:
    """Other least numbers of branches for single areas."""
    w, code = view.words, {each.name: each.code for each in view.pack.areas}
    known = {each.code for each in view.pack.areas}

    def place(name: str) -> str:
        return name if name in known else code.get(name, name)

    def cells(rules: Scenario) -> Cells:
        given = rules.rules.branches_per_area.areas
        return {place(name): {"least": value} for name, value in given.items()}

    def write(area: str, _: str, value: Cell, rules: Scenario) -> Mapping[str, object]:
        given = rules.rules.branches_per_area.areas
        name = next((each for each in given if place(each) == area), area)
        return {dotted("rules", "branches_per_area", "areas", name): _whole(value)}

    return Grid(
        "floor_areas",
        w("rules.floor_areas"),
        w("column.area"),
        {each.code: each.name for each in view.pack.areas},
        {"least": Column(w("rules.floor_least"))},
        ("rules.branches_per_area.areas",),
        cells,
        write,
        "floor",
        height=260,
    )


def floor_service_grid(view: View) -> Grid:
    """Least branches in every area that offer a service."""
    w = view.words

    def cells(rules: Scenario) -> Cells:
        given = rules.rules.branches_per_area.services
        return {service: {"least": value} for service, value in given.items()}

    def write(service: str, _: str, value: Cell, __: Scenario) -> Mapping[str, object]:
        return {dotted("rules", "branches_per_area", "services", service): _whole(value)}

    return Grid(
        "floor_services",
        w("rules.floor_services"),
        w("column.service"),
        {each.id: w.name(each) for each in view.pack.services},
        {"least": Column(w("rules.floor_least_service"))},
        ("rules.branches_per_area.services",),
        cells,
        write,
        "floor_service",
    )


def division_grid(view: View) -> Grid:
    """Budgets of the divisions, for the services that are theirs."""
    w = view.words
    columns = {
        "annual_kes": Column(w("rules.division_annual"), step=0.1),
        "capital_kes": Column(w("rules.division_capital"), step=0.1),
    }

    def cells(rules: Scenario) -> Cells:
        found: Cells = {}
        for name in columns:
            for division, value in getattr(rules.rules, name).divisions.items():
                found.setdefault(division, {})[name] = round(value / MILLION, 6)
        return found

    def write(division: str, column: str, value: Cell, _: Scenario) -> Mapping[str, object]:
        key = dotted("rules", column, "divisions", division)
        return {key: None if value is None else round(float(value) * MILLION)}

    return Grid(
        "divisions",
        w("rules.divisions"),
        w("rules.division"),
        {each: each for each in view.problem.division_ids},
        columns,
        tuple(f"rules.{name}.divisions" for name in columns),
        cells,
        write,
        "divisions",
    )
