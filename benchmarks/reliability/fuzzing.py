"""Damaged files for every reader: what it says, or faults in words; never another error."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.fuzz.__main__ import MISSING, fuzz, is_there
from benchmarks.fuzz.catalogue import READERS
from benchmarks.reliability.rows import Row

SECONDS, QUICK_SECONDS = 60.0, 5.0
GOAL = f"{SECONDS:.0f} s each, 0 crashes"
SHOWN_BY = "`python -m benchmarks.fuzz`; what was found: `tests/fuzz`"


def rows(*, quick: bool) -> list[Row]:
    """The promise of every reader."""
    what = f"damaged files for each of {len(READERS)} readers"
    if not is_there():
        return [Row(what, GOAL, MISSING, None, SHOWN_BY)]
    seconds = QUICK_SECONDS if quick else SECONDS
    with tempfile.TemporaryDirectory() as kept:
        found = list(fuzz(list(READERS), seconds, Path(kept)))
    bad = [each for each in found if each.crashes or each.trouble]
    told = ", ".join(f"{each.reader} {each.runs:,}" for each in found)
    told = f"{seconds:.0f} s each, {len(bad)} with crashes; files: {told}"
    told += "".join(f"; {each.reader}: {each.line}" for each in bad)
    return [Row(what, GOAL, told, False if bad else (None if quick else True), SHOWN_BY)]
