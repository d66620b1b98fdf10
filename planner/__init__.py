"""Ugatuzi Planner: where a public service opens branches, and which services each offers."""

__version__ = "0.9.0"
