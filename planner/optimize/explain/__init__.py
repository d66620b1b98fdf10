"""Why no plan exists: a smallest set of rules that clash, in words, with what would help."""

from planner.optimize.explain.clashes import explain
from planner.optimize.explain.groups import groups, without
from planner.optimize.explain.watch import Watch

__all__ = ["Watch", "explain", "groups", "without"]
