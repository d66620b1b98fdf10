"""Tests of the chapters of the plan document."""
