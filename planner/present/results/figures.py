"""A figure with its change against today, as cards and documents show it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.present import travel
from planner.present.cards import Tone
from planner.present.words import Words
from planner.travel import TravelTold


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a card: what, how much, the change against today and whether that is good.

    `error`: how far a figure of travel may be off, in words.
    """

    label: str
    value: str
    change: str = ""
    tone: Tone = "same"
    error: str = ""


def travel_figure(
    w: Words, label: str, value: float | None, off: TravelTold | None, change: tuple[str, Tone]
) -> Figure:
    """A time of travel with its error beside it."""
    text = w.minutes(value)
    error = "" if value is None else travel.error_beside(w, text, off)
    return Figure(label, text, *change, error)
