"""A figure with its change against today, as cards and documents show it."""

from __future__ import annotations

from planner.present import travel
from planner.present.cards import Card, Tone
from planner.present.words import Words
from planner.travel import TravelTold


def travel_figure(
    w: Words, label: str, value: float | None, off: TravelTold | None, change: tuple[str, Tone]
) -> Card:
    """A time of travel with its error beside it."""
    text = w.minutes(value)
    error = "" if value is None else travel.error_beside(w, text, off)
    return Card(label, text, "", *change, error)
