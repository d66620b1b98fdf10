"""Where this user's runs, jobs and store are kept."""

from planner.pack.place import home

__all__ = ["home"]
