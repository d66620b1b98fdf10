"""How far it is: kilometres and minutes between demand points and sites."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.travel.great_circle import great_circle_km
    from planner.travel.judged import ErrorSize, RoadError, TravelError, road_errors
    from planner.travel.model import (
        default_model,
        door_to_door,
        measured_times,
        travel_times,
        ways_of,
    )
    from planner.travel.places import Places, places_at, places_of
    from planner.travel.times import TravelTimes, TravelTold, kes_per_minute, trip_cost_kes
    from planner.travel.ways import Ways
else:  # many commands need little of it
    __getattr__ = named(
        __name__,
        {
            "great_circle": ("great_circle_km",),
            "judged": ("ErrorSize", "RoadError", "TravelError", "road_errors"),
            "model": ("default_model", "door_to_door", "measured_times", "travel_times", "ways_of"),
            "places": ("Places", "places_at", "places_of"),
            "times": ("TravelTimes", "TravelTold", "kes_per_minute", "trip_cost_kes"),
            "ways": ("Ways",),
        },
    )

__all__ = [
    "ErrorSize",
    "Places",
    "RoadError",
    "TravelError",
    "TravelTimes",
    "TravelTold",
    "Ways",
    "default_model",
    "door_to_door",
    "great_circle_km",
    "kes_per_minute",
    "measured_times",
    "places_at",
    "places_of",
    "road_errors",
    "travel_times",
    "trip_cost_kes",
    "ways_of",
]
