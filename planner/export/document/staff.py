"""Counters and their work by branch: what decides how many people must serve there."""

from __future__ import annotations

import numpy as np

from planner.export.document.facts import DASH, Row, Told, count, grid, left, number, right
from planner.export.document.model import Block, Chapter, Grid, Paragraph


def staff(told: Told) -> Chapter:
    """Each branch's counters, their work, and counters set aside for services."""
    w = told.w
    rows = told.rows("branches")
    has_work = any((number(row["counter_min_per_year"]) or 0.0) > 0 for row in rows)
    has_counters = any(number(row["counters"]) is not None for row in rows)
    blocks: list[Block] = []
    if not has_work:
        blocks.append(Paragraph(w("document.staff_no_minutes")))
    if not has_counters:
        blocks.append(Paragraph(w("document.staff_no_counters")))
    if has_work:
        per_year = told.run.pack.counter_minutes_per_year
        blocks.append(Paragraph(w("document.staff_words", minutes=w.number(per_year.value))))
        blocks.append(_work(told, rows))
        aside = _set_aside(told)
        if aside is not None:
            blocks.append(aside)
        blocks.append(Paragraph(w("document.staff_note"), quiet=True))
    return Chapter("staff", w("document.staff"), tuple(blocks))


def _work(told: Told, rows: tuple[Row, ...]) -> Grid:
    w, each = told.w, told.run.pack.counter_minutes_per_year.value
    formats = any(row["format"] for row in rows)
    has_counters = any(number(row["counters"]) is not None for row in rows)
    columns = (
        left(w("column.branch")),
        *((left(w("column.format")),) if formats else ()),
        right(w("column.visits")),
        right(w("column.counter_work")),
        right(w("document.work_in_counters")),
        *((right(w("column.counters")),) if has_counters else ()),
        right(w("document.used")),
    )
    cells = [
        (
            str(row["name"]),
            *((told.format(row["format"]),) if formats else ()),
            count(w, row["visits_per_year"]),
            count(w, row["counter_min_per_year"]),
            _in_counters(number(row["counter_min_per_year"]), each),
            *((count(w, row["counters"]),) if has_counters else ()),
            DASH if number(row["utilisation"]) is None else w.share(number(row["utilisation"])),
        )
        for row in rows
    ]
    minutes = sum(number(row["counter_min_per_year"]) or 0.0 for row in rows)
    visits = sum(number(row["visits_per_year"]) or 0.0 for row in rows)
    known = [n for row in rows if (n := number(row["counters"])) is not None]
    counters = w.count(sum(known)) if len(known) == len(rows) else DASH
    total = (
        *((w("cost.total"), "") if formats else (w("cost.total"),)),
        *(w.count(visits), w.count(minutes), _in_counters(minutes, each)),
        *((counters,) if has_counters else ()),
        "",
    )
    return grid(w("document.staff_table"), columns, cells, total=total)


def _in_counters(minutes: float | None, each: float) -> str:
    return DASH if minutes is None or each <= 0 else f"{minutes / each:,.1f}"


def _set_aside(told: Told) -> Grid | None:
    """Counters that the plan sets aside for single services."""
    w, counters = told.w, told.plan.counters
    if counters is None:
        return None
    columns = (
        left(w("column.branch")),
        *(right(told.view.service_name(s)) for s in range(len(told.run.pack.services))),
        right(w("cost.total")),
    )
    rows = (
        (
            told.run.pack.sites[j].name,
            *(w.count(n) if n else DASH for n in counters[j].tolist()),
            w.count(int(counters[j].sum())),
        )
        for j in np.flatnonzero(told.plan.is_open).tolist()
    )
    return grid(w("document.aside_table"), columns, rows)
