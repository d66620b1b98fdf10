"""A figure with its range, unit and mark: what every number of a pack carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["found", "derived", "general", "assumption"]
MARKS: tuple[Confidence, ...] = ("found", "derived", "general", "assumption")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a figure comes from and how far it can be trusted."""

    source: str = ""
    confidence: Confidence | None = None
    note: str = ""


NOT_SAID = Mark("not said in the pack", "assumption", "Taken to be like the others")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its range, unit and mark."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    mark: Mark = Mark()
