"""The number of the form in which run folders are written; it grows when readers must change."""

SCHEMA = 1
