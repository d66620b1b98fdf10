"""Runs side by side: what was asked differently, and what came of it."""

from planner.compare.comparing import FEWEST, MOST, compare, require_members
from planner.compare.people import MOST_PLACES, THRESHOLD_MIN, PointChange, point_changes
from planner.compare.types import Comparison, told

__all__ = [
    "FEWEST",
    "MOST",
    "MOST_PLACES",
    "THRESHOLD_MIN",
    "Comparison",
    "PointChange",
    "compare",
    "point_changes",
    "require_members",
    "told",
]
