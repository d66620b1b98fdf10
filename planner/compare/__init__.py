"""Runs side by side: what was asked differently, and what came of it."""
