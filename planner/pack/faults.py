"""Gathering faults, and telling them in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from planner.errors import CONTROLS, Counted, Fault

IN_WORDS = 20
AT_MOST = 1000
"""So many faults of one kind are kept one by one; more are counted."""
_LONGEST_FOUND = 80


def shown(value: object) -> str:
    """A value as a fault shows it: one line, not endless."""
    word = str(value).lower() if isinstance(value, bool) else str(value)  # as TOML and JSON have it
    text = CONTROLS.sub(" ", word)
    return text if len(text) <= _LONGEST_FOUND else text[: _LONGEST_FOUND - 1] + "…"


def control_in(text: str, found: re.Match[str]) -> str:
    """A character that is no text, by its number, and where it was met."""
    return f"a control character (U+{ord(found[0][0]):04X}) in {shown(text)}"


@dataclass(slots=True)
class Findings:
    """The faults and warnings of one reading, in the order they were met.

    A file may have a fault in every cell: past the first thousand of a column and of what is
    expected there, all others of that kind are one object in the list, as often as they are.
    `keeps_all`: each is kept with its row and words all the same, to be handed on.
    """

    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    keeps_all: bool = False
    _kinds: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)
    _counted: dict[tuple[str, str | None, str], Counted] = field(default_factory=dict)
    _rows: dict[tuple[str, str | None], list[int | None]] = field(default_factory=dict)

    def fault(
        self,
        file: str,
        row: int | None,
        column: str | None,
        found: object,
        expected: str,
        message: str = "",
    ) -> None:
        """Notes one fault."""
        kind = (file, column, expected)
        self._kinds[kind] += 1
        if self._kinds[kind] <= AT_MOST or self.keeps_all:
            self.faults.append(Fault(file, row, column, shown(found), expected, message))
            return
        if kind not in self._counted:
            advice = message if message == self.faults[-1].message else ""  # of the rows alike
            self._counted[kind] = Counted(file, None, column, "more", expected, advice)
        self.faults.append(self._counted[kind])
        self._rows.setdefault((file, column), []).append(row)

    def take_faults(self, others: Findings) -> None:
        """Takes the faults that were gathered elsewhere."""
        self.faults.extend(others.faults)
        for place, rows in others._rows.items():
            self._rows.setdefault(place, []).extend(rows)

    def rows_of(self, file: str, column: str) -> set[int | None]:
        """The rows of a file that have a fault in a column."""
        rows = {each.row for each in self._listed() if (each.file, each.column) == (file, column)}
        return rows.union(self._rows.get((file, column), ()))

    def places_in(self, file: str) -> set[tuple[int | None, str | None]]:
        """The rows and columns of a file that have a fault."""
        places = {(each.row, each.column) for each in self._listed() if each.file == file}
        for (name, column), rows in self._rows.items():
            if name == file:
                places.update((row, column) for row in rows)
        return places

    def _listed(self) -> Iterator[Fault]:
        return (each for each in self.faults if not isinstance(each, Counted))

    def warn(self, text: str) -> None:
        """Notes one warning, once."""
        text = CONTROLS.sub(" ", text)
        if text not in self.warnings:
            self.warnings.append(text)


def each_changed(faults: Iterable[Fault], change: Callable[[Fault], Fault]) -> list[Fault]:
    """The faults after a change; those that are one object stay one."""
    changed: dict[int, Fault] = {}
    every = list(faults)
    for each in every:
        if id(each) not in changed:
            changed[id(each)] = change(each)
    return [changed[id(each)] for each in every]


def describe_faults(faults: Iterable[Fault]) -> str:
    """The faults in words, one a line: the first 20 of each file and column, then a count."""
    faults = list(faults)
    total = Counter((each.file, each.column) for each in faults)
    told: Counter[tuple[str, str | None]] = Counter()
    lines: list[str] = []
    for each in faults:
        place = (each.file, each.column)
        told[place] += 1
        if told[place] <= IN_WORDS:
            lines.append(str(each))
        if told[place] == IN_WORDS and total[place] > IN_WORDS:
            where = each.file if each.column is None else f"{each.file}, {each.column}"
            lines.append(f"{where}: and {total[place] - IN_WORDS} more")
    return "\n".join(lines)


def listed(names: Iterable[str], at_most: int = 10) -> str:
    """Names in one line: `a, b, c and 4 more`."""
    every = list(names)
    line = ", ".join(shown(each) for each in every[:at_most])
    return line if len(every) <= at_most else f"{line} and {len(every) - at_most} more"
