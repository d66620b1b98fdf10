"""Says what is wrong with roads and what was understood of them, each road by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.errors import CONTROLS
from planner.pack.faults import IN_WORDS, Findings, listed


@dataclass(frozen=True, slots=True)
class RoadTold:
    """What is told of one road file.

    Attributes:
        file: Its name.
        number: What to call each road, shape (F,): its row, or its way in OpenStreetMap.
        is_osm: Whether they are ways.
        findings: Takes the faults, and the notes as warnings.
        notes: What was understood, left out and assumed, in sentences.
    """

    file: str
    number: NDArray[np.int64]
    is_osm: bool
    findings: Findings
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Tells something that does not stop the reading, in a sentence."""
        text = CONTROLS.sub(" ", text)
        self.notes.append(text)
        self.findings.warn(f"{self.file}: {text}")

    def fault(self, column: str | None, found: object, expected: str, message: str = "") -> None:
        """Notes a fault of the whole file or of a column."""
        self.findings.fault(self.file, None, column, found, expected, message)

    def faults(
        self,
        roads: NDArray[np.int64],
        column: str | None,
        found: str | Callable[[int], object],
        expected: str,
        message: str = "",
    ) -> None:
        """Notes a fault of each of these roads.

        Args:
            roads: Positions of the roads.
            column: The column, None where it is not of one.
            found: What stands there, for all or by position.
            expected: What should stand there.
            message: What to do.
        """
        for at in roads.tolist():
            told = found(at) if callable(found) else found
            row = int(self.number[at])
            if self.is_osm:
                self.findings.fault(
                    self.file, None, column, f"way {row}: {told}", expected, message
                )
            else:
                self.findings.fault(self.file, row, column, told, expected, message)

    def named(self, roads: NDArray[np.int64]) -> str:
        """Roads by their numbers: `25 roads (rows 3, 7, …)`, the first twenty of them."""
        noun = "way" if self.is_osm else "row"
        numbers = [str(each) for each in self.number[roads].tolist()]
        which = f"{noun}{'' if len(numbers) == 1 else 's'} {listed(numbers, IN_WORDS)}"
        return f"{self.count(roads.size)} ({which})"

    def count(self, roads: int, km: float | None = None) -> str:
        """`1 road`, `12 roads, 3.4 km`."""
        text = f"{roads:,} road{'' if roads == 1 else 's'}"
        return text if km is None else f"{text}, {km_text(km)}"


def km_text(km: float) -> str:
    """Kilometres as people read them."""
    return f"{km:,.0f} km" if km >= 100 else f"{km:.1f} km" if km >= 1 else f"{km * 1000:.0f} m"
