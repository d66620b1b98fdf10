"""Writes the first inputs of readers: python -m benchmarks.fuzz.seeds FOLDER READER ...

A process of its own, as a process that writes GIS files cannot read them as the child does. The
day and all ids are the same each time, so that the same inputs are written.
"""

from __future__ import annotations

import os
import random
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from benchmarks.fuzz.seeds import kept, packs, tables

SEEDS = {**tables.SEEDS, **packs.SEEDS, **kept.SEEDS}


def write_seeds(reader: str, place: Path) -> None:
    """Write a reader's first inputs, and beside them the files that it needs."""
    folder = place / "seeds"
    folder.mkdir(parents=True)
    for number, content in enumerate(SEEDS[reader](place)):
        (folder / f"{number:03d}").write_bytes(content)


def always_the_same() -> None:
    """Stop the clock, for GDAL too, and draw the same ids."""
    day = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    os.environ["OGR_CURRENT_DATE"] = day.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    time_machine.travel(day, tick=False).start()
    drawn = random.Random(1)  # noqa: S311 - they are no secrets here
    secrets.token_hex = lambda nbytes=16: drawn.randbytes(nbytes or 16).hex()


if __name__ == "__main__":
    always_the_same()
    for name in sys.argv[2:]:
        write_seeds(name, Path(sys.argv[1]) / name)
