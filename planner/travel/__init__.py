"""How far it is: kilometres and minutes between demand points and sites."""

from planner.travel.great_circle import great_circle_km
from planner.travel.held import RoadError, TravelError, great_circle_error
from planner.travel.model import default_model, travel_times, ways_of
from planner.travel.places import Places, places_at, places_of
from planner.travel.times import TravelTimes, TravelTold, kes_per_minute, trip_cost_kes
from planner.travel.ways import Ways

__all__ = [
    "Places",
    "RoadError",
    "TravelError",
    "TravelTimes",
    "TravelTold",
    "Ways",
    "default_model",
    "great_circle_error",
    "great_circle_km",
    "kes_per_minute",
    "places_at",
    "places_of",
    "travel_times",
    "trip_cost_kes",
    "ways_of",
]
