"""Damaged files for every reader, led by what they reach in the reader's code."""
