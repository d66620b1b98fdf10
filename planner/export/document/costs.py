"""What the plan costs once and a year: branches that stay, open and close, against the limits."""

from __future__ import annotations

from planner.export.document.facts import DASH, Row, Told, grid, left, number, right
from planner.export.document.model import Block, Chapter, Grid, Paragraph
from planner.export.document.summary import limits_sentence


def costs(told: Told) -> Chapter:
    """Money by what happens to branches, with its sum, its limits and today's."""
    w = told.w
    plan, today = told.figure("annual")
    blocks: list[Block] = []
    if plan is not None and today is not None:
        said = {"plan": w.money(plan), "today": w.money(today), "more": w.money(abs(plan - today))}
        key = "document.cost_more" if plan >= today else "document.cost_less"
        blocks.append(Paragraph(w(key, **said)))
    blocks += [_table(told), Paragraph(w("document.cost_note"), quiet=True)]
    return Chapter("costs", w("document.costs"), tuple(blocks))


def _table(told: Told) -> Grid:
    w = told.w
    groups = {
        "cost.kept": [r for r in told.rows("branches") if r["status"] == "existing"],
        "cost.new": [r for r in told.rows("branches") if r["status"] != "existing"],
    }
    rows = [
        (
            w(key),
            w.count(len(own)),
            w.money(_sum(own, "capital_kes")),
            w.money(_sum(own, "annual_kes")),
        )
        for key, own in groups.items()
    ]
    closed = told.score.closed
    if closed:
        once = sum(each.capital_kes for each in closed)
        rows.append((w("cost.closed"), w.count(len(closed)), w.money(once), DASH))
    columns = (
        left(w("column.item")),
        right(w("column.branches")),
        right(w("column.capital")),
        right(w("column.annual")),
    )
    total = (
        w("document.plan_together"),
        w.count(told.figure("branches")[0] or 0),
        w.money(told.figure("capital")[0] or 0),
        w.money(told.figure("annual")[0] or 0),
    )
    return grid(w("document.cost_table"), columns, rows, note=limits_sentence(told), total=total)


def _sum(rows: list[Row], key: str) -> float:
    return sum(number(row[key]) or 0.0 for row in rows)
