"""Standards and the charter: what is asked for, what is reached, what journeys promise."""

from __future__ import annotations

import math

from planner.evaluate import todays_network
from planner.export.document.facts import DASH, Told, grid, left, number, right
from planner.export.document.model import Block, Chapter, Grid, Paragraph
from planner.insight.scorecard_facts import service_within


def standards(told: Told) -> Chapter:
    """The rules' own standards, the services' standards, and the days that journeys promise."""
    w = told.w
    blocks: list[Block] = []
    if told.rows("standards"):
        blocks.append(_asked(told))
    else:
        blocks.append(Paragraph(w("document.standards_none")))
    blocks += [Paragraph(w("document.charter_words")), _charter(told)]
    if told.run.pack.journeys:
        blocks += [_journeys(told), Paragraph(w("document.journeys_note"), quiet=True)]
    return Chapter("standards", w("document.standards"), tuple(blocks))


def _asked(told: Told) -> Grid:
    w = told.w
    columns = (
        left(w("column.service")),
        left(w("column.where")),
        right(w("scorecard.column_standard")),
        right(w("column.asked")),
        right(w("column.reached")),
        right(w("column.short")),
        left(w("column.kind")),
    )
    rows = (
        (
            told.service(row["service"]),
            str(row["area_name"]) or w("standards.everywhere"),
            w.minutes(number(row["within_min"])),
            w.share(number(row["share_asked"])),
            w.share(number(row["share_reached"])),
            w.count(math.ceil((number(row["visits_short"]) or 0.0) - 1e-6)),
            w(f"standards.{row['rule']}"),
        )
        for row in told.rows("standards")
    )
    return grid(w("document.standards_table"), columns, rows)


def _charter(told: Told) -> Grid:
    """Each service's own standard and the share of all its visits that keeps it."""
    w, problem = told.w, told.run.problem
    today = todays_network(problem)
    now = service_within(problem, told.plan)
    then = (None,) * len(now) if today is None else service_within(problem, today)
    columns = (
        left(w("column.service")),
        right(w("scorecard.column_standard")),
        right(w("scorecard.column_within_today")),
        right(w("scorecard.column_within_plan")),
    )
    rows = (
        (
            told.service(row["service"]),
            DASH if number(row["standard_min"]) is None else w.minutes(number(row["standard_min"])),
            w.share(old),
            w.share(new),
        )
        for row, old, new in zip(told.rows("services"), then, now, strict=True)
    )
    return grid(w("document.charter_table"), columns, rows)


def _journeys(told: Told) -> Grid:
    w = told.w
    columns = (left(w("scorecard.column_journey")), right(w("scorecard.column_promised")))
    rows = (
        (
            w.name(journey),
            _days(told, journey.standard_days),
        )
        for journey in told.run.pack.journeys
    )
    return grid(w("document.journeys_table"), columns, rows)


def _days(told: Told, days: float | None) -> str:
    w = told.w
    if days is None:
        return w("scorecard.no_promise")
    return w("scorecard.days_one" if days == 1 else "scorecard.days", n=w.number(days))
