"""Finds plans: the model in PuLP, its bound, its proof, and reasons when there is no plan."""

from planner.optimize.search import Answer, Limits, find_plan

__all__ = ["Answer", "Limits", "find_plan"]
