"""Planned and done as people read it: sentences, cards, tables, the map and the curve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import altair as alt
import pandas as pd

from planner.present.cards import Card, Tone
from planner.present.maps.area_layers import LAND, LAND_BORDER
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import (
    AreaCell,
    Areas,
    Legend,
    LegendRow,
    SiteMark,
    Sites,
    Status,
)
from planner.present.markup import keyed
from planner.present.view import View
from planner.runs.tracking.held import Line, Tracking, curve

# Shape and colour both tell it; the legend says it.
MARKS: Mapping[str, Status] = {
    "done": "always",
    "to_come": "sometimes",
    "undated": "once",
    "overdue": "closed",
    "extra": "locked",
}
_DUE, _DONE = "#b25c00", "#0b5e4a"


def day_words(day: date) -> str:
    """A day that is never parted at a line's end."""
    return day.isoformat().replace("-", "\N{NON-BREAKING HYPHEN}")


def mark_of(line: Line) -> str:
    """How a line is marked: its state, or that no plan has it."""
    return "extra" if line.kind == "extra" else line.state


def summary(view: View, found: Tracking, name: str) -> str:
    """The answer in a sentence or two."""
    w, sums = view.words, found.sums
    parts = [w("tracking.lead", done=sums.done, n=sums.planned, name=name, day=day_words(found.on))]
    for key, count in (("late", sums.late), ("overdue", sums.overdue), ("undated", sums.undated),
                       ("extra", sums.extra)):  # fmt: skip
        if count:
            parts.append(w.counted(f"tracking.lead_{key}", count))
    return " ".join(parts)


def cards(view: View, found: Tracking) -> list[Card]:
    """What is done, what is late, what was paid and how many came."""
    w, sums = view.words, found.sums
    late = [each for each in found.lines if each.state == "overdue" and each.late_days]
    worst = max(late, key=lambda each: each.late_days or 0, default=None)
    note = "" if worst is None else w(
        "tracking.card_worst", name=worst.name, days=w.count(worst.late_days or 0)
    )  # fmt: skip
    made = [
        Card(w("tracking.card_done"), w("tracking.of", a=sums.done, b=sums.planned)),
        Card(w("tracking.card_overdue"), w.count(sums.overdue), note),
    ]
    if sums.paid_lines:
        more = sums.capital_done - sums.capital_plan
        told = w("tracking.card_more" if more > 0 else "tracking.card_less", v=w.money(abs(more)))
        tone: Tone = "worse" if more > 0 else "better" if more < 0 else "same"
        planned = w.counted("tracking.card_planned", sums.paid_lines, v=w.money(sums.capital_plan))
        paid = w.money(sums.capital_done)
        made.append(Card(w("tracking.card_paid"), paid, planned, told if more else "", tone))
    else:
        plan = w.money(sums.capital_plan_all)
        made.append(Card(w("tracking.card_money"), plan, w("tracking.card_unpaid")))
    if sums.counted_lines and sums.visits_plan:
        share = w.share(sums.visits_done / sums.visits_plan)
        told = w.counted("tracking.card_counted", sums.counted_lines,
                         a=w.count(sums.visits_done), b=w.count(sums.visits_plan))  # fmt: skip
        made.append(Card(w("tracking.card_visits"), share, told))
    return made


def line_table(view: View, found: Tracking) -> pd.DataFrame:
    """A row for each thing planned or done; in step with the map."""
    w = view.words
    money = w("tracking.money_unit")
    rows = []
    for each in found.lines:
        service = "" if each.service is None else view.service_name(each.service)
        rows.append(
            {
                w("column.branch"): each.name,
                w("tracking.column_what"): w(f"tracking.kind_{each.kind}"),
                w("tracking.column_service"): service,
                w("tracking.column_state"): w(f"tracking.state_{mark_of(each)}"),
                w("tracking.column_due"): "" if each.due is None else day_words(each.due),
                w("tracking.column_done"): "" if each.done is None else day_words(each.done),
                w("tracking.column_late"): each.late_days,
                f"{w('tracking.column_plan_kes')} ({money})": each.capital_plan,
                f"{w('tracking.column_paid')} ({money})": each.capital_done,
                w("tracking.column_days"): each.days or None,
                w("tracking.column_visits_plan"): _whole(each.visits_plan),
                w("tracking.column_visits"): _whole(each.visits_done),
                w("tracking.column_phase"): each.phase,
            }
        )
    keys = keyed(site=(each.site_id for each in found.lines)) if rows else None
    frame = pd.DataFrame(rows, index=keys)
    empty = [name for name in frame.columns if frame[name].isin(["", None]).all()]
    return frame.drop(columns=empty)


def _whole(value: float | None) -> float | None:
    return None if value is None else round(value)


def phase_table(view: View, found: Tracking) -> pd.DataFrame:
    """The phases that the table names, each with what is done and paid."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("tracking.column_phase"): name,
                w("tracking.card_done"): w("tracking.of", a=sums.done, b=sums.planned),
                w("tracking.card_overdue"): sums.overdue,
                w("tracking.column_plan_kes"): w.money(sums.capital_plan_all),
                w("tracking.column_paid"): w.money(sums.capital_done) if sums.paid_lines else "",
            }
            for name, sums in found.by_phase().items()
        ]
    )


def curve_table(view: View, found: Tracking) -> pd.DataFrame:
    """The data of the curve: what was due and what was done up to each day."""
    w = view.words
    return pd.DataFrame(
        [
            {
                w("tracking.column_day"): day_words(step.day),
                w("tracking.curve_due"): step.due,
                w("tracking.curve_done"): step.done,
                w("tracking.curve_due_money"): w.money(step.due_kes),
                w("tracking.curve_done_money"): w.money(step.done_kes),
            }
            for step in curve(found)
        ]
    )


def curve_chart(view: View, found: Tracking) -> alt.LayerChart:
    """What was due (dashed) and what was done, as steps over days, with the day asked."""
    w = view.words
    names = {"due": w("tracking.curve_due"), "done": w("tracking.curve_done")}
    steps = curve(found)
    last = max([found.on, *(step.day for step in steps)])
    rows = [
        {"day": step.day.isoformat(), "what": names[what], "n": getattr(step, what)}
        for what in names
        for step in steps
        if what == "due" or step.day <= found.on
    ]
    ends = {"due": last, "done": found.on}
    rows += [
        {"day": ends[what].isoformat(), "what": names[what], "n": getattr(steps[-1], what)}
        for what in names
        if steps
    ]
    scale = {"domain": list(names.values())}
    lines = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(interpolate="step-after", strokeWidth=3)
        .encode(
            x=alt.X("day:T", title=w("tracking.column_day"), axis=alt.Axis(format="%Y-%m-%d")),
            y=alt.Y("n:Q", title=w("tracking.axis_works"), axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "what:N",
                scale=alt.Scale(range=[_DUE, _DONE], **scale),
                legend=alt.Legend(title=None, orient="top", labelLimit=300),
            ),
            strokeDash=alt.StrokeDash(
                "what:N", scale=alt.Scale(range=[[6, 4], [1, 0]], **scale), legend=None
            ),
            tooltip=[
                alt.Tooltip("what:N", title=" "),
                alt.Tooltip("day:T", title=w("tracking.column_day"), format="%Y-%m-%d"),
                alt.Tooltip("n:Q", title=w("tracking.axis_works")),
            ],
        )
    )
    day = pd.DataFrame([{"day": found.on.isoformat()}])
    rule = alt.Chart(day).mark_rule(strokeDash=[2, 3], color="#7d8a86").encode(x="day:T")
    return alt.layer(rule, lines).properties(height=260)


def layers(view: View, found: Tracking) -> list[DrawnLayer]:
    """The map: every branch of the table by its state, over plain land."""
    w = view.words
    marks: dict[str, SiteMark] = {}
    for each in found.lines:
        at = _place(view, each)
        if at is None:
            continue
        told = (each.name, *_told(view, each))
        before = marks.get(each.site_id)
        if before is not None:  # a branch with several works is marked by the first of them
            marks[each.site_id] = SiteMark(
                before.id, *at, before.status, (*before.lines, *told[1:]), radius=before.radius
            )
            continue
        status = "kept" if each.kind == "keep" else MARKS[mark_of(each)]
        marks[each.site_id] = SiteMark(each.site_id, *at, status, told, radius=7.5)
    cells = {area.code: AreaCell(LAND, (area.name,)) for area in view.pack.areas}
    sums = found.sums
    text = w("tracking.map_words", done=sums.done, n=sums.planned, overdue=sums.overdue)
    used = {mark_of(each) for each in found.lines if each.kind != "keep"}
    rows = [
        LegendRow("symbol", w(f"tracking.state_{name}"), status=status)
        for name, status in MARKS.items()
        if name in used
    ]
    if any(each.kind == "keep" for each in found.lines):
        rows.append(LegendRow("symbol", w("tracking.kind_keep"), status="kept"))
    return [
        Areas(cells, description=text, border=LAND_BORDER),
        Sites([*marks.values()]),
        Legend([(w("tracking.legend", day=found.on), rows)]),
    ]


def _place(view: View, line: Line) -> tuple[float, float] | None:
    if line.site is None:
        return line.place
    site = view.pack.sites[line.site]
    return None if site.lat is None or site.lon is None else (site.lat, site.lon)


def _told(view: View, each: Line) -> list[str]:
    """What the map says of a line, without its name."""
    w = view.words
    service = "" if each.service is None else f": {view.service_name(each.service)}"
    told = [f"{w(f'tracking.kind_{each.kind}')}{service}"]
    if each.kind != "keep":
        told.append(w(f"tracking.state_{mark_of(each)}"))
    if each.done is not None:
        told.append(w("tracking.told_done", day=each.done))
    if each.late_days:
        key = "tracking.told_late" if each.late_days > 0 else "tracking.told_early"
        told.append(w.counted(key, abs(each.late_days)))
    if each.capital_done is not None:
        told.append(w("tracking.told_paid", v=w.money(each.capital_done)))
    return told
