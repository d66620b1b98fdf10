"""Measures the planner beside what a user would pick instead: `python -m benchmarks`."""
