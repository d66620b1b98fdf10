"""Each reader as the planner calls it, and what must hold of whatever it makes of an input."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from benchmarks.fuzz.catalogue import FAMILY
from benchmarks.fuzz.oracle import Read


def door(reader: str, place: Path) -> Read:
    """A reader by its name; `place` holds the files that it needs beside its input."""
    family = import_module(f"benchmarks.fuzz.doors.{FAMILY[reader]}")
    opened: Read = family.DOORS[reader](place)
    return opened
