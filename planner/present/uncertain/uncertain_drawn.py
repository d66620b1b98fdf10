"""All uncertain figures drawn at once, as sentences, a chart and tables."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from planner.insight.sampled import Samples
from planner.insight.uncertain import MEASURES, Measure, Outcome
from planner.present.method import mark_name
from planner.present.uncertain.uncertain import GREY, HIGH, LOW, axis_title, names_of, plotted, said
from planner.present.view import View


def sample_sentences(view: View, found: Samples, measure: Measure) -> list[str]:
    """The band of a measure, and how often travel is less and the rules are kept."""
    w, band = view.words, found.band(measure)
    lines = []
    if band is not None:
        low, middle, high = (said(view, measure, value) for value in band)
        what = w(f"uncertain.{measure}")
        lines.append(
            w(
                "uncertain.sampled_lead",
                n=w.count(len(found.drawn)),
                what=what[:1].lower() + what[1:],
                low=low,
                middle=middle,
                high=high,
            )
        )
    if found.better_than_today is not None:
        lines.append(w("uncertain.sampled_better", better=w.share(found.better_than_today)))
    if found.within_rules is not None:
        lines.append(w("uncertain.sampled_rules", share=w.share(found.within_rules)))
    if len(found.drawn) < found.asked:
        lines.append(w("uncertain.sampled_fewer", n=len(found.drawn), asked=found.asked))
    return lines


def sample_chart(view: View, found: Samples, now: Outcome, measure: Measure) -> alt.LayerChart:
    """How often the draws give which result, its band, and the result as the pack stands."""
    w = view.words
    values = [plotted(measure, float(v)) for v in found.results[measure] if np.isfinite(v)]
    drawn = pd.DataFrame({"result": values})
    band = [plotted(measure, value) for value in found.band(measure) or ()]
    told = [w(f"uncertain.column_{name}") for name in ("p10", "median", "p90", "now")]
    lines = pd.DataFrame(
        {
            "result": [*band, plotted(measure, now.value(measure))],
            "what": told[3 - len(band) :] if len(band) < 3 else told,
        }
    ).dropna()
    bars = (
        alt.Chart(drawn)
        .mark_bar(color=LOW, opacity=0.55)
        .encode(
            x=alt.X("result:Q", bin=alt.Bin(maxbins=30), title=axis_title(view, measure)),
            y=alt.Y("count():Q", title=w("uncertain.axis_draws")),
        )
    )
    rules = (
        alt.Chart(lines)
        .mark_rule(strokeWidth=2)
        .encode(
            x="result:Q",
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=told, range=[HIGH, "#e69f00", HIGH, GREY]),
                legend=alt.Legend(title=None, orient="top", columns=2, labelLimit=200),
            ),
            strokeDash=alt.StrokeDash(
                "what:N",
                scale=alt.Scale(domain=told, range=[[2, 2], [1, 0], [2, 2], [6, 3]]),
                legend=None,
            ),
        )
    )
    return alt.layer(bars, rules).properties(height=320)


def band_table(view: View, found: Samples, now: Outcome) -> pd.DataFrame:
    """Every measure as the pack stands, and its band over the draws."""
    w = view.words
    rows = []
    for measure in MEASURES:
        band = found.band(measure)
        if band is not None:
            texts = [said(view, measure, value) for value in band]
            columns = (w(f"uncertain.column_{name}") for name in ("p10", "median", "p90"))
            rows.append(
                {
                    w("uncertain.column_measure"): w(f"uncertain.{measure}"),
                    w("uncertain.column_now"): said(view, measure, now.value(measure)),
                }
                | dict(zip(columns, texts, strict=True))
            )
    return pd.DataFrame(rows)


def follow_table(view: View, found: Samples, measure: Measure) -> pd.DataFrame:
    """The figures whose rank correlation with the measure stands out from chance."""
    w, names = view.words, names_of(view, found.figures)
    ranks = zip(found.figures, found.correlations(measure), strict=True)
    clear = [(each, rank) for each, rank in ranks if rank is not None and abs(rank) > found.noise]
    return pd.DataFrame(
        [
            {
                w("column.figure"): names[each.key],
                w("uncertain.column_rank"): w.signed(rank, 2),
                w("column.mark"): mark_name(view, each.mark),
            }
            for each, rank in sorted(clear, key=lambda entry: -abs(entry[1]))
        ]
    )
