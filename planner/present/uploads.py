"""Files that a visitor shows: checked at the door in a folder that is gone afterwards."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd

from planner.errors import Fault, in_full
from planner.present.words import Words
from planner.runs.table import Table, csv_bytes

Upload = tuple[str, bytes]  # the file's name and content
_Read = TypeVar("_Read")
_MOST_NAME = 80


def with_files(uploads: Mapping[str, Upload], read: Callable[[Mapping[str, Path]], _Read]) -> _Read:
    """What `read` makes of the files while they lie in a folder, each under its own name."""
    with tempfile.TemporaryDirectory(prefix="ugatuzi-") as folder:
        paths = {}
        for kind, (name, content) in uploads.items():
            path = Path(folder) / kind / safe_name(name, kind)
            path.parent.mkdir()
            path.write_bytes(content)
            paths[kind] = path
        return read(paths)


def safe_name(name: str, kind: str) -> str:
    """The name without anything that could lead out of the folder."""
    plain = re.sub(r"[^\w. ()-]+", "_", name).strip(". ")
    return plain[-_MOST_NAME:] or kind


def fault_table(w: Words, faults: Sequence[Fault]) -> pd.DataFrame:
    """Every fault with its place, what stands there and what to do."""
    return pd.DataFrame(
        [
            {
                w("voices.column_file"): each.file,
                w("voices.column_row"): "" if each.row is None else str(each.row),
                w("voices.column_column"): each.column or "",
                w("voices.column_fault"): each.found,
                w("voices.column_wanted"): each.expected,
                w("voices.column_message"): each.message,
            }
            for each in in_full(faults)
        ]
    )


def fault_csv(faults: Sequence[Fault]) -> bytes:
    """The faults as a table to hand on."""
    columns = ("file", "row", "column", "found", "expected", "message")
    rows = tuple(
        (each.file, each.row, each.column, each.found, each.expected, each.message)
        for each in in_full(faults)
    )
    return csv_bytes(Table("faults", columns, rows), mark=True)
