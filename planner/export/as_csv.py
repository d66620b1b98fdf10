"""CSV: one file a table, in UTF-8 with its mark; every row says which run it is of."""

from __future__ import annotations

from collections.abc import Sequence

from planner.export.sheets import Imprint, Sheet
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.table import Table, csv_bytes


def csv_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The files by the end of their names."""
    del run
    return {f"{sheet.key}.csv": _file(sheet, imprint, w) for sheet in sheets}


def _file(sheet: Sheet, imprint: Imprint, w: Words) -> bytes:
    marks = imprint.as_dict()
    if sheet.key == "assignment":  # thousands of rows: the long text stands in another file
        marks |= {"attribution": w("export.see_sources"), "travel": w("export.see_summary")}
    keys = tuple(column.key for column in sheet.columns)
    rows = tuple((*row, *marks.values()) for row in sheet.rows)
    return csv_bytes(Table(sheet.key, (*keys, *marks), rows), mark=True)
