"""How far it is for a scenario: its travel model and mode on a pack."""

from __future__ import annotations

from planner.pack.travel_types import TravelModel
from planner.pack.types import Pack
from planner.scenario.schema import Scenario
from planner.travel import TravelTimes, default_model, travel_times


def model_of(pack: Pack, scenario: Scenario) -> TravelModel:
    """The travel model that a scenario uses: its own, else the pack's."""
    return scenario.travel.model or default_model(pack)


def travel_of(pack: Pack, scenario: Scenario) -> TravelTimes:
    """The travel that a scenario uses.

    Raises:
        InputError: The pack lacks what the model or the mode needs.
    """
    return travel_times(pack, model_of(pack, scenario), scenario.travel.mode)
