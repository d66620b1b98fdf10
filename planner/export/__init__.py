"""Handed on: a plan as tables, workbook, layers, map, JSON, document; the same numbers in each."""

from planner.export.handover import FORMATS, export_files, export_run
from planner.export.sheets import Sheet, plan_sheets

__all__ = ["FORMATS", "Sheet", "export_files", "export_run", "plan_sheets"]
