"""Modes of travel and groups of people, small enough to work by hand."""

from __future__ import annotations

from planner.pack.customer_types import Customers, Segment
from planner.pack.figures import Figure, Mark
from planner.pack.travel_types import ModeUsers, TravelMode


def fig(name: str, value: float, confidence: str = "found") -> Figure:
    return Figure(name, value, value, value, "u", Mark("s", confidence))


def mode(name: str, users: tuple[ModeUsers, ...] = (), source: str = "", **figures: float):
    own = {key: fig(key, value) for key, value in figures.items()}
    return TravelMode(name, f"By {name}", users=users, mark=Mark(source), **own)


def use(share: float, group: str = "", dimension: str = "place") -> ModeUsers:
    return ModeUsers(dimension if group else "", group, fig("users", share))


def segment(name: str, dimension: str, share: float | None) -> Segment:
    return Segment(name, name, dimension, share, {}, fig("online", 1), fig("need_weight", 1))


PEOPLE = Customers(
    segments=(
        segment("town", "place", 0.25),
        segment("country", "place", None),
        segment("young", "age", 0.4),
        segment("old", "age", None),
    )
)
BUS = mode("bus", source="bus fares", time_factor=1, fare_kes_per_km=4, fare_kes_per_leg=80)
FOOT = mode("foot", speed_kmh=5, max_km=6)
BODA = mode("boda", speed_kmh=30, speed_slow_kmh=20, wait_min=6, fare_kes_per_km=20)
CAR = mode("car", (use(0.6, "town"), use(0.1, "country")), time_factor=0.6, fare_kes_per_km=2)
