"""Voices written back, so that they read as the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomli_w

from planner.pack.columns import SCHEMAS
from planner.pack.toml_write import figure_table, mark_table
from planner.pack.voice_types import Voices
from planner.pack.voices_file import FILE

_NAMED = {"date": "day", "branch": "site"}  # column -> attribute, where they differ
_MARK = ("source", "confidence", "note")


def write_voices(
    voices: Voices,
    folder: Path,
    write_rows: Callable[[str, Sequence[str], Sequence[Sequence[object]]], None],
) -> None:
    """Writes `voices.toml` and the tables that are filled.

    Args:
        voices: What to write.
        folder: The pack's folder.
        write_rows: Writes a table: its kind, its columns, its rows.
    """
    limits = voices.thresholds
    top: dict[str, Any] = {
        "scale": {"low": voices.rating_low, "high": voices.rating_high},
        "thresholds": {
            each.name: figure_table(getattr(limits, each.name), "value") for each in fields(limits)
        },
        "questions": [_filled(each) for each in voices.questions],
        "themes": [_filled(each) for each in voices.themes],
        "strata": [_filled(each) | mark_table(each.mark) for each in voices.strata],
        "champions": dict(voices.champions),
        "agency_weights": {
            each.agency: {"services": dict(each.services), "outcomes": dict(each.outcomes)}
            | mark_table(each.mark)
            for each in voices.agency_weights
        },
    }
    content = {key: value for key, value in top.items() if value}
    (folder / FILE).write_text(tomli_w.dumps(content), encoding="utf-8")
    for kind, records in (
        ("survey", voices.answers),
        ("audit", voices.audits),
        ("actions", voices.actions),
        ("comments", voices.comments),
    ):
        if records:
            columns = [each.name for each in SCHEMAS[kind].columns]
            write_rows(
                kind, columns, [[_value(each, name) for name in columns] for each in records]
            )


def _filled(record: Any) -> dict[str, Any]:
    """The fields of a record that hold something, but for its mark."""
    told = {each.name: getattr(record, each.name) for each in fields(record)}
    return {key: value for key, value in told.items() if value not in ("", ()) and key != "mark"}


def _value(record: Any, column: str) -> object:
    owner = record.mark if column in _MARK else record
    return getattr(owner, _NAMED.get(column, column))
