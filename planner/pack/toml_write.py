"""Marks and figures as tables of TOML, as every file of a pack writes them."""

from __future__ import annotations

from typing import Any

from planner.pack.figures import Figure, Mark


def figure_table(figure: Figure, value_key: str) -> dict[str, Any]:
    """A figure; `value_key` is the key of its value in that file."""
    return {
        "low": figure.low,
        value_key: figure.value,
        "high": figure.high,
        "unit": figure.unit,
        **mark_table(figure.mark),
    }


def mark_table(mark: Mark) -> dict[str, Any]:
    """What of a mark is said."""
    told = {"source": mark.source, "confidence": mark.confidence, "note": mark.note}
    return {key: value for key, value in told.items() if value}
