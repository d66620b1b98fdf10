"""A table of rules that shows the scenario and sets it: by service, area, division or site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from planner.errors import InputError
from planner.present.saved import rules_draft, saved
from planner.present.saved.saved_told import refuse
from planner.scenario import Scenario
from planner.scenario.change import with_keys

Cell = str | float | None
Cells = dict[str, dict[str, Cell]]  # row, column
_FIRST, _NUMBER = 150, 95  # pixels, so that what can be edited is seen beside the names


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
        placeholder="\N{EN DASH}",
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
    frame = pd.DataFrame({grid.first: list(grid.rows.values())}, dtype="str")
    config: dict[str, Any] = {grid.first: st.column_config.TextColumn(width=_FIRST, pinned=True)}
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
                column.label,
                min_value=0,
                max_value=column.most,
                step=column.step,
                format="%g",
                width=_NUMBER,
            )
    for name, texts in grid.facts.items():
        frame[name] = pd.Series(texts, dtype="str")
    return frame, config
