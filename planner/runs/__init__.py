"""Kept: run folders that exist whole or not at all, their proof, and the jobs that make them."""

from planner.runs.folder import judge_and_write, require_free, write_run
from planner.runs.reading import StoredRun, read_run
from planner.runs.verify import Verification, verify, verify_run

__all__ = [
    "StoredRun",
    "Verification",
    "judge_and_write",
    "read_run",
    "require_free",
    "verify",
    "verify_run",
    "write_run",
]
