"""A comparison to take away, as the command line writes it: one JSON object, one table."""

from __future__ import annotations

import json
from collections.abc import Mapping

from planner.compare import Comparison, told
from planner.compare.table import table_of
from planner.runs.table import csv_bytes


def files(found: Comparison) -> Mapping[str, bytes]:
    """The comparison by file name."""
    everything = json.dumps(told(found), ensure_ascii=False, allow_nan=False, indent=1)
    return {
        "comparison.csv": csv_bytes(table_of(found), mark=True),
        "comparison.json": f"{everything}\n".encode(),
    }
