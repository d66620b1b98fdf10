"""The page with the table; what people wrote below it stays."""

from __future__ import annotations

import os
from collections.abc import Sequence

from benchmarks.reliability.rows import HEAD, Row

REMARKS = "\n## What falls short\n"
PAGE = """# Reliability

Written by `python -m benchmarks.reliability --write`{quick}. Measured on a machine with {cores}
cores and {memory:.0f} GB of memory; meanwhile {before:.1f} to {after:.1f} processes wanted to run
at a time (load average of a minute, ours included), so times are above those of a machine at rest.
*In part* means that fewer cases were tried than the goal asks for, and all of them went well.

{table}
"""


def document(rows: Sequence[Row], load: tuple[float, float], before: str, *, quick: bool) -> str:
    """The page.

    Args:
        rows: What was measured.
        load: How busy the machine was before and after.
        before: The page as it was; what people wrote under REMARKS is kept.
        quick: Whether fewer cases were tried.
    """
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return PAGE.format(
        quick=" --quick" if quick else "",
        cores=os.cpu_count(),
        memory=pages,
        before=min(load),
        after=max(load),
        table="\n".join([HEAD, *(row.line for row in rows)]),
    ).replace("--write` --quick", "--write --quick`") + "".join(before.partition(REMARKS)[1:])
