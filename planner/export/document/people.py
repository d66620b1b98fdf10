"""Who gains and who loses, area by area, and how many people travel less or more."""

from __future__ import annotations

from planner.export.document.facts import DASH, Row, Told, count, grid, left, number, right
from planner.export.document.model import Block, Chapter, Fact, Facts, Grid, Paragraph
from planner.present.maps.gains import NEAR_MIN


def people(told: Told) -> Chapter:
    """Travel of every area's people today and under the plan; those that gain most first."""
    w = told.w
    blocks: list[Block] = []
    if told.before is not None:
        blocks.append(_counted(told))
    blocks.append(_areas(told))
    blocks.append(Paragraph(w("document.people_note"), quiet=True))
    return Chapter("people", w("document.people"), tuple(blocks), new_page=True)


def _counted(told: Told) -> Facts:
    """People by how the travel of their small place changes."""
    w = told.w
    counts = {"less": 0.0, "more": 0.0, "same": 0.0}
    for row in told.rows("points"):
        now, then = number(row["mean_min"]), number(row["today_mean_min"])
        if now is None or then is None:
            continue
        kind = "same" if abs(now - then) <= NEAR_MIN else "less" if now < then else "more"
        counts[kind] += number(row["population"]) or 0.0
    return Facts(
        tuple(Fact(w(f"document.people_{kind}"), w.count(n)) for kind, n in counts.items())
    )


def change_of(row: Row) -> float | None:
    """Minutes that an area's mean travel differs from today; None where one is not known."""
    now, then = number(row["mean_min"]), number(row["today_mean_min"])
    return None if now is None or then is None else now - then


def change_text(told: Told, change: float | None) -> str:
    """A change of minutes with its sign; a dash where it is not known."""
    if change is None:
        return DASH
    sign = "\N{MINUS SIGN}" if change < 0 else "+"
    minutes = told.w.minutes(abs(change))
    return minutes if abs(change) < 0.5 else f"{sign}\N{NO-BREAK SPACE}{minutes}"


def _areas(told: Told) -> Grid:
    w = told.w
    has_today = told.before is not None
    ordered = sorted(told.rows("areas"), key=lambda row: change_of(row) or 0.0)
    columns = (
        left(w("column.area")),
        right(w("column.visits")),
        *((right(told.sure(w("document.min_today"))),) if has_today else ()),
        right(told.sure(w("document.min_plan"))),
        *((right(w("document.min_change")),) if has_today else ()),
        right(w("column.within_words")),
        right(w("column.branches")),
    )
    rows = (
        (
            str(row["name"]),
            count(w, row["visits_per_year"]),
            *((w.minutes(number(row["today_mean_min"])),) if has_today else ()),
            w.minutes(number(row["mean_min"])),
            *((change_text(told, change_of(row)),) if has_today else ()),
            w.share(number(row["within_standard"])),
            count(w, row["branches"]),
        )
        for row in ordered
    )
    return grid(w("document.people_table"), columns, rows)
