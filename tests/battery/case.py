"""One file of the battery, and what the reader must say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Spot = tuple[int | None, str | None, str]
Make = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """The file is read: so many rows, these sums, these repairs told, these cells understood.

    Attributes:
        rows: The data rows.
        totals: Every sum that is reported.
        told: Texts that each stand in one of the notes.
        cells: What was understood, by row (header = 1) and column.
        untold: Texts that no note may hold.
    """

    rows: int
    totals: Mapping[str, float] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    cells: Mapping[tuple[int, str], object] = field(default_factory=dict)
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is refused: these faults and no others, each by row, column and a word of it."""

    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A file: its name, what it is sent as, how it is made, and the verdict.

    Attributes:
        file: The name that it is sent under.
        kind: What it is sent as (`--as`).
        make: Its bytes, or what writes it at a path.
        verdict: What the reader must say.
        why: What it stands for; unique.
        told_more: A text of the words for people, such as `and 10 more`.
    """

    why: str
    file: str
    kind: str
    make: bytes | Make
    verdict: Taken | Refused
    told_more: str = ""

    def write(self, folder: Path) -> Path:
        """Writes the file into a folder and gives its path."""
        path = folder / self.file
        if isinstance(self.make, bytes):
            path.write_bytes(self.make)
        else:
            self.make(path)
        return path


def taken(
    rows: int,
    *told: str,
    cells: Mapping[tuple[int, str], object] | None = None,
    untold: tuple[str, ...] = (),
    **totals: float,
) -> Taken:
    """A verdict `taken`, with its sums as keywords."""
    return Taken(rows, totals, told, cells or {}, untold)


def refused(*spots: Spot) -> Refused:
    """A verdict `refused`, with the place and a word of every fault."""
    return Refused(spots)
