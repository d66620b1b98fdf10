"""How far it is: kilometres and minutes between demand points and sites."""

from planner.travel.great_circle import great_circle_km
from planner.travel.held import RoadError, TravelError, great_circle_error
from planner.travel.model import TravelTimes, default_model, travel_times, trip_cost_kes

__all__ = [
    "RoadError",
    "TravelError",
    "TravelTimes",
    "default_model",
    "great_circle_error",
    "great_circle_km",
    "travel_times",
    "trip_cost_kes",
]
