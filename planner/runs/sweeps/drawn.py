"""The frontier as a picture (SVG, made without a network), and its text for those who see none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.runs.sweeps.measures import Measure, Measures
from planner.runs.sweeps.points import shown
from planner.runs.sweeps.told import amount

WIDTH, HEIGHT = 640, 400
_BLUE, _GREY = "#0072B2", "#666666"
_MOST_LABELS = 25
_MILLION = 1_000_000.0


def frontier_svg(told: Mapping[str, Any], measures: Measures) -> str | None:
    """The points on both measures; None where no point has a plan.

    Dominated points are hollow circles, those that may be dominated hollow squares; a thin line
    below a point leads to what is proved. Between points the frontier is drawn level: what the
    next point saves is had only by taking as much as it does. A grid has a line for each value of
    its second key.
    """
    import altair as alt  # noqa: PLC0415 - slow to load, and only for the picture
    import vl_convert  # noqa: PLC0415

    rows = [_row(point, told) for point in told["points"] if point["x"] is not None]
    if not rows:
        return None
    base = alt.Chart(alt.Data(values=rows))
    near = alt.Scale(zero=False, nice=True)
    scale = _MILLION if _is_money(measures.x) else 1.0
    x = alt.X(
        "x:Q",
        title=_title(measures.x, scale),
        scale=near,
        axis=alt.Axis(labelExpr=f"format(datum.value / {scale}, ',.6~g')", tickCount=8),
    )
    y = alt.Y("y:Q", title=measures.y.title, scale=near)
    is_grid = len(told["axes"]) > 1
    colour = alt.value(_BLUE)
    if is_grid:
        second = told["axes"][1]
        order = alt.Scale(scheme="viridis", domain=[shown(value) for value in second["values"]])
        colour = alt.Color("series:N", title=second["key"], scale=order)
    is_best = "datum.beaten == 'no'"
    line = base.mark_line(strokeWidth=1.5, interpolate="step-after").encode(
        x, y, color=colour, order="x:Q"
    )
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
        fill=alt.condition(is_best, colour, alt.value("white")),
    )
    layers = [proved, line.transform_filter(is_best), marks]
    labels = _labels(rows)
    if len(labels) <= _MOST_LABELS:
        words = alt.Chart(alt.Data(values=labels)).mark_text(
            align="left", dx=7, dy=-7, fontSize=10, color="#333333"
        )
        layers.append(words.encode(x, y, text="label:N"))
    title = alt.Title(told["name"], subtitle=_subtitle(told))
    chart = alt.layer(*layers).properties(
        width=WIDTH, height=HEIGHT, title=title, background="white"
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


def _labels(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One label a place: where several values have the same plan, the first and the last."""
    places: dict[tuple[float, float], list[str]] = {}
    for row in rows:
        places.setdefault((row["x"], row["y"]), []).append(row["label"])
    return [
        {"x": x, "y": y, "label": " \N{EN DASH} ".join(dict.fromkeys((told[0], told[-1])))}
        for (x, y), told in places.items()
    ]


def _title(measure: Measure, scale: float) -> str:
    if scale == 1.0:
        return measure.title
    return f"{measure.label} ({measure.unit}, million)"


def _is_money(measure: Measure) -> bool:
    return measure.id in ("annual_kes", "capital_kes")


def _short(value: Any) -> str:
    """A value beside its point: millions where it is that large."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _MILLION:
        return f"{value / _MILLION:,.4g} M"
    return shown(value)


def _subtitle(told: Mapping[str, Any]) -> str:
    key = told["axes"][0]["key"]
    marks = "; hollow ones are or may be dominated" if told["measures"]["is_judged"] else ""
    return f"Each point is a plan, beside it its {key}{marks}; lines lead to what is proved"


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
