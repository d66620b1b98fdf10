"""What can go wrong for a user: faults with their place, and errors with an exit status."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

EXIT_DONE = 0
EXIT_INPUT = 1
EXIT_USAGE = 2
EXIT_INFEASIBLE = 3
EXIT_NO_PLAN = 4
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
"""Characters that a terminal may obey, and halves of characters, which cannot be written."""
MOST_TOLD = 20_000
"""So many faults are listed one by one, of whatever kinds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one input, with its place as a spreadsheet shows it (header = row 1).

    Attributes:
        file: The file's name, without folders of this machine.
        row: The row, header = 1; None when the fault is not of one row.
        column: The column or key; None when the fault is not of one column.
        found: What stands there.
        expected: What should stand there.
        message: What it is and what to do, in a sentence.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    message: str

    def __post_init__(self) -> None:
        """Makes every text one line that can be written: names and cells are a stranger's."""
        for name in ("file", "column", "found", "expected", "message"):
            text = getattr(self, name)
            if text is not None:
                object.__setattr__(self, name, CONTROLS.sub(" ", text))

    def __str__(self) -> str:
        """The fault in one line: `file row/column: what it is; expected what; what to do`."""
        place = self.file
        if self.row is not None:
            place += f" row {self.row}"
        if self.column is not None:
            place += f", {self.column}"
        text = f"{place}: found {self.found}" if self.found else place + ":"
        if self.expected:
            text += f"; expected {self.expected}"
        return f"{text}. {self.message}" if self.message else f"{text}."

    def as_dict(self) -> dict[str, object]:
        """The fault as plain values, for JSON."""
        return asdict(self)


class Counted(Fault):
    """One more fault like a thousand others; the same object stands for each of them in a list."""

    __slots__ = ()


def in_full(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults one by one, and those of a kind that were only counted as one `and 1,234 more`."""
    every = list(faults)
    times = Counter(id(each) for each in every if isinstance(each, Counted))
    told: list[Fault] = []
    for each in every:
        if not isinstance(each, Counted):
            told.append(each)
        elif count := times.pop(id(each), 0):
            more = f"and {count:,} more"
            told.append(Fault(each.file, None, each.column, more, each.expected, each.message))
        if len(told) == MOST_TOLD < len(every):
            rest = f"more than {MOST_TOLD:,} faults, {len(every):,} in all"
            return (*told, Fault(each.file, None, None, rest, "", "Mend these first."))
    return tuple(told)


class PlannerError(Exception):
    """An error that a user can act on; its text is complete as it is."""

    exit_status = EXIT_INPUT


class InputError(PlannerError):
    """The input is at fault; every fault that was found is in `faults`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in in_full(self.faults)))


class UsageError(PlannerError):
    """A command or a call was used wrongly."""

    exit_status = EXIT_USAGE


class ContradictionError(PlannerError):
    """The independent check disagrees with the optimiser: no plan may be shown."""


def nearest(word: str, known: Iterable[str], *, count: int = 1) -> list[str]:
    """The known words most like `word`, best first; empty when none is alike."""
    return difflib.get_close_matches(word, list(known), n=count, cutoff=0.5)
