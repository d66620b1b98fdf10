"""Writes the first inputs of readers: python -m benchmarks.fuzz.seeds FOLDER READER ...

A process of its own, as a process that writes GIS files cannot read them as the child does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.fuzz.seeds import kept, packs, tables

SEEDS = {**tables.SEEDS, **packs.SEEDS, **kept.SEEDS}


def write_seeds(reader: str, place: Path) -> None:
    """Write a reader's first inputs, and beside them the files that it needs."""
    folder = place / "seeds"
    folder.mkdir(parents=True)
    for number, content in enumerate(SEEDS[reader](place)):
        (folder / f"{number:03d}").write_bytes(content)


if __name__ == "__main__":
    for name in sys.argv[2:]:
        write_seeds(name, Path(sys.argv[1]) / name)
