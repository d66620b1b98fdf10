"""Rules by service, by area, by division or by site: tables that show the scenario and set it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from planner.errors import InputError
from planner.present import rules_draft, saved
from planner.present.rules_field import MILLION
from planner.present.saved_told import refuse
from planner.present.today import View
from planner.scenario import Scenario
from planner.scenario.change import dotted, with_keys

Cell = str | float | None
Cells = dict[str, dict[str, Cell]]  # row, column
NEW_SHARE = 0.9  # of a standard that is begun by its minutes


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be edited: numbers, or a choice where `words` are given by id."""

    label: str
    words: Mapping[str, str] = field(default_factory=dict)
    step: float = 1
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of rules.

    Attributes:
        name: Of its texts and its widget.
        title: Above it.
        first: The head of the column of rows.
        rows: What each row is called, by its id.
        columns: By id.
        keys: The keys of the scenario that it stands for.
        cells: What the scenario says.
        write: The keys to set for a cell that was changed: row, column, value, scenario.
        picture: The picture that its help shows.
        facts: More columns that only tell: by head, a text for each row.
        height: In pixels; None for as high as its rows.
    """

    name: str
    title: str
    first: str
    rows: Mapping[str, str]
    columns: Mapping[str, Column]
    keys: tuple[str, ...]
    cells: Callable[[Scenario], Cells]
    write: Callable[[str, str, Cell, Scenario], Mapping[str, object]]
    picture: str = ""
    facts: Mapping[str, list[str]] = field(default_factory=dict)
    height: int | None = None


def show_grid(grid: Grid, language: str) -> None:
    """The table as a widget.

    Its source stays the same while its own edits are all that changed, or edits would be lost; a
    change from elsewhere, other rows, or an edit that was refused make a new one.
    """
    state, place = st.session_state, f"grid.{grid.name}"
    found = grid.cells(rules_draft.now())
    now = {row: {c: found.get(row, {}).get(c) for c in grid.columns} for row in grid.rows}
    base, version = state.get(place, (None, 0))
    key = f"{place}.{language}.{version}"
    if base is None or list(base) != list(now) or edited(base, _edits(key)) != now:
        base, version = now, version + 1
        state[place] = (base, version)
        key = f"{place}.{language}.{version}"
    frame, config = grid_frame(grid, base)
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        width="stretch",
        height="auto" if grid.height is None else grid.height,
        disabled=[name for name in frame.columns if name not in grid.columns],
        column_config=config,
        alt=grid.title,
        on_change=_changed,
        args=(grid, key),
    )


def _edits(key: str) -> Mapping[int, Mapping[str, Cell]]:
    found: Mapping[int, Mapping[str, Cell]] = st.session_state.get(key, {}).get("edited_rows", {})
    return found


def _changed(grid: Grid, key: str) -> None:
    base: Cells = st.session_state[f"grid.{grid.name}"][0]
    try:
        saved.turn(after_edits(grid, base, _edits(key), rules_draft.now()))
    except InputError as error:
        refuse(error)


def edited(base: Cells, edits: Mapping[int, Mapping[str, Cell]]) -> Cells:
    """The cells after a table's edits, which go by row number."""
    after = {row: dict(cells) for row, cells in base.items()}
    rows = list(base)
    for number, cells in edits.items():
        after[rows[int(number)]].update(cells)
    return after


def after_edits(
    grid: Grid, base: Cells, edits: Mapping[int, Mapping[str, Cell]], rules: Scenario
) -> Scenario:
    """The scenario with those edits that it does not say yet, one after another.

    Raises:
        InputError: The rules would not be ones.
    """
    before = grid.cells(rules)
    for row, cells in edited(base, edits).items():
        for column, value in cells.items():
            if value != before.get(row, {}).get(column):
                rules = with_keys(rules, grid.write(row, column, value, rules))
    return rules


def grid_frame(grid: Grid, cells: Cells) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table and how its columns are edited."""
    frame = pd.DataFrame({grid.first: list(grid.rows.values()), **grid.facts}, dtype="str")
    config: dict[str, Any] = {}
    for name, column in grid.columns.items():
        values = [cells[row][name] for row in grid.rows]
        if column.words:
            frame[name] = pd.Series(values, dtype="object")
            config[name] = st.column_config.SelectboxColumn(
                column.label, options=list(column.words), format_func=column.words.__getitem__
            )
        else:
            frame[name] = pd.Series(values, dtype="float64")
            config[name] = st.column_config.NumberColumn(
                column.label, min_value=0, max_value=column.most, step=column.step, format="%g"
            )
    return frame, config


# -- the tables ----------------------------------------------------------------------------


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
