"""How a fault of a scenario is told: by its key, with the names that are near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.errors import Fault, nearest

FILE = "scenario"


def fault(key: str, found: str, expected: str, message: str) -> Fault:
    """One fault at a key of a scenario."""
    return Fault(FILE, None, key, found, expected, message)


def unknown_names(
    key: str, given: Iterable[str], known: Iterable[str], expected: str
) -> Iterator[Fault]:
    """A fault for each name that is not known, with up to three that are like it."""
    names = sorted(known)
    for name in given:
        if name not in names:
            alike = nearest(name, names, count=3)
            hint = f"Did you mean {' or '.join(alike)}?" if alike else "It is not in the pack."
            yield fault(key, name, expected, hint)
