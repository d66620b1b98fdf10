"""A sweep drawn: points on two measures with the frontier's line, or a grid of two keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from planner.present.compare.compare_said import rule_name
from planner.present.frontiers.frontiers import (
    COUNTS,
    Seen,
    amount,
    axis_title,
    label,
    plotted,
    value_text,
    values_text,
)
from planner.present.frontiers.frontiers_steps import verdict
from planner.present.view import DASH

PICK = "pick"  # the chart's own name for the point that was clicked
FOUND, TODAY, PICKED, GREY = "#0072b2", "#d55e00", "#e69f00", "#7d8a86"
_NEAR = 0.6  # today's network is drawn where it lies within so much of the frontier's own span
_TALL, _FRAME, _CELL = 420, 150, 60  # pixels; the frame holds axis and legend
_MARKS: Mapping[str, tuple[str, str]] = {
    "no": ("circle", FOUND),
    "plain": ("circle", FOUND),
    "may be": ("square", "transparent"),
    "yes": ("circle", "transparent"),
    "today": ("diamond", TODAY),
}


def clicked(state: Any) -> str | None:
    """The number of the point that was clicked last; None for none."""
    found = (state or {}).get("selection", {}).get(PICK) or []
    return str(int(found[0]["number"])) if found and found[0]["number"] is not None else None


def today_is_near(seen: Seen) -> bool:
    """Whether today's network can be drawn beside the points without making them one."""
    if seen.today is None or not seen.placed:
        return False
    for which, value in zip(("x", "y"), seen.today, strict=True):
        values = [point[which] for point in seen.placed]
        room = _NEAR * (max(values) - min(values))
        if not min(values) - room <= value <= max(values) + room:
            return False
    return True


def point_frame(seen: Seen, picked: str | None, *, with_today: bool) -> pd.DataFrame:
    """The points with a plan as the chart draws them, and today's network if wanted."""
    w = seen.view.words
    rows: list[dict[str, Any]] = []
    for point in seen.placed:
        mark = point["is_beaten"] or "plain"
        least = point["y"] if point["y_least"] is None else point["y_least"]
        rows.append(
            {
                "number": point["number"],
                "x": plotted(seen, "x", point["x"]),
                "y": plotted(seen, "y", point["y"]),
                "least": plotted(seen, "y", least),
                "what": mark_name(seen, mark),
                "mark": mark,
                "picked": str(point["number"]) == picked,
                "values": values_text(seen, point),
                "x_told": amount(seen, "x", point["x"]),
                "y_told": amount(seen, "y", point["y"]),
                "verdict": verdict(seen, point),
            }
        )
    if with_today and seen.today is not None:
        x, y = seen.today
        rows.append(
            {
                "x": plotted(seen, "x", x),
                "y": plotted(seen, "y", y),
                "least": plotted(seen, "y", y),
                "what": mark_name(seen, "today"),
                "mark": "today",
                "picked": False,
                "values": w("frontiers.mark_today"),
                "x_told": amount(seen, "x", x),
                "y_told": amount(seen, "y", y),
                "verdict": "",
            }
        )
    return pd.DataFrame(rows)


def mark_name(seen: Seen, mark: str) -> str:
    """What the legend calls a mark."""
    return seen.view.words(f"frontiers.mark_{mark.replace(' ', '_')}")


def points_chart(seen: Seen, picked: str | None, *, with_today: bool) -> alt.LayerChart:
    """The points, what is proved below them, and the frontier as a line, level between points."""
    w = seen.view.words
    frame = point_frame(seen, picked, with_today=with_today)
    marks = [mark for mark in _MARKS if mark in set(frame["mark"])]
    names = [mark_name(seen, mark) for mark in marks]
    base = alt.Chart(frame)
    near = alt.Scale(zero=False, nice=False, padding=24)
    ticks = {"tickMinStep": 1, "format": ",.0f"} if seen.measure("x") in COUNTS else {}
    x = alt.X("x:Q", title=axis_title(seen, "x"), scale=near, axis=alt.Axis(tickCount=8, **ticks))
    y = alt.Y("y:Q", title=axis_title(seen, "y"), scale=near)
    told = [
        alt.Tooltip("values:N", title=w("frontiers.column_values")),
        alt.Tooltip("x_told:N", title=label(seen, "x")),
        alt.Tooltip("y_told:N", title=label(seen, "y")),
        alt.Tooltip("verdict:N", title=w("frontiers.column_verdict")),
    ]
    pick = alt.selection_point(name=PICK, fields=["number"], on="click", toggle=False, empty=False)
    of = {"legend": alt.Legend(title=None, orient="top", columns=2, labelLimit=340)}
    shapes = [_MARKS[mark][0] for mark in marks]
    fills = [_MARKS[mark][1] for mark in marks]
    edges = [TODAY if mark == "today" else FOUND for mark in marks]
    points = (
        base.mark_point(size=130, strokeWidth=2, opacity=1)
        .encode(
            x,
            y,
            shape=alt.Shape("what:N", scale=alt.Scale(domain=names, range=shapes), **of),
            fill=alt.Fill("what:N", scale=alt.Scale(domain=names, range=fills), **of),
            stroke=alt.Stroke("what:N", scale=alt.Scale(domain=names, range=edges), **of),
            tooltip=told,
        )
        .add_params(pick)
    )
    proved = base.mark_rule(strokeWidth=1.5, color=GREY).encode(x=x, y=y, y2="least:Q")
    layers: list[alt.Chart] = [proved]
    if seen.is_judged and not seen.is_grid:
        line = base.transform_filter("datum.mark == 'no'").mark_line(
            strokeWidth=1.5, interpolate="step-after", color=FOUND
        )
        layers.append(line.encode(x=x, y=y, order="x:Q"))
    ring = base.transform_filter("datum.picked").mark_point(
        size=420, strokeWidth=3, color=PICKED, opacity=1
    )
    return alt.layer(*layers, ring.encode(x=x, y=y), points).properties(height=_TALL)


# -- a grid --------------------------------------------------------------------------------


def grid_frame(seen: Seen, which: str, picked: str | None) -> pd.DataFrame:
    """The cells of a grid: the values of both keys, and a measure."""
    w, (across, down) = seen.view.words, seen.keys
    return pd.DataFrame(
        [
            {
                "number": point["number"],
                "across": value_text(point, across),
                "down": value_text(point, down),
                "value": None if point[which] is None else plotted(seen, which, point[which]),
                "told": _cell_text(seen, point, which),
                "picked": str(point["number"]) == picked,
                "values": values_text(seen, point),
                "status": w(f"frontiers.status_{point['status']}"),
            }
            for point in seen.points
        ]
    )


def _cell_text(seen: Seen, point: Mapping[str, Any], which: str) -> str:
    return DASH if point[which] is None else amount(seen, which, point[which])


def grid_chart(seen: Seen, which: str, picked: str | None) -> alt.LayerChart:
    """A grid of two keys, coloured by a measure; each cell says its figure."""
    w, frame = seen.view.words, grid_frame(seen, which, picked)
    first, second = ([_shown(point) for point in axis["values"]] for axis in seen.told["axes"])
    middle = frame["value"].dropna().median()
    x = alt.X("across:N", sort=first, title=rule_name(w, seen.keys[0]), axis=alt.Axis(labelAngle=0))
    y = alt.Y("down:N", sort=second, title=rule_name(w, seen.keys[1]))
    pick = alt.selection_point(name=PICK, fields=["number"], on="click", toggle=False, empty=False)
    base = alt.Chart(frame)
    cells = (
        base.mark_rect(cursor="pointer", invalid=None)
        .encode(
            x,
            y,
            color=alt.condition(
                "isValid(datum.value)",
                alt.Color(
                    "value:Q",
                    title=axis_title(seen, which),
                    scale=alt.Scale(scheme="blues"),
                    legend=alt.Legend(orient="top", gradientLength=260, titleLimit=420),
                ),
                alt.value("#d9d9d9"),
            ),
            tooltip=[
                alt.Tooltip("values:N", title=w("frontiers.column_values")),
                alt.Tooltip("told:N", title=label(seen, which)),
                alt.Tooltip("status:N", title=w("frontiers.column_status")),
            ],
        )
        .add_params(pick)
    )
    words = base.mark_text(fontSize=12).encode(
        x,
        y,
        text="told:N",
        color=alt.condition(
            f"isValid(datum.value) && datum.value > {float(middle) if len(frame) else 0.0}",
            alt.value("white"),
            alt.value("#17211e"),
        ),
    )
    ring = base.transform_filter("datum.picked").mark_rect(
        filled=False, stroke=PICKED, strokeWidth=3
    )
    layers: Sequence[alt.Chart] = (cells, words, ring.encode(x, y))
    return alt.layer(*layers).properties(height=_FRAME + _CELL * len(second))


def _shown(value: Any) -> str:
    return value_text({"values": {"": value}}, "")
