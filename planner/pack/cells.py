"""Cells of a column read once for each different text, and names found in any usual spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.errors import nearest
from planner.pack.faults import Findings, listed, shown
from planner.pack.names import name_key
from planner.pack.tables import Table

_T = TypeVar("_T")
_MOST_HINTS = 200
_YES = frozenset({"1", "yes", "y", "true", "ndiyo", "ndio"})
_NO = frozenset({"0", "no", "n", "false", "hapana"})
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table by column, read once for each different text."""

    table: Table
    findings: Findings

    def texts(self, column: str) -> list[str]:
        """The texts of a column, empty where blank."""
        return [row.text(column) for row in self.table.rows]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """The numbers of a column, nan where blank."""
        cells = (row.number_or_none(column) for row in self.table.rows)
        return np.array([np.nan if each is None else each for each in cells], dtype=np.float64)

    def each(self, column: str, read: Callable[[str], _T], expected: str) -> list[_T | None]:
        """What each text means, None where blank or not understood; `read` raises `UnknownText`."""
        texts = self.texts(column)
        meant: dict[str, _T | None] = {"": None}
        why: dict[str, UnknownText] = {}
        for text in dict.fromkeys(texts):
            if text:
                try:
                    meant[text] = read(text)
                except UnknownText as unknown:
                    meant[text], why[text] = None, unknown
        if why:
            for row, text in zip(self.table.rows, texts, strict=True):
                if text in why:
                    self.fault(row.number, column, text, why[text].expected or expected,
                               why[text].message)  # fmt: skip
        return [meant[text] for text in texts]

    def positions(self, column: str, read: Callable[[str], int] | None, expected: str) -> Positions:
        """As `each`, as positions; -1 where there is none. Texts are numbered where not joined."""
        if read is None:
            places: dict[str, int] = {}
            return np.array(
                [places.setdefault(text, len(places)) for text in self.texts(column)],
                dtype=np.int64,
            )
        return filled(self.each(column, read, expected))

    def fault(self, row: int, column: str, found: object, expected: str, message: str) -> None:
        """Notes a fault of a cell."""
        self.findings.fault(self.table.file, row, column, found, expected, message)

    def tell_understood(self, column: str, meant: Positions, names: Sequence[str]) -> None:
        """Says which texts were taken for which names, where they are not the names themselves."""
        told: dict[str, None] = {}
        for text, at in dict(zip(self.texts(column), meant.tolist(), strict=True)).items():
            if at >= 0 and text != names[at]:
                told[f"{shown(text)} as {names[at]}"] = None
        if told:
            self.warn(f"{column}: understood {listed(told)}")

    def warn(self, text: str) -> None:
        """Notes a warning about the table."""
        self.findings.warn(f"{self.table.file}: {text}")


class UnknownText(Exception):  # noqa: N818 - an answer, not a failure
    """A text that means nothing here; `message` says what to do."""

    def __init__(self, message: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


def yes_no(cells: Cells, column: str) -> Positions:
    """1 for yes and 0 for no, -1 where blank; a fault where it is neither."""

    def read(text: str) -> int:
        word = text.casefold()
        if word in _YES or word in _NO:
            return int(word in _YES)
        raise UnknownText("Leave the cell blank where it is not known")

    return filled(cells.each(column, read, "1 or 0, yes or no, ndiyo or hapana"))


def filled(values: Iterable[int | None]) -> Positions:
    """Positions, -1 where there is none."""
    return np.array([-1 if each is None else each for each in values], dtype=np.int64)


def finder(noun: str, *groups: Mapping[str, int]) -> Callable[[str], int]:
    """Finds a text in the first group that has it; else names the nearest."""
    every = list(dict.fromkeys(name for group in groups for name in group))
    hints: list[str] = []

    def find(text: str) -> int:
        for group in groups:
            if text in group:
                return group[text]
        key = name_key(text)
        for group in groups:
            alike = {at for name, at in group.items() if name_key(name) == key}
            if len(alike) == 1:
                return alike.pop()
        near: list[str] = []
        if len(hints) < _MOST_HINTS:  # looking for a name alike takes long
            hints.append(text)
            near = nearest(text, every) or nearest(text.casefold(), every)
        raise UnknownText(f"Did you mean {near[0]}?" if near else f"No {noun} is called so")

    return find


def named(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Names with their positions; a name that two share finds neither."""
    found: dict[str, int] = {}
    doubled: set[str] = set()
    for name, at in pairs:
        if name and found.setdefault(name, at) != at:
            doubled.add(name)
    return {name: at for name, at in found.items() if name not in doubled}
