"""What one visit counts for in the objective: minutes, kilometres, or the cost of the trip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.pack.types import Pack
from planner.scenario.rules import IMPEDANCE
from planner.scenario.schema import Scenario
from planner.travel import TravelTimes, trip_cost_kes


def impedance_of(pack: Pack, scenario: Scenario, travel: TravelTimes) -> NDArray[np.float64]:
    """What the objective counts for one visit, shape (I, J), inf where there is no route."""
    kind = IMPEDANCE[scenario.objective.minimize]
    if kind == "minutes":
        return travel.minutes.copy()
    if kind == "km":
        return travel.km.copy()
    if travel.kes is not None:
        return travel.kes.copy()
    return trip_cost_kes(travel.minutes, travel.km, pack.travel)
