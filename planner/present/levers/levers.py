"""The levers side by side: sentences, the chart with its ranges, tables of steps and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import altair as alt
import pandas as pd

from planner.insight.levers.answer import (
    Answer,
    cannot_be_told_apart,
    high_ratio,
    low_ratio,
    verdict,
)
from planner.insight.levers.outcomes import Effect, LeftOut
from planner.pack.figures import Figure
from planner.present.method import figure_cells
from planner.present.view import View

COLOURS = {
    "online": "#0072b2",
    "assisted": "#56b4e9",
    "information": "#e69f00",
    "counter": "#cc79a7",
    "minutes": "#999999",
    "branch": "#009e73",
}
_ROW = 46  # pixels a step with its name
_TEXT = "#717d79"  # reads on light and dark
_CAP = 100.0  # the chart's end: more for a shilling than this looks the same


def step_name(view: View, effect: Effect) -> str:
    """What one step is."""
    w = view.words
    what = "" if effect.visit_type is None else w.name(view.pack.visit_types[effect.visit_type])
    where = "" if effect.site is None else view.site_name(effect.site)
    return w(f"levers.step_{effect.lever}", what=what, where=where)


def lever_name(view: View, lever: str) -> str:
    """What a lever is called."""
    return view.words(f"levers.{lever}")


def ratio(view: View, value: float | None) -> str:
    """KES saved for each KES spent."""
    if value is None or value == float("inf"):
        return view.words("levers.free")
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


# -- sentences -----------------------------------------------------------------------------


def lead_sentences(view: View, answer: Answer) -> list[str]:
    """Where the next shilling helps most, what the others give for it, and how sure that is."""
    w, effects = view.words, answer.effects
    if not effects:
        return [w("levers.nothing")]
    best: dict[str, Effect] = {}
    for each in effects:
        best.setdefault(each.lever, each)
    first, *rest = best.values()
    currency = view.pack.currency
    lines = [
        w(
            "levers.lead",
            currency=currency,
            step=step_name(view, first),
            ratio=ratio(view, first.likely.ratio),
            cost=w.money(first.likely.cost),
            saved=w.money(first.likely.kes),
        )
    ]
    if rest:
        told = "; ".join(
            f"{lever_name(view, each.lever)} {ratio(view, each.likely.ratio)}" for each in rest
        )
        lines.append(w("levers.lead_others", others=told))
    rivals = cannot_be_told_apart(effects[0], effects)
    if rivals:
        lines.append(w("levers.rivals", n=len(rivals), all=len(effects) - 1))
    return lines


def remarks(view: View, answer: Answer) -> list[str]:
    """What must be said beside the figures."""
    w = view.words
    lines = [w("levers.sides"), w("levers.waiting")]
    if any(queue.basis == "needed" for queue in answer.plan.queues):
        lines.append(w("levers.counters_needed"))
    if answer.ground.knowledge < 1:
        lines.append(w("levers.knowledge_told", share=w.share(answer.ground.knowledge)))
    return lines


def left_out(view: View, entries: Sequence[LeftOut]) -> list[str]:
    """What cannot be reckoned, and what to add to the pack."""
    w = view.words
    return [
        w(
            f"levers.left_{each.why}",
            lever=lever_name(view, each.lever),
            keys=w("levers.and").join(each.keys),
        )
        for each in entries
    ]


# -- the ranking ---------------------------------------------------------------------------


def ranking_frame(view: View, answer: Answer) -> pd.DataFrame:
    """A row for each step: what customers save for each KES, from low to high."""
    return pd.DataFrame(
        [
            {
                "rank": rank,
                "step": step_name(view, each),
                "lever": lever_name(view, each.lever),
                "likely": _drawn(each.likely.ratio),
                "low": _drawn(low_ratio(each)),
                "high": _drawn(high_ratio(each)),
                "told": f"{ratio(view, each.likely.ratio)} ({_span(view, each)})",
            }
            for rank, each in enumerate(answer.effects)
        ],
        columns=["rank", "step", "lever", "likely", "low", "high", "told"],
    )


def _span(view: View, effect: Effect) -> str:
    low, high = ratio(view, low_ratio(effect)), ratio(view, high_ratio(effect))
    return view.words("levers.span", low=low, high=high)


def _drawn(value: float | None) -> float:
    return _CAP if value is None else max(-_CAP, min(_CAP, value))


def ranking_chart(view: View, answer: Answer) -> alt.LayerChart:
    """Steps with their ranges; the line is where customers save as much as it costs."""
    w, frame = view.words, ranking_frame(view, answer)
    names = {lever_name(view, key): colour for key, colour in COLOURS.items()}
    shown = [name for name in names if name in set(frame["lever"])]
    x = alt.Scale(type="symlog", constant=0.5, nice=False)
    title = w("levers.axis", currency=view.pack.currency)
    marks = [-100, -10, -1, 0, 0.5, 1, 2, 5, 10, 20, 50, 100]
    axis = alt.Axis(values=marks, title=title, grid=True, labelOverlap=True, format="~g")
    tips = [
        alt.Tooltip("step:N", title=w("levers.column_step")),
        alt.Tooltip("told:N", title=title),
    ]
    row = alt.Y("rank:O", axis=None)
    base = alt.Chart(frame).encode(y=row, tooltip=tips)
    colour = alt.Color(
        "lever:N",
        scale=alt.Scale(domain=shown, range=[names[name] for name in shown]),
        legend=alt.Legend(title=None, orient="top", columns=3, labelLimit=220),
    )
    whiskers = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q", color=colour
    )
    dots = base.mark_circle(size=110, opacity=1).encode(x=alt.X("likely:Q", scale=x), color=colour)
    labels = (
        alt.Chart(frame)
        .mark_text(align="left", baseline="bottom", dy=-8, fontSize=12, color=_TEXT)
        .encode(y=row, x=alt.value(2), text="step:N")
    )
    even = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(strokeDash=[5, 4], color=_TEXT)
    height = _ROW * max(1, len(frame)) + 20
    return alt.layer(whiskers, dots, labels, even.encode(x="one:Q")).properties(height=height)


def ranking_table(view: View, answer: Answer) -> pd.DataFrame:
    """The same as a table, with what a step does, what each side saves or pays, and whether."""
    return _steps_table(view, answer.effects, float(answer.ground.base.sum()))


def counter_table(view: View, answer: Answer) -> pd.DataFrame:
    """One counter more at each branch."""
    return _steps_table(view, answer.counters, float(answer.ground.base.sum()))


def _steps_table(view: View, effects: Sequence[Effect], visits: float) -> pd.DataFrame:
    w, currency = view.words, view.pack.currency
    rows = []
    for each in effects:
        likely = each.likely
        rows.append(
            {
                w("levers.column_step"): step_name(view, each),
                w("levers.column_ratio", currency=currency): ratio(view, likely.ratio),
                w("levers.column_span"): _span(view, each),
                w("levers.column_saved"): w.money(likely.kes),
                w("levers.column_cost"): w.money(likely.cost),
                w("levers.column_hours"): _hours(likely.minutes),
                w("levers.column_visits"): w.count(likely.visits),
                w("levers.column_share"): w.share(likely.visits / visits if visits else None),
                w("levers.column_verdict"): w(f"levers.verdict_{verdict(each)}"),
            }
        )
    return pd.DataFrame(rows)


def _hours(minutes: float) -> str:
    hours = minutes / 60
    return f"{hours:,.0f}" if abs(hours) >= 10 or hours == 0 else f"{hours:,.1f}"


# -- figures -------------------------------------------------------------------------------


def figure_table(view: View, answer: Answer) -> pd.DataFrame:
    """Every figure behind the ranking, with range, unit, mark and source."""
    w = view.words
    return pd.DataFrame(
        [
            {w("column.figure"): name} | figure_cells(view, figure)
            for name, figure in _figures(view, answer)
        ]
    )


def _figures(view: View, answer: Answer) -> Iterator[tuple[str, Figure]]:
    """Each figure once: those of a visit type with its name."""
    w, seen = view.words, set()
    for effect in answer.effects:
        kinds = view.pack.visit_types
        for figure in effect.figures:
            own = view.pack.customers.alternatives
            kind = next((k for k in kinds if _belongs(own.get(k.id), figure)), None)
            key = (figure.name, None if kind is None else kind.id)
            if key in seen:
                continue
            seen.add(key)
            name = w(f"levers.figure_{figure.name}")
            yield (name if kind is None else f"{name}: {w.name(kind)}"), figure


def _belongs(own: object, figure: Figure) -> bool:
    return own is not None and any(
        getattr(own, part) is figure for part in ("wasted", "remote", "growth")
    )
