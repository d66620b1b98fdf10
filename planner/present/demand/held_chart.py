"""The model held against what was counted, as a chart."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from planner.evaluate.tieout import TieOut
from planner.present.view import View

# Okabe and Ito's colours, told apart by shape too; counts are the ink of the page.
COLOURS = {"counted": "#7d8a86", "nearest": "#d55e00", "huff": "#0072b2", "fitted": "#009e73"}
SHAPES = {"counted": "square", "nearest": "triangle-up", "huff": "circle", "fitted": "diamond"}
_ROW, _ROUND = 34, 170  # pixels a branch, and of the axis and the legend


def chart(view: View, held: TieOut) -> alt.LayerChart:
    """Shares by branch, counted and by each rule; the largest branch first."""
    w, counted = view.words, held.counted
    series: list[tuple[str, Sequence[float]]] = [("counted", counted.shares.tolist())]
    series += [(each.rule, each.shares.tolist()) for each in held.held]
    names = {name: w(f"held.legend_{name}") for name, _ in series}
    frame = pd.DataFrame(
        [
            {
                "branch": view.site_name(j),
                "rule": names[name],
                "share": 100 * shares[n],
                "counted": 100 * float(counted.shares[n]),
            }
            for name, shares in series
            for n, j in enumerate(counted.sites.tolist())
        ]
    )
    order = [view.site_name(int(counted.sites[n])) for n in np.argsort(-counted.counts)]
    x_title = w("held.axis")
    key = alt.Legend(title=None, orient="top", direction="vertical", columns=1, labelLimit=300)
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "branch:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=160, labelOverlap=False),
        ),
    )
    spans = (
        base.mark_rule(color=COLOURS["counted"], opacity=0.5)
        .encode(x=alt.X("low:Q", title=x_title), x2="high:Q")
        .transform_aggregate(low="min(share)", high="max(share)", groupby=["branch"])
    )
    points = base.mark_point(filled=True, size=95, opacity=1).encode(
        x=alt.X("share:Q", title=x_title, scale=alt.Scale(zero=True)),
        color=alt.Color(
            "rule:N",
            scale=alt.Scale(domain=list(names.values()), range=[COLOURS[name] for name in names]),
            legend=key,
        ),
        shape=alt.Shape(
            "rule:N",
            scale=alt.Scale(domain=list(names.values()), range=[SHAPES[name] for name in names]),
            legend=key,
        ),
        tooltip=[
            alt.Tooltip("branch:N", title=w("column.branch")),
            alt.Tooltip("rule:N", title=w("held.rule")),
            alt.Tooltip("share:Q", title=x_title, format=".1f"),
        ],
    )
    return alt.layer(spans, points).properties(height=_ROUND + _ROW * counted.sites.size)
