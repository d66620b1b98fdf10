"""What colours and symbols of the maps of one area mean."""

from __future__ import annotations

from collections.abc import Sequence

from planner.present.maps.area_layers import class_rows
from planner.present.place.place_facts import Side
from planner.present.place.place_map import Drawn
from planner.present.plans.plans_ground import SYMBOLS, box_svg, key_html, shape_svg
from planner.present.view import View, status_of


def legend_html(view: View, sides: Sequence[Side], shared: Drawn) -> str:
    """What colours and symbols of the maps mean; one for all of them."""
    w = view.words
    rows = [(box_svg(row.colour), row.text) for row in class_rows(view, shared.classes, "minutes")]
    used_now = {
        status_of(site)
        for side in sides
        for j, site in enumerate(side.view.pack.sites)
        if side.plan.is_open[j]
    }
    for status, (shape, colour) in SYMBOLS.items():
        if status in used_now:
            rows.append((shape_svg(shape, 8, 8, 5, colour), w(f"status.{status}")))
    if any((side.view.problem.existing & ~side.plan.is_open).any() for side in sides):
        shape, colour = SYMBOLS["closed"]
        rows.append((shape_svg(shape, 8, 8, 5, colour), w("plans.closed")))
    return key_html(rows, view.heading(w("indicator.minutes")))
