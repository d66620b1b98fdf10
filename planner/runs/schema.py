"""The form in which run folders are written: its number, and the names of its tables."""

SCHEMA = 1  # grows when readers must change
TABLES = ("assignment", "branches", "offerings", "areas", "points", "standards", "duplicates")
