"""Opens a table file by what it holds, not by what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.pack.columns import Schema
from planner.pack.faults import Findings
from planner.pack.geo import read_geojson_grid
from planner.pack.grid import Cell, Grid
from planner.pack.tables import Table, count_known, read_table
from planner.pack.text_table import decode, read_text_grid

MOST_ROWS = 200_000
MOST_TRAVEL_ROWS = 3_000_000
MOST_BYTES = 200 * 1024 * 1024


def open_table(path: Path, schema: Schema, findings: Findings) -> Table | None:
    """Reads one table file by its schema; None when it cannot be read (said in `findings`)."""
    grid = open_grid(path, schema, findings)
    if grid is None:
        return None
    return read_table(grid, schema, findings)


def read_bytes(path: Path, findings: Findings, most: int = MOST_BYTES) -> bytes | None:
    """The bytes of a file, or None when it is missing, no file or too big (said)."""
    try:
        if not path.is_file():
            findings.fault(path.name, None, None, "no such file", "a file", "")
            return None
        if path.stat().st_size > most:
            findings.fault(
                path.name,
                None,
                None,
                f"{path.stat().st_size / 2**20:.0f} MB",
                f"at most {most // 2**20} MB",
                "Split it, or leave out columns that are not needed",
            )
            return None
        return path.read_bytes()
    except OSError:
        findings.fault(path.name, None, None, "a file that cannot be opened", "a file", "")
        return None


def open_grid(path: Path, schema: Schema, findings: Findings) -> Grid | None:
    """The cells of a table file of any accepted kind."""
    content = read_bytes(path, findings)
    if content is None:
        return None
    file = path.name
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        text = decode(content, file, findings)
        return None if text is None else read_geojson_grid(text, file, findings)
    most_rows = MOST_TRAVEL_ROWS if schema.kind == "travel" else MOST_ROWS

    def known(cells: Sequence[Cell]) -> int:
        return count_known(cells, schema)

    return read_text_grid(content, file, findings, known, most_rows)
