"""Tests of the only door."""
