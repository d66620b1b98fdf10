"""What differs from the pack in words: each changed cell, each added site, and all as a table."""

from __future__ import annotations

import pandas as pd

from planner.pack.edits import AddSite, Change, Edit, SetCells
from planner.pack.new_site import FIGURES, area_code, number_of
from planner.pack.types import STATUSES
from planner.present.sites.sites import MONEY, Desk
from planner.present.words import Words


def column_words(w: Words, name: str) -> str:
    """A column of the tables in words, with its unit."""
    return w(f"sites.column_{name}")


def cell_words(desk: Desk, column: str, text: str) -> str:
    """A cell in words: names for ids, separators in numbers, `blank` for nothing."""
    w = desk.words
    if not text:
        return w("sites.blank")
    if column == "status" and text in STATUSES:
        return w(f"status.{text}")
    if column == "area":
        code = area_code(desk.view.pack.areas, text)
        return desk.area_names.get(code, text)
    if column in {"services_today", "services"}:
        return desk.named("services", text)
    if column in {"formats", "format_today"}:
        return desk.named("formats", text)
    number = number_of(text)
    if number is not None and column in {*FIGURES, *MONEY}:
        return w.number(number)
    return text


def change_sentence(desk: Desk, change: Change) -> str:
    """A changed cell: what stood there, what stands there now, when and by whom."""
    w = desk.words
    return w(
        "sites.change",
        name=desk.row_name(change.kind, change.id),
        column=column_words(w, change.column),
        before=cell_words(desk, change.column, change.before),
        after=cell_words(desk, change.column, change.after),
        who=_who(w, change.on.isoformat(), change.by),
    )


def added_sentence(desk: Desk, key: str) -> str:
    """A site that was added."""
    edit = desk.tables.added[key]
    w = desk.words
    who = _who(w, edit.on.isoformat(), edit.by)
    status = w(f"status.{desk.status(key)}")
    return w("sites.added", name=desk.site_name(key), status=status, who=who)


def edit_sentence(desk: Desk, edit: Edit) -> str:
    """One change of the draft in short: what undo takes back, or redo brings."""
    w = desk.words
    if isinstance(edit, AddSite):
        return w("sites.edit_add", name=dict(edit.cells).get("name", edit.id))
    if not isinstance(edit, SetCells):
        return w("sites.edit_remove", name=edit.id)
    there = edit.id in desk.tables.rows[edit.kind]
    name = desk.row_name(edit.kind, edit.id) if there else edit.id
    return w(
        "sites.edit_set", name=name, columns=", ".join(column_words(w, n) for n, _ in edit.cells)
    )


def _who(w: Words, on: str, by: str) -> str:
    return w("sites.who_by", on=on, by=by) if by else on


def difference_table(desk: Desk) -> pd.DataFrame:
    """Everything that differs from the pack: sites added, then cells in the order of the tables."""
    w = desk.words
    rows: list[list[str]] = []
    for key, edit in desk.tables.added.items():
        rows.append([desk.site_name(key), w("sites.kind_sites"), w("sites.whole_row"), "",
                     w("sites.new"), edit.on.isoformat(), edit.by])  # fmt: skip
    rows += [
        [
            desk.row_name(each.kind, each.id),
            w(f"sites.kind_{each.kind}"),
            column_words(w, each.column),
            cell_words(desk, each.column, each.before),
            cell_words(desk, each.column, each.after),
            each.on.isoformat(),
            each.by,
        ]
        for each in desk.tables.changes
    ]
    heads = ("row", "table", "cell", "before", "after", "on", "by")
    return pd.DataFrame(rows, columns=[w(f"sites.head_{name}") for name in heads], dtype="str")
