"""A workspace file: all of a store, or what has a tag, as one zip for another store."""

from planner.runs.store.workspace.bring import Brought, import_workspace
from planner.runs.store.workspace.take import Taken, export_workspace

__all__ = ["Brought", "Taken", "export_workspace", "import_workspace"]
