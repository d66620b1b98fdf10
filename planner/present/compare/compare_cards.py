"""The three figures that decide between two plans, as cards: travel, yearly money, duplicates."""

from __future__ import annotations

from planner.compare.types import KpiCell, KpiRow
from planner.compare.words import one_separation
from planner.present import travel
from planner.present.cards import Card
from planner.present.compare.compare import Seen, difference, kpi_name, shown, within

_DUPLICATES = "duplicates.unnecessary"
KEYS = ("mean_min", "annual_kes", _DUPLICATES)


def pair_cards(seen: Seen, other: int) -> list[Card]:
    """What a plan comes to against the base; nothing of a figure that it does not have."""
    rows = [row for key in KEYS if (row := seen.row(key)) is not None]
    told = [(row, row.cells[other]) for row in rows]
    return [_card(seen, row, cell, other) for row, cell in told if cell.value is not None]


def _card(seen: Seen, row: KpiRow, cell: KpiCell, other: int) -> Card:
    w, base = seen.words, seen.found.base
    value, error, notes = shown(seen, row, cell.value, other), "", []
    if row.key == "mean_min":
        error = travel.error_beside(w, value, seen.travel)
        if error and not travel.is_measured(seen.travel):  # too long to stand beside a figure
            notes, error = [error], ""
    if row.key == _DUPLICATES:
        notes = [within(seen, other)]
    before = row.cells[base].value
    if before is not None:
        told = shown(seen, row, before, base)
        if row.key == _DUPLICATES and not one_separation(seen.found.members):
            told = w("separation.cell", v=told, within=within(seen, base))
        notes.append(w("compare.card_base", name=seen.base, v=told))
    text, tone = difference(seen, row, cell, other)
    return Card(kpi_name(w, row.key), value, "; ".join(notes), text, tone, error)
