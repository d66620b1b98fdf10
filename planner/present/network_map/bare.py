"""The map of a pack without outlines: demand points as squares by a figure."""

from __future__ import annotations

from planner.insight.points import PointFigures
from planner.present.maps.area_layers import class_rows, indicator_title
from planner.present.maps.classes import quantile_classes
from planner.present.maps.ground import DrawnLayer
from planner.present.maps.layers import LegendRow, Shape, Shapes
from planner.present.maps.wards import values_of
from planner.present.network_map.data_map import squares
from planner.present.view import View

SHARE = 40  # squares along the land's longer side


def by_indicator(
    view: View, figures: PointFigures, indicator: str
) -> tuple[list[DrawnLayer], tuple[str, list[LegendRow]]]:
    """Squares filled by an indicator of their demand points, and their part of the legend.

    Without a place for any demand point nothing is drawn, and the legend says only why.
    """
    note = LegendRow("none", view.words("maps.no_outlines"))
    drawn = squares(view.pack, SHARE)
    if not any(drawn):
        return [], (view.words("maps.no_land"), [note])
    values = values_of(figures, indicator)
    classes = quantile_classes(values)
    by_colour: dict[str, list[list[list[list[float]]]]] = {}
    for square, value in zip(drawn, values, strict=True):
        if square:
            by_colour.setdefault(classes.colour(value), []).append(square)
    shapes = [
        Shape(colour, {"type": "MultiPolygon", "coordinates": parts})
        for colour, parts in by_colour.items()
    ]
    rows = [*class_rows(view, classes, indicator), note]
    return [Shapes(shapes)], (indicator_title(view, indicator), rows)
