"""JSON for machines: the scenario, the run and all tables, each with its published schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from planner.export.schemas import published
from planner.export.sheets import Imprint, Sheet
from planner.present.words import Words
from planner.runs import StoredRun
from planner.runs.content import plain
from planner.runs.table import Cell, clean_text
from planner.scenario.file import EXPORT_KEY


def json_files(
    run: StoredRun, sheets: Sequence[Sheet], imprint: Imprint, w: Words
) -> dict[str, bytes]:
    """The files by the end of their names, the schemas last."""
    marks = imprint.as_dict()
    tables = {
        "language": w.language,
        EXPORT_KEY: marks,
        "tables": [
            {
                "key": sheet.key,
                "title": sheet.title,
                "columns": [asdict(column) for column in sheet.columns],
                "rows": [[_cell(cell) for cell in row] for row in sheet.rows],
            }
            for sheet in sheets
        ],
    }
    return {
        "scenario.json": _text({**run.scenario.model_dump(mode="json"), EXPORT_KEY: marks}),
        "run.json": _text({**run.info, EXPORT_KEY: marks}),
        "tables.json": json.dumps(tables, ensure_ascii=False, allow_nan=False).encode(),
        **published(),
    }


def _cell(cell: Cell) -> Cell:
    value: Cell = plain(cell)
    return clean_text(value) if isinstance(value, str) else value


def _text(value: dict[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)}\n".encode()
