"""The way from one place to another by every travel model, and by every mode, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.pack.travel_types import TravelModel
from planner.present.travel import error_text, mode_name, model_name
from planner.present.view import View
from planner.travel import TravelTimes


def pair_table(
    view: View, times: Mapping[TravelModel, TravelTimes], point: int, site: int
) -> pd.DataFrame:
    """One way from a demand point to a site by each model, and what a return trip costs."""
    w = view.words
    return _filled(
        [
            {w("travel.column_model"): model_name(w, model)}
            | _trip_cells(view, travel, point, site, w("travel.no_route"))
            | {w("travel.column_sure"): _sure(view, travel, point, site)}
            for model, travel in times.items()
        ]
    )


def _sure(view: View, travel: TravelTimes, point: int, site: int) -> str:
    there = np.isfinite(travel.minutes[point, site])
    return error_text(view.words, travel.told) if there else ""


def mode_table(
    view: View, own: TravelTimes, times: Mapping[str, TravelTimes], point: int, site: int
) -> pd.DataFrame:
    """The same by each mode of the pack, in the model in force.

    Args:
        view: Words, pack and problem.
        own: By the model alone: a mode that has no way where this one has goes less far.
        times: By each mode, by its id.
        point: Position of the demand point.
        site: Position of the site.
    """
    w = view.words
    none = "travel.too_far" if np.isfinite(own.minutes[point, site]) else "travel.no_route"
    return _filled(
        [
            {w("travel.column_mode"): mode_name(w, mode, view.pack)}
            | _trip_cells(view, travel, point, site, w(none))
            for mode, travel in times.items()
        ]
    )


def _filled(rows: list[dict[str, str]]) -> pd.DataFrame:
    """A table without the columns that nothing stands in."""
    frame = pd.DataFrame(rows)
    return frame.loc[:, (frame != "").any()]


def point_name(view: View, position: int) -> str:
    """A demand point with its area."""
    area = view.area_name(int(view.problem.point_area[position]))
    return f"{view.pack.demand_points[position].name} ({area})"


def _trip_cells(
    view: View, travel: TravelTimes, point: int, site: int, none: str
) -> dict[str, str]:
    w = view.words
    km, minutes = float(travel.km[point, site]), float(travel.minutes[point, site])
    is_there = np.isfinite(minutes)
    known = {"km": km, "minutes": minutes}
    texts = {"km": w.km(km), "minutes": w.minutes(minutes)}
    cells = {
        unit: w("travel.not_given") if unit in travel.unknown else texts[unit] for unit in known
    }
    fares, cost = _money(view, travel, point, site)
    return {
        w("column.distance"): cells["km"] if is_there else "",
        w("column.per_visit"): cells["minutes"] if is_there else none,
        w("travel.column_fares"): w.money(fares) if is_there and fares is not None else "",
        w("travel.column_cost"): w.money(cost) if is_there and cost is not None else "",
    }


def _money(
    view: View, travel: TravelTimes, point: int, site: int
) -> tuple[float | None, float | None]:
    """Fares of a return trip where they follow from the km, and its cost with the time."""
    figures = view.pack.travel
    if travel.kes is not None:
        return None, float(travel.kes[point, site])
    if travel.unknown:
        return None, None
    km, minutes = float(travel.km[point, site]), float(travel.minutes[point, site])
    fares = 2 * (km * figures.fare_kes_per_km.value + figures.local_leg_kes.value)
    return fares, fares + 2 * minutes / 60 * figures.value_of_time_kes_per_hour.value
