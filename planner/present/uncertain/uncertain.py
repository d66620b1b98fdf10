"""Each uncertain figure at its ends, as sentences, a chart and a table."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from planner.insight.assumptions import Assumption
from planner.insight.told import unit_of
from planner.insight.uncertain import Measure, Outcome, Swing, Tornado
from planner.insight.uncertain_told import SOFT_MARKS, labels
from planner.present.method import mark_name, source_text
from planner.present.travel import with_error
from planner.present.view import View

DRAWN = 10
LOW, HIGH = "#0072b2", "#d55e00"  # Okabe and Ito's blue and vermilion
GREY = "#717d79"
_TOP = 3
_ROW = 46  # pixels a bar with its name
_GROUPS = {"levers": "levers.figure_", "opening": "opening."}  # texts of a part of the pack


def names_of(view: View, figures: Sequence[Assumption]) -> dict[str, str]:
    """What each figure is called on the page, by key."""
    w = view.words
    owners = {
        **{site.id: site.name for site in view.pack.sites},
        **{mode.id: w.name(mode) for mode in view.pack.modes},
        **{segment.id: w.name(segment) for segment in view.pack.customers.segments},
        **{kind.id: w.name(kind) for kind in view.pack.visit_types},
    }
    own = labels(figures, owners)
    return {
        each.key: own[each.key].replace(each.name, _name(view, each), 1).replace("_", " ")
        for each in figures
    }


def _name(view: View, figure: Assumption) -> str:
    """What a figure is called: by its place in the pack, for some keys speak of several things."""
    w = view.words
    if figure.rows:
        return w("uncertain.name_given_visits")
    path, part = [str(step) for step in figure.places[0].path], figure.key.partition(".")[0]
    inner = path[-2] if len(path) > 1 else ""
    if len(figure.places) > 1 and figure.key == "travel.speed_kmh":
        return w("uncertain.name_both_speeds")
    if inner == "attraction":
        sites = {site.id: site.name for site in view.pack.sites}
        return w("held.attraction", place=sites.get(path[-1], path[-1]))
    if inner == "powers":
        return w("uncertain.name_power", column=path[-1])
    if inner == "rates" and part == "customers":
        kinds = {kind.id: w.name(kind) for kind in view.pack.visit_types}
        return w("uncertain.name_rate", kind=kinds.get(path[-1], path[-1]))
    if path[-1] == "weight" and part == "spreads":
        return w("uncertain.name_term", n=int(path[-2]) + 1)
    group = _GROUPS.get(inner, f"uncertain.{part}_")
    for key in (figure.key, f"{group}{figure.name}", f"uncertain.name_{figure.name}"):
        if key in w.texts:
            return w(key)
    return figure.name


# -- values of a measure -------------------------------------------------------------------


def plotted(measure: Measure, value: float | None) -> float | None:
    """A value as charts show it: hours in place of minutes a year, percent in place of shares."""
    if value is None:
        return None
    return value / 60 if measure == "saved_min" else value * 100 if _is_share(measure) else value


def said(view: View, measure: Measure, value: float | None) -> str:
    """A value with its unit, in a sentence or a cell; never parted at a line's end."""
    w = view.words
    if value is None:
        return w("unit.none")
    if measure == "mean_min":
        text = w("uncertain.value_min", v=f"{value:,.1f}")
    elif measure == "saved_min":
        text = w("uncertain.value_hours", v=f"{value / 60:,.0f}")
    elif _is_share(measure):
        text = w("unit.percent", v=f"{value * 100:.1f}")
    elif measure == "objective":
        text = w("uncertain.value_unit", v=f"{value:,.0f}", unit=objective_unit(view))
    else:
        text = w("uncertain.value_money", v=f"{value:,.0f}")
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def sure(view: View, measure: Measure, value: float | None) -> str:
    """The same with the error of travel, where it is a time of travel."""
    text = said(view, measure, value)
    is_travel = measure in ("mean_min", "saved_min") and value is not None
    return with_error(view.words, text, view.problem.travel) if is_travel else text


def _is_share(measure: Measure) -> bool:
    return measure == "within_standard"


def objective_unit(view: View) -> str:
    """The unit of the question's objective."""
    return unit_of(view.problem, view.pack.currency)


def axis_title(view: View, measure: Measure) -> str:
    """A measure with its unit, for an axis."""
    return view.words(f"uncertain.axis_{measure}", unit=objective_unit(view))


# -- one at a time -------------------------------------------------------------------------


def lead_sentences(view: View, found: Tornado, measure: Measure) -> list[str]:
    """What matters most, what it could do, what to measure first, and what breaks."""
    w, moving = view.words, found.by(measure)
    late = [w("uncertain.left_out", n=len(found.left_out))] if found.left_out else []
    if not moving:
        return late or [w("uncertain.lead_none")]
    names = names_of(view, [swing.assumption for swing in found.swings])
    first = moving[0]
    ends = sorted(end.value(measure) or 0.0 for end in (first.low, first.high))
    lines = [
        w(
            "uncertain.lead",
            what=w(f"uncertain.{measure}"),
            now=sure(view, measure, found.now.value(measure)),
            names="; ".join(names[each.assumption.key] for each in moving[:_TOP]),
            first=names[first.assumption.key],
            low=said(view, measure, ends[0]),
            high=said(view, measure, ends[1]),
        )
    ]
    soft = [each for each in moving if each.assumption.mark.confidence in SOFT_MARKS]
    if soft:
        lines.append(w("uncertain.measure_first", name=names[soft[0].assumption.key]))
    else:
        lines.append(w("uncertain.measure_none"))
    broken = [
        names[each.assumption.key]
        for each in found.swings
        if found.now.keeps_rules and not (each.low.keeps_rules and each.high.keeps_rules)
    ]
    if broken:
        lines.append(w("uncertain.broken", names="; ".join(broken)))
    return lines + late


def idle_names(view: View, found: Tornado) -> str:
    """The figures that change nothing in this question."""
    return "; ".join(names_of(view, found.without_effect).values())


def tornado_frame(view: View, found: Tornado, measure: Measure) -> pd.DataFrame:
    """A row for each end of each figure that moves the measure, the largest swing first."""
    w, moving = view.words, found.by(measure)
    names = names_of(view, [swing.assumption for swing in found.swings])
    now = plotted(measure, found.now.value(measure))
    return pd.DataFrame(
        [
            {
                "rank": rank,
                "figure": names[swing.assumption.key],
                "end": w(f"uncertain.{end}_end"),
                "now": now,
                "result": plotted(measure, outcome.value(measure)),
                "at": f"{w.number(value)} {swing.assumption.unit}",
                "range": _range(view, swing.assumption),
                "is_left": _is_left(swing, end, measure),
                "told": said(view, measure, outcome.value(measure)),
            }
            for rank, swing in enumerate(moving)
            for end, outcome, value in _both(swing)
        ],
        columns=["rank", "figure", "end", "now", "result", "at", "range", "is_left", "told"],
    )


def _range(view: View, figure: Assumption) -> str:
    w = view.words
    return w("uncertain.range", low=w.number(figure.low), high=w.number(figure.high))


def _is_left(swing: Swing, end: str, measure: Measure) -> bool:
    """Whether this end's result is the lower one."""
    low, high = swing.low.value(measure), swing.high.value(measure)
    falls = low is not None and high is not None and low > high
    return falls == (end == "high")


def _both(swing: Swing) -> tuple[tuple[str, Outcome, float], tuple[str, Outcome, float]]:
    figure = swing.assumption
    return ("low", swing.low, figure.low), ("high", swing.high, figure.high)


def tornado_chart(view: View, found: Tornado, measure: Measure) -> alt.LayerChart:
    """Bars from the result as it stands to the result at each end; names above the bars."""
    w = view.words
    frame = tornado_frame(view, found, measure)
    frame = frame[frame["rank"] < DRAWN]
    names = frame.drop_duplicates("rank")
    row = alt.Y("rank:O", axis=None)
    ends = [w("uncertain.low_end"), w("uncertain.high_end")]
    colour = alt.Color(
        "end:N",
        scale=alt.Scale(domain=ends, range=[LOW, HIGH]),
        legend=alt.Legend(title=None, orient="top", direction="vertical", labelLimit=300),
    )
    base = alt.Chart(frame).encode(y=row)
    bars = base.mark_bar(height=14, yOffset=8).encode(
        x=alt.X(
            "result:Q", title=axis_title(view, measure), scale=alt.Scale(zero=False, nice=True)
        ),
        x2="now:Q",
        color=colour,
        tooltip=[
            alt.Tooltip("figure:N", title=w("column.figure")),
            alt.Tooltip("at:N", title=w("uncertain.end")),
            alt.Tooltip("told:N", title=w(f"uncertain.{measure}")),
        ],
    )
    line = alt.Chart(frame.head(1)).mark_rule(color=GREY, strokeWidth=1.5).encode(x="now:Q")
    titles = (
        alt.Chart(names.assign(told=names["figure"] + ": " + names["range"]))
        .mark_text(align="left", dy=-9, fontSize=12.5, color=GREY, limit=620)
        .encode(y=row, x=alt.value(2), text="told:N")
    )
    ends_told = [
        alt.Chart(frame[frame["is_left"] == is_left])
        .mark_text(align="right" if is_left else "left", dx=-4 if is_left else 4, dy=9, color=GREY)
        .encode(y=row, x="result:Q", text="told:N")
        for is_left in (True, False)
    ]
    layers = alt.layer(line, bars, titles, *ends_told)
    return layers.properties(height=_ROW * max(1, len(names)))


def tornado_table(view: View, found: Tornado, measure: Measure) -> pd.DataFrame:
    """Every figure that changes the question, with its range and mark."""
    w = view.words
    names = names_of(view, [swing.assumption for swing in found.swings])
    ordered = sorted(found.swings, key=lambda swing: -swing.size(measure))
    return pd.DataFrame(
        [
            {
                w("column.figure"): names[swing.assumption.key],
                w("column.low"): w.number(swing.assumption.low),
                w("column.mode"): w.number(swing.assumption.mode),
                w("column.high"): w.number(swing.assumption.high),
                w("column.unit"): swing.assumption.unit,
                w("uncertain.column_at_low"): said(view, measure, swing.low.value(measure)),
                w("uncertain.column_at_high"): said(view, measure, swing.high.value(measure)),
                w("column.mark"): mark_name(view, swing.assumption.mark),
            }
            for swing in ordered
        ]
    )


def source_table(view: View, found: Tornado, measure: Measure) -> pd.DataFrame:
    """Where the figures of the table come from, in its order."""
    w = view.words
    names = names_of(view, [swing.assumption for swing in found.swings])
    ordered = sorted(found.swings, key=lambda swing: -swing.size(measure))
    return pd.DataFrame(
        [
            {
                w("column.figure"): names[swing.assumption.key],
                w("column.source"): source_text(swing.assumption.mark),
            }
            for swing in ordered
        ]
    )
