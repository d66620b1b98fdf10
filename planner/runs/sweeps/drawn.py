"""The frontier as a picture (SVG, made without a network), and its text for those who see none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.runs.sweeps.measures import Measures
from planner.runs.sweeps.points import shown
from planner.runs.sweeps.told import amount

WIDTH, HEIGHT = 640, 400
_BLUE, _ORANGE, _GREY = "#0072B2", "#D55E00", "#666666"
_MOST_LABELS = 25


def frontier_svg(told: Mapping[str, Any], measures: Measures) -> str | None:
    """The points on both measures; None where no point has a plan.

    Dominated points are hollow, those that may be dominated have a hollow square; a thin line
    below a point leads to what is proved. A grid has a line for each value of its second key.
    """
    import altair as alt  # noqa: PLC0415 - slow to load, and only for the picture
    import vl_convert  # noqa: PLC0415

    rows = [_row(point, told) for point in told["points"] if point["x"] is not None]
    if not rows:
        return None
    data = alt.Data(values=rows)
    is_grid = len(told["axes"]) > 1
    x = alt.X("x:Q", title=measures.x.title, scale=alt.Scale(zero=False, nice=True))
    y = alt.Y("y:Q", title=measures.y.title, scale=alt.Scale(zero=False, nice=True))
    base = alt.Chart(data)
    colour = (
        alt.Color("series:N", title=told["axes"][1]["key"], scale=alt.Scale(scheme="viridis"))
        if is_grid
        else alt.value(_BLUE)
    )
    frontier = base.mark_line(strokeWidth=1.5, interpolate="linear").encode(
        x, y, color=colour, order="x:Q"
    )
    if not is_grid:
        frontier = frontier.transform_filter("datum.beaten == 'no'")
    proved = base.mark_rule(strokeWidth=1, color=_GREY).encode(x, y, y2="least:Q")
    marks = base.mark_point(size=60, strokeWidth=1.5, opacity=1).encode(
        x,
        y,
        color=colour,
        shape=alt.Shape(
            "beaten:N",
            legend=None,
            scale=alt.Scale(domain=["no", "may be", "yes"], range=["circle", "square", "circle"]),
        ),
        fill=alt.condition(
            "datum.beaten == 'no'", colour if is_grid else alt.value(_BLUE), alt.value("white")
        ),
    )
    labels = base.mark_text(align="left", dx=7, dy=-7, fontSize=10, color="#333333").encode(
        x, y, text="label:N"
    )
    layers = [proved, frontier, marks]
    if len(rows) <= _MOST_LABELS:
        layers.append(labels)
    chart = alt.layer(*layers).properties(
        width=WIDTH,
        height=HEIGHT,
        title=alt.Title(told["name"], subtitle=_subtitle(told)),
        background="white",
    )
    spec = chart.configure_axis(labelFontSize=11, titleFontSize=12).to_dict()
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))


def _row(point: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    values = [point["values"][axis["key"]] for axis in told["axes"]]
    row = {
        "x": point["x"],
        "y": point["y"],
        "least": point["y"] if point["y_least"] is None else point["y_least"],
        "beaten": point["is_beaten"] or "no",
        "label": _short(values[0]),
    }
    return row | ({"series": shown(values[1])} if len(values) > 1 else {})


def _short(value: Any) -> str:
    """A value beside its point: millions where it is that large."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 1e6:
        return f"{value / 1e6:,.4g} M"
    return shown(value)


def _subtitle(told: Mapping[str, Any]) -> str:
    keys = " and ".join(axis["key"] for axis in told["axes"])
    return f"Each point is a plan; beside it {keys.split(' and ')[0]}. Hollow: dominated or may be."


def alt_text(told: Mapping[str, Any], measures: Measures) -> str:
    """What the picture shows, in words: each point, and what the sweep comes to."""
    places = [
        f"{'dominated ' if point['is_beaten'] == 'yes' else ''}point {point['number']} at "
        f"{amount(measures.x, point['x'])} and {amount(measures.y, point['y'])}"
        for point in told["points"]
        if point["x"] is not None
    ]
    return (
        f"{measures.y.title} over {measures.x.title}. "
        f"{'; '.join(places) or 'No point has a plan'}. {' '.join(told['sentences'])}"
    )
