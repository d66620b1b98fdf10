"""The table, as text and as a page."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.rows import Row

PROVED = 2e-9  # relative: a gap below this is rounding
HEAD = "| instance | goal | measured | peer | ratio (CPU; memory) |\n|---|---|---|---|---|"
REMARKS = "\n## What falls short\n"
PAGE = """# Benchmarks

Written by `python -m benchmarks --write`. Read the ratios, not the single times: those are
of a machine with {cores} cores and {memory:.0f} GB of memory. While it was measured, {before:.1f}
to {after:.1f} processes wanted to run at a time (load average of 15 minutes, ours included).

{table}

## How it was measured

- Each run has a process of its own and one thread. CPU seconds are those of that process and its
  children; memory is their peak, libraries included.
- Making or reading the instance is not counted; making the lists of nearest sites, or the model,
  is. Compiled code was on disk, and loaded before the clock was started: the figures are those of
  a second call in a process. Loading it takes a first call a third of a second more.
- Time limits are of the wall clock: on a machine that others use, a run that reaches its limit has
  had less CPU time than the limit says.
- The gap is (objective - bound) / objective. *Proved* means that nothing better exists (to a
  relative 1e-9); a row whose goal is a gap ends when that gap is proved.
- *spopt-highs* and *spopt-cbc*: PMedian of spopt 0.7 with HiGHS or CBC, one thread, no gap
  allowed, stopped after 120 s. *model*: the whole model in PuLP with every arc, HiGHS, stopped
  after 60 s. The ratio is the peer's figure over ours.
- The instances are made by the rules in `benchmarks/instances.py`: random graphs with n²/50
  edges of length 1 to 100; points of the plane, three quarters of them in towns, distances
  rounded to whole numbers; countries with several services, a budget and separations. `pack-` rows
  are built-in scenarios by straight lines x 1.35, nothing avoided, whatever model the pack names.
- `python -m benchmarks --file PATH --kind pmed|cap|tsp` reads a file of your own. Facility
  location with capacities goes the way of any plan: hard capacity, visits that may be split.
"""


def line(row: Row, results: dict[str, dict[str, Any]]) -> str:
    """One row of the table."""
    ours = results[row.sides[0]]
    peers = [(side, results[side]) for side in row.sides[1:]]
    told = "; ".join(f"{side}: {_told(result)}" for side, result in peers) or "-"
    ratios = "; ".join(f"{side} {_ratio(ours, result)}" for side, result in peers) or "-"
    return f"| {row.name} | {row.goal or '-'} | {_told(ours)} | {told} | {ratios} |"


def document(lines: list[str], load: tuple[float, float], before: str) -> str:
    """The page with these rows.

    Args:
        lines: The rows.
        load: How busy the machine was before and after.
        before: The page as it was; what people wrote under REMARKS is kept.
    """
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    table = "\n".join([HEAD, *lines])
    return PAGE.format(
        cores=os.cpu_count(), memory=pages, table=table, before=min(load), after=max(load)
    ) + "".join(before.partition(REMARKS)[1:])


def _told(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"failed ({result['error'][:60]})"
    cost = f"{result['cpu_s']:.2f} s, {result['memory_mib']:,.0f} MB"
    if result["objective"] is None:
        return f"no answer, {cost}"
    if result["gap"] is None:
        return f"{result['objective']:,.6g}, nothing proved, {cost}"
    if result["gap"] <= PROVED:
        return f"{result['objective']:,.10g} proved, {cost}"
    return f"{result['objective']:,.6g}, gap {100 * result['gap']:.4f} %, {cost}"


def _ratio(ours: dict[str, Any], peer: dict[str, Any]) -> str:
    if "error" in ours or "error" in peer:
        return "-"
    times = peer["cpu_s"] / max(ours["cpu_s"], 1e-3)
    return f"{times:,.0f} x; {peer['memory_mib'] / ours['memory_mib']:.1f} x"
