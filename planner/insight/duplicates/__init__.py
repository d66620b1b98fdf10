"""The audit of duplicates: what is doubled in a network, whether it is needed, and what follows."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.insight.duplicates.audit import audit_duplicates
    from planner.insight.duplicates.table import group_table_of, table_of
    from planner.insight.duplicates.thresholds import Thresholds, thresholds_of
    from planner.insight.duplicates.types import DuplicateAudit
else:
    __getattr__ = named(
        __name__,
        {
            "audit": ("audit_duplicates",),
            "table": ("group_table_of", "table_of"),
            "thresholds": ("Thresholds", "thresholds_of"),
            "types": ("DuplicateAudit",),
        },
    )

__all__ = [
    "DuplicateAudit",
    "Thresholds",
    "audit_duplicates",
    "group_table_of",
    "table_of",
    "thresholds_of",
]
