"""The grids of sites, services and formats: edited like a sheet, each cell a change with undo."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from planner.pack.edits import SetCells, column_of
from planner.pack.figures import MARKS
from planner.pack.new_site import number_of
from planner.pack.number_grammar import number_text, tidy
from planner.pack.types import STATUSES
from planner.present.sites import sites_new, sites_state
from planner.present.sites.sites import Desk, columns_shown
from planner.present.sites.sites_said import column_words

SEARCH, AREA = "sites.search", "sites.in_area"
_HEIGHT, _TALL = 420, 10
_NAME, _AREA, _STATUS = 190, 120, 140  # pixels
_LISTS = {"services_today": "services", "services": "services", "formats": "formats"}
_PLACES = ("lat", "lon")

Heads = Mapping[str, str]  # what a column is called on the page, to its name


@dataclass(frozen=True)
class _Source:
    """What a grid was made from: it stays, with its key, while the grid's own edits come in.

    A grid whose source changes under the same key loses every second edit.
    """

    token: tuple[object, ...]
    key: str
    ids: tuple[str, ...]
    frame: pd.DataFrame


def show(desk: Desk, kind: str) -> None:
    """The grid of one table."""
    names = columns_shown(desk, kind)
    heads = {column_words(desk.words, name): name for name in names}
    ids = matching(desk) if kind == "sites" else tuple(desk.tables.rows[kind])
    source = _source(desk, kind, ids, names)
    st.data_editor(
        source.frame,
        key=source.key,
        hide_index=True,
        width="stretch",
        height=_HEIGHT if len(ids) > _TALL else "auto",
        disabled=[head for head, name in heads.items() if name in _fixed(desk, kind)],
        column_config={head: _config(desk, kind, name, head) for head, name in heads.items()},
        on_change=_edited,
        args=(desk, kind, source, heads),
    )


def search(desk: Desk) -> None:
    """Which sites the grid shows."""
    w = desk.words
    left, right = st.columns(2)
    left.text_input(w("sites.search"), key=SEARCH, max_chars=60)
    right.selectbox(
        w("sites.search_area"),
        ["", *desk.area_names],
        key=AREA,
        format_func=lambda code: desk.area_names[code] if code else w("today.all_areas"),
    )


def _source(desk: Desk, kind: str, ids: tuple[str, ...], names: Sequence[str]) -> _Source:
    state, place = st.session_state, f"sites_source.{kind}"
    token = (sites_state.version(), desk.words.language, ids, tuple(names))
    before = state.get(place)
    if isinstance(before, _Source) and before.token == token and before.key in state:
        return before
    number = state.get("sites_source.count", 0) + 1  # a page that was left forgets its grids
    made = _Source(
        token, f"sites_grid.{kind}.{number}", ids, grid_frame(desk, kind, ids, names)
    )  # fmt: skip
    state.update({"sites_source.count": number, place: made})
    return made


def matching(desk: Desk) -> tuple[str, ...]:
    """The ids of the sites that were searched for, in the chosen area."""
    wanted = str(st.session_state.get(SEARCH) or "").casefold().strip()
    area = st.session_state.get(AREA) or ""
    return tuple(
        key
        for key in desk.sites
        if (not area or desk.area_of[key] == area)
        and wanted in f"{desk.site_name(key)} {key}".casefold()
    )


def grid_frame(desk: Desk, kind: str, ids: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """The rows of a grid: numbers as numbers, lists as lists, blank as nothing."""
    columns = {
        column_words(desk.words, name): [_shown(desk, kind, key, name) for key in ids]
        for name in names
    }
    frame = pd.DataFrame(columns)
    for name in names:
        column = column_of(kind, name)
        if column is not None and column.numeric:
            head = column_words(desk.words, name)
            frame[head] = pd.to_numeric(frame[head], errors="coerce").astype("Float64")
    return frame


def _shown(desk: Desk, kind: str, key: str, name: str) -> Any:
    text = desk.tables.rows[kind][key].get(name, "")
    column = column_of(kind, name)
    if name == "area":
        return desk.area_of[key] or None
    if name in _LISTS:
        return [each for each in text.split(";") if each]
    if column is not None and column.numeric:
        return number_of(text)
    return text or None


def _fixed(desk: Desk, kind: str) -> set[str]:
    """The columns that a grid shows and does not change."""
    has_outlines = any(area.outline is not None for area in desk.view.pack.areas)
    follows = {"area"} if kind == "sites" and has_outlines and desk.has_degrees else set()
    return {"id", *follows}


def _config(desk: Desk, kind: str, name: str, head: str) -> Any:
    w, make = desk.words, st.column_config
    column = column_of(kind, name)
    if name == "area":
        areas = desk.area_names
        return make.SelectboxColumn(
            head, options=list(areas), format_func=areas.__getitem__, width=_AREA
        )
    if name == "status":
        return make.SelectboxColumn(
            head,
            options=list(STATUSES),
            format_func=lambda each: w(f"status.{each}"),
            width=_STATUS,
        )
    if name == "confidence":
        return make.SelectboxColumn(
            head, options=list(MARKS), format_func=lambda each: w(f"mark.{each}")
        )
    if name in _LISTS or name == "format_today":
        others = _LISTS.get(name, "formats")
        rows = desk.tables.rows.get(others, {})

        def called(key: str) -> str:
            return rows.get(key, {}).get("name") or key

        if name == "format_today":
            return make.SelectboxColumn(head, options=list(rows), format_func=called)
        return make.MultiselectColumn(head, options=list(rows), format_func=called)
    if column is not None and column.numeric:
        whole = column.kind in {"money", "whole"}
        return make.NumberColumn(
            head,
            min_value=column.low,
            max_value=column.high,
            step=1 if whole else None,
            format="%.5f" if column.kind == "degrees" else "localized",
        )
    is_name = name == "name"
    return make.TextColumn(
        head, pinned=is_name, required=is_name, max_chars=500, width=_NAME if is_name else None
    )


# -- what was typed ----------------------------------------------------------------------------


def _edited(desk: Desk, kind: str, source: _Source, heads: Heads) -> None:
    rows = st.session_state[source.key]["edited_rows"]
    for edit in typed(desk, kind, source.ids, rows, heads):
        sites_state.do(edit, is_from_grid=True)


def typed(
    desk: Desk,
    kind: str,
    ids: Sequence[str],
    rows: Mapping[int, Mapping[str, Any]],
    heads: Heads,
) -> list[SetCells]:
    """The edits that a grid's cells ask for, where they say something else than the draft does.

    A site that moves gets the area in which it then lies, where the pack has outlines.

    Args:
        desk: The draft before them.
        kind: The table.
        ids: The rows of the grid.
        rows: The changed cells by row and by what their column is called.
        heads: The column of each of those.
    """
    edits = []
    for row, cells in rows.items():
        key = ids[int(row)]
        now = desk.tables.rows[kind][key]
        told = {heads[head]: cell_typed(value) for head, value in cells.items()}
        new = {
            name: text
            for name, text in told.items()
            if text != (desk.area_of[key] if name == "area" else now.get(name, ""))
        }
        if kind == "sites" and not new.keys().isdisjoint(_PLACES):
            at = [number_of({**now, **new}.get(name, "")) for name in _PLACES]
            if at[0] is not None and at[1] is not None:
                moved, refusal = sites_new.moved_cells(desk, at[0], at[1])
                if not refusal and "area" in moved and moved["area"] != desk.area_of[key]:
                    new["area"] = moved["area"]
        if new:
            edits.append(
                SetCells(kind, key, tuple(new.items()), sites_state.today(), sites_state.author())
            )
    return edits


def cell_typed(value: Any) -> str:
    """What was typed in a cell as text of the table."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, (list, tuple)):
        return ";".join(str(each) for each in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(tidy(value))
    return " ".join(str(value).split())
