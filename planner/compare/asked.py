"""What a comparison says of what was asked differently: plain records."""

from __future__ import annotations

from dataclasses import dataclass

Plain = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A key of the scenario that is not the same everywhere.

    `values`: by member, None where it is not set or where the member has no such rules
    (`applies` False: today's network). `said`: the same as short English.
    """

    key: str
    values: tuple[Plain, ...]
    applies: tuple[bool, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartDifference:
    """A pack's file, or an input of the problem, in which members differ from the base.

    `key`: the file's path in the pack, or the input's name. `said`: in short English.
    `members`: those in which it is another than in the base.
    """

    key: str
    said: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FactDifference:
    """How it was solved (`version`, `solver`, `seed`, `gap`), where members differ.

    `gap`: the gap that was asked for; what was proved is the member's own.
    """

    key: str
    values: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was asked differently."""

    rules: tuple[RuleDifference, ...]
    files: tuple[PartDifference, ...]
    problem: tuple[PartDifference, ...]
    facts: tuple[FactDifference, ...]
