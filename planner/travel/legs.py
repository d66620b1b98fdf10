"""The legs between places and the roads they join: straight lines, made longer."""

from __future__ import annotations

import numpy as np

from planner.pack.travel_types import TravelParameters
from planner.travel.places import Places
from planner.travel.road_graph import Array
from planner.travel.straight import circuities, speeds


def leg_km(figures: TravelParameters, places: Places, straight_km: Array) -> Array:
    """Kilometres of legs: straight ones times `link_circuity`, `circuity` where it is not given.

    Args:
        figures: What the pack says of travel.
        places: Where the legs start or end, n.
        straight_km: Shape (n,).
    """
    link = figures.link_circuity
    return straight_km * (circuities(figures, places) if link is None else link.value)


def leg_minutes(figures: TravelParameters, places: Places, km: Array) -> Array:
    """Minutes of legs, at the speed of the kind of area of each place, shape (n,)."""
    return np.asarray(km / speeds(figures, places) * 60, dtype=np.float64)
