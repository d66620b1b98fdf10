"""Handed on: a run as CSV, XLSX and GeoJSON; one plan, the same numbers in each."""

from planner.export.handover import FORMATS, export_run
from planner.export.sheets import Sheet, plan_sheets

__all__ = ["FORMATS", "Sheet", "export_run", "plan_sheets"]
