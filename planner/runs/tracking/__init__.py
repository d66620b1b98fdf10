"""Planned and done: what a plan asks for, held against what was opened, spent and counted."""
