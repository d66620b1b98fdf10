"""Writes `modes.toml` back, so that it reads as the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w

from planner.pack.modes_file import FIGURES
from planner.pack.toml_write import figure_table, mark_table
from planner.pack.travel_types import TravelMode


def write_modes(modes: Iterable[TravelMode], path: Path) -> None:
    """Writes the file."""
    path.write_text(tomli_w.dumps({"modes": [_mode(each) for each in modes]}), encoding="utf-8")


def _mode(mode: TravelMode) -> dict[str, Any]:
    table: dict[str, Any] = {"id": mode.id, "name": mode.name}
    if mode.name_sw:
        table["name_sw"] = mode.name_sw
    table |= mark_table(mode.mark)
    for name in FIGURES:
        if (figure := getattr(mode, name)) is not None:
            table[name] = figure_table(figure, "mode")
    if mode.users:
        table["users"] = [
            {
                **({"dimension": each.dimension, "group": each.group} if each.dimension else {}),
                **figure_table(each.share, "mode"),
            }
            for each in mode.users
        ]
    return table
