"""Visits per demand point and visit type: what makes anyone travel."""

from planner.demand.visits import Visits, VisitTotal, yearly_visits

__all__ = ["VisitTotal", "Visits", "yearly_visits"]
