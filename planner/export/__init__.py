"""Handed on: a plan as tables, workbook, layers, map, JSON, document; the same numbers in each."""

from planner.export.document.kept import studies_beside
from planner.export.handover import FORMATS, export_files, export_run, file_stem, hindrances
from planner.export.sheets import Sheet, plan_sheets, table_keys

__all__ = [
    "FORMATS",
    "Sheet",
    "export_files",
    "export_run",
    "file_stem",
    "hindrances",
    "plan_sheets",
    "studies_beside",
    "table_keys",
]
