"""Charts of ratings with their intervals, and of audits from round to round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from planner.demand.opinions import Mean
from planner.present.voices.voices import Voice

# Okabe and Ito's colours: blue for what was found, orange for what raises a flag.
FOUND, LIMIT = "#0072b2", "#d55e00"
_ROW, _AXIS = 30, 55  # pixels of a row, and of the axis with its title
_MOST_LINES = 8


def mean_chart(
    voice: Voice, means: Mapping[str, Mean], names: Sequence[str], *, limited: bool
) -> alt.LayerChart:
    """A point and its interval for each row, on the whole scale; `limited` draws the threshold."""
    w, voices = voice.words, voice.pack.voices
    low, high = voices.rating_low, voices.rating_high
    frame = pd.DataFrame(
        {
            "name": list(names),
            "mean": [each.mean for each in means.values()],
            "low": [None if each.low is None else max(low, each.low) for each in means.values()],
            "high": [
                None if each.high is None else min(high, each.high) for each in means.values()
            ],
            "people": [each.n for each in means.values()],
        }
    )
    title = w("voices.axis_rating")
    scale = alt.Scale(domain=[low, high])
    rows = alt.Y("name:N", sort=alt.SortField("mean"), title=None, axis=alt.Axis(labelLimit=240))
    base = alt.Chart(frame)
    layers = [
        base.mark_rule(color=FOUND, strokeWidth=3).encode(
            y=rows, x=alt.X("low:Q", scale=scale, title=title), x2="high:Q"
        ),
        base.mark_point(color=FOUND, filled=True, size=90, opacity=1).encode(
            y=rows,
            x=alt.X("mean:Q", scale=scale, title=title),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("mean:Q", format=".2f", title=w("voices.column_mean")),
                alt.Tooltip("people:Q", title=w("voices.column_people")),
            ],
        ),
    ]
    if limited:
        limit = pd.DataFrame({"limit": [voices.thresholds.mean_rating.value]})
        layers.append(
            alt.Chart(limit)
            .mark_rule(color=LIMIT, strokeDash=[6, 4], strokeWidth=2)
            .encode(
                x=alt.X("limit:Q", scale=scale, title=title),
                tooltip=[alt.Tooltip("limit:Q", title=w("voices.threshold"))],
            )
        )
    return alt.layer(*layers).properties(height=_ROW * len(frame) + _AXIS)


def audit_chart(voice: Voice) -> alt.LayerChart | None:
    """The share of points from round to round; None where no branch was audited twice.

    The weakest branches where there are too many lines to tell apart.
    """
    w = voice.words
    twice = [each for each in voice.heard.audits if len(each.rounds) > 1]
    twice = sorted(twice, key=lambda each: each.latest.share)[:_MOST_LINES]
    if not twice:
        return None
    frame = pd.DataFrame(
        [
            {
                "name": voice.site(each.site),
                "day": pd.Timestamp(found.day),
                "share": 100 * found.share,
            }
            for each in twice
            for found in each.rounds
        ]
    )
    lines = (
        alt.Chart(frame)
        .mark_line(point=alt.OverlayMarkDef(size=70), strokeWidth=2)
        .encode(
            x=alt.X("day:T", title=w("voices.axis_day"), axis=alt.Axis(format="%Y-%m")),
            y=alt.Y("share:Q", title=w("voices.axis_share"), scale=alt.Scale(domain=[0, 100])),
            color=alt.Color(
                "name:N",
                title=None,
                scale=alt.Scale(
                    range=[
                        "#0072b2",
                        "#e69f00",
                        "#009e73",
                        "#cc79a7",
                        "#56b4e9",
                        "#d55e00",
                        "#7d8a86",
                        "#f0e442",
                    ]
                ),
                legend=alt.Legend(orient="top", columns=3, labelLimit=160),
            ),
            tooltip=["name:N", alt.Tooltip("day:T"), alt.Tooltip("share:Q", format=".0f")],
        )
    )
    limit = pd.DataFrame({"limit": [100 * voice.pack.voices.thresholds.audit_share.value]})
    rule = (
        alt.Chart(limit)
        .mark_rule(color=LIMIT, strokeDash=[6, 4], strokeWidth=2)
        .encode(y="limit:Q", tooltip=[alt.Tooltip("limit:Q", title=w("voices.threshold"))])
    )
    return alt.layer(lines, rule).properties(height=330)
