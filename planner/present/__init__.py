"""Shown: maps, tables, charts and words of the web pages."""
