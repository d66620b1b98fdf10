"""Kept: run folders that exist whole or not at all, their proof, and the jobs that make them."""

from typing import TYPE_CHECKING

from planner.lazily import named

if TYPE_CHECKING:
    from planner.runs.folder import judge_and_write, require_free, write_run
    from planner.runs.reading import StoredRun, read_run
    from planner.runs.verify import Verification, verify_run
else:  # many commands need little of it
    __getattr__ = named(
        __name__,
        {
            "folder": ("judge_and_write", "require_free", "write_run"),
            "reading": ("StoredRun", "read_run"),
            "verify": ("Verification", "verify_run"),
        },
    )

__all__ = [
    "StoredRun",
    "Verification",
    "judge_and_write",
    "read_run",
    "require_free",
    "verify_run",
    "write_run",
]
